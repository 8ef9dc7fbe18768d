"""A workbook that comes back: its sheets, and the columns of a sheet found by their headings."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from tracker.documents.readers import apart
from tracker.documents.readers.kinds import FileKind
from tracker.documents.readers.sniff import kind_of
from tracker.errors import Invalid
from tracker.workbooks.figures import Cell, Kind

MAX_BYTES = 5 * 1024 * 1024
LOOK_AT = 20  # rows in which the headings are looked for
Name = TypeVar("Name")
Said = Sequence[
    tuple[str, Sequence[tuple[int, Sequence[tuple[str, str, str, bool]]]]]
]  # as cells.read has it

_UNSAID = re.compile(r"[\s%％*＊]|（.*?）|\(.*?\)")


class Sheet(NamedTuple):
    """The filled rows of one sheet."""

    title: str
    rows: Sequence[tuple[int, Mapping[str, Cell]]]  # number, column letter → cell


@dataclass(frozen=True)
class Table(Generic[Name]):
    """A sheet whose headings were found; ``Name`` is what the program calls a column."""

    sheet: Sheet
    first: int  # place in ``sheet.rows`` of the row below the headings
    columns: Mapping[Name, str]  # → column letter
    twice: Sequence[str]  # headings that stand there twice

    def rows(self, prefix: str = "") -> Iterator[tuple[int, dict[Name, Cell]]]:
        """(number, name → cell) below the headings; a cell without content has its address nevertheless."""
        for number, cells in self.sheet.rows[self.first :]:
            found = {
                name: cells.get(letter) or Cell(f"{letter}{number}") for name, letter in self.columns.items()
            }
            yield number, {name: cell._replace(address=prefix + cell.address) for name, cell in found.items()}


def sheets_of(data: bytes, book: str) -> list[Sheet]:
    """The sheets of an uploaded workbook, which people call ``book``.

    Raises Invalid (Unreadable) when it is none.
    """
    if not data:
        raise Invalid("文件是空的（0 字节），请检查后重新上传")
    if len(data) > MAX_BYTES:
        raise Invalid(f"文件超过{MAX_BYTES // 1024**2} MB，请使用从本系统下载的{book}，不要插入图片")
    if kind_of(data) is not FileKind.SHEET:
        raise Invalid(f"这不是 Excel 工作簿，请上传从本系统下载、填好的{book}（xlsx）")
    text, _ = apart.read("tracker.workbooks.cells", data)
    return sheets_said(json.loads(text))


def sheets_said(said: Said) -> list[Sheet]:
    """As ``sheets_of``, of what ``cells.read`` found."""
    return [
        Sheet(
            title,
            [
                (
                    number,
                    {c: Cell(f"{c}{number}", Kind(kind), text, percent) for c, kind, text, percent in cells},
                )
                for number, cells in rows
            ],
        )
        for title, rows in said
    ]


def table_of(sheet: Sheet, headings: Mapping[str, Name], needed: Name) -> Table[Name] | None:
    """The columns of a sheet by their ``headings``; None where no row has ``needed`` and another one."""
    known = {bare(heading): name for heading, name in headings.items()}
    for place, (_, cells) in enumerate(sheet.rows[:LOOK_AT]):
        columns: dict[Name, str] = {}
        twice = []
        for column, cell in cells.items():
            name = known.get(bare(cell.text))
            if name in columns:
                twice.append("".join(cell.text.split()))
            elif name is not None:
                columns[name] = column
        if needed in columns and len(columns) > 1:
            return Table(sheet, place + 1, columns, twice)
    return None


def bare(heading: str) -> str:
    """A heading without blanks, brackets and signs: what it is found by."""
    return _UNSAID.sub("", heading)
