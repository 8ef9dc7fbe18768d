"""Targets of table cells, whose measure may stand in the head of the column: 床位（张）｜≥300."""

import re
from collections.abc import Sequence
from dataclasses import replace

from tracker.documents.targets.quantities import Kind, measure_kind, quantities
from tracker.documents.targets.reading import find
from tracker.documents.targets.target import Target
from tracker.documents.targets.whom import names_in

_MEASURE_IN_HEAD = re.compile("^(.*?)[（/](?:单位：)?([^（）/：]{1,12})）?$")
_NUMBER = re.compile(r"(?<![\d.A-Za-z])\d+(?:,\d{3})*(?:\.\d+)?(?![\d.,])")
_TOTALS = ("合计", "总计", "全市", "全县", "全区", "全省", "全州", "小计", "总数")


def find_in_cell(head: str, cell: str) -> list[Target]:
    """Targets of a cell under a head (both in normal form); offsets count in the cell.

    A cell with measures of its own is read as a sentence. Bare numbers take the measure that the head
    names in brackets or after a stroke; without one they are no targets.
    """
    own = find(cell)
    named = _MEASURE_IN_HEAD.match(head.strip())
    if own or not named or not quantities("1" + named[2]) or any(q.unit for q in quantities(cell)):
        return own
    subject, unit = named[1].strip(), named[2]
    if measure_kind(unit) is Kind.TIME:
        return []
    numbers = list(_NUMBER.finditer(cell))
    prefix = subject + "达到" if len(numbers) == 1 else subject
    text, moved = prefix, [(len(prefix), -len(prefix))]
    done = 0
    for number in numbers:
        text += cell[done : number.end()] + unit
        moved.append((len(text), number.end() - len(text)))
        done = number.end()
    text += cell[done:]
    return [
        replace(
            t,
            start=_back(moved, t.start),
            stop=_back(moved, t.stop),
            subject=subject or t.subject,
        )
        for t in find(text)
    ]


def find_in_rows(heads: Sequence[str], cells: Sequence[str]) -> list[Target]:
    """Targets of a table whose cells were flattened to one sequence, row after row.

    The first column names the areas. Nothing is read when the cells do not fill the rows (an empty
    cell was lost) or a first cell is no name: a person has to look. Offsets count in the cell.
    """
    width = len(heads)
    if width < 2 or not cells or len(cells) % width:
        return []
    rows = [cells[at : at + width] for at in range(0, len(cells), width)]
    names = [row[0].strip() for row in rows]
    if not all(name in _TOTALS or names_in(name, inside=True, short=True)[0] for name in names):
        return []
    found: list[Target] = []
    for name, row in zip(names, rows, strict=True):
        for head, cell in zip(heads[1:], row[1:], strict=True):
            for t in find_in_cell(head, cell):
                found.append(t if name in _TOTALS else replace(t, for_=name, whole=t.subject))
    return found


def _back(moved: list[tuple[int, int]], at: int) -> int:
    """The offset in the cell of an offset in the text that was read for it."""
    shift = moved[0][1]
    for start, by in moved:
        if at >= start:
            shift = by
    return max(0, at + shift)
