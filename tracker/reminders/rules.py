"""When to remind whom, and when a message may go out. Pure; the tables are the policy."""

import re
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from tracker.workdays import Workdays


class Step(NamedTuple):
    """From ``offset`` working days after the deadline (negative: before) this step is reached."""

    name: str
    offset: int
    label: str
    to_head: bool  # also to the unit's head
    to_office: bool  # also to the supervisors


class Schedule(NamedTuple):
    """When whom, for one level of tasks; all in working days. These are the usual ones, see ``policy``."""

    before: tuple[int, ...] = (7, 3, 1)  # so many before the deadline
    on_day: bool = True  # and on it
    after: tuple[int, ...] = (1, 3, 5)  # so many after it
    weekly: int = 5  # after the last of these, once in so many; 0: no more
    head_from: int = -1  # from this day after the deadline on (negative: before) also to the unit's head
    office_from: int = 5  # and to the supervisors
    unsigned_after: int = 2  # without 签收; 0: no reminder

    def at(self, offset: int) -> Step | None:
        """The latest step at ``offset`` working days after the deadline."""
        weeks = (offset - max(self.after)) // self.weekly if self.weekly else 0
        if weeks > 0:
            return self._step(max(self.after) + weeks * self.weekly)
        offsets = (*(-n for n in self.before), *(0,) * self.on_day, *self.after)
        return max((self._step(one) for one in offsets if one <= offset), key=_offset, default=None)

    def _step(self, offset: int) -> Step:
        return Step(
            name_of(offset), offset, words_of(offset), offset >= self.head_from, offset >= self.office_from
        )


USUAL = Schedule()
SLIP = "slip:"  # before the name of a step: counted to the day a slip (督办单) is to be answered by
SLIP_ISSUED = Step("issued", 0, "请按期回复", to_head=True, to_office=False)
OBJECTS = "objects:"  # before the name of a step: counted to the day a step of a roster's objects is due
UNSIGNED = Step("unsigned", 0, "下达后仍未签收", to_head=False, to_office=False)

HOURS = FIRST_HOUR, LAST_HOUR = time(8, 30), time(17, 30)  # Beijing; outside of them it is quiet
DIGEST_HOUR = time(9, 0)  # the day's message is put together; nobody is sent one before
MOST_ATTEMPTS = 8  # of one delivery, within some two hours; an outage of the whole channel is not counted
CLAIM = timedelta(minutes=10)  # a process that was killed while sending gives its delivery back after this
LONGEST_OUTAGE = timedelta(days=7)  # of a channel, until what waits for it is given up
LONGEST_WAIT = timedelta(hours=1)  # of a delivery between two attempts
LONGEST_REST = timedelta(minutes=30)  # of a channel that does not answer


def _offset(step: Step) -> int:
    return step.offset


def step_on(deadline: date, today: date, workdays: Workdays, schedule: Schedule = USUAL) -> Step | None:
    """The step reached ``today``, the latest one only: what was missed is caught up once, never in a heap.

    None on a day off, and before the first step.
    """
    if not workdays.is_workday(today):
        return None
    return schedule.at(workdays.between(deadline, today))


def name_of(offset: int) -> str:
    """T-3, T0, +5, +W1: a step's name says its day and nothing else, whatever the rules of the day."""
    if offset > 5 and offset % 5 == 0:
        return f"+W{offset // 5 - 1}"  # whole weeks after the fifth working day
    return f"+{offset}" if offset > 0 else f"T{offset}" if offset else "T0"


def offset_of(name: str) -> int | None:
    """How many working days after the deadline a step of that name is; None for one of another kind."""
    found = re.fullmatch(r"(T-?|\+W?)(\d+)", name)
    if found is None:
        return None
    number = int(found[2])
    return {"T": 0, "T-": -number, "+": number, "+W": 5 * number + 5}[found[1]]


def words_of(offset: int) -> str:
    """How far away the deadline is, at the least: a step that was missed is told some days after its own."""
    if offset < 0:
        return f"{-offset}个工作日内到期"
    if offset < 2:
        return "已逾期" if offset else "今天到期"
    return f"已逾期{offset}个工作日以上"


def label_of(name: str) -> str:
    """What a step is called in a message."""
    if name.startswith("urge-"):
        return "督查部门催办"
    if name.startswith(SLIP):
        return f"督办单待回复，{label_of(name.removeprefix(SLIP))}"
    if name.startswith(OBJECTS):
        return f"对象台账有步骤{label_of(name.removeprefix(OBJECTS))}"
    offset = offset_of(name)
    if offset is not None:
        return words_of(offset)
    return next((step.label for step in (UNSIGNED, SLIP_ISSUED) if name.startswith(step.name)), name)


def is_due(name: str) -> bool:
    """Whether a step says that something is due today or late."""
    return name.removeprefix(OBJECTS).removeprefix(SLIP).startswith(("T0", "+", "urge-"))


def is_pressing(name: str) -> bool:
    """Whether that is so, or the unit is to answer a slip: worth an SMS."""
    return is_due(name) or name.startswith(SLIP)


def came_late(deadline: date | None, noticed_on: date | None) -> bool:
    """通知送达晚于时限: a unit that had no notice up to and with the last day is not marked late.

    ``noticed_on``: the day of the first notice that can be shown, None when there is none. Reading it is not
    asked for: who never looks into the inbox has been told all the same.
    """
    return deadline is not None and (noticed_on is None or noticed_on > deadline)


def may_send(local: datetime, workdays: Workdays, hours: tuple[time, time] = HOURS) -> bool:
    """Whether a message may go out at ``local`` (Beijing time): office hours of a working day."""
    first, last = hours
    return workdays.is_workday(local.date()) and first <= local.time() < last


def send_from(local: datetime, workdays: Workdays, hours: tuple[time, time] = HOURS) -> datetime:
    """The first moment from ``local`` (Beijing time) on at which a message may go out."""
    if may_send(local, workdays, hours):
        return local
    first, _ = hours
    day = local.date() if local.time() < first else local.date() + timedelta(days=1)
    return datetime.combine(workdays.on_or_after(day), first, local.tzinfo)


def digest_from(local: datetime, workdays: Workdays, hours: tuple[time, time] = HOURS) -> datetime:
    """The first moment from ``local`` (Beijing time) on at which a day's message may go out; its day is the
    message's. What comes in the evening or on a day off goes with the next working day's."""
    first, last = hours
    return send_from(local, workdays, (max(first, DIGEST_HOUR), last))


def wait_after(attempts: int) -> timedelta:
    """How long a delivery waits after its ``attempts``-th failure: 1, 2, 4 … minutes, an hour at most."""
    return min(timedelta(minutes=2 ** (min(attempts, 20) - 1)), LONGEST_WAIT)


def rest_after(failures: int) -> timedelta:
    """How long a channel rests after so many failures in a row: 1, 2, 4 … minutes, half an hour at most."""
    return min(timedelta(minutes=2 ** (min(failures, 20) - 1)), LONGEST_REST)
