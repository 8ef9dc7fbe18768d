"""Excel workbooks (.xlsx): the visible sheets, one row a line."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.utils.cell import range_boundaries

from tracker.documents.readers.archive import Archive
from tracker.documents.readers.kinds import Unreadable
from tracker.documents.readers.rows import MAX_COLUMNS, Cell, lines

MAX_ROWS = 20_000
MAX_BLANK_ROWS = 1_000  # in a row: a sheet formatted to its end has a million of them
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_EMPTY = Cell()
_NOT_FORMAT = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


def read(data: bytes) -> tuple[str, list[str]]:
    """The rows of every visible sheet, dates as ISO days, percentages as they are shown."""
    archive = Archive(data)
    book: Any = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
    found: list[str] = []
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            # A sheet opened for reading in a stream does not tell its merged cells.
            merged = merged_cells(archive.part(sheet._worksheet_path))
            found += [*lines(_rows(sheet, merged)), ""]
    return "\n".join(found), []


def merged_cells(sheet: bytes) -> dict[int, list[tuple[int, int, int]]]:
    """Merged cells by their first row: first column, last column, last row, all counted from 1."""
    found: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for reference in _MERGED.findall(sheet):
        bounds: Any = range_boundaries(reference.decode())
        left, top, right, bottom = bounds
        found[top].append((left, min(right, MAX_COLUMNS), bottom))
    return found


def _rows(sheet: Any, merged: dict[int, list[tuple[int, int, int]]]) -> Iterator[list[Cell]]:
    """The rows of a sheet without the cells that merged ones cover."""
    covered: dict[int, int] = {}  # column -> last row that a merged cell above reaches
    filled = blank = 0
    for number, row in enumerate(sheet.iter_rows(max_col=_width(sheet)), 1):
        starting = {left: (right, bottom) for left, right, bottom in merged.get(number, ())}
        cells: list[Cell] = []
        beyond = 0  # columns up to this one belong to a cell already taken
        for column, cell in enumerate(row[:MAX_COLUMNS], 1):
            if column <= beyond or covered.get(column, 0) >= number:
                continue
            if column not in starting:
                cells.append(Cell(_shown(cell).split("\n")) if cell.value is not None else _EMPTY)
                continue
            beyond, bottom = starting[column]
            covered.update(dict.fromkeys(range(column, beyond + 1), bottom))
            cells.append(Cell(_shown(cell).split("\n"), beyond - column + 1, bottom - number + 1))
        yield cells
        if any(cell.is_filled for cell in cells):
            filled, blank = filled + 1, 0
        else:
            blank += 1
        if blank > MAX_BLANK_ROWS:
            return
        if filled > MAX_ROWS:
            raise Unreadable(f"工作表“{sheet.title}”超过 {MAX_ROWS} 行，请只保留需要的行后重新上传")


def _width(sheet: Any) -> int | None:
    """The last column to ask for, None for each row's own: a sheet need not know its width, and may lie."""
    return MAX_COLUMNS if sheet.max_column and sheet.max_column > MAX_COLUMNS else None


def _shown(cell: Any) -> str:
    """A value as the reader of the sheet sees it."""
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return _day(value, _NOT_FORMAT.sub("", cell.number_format or ""))
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "")
    return str(value)


def _day(value: date, layout: str) -> str:
    if "d" not in layout.lower():
        return f"{value.year}年{value.month}月"
    moment = f" {value:%H:%M}" if isinstance(value, datetime) and value.time() != time() else ""
    return f"{value:%Y-%m-%d}{moment}"


def _number(value: float, layout: str) -> str:
    """12.0 as 12, 0.955 in the format 0.0% as 95.5%."""
    sign = ""
    if "%" in _NOT_FORMAT.sub("", layout):
        value, sign = value * 100, "%"
    return f"{value:.12g}{sign}" if abs(value) < 1e12 else f"{value:.0f}{sign}"
