"""How days, moments and shares are written on a page."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from flask import Flask, url_for

from tracker import clock
from tracker.words import Word
from tracker.workdays import Workdays, statutory

WEEKDAYS = "一二三四五六日"

# For a macro that knows nothing but its arguments: what it made of the same ones is not made again. Words of
# two classes may be equal, so the types count.
kept = lru_cache(maxsize=2000, typed=True)


def kept_by_calendar(macro: Callable[..., Any]) -> Callable[..., Any]:
    """As ``kept``, for a macro that says how late something is: made anew when the working days change."""

    @kept
    def made(_: Workdays, *args: Any, **kwargs: Any) -> Any:
        return macro(*args, **kwargs)

    return lambda *args, **kwargs: made(statutory(), *args, **kwargs)


def day(value: date | None) -> str:
    """2020年6月30日; nothing for None."""
    return "" if value is None else f"{value.year}年{value.month}月{value.day}日"


def short_day(value: date | None) -> str:
    """2020-06-30, for tables."""
    return "" if value is None else value.isoformat()


def weekday(value: date) -> str:
    """星期二."""
    return f"星期{WEEKDAYS[value.weekday()]}"


def month(value: str) -> str:
    """2020年6月 for the month 2020-06."""
    year, number = value.split("-")
    return f"{year}年{int(number)}月"


def moment(value: datetime | None) -> str:
    """2020-06-30 14:05, as the clocks in Shanghai show it."""
    return "" if value is None else value.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")


def percent(value: float | None, digits: int = 0) -> str:
    """A share of 1 as 83%; a dash for None (nothing to share)."""
    return "—" if value is None else f"{value:.{digits}%}"


def points(value: Decimal) -> str:
    """80.63 for 80.625: two places, halves up, with a real minus sign."""
    return f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP)}".replace("-", "−")


def file_size(length: int) -> str:
    """How large a file is: 108 字节, 12.5 KB, 3.4 MB."""
    if length < 1024:
        return f"{length} 字节"
    return f"{length / 1024:.1f} KB" if length < 1024**2 else f"{length / 1024**2:.1f} MB"


def days_left(deadline: date, today: date) -> str:
    """How far the last day on time is away: calendar days before it, working days after it."""
    left = (deadline - today).days
    if left < 0:
        return f"逾期{late_words(deadline, today)}"
    return f"还有{left}天" if left else "今天到期"


def late_words(deadline: date, until: date) -> str:
    """How late ``until`` is, as reminders, board, slips and scores count it: 3个工作日."""
    late = statutory().between(deadline, until)
    return f"{late}个工作日" if late else "不足1个工作日"


def pairs(options: Iterable[Word | tuple[object, str]]) -> tuple[tuple[object, str], ...]:
    """What a select offers, as (value, label): of Words (a Word class itself will do), or of pairs."""
    return tuple(
        (option.value, option.label) if isinstance(option, Word) else (option[0], option[1])
        for option in options
    )


def stem(endpoint: str, **number: Any) -> str:
    """The address of page 0 without the number, ``stem("tasks.show", task_id=0)``: made once for all rows."""
    return url_for(endpoint, **number).removesuffix("0")


FILTERS = (day, short_day, weekday, month, moment, percent, days_left, late_words, file_size, pairs, points)


def install(app: Flask) -> None:
    for rule in FILTERS:
        app.jinja_env.filters[rule.__name__] = rule
    app.jinja_env.globals.update(today=clock.today, kept=kept, kept_by_calendar=kept_by_calendar, stem=stem)
