"""Days, months, quarters and years by their names: 2021年6月底, 三季度末, 上半年, 7-9月, 2020-12-31."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple, Unpack

from tracker.documents.deadlines.hours import TIME
from tracker.documents.deadlines.numerals import SMALL, WHOLE, number
from tracker.documents.deadlines.reading import Base
from tracker.documents.deadlines.stretch import (
    AND,
    NO_YEAR,
    ONE_DAY,
    TO,
    WHEN,
    YEAR,
    Grain,
    Marks,
    Moment,
    Stretch,
    day,
    months,
    named,
    rows,
)

Read = Callable[[re.Match[str]], Iterator[Moment]]

LOW = "月?底(?!部|层|线|数|子|图|板|册|泥)|月?末(?!端|梢|尾|位|级)"
IN_MONTH = (
    rf"(?:(?P<day>{SMALL})[日号](?:（(?:(?:周|星期)[一二三四五六日天]|含[^）]{{0,4}})）)?"
    rf"(?: ?(?P<time>{TIME}))?"
    rf"|(?P<tenth>(?:上中|中下|[上中下])旬)|第?(?P<week>[一二三四五])周|(?P<half>[上下]半月)"
    rf"|(?P<work>最后一?个?工作日)|(?P<low>{LOW}|最后一[天日周])"
    r"|(?P<early>初(?!步|级|中|期|始|稿|审|验|心))|(?P<middle>中(?=$|[，。；、）前之以完])))"
)


class Part(NamedTuple):
    """A part of a month, its days counted from 1; 31 is also the last of a shorter one."""

    low: int
    high: int
    grain: Grain
    edge: bool = False
    approx: bool = False


_PARTS = {
    "上旬": Part(1, 10, Grain.TENTH),
    "中旬": Part(11, 20, Grain.TENTH),
    "下旬": Part(21, 31, Grain.TENTH),
    "上中旬": Part(1, 20, Grain.TENTH),
    "中下旬": Part(11, 31, Grain.TENTH),
    "上半月": Part(1, 15, Grain.TENTH),
    "下半月": Part(16, 31, Grain.TENTH),
    "初": Part(1, 10, Grain.TENTH, approx=True),
    "中": Part(1, 15, Grain.TENTH, approx=True),
}


def part_of_month(match: re.Match[str]) -> Part:
    """What a match of IN_MONTH names: a day, 上旬, 底; the whole month when it names nothing."""
    groups = match.groupdict()
    if groups["day"]:
        of_month = number(groups["day"]) or 0
        return Part(of_month, of_month, Grain.DAY, edge=True)
    if groups["week"]:
        last = 7 * (number(groups["week"]) or 1)
        return Part(last - 6, min(last, 31), Grain.TENTH, approx=True)
    word = groups["tenth"] or groups["half"] or groups["early"] or groups["middle"]
    return _PARTS[word] if word else Part(1, 31, Grain.MONTH, edge=bool(groups["low"] or groups["work"]))


def in_month(match: re.Match[str], of: Callable[[int, Base], tuple[int, int] | None]) -> Iterator[Moment]:
    """The part of a month a match names; ``of`` tells its year and month."""
    part, last_workday = part_of_month(match), bool(match["work"])

    def place(year: int, base: Base) -> Stretch | None:
        there = of(year, base)
        first, last = (day(*there, part.low), day(*there, part.high)) if there else (None, None)
        if not first or not last:
            return None
        if last_workday:
            end = base.workdays.add(last.last + ONE_DAY, -1)
            return Stretch(end, end)
        return Stretch(first.first, last.last, last.mended and part.grain == Grain.DAY)

    if 1 <= part.low <= 31:
        yield from named(match, part.grain, place, edge=part.edge, approx=part.approx)


def _in_year_month(match: re.Match[str], month: int) -> Iterator[Moment]:
    if 1 <= month <= 12:
        yield from in_month(match, lambda year, base: (year, month))


def _month(match: re.Match[str]) -> Iterator[Moment]:
    yield from _in_year_month(match, number(match["month"]) or 0)


def _listed_months(match: re.Match[str]) -> Iterator[Moment]:
    """3、6、9月底: a moment for each number."""
    names = re.split(AND, match["list"])
    # 1、2月底前 at the start of a line is a marker and a month.
    at_line_start = match.start() == 0 or match.string[match.start() - 1] == "\n"
    start, at = match.start(), match.start("list")
    for n, name in enumerate(names, 1):
        at += len(name) + 1
        stop = match.end() if n == len(names) else at - 1
        for moment in _in_year_month(match, number(name) or 0):
            yield replace(moment, start=start, stop=stop, loose=at_line_start and len(names) == 2)
        start = at


def _months_from_to(match: re.Match[str]) -> Iterator[Moment]:
    """7-9月, 1至6月底."""
    first, last = number(match["first"]) or 0, number(match["last"]) or 0

    def place(year: int, base: Base) -> Stretch | None:
        begin, end = day(year, first, 1), months(year + (last < first), last, last)
        return Stretch(begin.first, end.last) if begin and end else None

    if 1 <= first <= 12 and 1 <= last <= 12:
        yield from named(match, Grain.MONTH, place, whole=True, unsure=True)


def _days_from_to(match: re.Match[str]) -> Iterator[Moment]:
    """6月15日至20日, 6月15-20日, 6月15日至月底."""
    month, first = number(match["month"]) or 0, number(match["first"]) or 0
    last = number(match["last"]) or 0 if match["last"] else 31

    def place(year: int, base: Base) -> Stretch | None:
        begin, end = day(year, month, first), day(year, month, last)
        if not begin or not end or end.last < begin.first:
            return None
        return Stretch(begin.first, end.last, end.mended and bool(match["last"]))

    if 1 <= month <= 12:
        yield from named(match, Grain.DAY, place, whole=True)


def _part(grain: Grain, first: int, last: int, **marks: Unpack[Marks]) -> Read:
    """A reader of a fixed part of the year, from month ``first`` to month ``last``."""

    def read(match: re.Match[str]) -> Iterator[Moment]:
        yield from named(match, grain, lambda year, base: months(year, first, last), **marks)

    return read


def _years(match: re.Match[str]) -> Iterator[Moment]:
    """2021-2023年, as a field gives it; in running text it is a title's."""
    first = number(match["first"]) or 0

    def place(year: int, base: Base) -> Stretch | None:
        return Stretch(date(first, 1, 1), date(year, 12, 31)) if first < year else None

    yield from named(match, Grain.YEAR, place, whole=True, loose=True)


