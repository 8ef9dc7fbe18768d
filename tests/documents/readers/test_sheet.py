"""Workbooks as clerks keep them."""

from datetime import date, datetime, time
from io import BytesIO

import openpyxl

from tracker.documents.readers import read


def opened(*values, edit=lambda sheet: None):
    book = openpyxl.Workbook()
    for row in values:
        book.active.append(row)
    edit(book.active)
    file = BytesIO()
    book.save(file)
    return read(file.getvalue(), "要点.xlsx").text.strip().split("\n")


def test_values_come_as_the_sheet_shows_them():
    def edit(sheet):
        sheet["D2"].number_format = "0.0%"
        sheet["G2"].number_format = 'yyyy"年"m"月"'

    assert (
        opened(
            *[["序号", "日期", "时间", "比率", "完成", "钟点", "月份"]],
            [
                1.0,
                date(2024, 6, 30),
                datetime.fromisoformat("2024-06-30T18:00"),
                0.955,
                True,
                time(9, 30),
                date(2024, 9, 1),
            ],
            edit=edit,
        )[1]
        == "1\t2024-06-30\t2024-06-30 18:00\t95.5%\t是\t09:30\t2024年9月"
    )


def test_merged_cells_fill_downwards_and_headings_stand_alone():
    def edit(sheet):
        sheet.merge_cells("A1:C1")
        sheet.merge_cells("B3:B4")

    assert opened(
        *[["重点任务表", None, None], ["任务", "单位", "时限"]],
        *[["修路", "市交通局", "6月底"], ["架桥", None, "年底"]],
        edit=edit,
    ) == ["重点任务表", "任务\t单位\t时限", "修路\t市交通局\t6月底", "架桥\t市交通局\t年底"]


def test_empty_columns_and_hidden_sheets_are_left_out():
    def edit(sheet):
        hidden = sheet.parent.create_sheet("旧表")
        hidden.append(["旧任务"])
        hidden.sheet_state = "hidden"

    assert opened([None, "任务", "单位", None], [None, "修路", "市交通局", None], edit=edit) == [
        *("任务\t单位", "修路\t市交通局"),
    ]


def test_a_sheet_formatted_to_its_end_is_read_to_its_last_row():
    def edit(sheet):
        sheet["A1048576"] = "末行"

    assert opened(["任务", "单位"], ["修路", "市交通局"], edit=edit) == [
        "任务\t单位",
        "修路\t市交通局",
    ]
