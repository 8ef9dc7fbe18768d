"""Accounts by Excel: the form out and back, and the lists an office kept before."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests import make
from tests.conftest import sign_in
from tracker.db import db
from tracker.lists.models import Pace, Problem, ProblemSource
from tracker.workflow import RectificationState as State

FORM = "/lists/workbook/"


@pytest.fixture
def desk(client, supervisor):
    """A supervisor at work, with two units in the directory."""
    make.unit("市农业农村局")
    make.unit("市民政局")
    sign_in(client, supervisor)
    return client


def sheet_of(*rows: tuple[Any, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def sent(client, content: bytes, source: str = "inspection") -> Any:
    """The preview of an uploaded workbook, or the refusal of the upload."""
    data = {"file": (BytesIO(content), "清单.xlsx"), "source": source}
    answer = client.post(FORM, data=data, content_type="multipart/form-data")
    return client.get(answer.location) if answer.status_code == 302 else answer


def confirmed(client, page: Any) -> Any:
    token = page.text.split('name="token"')[1].split('value="')[1].split('"')[0]
    return client.post(f"{FORM}confirm", data={"token": token}, follow_redirects=True)


def edited(content: bytes, change: Callable[[Any], None]) -> bytes:
    book = load_workbook(BytesIO(content))
    change(book["问题登记表"])
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def column(page: Any, heading: str) -> int:
    return next(cell.column for cell in page[3] if cell.value == heading)


def problems() -> list[Problem]:
    return list(db.session.scalars(db.select(Problem).order_by(Problem.id)))


OWN_LIST = (
    ("2020年督查反馈问题整改台账",),
    ("序号", "存在问题", "责任单位", "整改措施", "完成时限", "责任人", "协办单位"),
    (1, "台账不全。", "市农业农村局", "补齐台账。", date(2020, 8, 31), "李四", "市民政局"),
    (2, "公示不及时。", "市民政局", "张榜公示。", "8月底前", "王五", None),
    (3, "制度不健全。", "市民政局", "修订制度。", "立行立改，长期坚持", None, None),
)


def test_an_offices_own_list_is_understood_by_its_headings_and_entered_once(desk):
    page = sent(desk, sheet_of(*OWN_LIST), "audit")
    assert "建账3个" in page.text
    assert "存在问题 → 问题描述" in page.text
    assert "时限“8月底前”读作2020-08-31" in page.text
    assert problems() == []

    assert "已写入：建账3个" in confirmed(desk, page).text

    first, second, third = problems()
    assert (first.text, first.unit.name, first.source) == ("台账不全。", "市农业农村局", ProblemSource.AUDIT)
    assert [unit.name for unit in first.responsibility.support_units] == ["市民政局"]
    assert (first.responsibility.person, first.rectification.remedy) == ("李四", "补齐台账。")
    assert {one.rectification.deadline for one in (first, second)} == {date(2020, 8, 31)}
    assert third.rectification.pace is Pace.STANDING

    again = sent(desk, sheet_of(*OWN_LIST), "audit")
    assert "3个问题已经挂账，不会重复建账" in again.text
    assert 'name="token"' not in again.text


def test_everything_wrong_is_told_with_its_cell_and_nothing_is_written(desk):
    rows = [
        ("问题描述", "涉及单位", "来源", "时限", "严重程度", "来电来信编号"),
        ("甲", "市农业农村据", "督查", "2020-08-31", "一般", None),
        ("乙", "市民政局", "12345热线", "2020-08-31", "要命", None),
        ("丙", "市民政局", "12345热线", "2020-08-31", None, None),
        ("丁", "市民政局", "督查", "=A1", None, None),
        ("戊", "市民政局", "督查", "尽快", None, None),
        ("己", "市民政局", "逾期任务", "2020-08-31", None, None),
        ("庚", "市民政局", None, "2020-08-31", None, None),
        ("庚", "市民政局", None, "2020-08-31", None, None),
        (None, "市民政局", None, None, None, None),
        ("=A2", "市民政据", None, "=A2", "要命", None),
        (None, None, "12345热线", "9999-12-31", None, None),
    ]
    page = sent(desk, sheet_of(*rows))
    for cell, words in (
        ("B2", "单位库里没有“市农业农村据”。是不是“市农业农村局”"),
        ("E3、E11", "请填其中一个：一般、较重、严重"),
        ("D6", "“尽快”不是日期"),
        ("C7", "逾期任务由系统自动挂账"),
        ("第9行", "与第8行是同一个单位的同一个问题"),
        ("A10、A12", "没有写问题描述"),
        ("D10", "请填写时限"),
        ("D5、A11、D11", "是公式"),
        ("B11", "单位库里没有“市民政据”"),
        ("E3、E11", "“要命”不对"),
        ("B12", "请填写涉及单位"),
        ("F3、F4、F12", "12345热线要写明编号"),
        ("D12", "整改时限9999-12-31在2010年至2030年之外"),
    ):
        row = next(part for part in page.text.split("<tr>") if f"<b>{cell}</b>" in part)
        assert words in row
    assert "有 10 行要改" in page.text
    assert 'name="token"' not in page.text
    assert problems() == []


def test_the_form_goes_out_with_the_open_accounts_and_comes_back_amended(desk, supervisor):
    open_one = make.problem(number="2020-9001", caller="王女士 13812345678", text="三所学校均未开工。")
    make.problem(rectification={"state": State.WITHDRAWN})
    content = desk.get(f"{FORM}problems.xlsx").data
    assert b"13812345678" not in content
    rows = list(load_workbook(BytesIO(content))["问题登记表"].iter_rows(min_row=4, values_only=True))
    assert [row[1] for row in rows] == [open_one.number]
    unchanged = sent(desk, content)
    assert "没有要写入的内容" in unchanged.text

    def change(page):
        page.cell(4, column(page, "责任人"), "孙科长")
        page.cell(4, column(page, "节点"), "2020-07-20 开工")
        for heading, value in (
            ("问题描述", "新问题"),
            ("涉及单位", "市民政局"),
            ("整改目标", "改好"),
            ("时间类别", "立行立改"),
        ):
            page.cell(5, column(page, heading), value)

    page = sent(desk, edited(content, change))
    assert "建账1个，更正1个" in page.text
    assert "孙科长" in page.text
    assert "已写入：建账1个，更正1个" in confirmed(desk, page).text
    db.session.refresh(open_one.responsibility)
    assert open_one.responsibility.person == "孙科长"
    assert open_one.caller == "王女士 13812345678"
    assert [one.text for one in open_one.rectification.milestones] == ["开工"]
    assert problems()[-1].rectification.deadline == date(2020, 8, 5)


def test_an_account_changed_meanwhile_or_already_issued_is_not_overwritten(desk):
    open_one, issued = make.problem(), make.problem(rectification={"state": State.ISSUED})
    content = desk.get(f"{FORM}problems.xlsx").data
    open_one.kind = "资金"
    db.session.commit()

    def change(page):
        page.cell(4, column(page, "责任人"), "孙科长")
        page.cell(5, column(page, "整改目标"), "另一个目标")

    page = sent(desk, edited(content, change)).text
    assert "您下载之后" in page
    assert "已交办的账号不能在这里改这一栏" in page
    forged = edited(content, lambda sheet: sheet.cell(5, 1, f"{issued.id}-9-9-9-aaaaaaaaaa"))
    assert "编号被改动过" in sent(desk, forged).text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件是空的"),
        (b"%PDF-1.7", "不是 Excel 工作簿"),
        (sheet_of(("姓名", "电话"), ("张三", 1)), "找不到问题清单"),
        (sheet_of(("问题描述", "存在问题", "时限"), ("甲", "乙", "丙")), "有两栏都当作同一项"),
    ],
)
def test_what_is_no_list_of_problems_says_why(desk, content, words):
    assert words in sent(desk, content).text


def test_only_who_uploaded_may_confirm(desk, client, supervisor):
    page = sent(desk, sheet_of(*OWN_LIST))
    sign_in(client, make.user(supervisor.role))
    assert confirmed(client, page).status_code == 404
    assert problems() == []
