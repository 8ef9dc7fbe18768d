"""Pure rules of the three lists."""

from collections.abc import Mapping
from datetime import date, timedelta

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
    return found_on + timedelta(days=IMMEDIATE_DAYS)


def missing_slots(slots: Mapping[str, str]) -> list[str]:
    """Labels of the closing slots that say nothing yet, in order."""
    return [slot.label for slot in Slot if not slots.get(slot.value, "").strip()]


def closing_rate(closed: int, due: int) -> int | None:
    """销号率 in percent, halves up; None when nothing was due."""
    return None if due == 0 else (200 * closed + due) // (2 * due)
