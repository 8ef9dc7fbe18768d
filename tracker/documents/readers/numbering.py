"""Automatic paragraph numbers of Word, which stand in no text, counted again from the list definitions.

In many papers 一、（一）1. were never typed; without them a work point has no marker.
Source: ECMA-376 Part 1, 17.9 (numbering) and 17.18.59 (ST_NumberFormat).
"""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DEEPEST = 9  # levels of a list

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def chinese(number: int, digits: str = "〇一二三四五六七八九", places: str = "十百千") -> str:
    """一, 十, 十一, 二十, 一百〇一; in Arabic digits outside 1..9999."""
    if not 0 < number < 10_000:
        return str(number)
    text = ""
    for place, unit in zip((3, 2, 1, 0), [*reversed(places), ""], strict=True):
        digit = number // 10**place % 10
        if digit:
            text += digits[digit] + unit
        elif text and not text.endswith(digits[0]) and number % 10**place:
            text += digits[0]
    return text.removeprefix("一") if text.startswith("一十") else text


def _formal(number: int) -> str:
    return chinese(number, "零壹贰叁肆伍陆柒捌玖", "拾佰仟")


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def _letters(number: int) -> str:
    """a … z, then aa, bb …: Word repeats the letter."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _row(*letters: str) -> Callable[[int], str]:
    """A format of single characters, the first of which stands for 1; beyond the row Arabic digits."""
    return lambda number: letters[number - 1] if 1 <= number <= len(letters) else str(number)


_CIRCLED = _row(*map(chr, range(0x2460, 0x2474)))
_IN_BRACKETS = _row(*map(chr, range(0x2474, 0x2488)))
_WITH_STOP = _row(*map(chr, range(0x2488, 0x249C)))
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

_FORMATS: dict[str, Callable[[int], str]] = {
    "none": lambda number: "",
    "decimalZero": lambda number: f"{number:02}",
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "ideographDigital": chinese,
    "chineseLegalSimplified": _formal,
    "ideographLegalTraditional": _formal,
    "ideographTraditional": _row(*"甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _row(*"子丑寅卯辰巳午未申酉戌亥"),
    "ideographEnclosedCircle": _row(*map(chr, range(0x3280, 0x328A))),
    "decimalEnclosedCircle": _CIRCLED,
    "decimalEnclosedCircleChinese": _CIRCLED,
    "decimalEnclosedParen": _IN_BRACKETS,
    "decimalEnclosedFullstop": _WITH_STOP,
    "decimalFullWidth": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda number: str(number).translate(_FULL_WIDTH),
}


@dataclass(frozen=True)
class Level:
    """How one level of a list counts. ``text`` holds %1 … %9 for the numbers of the levels."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    is_legal: bool = False  # the numbers of the levels above in Arabic digits
    restarts_after: int | None = None  # 1-based level; None: after any level above; 0: never
    style: str | None = None  # the paragraph style that means this level

    def number(self, count: int) -> str:
        return _FORMATS.get(self.format, str)(count)


