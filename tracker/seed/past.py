"""The months before the play: each with its list of tasks, how the units met it, its scores and its circular.

A duty is told in a few steps, so that months are made in seconds; by the same verbs as the play.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from sqlalchemy import select

from tracker.clock import SHANGHAI
from tracker.db import db
from tracker.documents import actions as documents
from tracker.documents.directory import Directory
from tracker.reminders import actions as reminders
from tracker.reminders.models import Digest
from tracker.reports.models import SecondReview
from tracker.reports.second_reviews import actions as second_reviews
from tracker.scores import actions as scores
from tracker.seed.announced import circulate
from tracker.seed.monthly import LISTS, WERE, MonthList
from tracker.seed.stage import Stage
from tracker.seed.story import FAULTS, HABITS, HOURS, TEMPERS, WORDS, Act, Matter, Step, Temper
from tracker.tasks import intake
from tracker.workdays import Workdays
from tracker.workflow import SecondReviewState

SHARES = (3, 10)  # percent of closures drawn for a second review
# Of a hundred duties, how many are handed in late; and how late, in working days.
LATE = {
    Temper.EXCELLENT: (0, range(1, 2)),
    Temper.STEADY: (12, range(1, 3)),
    Temper.LATE: (40, range(1, 5)),
    Temper.LAGGARD: (70, range(3, 11)),
}


class Past:
    """What waits to happen, in order of time."""

    def __init__(self, stage: Stage, directory: Directory, workdays: Workdays) -> None:
        self.stage, self.directory, self.workdays = stage, directory, workdays
        self.agenda: list[tuple[datetime, int, Callable[[datetime], object]]] = []
        self.counter = count()
        self.told = 0

    def play(self) -> int:
        """All of it; how many steps were taken about duties."""
        for number, one in enumerate(LISTS):
            frozen_on = self.workdays.add(scores.window_of(one.month, self.workdays).cutoff_on, 1)
            final_on = self.workdays.add(frozen_on, 4)
            self._plan(_at(one.issued_on, 9, 5), self._issues(one, number))
            self._plan(_at(frozen_on, 8, 28), self._evaluates(one.month))
            self._plan(_at(final_on, 8, 35), self._settles(one.month, final_on))
        while self.agenda:
            at, _, act = heappop(self.agenda)
            act(at)
        return self.told

    def _plan(self, at: datetime, act: Callable[[datetime], object]) -> None:
        heappush(self.agenda, (at, next(self.counter), act))

    def _issues(self, one: MonthList, number: int) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            supervisor = self.stage.supervisors[0]
            name = f"{one.month}任务清单.txt"
            document = documents.import_file(one.text(number + 1).encode(), name, supervisor, at)
            made = intake.adopt(document, self.directory, supervisor, at + timedelta(minutes=15))
            for matter in self.stage.bring(made):
                temper = WERE[matter.unit][number] if matter.unit in WERE else TEMPERS.get(matter.unit)
                for step in tell(matter, one.issued_on, temper or Temper.STEADY, self.workdays):
                    self._plan(step.at, self._takes(step))

        return act

    def _takes(self, step: Step) -> Callable[[datetime], None]:
        def act(_: datetime) -> None:
            self.stage.perform(step)
            self.told += 1

        return act

    def _evaluates(self, month: str) -> Callable[[datetime], object]:
        return lambda at: scores.evaluate(month, None, at, self.workdays)

    def _settles(self, month: str, on: date) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            scores.settle_due(at)
            second_reviews.draw(at + timedelta(minutes=1), (), *SHARES)
            drawn = select(SecondReview).filter_by(state=SecondReviewState.DRAWN)
            for review in db.session.scalars(drawn).all():
                other = next(one for one in self.stage.supervisors if one.id != review.closed_by_id)
                second_reviews.agree(review, other, at + timedelta(minutes=50))
            circulate(month, on, self.stage, self.workdays)
            next_morning = datetime.combine(self.workdays.add(on, 1), time(9), SHANGHAI)
            reminders.digest(next_morning, self.workdays)
            for digest in db.session.scalars(select(Digest).filter_by(on=next_morning.date())):
                reminders.mark_read(digest, digest.recipient, next_morning + timedelta(hours=1))

        return act


def tell(matter: Matter, issued_on: date, temper: Temper, workdays: Workdays) -> Iterator[Step]:
    """签收, a report on the way where it takes longer, 办结 asked for, now and then in vain, and closed."""
    if matter.deadline is None:
        return
    habit, chance = HABITS[temper], Random(f"{matter.unit}:{matter.deadline}")  # noqa: S311  a play
    share, delay = LATE[temper]
    is_late = chance.randrange(100) < share
    in_time = range(-5, -1) if temper is Temper.EXCELLENT else range(-2, 1)

    def step(day: date, act: Act, progress: int = 100, text: str = "") -> Step:
        first, last = HOURS[act]
        minute = chance.randrange(60 * (last - first))
        at = _at(day, first + minute // 60, minute % 60)
        return Step(at, act, matter.key, matter.unit, progress, text)

    def words(progress: int) -> str:
        return chance.choice(next(said for most, said in WORDS if progress <= most))

    signed_on = workdays.add(issued_on, chance.choice(habit.signs_after))
    done_on = workdays.add(matter.deadline, chance.choice(delay if is_late else in_time))
    done_on = max(done_on, workdays.add(signed_on, 1))
    yield step(signed_on, Act.RECEIVE)
    if is_late and temper is not Temper.LAGGARD:
        before = max(workdays.add(signed_on, 1), workdays.add(matter.deadline, -3))
        progress = chance.randrange(30, 90, 5)
        yield step(before, Act.REPORT, progress, words(progress))
        yield step(workdays.add(before, 1), Act.ACCEPT)
    if chance.randrange(100) < habit.sent_back:
        kind, said = chance.choice(FAULTS)
        yield step(done_on, Act.REPORT, text=words(100))
        yield step(done_on, Act.REQUEST_CLOSURE)
        yield step(workdays.add(done_on, 1), Act.REFUSE_CLOSURE, text=said)._replace(fault=kind)
        done_on = workdays.add(done_on, 2)
    yield step(done_on, Act.REPORT, text=words(100))
    yield step(done_on, Act.REQUEST_CLOSURE)
    yield step(workdays.add(done_on, 1), Act.CLOSE)


def _at(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute), SHANGHAI)
