"""The text of a document with what was read in it lit up (原文对照). Pure.

Marks may overlap as they like: one that sticks out of another is cut where that one ends. Every character
of the text stands in the page exactly once, escaped.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from markupsafe import Markup, escape


class Mark(NamedTuple):
    """[start, stop) of the text, lit as ``look`` and bound to the row ``key`` of the cards."""

    start: int
    stop: int
    key: str
    look: str  # CSS classes
    number: str = ""  # what is shown before it, not part of the text


class Block(NamedTuple):
    """A stretch of the text with its marks; the page swaps those that an edit has changed."""

    start: int
    stop: int
    marks: tuple[Mark, ...]


def blocks(length: int, starts: Iterable[int], marks: Sequence[Mark]) -> list[Block]:
    """A whole text of ``length``, cut at ``starts``; a mark that runs over a cut is in both blocks."""
    edges = sorted({0, *(start for start in starts if 0 < start < length)})
    inside: list[list[Mark]] = [[] for _ in edges]
    for mark in marks:
        first = max(0, bisect_right(edges, mark.start) - 1)
        for place in range(first, len(edges)):
            if place > first and edges[place] >= mark.stop:
                break
            inside[place].append(mark)
    stops = [*edges[1:], length]
    return [Block(*each) for each in zip(edges, stops, map(tuple, inside), strict=True)]


def mark_up(text: str, block: Block) -> Markup:
    """The text of a block with its marks as properly nested elements."""
    start, stop, marks = block
    pieces: list[str] = []
    here = ((max(m.start, start), min(m.stop, stop), order, m) for order, m in enumerate(marks))
    waiting = [_Piece(first, -last, order, m) for first, last, order, m in here if first < last]
    heapify(waiting)
    open_until: list[int] = []
    at = start
    while waiting or open_until:
        upto = waiting[0].start if waiting else stop
        if open_until and open_until[-1] <= upto:
            pieces += escape(text[at : open_until[-1]]), "</span>"
            at = open_until.pop()
            continue
        piece = heappop(waiting)
        pieces.append(escape(text[at : piece.start]))
        at = piece.start
        if open_until and -piece.end > open_until[-1]:
            heappush(waiting, piece._replace(start=open_until[-1]))
            piece = piece._replace(end=-open_until[-1])
        pieces.append(_opening(piece))
        open_until.append(-piece.end)
    pieces.append(escape(text[at:stop]))
    return Markup("".join(pieces))  # noqa: S704  every piece is escaped


class _Piece(NamedTuple):
    """A mark, or what is left of one: sorted by start, the longest first."""

    start: int
    end: int  # negative stop
    order: int
    mark: Mark


def _opening(piece: _Piece) -> str:
    """The start tag; only the first piece of a mark has its number and is a stop for the keyboard."""
    mark = piece.mark
    tag = f'<span class="m {escape(mark.look)}" data-key="{escape(mark.key)}"'
    if piece.start != mark.start:
        return f"{tag}>"
    number = f' data-number="{escape(mark.number)}"' if mark.number else ""
    return f'{tag}{number} tabindex="-1">'
