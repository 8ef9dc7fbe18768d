"""A table as a file to take away: Excel, PDF or Word."""

from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from tracker.errors import Invalid
from tracker.press import office, tables
from tracker.press.tables import TablePaper
from tracker.press.typeset import in_process
from tracker.web.sheets import WORKBOOK_TYPE
from tracker.words import Word

LONGEST = 500  # rows of a PDF for a person who waits: some ten seconds


class Format(Word):
    """What a list can be taken away as."""

    XLSX = "xlsx", "Excel"
    PDF = "pdf", "PDF"
    DOCX = "docx", "Word"

    @property
    def media_type(self) -> str:
        return {
            Format.XLSX: WORKBOOK_TYPE,
            Format.PDF: "application/pdf",
            Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }[self]


class Printable(Protocol):
    """A view of some ledger, ready to be taken away."""

    def sheet(self) -> BinaryIO:
        """The workbook, open at its beginning; its rows are never all in memory."""

    def paper(self, unit: str, fonts_dir: Path | None) -> TablePaper:
        """What is printed; ``unit`` is who hands it in."""


def file(form: Format, view: Printable, unit: str, settings: Any, *, waits: bool = True) -> BinaryIO:
    """The file, open at its beginning; Invalid when a PDF is too long for a person who ``waits``."""
    if form is Format.XLSX:
        return view.sheet()
    table = view.paper(unit, Path(settings["FONTS_DIR"]) if settings["FONTS_DIR"] else None)
    if form is Format.DOCX:
        return BytesIO(office.render(table))
    count = sum(len(section.rows) for section in table.sections)
    if waits and count > LONGEST:
        raise Invalid(f"一次最多打印{LONGEST}行，这里有{count}行：请用筛选缩小范围，或者导出 Excel、Word")
    return BytesIO(in_process(tables.render, table))
