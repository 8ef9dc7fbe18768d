"""Which brackets and quotation marks belong together, and splitting a text outside of them."""

from collections.abc import Callable
from dataclasses import dataclass

_CLOSES = {"）": "（", "】": "【", "]": "[", "》": "《", "〉": "〈", "”": "“", "’": "‘"}
_OPENS = frozenset(_CLOSES.values())
_REACH = 2000  # a pair further apart than this is two slips of the pen


@dataclass(frozen=True)
class Pair:
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
    open_at: dict[str, list[int]] = {}
    for at, character in enumerate(text):
        if character in _OPENS:
            open_at.setdefault(character, []).append(at)
        elif character in _CLOSES:
            waiting = open_at.get(_CLOSES[character])
            if waiting and at - waiting[-1] < _REACH:
                start = waiting.pop()
                found.append(Pair(start, at + 1, text[start]))
                for others in open_at.values():  # what opened inside and never closed
                    while others and others[-1] > start:
                        others.pop()
        elif character == "\n":
            for mark, waiting in open_at.items():
                open_at[mark] = [o for o in waiting if at - o < _REACH and spans_lines(o)]
    return sorted(found, key=lambda pair: pair.start)


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
    covered = inside(text)
    stretches: list[tuple[int, int]] = []
    start = 0
    for at, character in enumerate(text):
        if character in separators and not covered[at]:
            stretches.append((start, at))
            start = at + 1
    stretches.append((start, len(text)))
    return [(a, b) for a, b in stretches if text[a:b].strip()]
