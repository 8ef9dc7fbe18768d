"""Days counted from that of the paper: 本月底, 下周五, 25日前, 今天下班前, 即日起."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from tracker.documents.deadlines.dates import IN_MONTH, in_month
from tracker.documents.deadlines.hours import TIME
from tracker.documents.deadlines.numerals import ONES, SMALL, WHOLE, ZEROS, number
from tracker.documents.deadlines.reading import Base
from tracker.documents.deadlines.stretch import TODAY, Grain, Moment, Stretch, day, months, named, rows

_FROM_NOW = {"本": 0, "当": 0, "这": 0, "下": 1, "次": 1, "下下": 2, "今": 0, "明": 1, "后": 2}
_WEEKDAYS = {name: n for n, name in enumerate("一二三四五六日", 1)} | {"天": 7, "末": 7}


def _month(match: re.Match[str]) -> Iterator[Moment]:
    """本月, 下月底, 次月5日; a bare 月底 is that of this month."""
    shift = _FROM_NOW[match.groupdict().get("which") or "本"]

    def of(year: int, base: Base) -> tuple[int, int] | None:
        if not base.issued_on:
            return None
        month = base.issued_on.month - 1 + shift
        return base.issued_on.year + month // 12, month % 12 + 1

    yield from in_month(match, of)


def _quarter(match: re.Match[str]) -> Iterator[Moment]:
    """本季度, 下季度末; a bare 季度末 is that of this quarter, or of each."""
    shift, low = _FROM_NOW[match["which"] or "本"], bool(match["low"])

    def place(year: int, base: Base) -> Stretch | None:
        if not base.issued_on:
            return None
        quarter = (base.issued_on.month - 1) // 3 + shift
        first = quarter % 4 * 3 + 1
        return months(base.issued_on.year + quarter // 4, first, first + 2)

    if match["which"] or low:
        bare = not match["which"]
        yield from named(match, Grain.QUARTER, place, edge=low, loose=bare, unsure=bare)


def _day_of_month(match: re.Match[str]) -> Iterator[Moment]:
    """25日前: of the month of the paper."""
    of_month = number(match["day"]) or 0

    def place(year: int, base: Base) -> Stretch | None:
        return day(base.issued_on.year, base.issued_on.month, of_month) if base.issued_on else None

    if 1 <= of_month <= 31:
        yield from named(match, Grain.DAY, place, edge=True, loose=True, unsure=True)


def _week(match: re.Match[str]) -> Iterator[Moment]:
    """下周五, 本周内; the week begins on Monday and ends on Sunday."""
    which, weekday = match["which"], match["weekday"]

    def place(year: int, base: Base) -> Stretch | None:
        if not base.issued_on:
            return None
        monday = base.issued_on + timedelta(days=7 * _FROM_NOW[which or "本"] - base.issued_on.weekday())
        if weekday:
            monday += timedelta(days=_WEEKDAYS[weekday] - 1)
        return Stretch(monday, monday if weekday else monday + timedelta(days=6))

    if which or weekday:
        yield from named(match, Grain.DAY if weekday else Grain.WEEK, place, edge=True, loose=not which)


def _day(match: re.Match[str]) -> Iterator[Moment]:
    """今天, 明日; 即日 and 印发之日 are the day of the paper."""
    which = match.groupdict().get("which")

    def place(year: int, base: Base) -> Stretch | None:
        if not base.issued_on:
            return None
        there = base.issued_on + timedelta(days=_FROM_NOW[which or "今"])
        return Stretch(there, there)

    for moment in named(match, Grain.DAY, place, edge=True):
        yield moment if which else replace(moment, said=TODAY)


_COUNTS = f"0-9{ONES}{ZEROS}十两半几数多"
_PAPER = "(?:本|该)?(?:通知|方案|意见|文件|办法|要点|清单|计划)?(?:正式)?(?:印发|下发|发文|发布|公布)之日"

# characters of which one must occur · pattern · reader
ROWS = rows(
    ("月", rf"(?P<which>本|当|这|下下|下|次)个?月份?{IN_MONTH}?", _month),
    ("月", rf"(?<![A-Za-z元腊正冬闰每逐个整本当这下次上{_COUNTS}])(?=月[底末]){IN_MONTH}", _month),
    (
        "季",
        rf"(?<![每第首前上{_COUNTS}])(?P<which>本|这|当|下)?个?季(?:度|(?=[底末]))(?P<low>[底末])?",
        _quarter,
    ),
    (
        "日号",
        rf"(?<!月){WHOLE}(?P<day>{SMALL})(?:日|号(?=[之以]?前|下班))(?: ?(?P<time>{TIME}))?",
        _day_of_month,
    ),
    (
        "周星礼",
        rf"(?<![每双单隔上{_COUNTS}])(?P<which>本|这|下下|下)?个?(?:周|星期|礼拜)"
        rf"(?P<weekday>[一二三四五六日天末])?(?P<time>{TIME})?",
        _week,
    ),
    ("今明后", rf"(?<!大)(?P<which>[今明后])[天日](?P<time>{TIME})?", _day),
    ("日现", rf"(?:即日|现在|{_PAPER})(?=起|开始|至|到)", _day),
)
