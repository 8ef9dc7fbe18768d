"""The statutory calendar of China: working days with their make-up days, and the dates of festivals."""

from bisect import bisect_left, bisect_right
from calendar import isleap
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

_DAY = timedelta(days=1)

# Festivals of the solar calendar, and their dates in the moving one, below.
_FIXED = {
    "元旦": (1, 1),
    "妇女节": (3, 8),
    "植树节": (3, 12),
    "劳动节": (5, 1),
    "青年节": (5, 4),
    "儿童节": (6, 1),
    "建党节": (7, 1),
    "建军节": (8, 1),
    "教师节": (9, 10),
    "国庆节": (10, 1),
}
_MOVING = ("春节", "清明节", "端午节", "中秋节", "重阳节")
_MOVING_DAYS = """
2004 01-22 04-04 06-22 09-28 10-22  2005 02-09 04-05 06-11 09-18 10-11  2006 01-29 04-05 05-31 10-06 10-30
2007 02-18 04-05 06-19 09-25 10-19  2008 02-07 04-04 06-08 09-14 10-07  2009 01-26 04-04 05-28 10-03 10-26
2010 02-14 04-05 06-16 09-22 10-16  2011 02-03 04-05 06-06 09-12 10-05  2012 01-23 04-04 06-23 09-30 10-23
2013 02-10 04-04 06-12 09-19 10-13  2014 01-31 04-05 06-02 09-08 10-02  2015 02-19 04-05 06-20 09-27 10-21
2016 02-08 04-04 06-09 09-15 10-09  2017 01-28 04-04 05-30 10-04 10-28  2018 02-16 04-05 06-18 09-24 10-17
2019 02-05 04-05 06-07 09-13 10-07  2020 01-25 04-04 06-25 10-01 10-25  2021 02-12 04-04 06-14 09-21 10-14
2022 02-01 04-05 06-03 09-10 10-04  2023 01-22 04-05 06-22 09-29 10-23  2024 02-10 04-04 06-10 09-17 10-11
2025 01-29 04-04 05-31 10-06 10-29  2026 02-17 04-05 06-19 09-25 10-18  2027 02-06 04-05 06-09 09-15 10-08
2028 01-26 04-04 05-28 10-03 10-26  2029 02-13 04-04 06-16 09-22 10-16  2030 02-03 04-05 06-05 09-12 10-05
2031 01-23 04-05 06-24 10-01 10-24  2032 02-11 04-04 06-12 09-19 10-12  2033 01-31 04-04 06-01 09-08 10-01
2034 02-19 04-05 06-20 09-27 10-20  2035 02-08 04-05 06-10 09-16 10-09  2036 01-28 04-04 05-30 10-04 10-27
2037 02-15 04-04 06-18 09-24 10-17  2038 02-04 04-05 06-07 09-13 10-07  2039 01-24 04-05 05-27 10-02 10-26
2040 02-12 04-04 06-14 09-20 10-14
"""
# Days counted from the spring festival.
_FROM_SPRING = {"除夕": -1, "元宵节": 14}

# Days off by law (全国年节及纪念日放假办法, as amended from 2025): festival -> days from its date.
_LEGAL = {
    "元旦": (0,),
    "春节": (-1, 0, 1, 2),
    "清明节": (0,),
    "劳动节": (0, 1),
    "端午节": (0,),
    "中秋节": (0,),
    "国庆节": (0, 1, 2),
}
FESTIVALS = (*_FIXED, *_MOVING, *_FROM_SPRING)
HOLIDAYS = tuple(_LEGAL)


def festival(name: str, year: int) -> date | None:
    """The day of a festival (one of FESTIVALS) in ``year``; None outside 2004 to 2040 for a moving one."""
    if name in _FIXED:
        return date(year, *_FIXED[name])
    if name in _FROM_SPRING:
        spring = _moving_days().get(("春节", year))
        return spring and spring + _FROM_SPRING[name] * _DAY
    return _moving_days().get((name, year))


