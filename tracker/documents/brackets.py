"""Which brackets and quotation marks belong together, and splitting a text outside of them."""

import re
from collections.abc import Callable
from typing import NamedTuple

_CLOSES = {"）": "（", "】": "【", "]": "[", "》": "《", "〉": "〈", "”": "“", "’": "‘"}
_MARK = re.compile(r"[（）【】\[\]《》〈〉“”‘’\n]")
_DEEPEST = 40
_REACH = 2000  # a pair further apart than this is two slips of the pen


class Pair(NamedTuple):
    """An opening mark at ``start`` and its closing mark at ``stop - 1``."""

    start: int
    stop: int
    mark: str


def pairs(text: str, spans_lines: Callable[[int], bool] = lambda opening: False) -> list[Pair]:
    """The matched pairs of ``text``, by their opening mark.

    A mark without partner is passed over. A pair ends with its line, unless ``spans_lines`` says of its
    opening mark that it may go on.
    """
    found: list[Pair] = []
    waiting: list[int] = []  # opening marks without partner so far
    for mark in _MARK.finditer(text):
        at, character = mark.start(), mark[0]
        if character == "\n":
            waiting = [opening for opening in waiting if at - opening < _REACH and spans_lines(opening)]
        elif character not in _CLOSES:
            waiting.append(at)
        else:
            place = _last(text, waiting, _CLOSES[character])
            if place is not None and at - waiting[place] < _REACH:
                found.append(Pair(waiting[place], at + 1, text[waiting[place]]))
                del waiting[place:]  # what opened inside and never closed
    return sorted(found)


def _last(text: str, waiting: list[int], opening: str) -> int | None:
    """The place in ``waiting`` of the nearest mark of this kind; few marks stand open at once."""
    for place in range(len(waiting) - 1, max(-1, len(waiting) - 1 - _DEEPEST), -1):
        if text[waiting[place]] == opening:
            return place
    return None


def inside(text: str) -> bytearray:
    """For every character 1 if it stands in or belongs to a matched pair, else 0."""
    return mask(text, pairs(text))


def mask(text: str, matched: list[Pair]) -> bytearray:
    """For every character 1 if it belongs to one of the pairs, marks included, else 0."""
    covered = bytearray(len(text))
    done = 0
    for pair in matched:
        if pair.stop > done:
            covered[pair.start : pair.stop] = b"\1" * (pair.stop - pair.start)
            done = pair.stop
    return covered


def split(text: str, separators: str) -> list[tuple[int, int]]:
    """The stretches of ``text`` between separators that stand outside brackets; never an empty one."""
    marks = [mark.start() for mark in re.finditer(f"[{separators}]", text)]
    if marks and (matched := pairs(text)):
        covered = mask(text, matched)
        marks = [at for at in marks if not covered[at]]
    edges = zip([0, *(at + 1 for at in marks)], [*marks, len(text)], strict=True)
    return [(a, b) for a, b in edges if text[a:b].strip()]
