"""A roster's objects as a file: Excel, PDF or Word, masked or in full."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from tracker.accounts.models import User
from tracker.press.tables import NARROW, PaperColumn, PaperRow, Section, TablePaper, words
from tracker.rosters import queries
from tracker.rosters.models import Roster
from tracker.rosters.rules import Kind, mask
from tracker.web.pages import View
from tracker.web.sheets import Column, Value, workbook
from tracker.workflow import EntryState

_WIDTHS = {Kind.TEXT: 24, Kind.DAY: 12, Kind.NUMBER: 10, Kind.CHOICE: 12, Kind.UNIT: 16, Kind.PERSON: 10}
# On paper; four is the least, and wide enough to be a share, not so many digits.
_SHARES = {Kind.TEXT: 12, Kind.DAY: 11, Kind.NUMBER: 6, Kind.CHOICE: 7, Kind.UNIT: 9, Kind.PERSON: 6}
SHARE = NARROW // 4


@dataclass(frozen=True)
class RosterFile:
    """One view of a roster; without user: of everything, for the command line."""

    roster: Roster
    view: View
    user: User | None
    today: date
    warn_until: date
    is_masked: bool = True

    def sheet(self) -> BinaryIO:
        return workbook(self.columns, (cells for _, cells in self._rows()), "对象台账")

    def paper(self, unit: str, fonts_dir: Path | None) -> TablePaper:
        rows = [
            PaperRow([words(cell) for cell in cells], is_off=state is EntryState.WITHDRAWN)
            for state, cells in self._rows()
        ]
        return TablePaper(
            title=self.roster.title,
            unit=unit,
            as_of=self.today,
            columns=[
                PaperColumn(column.heading, share)
                for column, share in zip(self.columns, self._shares(), strict=True)
            ],
            sections=[Section(rows)] if rows else [],
            notes=[f"共{len(rows)}{self.roster.measure}。"],
            fonts_dir=fonts_dir,
        )

    def _shares(self) -> list[int]:
        """How the columns share the width of the page, whatever their number."""
        shape = self.roster.shape
        kinds = [_SHARES[column.kind] for column in shape.shown_columns]
        steps = [_SHARES[Kind.DAY]] * len(shape.open_steps)
        return [SHARE * share for share in (4, 7, 6, *kinds, *steps, 8, _SHARES[Kind.DAY])]

    @property
    def columns(self) -> list[Column]:
        """Headings and widths."""
        shape = self.roster.shape
        return [
            Column("序号", 7),
            Column("责任单位", 16),
            Column(shape.object_name, 14),
            *(
                Column(f"{c.name}（{c.measure}）" if c.measure else c.name, _WIDTHS[c.kind])
                for c in shape.shown_columns
            ),
            *(Column(f"{step.title}（{self._by(step.due_on)}）", 13) for step in shape.open_steps),
            Column("状态", 10),
            Column("销号日期", 12),
        ]

    def _by(self, day: date) -> str:
        year = "" if day.year == self.today.year else f"{day.year}年"
        return f"{year}{day.month}月{day.day}日前"

    def _rows(self) -> Iterator[tuple[EntryState, tuple[Value, ...]]]:
        """The state of each object and what the columns show; a step shows the day it was done."""
        shape = self.roster.shape
        columns, steps = shape.shown_columns, [step.key for step in shape.open_steps]
        is_named = not (self.is_masked and shape.is_name_personal)
        for line in queries.lines(self.user, self.roster, self.view, self.today, self.warn_until):
            values = (line.values.get(column.key, "") for column in columns)
            shown = (
                mask(column, said) if self.is_masked and column.is_personal else said
                for column, said in zip(columns, values, strict=True)
            )
            yield (
                line.state,
                (
                    line.number,
                    line.unit_name,
                    line.name if is_named else mask(None, line.name),
                    *shown,
                    *(line.done.get(step) or _granted(line.extended.get(step)) for step in steps),
                    line.state.label,
                    line.closed_on,
                ),
            )


def _granted(day: date | None) -> str | None:
    return f"延至{day}" if day else None
