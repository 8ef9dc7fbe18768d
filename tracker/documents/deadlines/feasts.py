"""Festivals: 春节, “五一”, 国庆长假."""

import re
from collections.abc import Iterator
from functools import partial

from tracker.documents.deadlines.numerals import ONES
from tracker.documents.deadlines.reading import Base
from tracker.documents.deadlines.stretch import WHEN, YEARS, Grain, Moment, Stretch, named, rows
from tracker.workdays import FESTIVALS, festival

_NAMES = {
    **{name: name for name in FESTIVALS},
    **{name: f"{name}节" for name in ("元宵", "清明", "端午", "中秋", "国庆", "重阳")},
    "新年": "元旦",
    "农历新年": "春节",
    "五一": "劳动节",
    "六一": "儿童节",
    "七一": "建党节",
    "八一": "建军节",
    "十一": "国庆节",
}
# These come round soon after a paper is issued, so they are the next ones; the others are of its year.
_NEXT = ("元旦", "春节", "除夕", "元宵节")


def _day_of(name: str, explicit: bool, year: int, base: Base) -> Stretch | None:
    """The day of a festival; the next one of a few, when the year was not ``explicit``."""
    there = festival(name, year) if year in YEARS else None
    if name in _NEXT and not explicit and base.issued_on:
        coming = (festival(name, base.issued_on.year + n) for n in (0, 1))
        there = next((one for one in coming if one and one > base.issued_on), None)
    elif name == "元旦" and not explicit:
        there = festival(name, year + 1)
    return Stretch(there, there) if there else None


def _feast(match: re.Match[str]) -> Iterator[Moment]:
    name, explicit = _NAMES[match["feast"]], bool(match["year"] or match["said"])
    place = partial(_day_of, name, explicit)
    yield from named(match, Grain.DAY, place, feast=True)


_ANY = "|".join(sorted(_NAMES, key=len, reverse=True))
_FEAST = (
    rf"{WHEN}(?:农历(?!新年))?“?(?:(?<![{ONES}十])|(?![五六七八十]))(?P<feast>{_ANY})”?(?:国际)?(?:劳动节|儿童节|建党节|建军节|佳节"
    rf"|节)?”?"
    "(?:假期|小?长假|黄金周|放假|假日)?"
)
ROWS = rows(("节年旦夕宵一明午秋庆阳", _FEAST, _feast))