class Numbers:
    """The lists of one document and where each of them stands; ask for the labels in document order."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._styles = _by_id(styles, "style", "styleId")
        self._lists = _by_id(numbering, "abstractNum", "abstractNumId")
        self._nums = _by_id(numbering, "num", "numId")
        self._levels: dict[str, tuple[str, list[Level], dict[int, int]]] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._begun: set[str] = set()

    def label(self, paragraph: etree._Element) -> str:
        """The number Word would print before ``paragraph``, with what parts it from the text; "" if none."""
        num, depth = self._place(paragraph)
        if num not in self._nums:
            return ""
        name, levels, restarts = self._list(num)
        if num not in self._begun:
            self._begun.add(num)
            for restarted in restarts:
                self._counts[name].pop(restarted, None)
        counts = self._counts[name]
        level = levels[depth]
        counts[depth] = counts.get(depth, restarts.get(depth, level.start) - 1) + 1
        for deeper in [other for other in counts if other > depth]:
            after = levels[deeper].restarts_after
            if after is None or depth < after:
                del counts[deeper]
        if level.format == "bullet":
            return ""

        def number(found: re.Match[str]) -> str:
            place = int(found[1]) - 1
            count = counts.get(place, levels[place].start)
            return str(count) if level.is_legal else levels[place].number(count)

        label = re.sub("%([1-9])", number, level.text)
        return f"{label} " if label[-1:].isascii() and label[-1:].isalnum() else label

    def _place(self, paragraph: etree._Element) -> tuple[str, int]:
        """The list instance and level of a paragraph, its own or its style's; ("", 0) when it is in none."""
        num, depth = _numbered(paragraph)
        style = _value(paragraph.find(f"{W}pPr/{W}pStyle"))
        seen: set[str] = set()
        while num is None and style in self._styles and style not in seen:
            seen.add(style)
            num, of_style = _numbered(self._styles[style])
            if num in self._nums and of_style is None:
                levels = self._list(num)[1]
                of_style = next((place for place, level in enumerate(levels) if level.style in seen), None)
            depth = of_style if depth is None else depth
            style = _value(self._styles[style].find(f"{W}basedOn"))
        return num or "", min(max(depth or 0, 0), DEEPEST - 1)

    def _list(self, num: str) -> tuple[str, list[Level], dict[int, int]]:
        """The abstract list of an instance, its nine levels, and the levels that start anew with it."""
        if num not in self._levels:
            instance = self._nums[num]
            name = self._abstract(num)
            levels = _levels(self._lists.get(name))
            restarts: dict[int, int] = {}
            for override in instance.iterfind(f"{W}lvlOverride"):
                depth = _integer(override.get(f"{W}ilvl"), 0)
                if not 0 <= depth < DEEPEST:
                    continue
                if (own := override.find(f"{W}lvl")) is not None:
                    levels[depth] = _level(own)
                if (start := override.find(f"{W}startOverride")) is not None:
                    restarts[depth] = _integer(_value(start), 1)
            self._levels[num] = name, levels, restarts
        return self._levels[num]

    def _abstract(self, num: str) -> str:
        """The abstract list an instance counts in; a list may refer to another through a list style."""
        name = _value(self._nums[num].find(f"{W}abstractNumId"))
        abstract = self._lists.get(name)
        link = None if abstract is None else abstract.find(f"{W}numStyleLink")
        if link is not None and (style := self._styles.get(_value(link))) is not None:
            linked, _ = _numbered(style)
            if linked in self._nums:
                return _value(self._nums[linked].find(f"{W}abstractNumId"))
        return name


def _numbered(element: etree._Element) -> tuple[str | None, int | None]:
    """numId and level as written at a paragraph or style; numId "0" takes the number away."""
    properties = element.find(f"{W}pPr/{W}numPr")
    if properties is None:
        return None, None
    num, depth = properties.find(f"{W}numId"), properties.find(f"{W}ilvl")
    return None if num is None else _value(num), None if depth is None else _integer(_value(depth), 0)


def _levels(abstract: etree._Element | None) -> list[Level]:
    levels = [Level()] * DEEPEST
    for element in () if abstract is None else abstract.iterfind(f"{W}lvl"):
        depth = _integer(element.get(f"{W}ilvl"), 0)
        if 0 <= depth < DEEPEST:
            levels[depth] = _level(element)
    return levels


def _level(element: etree._Element) -> Level:
    level = Level()
    for child in element:
        value = _value(child)
        match etree.QName(child).localname:
            case "start":
                level = replace(level, start=_integer(value, 1))
            case "numFmt":
                level = replace(level, format=value)
            case "lvlText":
                level = replace(level, text=value)
            case "isLgl":
                level = replace(level, is_legal=value not in ("0", "false"))
            case "lvlRestart":
                level = replace(level, restarts_after=_integer(value, 0))
            case "pStyle":
                level = replace(level, style=value)
    return level


def _by_id(root: etree._Element | None, tag: str, key: str) -> dict[str, etree._Element]:
    elements = () if root is None else root.iterfind(f"{W}{tag}")
    return {element.get(f"{W}{key}", ""): element for element in elements}


def _value(element: etree._Element | None) -> str:
    return "" if element is None else element.get(f"{W}val", "")


def _integer(text: str | None, otherwise: int) -> int:
    """The number in an attribute, held within what a list can reach."""
    return min(int(text), 10_000) if text and text.isdecimal() else otherwise
