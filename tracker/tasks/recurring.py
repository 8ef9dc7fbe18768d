"""Periods of a recurring task (填报期): which there are, what they are called, when each is due. Pure.

A period runs from the day after one due day up to and including the next, so that a unit always carries one
and never waits for one; it is called after the month, quarter, half-year, year or week its due day lies in.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from dateutil.rrule import rrulestr

ONE_DAY = timedelta(days=1)

# How often a rule comes, by (FREQ, months of the year it names, days of a month it names): words, and how its
# periods are called. Without a line it makes no periods: what is due daily is one duty to its deadline.
_CYCLES = {
    ("WEEKLY", 0, 1): ("每周", "week"),
    ("MONTHLY", 0, 3): ("每旬", "day"),
    ("MONTHLY", 0, 2): ("每半月", "day"),
    ("MONTHLY", 0, 1): ("每月", "month"),
    ("MONTHLY", 6, 1): ("每两个月", "month"),
    ("MONTHLY", 4, 1): ("每季度", "quarter"),
    ("MONTHLY", 2, 1): ("每半年", "half"),
    ("YEARLY", 1, 1): ("每年", "year"),
}
_TWICE_AS_LONG = {"每周": "每两周", "每年": "每两年"}


class Period(NamedTuple):
    """One turn of a recurring task, both days included."""

    label: str  # 2020-06, 2020-Q3, 2020-H1, 2020, 2020-W23, or its due day where a month holds several
    starts_on: date
    deadline: date


def in_words(rule: str | None) -> str:
    """每月, 每季度, 每两周, …; 每日 for a rule that makes no periods, empty without a rule."""
    if not rule:
        return ""
    cycle = _CYCLES.get(_kind(rule))
    if cycle is None:
        return "每日"
    return _TWICE_AS_LONG.get(cycle[0], cycle[0]) if "INTERVAL=2" in rule else cycle[0]


def periods(rule: str | None, starts_on: date, ends_on: date | None) -> Iterator[Period]:
    """The periods of a task that runs from ``starts_on`` to ``ends_on`` (both included; None: without end).

    ``rule`` is an RFC 5545 RRULE whose occurrences are the due days, as `recurrence_rule` writes it. A due
    day behind ``ends_on`` makes no period. Without a rule, and for a daily one, there are none.
    """
    cycle = _CYCLES.get(_kind(rule)) if rule else None
    if rule is None or cycle is None:
        return
    first = starts_on
    for moment in rrulestr(rule, dtstart=datetime.combine(starts_on, time())):
        day = moment.date()
        if ends_on and day > ends_on:
            return
        yield Period(_label(cycle[1], day), first, day)
        first = day + ONE_DAY


def running(rule: str | None, starts_on: date, ends_on: date | None, day: date) -> Period | None:
    """The period a unit gets that is given its duty on ``day``: the first that is not yet over."""
    return next((each for each in periods(rule, starts_on, ends_on) if each.deadline >= day), None)


def begun(
    rule: str | None, starts_on: date, ends_on: date | None, after: date, today: date
) -> Iterator[Period]:
    """The periods due after ``after`` that have begun by ``today``: all that nobody has been given yet."""
    for period in periods(rule, starts_on, ends_on):
        if period.starts_on > today:
            return
        if period.deadline > after:
            yield period


def _kind(rule: str) -> tuple[str, int, int]:
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    named = {name: parts[name].count(",") + 1 for name in ("BYMONTH", "BYMONTHDAY") if name in parts}
    days = 1 if "BYSETPOS" in parts else named.get("BYMONTHDAY", 1)
    return parts["FREQ"], named.get("BYMONTH", 0), days


def _label(name: str, day: date) -> str:
    week = day.isocalendar()
    return {
        "day": day.isoformat(),
        "week": f"{week.year}-W{week.week:02}",
        "month": f"{day:%Y-%m}",
        "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
        "half": f"{day.year}-H{(day.month + 5) // 6}",
        "year": f"{day.year}",
    }[name]
