"""A workbook that comes back: as it went, moved about, damaged, or not ours at all."""

import random
from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from tests.reports.workbook.sheets import DUTY, FIRST, KEY, LATEST, duty, edited, filled, made, with_amount
from tracker.errors import Invalid
from tracker.reports.workbook.reading import read
from tracker.reports.workbook.rules import Filled, Heading
from tracker.workbooks.figures import Kind
from tracker.workbooks.tables import MAX_BYTES
from tracker.workflow import State

OTHER = duty(id=2, title="另一项")


def test_a_workbook_comes_back_as_it_went():
    book = read(made(DUTY, OTHER), KEY)
    assert book.problems == []
    assert [row.stamp for row in book.rows] == [DUTY.stamp, OTHER.stamp]
    cells = book.rows[0].cells
    assert (cells[Heading.TEXT].text, cells[Heading.PROGRESS].text) == ("已开工。", "50")
    assert cells[Heading.WISH].address == f"Q{FIRST}"
    assert book.rows[0].amounts[9].text == "2"


def test_columns_may_be_moved_hidden_and_deleted():
    def move(opened):
        page = opened["填报表"]
        page.delete_cols(15)  # 进展降低原因
        page.delete_cols(2, 4)  # 工作要点 … 完成时限
        page.insert_cols(1, 2)
        page.column_dimensions["C"].hidden = True
        page.row_dimensions[FIRST].hidden = True
        page.title = "七月填报"
        opened.move_sheet("指标", -1)

    book = read(edited(filled(made(), {FIRST: {"操作": "报送"}}), move), KEY)
    assert book.problems == []
    (row,) = book.rows
    assert row.cells[Heading.TEXT].text == "已开工。"
    assert row.cells[Heading.WISH].text == "报送"
    assert Heading.REASON not in row.cells


def test_headings_are_known_in_spite_of_blanks_and_signs():
    def rename(opened):
        page = opened["填报表"]
        for cell in page[3]:
            cell.value = {"本次进展%": "本次 进展（％）*", "操作": " 操作\n"}.get(cell.value, cell.value)

    assert read(edited(made(), rename), KEY).problems == []


@pytest.mark.parametrize(("heading", "column"), [("操作", 17), ("进展情况", 12), ("本次进展%", 10)])
def test_a_needed_heading_that_is_missing_is_named(heading, column):
    book = read(edited(made(), lambda opened: opened["填报表"].delete_cols(column)), KEY)
    (problem,) = book.problems
    assert f"“{heading}”" in problem.message
    assert book.rows == []


def test_a_column_that_stands_there_twice_is_named():
    book = read(edited(made(), lambda opened: opened["填报表"].cell(3, 20, "操作")), KEY)
    assert "两栏“操作”" in book.problems[0].message


def test_a_cell_merged_downwards_speaks_for_each_row():
    book = read(
        edited(made(DUTY, OTHER), lambda opened: opened["填报表"].merge_cells(f"L{FIRST}:L{FIRST + 1}")), KEY
    )
    assert [row.cells[Heading.TEXT].text for row in book.rows] == ["已开工。", "已开工。"]


def test_a_formula_keeps_its_kind_and_is_not_calculated():
    def calculate(opened):
        page = opened["填报表"]
        page[f"J{FIRST}"] = "=40+10"
        page[f"L{FIRST}"] = ArrayFormula(f"L{FIRST}", "=A1")
        page[f"M{FIRST}"] = "#REF!"

    cells = read(edited(made(), calculate), KEY).rows[0].cells
    kinds = [cells[heading].kind for heading in (Heading.PROGRESS, Heading.TEXT, Heading.DIFFICULTIES)]
    assert kinds == [Kind.FORMULA, Kind.FORMULA, Kind.FAULT]


def test_percents_are_told_by_their_format():
    def show(opened):
        page = opened["填报表"]
        page[f"J{FIRST}"], page[f"J{FIRST}"].number_format = 0.6, "0%"
        page[f"J{FIRST + 1}"], page[f"J{FIRST + 1}"].number_format = 60, '0"%"'

    rows = read(edited(made(DUTY, OTHER), show), KEY).rows
    assert [row.cells[Heading.PROGRESS].is_percent for row in rows] == [True, False]


@pytest.mark.parametrize(
    "code", ["", "1", "1-5-3-7-2-0-aaaaaaaaaa", "=1+1", 12, "x" * 5000], ids=lambda code: str(code)[:12]
)
def test_a_changed_code_is_found(code):
    book = read(filled(made(), {FIRST: {"编号": code, "操作": "报送"}}), KEY)
    (problem,) = [problem for problem in book.problems if problem.place]
    assert problem.place == f"A{FIRST}"
    assert "编号" in problem.message


