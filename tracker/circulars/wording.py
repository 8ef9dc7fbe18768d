"""Numbers, shares, days and names as a circular says them. Pure."""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tracker.circulars.figures import Case, Standing, Totals

DIGITS = "一二三四五六七八九"


def share(part: int, whole: int) -> str:
    """12.5%: one decimal, halves up, none when it is zero. ``whole`` > 0."""
    return f"{short(percent(part, whole))}%"


def compared_share(totals: Totals, last: Totals | None) -> str:
    """，比上月提高5.2个百分点: the difference of the two shares as printed."""
    if last is None or not last.due:
        return ""
    points = percent(totals.on_time, totals.due) - percent(last.on_time, last.due)
    if not points:
        return "，与上月持平"
    return f"，比上月{'提高' if points > 0 else '下降'}{short(abs(points))}个百分点"


def compared_count(overdue: int, last: Totals | None) -> str:
    """，比上月减少2件: overdue duties against those of the month before."""
    if last is None:
        return ""
    more = overdue - last.overdue
    return f"，比上月{'增加' if more > 0 else '减少'}{abs(more)}件" if more else "，件数与上月持平"


def percent(part: int, whole: int) -> Decimal:
    return rounded(Decimal(100 * part) / whole, "0.1")


def rounded(value: Decimal, step: str) -> Decimal:
    return value.quantize(Decimal(step), ROUND_HALF_UP)


def short(value: Decimal) -> str:
    return str(value).removesuffix(".0")


def numeral(number: int) -> str:
    """一 … 九十九."""
    tens, ones = divmod(number, 10)
    return ("" if not tens else "十" if tens == 1 else f"{DIGITS[tens - 1]}十") + (
        DIGITS[ones - 1] if ones else ""
    )


def day_words(day: date) -> str:
    return f"{day.month}月{day.day}日"


def full_day(day: date) -> str:
    return f"{day.year}年{day_words(day)}"


def names_of(standings: Iterable[Standing]) -> str:
    return "、".join(standing.unit for standing in standings)


def units_of(cases: Iterable[Case]) -> int:
    return len({case.unit for case in cases})
