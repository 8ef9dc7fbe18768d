"""A 填报表 that comes back: rows and cells found by headings, wherever a person moved or hid a column."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tracker.documents.readers import apart
from tracker.documents.readers.kinds import FileKind
from tracker.documents.readers.sniff import kind_of
from tracker.errors import Invalid
from tracker.reports.workbook.figures import Cell, Kind
from tracker.reports.workbook.rules import MAX_DUTIES, Heading, Problem, Row
from tracker.reports.workbook.stamps import Stamp, stamp_of

MAX_BYTES = 5 * 1024 * 1024
LOOK_AT = 20  # rows in which the headings are looked for
NEEDED = (Heading.CODE, Heading.PROGRESS, Heading.TEXT, Heading.WISH)
AGAIN = "请重新下载填报表"

_UNSAID = re.compile(r"[\s%％*＊]|（.*?）|\(.*?\)")
_TYPED = (Heading.PROGRESS, Heading.TEXT, Heading.DIFFICULTIES, Heading.ASKS, Heading.REASON, Heading.WISH)


@dataclass(frozen=True)
class Book:
    """The rows that name a duty, and what is wrong with the workbook as a whole."""

    rows: Sequence[Row]
    problems: Sequence[Problem]


class _Sheet(NamedTuple):
    title: str
    rows: Sequence[tuple[int, Mapping[str, Cell]]]  # number, column letter → cell


class _Table(NamedTuple):
    """A sheet whose headings were found."""

    sheet: _Sheet
    first: int  # place in ``sheet.rows`` of the row below the headings
    columns: Mapping[Heading, str]  # → column letter
    twice: Sequence[str]  # headings that stand there twice

    def cell(self, heading: Heading, number: int, cells: Mapping[str, Cell], prefix: str = "") -> Cell:
        """The cell of a column in one row; one without content has its address nevertheless."""
        column = self.columns[heading]
        found = cells.get(column) or Cell(f"{column}{number}")
        return found._replace(address=prefix + found.address)


def read(data: bytes, key: bytes) -> Book:
    """The rows of an uploaded workbook. Raises Invalid (Unreadable) when it is no workbook of ours."""
    if not data:
        raise Invalid("文件是空的（0 字节），请检查后重新上传")
    if len(data) > MAX_BYTES:
        raise Invalid(f"文件超过{MAX_BYTES // 1024**2} MB，请使用从本系统下载的填报表，不要插入图片")
    if kind_of(data) is not FileKind.SHEET:
        raise Invalid("这不是 Excel 工作簿，请上传从本系统下载、填好的填报表（xlsx）")
    text, _ = apart.read("tracker.reports.workbook.cells", data)
    return rows_of(json.loads(text), key)


def rows_of(
    sheets: Sequence[tuple[str, Sequence[tuple[int, Sequence[tuple[str, str, str, bool]]]]]], key: bytes
) -> Book:
    """As ``read``, of what ``cells.read`` found."""
    found = [
        _Sheet(
            title,
            [
                (
                    number,
                    {c: Cell(f"{c}{number}", Kind(kind), text, percent) for c, kind, text, percent in cells},
                )
                for number, cells in rows
            ],
        )
        for title, rows in sheets
    ]
    tables = [table for sheet in found if (table := _table(sheet)) is not None]
    main = next((table for table in tables if Heading.WISH in table.columns), None) or next(
        (table for table in tables if Heading.AMOUNT not in table.columns), None
    )
    if main is None:
        raise Invalid(f"找不到“填报表”：没有一张工作表有“编号”和“操作”两栏。{AGAIN}，填好后再上传")
    problems = [Problem("", message) for message in _flaws(main)]
    if problems:
        return Book([], problems)
    amounts = next((table for table in tables if Heading.AMOUNT in table.columns), None)
    return _Rows(main, amounts, key).book()


def _table(sheet: _Sheet) -> _Table | None:
    """The columns of a sheet by their headings; None where nothing says 编号."""
    known = {_bare(heading.label): heading for heading in Heading}
    for place, (_, cells) in enumerate(sheet.rows[:LOOK_AT]):
        said = [(known.get(_bare(cell.text)), column) for column, cell in cells.items()]
        columns: dict[Heading, str] = {}
        twice = []
        for heading, column in said:
            if heading in columns:
                twice.append(heading.label)
            elif heading is not None:
                columns[heading] = column
        if Heading.CODE in columns and len(columns) > 1:
            return _Table(sheet, place + 1, columns, twice)
    return None


def _bare(heading: str) -> str:
    return _UNSAID.sub("", heading)


def _flaws(table: _Table) -> list[str]:
    missing = [f"“{heading.label}”" for heading in NEEDED if heading not in table.columns]
    flaws = [f"“{table.sheet.title}”有两栏“{label}”，请删去一栏" for label in table.twice]
    if missing:
        flaws.append(
            f"“{table.sheet.title}”缺少{'、'.join(missing)}一栏，请恢复表头的文字，或{AGAIN[1:]}后再填"
        )
    return flaws


class _Rows:
    """The rows of the main sheet, each with its cells of the sheet 指标."""

    def __init__(self, main: _Table, amounts: _Table | None, key: bytes) -> None:
        self.main, self.amounts, self.key = main, amounts, key
        self.problems: list[Problem] = []

    def book(self) -> Book:
        readings = self._readings()
        rows: dict[int, Row] = {}
        for number, cells in self.main.sheet.rows[self.main.first :]:
            at = {heading: self.main.cell(heading, number, cells) for heading in self.main.columns}
            stamp = self._stamp(at[Heading.CODE], any(at[h].text for h in _TYPED if h in at))
            if stamp is None:
                continue
            if twin := rows.get(stamp.assignment_id):
                self._refuse(at[Heading.CODE], f"与第{twin.number}行是同一项，请只保留一行")
                continue
            rows[stamp.assignment_id] = Row(number, stamp, at, readings[stamp.assignment_id])
        if len(rows) > MAX_DUTIES:
            raise Invalid(f"填报表超过{MAX_DUTIES}行，请分成几份上传")
        if not rows and not self.problems:
            self.problems.append(Problem("", f"填报表里没有承办项。{AGAIN}，填好后再上传"))
        return Book(list(rows.values()), self.problems)

    def _readings(self) -> dict[int, dict[int, Cell]]:
        """Assignment → target → cell."""
        found: dict[int, dict[int, Cell]] = defaultdict(dict)
        if self.amounts is None:
            return found
        prefix = f"{self.amounts.sheet.title}!"
        for number, cells in self.amounts.sheet.rows[self.amounts.first :]:
            code, cell = (
                self.amounts.cell(heading, number, cells, prefix)
                for heading in (Heading.CODE, Heading.AMOUNT)
            )
            stamp = self._stamp(code, bool(cell.text))
            if stamp is None:
                continue
            if stamp.target_id in found[stamp.assignment_id]:
                self._refuse(code, "与上面一行是同一个指标，请只保留一行")
            found[stamp.assignment_id][stamp.target_id] = cell
        return found

    def _stamp(self, code: Cell, is_filled: bool) -> Stamp | None:
        """Which duty a row is about; a row without code is passed over unless something was written in it."""
        if not code.text.strip() and code.kind is Kind.TEXT:
            if is_filled:
                self._refuse(code, f"没有编号，不知道是哪一项。不能在表里增加行；{AGAIN}，把内容抄过去")
            return None
        stamp = stamp_of(code.text, self.key) if code.kind is Kind.TEXT else None
        if stamp is None:
            self._refuse(code, f"编号被改动过，不能确认是哪一项。{AGAIN}，把这一行的内容抄过去")
        return stamp

    def _refuse(self, cell: Cell, message: str) -> None:
        self.problems.append(Problem(cell.address, message))
