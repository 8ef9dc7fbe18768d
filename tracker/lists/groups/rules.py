"""Which problems look alike. Likeness only suggests: a person says what is one group. Pure."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

ALIKE = 65  # of 100, from which two texts are shown as alike
_ASIDE = re.compile(r"[\d\s“”‘’（）()〔〕，。；：、,.;:%％]+")


class Told(NamedTuple):
    """A problem as it is compared."""

    id: int
    unit_id: int
    text: str


def proposals(problems: Sequence[Told], dismissed: Iterable[frozenset[int]]) -> list[list[int]]:
    """Ids of problems that look alike and are of two units at least, the largest groups first.

    What a person has said is no group is not proposed again, neither as a whole nor in part.
    """
    from rapidfuzz import fuzz, process

    texts = [_ASIDE.sub("", problem.text) for problem in problems]
    heads = list(range(len(problems)))
    for place, text in enumerate(texts):
        later = texts[place + 1 :]
        for _, _, at in process.extract(text, later, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None):
            _join(heads, place, place + 1 + at)
    found: dict[int, list[Told]] = {}
    for place, problem in enumerate(problems):
        found.setdefault(_head(heads, place), []).append(problem)
    refused = list(dismissed)
    groups = [
        [one.id for one in group]
        for group in found.values()
        if len({one.unit_id for one in group}) > 1 and not any({o.id for o in group} <= no for no in refused)
    ]
    return sorted(groups, key=lambda ids: (-len(ids), ids))


def key_of(ids: Iterable[int]) -> str:
    """What a group is known by: its first members."""
    return ",".join(map(str, sorted(ids)))


def ids_of(key: str) -> frozenset[int]:
    return frozenset(map(int, filter(None, key.split(","))))


def _head(heads: list[int], place: int) -> int:
    while heads[place] != place:
        heads[place] = heads[heads[place]]
        place = heads[place]
    return place


def _join(heads: list[int], one: int, other: int) -> None:
    first, second = sorted((_head(heads, one), _head(heads, other)))
    heads[second] = first
