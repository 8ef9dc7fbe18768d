"""The filled cells of every sheet of a workbook as JSON; runs in a process of its own (readers/apart.py)."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from tracker.documents.readers.archive import Archive
from tracker.documents.readers.kinds import Unreadable
from tracker.documents.readers.sheet import MAX_BLANK_ROWS, merged_cells
from tracker.workbooks.figures import Kind

MAX_ROWS = 10_000  # filled rows of one sheet
MAX_COLUMNS = 100
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')

Filled = tuple[str, str, str, bool]  # column letter, kind, text, is a percent


def read(data: bytes) -> tuple[str, list[str]]:
    """[[title, [[row number, [[column letter, kind, text, is a percent], …]], …]], …]; nothing is calculated.

    A cell merged downwards speaks for each of its rows. Hidden rows, columns and sheets are read as others.
    """
    archive = Archive(data)
    book: Any = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=False)
    sheets = []
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what the file says about its size may be wrong
        merged = merged_cells(archive.part(sheet._worksheet_path))
        sheets.append((sheet.title, list(_rows(sheet, merged))))
    return json.dumps(sheets), []


def _rows(sheet: Any, merged: dict[int, list[tuple[int, int, int]]]) -> Iterator[tuple[int, list[Filled]]]:
    reaching: dict[
        int, tuple[int, Filled]
    ] = {}  # column -> last row of a merged cell above, and what it says
    filled = blank = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        said = {column: cell for column, cell in enumerate(map(_cell, row[:MAX_COLUMNS]), 1) if cell}
        for column, (last, above) in reaching.items():
            if number <= last:
                said.setdefault(column, above)
        for left, _, bottom in merged.get(number, ()):
            if bottom > number and left in said:
                reaching[left] = (bottom, said[left])
        if said:
            filled, blank = filled + 1, 0
            yield number, [said[column] for column in sorted(said)]
        else:
            blank += 1
        if blank > MAX_BLANK_ROWS:
            return
        if filled > MAX_ROWS:
            raise Unreadable(f"工作表“{sheet.title}”超过{MAX_ROWS}行，请只保留从本系统下载的行")


def _cell(cell: Any) -> Filled | None:
    if cell.value is None:
        return None
    kind, text = _said(cell)
    shown_as = _LITERAL.sub("", cell.number_format or "")
    return get_column_letter(cell.column), kind, text, kind is Kind.NUMBER and "%" in shown_as


def _said(cell: Any) -> tuple[Kind, str]:
    value = cell.value
    if cell.data_type == "f":
        return Kind.FORMULA, ""
    if cell.data_type == "e":
        return Kind.FAULT, str(value)
    if isinstance(value, bool):
        return Kind.TEXT, "是" if value else "否"
    if isinstance(value, int | float):
        return Kind.NUMBER, f"{value:.15g}"  # as many digits as Excel keeps: 0.1 + 0.2 is 0.3
    if isinstance(value, datetime) and value.time() == time():
        return Kind.DAY, f"{value:%Y-%m-%d}"
    if isinstance(value, date | time):
        return Kind.DAY, str(value)
    return Kind.TEXT, str(value)