def test_codes_of_two_rows_cannot_be_exchanged_unseen():
    swapped = edited(
        made(DUTY, OTHER),
        lambda opened: opened["填报表"].cell(FIRST, 1, opened["填报表"].cell(FIRST + 1, 1).value),
    )
    book = read(swapped, KEY)
    assert "与第4行是同一项" in book.problems[0].message


def test_another_house_did_not_seal_it():
    assert "编号被改动过" in read(made(), b"another").problems[0].message


def test_rows_without_anything_are_passed_over():
    book = read(filled(made(), {30: {"任务": "合计"}, 40: {"序时进度%": 3}}), KEY)
    assert book.problems == []
    assert len(book.rows) == 1


def test_a_row_added_by_hand_is_refused():
    book = read(filled(made(), {30: {"进展情况": "新增的一项", "操作": "报送"}}), KEY)
    assert book.problems[0].place == "A30"
    assert "不能在表里增加行" in book.problems[0].message


def test_amounts_have_the_address_of_their_sheet():
    row = read(with_amount(made(), 3), KEY).rows[0]
    assert (row.amounts[9].address, row.amounts[9].text) == (f"指标!F{FIRST}", "3")


def test_a_workbook_without_the_sheet_of_targets_can_be_read():
    book = read(edited(made(), lambda opened: opened.remove(opened["指标"])), KEY)
    assert book.problems == []
    assert book.rows[0].amounts == {}


def test_what_stands_far_away_is_not_looked_for():
    def far(opened):
        opened["填报表"]["XFD1048576"] = "x"

    assert len(read(edited(made(), far), KEY).rows) == 1


def empty_book() -> bytes:
    saved = BytesIO()
    openpyxl.Workbook().save(saved)
    return saved.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "空的"),
        (b"%PDF-1.7", "不是 Excel"),
        ("编号,操作".encode(), "不是 Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "另存为 xlsx"),
        (b"PK\x03\x04broken", "已损坏"),
        (b"x" * (MAX_BYTES + 1), "超过5 MB"),
        (empty_book(), "找不到“填报表”"),
        (made()[:-300], "已损坏"),
    ],
    ids=["empty", "pdf", "csv", "xls", "torn", "large", "other", "cut"],
)
def test_what_is_no_workbook_of_ours_is_refused_in_words(content, reason):
    with pytest.raises(Invalid, match=reason):
        read(content, KEY)


def packed(parts: dict[str, bytes]) -> bytes:
    """The workbook with some parts replaced."""
    saved = BytesIO()
    with ZipFile(BytesIO(made())) as old, ZipFile(saved, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
    return saved.getvalue()


def test_a_bomb_does_not_go_off():
    with pytest.raises(Invalid, match="过大"):
        read(packed({"xl/sharedStrings.xml": b"<a>" + b" " * 80_000_000}), KEY)
    bomb = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'
    with pytest.raises(Invalid):
        read(packed({"xl/sharedStrings.xml": bomb}), KEY)


def test_no_damaged_workbook_breaks_the_reading():
    whole, dice = made(), random.Random(5)
    for _ in range(12):
        torn = bytearray(whole)
        for _ in range(dice.randrange(1, 20)):
            torn[dice.randrange(len(torn))] = dice.randrange(256)
        with suppress(Invalid):  # and nothing else
            read(bytes(torn), KEY)


def test_the_workbook_is_locked_but_for_what_is_filled_in():
    book = openpyxl.load_workbook(BytesIO(made(duty(state=State.ISSUED, latest=None), OTHER)))
    page = book["填报表"]
    assert page.protection.sheet
    assert page.protection.password is None
    assert page.freeze_panes == f"D{FIRST}"
    open_cells = {cell.column_letter for cell in page[FIRST] if not cell.protection.locked}
    assert open_cells == set("IJKLMNOQ")
    assert page[f"I{FIRST + 1}"].protection.locked  # signed for already
    kinds = {str(rule.sqref): rule.type for rule in page.data_validations.dataValidation}
    assert kinds == {
        f"{column}{FIRST}:{last}{FIRST + 1}": kind
        for column, last, kind in (
            ("I", "I", "list"),
            ("K", "K", "list"),
            ("Q", "Q", "list"),
            ("J", "J", "whole"),
            ("L", "O", "textLength"),
        )
    }
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert book["指标"][f"F{FIRST}"].protection.locked is False


def test_what_users_wrote_goes_out_as_text():
    hostile = duty(title="=HYPERLINK(1)", latest=LATEST._replace(filled=Filled(text="=1+1")))
    page = openpyxl.load_workbook(BytesIO(made(hostile)))["填报表"]
    assert {page[f"{column}{FIRST}"].data_type for column in "CL"} == {"s"}
    cell = read(made(hostile), KEY).rows[0].cells[Heading.TEXT]
    assert (cell.kind, cell.text) == (Kind.TEXT, "=1+1")
