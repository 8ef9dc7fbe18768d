"""When to remind whom, and when a message may go out. Pure; the tables are the policy."""

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


STEPS = (
    Step("T-7", -7, "还有7个工作日到期", to_head=False, to_office=False),
    Step("T-3", -3, "还有3个工作日到期", to_head=False, to_office=False),
    Step("T-1", -1, "还有1个工作日到期", to_head=True, to_office=False),
    Step("T0", 0, "今天到期", to_head=True, to_office=False),
    Step("+1", 1, "已逾期", to_head=True, to_office=False),
    Step("+3", 3, "已逾期3个工作日", to_head=True, to_office=False),
    Step("+5", 5, "已逾期5个工作日", to_head=True, to_office=True),
)
WEEKLY = 5  # after the last step, once in so many working days
UNSIGNED_AFTER = 2  # working days without 签收
SLIP = "slip:"  # before the name of a step: counted to the day a slip (督办单) is to be answered by
SLIP_ISSUED = Step("issued", 0, "刚刚发出", to_head=True, to_office=False)
UNSIGNED = Step("unsigned", 0, "下达后2个工作日仍未签收", to_head=False, to_office=False)

FIRST_HOUR, LAST_HOUR = time(8, 30), time(17, 30)  # Beijing; between two such evenings and mornings is quiet
MOST_ATTEMPTS = 8  # of one delivery, within some two hours; an outage of the whole channel is not counted
CLAIM = timedelta(minutes=10)  # a process that was killed while sending gives its delivery back after this
LONGEST_OUTAGE = timedelta(days=7)  # of a channel, until what waits for it is given up
LONGEST_WAIT = timedelta(hours=1)  # of a delivery between two attempts
LONGEST_REST = timedelta(minutes=30)  # of a channel that does not answer


def step_on(deadline: date, today: date, workdays: Workdays) -> Step | None:
    """The step reached ``today``, the latest one only: what was missed is caught up once, never in a heap.

    None on a day off, and while the deadline is more than seven working days away.
    """
    if not workdays.is_workday(today):
        return None
    return step_at(workdays.between(deadline, today))


def step_at(offset: int) -> Step | None:
    """The latest step at ``offset`` working days after the deadline."""
    last = STEPS[-1]
    weeks = (offset - last.offset) // WEEKLY
    if weeks > 0:
        return last._replace(
            name=f"+W{weeks}", offset=offset, label=f"已逾期{last.offset + weeks * WEEKLY}个工作日以上"
        )
    return next((step for step in reversed(STEPS) if offset >= step.offset), None)


def label_of(name: str) -> str:
    """What a step is called in a message."""
    if name.startswith("+W"):
        step = step_at(STEPS[-1].offset + int(name[2:]) * WEEKLY)
        return step.label if step else name
    if name.startswith("urge-"):
        return "督查部门催办"
    if name.startswith(SLIP):
        return f"督办单待回复，{label_of(name.removeprefix(SLIP))}"
    return next((step.label for step in (*STEPS, UNSIGNED, SLIP_ISSUED) if step.name == name), name)


def is_pressing(name: str) -> bool:
    """Whether a step says that a duty is due today or late, or is asked for by hand: worth an SMS."""
    return name == "T0" or name.startswith(("+", "urge-", SLIP))


def may_send(local: datetime, workdays: Workdays) -> bool:
    """Whether a message may go out at ``local`` (Beijing time): office hours of a working day."""
    return workdays.is_workday(local.date()) and FIRST_HOUR <= local.time() < LAST_HOUR


def send_from(local: datetime, workdays: Workdays) -> datetime:
    """The first moment from ``local`` (Beijing time) on at which a message may go out."""
    if may_send(local, workdays):
        return local
    day = local.date() if local.time() < FIRST_HOUR else local.date() + timedelta(days=1)
    return datetime.combine(workdays.on_or_after(day), FIRST_HOUR, local.tzinfo)


def wait_after(attempts: int) -> timedelta:
    """How long a delivery waits after its ``attempts``-th failure: 1, 2, 4 … minutes, an hour at most."""
    return min(timedelta(minutes=2 ** (min(attempts, 20) - 1)), LONGEST_WAIT)


def rest_after(failures: int) -> timedelta:
    """How long a channel rests after so many failures in a row: 1, 2, 4 … minutes, half an hour at most."""
    return min(timedelta(minutes=2 ** (min(failures, 20) - 1)), LONGEST_REST)
