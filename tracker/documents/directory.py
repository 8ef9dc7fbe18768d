"""From a name as written to the units it stands for. Pure: the tables are given, likeness only suggests."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from tracker.text import fold
from tracker.words import Word


class Match(Word):
    """How a name was understood."""

    UNIT = "unit", "单位"
    GROUP = "group", "集合称谓"
    OPEN = "open", "待确定范围"
    UNKNOWN = "unknown", "未识别"
    CHOSEN = "chosen", "人工指定"


class Resolved(NamedTuple):
    """What a name stands for: ``unit_ids`` in the fixed order of units; empty when a person must say."""

    match: Match
    unit_ids: tuple[int, ...]


class GroupEntry(NamedTuple):
    """A collective name and its members; an open one must be confirmed each time it is used."""

    name: str
    unit_ids: tuple[int, ...]
    is_open: bool


@lru_cache(maxsize=10_000)  # the same few names are looked up again and again
def key(text: str) -> str:
    """A name without blanks, of one width and one kind of bracket: what the tables are looked up by."""
    return re.sub(r"\s+", "", fold(text).norm)


@dataclass(frozen=True)
class Directory:
    """The alias table in memory: ``names`` and ``groups`` by ``key``, ``units`` id → name in fixed order."""

    units: Mapping[int, str]
    names: Mapping[str, int]
    groups: Mapping[str, GroupEntry] = field(default_factory=dict)

    def resolve(self, text: str, chosen: Sequence[int] | None = None) -> Resolved:
        """``chosen`` is a person's word and wins; unknown and open names give no units."""
        if chosen is not None:
            return Resolved(Match.CHOSEN, self._in_order(chosen))
        name = key(text)
        if name in self.names:
            return Resolved(Match.UNIT, (self.names[name],))
        group = self.groups.get(name)
        if group is None:
            return Resolved(Match.UNKNOWN, ())
        if group.is_open:
            return Resolved(Match.OPEN, ())
        return Resolved(Match.GROUP, self._in_order(group.unit_ids))

    def members(self, text: str) -> tuple[int, ...]:
        """The members an open set has in the table, as a proposal to confirm."""
        group = self.groups.get(key(text))
        return self._in_order(group.unit_ids) if group else ()

    def names_of(self, unit_ids: Sequence[int]) -> list[str]:
        """Full names, in the fixed order of units."""
        return [self.units[unit_id] for unit_id in self._in_order(unit_ids)]

    def suggest(self, text: str, most: int = 3) -> list[int]:
        """Units whose name looks like ``text``, likeliest first. A suggestion, never a decision."""
        from rapidfuzz import fuzz, process

        found = process.extract(
            key(text),
            {name: name for name in self.names},
            scorer=fuzz.WRatio,
            limit=most * 3,
            score_cutoff=55,
        )
        ids = dict.fromkeys(self.names[name] for name, _, _ in found)
        return list(ids)[:most]

    def _in_order(self, ids: Sequence[int]) -> tuple[int, ...]:
        wanted = set(ids)
        return tuple(unit_id for unit_id in self.units if unit_id in wanted)