def _half(match: re.Match[str]) -> Iterator[Moment]:
    """上半年 is by June; 下半年 from July to December, unless its end is named."""
    first, edge = (1 if match["which"] == "上" else 7), bool(match["low"])
    yield from _part(Grain.HALF, first, first + 5, edge=edge, whole=first == 7 and not edge)(match)


def _quarter(match: re.Match[str]) -> Iterator[Moment]:
    first, low = 3 * (number(match["which"]) or 1) - 2, match["low"] or ""
    last = first + {"初": 0, "中": 1}.get(low, 2)
    yield from _part(Grain.QUARTER, first, last, edge=low in ("底", "末"), approx=low in ("初", "中"))(match)


def _quarters(match: re.Match[str]) -> Iterator[Moment]:
    """前三季度."""
    yield from _part(Grain.YEAR, 1, 3 * (number(match["count"]) or 1), whole=True)(match)


def _term(match: re.Match[str]) -> Iterator[Moment]:
    """A five-year plan: the 十四五 are 2021 to 2025."""
    last = 1955 + 5 * (10 + (number(match["which"]) or 0))
    end = "末" in match["part"]

    def place(year: int, base: Base) -> Stretch | None:
        return Stretch(date(last - 4, 1, 1), date(last, 12, 31))

    yield Moment(match.start(), match.end(), Grain.TERM, place, last, edge=end, whole=not end, loose=not end)


def _digits(match: re.Match[str]) -> Iterator[Moment]:
    """2020-12-31, 2020.6.30, 2020/6, 20201231, 6.30."""
    groups = match.groupdict()
    month, of_month = number(groups["month"]) or 0, number(groups.get("day") or "") or 0
    by_day = "day" in groups

    def place(year: int, base: Base) -> Stretch | None:
        return day(year, month, of_month) if by_day else months(year, month, month)

    if 1 <= month <= 12 and (not by_day or 1 <= of_month <= 31):
        loose = not (by_day and "sep" in groups and "year" in groups)
        yield from named(match, Grain.DAY if by_day else Grain.MONTH, place, edge=by_day, loose=loose)


