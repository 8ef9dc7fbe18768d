"""Stretches of the calendar, and moments: stretches that words name, before it is known what is meant."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum
from typing import NamedTuple, TypedDict, Unpack

from tracker.documents.deadlines.hours import clock
from tracker.documents.deadlines.numerals import DIGIT, ONES, SMALL, WHOLE, ZEROS, is_misread, number
from tracker.documents.deadlines.reading import Base

ONE_DAY = timedelta(days=1)
YEARS = range(1950, 2101)  # others are no years of a paper


class Grain(IntEnum):
    """How wide a stretch of the calendar a moment is."""

    DAY = 1
    WEEK = 2
    TENTH = 3
    MONTH = 4
    QUARTER = 5
    HALF = 6
    YEAR = 7
    TERM = 8


class Stretch(NamedTuple):
    """Days from ``first`` to ``last``; ``mended`` when the text named a day that does not exist."""

    first: date
    last: date
    mended: bool = False


Place = Callable[[int, Base], Stretch | None]


def day(year: int, month: int, of_month: int) -> Stretch | None:
    """One day; 31 September becomes the 30th, ``mended``. None for what is no date at all."""
    if year not in YEARS or not (1 <= month <= 12 and 1 <= of_month <= 31):
        return None
    last = monthrange(year, month)[1]
    there = date(year, month, min(of_month, last))
    return Stretch(there, there, of_month > last)


def months(year: int, first: int, last: int) -> Stretch | None:
    """From the first day of one month to the last of another in the same year."""
    begin, end = day(year, first, 1), day(year, last, 31)
    return Stretch(begin.first, end.last) if begin and end else None


@dataclass(frozen=True)
class Moment:
    """A stretch of the calendar named at [start, stop), with what its words say about it.

    ``place`` puts it into a year. ``year`` is the year written; ``said`` the word for one (明年).
    ``edge``: it names an end (a day, 底, 末), so that 前 includes it. ``feast``: 前 does not include it.
    ``whole``: it is meant from its first to its last day. ``loose``: too little to be a date in running text.
    ``unsure``: a short form, which needs more around it.
    """

    start: int
    stop: int
    grain: Grain
    place: Place
    year: int | None = None
    said: str = ""
    edge: bool = False
    feast: bool = False
    whole: bool = False
    loose: bool = False
    approx: bool = False
    unsure: bool = False
    misread: bool = False
    time: str | None = None


# Years from that of the paper, and from the year last named in the sentence.
SAID = {"今年": 0, "本年": 0, "明年": 1, "来年": 1, "下年": 1, "下一年": 1, "后年": 2}
SAID_PAST = {"去年": -1, "上年": -1, "上一年": -1, "前年": -2}
TODAY = "即日"  # said of no year: the day of the paper
SAID_THERE = {"当年": 0, "同年": 0, "次年": 1, "翌年": 1}

_NUMBER = (
    f"[12ZzI][09Oo]{DIGIT}{{2}}|[一二][{ZEROS}九][{ZEROS}{ONES}]{{2}}"
    f"|[12][0-9](?=年(?:{SMALL}月|年?[底末]))"  # 21年6月
)
_WORD = "|".join(["(?<!以)前年", *SAID, *SAID_THERE, "去年", "上一?年"])
YEAR = rf"(?:{WHOLE}(?P<year>{_NUMBER})年度?|(?P<said>{_WORD})度?)"
WHEN = f"(?:{YEAR}的?)?"
# A bare 年底 or 年内 must not be the rest of 五年内, 每年底 or 学年末.
NO_YEAR = f"(?<![0-9A-Za-z{ONES}{ZEROS}十两半几数多每逐今明本当次翌来后同去上前往下历近学周])"
TO = "(?:直?至|直?到|[-~一—]{1,2})"
LISTERS = "、和及与"
AND = f"[{LISTERS}]"


class Marks(TypedDict, total=False):
    """What a reader may say of a moment beyond its place; see `Moment`."""

    edge: bool
    feast: bool
    whole: bool
    loose: bool
    approx: bool
    unsure: bool


def named(match: re.Match[str], grain: Grain, place: Place, **marks: Unpack[Marks]) -> Iterator[Moment]:
    """The moment of a whole match, none in an absurd year.

    Its groups ``year`` or ``said`` name the year, ``time`` the hour.
    """
    groups = match.groupdict()
    written = groups.get("year") or ""
    year = number(written)
    if year is not None and len(written) == 2:
        year += 2000
    if written and year not in YEARS:
        return
    said = (groups.get("said") or "").removesuffix("度")
    misread = any(is_misread(groups.get(name) or "") for name in ("year", "month", "day"))
    time = clock(groups.get("time"))
    yield Moment(match.start(), match.end(), grain, place, year, said, misread=misread, time=time, **marks)


class Row(NamedTuple):
    """A form of moments: one of ``needs`` must occur in a text that has any."""

    needs: frozenset[str]
    pattern: re.Pattern[str]
    read: Callable[[re.Match[str]], Iterator[Moment]]


def rows(*table: tuple[str, str, Callable[[re.Match[str]], Iterator[Moment]]]) -> tuple[Row, ...]:
    """The rows of a table: characters of which one must occur, pattern, reader."""
    return tuple(Row(frozenset(needs), re.compile(pattern), read) for needs, pattern, read in table)


def year_of(moment: Moment, base: Base, carried: int | None) -> int | None:
    """The year a moment is in: written, said, carried over from the sentence, or that of the paper."""
    if moment.year:
        return moment.year
    shift = (SAID | SAID_PAST).get(moment.said)
    if shift is not None:
        return base.year + shift if base.year else None
    year = carried or base.year
    return year + SAID_THERE.get(moment.said, 0) if year else None


def joined(a: Moment, b: Moment) -> Moment:
    """From ``a`` to ``b``: the year of one serves for both, and an end before its start is a year later."""

    def place(year: int, base: Base) -> Stretch | None:
        if not a.year and b.year:
            year = min(year, b.year)
        first = a.place(year, base)
        last = b.place(year_of(b, base, year) or year, base)
        if first and last and last.last < first.first:
            first, last = (a.place(b.year - 1, base), last) if b.year else (first, b.place(year + 1, base))
        if not first or not last:
            return None
        end = last.first - ONE_DAY if b.feast and not b.edge else last.last
        begin = first.last if a.edge and a.grain != Grain.WEEK else first.first
        return Stretch(begin, end, first.mended or last.mended) if begin <= end else None

    return replace(
        a,
        stop=b.stop,
        grain=max(a.grain, b.grain),
        place=place,
        edge=False,
        feast=False,
        whole=True,
        loose=False,
        unsure=max(a.grain, b.grain) == Grain.YEAR,  # 2021年至2023年 is more often a title's
        approx=a.approx or b.approx,
        misread=a.misread or b.misread,
        time=b.time,
    )
