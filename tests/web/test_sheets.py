"""Tables going out: values keep their kind, users' words stay words, memory stays flat."""

import csv
import tracemalloc
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.web.sheets import CHUNK, LONGEST, Column, csv_text, workbook

COLUMNS = [Column("任务", 40), Column("时限"), Column("更新时间", 18), Column("进展", 8)]
ROW = ["摸排核查", date(2020, 5, 31), datetime(2020, 7, 6, 1, 0, tzinfo=UTC), 35]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "＝1+1"]


def opened(columns: list[Column], rows: Iterable[Any], sheet: str = "台账") -> Any:
    with workbook(columns, rows, sheet) as file:
        return openpyxl.load_workbook(file)


def test_days_and_numbers_stay_days_and_numbers_and_moments_are_beijing_time():
    page = opened(COLUMNS, [[*ROW[:3], Decimal("83.08")]]).active

    assert [cell.value for cell in page[1]] == ["任务", "时限", "更新时间", "进展"]
    assert [str(cell.value) for cell in page[2]] == [
        "摸排核查",
        "2020-05-31 00:00:00",
        "2020-07-06 09:00:00",
        "83.08",
    ]
    assert [cell.number_format for cell in page[2]][1:3] == ["yyyy-mm-dd", "yyyy-mm-dd hh:mm"]


def test_the_heading_is_fixed_filtered_and_repeated_on_paper():
    page = opened(COLUMNS, [ROW] * 3, "任务台账").active

    assert page.title == "任务台账"
    assert page["A1"].font.bold
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:D4"
    assert page.print_title_rows == "$1:$1"
    assert page.column_dimensions["A"].width == pytest.approx(40, abs=1)


def test_a_table_without_rows_is_a_heading():
    page = opened(COLUMNS, []).active

    assert page.max_row == 1


@pytest.mark.parametrize(
    "words", [*FORMULAS, "http://example.test/", "0123", "a<b>&c", "上行\n下行", " 缩进"]
)
def test_what_a_user_wrote_comes_out_as_words(words):
    cell = opened(COLUMNS, [[words]]).active["A2"]

    assert cell.value == words
    assert cell.data_type == "s"
    assert cell.hyperlink is None


def test_characters_no_xml_can_hold_fall_away_and_long_texts_are_cut():
    page = opened(COLUMNS, [["甲\x00\x0b乙\ud800丙"], ["长" * 40_000]]).active

    assert page["A2"].value == "甲乙丙"
    assert len(page["A3"].value) == LONGEST


@settings(max_examples=30)
@given(st.lists(st.lists(st.text(max_size=20), min_size=4, max_size=4), max_size=5))
def test_any_text_makes_a_workbook_and_a_csv_that_can_be_read_again(rows):
    opened(COLUMNS, rows)

    again = list(csv.reader(StringIO("".join(csv_text(COLUMNS, rows)), newline="")))

    assert [[cell.removeprefix("'") for cell in row] for row in again[1:]] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]


def test_csv_has_its_mark_and_the_same_values():
    text = "".join(csv_text(COLUMNS, [ROW, ["甲,乙", None, None, -5]]))

    assert text.startswith("\ufeff任务,")
    assert list(csv.reader(StringIO(text)))[1:] == [
        ["摸排核查", "2020-05-31", "2020-07-06 09:00", "35"],
        ["甲,乙", "", "", "-5"],
    ]


@pytest.mark.parametrize("words", FORMULAS)
def test_a_formula_in_csv_is_quoted_away(words):
    text = "".join(csv_text([Column("任务")], [[words]]))

    assert list(csv.reader(StringIO(text)))[1] == [f"'{words}"]


def test_csv_leaves_in_pieces_before_the_last_row_is_asked_for():
    asked = []

    def rows():
        for number in range(3 * CHUNK):
            asked.append(number)
            yield [str(number)]

    next(csv_text([Column("序号")], rows()))

    assert len(asked) <= CHUNK


def test_memory_does_not_grow_with_the_rows():
    def peak(count: int) -> int:
        tracemalloc.start()
        workbook(COLUMNS, (ROW for _ in range(count))).close()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)

    assert peak(4_000) < peak(400) + 200_000
