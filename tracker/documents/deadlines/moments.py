"""Finds the moments of a text: every stretch of the calendar its words name."""

from collections.abc import Iterator

from tracker.documents.deadlines import dates, feasts, nearby
from tracker.documents.deadlines.stretch import Moment

_ROWS = (*dates.ROWS, *nearby.ROWS, *feasts.ROWS)


def find(text: str, *, field: bool = False) -> list[Moment]:
    """The moments of a text in order, the longer of two that overlap; the loose ones only in a field."""
    characters = set(text)
    found = [
        moment
        for needs, pattern, read in _ROWS
        if not needs.isdisjoint(characters)
        for match in pattern.finditer(text)
        for moment in read(match)
        if field or not moment.loose
    ]
    found.sort(key=lambda moment: (moment.start, -moment.stop))
    return list(_apart(found))


def _apart(moments: list[Moment]) -> Iterator[Moment]:
    reached = 0
    for moment in moments:
        if moment.start >= reached:
            reached = moment.stop
            yield moment
