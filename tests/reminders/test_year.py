"""A year of 2020 on the real document, day by day: what was sent when, against a table written by hand.

Three areas act by the script below on the three dated tasks of point three (5月底前, 6月底前, 年底前); every
other duty is withdrawn on the first day. ``python -m tests.bench.year`` plays the whole city.

The table was written from domain.md §7 and a calendar of 2020 before anything was run: Dragon Boat is 25 to 27
June with work on Sunday the 28th; National Day and Mid-Autumn 1 to 8 October with work on Sunday 27 September
and Saturday 10 October.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from tracker.accounts.models import Role, User
from tracker.clock import SHANGHAI
from tracker.db import db
from tracker.documents import actions as documents
from tracker.documents.queries import directory
from tracker.reminders import jobs
from tracker.reminders.models import Digest, Reminder
from tracker.reminders.slips import actions as slips
from tracker.reminders.slips.models import Slip
from tracker.reminders.slips.rules import Colour
from tracker.seed import play
from tracker.tasks import actions as tasks
from tracker.tasks import intake
from tracker.tasks.models import Assignment, DeadlineBasis, Extension
from tracker.tasks.requests import actions as requests
from tracker.workdays import statutory

SEED = Path(__file__).parents[3] / "shared/seed/zhoushan-2020-2.txt"
ISSUED, LAST = date(2020, 6, 19), date(2020, 12, 31)
MAY, JUNE, YEAR_END = date(2020, 5, 31), date(2020, 6, 30), date(2020, 12, 31)
DINGHAI, PUTUO, SHENGSI = "定海区", "普陀区", "嵊泗县"

# 06-19, a Friday, 10:00: issued. 定海区, 普陀区 sign at once, 嵊泗县 on the 24th.
SCRIPT = """
06-23 16:00 定海区 June     ask for more time, to 10-09
06-24 15:00 嵊泗县 all      sign
06-24 15:00 定海区 May      hand in
06-28 10:00 定海区 May      close
06-28 15:00 定海区 June     grant
06-28 15:00 嵊泗县 May      hand in
06-30 10:00 嵊泗县 May      close
06-30 16:00 嵊泗县 June     hand in
07-02 10:00 普陀区 June     issue a yellow slip, to be answered by 07-07
07-02 10:30 嵊泗县 June     close
07-07 15:00 普陀区 slip     answer
07-08 10:00 普陀区 slip     settle
07-09 15:00 普陀区 June     hand in
07-13 10:00 普陀区 June     send back
07-14 15:00 普陀区 May      hand in
07-15 10:00 普陀区 May      close
07-15 15:00 普陀区 June     hand in
07-16 10:00 普陀区 June     close
10-12 10:00 普陀区 year-end suspend
10-14 15:00 定海区 June     hand in
10-16 10:00 定海区 June     close
11-11 10:00 普陀区 year-end resume
12-29 15:00 定海区 year-end hand in
"""

# On each day: the step, how many reminders went to reporters, heads and supervisors (there are three); and in how
# many digests they went out. A supervisor's digest holds the reminders of all duties.
TABLE = """
06-22  +W2          3 3 9   T-7        3 0 0              9 digests
06-23  unsigned     3 0 0                                 1
06-24  T-3          3 0 0                                 3
06-29  +W3          1 1 3   T-1        2 2 0              7
06-30  T0           2 2 0                                 4
07-01  +1           1 1 0                                 2
07-02  slip:issued-yellow  1 1 0                          2
07-03  +3           1 1 0                                 2
07-06  +W4          1 1 3   slip:T-1   1 1 0              5
07-07  +5           1 1 3   slip:T0    1 1 0              5
07-13  +W5          1 1 3                                 5
07-14  +W1          1 1 3                                 5
09-23  T-7          1 0 0                                 1
09-28  T-3          1 0 0                                 1
09-30  T-1          1 1 0                                 2
10-09  T0           1 1 0                                 2
10-10  +1           1 1 0                                 2
10-13  +3           1 1 0                                 2
12-22  T-7          2 0 0                                 2
12-28  T-3          2 0 0                                 2
12-30  T-1          1 1 0                                 2
12-31  T0           1 1 0                                 2
"""
ROLES = (Role.REPORTER, Role.HEAD, Role.SUPERVISOR)


@pytest.mark.skipif(not SEED.exists(), reason="the reference corpus is not here")
def test_what_a_year_sends_is_what_was_written_by_hand(app):
    year = Year()
    for number in range(1, (LAST - ISSUED).days + 1):  # on the 19th the morning was over
        year.live(ISSUED + timedelta(days=number))
    assert list(sent()) == [
        " ".join(line.replace("digests", "").split()) for line in TABLE.strip().splitlines()
    ]


def sent() -> Iterator[str]:
    """The table as it came to be, a line for each day on which anything was sent."""
    rows: Counter[tuple[date, str, Role]] = Counter()
    order: dict[tuple[date, str], int] = {}
    for number, (on, step, role) in enumerate(
        db.session.execute(
            db.select(Reminder.made_on, Reminder.step, User.role)
            .join(Reminder.recipient)
            .order_by(Reminder.id)
        )
    ):
        rows[on, step, role] += 1
        order.setdefault((on, step), number)
    counted = db.session.execute(db.select(Digest.on, db.func.count(Digest.id)).group_by(Digest.on))
    digests = {row[0]: row[1] for row in counted}
    for on in sorted(digests):
        steps = sorted({step for day, step, _ in rows if day == on}, key=lambda step: order[on, step])
        said = [f"{step} {' '.join(str(rows[on, step, role]) for role in ROLES)}" for step in steps]
        yield f"{on:%m-%d} {' '.join(said)} {digests[on]}"


class Year:
    """The document, issued; and the script, played by real verbs."""

    def __init__(self) -> None:
        play.load_city(at(date(2020, 6, 18), "09:00"))
        office = person(Role.SUPERVISOR)
        document = documents.import_file(SEED.read_bytes(), SEED.name, office, at(date(2020, 6, 18), "15:00"))
        documents.resolve_members(document, directory(), office, at(date(2020, 6, 18), "15:30"))
        now = at(ISSUED, "10:00")
        made = intake.adopt(document, directory(), office, now)
        db.session.commit()
        self.slip: Slip | None = None
        self.extension: Extension | None = None
        self.watched: dict[tuple[str, str], Assignment] = {}
        names = {MAY: "May", JUNE: "June", YEAR_END: "year-end"}
        for task in made:
            is_dated = task.work_point.number == "三" and task.deadline_basis is DeadlineBasis.TEXT
            for duty in task.assignments:
                if is_dated and duty.unit.name in (DINGHAI, PUTUO, SHENGSI):
                    self.watched[duty.unit.name, names[task.deadline]] = duty
                    if duty.unit.name != SHENGSI:
                        tasks.receive(duty, None, now)
                else:
                    tasks.withdraw(duty, None, now, "本表不看")
        assert len(self.watched) == 9
        db.session.commit()

    def live(self, day: date) -> None:
        """The two jobs of the morning, then what the script says."""
        jobs.remind(at(day, "08:50"))
        jobs.digest(at(day, "09:00"))
        for line in SCRIPT.strip().splitlines():
            on, clock, unit, what, *deed = line.split()
            if on == f"{day:%m-%d}":
                self.act(at(day, clock), unit, what, " ".join(deed))
        db.session.commit()

    def act(self, now: datetime, unit: str, what: str, deed: str) -> None:
        office, approver = person(Role.SUPERVISOR), person(Role.APPROVER)
        reporter, head = person(Role.REPORTER, unit), person(Role.HEAD, unit)
        duties = [duty for (name, key), duty in self.watched.items() if name == unit and what in (key, "all")]
        match deed.split(",")[0]:
            case "sign":
                for duty in duties:
                    tasks.receive(duty, reporter, now)
            case "hand in":
                tasks.request_closure(duties[0], reporter, now, "已完成")
            case "send back":
                tasks.send_back(duties[0], office, now, "佐证不足")
            case "close":
                tasks.close(duties[0], office, now)
            case "suspend":
                tasks.suspend(duties[0], approver, now, "台风善后")
            case "resume":
                tasks.resume(duties[0], approver, now)
            case "ask for more time":
                wish = requests.Wish(date(2020, 10, 9), "汛期停工")
                self.extension = requests.ask_extension(duties[0], head, now, wish)
            case "grant":
                requests.grant(self.extension, approver, now)
            case "issue a yellow slip":
                order = slips.Order(Colour.YELLOW, "请说明原因", date(2020, 7, 7))
                self.slip = slips.issue(duties[0], order, office, now, statutory())
            case "answer":
                slips.reply(self.slip, reporter, now, "正在办理")
            case "settle":
                slips.settle(self.slip, office, now)
            case _:
                raise ValueError(deed)


def at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), SHANGHAI)


def person(role: Role, unit: str = "") -> User:
    query = db.select(User).where(User.role == role).order_by(User.id)
    if unit:
        query = query.where(User.unit.has(name=unit))
    return db.session.scalars(query).first()
