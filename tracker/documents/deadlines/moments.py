"""Finds the moments of a text: every stretch of the calendar its words name."""

import re
from collections.abc import Iterator

from tracker.documents.deadlines import dates, feasts, nearby
from tracker.documents.deadlines.stretch import Moment

_ROWS = (*dates.ROWS, *nearby.ROWS, *feasts.ROWS)
# No moment reaches over these; most clauses have none, and are told by a glance.
_CLAUSE = re.compile("[^，；：]+")
_WORDS = "".join(sorted(c for c in frozenset().union(*(row.needs for row in _ROWS)) if not c.isascii()))
_CLUE = re.compile(rf"[{_WORDS}Q]|[0-9][-./][0-9]|[0-9]{{8}}")


def find(text: str, *, field: bool = False) -> list[Moment]:
    """The moments of a text in order, the longer of two that overlap; the loose ones only in a field."""
    found = [
        moment
        for clause in _CLAUSE.finditer(text)
        if _CLUE.search(clause[0])
        for moment in _in_clause(text, clause)
        if field or not moment.loose
    ]
    found.sort(key=lambda moment: (moment.start, -moment.stop))
    return list(_apart(found))


def _in_clause(text: str, clause: re.Match[str]) -> Iterator[Moment]:
    characters = set(clause[0])
    for needs, pattern, read in _ROWS:
        if not needs.isdisjoint(characters):
            for match in pattern.finditer(text, *clause.span()):
                yield from read(match)


def _apart(moments: list[Moment]) -> Iterator[Moment]:
    reached = 0
    for moment in moments:
        if moment.start >= reached:
            reached = moment.stop
            yield moment
