"""A 填报表 that comes back: rows and cells found by headings, wherever a person moved or hid a column."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.errors import Invalid
from tracker.reports.workbook.rules import MAX_DUTIES, Heading, Row
from tracker.reports.workbook.stamps import Stamp, stamp_of
from tracker.workbooks.figures import Cell, Kind
from tracker.workbooks.problems import Problem
from tracker.workbooks.tables import Sheet, Table, sheets_of, table_of

NEEDED = (Heading.CODE, Heading.PROGRESS, Heading.TEXT, Heading.WISH)
AGAIN = "请重新下载填报表"

_TYPED = (Heading.PROGRESS, Heading.TEXT, Heading.DIFFICULTIES, Heading.ASKS, Heading.REASON, Heading.WISH)


@dataclass(frozen=True)
class Book:
    """The rows that name a duty, and what is wrong with the workbook as a whole."""

    rows: Sequence[Row]
    problems: Sequence[Problem]


def read(data: bytes, key: bytes) -> Book:
    """The rows of an uploaded workbook. Raises Invalid (Unreadable) when it is no workbook of ours."""
    return rows_of(sheets_of(data, "填报表"), key)


def rows_of(sheets: Sequence[Sheet], key: bytes) -> Book:
    """As ``read``, of the sheets found."""
    headings = {heading.label: heading for heading in Heading}
    found = (table_of(sheet, headings, Heading.CODE) for sheet in sheets)
    tables = [table for table in found if table is not None]
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


def _flaws(table: Table[Heading]) -> list[str]:
    missing = [f"“{heading.label}”" for heading in NEEDED if heading not in table.columns]
    flaws = [f"“{table.sheet.title}”有两栏“{label}”，请删去一栏" for label in table.twice]
    if missing:
        flaws.append(
            f"“{table.sheet.title}”缺少{'、'.join(missing)}一栏，请恢复表头的文字，或{AGAIN[1:]}后再填"
        )
    return flaws


class _Rows:
    """The rows of the main sheet, each with its cells of the sheet 指标."""

    def __init__(self, main: Table[Heading], amounts: Table[Heading] | None, key: bytes) -> None:
        self.main, self.amounts, self.key = main, amounts, key
        self.problems: list[Problem] = []

    def book(self) -> Book:
        readings = self._readings()
        rows: dict[int, Row] = {}
        for number, at in self.main.rows():
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
        for _, at in self.amounts.rows(f"{self.amounts.sheet.title}!"):
            code, cell = at[Heading.CODE], at[Heading.AMOUNT]
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
