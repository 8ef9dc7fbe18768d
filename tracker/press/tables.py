"""A table on landscape A4 in official form: title, unit, day, repeated heads, page x of y; as PDF."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from tracker.press import paper, typeset
from tracker.press.fonts import Face, fonts

NARROW = (
    16  # a column of fewer digits is as wide as they are and set in the middle; the others share the rest
)
WIDTH = 261  # millimetres between the margins of a landscape page
DIGIT, PADDING = 10.5 / 2 * paper.POINT, 2.6  # millimetres of half a character of 五号, and around a cell


class PaperColumn(NamedTuple):
    """A column: its heading and its width in digits (a Chinese character takes two)."""

    heading: str
    width: float

    @property
    def is_text(self) -> bool:
        return self.width >= NARROW


class PaperRow(NamedTuple):
    """A row; one that ``is_off`` is struck through."""

    cells: Sequence[str]
    is_off: bool = False


@dataclass(frozen=True)
class Section:
    """Rows under a heading of their own; without one when the table has a single section."""

    rows: Sequence[PaperRow]
    heading: str = ""


@dataclass(frozen=True)
class TablePaper:
    """Everything the paper says."""

    title: str
    unit: str
    as_of: date
    columns: Sequence[PaperColumn]
    sections: Sequence[Section]
    notes: Sequence[str] = field(default=())
    fonts_dir: Path | None = None

    @property
    def shares(self) -> list[float]:
        """The widths of the columns in percent."""
        narrow = [0 if c.is_text else c.width * DIGIT + PADDING for c in self.columns]
        texts = [c.width if c.is_text else 0 for c in self.columns]
        unit = (WIDTH - sum(narrow)) / max(sum(texts), 1)
        whole = sum(narrow) + unit * sum(texts)
        return [100 * (n + unit * t) / whole for n, t in zip(narrow, texts, strict=True)]

    @property
    def dated(self) -> str:
        return f"截至{paper.chinese_date(self.as_of)}"


def render(table: TablePaper) -> bytes:
    """The PDF; the same table gives the same bytes. The first of a process loads WeasyPrint and fonts."""
    from tracker.press import printing  # brings WeasyPrint: only the process that prints pays for it

    return printing.pdf(html(table), table.fonts_dir)


def html(table: TablePaper) -> str:
    """The pages that are printed."""
    faces = fonts(table.fonts_dir)
    return (
        typeset.environment()
        .get_template("press/table.html")
        .render(table=table, page_number=typeset.page_number(faces[Face.SONG]), paper=paper, faces=faces)
    )


def words(value: object) -> str:
    """A value as a cell says it: nothing for None, days as 2020-06-30."""
    return "" if value is None else str(value)
