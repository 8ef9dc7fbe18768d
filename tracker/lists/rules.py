"""Pure rules of the three lists."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from tracker.words import Word

IMMEDIATE_DAYS = 30  # 立行立改: at most so many days
ENTRY_WORKDAYS = 1  # a duty overdue by more working days than this enters the lists by itself


class Slot(Word):
    """销号标准: five things to prove, each with evidence or a written "不适用"."""

    REMEDIES = "remedies", "措施全部落实"
    LAWFUL = "lawful", "依法依规处理到位"
    EFFECT = "effect", "效果达标"
    BY_ANALOGY = "by_analogy", "举一反三"
    LASTING = "lasting", "长效机制"


def account_number(year: int, serial: int) -> str:
    """挂账号: "2020-0001"; never reused."""
    return f"{year}-{serial:04d}"


def immediate_deadline(found_on: date) -> date:
    """The last day of 立行立改 counted from the day the problem was found."""
    month = timedelta(days=IMMEDIATE_DAYS)
    return min(found_on, date.max - month) + month


class Tally(NamedTuple):
    """How many accounts there are: standing and withdrawn ones have nothing to strike off."""

    total: int = 0
    closed: int = 0
    standing: int = 0
    withdrawn: int = 0
    late: int = 0  # the deadline has passed and the unit has not handed it in

    @property
    def owed(self) -> int:
        """应销号: the denominator of the closing rate."""
        return self.total - self.standing - self.withdrawn

    @property
    def rate(self) -> int | None:
        return closing_rate(self.closed, self.owed)

    @property
    def words(self) -> str:
        """共9个，应销号6个，已销号2个，销号率33%；…: what counts and what does not."""
        aside = [
            f"{label}{count}个"
            for label, count in (("长期坚持", self.standing), ("已中止", self.withdrawn))
            if count
        ]
        apart = f"（{'、'.join(aside)}不计入）" if aside else ""
        rate = "" if self.rate is None else f"，已销号{self.closed}个，销号率{self.rate}%"
        late = f"；已逾期{self.late}个" if self.late else ""
        return f"共{self.total}个，应销号{self.owed}个{apart}{rate}{late}"


def together(tallies: Iterable[Tally]) -> Tally:
    """All groups as one."""
    return Tally(*map(sum, zip(*tallies, strict=True))) if (tallies := list(tallies)) else Tally()


def closing_rate(closed: int, due: int) -> int | None:
    """销号率 in percent, halves up; None when nothing was due."""
    return None if due == 0 else (200 * closed + due) // (2 * due)
