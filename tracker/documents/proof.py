"""The proofread page as facts: cards, flags, counts, and the text lit up (识别结果核对). Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from markupsafe import Markup

from tracker.documents.directory import Directory, Resolved
from tracker.documents.flags import Flag, carriers, flags
from tracker.documents.marks import Block, Mark, blocks, mark_up
from tracker.documents.reading import DraftPoint, DraftTask, Reading, UnitName, owner_of, place_of, unit_lists


@dataclass(frozen=True)
class Card:
    """One work point as the page shows it; equal cards look the same."""

    point: DraftPoint
    named: Mapping[int, Resolved]  # unit key -> what the name stands for
    flags: Mapping[int, tuple[Flag, ...]]  # row key -> what is flagged there
    is_first: bool
    is_last: bool

    @property
    def key(self) -> int:
        return self.point.key


@dataclass(frozen=True)
class Counts:
    """What adopting the reading would make."""

    points: int
    tasks: int
    units: int
    assignments: int


@dataclass(frozen=True)
class News:
    """What of a page differs from an earlier one; ``is_reordered``: all cards, because their order does."""

    cards: list[Card]
    blocks: list[Block]
    is_reordered: bool


@dataclass(frozen=True)
class Proof:
    """A text, its reading and the directory, and what follows from the three."""

    text: str
    reading: Reading
    directory: Directory
    issued_on: date | None

    @cached_property
    def flags(self) -> list[Flag]:
        return flags(self.reading, self.directory, self.issued_on)

    @property
    def blocking(self) -> list[Flag]:
        return [flag for flag in self.flags if flag.is_blocking]

    @property
    def advisory(self) -> list[Flag]:
        return [flag for flag in self.flags if not flag.is_blocking]

    @cached_property
    def cards(self) -> list[Card]:
        of_row: dict[int, tuple[Flag, ...]] = {}
        for flag in self.flags:
            of_row[flag.key] = (*of_row.get(flag.key, ()), flag)
        points = self.reading.points
        return [
            Card(
                point=point,
                named={unit.key: self._resolve(unit) for units in unit_lists(point) for unit in units},
                flags={key: of_row[key] for key in _keys(point) if key in of_row},
                is_first=place == 0,
                is_last=place == len(points) - 1,
            )
            for place, point in enumerate(points)
        ]

    @cached_property
    def counts(self) -> Counts:
        carrying = carriers(self.reading, self.directory)
        carried = [carrying[owner_of(point, task)] for point, task in self.reading.tasks()]
        return Counts(
            points=len({point.key for point, _ in self.reading.tasks()}),
            tasks=len(carried),
            units=len(set().union(*carried)),
            assignments=sum(map(len, carried)),
        )

    @cached_property
    def blocks(self) -> list[Block]:
        """The text in stretches, one a point, with everything that was read in it."""
        return blocks(len(self.text), (point.start for point in self.reading.points), list(self._marks()))

    def lit(self, block: Block) -> Markup:
        """A stretch of the text as HTML."""
        return mark_up(self.text, block)

    def place(self, key: int) -> str:
        """Where a flagged row stands, for people."""
        return place_of(self.reading, key) or "文件信息"

    def news(self, before: "Proof") -> News:
        """What changed since ``before``, which has the same text."""
        is_reordered = [card.key for card in self.cards] != [card.key for card in before.cards]
        old_cards = {card.key: card for card in before.cards}
        old_blocks = set(before.blocks)
        return News(
            cards=[card for card in self.cards if is_reordered or card != old_cards[card.key]],
            blocks=[block for block in self.blocks if block not in old_blocks],
            is_reordered=is_reordered,
        )

    def _resolve(self, unit: UnitName) -> Resolved:
        return self.directory.resolve(unit.text, unit.chosen)

    def _marks(self) -> Iterator[Mark]:
        flagged = {flag.key for flag in self.flags if flag.is_blocking}
        for point in self.reading.points:
            off = " is-dropped" if point.is_dropped else ""
            yield Mark(point.start, point.title_stop, f"k{point.key}", f"m-point{off}")
            for place, task in enumerate(point.tasks, start=1):
                dropped = off or (" is-dropped" if task.is_dropped else "")
                yield Mark(
                    task.start, task.stop, f"k{task.key}", f"m-task{dropped}", f"{point.number}·{place}"
                )
                yield from _inside(task, off)
            for unit in (unit for units in unit_lists(point) for unit in units):
                if unit.start is not None and unit.stop is not None:
                    wrong = " is-wrong" if unit.key in flagged else ""
                    yield Mark(unit.start, unit.stop, f"k{unit.key}", f"m-unit{wrong}{off}")


def _inside(task: DraftTask, off: str) -> Iterator[Mark]:
    if task.deadline_start is not None and task.deadline_stop is not None:
        yield Mark(task.deadline_start, task.deadline_stop, f"d{task.key}", f"m-deadline{off}")
    for target in task.targets:
        if target.start is not None and target.stop is not None:
            yield Mark(target.start, target.stop, f"k{target.key}", f"m-target{off}")


def _keys(point: DraftPoint) -> Iterator[int]:
    """Every row of a point."""
    yield point.key
    for units in unit_lists(point):
        yield from (unit.key for unit in units)
    for task in point.tasks:
        yield task.key
        yield from (target.key for target in task.targets)
