"""Lengths of time (30日, 20个工作日, 三个月, 半年) and days so far from another."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from tracker.documents.deadlines.numerals import COUNT, number

AddWorkdays = Callable[[date, int], date]

# 三月 and 一季度 are dates, 三个月 and 一个季度 periods; so are 2021年 and 3年.
PERIOD = (
    rf"(?:(?!(?:19|20)[0-9]{{2}}[年~至到-])(?:{COUNT}(?:[-~至到或]{COUNT})?|半|[数几])"
    r"(?:个?工作日|个?自然日|日历日|[日天](?!然)|个?星期|周(?!岁|年|边)|个半?月|(?<=[两半数几])月|个季度"
    r"|年半?|个?小时"
    r"|分钟))"
)
_PERIOD = re.compile(
    rf"(?:{COUNT}[-~至到或])?(?P<count>{COUNT}|半|[数几])个?(?P<unit>工作日|自然日|日历日|日|天|星期|周"
    rf"|半月|月|季度|年半|年|小时|分钟)"
)
_MONTHS = {"月": 1, "季度": 3, "年": 12}
_DAYS = {"日": 1, "天": 1, "自然日": 1, "日历日": 1, "周": 7, "星期": 7}
# No paper sets a term longer than this.
_MOST_DAYS, _MOST_MONTHS = 4000, 600


def shift(day: date, period: str, direction: int, add_workdays: AddWorkdays) -> date | None:
    """``day`` moved by a PERIOD, onward (1) or back (-1); the longer of 1至2个月.

    ``day`` itself is not counted, a month ends on the day of the same number or its last
    (Civil Code art. 201, 202). None when the period has no number, is in hours below a day, or absurd.
    """
    found = _PERIOD.fullmatch(period)
    if not found:
        return None
    count, unit = found["count"], found["unit"]
    if unit in ("小时", "分钟"):
        hours = (number(count) or 0) if unit == "小时" else 0
        return _plus_days(day, direction * -(-hours // 24)) if 0 < hours <= 24 * 30 else None
    if count == "半":
        return (
            _plus_days(day, 15 * direction)
            if unit == "月"
            else _plus_months(day, 6 * direction)
            if unit == "年"
            else None
        )
    n = number(count)
    if not n:
        return None
    if unit == "工作日":
        return add_workdays(day, n * direction) if n <= _MOST_DAYS // 4 else None
    if unit in _DAYS:
        return _plus_days(day, n * _DAYS[unit] * direction)
    if unit == "年半":
        return _plus_months(day, (12 * n + 6) * direction)
    if unit == "半月":
        later = _plus_months(day, n * direction)
        return later and _plus_days(later, 15 * direction)
    return _plus_months(day, n * _MONTHS[unit] * direction)


def is_vague(period: str) -> bool:
    """Whether a period is itself a range: 1至2个月."""
    return bool(re.search("[-~至到或]", period))


def _plus_days(day: date, n: int) -> date | None:
    return day + timedelta(days=n) if abs(n) <= _MOST_DAYS else None


def _plus_months(day: date, n: int) -> date | None:
    if abs(n) > _MOST_MONTHS:
        return None
    month = day.year * 12 + day.month - 1 + n
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