_START = f"(?:{YEAR}的?|{WHOLE})"
_YEAR_OR_NONE = rf"(?:{YEAR}(?:的|全[市省县区州])?年?|{NO_YEAR}年)"
_FEW = "[1-4一二三四]"

# characters of which one must occur · pattern · reader
ROWS = rows(
    ("月", rf"{_START}(?P<month>{SMALL})月份?{IN_MONTH}?", _month),
    ("月", rf"{_START}(?P<list>{SMALL}(?:{AND}{SMALL})+)月份?{IN_MONTH}?", _listed_months),
    (
        "月",
        rf"{_START}(?P<first>{SMALL}){TO}(?P<last>{SMALL})月份?(?:{LOW})?(?!{SMALL}[日号])",
        _months_from_to,
    ),
    (
        "月",
        rf"{_START}(?P<month>{SMALL})月(?P<first>{SMALL})[日号]?{TO}"
        rf"(?:(?P<last>{SMALL})[日号]|(?:当月|月)[底末])",
        _days_from_to,
    ),
    ("底末终", rf"{_YEAR_OR_NONE}(?:底|末(?!端)|终(?!身|止|生))", _part(Grain.YEAR, 1, 12, edge=True)),
    ("岁", "岁末(?!年初)", _part(Grain.YEAR, 1, 12, edge=True)),
    (
        "内",
        rf"(?:{YEAR}年?|{NO_YEAR}年度?)内(?!容|涵|部|外|存|设|生|蒙)",
        _part(Grain.YEAR, 1, 12, edge=True),
    ),
    ("年", rf"{WHEN}全年度?(?!级|龄|段|期)", _part(Grain.YEAR, 1, 12, whole=True)),
    ("年", YEAR, _part(Grain.YEAR, 1, 12)),
    ("年", rf"(?<![0-9])(?P<first>20[0-9]{{2}})年?{TO}(?P<year>20[0-9]{{2}})年", _years),
    ("初", rf"{_YEAR_OR_NONE}初(?!步|级|中|期|始|稿)", _part(Grain.MONTH, 1, 1, approx=True)),
    (
        "中",
        rf"{_YEAR_OR_NONE}中(?=$|[，。；、）前之完])",
        _part(Grain.HALF, 1, 6, edge=True, approx=True),
    ),
    ("半", rf"{WHEN}(?P<which>[上下])半年度?(?P<low>[底末])?", _half),
    (
        "季",
        rf"(?:{YEAR}的?第?|第|{WHOLE})(?P<which>{_FEW})季(?:度|(?=[底末前]))"
        r"(?P<low>[底末初]|中(?=$|[，。；前]))?",
        _quarter,
    ),
    ("Q", r"(?<![0-9A-Za-z])(?:(?P<year>20[0-9]{2})年?)?Q(?P<which>[1-4])(?P<low>[底末])?", _quarter),
    ("季", rf"{WHEN}前(?P<count>[23二两三])个?季度", _quarters),
    ("五", r"“?(?<!第)十(?P<which>[二三四五六七])五”?(?:规划)?(?P<part>期?末期?|期间|时期)", _term),
    (
        "-./",
        r"(?<![0-9A-Za-z./])(?P<year>(?:19|20)[0-9]{2})(?P<sep>[-./])(?P<month>[0-9]{1,2})"
        rf"(?P=sep)(?P<day>[0-9]{{1,2}})(?![0-9])日?(?: ?(?P<time>{TIME}))?",
        _digits,
    ),
    (
        "-./",
        r"(?<![0-9A-Za-z./])(?P<year>(?:19|20)[0-9]{2})[-./](?P<month>[01]?[0-9])(?![0-9./%]|-(?!20))",
        _digits,
    ),
    (
        "0123456789",
        r"(?<![0-9A-Za-z.-])(?P<year>20[0-9]{2})(?P<month>[01][0-9])(?P<day>[0-3][0-9])(?![0-9A-Za-z.])",
        _digits,
    ),
    (
        "./",
        r"(?<![0-9A-Za-z./])(?P<month>[01]?[0-9])(?P<sep>[./])(?P<day>[0-3]?[0-9])"
        r"(?=$|[日前之以，。；、）至到~-])日?",
        _digits,
    ),
)
