"""How a workbook to be filled in looks: headings, widths, print, what is locked, advice. Pure."""

from collections.abc import Sequence
from typing import Any, NamedTuple

HEAD = 2  # row of the headings, from 0
ADVICE = "填写说明"
MAY = {"format_columns": True, "format_rows": True, "autofilter": True}  # on a locked sheet
_FONT = {"font_name": "宋体", "font_size": 10, "valign": "top"}
_BOX = _FONT | {"border": 1, "border_color": "#B4BCCB"}
_LOOKS: dict[str, dict[str, Any]] = {
    "title": _FONT | {"bold": True, "font_size": 16, "valign": "vcenter"},
    "note": _FONT | {"font_color": "#525C6C", "valign": "vcenter"},
    "head": _BOX
    | {"bold": True, "bg_color": "#DCE6F1", "align": "center", "valign": "vcenter", "text_wrap": True},
    "open_head": _BOX
    | {"bold": True, "bg_color": "#FFE699", "align": "center", "valign": "vcenter", "text_wrap": True},
    "code": _BOX | {"font_size": 7, "font_color": "#8B95A5", "shrink": True},
    "text": _BOX | {"text_wrap": True},
    "number": _BOX | {"align": "right"},
    "day": _BOX | {"num_format": "yyyy-mm-dd", "align": "left"},
    "late": _BOX | {"num_format": "yyyy-mm-dd", "align": "left", "font_color": "#B3161B", "bold": True},
    "open": _BOX | {"bg_color": "#FFFBE6", "locked": False, "text_wrap": True},
    "open_number": _BOX | {"bg_color": "#FFFBE6", "locked": False, "align": "right"},
    "open_day": _BOX | {"bg_color": "#FFFBE6", "locked": False, "num_format": "yyyy-mm-dd", "align": "left"},
    "open_choice": _BOX | {"bg_color": "#FFFBE6", "locked": False, "align": "center"},
    "advice": _FONT | {"text_wrap": True, "font_size": 11},
    "advice_name": _FONT | {"bold": True, "font_size": 11},
}


class Column(NamedTuple):
    """A column of a sheet to be filled in; one that is ``is_open`` may be written in."""

    heading: str
    width: float
    is_open: bool = False


def looks_of(book: Any) -> dict[str, Any]:
    """The formats of an xlsxwriter workbook, by what a cell is for."""
    return {name: book.add_format(look) for name, look in _LOOKS.items()}


def frame(
    page: Any, looks: dict[str, Any], title: str, note: str, columns: Sequence[Column], rows: int
) -> None:
    """Headings, widths, print setup and protection; nothing a user wrote is ever taken for a formula."""
    page.set_row(0, 28)
    page.write_string(0, 0, title, looks["title"])
    page.write_string(1, 0, note, looks["note"])
    page.set_row(HEAD, 32)
    for place, column in enumerate(columns):
        page.set_column(place, place, column.width)
        page.write_string(HEAD, place, column.heading, looks["open_head" if column.is_open else "head"])
    page.autofilter(HEAD, 0, HEAD + max(rows, 1), len(columns) - 1)
    page.protect("", MAY)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.set_margins(0.4, 0.4, 0.5, 0.5)
    page.fit_to_pages(1, 0)
    page.repeat_rows(HEAD)
    page.set_footer("&C第 &P 页，共 &N 页")


def advise(page: Any, looks: dict[str, Any], note: str, advice: Sequence[tuple[str, str]]) -> None:
    """The sheet that says how the others are filled in."""
    page.set_column(0, 0, 14)
    page.set_column(1, 1, 90)
    page.write_string(0, 0, ADVICE, looks["title"])
    page.write_string(1, 0, note, looks["note"])
    for row, (name, text) in enumerate(advice, 3):
        page.write_string(row, 0, name, looks["advice_name"])
        page.write_string(row, 1, text, looks["advice"])
        page.set_row(row, 32 if len(text) > 42 else 18)
    page.protect("", MAY)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