@cache
def _moving_days() -> dict[tuple[str, int], date]:
    words = _MOVING_DAYS.split()
    rows = (words[at : at + 1 + len(_MOVING)] for at in range(0, len(words), 1 + len(_MOVING)))
    return {
        (name, int(row[0])): date.fromisoformat(f"{row[0]}-{day}")
        for row in rows
        for name, day in zip(_MOVING, row[1:], strict=True)
    }


@cache
def legal_days_off(year: int) -> dict[date, str]:
    """The days off by law in ``year`` -> their festival; no moving ones outside 2004 to 2040."""
    days = ((festival(name, year), name, offsets) for name, offsets in _LEGAL.items())
    return {day + n * _DAY: name for day, name, offsets in days if day for n in offsets}


@dataclass(frozen=True)
class Workdays:
    """Working days: Monday to Friday, without ``days_off``, with the weekend days in ``make_up``.

    ``years`` are those whose arrangement the State Council has published. Any other year is estimated:
    its legal festivals are free, and there are no make-up days.
    """

    days_off: frozenset[date] = frozenset()
    make_up: frozenset[date] = frozenset()
    years: Container[int] = range(0)
    _counted: dict[int, list[date]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def is_estimated(self, year: int) -> bool:
        """Whether the arrangement of ``year`` is not known here."""
        return year not in self.years

    def is_workday(self, day: date) -> bool:
        """Whether offices work on ``day``."""
        if day.weekday() > 4:
            return day in self.make_up
        is_guessed = self.is_estimated(day.year) and day in legal_days_off(day.year)
        return not is_guessed and day not in self.days_off

    def add(self, day: date, n: int) -> date:
        """The ``n``-th working day after ``day``, which is itself not counted; before it when ``n`` < 0.

        ``add(day, 0)`` is ``day``. Raises OverflowError past the calendar's ends (years 1 and 9999).
        """
        step = _DAY if n > 0 else -_DAY
        for _ in range(abs(n)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def on_or_after(self, day: date) -> date:
        """``day`` when it is a working day, else the next one (逢节假日顺延)."""
        return day if self.is_workday(day) else self.add(day, 1)

    def between(self, first: date, last: date) -> int:
        """Working days after ``first`` up to and with ``last``; negative when ``last`` comes before.

        ``between(day, add(day, n)) == n``.
        """
        if last < first:
            years = map(self._days_of, range(last.year, first.year + 1))
            return sum(bisect_left(days, last) - bisect_left(days, first) for days in years)
        years = map(self._days_of, range(first.year, last.year + 1))
        return sum(bisect_right(days, last) - bisect_right(days, first) for days in years)

    def _days_of(self, year: int) -> list[date]:
        """The working days of ``year`` in order."""
        if year not in self._counted:
            first, length = date(year, 1, 1), 366 if isleap(year) else 365
            days = (first + n * _DAY for n in range(length))
            self._counted[year] = [day for day in days if self.is_workday(day)]
        return self._counted[year]


MOST_YEARS = 10  # days further from today are slips of the pen


def misdated(day: date | None, today: date, name: str) -> str:
    """Why a day is taken for a slip of the pen; "" when it may be meant."""
    first, last = today.year - MOST_YEARS, today.year + MOST_YEARS
    if day is None or first <= day.year <= last:
        return ""
    return f"{name}{day}在{first}年至{last}年之外，请核对年份"


@cache
def published() -> Workdays:
    """The calendar the State Council had published when `chinesecalendar` was last renewed."""
    from chinese_calendar import constants  # loaded when first asked for

    days_off, make_up = frozenset(constants.holidays), frozenset(constants.workdays)
    return Workdays(days_off, make_up, range(min(days_off).year, max(days_off).year + 1))


_read: Callable[[], Workdays] = published


def statutory() -> Workdays:
    """The calendar in force: the office's own where the program has a database, else ``published``."""
    return _read()


def read_from(source: Callable[[], Workdays]) -> None:
    """From now on ``statutory`` answers what ``source`` does: the room that keeps the calendar says so."""
    global _read
    _read = source
