"""Paragraphs out of letters on pages: lines, running heads, and which line ends are only the page's width.

All lengths are in points, y grows upwards.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from tracker.documents.readers.rows import Cell, lines
from tracker.documents.readers.tidy import close_up

MARGIN = 0.12  # of the page's height, at head and foot, where page numbers and running heads stand
REPEATED = 0.4  # of the pages with the same line in the margin make a running head; odd and even may differ
LONG = 10  # letters that make a line one of running text
INDENTED = 0.1  # of all lines in a paper whose paragraphs begin with an indent
CLAUSE = 500  # letters; no bracket in running text holds more
CELL_PADDING = 0.8  # em, both sides together
_PAGE_NUMBER = re.compile(  # or what a browser prints round a page: its address, day and hour
    r"[-—–－―·.]*第?\d{1,4}页?(?:[/／共，,]+\d{1,4}页?)?[-—–－―·.]*"
    r"|(?:https?|file)://.*|\d{1,4}/\d{1,2}/\d{1,4},?\d{1,2}:\d{1,2}.*"
)
_SAYING = re.compile(
    "[：；。，、]|[\u4e00-\u9fff]:"
)  # no running head; a line such as 完成时限：年底前 may well be repeated
_OPENING = "（《〈“‘【〔([{"
_CLOSING = "，。、；：！？）》〉”’】〕,.;:!?)]}％%"
_QUOTES = "“”‘’\"'"  # which side they open to cannot be told everywhere, so programs break at neither
_ENDING = "。；：！？）)”;:"
_BEGINNING = re.compile(  # a marker, or the name of a field
    r"[（(]?[一二三四五六七八九十百\d]{1,3}(?:[)）、]|[.．](?!\d))|第[一二三四五六七八九十百]{1,3}[条章节]|[①-⑳]"
    r"|(?!各)[\u4e00-\u9fff]{2,4}(?:单位|部门|领导|时限|时间|目标|措施|人)[:：]"
)


class Letter(NamedTuple):
    """One character, the box it stands in, and the height of the line it stands on.

    The box is as the font says and may fit the ink closely; only the base is the same for a whole line.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    base: float

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2


