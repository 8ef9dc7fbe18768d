"""Signatures (落款): who signed and on which day, and the day of printing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.documents.layout import Line
from tracker.documents.names import is_name

_ZEROS = str.maketrans("〇○◯OoＯ零", "0000000")
_NUMERALS = str.maketrans("一二三四五六七八九", "123456789")
_DATE = (
    r"(?P<year>\d{4}|[二2][〇○◯O零一二三四五六七八九\d]{3})年"
    r"(?P<month>[\d一二三四五六七八九十]{1,2})月(?P<day>[\d一二三四五六七八九十]{0,3})日"
)
DATE = re.compile(_DATE)
_ALONE = re.compile(rf"（?{_DATE}）?")
_SIGNED = re.compile(rf"(?P<name>[^，。；：\d]{{4,40}}?){_DATE}")
_PRINTED = re.compile(rf"(?P<name>[^，。；：\d]{{0,40}}?){_DATE}(?:印发|印制|印)")
_MOST_SIGNERS = 4


@dataclass(frozen=True)
class Signature:
    """A signature at [start, stop): the rows of its signers, the place of its day, and the day.

    ``day`` is None when the text names none that exists (2021年8月 日).
    """

    start: int
    stop: int
    signers: tuple[Line, ...]
    dated: Line
    day: date | None
    printed: bool = False


def find(text: str, rows: Sequence[Line]) -> list[Signature]:
    """The rows that sign or date a paper, in order: a day by itself, or behind the name of an office."""
    found = []
    for index, row in enumerate(rows):
        words = text[row.start : row.stop]
        if len(words) > 70 or "年" not in words:
            continue
        if alone := _ALONE.fullmatch(words):
            signers = _signers(text, rows[max(0, index - _MOST_SIGNERS) : index])
            start = signers[0].start if signers else row.start
            found.append(Signature(start, row.stop, signers, row, day_of(alone)))
        elif printed := _PRINTED.fullmatch(words):
            found.append(Signature(row.start, row.stop, (), row, day_of(printed), printed=True))
        elif (signed := _SIGNED.fullmatch(words)) and is_name(signed["name"]):
            cut = row.start + signed.end("name")
            signers = (Line(row.start, cut),)
            found.append(Signature(row.start, row.stop, signers, Line(cut, row.stop), day_of(signed)))
    return found


def _signers(text: str, rows: Sequence[Line]) -> tuple[Line, ...]:
    """The rows just above a day that are nothing but names of offices."""
    signers: list[Line] = []
    for row in reversed(rows):
        words = text[row.start : row.stop]
        if not 4 <= len(words) <= 40 or not is_name(words) or words[0] in "（(附":
            break
        signers.insert(0, row)
    return tuple(signers)


def day_of(found: re.Match[str]) -> date | None:
    """The day of a match of DATE, in digits or Chinese numerals; None when there is no such day."""
    try:
        return date(int(_digits(found["year"])), _count(found["month"]), _count(found["day"]))
    except ValueError:
        return None


def _digits(numeral: str) -> str:
    return numeral.translate(_ZEROS).translate(_NUMERALS)


def _count(numeral: str) -> int:
    """3, 三, 十三, 三十一 as an integer."""
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return int(_digits(numeral))
    return int(_digits(tens) or 1) * 10 + int(_digits(ones) or 0)
