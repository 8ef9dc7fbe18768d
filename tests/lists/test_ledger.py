"""The three lists as lists: what they show, in which groups, what is counted, and as files."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from openpyxl import load_workbook
from pypdfium2 import PdfDocument
from werkzeug.datastructures import MultiDict

from tests import make
from tests.conftest import sign_in
from tracker.db import db
from tracker.lists import ledger
from tracker.lists.account.models import SiteCheck
from tracker.lists.models import Milestone, Pace, ProblemSource, RectificationEvidence, SupportUnit
from tracker.lists.rules import Tally
from tracker.lists.views import VIEWS
from tracker.workflow import RectificationState as State

TODAY = date(2020, 7, 6)
PAST = date(2020, 7, 1)
HEADINGS = {  # the columns of the three lists, written a second time by hand
    "problems": "账号 来源 发现日期 问题描述 类型 涉及单位 严重程度 共性/个性 依据",
    "rectifications": "账号 整改目标 整改措施 时间类别 时限 节点 进展 佐证 完成日期 销号状态",
    "responsibilities": "账号 牵头领导 牵头单位 配合单位 责任人 联系电话 验收单位 责任内容 逾期记录",
}


@pytest.fixture
def books(app) -> dict[str, str]:
    """Six accounts of two units in different states; what each is → its number."""
    first, second = make.unit("市教育局"), make.unit("市民政局")
    rows = {
        "closed": (first, {"state": State.CLOSED, "closed_on": PAST}),
        "late": (first, {"state": State.ACTIVE, "deadline": date(2020, 7, 3)}),
        "soon": (second, {"state": State.ACTIVE, "deadline": date(2020, 7, 10)}),
        "checked": (second, {"state": State.CLOSING, "deadline": PAST}),
        "standing": (second, {"state": State.ACTIVE, "pace": Pace.STANDING, "deadline": None}),
        "withdrawn": (second, {"state": State.WITHDRAWN, "deadline": PAST}),
    }
    return {name: make.problem(unit, rectification=row).number for name, (unit, row) in rows.items()}


def shown(address: str = "", name: str = "problems") -> list[str]:
    view = ledger.ACCOUNTS.view(MultiDict(part.split("=") for part in address.split("&") if part))
    return [line.number for line in ledger.accounts(None, view, TODAY, VIEWS[name].keys)]


def rows(name: str) -> Sequence[tuple[object, ...]]:
    lines = ledger.accounts(None, ledger.ACCOUNTS.view(MultiDict()), TODAY, VIEWS[name].keys)
    return [VIEWS[name].row(line, TODAY) for line in lines]


def test_the_columns_are_those_of_the_three_lists():
    for name, said in HEADINGS.items():
        assert [column.heading for column in VIEWS[name].columns] == said.split()


def test_what_is_standing_or_withdrawn_is_in_no_denominator(books):
    view = ledger.ACCOUNTS.view(MultiDict())
    (whole,) = ledger.tallies(None, view, TODAY).values()
    assert whole == Tally(total=6, closed=1, standing=1, withdrawn=1, late=1)
    assert whole.words == "共6个，应销号4个（长期坚持1个、已中止1个不计入），已销号1个，销号率25%；已逾期1个"
    assert Tally(total=2, standing=2).words == "共2个，应销号0个（长期坚持2个不计入）"


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("state=open", "late soon checked"),
        ("state=closed", "closed"),
        ("term=late", "late"),
        ("term=soon", "soon"),
        ("pace=standing", "standing"),
        ("due_from=2020-07-03&due_to=2020-07-09", "late"),
        ("sort=-number&state=open", "checked soon late"),
        ("q=%25", ""),
        ("source=audit", ""),
        ("group=state&state=open", "late soon checked"),
    ],
)
def test_filters_and_orders(books, address, found):
    assert shown(address) == [books[name] for name in found.split()]


def test_the_number_after_9999_comes_after_it(app):
    make.problem(number="2020-9999")
    make.problem(number="2020-10000")
    assert shown() == ["2020-9999", "2020-10000"]


def test_groups_follow_each_other_with_their_own_rates(client, supervisor, books):
    sign_in(client, supervisor)
    page = client.get("/lists/problems?group=unit").text
    assert (
        page.index("市教育局 <small>共2个") < page.index(books["late"]) < page.index("市民政局 <small>共4个")
    )
    assert "共2个，应销号2个，已销号1个，销号率50%；已逾期1个" in page
    assert page.index("市民政局 <small>") < page.index(books["soon"])


@pytest.mark.parametrize("grouping", ["", *ledger.Grouping])
def test_the_pages_of_a_grouped_list_follow_each_other(supervisor, books, grouping):
    address = f"group={grouping}&sort=-number"
    view = ledger.ACCOUNTS.view(MultiDict(part.split("=") for part in address.split("&")))
    tallies = ledger.tallies(supervisor, view, TODAY)
    pages = [
        ledger.account_page(supervisor, replace(view, size=2, number=number), tallies, TODAY)
        for number in (1, 2, 3, 4)
    ]

    assert [page.number for page in pages] == [1, 2, 3, 3]
    assert [line.number for page in pages[:3] for line in page.rows] == shown(address)


def test_a_row_tells_of_helpers_steps_and_proofs(reporter):
    problem = make.problem(reporter.unit, source=ProblemSource.HOTLINE_12345, source_number="W200701-3")
    problem.responsibility.supports = [
        SupportUnit(unit=make.unit(name), position=place) for place, name in enumerate(("乙局", "甲局"))
    ]
    item = problem.rectification
    item.milestones = [
        Milestone(text="完成招标", due_on=date(2020, 7, 10), met_on=PAST),
        Milestone(text="开工", due_on=date(2020, 7, 20)),
    ]
    check = SiteCheck(
        rectification=item,
        round=0,
        is_passed=True,
        findings="属实",
        checked_on=PAST,
        entered_at=problem.registered_at,
    )
    db.session.add(check)
    db.session.flush()
    file = make.stored_file()
    db.session.add_all(
        RectificationEvidence(
            rectification_id=item.id, round=0, check_id=check.id, file=file, name=f"照片{n}.jpg"
        )
        for n in range(4)
    )
    db.session.flush()
    assert rows("responsibilities")[0][3] == "乙局、甲局"
    assert rows("rectifications")[0][5] == "2020-07-10　完成招标（已完成）\n2020-07-20　开工"
    assert rows("rectifications")[0][7] == "照片0.jpg、照片1.jpg、照片2.jpg等4件"
    assert rows("problems")[0][1] == "12345热线（W200701-3）"
    item.reopened_times = 1
    db.session.flush()
    assert rows("rectifications")[0][7] == ""  # what was proved before it was reopened did not hold


def test_a_helping_unit_sees_the_account(client, reporter):
    problem = make.problem(make.unit("市教育局"), rectification={"state": State.ISSUED})
    sign_in(client, reporter)
    assert problem.number not in client.get("/lists/problems").text
    problem.responsibility.supports = [SupportUnit(unit=reporter.unit, position=0)]
    assert problem.number in client.get("/lists/problems").text
    assert client.get(f"/lists/{problem.id}").status_code == 200


def test_the_record_of_delay_knows_who_was_late(books):
    said = {row[0]: row[-1] for row in rows("responsibilities")}
    assert said[books["late"]] == "已逾期1个工作日"
    assert [said[books[name]] for name in ("soon", "standing", "withdrawn")] == ["", "", ""]


def test_a_list_is_taken_away_as_excel_pdf_and_word(client, supervisor, books):
    sign_in(client, supervisor)
    filters = "?state=open&group=unit"
    sheet = load_workbook(BytesIO(client.get(f"/lists/rectifications.xlsx{filters}").data)).active
    numbers = {books[name] for name in ("late", "soon", "checked")}
    assert [cell.value for cell in sheet[1]] == HEADINGS["rectifications"].split()
    assert {row[0] for row in sheet.iter_rows(min_row=2, values_only=True)} == numbers

    pdf = PdfDocument(client.get(f"/lists/rectifications.pdf{filters}").data)
    text = pdf[0].get_textpage().get_text_range()
    assert pdf[0].get_width() > pdf[0].get_height()
    for said in (
        "整改清单",
        "截至2020年7月6日",
        "第 1 页",
        "市民政局：共2个",
        "本表只列：销号状态“未销号”",
        *numbers,
    ):
        assert said in text, said
    assert books["closed"] not in text

    document = Document(BytesIO(client.get(f"/lists/rectifications.docx{filters}").data))
    (table,) = document.tables
    assert document.sections[0].orientation == WD_ORIENT.LANDSCAPE
    assert document.paragraphs[0].text == "整改清单"
    assert [cell.text for cell in table.rows[0].cells] == HEADINGS["rectifications"].split()
    assert numbers <= {row.cells[0].text for row in table.rows}
    assert table.rows[0]._tr.trPr.xpath("w:tblHeader")
    assert all(row._tr.trPr.xpath("w:cantSplit") for row in table.rows)


def test_an_empty_list_prints_too(client, supervisor):
    sign_in(client, supervisor)
    text = PdfDocument(client.get("/lists/problems.pdf").data)[0].get_textpage().get_text_range()
    assert "（无）" in text
    assert "共0个" in text


def test_too_many_rows_are_not_printed_for_who_waits(client, supervisor, books, monkeypatch):
    monkeypatch.setattr("tracker.press.formats.LONGEST", 5)
    sign_in(client, supervisor)
    answer = client.get("/lists/problems.pdf")
    assert answer.status_code == 422
    assert "一次最多打印5行，这里有6行" in answer.text