@dataclass(frozen=True)
class Line:
    """One line of print.

    ``em`` is the width of a Chinese character; ``first`` the width of what cannot be broken off the line's
    beginning: a character, word or number with the brackets and marks that stick to it.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    em: float
    first: float

    def has_room_for(self, after: "Line", width: float) -> bool:
        """Whether the beginning of the next line would have fitted here, so that the line end was meant."""
        return self.right - self.left + after.first + 0.5 * self.em <= width


@dataclass(frozen=True)
class Table:
    """The cells of a ruled table, or of its part on one page."""

    rows: list[list[Cell]]
    top: float


@dataclass(frozen=True)
class Page:
    """What stands on one page, from top to bottom."""

    width: float
    height: float
    blocks: Sequence[Line | Table]


def lines_of(letters: Iterable[Letter]) -> list[Line]:
    """Letters put into lines by where they stand, top to bottom, left to right."""
    found: list[list[Letter]] = []
    for letter in sorted(letters, key=lambda letter: -letter.base):
        if found and found[-1][0].base - letter.base <= max(1, 0.25 * (letter.top - letter.bottom)):
            found[-1].append(letter)
        else:
            found.append([letter])
    return [_line(sorted(line, key=lambda letter: letter.left)) for line in found]


def cell_lines(letters: Iterable[Letter], width: float) -> list[str]:
    """The lines of a cell ``width`` wide; those broken only because the cell is narrow are one."""
    found: list[str] = []
    before: Line | None = None
    for line in lines_of(letters):
        if before and not before.has_room_for(line, width - CELL_PADDING * before.em):
            found[-1] = _run_on(found[-1], line.text)
        else:
            found.append(line.text)
        before = line
    return found


def paragraphs(pages: Sequence[Page]) -> list[str]:
    """The paragraphs and table rows of a document, without page numbers and running heads."""
    pages = _without_frame(pages)
    measures = _measures(pages)
    found: list[str] = []
    table: list[list[Cell]] = []
    before: Line | None = None
    for page in pages:
        measure = measures[round(page.width)]
        for block in page.blocks:
            if isinstance(block, Table):
                if table and len(table[0]) != len(block.rows[0]):
                    found += lines(table)
                    table = []
                _continue_table(table, block.rows)
                before = None
            else:
                found += lines(table)
                table = []
                if before and measure.continues(found[-1], before, block):
                    found[-1] = _run_on(found[-1], block.text)
                else:
                    found.append(block.text)
                before = block
    return [*found, *lines(table)]


def _line(letters: Sequence[Letter]) -> Line:
    chinese = [letter.right - letter.left for letter in letters if letter.text > "\u2e7f"]
    em = median(chinese) if chinese else 2 * median(letter.right - letter.left for letter in letters)
    em = max(em, 1)  # a font may give its letters no width
    text = letters[0].text
    for before, after in pairwise(letters):
        text += (" " if after.left - before.right > 0.2 * em else "") + after.text
    stop = 0
    while stop < len(letters) - 1 and _sticks(letters[stop].text, letters[stop + 1].text):
        stop += 1
    return Line(
        close_up(text),
        letters[0].left,
        min(letter.bottom for letter in letters),
        max(letter.right for letter in letters),
        max(letter.top for letter in letters),
        em,
        letters[stop].right - letters[0].left,
    )


def _sticks(before: str, after: str) -> bool:
    """Whether no line may end between these two characters."""
    if before in _QUOTES or after in _QUOTES or before in _OPENING or after in _CLOSING:
        return True
    return after.isascii() and (before.isascii() or before in _CLOSING)


def _run_on(text: str, after: str) -> str:
    is_english = text[-1:].isascii() and text[-1:].isalpha() and after[:1].isascii()
    return f"{text} {after}" if is_english else text + after


def _continue_table(table: list[list[Cell]], rows: list[list[Cell]]) -> None:
    """Add the rows of the next page: a repeated head falls away, a row broken by the page end is mended."""
    rest = list(rows)
    if table and rest and [cell.lines for cell in rest[0]] == [cell.lines for cell in table[0]]:
        del rest[0]
    if table and rest and table[-1][0].is_filled and not rest[0][0].is_filled:
        broken = zip(table[-1], rest.pop(0), strict=True)
        table[-1] = [Cell(_mend(cell.lines, more.lines)) for cell, more in broken]
    table += rest


def _mend(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """The lines of a cell that the page end has cut in two, perhaps within a sentence."""
    if not above or not below or above[-1][-1:] in _ENDING:
        return [*above, *below]
    return [*above[:-1], _run_on(above[-1], below[0]), *below[1:]]


def _in_margin(block: Line | Table, page: Page) -> bool:
    if isinstance(block, Table):
        return False
    return block.bottom > page.height * (1 - MARGIN) or block.top < page.height * MARGIN


def _key(block: Line | Table) -> str:
    """The text of a line as it is the same on every page."""
    return "" if isinstance(block, Table) else re.sub(r"\d+", "#", "".join(block.text.split()))


def _without_frame(pages: Sequence[Page]) -> list[Page]:
    """The pages without their page numbers and running heads."""
    keys = [{_key(line) for line in page.blocks if _in_margin(line, page)} for page in pages]
    often = Counter(key for page in keys for key in page)
    frame = {
        key
        for key, times in often.items()
        if _PAGE_NUMBER.fullmatch(key.replace("#", "1"))
        or (times >= max(2, REPEATED * len(pages)) and not _SAYING.search(key))
    }
    return [
        replace(page, blocks=[b for b in page.blocks if not (_in_margin(b, page) and _key(b) in frame)])
        for page in pages
    ]


def _measures(pages: Sequence[Page]) -> dict[int, "_Measure"]:
    """The measure of running text, by the width of the page in whole points."""
    by_width: dict[int, list[Line]] = defaultdict(list)
    for page in pages:
        by_width[round(page.width)] += [block for block in page.blocks if isinstance(block, Line)]
    return {width: _measure(printed) for width, printed in by_width.items()}


def _measure(printed: Sequence[Line]) -> "_Measure":
    long = [line for line in printed if len(line.text) >= LONG] or printed
    if not long:
        return _Measure(0, 0)
    em = median(line.em for line in long)
    rights = sorted(line.right for line in long)
    # Full lines end within 1.5 em of each other; where most lines end so is the right edge.
    right = max((place - bisect_left(rights, edge - 1.5 * em), edge) for place, edge in enumerate(rights))[1]
    lefts = Counter(_step(line) for line in long)
    often = [step for step, times in lefts.items() if times >= 0.1 * len(long)]
    left = min(often or lefts) * em / 2
    measure = _Measure(left, right)
    votes: Counter[int] = Counter()
    for before, after in pairwise(printed):
        if measure.indents(before) and not before.has_room_for(after, right - before.left):
            votes[_step(before)] += 1 if _step(after) == _step(before) else -1
    columns = frozenset(step for step, times in votes.items() if times > 0)
    return _Measure(left, right, columns, sum(map(measure.indents, printed)) > INDENTED * len(printed))


def _step(line: Line) -> int:
    """Where a line begins, in half ems."""
    return round(2 * line.left / line.em)


def _is_open(text: str) -> bool:
    """Whether a bracket was opened and not closed."""
    return len(re.findall("[（(]", text)) > len(re.findall("[）)]", text))


@dataclass(frozen=True)
class _Measure:
    """Where running text begins and ends; the indents (in half ems) at which whole paragraphs stand; whether
    paragraphs begin with one."""

    left: float
    right: float
    columns: frozenset[int] = frozenset()
    has_indents: bool = False

    def indents(self, line: Line) -> bool:
        return line.left - self.left > 1.2 * line.em

    def continues(self, text: str, before: Line, after: Line) -> bool:
        """Whether ``after`` belongs to the paragraph ``text`` that so far ends with the line before it."""
        if abs(after.em - before.em) > 0.15 * before.em:
            return False
        if before.has_room_for(after, self.right - before.left):
            return False
        if before.text[-1] in "、，" or _is_open(text[-CLAUSE:]):
            return True
        if _BEGINNING.match(after.text) and (before.text[-1] in _ENDING or not self.has_indents):
            return False
        return not self.indents(after) or (_step(before) == _step(after) and _step(after) in self.columns)
