"""减负规定: how much time a demand made by hand leaves a unit. Pure; the one place that knows.

Source: the binding rules on relieving the grassroots published since 2023; see §减负规定 of the manual.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tracker.words import Word
from tracker.workdays import Workdays

NOTICE_WORKDAYS = 3  # a demand leaves at least so many
LONGEST_HURRY = 1000  # characters of the reason for leaving less
LAST_HOUR = time(17, 0)  # what is asked for after it counts from the next working day


class Relief(Word):
    """减负规定: one rule a demand may be against."""

    NOTICE = "notice", f"至少留{NOTICE_WORKDAYS}个工作日"
    EVENING = "evening", f"{LAST_HOUR:%H}时以后提出的，从下一个工作日算起"
    WEEKEND = "weekend", "不在周五（节前）布置、下周一（节后）就要"


class Kind(Word):
    """What is demanded."""

    TASK = "task", "交办任务"
    DEADLINE = "deadline", "提前时限"
    REPORTING = "reporting", "定期填报"
    URGE = "urge", "催办"
    CALL = "call", "电话催办"
    SLIP = "slip", "督办单"
    PROBLEM = "problem", "交办问题"


@dataclass(frozen=True)
class Breach:
    """A demand that leaves too little time: the rules it is against, and the first day that would do."""

    rules: tuple[Relief, ...]
    earliest: date

    @property
    def named(self) -> str:
        """The rules by name."""
        return "；".join(rule.label for rule in self.rules)

    @property
    def words(self) -> str:
        """What the person who asks is told."""
        return f"减负规定：{self.named}。最早可以要求{self.earliest}完成"


def earliest_due(local: datetime, workdays: Workdays) -> date:
    """The first day that may be set when something is demanded at ``local`` (Beijing time).

    On a day off it counts from the next working day.
    """
    day = workdays.on_or_after(local.date())
    if day == local.date() and local.time() > LAST_HOUR:
        day = workdays.add(day, 1)
    return workdays.add(day, NOTICE_WORKDAYS)


def breach(local: datetime, due_on: date | None, workdays: Workdays) -> Breach | None:
    """The rules that a demand made at ``local`` for ``due_on`` is against; None when it leaves enough time.

    ``due_on`` None: no day is set.
    """
    earliest = earliest_due(local, workdays)
    if due_on is None or due_on >= earliest:
        return None
    in_office = datetime.combine(local.date(), LAST_HOUR, local.tzinfo)
    is_short = due_on < earliest_due(min(local, in_office), workdays)
    rules = [
        *([Relief.NOTICE] if is_short else []),
        *([Relief.EVENING] if local.time() > LAST_HOUR and workdays.is_workday(local.date()) else []),
        *([Relief.WEEKEND] if _takes_days_off(local.date(), due_on, workdays) else []),
    ]
    return Breach(tuple(rules), earliest)


def _takes_days_off(asked_on: date, due_on: date, workdays: Workdays) -> bool:
    """Whether there are days off up to ``due_on``, and no working day before it."""
    after = [asked_on + timedelta(days=n) for n in range(1, (due_on - asked_on).days + 1)]
    is_off = [not workdays.is_workday(day) for day in after]
    return any(is_off) and all(is_off[:-1])
