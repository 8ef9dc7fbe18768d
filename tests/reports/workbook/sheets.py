"""What a person does to a downloaded 填报表, done with openpyxl."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl

from tracker.reports.workbook.rules import Filled, Latest, Standing, Wanted
from tracker.reports.workbook.writing import AMOUNTS, MAIN, workbook
from tracker.tasks.models import Duty
from tracker.workflow import FilingState, State

KEY = b"key"
HEAD = 3  # row of the headings
FIRST = 4  # first row of a duty
LATEST = Latest(7, 2, FilingState.ACCEPTED, Filled(50, "已开工。", readings={9: Decimal(2)}), False, None)
DUTY = Standing(
    id=1,
    unit_id=5,
    version=3,
    state=State.ACTIVE,
    point="一、建设学校",
    title="建成三所学校",
    duty=Duty.LEAD,
    starts_on=date(2020, 6, 18),
    deadline=date(2020, 12, 31),
    progress=50,
    latest=LATEST,
    wanted=(Wanted(9, "学校", "3所", "所"),),
)


def duty(**changes: Any) -> Standing:
    """A duty in progress: 50 % accepted, two of three schools."""
    return replace(DUTY, **changes)


def made(*duties: Standing) -> bytes:
    """The workbook as downloaded."""
    return workbook("市教育局", date(2020, 7, 6), duties or [DUTY], KEY)


def edited(book: bytes, change: Callable[[Any], object]) -> bytes:
    """``change`` is given the openpyxl workbook."""
    opened = openpyxl.load_workbook(BytesIO(book))
    change(opened)
    saved = BytesIO()
    opened.save(saved)
    return saved.getvalue()


def filled(book: bytes, rows: Mapping[int, Mapping[str, Any]], sheet: str = MAIN) -> bytes:
    """Row number → heading → what is typed there."""

    def fill(opened: Any) -> None:
        page = opened[sheet]
        columns = {cell.value: cell.column for cell in page[HEAD]}
        for number, cells in rows.items():
            for heading, value in cells.items():
                page.cell(number, columns[heading]).value = value

    return edited(book, fill)


def with_amount(book: bytes, value: Any, row: int = FIRST) -> bytes:
    return filled(book, {row: {"本次填报数": value}}, AMOUNTS)
