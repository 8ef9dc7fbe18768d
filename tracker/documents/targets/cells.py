"""Targets of table cells, whose measure may stand in the head of the column: 床位（张）｜≥300."""

import re
from dataclasses import replace

from tracker.documents.targets.quantities import Kind, measure_kind, quantities
from tracker.documents.targets.reading import find
from tracker.documents.targets.target import Target
from tracker.documents.targets.whom import names_in

_MEASURE_IN_HEAD = re.compile("^(.*?)[（/](?:单位：)?([^（）/：]{1,12})）?$")
_NUMBER = re.compile(r"(?<![\d.A-Za-z])\d+(?:,\d{3})*(?:\.\d+)?(?![\d.,])")


def measure_of(head: str) -> tuple[str, str]:
    """What a column counts and in which measure; both "" where its head names none (or only a time)."""
    named = _MEASURE_IN_HEAD.match(head.strip())
    if not named or not quantities("1" + named[2]) or measure_kind(named[2]) is Kind.TIME:
        return "", ""
    return named[1].strip(), named[2]


def names_area(cell: str) -> bool:
    """Whether a cell names one area or unit."""
    return len(names_in(cell, inside=True, short=True)[0]) == 1


def find_in_cell(head: str, cell: str) -> list[Target]:
    """Targets of a cell under a head (both in normal form); offsets count in the cell.

    A cell with measures of its own is read as a sentence. Bare numbers take the measure that the head
    names in brackets or after a stroke; without one they are no targets.
    """
    own = find(cell)
    subject, unit = measure_of(head)
    if own or not unit or any(q.unit for q in quantities(cell)):
        return own
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


def _back(moved: list[tuple[int, int]], at: int) -> int:
    """The offset in the cell of an offset in the text that was read for it."""
    shift = moved[0][1]
    for start, by in moved:
        if at >= start:
            shift = by
    return max(0, at + shift)
