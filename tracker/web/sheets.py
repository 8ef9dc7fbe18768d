"""Tables on their way out: Excel workbooks and CSV in which nothing a user wrote can act as a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from html import escape
from io import BytesIO, StringIO
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import BinaryIO, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from tracker.clock import SHANGHAI

LONGEST = 32_767  # characters Excel holds in one cell
CHUNK = 500  # rows of CSV sent at a time
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_SHEET = "xl/worksheets/sheet1.xml"
_DAY = timedelta(days=1)
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  Excel counts local days
_HEADING = {
    **{"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True},
    **{"align": "center", "valign": "vcenter"},
}
_STYLES = {  # what a cell may hold -> how it is shown; the order is that of the sample cells in the frame
    str: {"text_wrap": True, "valign": "top"},
    int: {"valign": "top"},
    date: {"valign": "top", "align": "left", "num_format": "yyyy-mm-dd"},
    datetime: {"valign": "top", "align": "left", "num_format": "yyyy-mm-dd hh:mm"},
}
_COLUMNS = [xl_col_to_name(place) for place in range(256)]
_SPECIAL = re.compile("[&<>\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ACTING = set("=+-@\t\r＝＋－＠")  # what begins a formula when a program opens the CSV
_UNPLAIN = re.compile('["\r\n]|(?:^|,)[-=+@\t＝＋－＠]')

Value = str | int | float | Decimal | date | datetime | None


class Column(NamedTuple):
    """A column: its heading and its width in digits (a Chinese character takes two)."""

    heading: str
    width: float = 12


def workbook(columns: Sequence[Column], rows: Iterable[Sequence[Value]], sheet: str = "台账") -> BinaryIO:
    """An .xlsx file open at its beginning; days and moments are real dates, moments in Beijing time.

    Memory does not grow with the rows. xlsxwriter makes the frame (heading, styles, filter); the rows are
    written here, because it would spend 1.1 of 1.3 seconds on the cells of 10,000 rows one by one.
    """
    with TemporaryFile() as body:
        count = 0
        for count, row in enumerate(rows, start=1):
            body.write(_row(row, count + 1).encode())
        body.seek(0)
        book = TemporaryFile()  # noqa: SIM115  the caller closes it
        with (
            ZipFile(BytesIO(_frame(columns, sheet, count))) as frame,
            ZipFile(book, "w", ZIP_DEFLATED) as packed,
        ):
            for name in frame.namelist():
                with packed.open(name, "w") as part:
                    if name == _SHEET:
                        before, after = _around_rows(frame.read(name).decode())
                        part.write(before.encode())
                        copyfileobj(body, part)
                        part.write(after.encode())
                    else:
                        part.write(frame.read(name))
    book.seek(0)
    return book


def csv_text(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """The same table as CSV, a few hundred rows at a time, with the mark by which Excel knows UTF-8."""
    waiting = ["\ufeff" + _csv_line([column.heading for column in columns])]
    for row in rows:
        waiting.append(_csv_line(row))
        if len(waiting) == CHUNK:
            yield "".join(waiting)
            waiting = []
    yield "".join(waiting)


def _csv_line(row: Sequence[Value]) -> str:
    """A row; its cells are looked at one by one only when the whole says that one needs it."""
    cells = [value if type(value) is str else _text(value) for value in row]
    line = ",".join(cells)
    if line.count(",") < len(cells) and not _UNPLAIN.search(line):
        return f"{line}\r\n"
    buffer = StringIO()
    acting = [isinstance(value, str) and value[:1] in _ACTING for value in row]
    csv.writer(buffer).writerow(
        [f"'{cell}" if acts else cell for cell, acts in zip(cells, acting, strict=True)]
    )
    return buffer.getvalue()


def _text(value: Value) -> str:
    if isinstance(value, datetime):
        return _local(value).isoformat(" ", "minutes")[:16]
    return "" if value is None else str(value)


def _row(row: Sequence[Value], number: int) -> str:
    text, figure, day, moment = _styles()
    cells = ""
    for column, value in zip(_COLUMNS, row, strict=False):
        if isinstance(value, str):
            if len(value) > LONGEST or _SPECIAL.search(value):
                value = escape(_NOT_XML.sub("", value[:LONGEST]), quote=False)
            inline = f'<is><t xml:space="preserve">{value}</t></is>'
            cells += f'<c r="{column}{number}"{text} t="inlineStr">{inline}</c>'
        elif isinstance(value, datetime):
            days = (_local(value).replace(tzinfo=None) - _DAY_ZERO) / _DAY
            cells += f'<c r="{column}{number}"{moment}><v>{days}</v></c>'
        elif isinstance(value, date):
            cells += f'<c r="{column}{number}"{day}><v>{value.toordinal() - _DAY_ZERO.toordinal()}</v></c>'
        elif value is not None:
            cells += f'<c r="{column}{number}"{figure}><v>{value}</v></c>'
    return f'<row r="{number}">{cells}</row>'


def _local(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI)


def _frame(columns: Sequence[Column], sheet: str, count: int) -> bytes:
    """A workbook for ``count`` rows, with one sample cell of each style in place of them."""
    packed = BytesIO()
    with xlsxwriter.Workbook(packed) as book:
        page = book.add_worksheet(sheet)
        heading = book.add_format(_HEADING)
        for place, column in enumerate(columns):
            page.set_column(place, place, column.width)
            page.write_string(0, place, column.heading, heading)
        for place, style in enumerate(_STYLES.values()):
            page.write_blank(1, place, None, book.add_format(style))
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, count, max(len(columns) - 1, 0))
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
    return packed.getvalue()


def _around_rows(sheet: str) -> tuple[str, str]:
    """What stands before and after the sample row, without the size of the sheet, which the sample gave."""
    before, samples = sheet.split('<row r="2"', 1)
    return re.sub("<dimension[^>]*/>", "", before), samples[samples.index("</sheetData>") :]


@cache
def _styles() -> list[str]:
    """The attribute of each style, as xlsxwriter numbers them in every workbook made by ``_frame``."""
    with ZipFile(BytesIO(_frame([Column("序号")], "台账", 0))) as frame:
        return re.findall(r'<c r="[A-Z]2"( s="\d+")', frame.read(_SHEET).decode())
