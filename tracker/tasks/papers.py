"""A view of the ledger as a file: Excel, PDF or Word, with the filters of the page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from tracker.accounts.models import User
from tracker.db import db
from tracker.press.tables import PaperColumn, PaperRow, Section, TablePaper, words
from tracker.tasks import ledger
from tracker.tasks.rules import light
from tracker.web.pages import View
from tracker.web.sheets import Column, Value, workbook
from tracker.workflow import State

TITLE = "督办台账"
COLUMNS = (
    Column("单位", 20),
    Column("职责", 8),
    Column("工作要点", 24),
    Column("任务", 60),
    Column("填报期", 10),
    Column("级别", 8),
    Column("原定时限", 12),
    Column("完成时限", 12),
    Column("延期次数", 8),
    Column("异议次数", 8),
    Column("亮灯", 16),
    Column("状态", 10),
    Column("进展%", 8),
)
# On paper the counts of extensions and disputes give way to the text, which is wide enough then.
PRINTED = [place for place, column in enumerate(COLUMNS) if not column.heading.endswith("次数")]
PAPER_WIDTHS = {"任务": 44, "工作要点": 22, "亮灯": 12, "填报期": 11, "职责": 7, "级别": 7, "进展%": 7}


@dataclass(frozen=True)
class LedgerFile:
    """One view of the ledger; without user: of everything, for the command line."""

    view: View
    user: User | None
    today: date
    warn_until: date

    def sheet(self) -> BinaryIO:
        return workbook(COLUMNS, (cells for _, cells in self._rows()))

    def paper(self, unit: str, fonts_dir: Path | None) -> TablePaper:
        rows = [
            PaperRow([words(cells[place]) for place in PRINTED], is_off=line.state is State.WITHDRAWN)
            for line, cells in self._rows()
        ]
        columns = [COLUMNS[place] for place in PRINTED]
        return TablePaper(
            title=TITLE,
            unit=unit,
            as_of=self.today,
            columns=[PaperColumn(name, PAPER_WIDTHS.get(name, width)) for name, width in columns],
            sections=[Section(rows)] if rows else [],
            notes=[f"共{len(rows)}项承办项。"],
            fonts_dir=fonts_dir,
        )

    def _rows(self) -> Iterator[tuple[ledger.Line, tuple[Value, ...]]]:
        """Each line with what its columns show; a thousand are fetched at a time."""
        extensions, objections = ledger.extensions_granted(), ledger.objections_raised()
        query = ledger.ledger(self.user, self.view, self.today, self.warn_until)
        for row in db.session.execute(query.execution_options(yield_per=1000)):
            line = ledger.Line._make(row)
            colour = light(line, line.submitted_on, self.today, self.warn_until)
            yield (
                line,
                (
                    line.unit_name,
                    line.duty.label,
                    f"{line.point_number}、{line.point_title}" if line.point_number else line.origin,
                    line.title,
                    line.period,
                    line.level.label,
                    line.original_deadline,
                    line.deadline,
                    extensions.get(line.id, 0),
                    objections.get(line.id, 0),
                    colour.label if colour else "",
                    line.state.label,
                    line.progress,
                ),
            )
