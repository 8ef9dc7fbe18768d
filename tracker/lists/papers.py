"""A view of one of the three lists as a file: Excel, PDF or Word, with the filters and groups of the page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

from tracker.accounts.models import User
from tracker.accounts.queries import get_unit
from tracker.lists import ledger
from tracker.lists.rules import Tally, together
from tracker.lists.views import Line, ListView
from tracker.press.tables import PaperColumn, PaperRow, Section, TablePaper, words
from tracker.web.pages import View
from tracker.web.sheets import workbook
from tracker.words import Word
from tracker.workflow import RectificationState

FILTERS = {
    "q": "关键字",
    "unit": "单位",
    "source": "来源",
    "pace": "时间类别",
    "state": "销号状态",
    "severity": "严重程度",
    "common": "共性/个性",
    "term": "时限",
    "found_from": "发现日期从",
    "found_to": "发现日期到",
    "due_from": "时限从",
    "due_to": "时限到",
}


@dataclass(frozen=True)
class ListFile:
    """One view of one list; without user: of everything, for the command line."""

    shown: ListView
    view: View
    user: User | None
    today: date

    def sheet(self) -> BinaryIO:
        rows = (self.shown.row(line, self.today) for line in self._lines())
        return workbook(self.shown.columns, rows, self.shown.title)

    def paper(self, unit: str, fonts_dir: Path | None) -> TablePaper:
        tallies = ledger.tallies(self.user, self.view, self.today)
        total = f"{together(tallies.values()).words}。"
        scope = "、".join(f"{label}“{said}”" for label, said in _filters(self.view))
        return TablePaper(
            title=self.shown.title,
            unit=unit,
            as_of=self.today,
            columns=[PaperColumn(cell.heading, cell.width) for cell in self.shown.cells],
            sections=list(self._sections(tallies)),
            notes=[total, f"本表只列：{scope}。"] if scope else [total],
            fonts_dir=fonts_dir,
        )

    def _lines(self) -> Iterator[Line]:
        return ledger.accounts(self.user, self.view, self.today, self.shown.keys)

    def _sections(self, tallies: Mapping[Any, Tally]) -> Iterator[Section]:
        grouping: ledger.Grouping | None = self.view.get("group")
        if grouping is None:
            if rows := [self._row(line) for line in self._lines()]:
                yield Section(rows)
            return
        for (key, name), lines in groupby(self._lines(), lambda line: ledger.group_key(line, grouping)):
            yield Section([self._row(line) for line in lines], f"{name}：{tallies[key].words}")

    def _row(self, line: Line) -> PaperRow:
        cells = [words(value) for value in self.shown.row(line, self.today)]
        return PaperRow(cells, is_off=line.state is RectificationState.WITHDRAWN)


def _filters(view: View) -> Iterator[tuple[str, str]]:
    """What the view leaves out, in words."""
    for name, value in view.values.items():
        if name in FILTERS:
            said = value.label if isinstance(value, Word) else str(value)
            yield FILTERS[name], get_unit(value).name if name == "unit" else said
