"""The year as a workbook: the months of every unit, and the year's score as formulas over them."""

from collections.abc import Mapping, Sequence
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from tracker.scores.year.queries import BoardYear


def year_book(
    year: int, boards: Sequence[BoardYear], months: Sequence[str], rules: Mapping[str, Any]
) -> BinaryIO:
    """An .xlsx file open at its beginning, a sheet a board."""
    file = TemporaryFile()  # noqa: SIM115  the caller closes it
    with xlsxwriter.Workbook(file) as book:
        head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True})
        sums = book.add_format({"bg_color": "#F2F7EC", "num_format": "0.00"})
        for number, board in enumerate(boards, start=1):
            page = book.add_worksheet(
                f"{number}.{board.name}"[:31].translate(str.maketrans("[]:*?/\\", "（）：＊？／＼"))
            )
            page.set_column(0, 0, 24)
            page.freeze_panes(3, 1)
            page.write_row(0, 0, [f"{year}年", "月度平均分占", "日常管理分占"], head)
            page.write_string(1, 0, "占比")
            page.write_row(1, 1, [float(rules["year"]["mean"]), float(rules["year"]["management"])])
            page.write_row(
                2, 0, ["单位", *months, "月度平均", "日常管理分", "年度得分", "名次", "说明"], head
            )
            mean, given, total = (xl_col_to_name(len(months) + place) for place in (1, 2, 3))
            first, end = 4, 3 + len(board.rows)
            for line, row in enumerate(board.rows, start=first):
                page.write_string(line - 1, 0, row.unit.name)
                for place, month in enumerate(months, start=1):
                    if month in row.months:
                        page.write_number(line - 1, place, float(row.months[month]))
                at = len(months) + 1
                scores = f"B{line}:{xl_col_to_name(len(months))}{line}"
                if row.management:
                    page.write_number(line - 1, at + 1, float(row.management.score))
                formulas: list[tuple[int, str, Any]] = [
                    (at, f'=IF(COUNT({scores})=0,"",AVERAGE({scores}))', row.result.mean),
                    (
                        at + 2,
                        f'=IF(OR({mean}{line}="",AND({given}{line}="",$C$2>0)),"",'
                        f"ROUND(ROUND($B$2*{mean}{line}+$C$2*N({given}{line}),8),2))",
                        row.result.total,
                    ),
                    (
                        at + 3,
                        f'=IF({total}{line}="","",RANK({total}{line},{total}${first}:{total}${end}))',
                        row.rank,
                    ),
                ]
                for column, formula, value in formulas:
                    page.write_formula(line - 1, column, formula, sums, "" if value is None else float(value))
                page.write_string(line - 1, at + 4, row.result.note)
    file.seek(0)
    return file
