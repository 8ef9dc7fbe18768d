"""How days, moments and shares are written on a page."""

from datetime import date, datetime

from flask import Flask

from tracker import clock

WEEKDAYS = "一二三四五六日"


def day(value: date | None) -> str:
    """2020年6月30日; nothing for None."""
    return "" if value is None else f"{value.year}年{value.month}月{value.day}日"


def short_day(value: date | None) -> str:
    """2020-06-30, for tables."""
    return "" if value is None else value.isoformat()


def weekday(value: date) -> str:
    """星期二."""
    return f"星期{WEEKDAYS[value.weekday()]}"


def moment(value: datetime | None) -> str:
    """2020-06-30 14:05, as the clocks in Shanghai show it."""
    return "" if value is None else value.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")


def percent(value: float | None, digits: int = 0) -> str:
    """A share of 1 as 83%; a dash for None (nothing to share)."""
    return "—" if value is None else f"{value:.{digits}%}"


def days_left(deadline: date, today: date) -> str:
    """How far the last day on time is away, in calendar days."""
    left = (deadline - today).days
    if left < 0:
        return f"逾期{-left}天"
    return f"还有{left}天" if left else "今天到期"


def install(app: Flask) -> None:
    for rule in (day, short_day, weekday, moment, percent, days_left):
        app.jinja_env.filters[rule.__name__] = rule
    app.jinja_env.globals["today"] = clock.today
