"""A roster's objects as rows of a table: every column and step, masked or in full."""

from collections.abc import Iterable, Iterator

from tracker.rosters.models import RosterEntry
from tracker.rosters.rules import Kind, Shape, mask
from tracker.web.sheets import Column, Value

_WIDTHS = {Kind.TEXT: 28, Kind.DAY: 12, Kind.NUMBER: 12, Kind.CHOICE: 14, Kind.UNIT: 20, Kind.PERSON: 12}


def columns_of(shape: Shape) -> list[Column]:
    """Headings and widths."""
    return [
        Column("序号", 7),
        Column("责任单位", 20),
        Column(shape.object_name, 16),
        *(
            Column(f"{c.name}（{c.measure}）" if c.measure else c.name, _WIDTHS[c.kind])
            for c in shape.shown_columns
        ),
        *(Column(f"{step.title}（{step.due}前）", 14) for step in shape.open_steps),
        Column("状态", 10),
        Column("销号日期", 12),
    ]


def lines(shape: Shape, entries: Iterable[RosterEntry], *, is_masked: bool) -> Iterator[tuple[Value, ...]]:
    """A row for each object; a step shows the day it was done."""
    columns, steps = shape.shown_columns, shape.open_steps
    for entry in entries:
        done = entry.done
        yield (
            entry.number,
            entry.unit.name,
            mask(None, entry.name) if is_masked and shape.is_name_personal else entry.name,
            *(
                mask(column, entry.values.get(column.key, ""))
                if is_masked and column.is_personal
                else entry.values.get(column.key, "")
                for column in columns
            ),
            *(done[step.key].done_on if step.key in done else None for step in steps),
            entry.state.label,
            entry.closed_on,
        )
