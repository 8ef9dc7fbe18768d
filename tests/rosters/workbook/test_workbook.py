"""The Excel round trip of a roster: down, filled in, looked at, taken in; twice harmless, all or nothing."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest

from tests import make
from tests.conftest import NOW, sign_in
from tracker.audit import Event
from tracker.db import db
from tracker.rosters.entries import actions as entries
from tracker.rosters.entries.actions import Filled
from tracker.rosters.models import Roster, RosterEntry
from tracker.workflow import EntryState, State

HEAD, FIRST = 3, 4
ID_NUMBER = "330902198001011234"


@pytest.fixture
def roster(reporter) -> Roster:
    return make.roster(make.assignment(reporter.unit, state=State.ACTIVE).task)


@pytest.fixture
def entry(roster, reporter) -> RosterEntry:
    return make.roster_entry(
        roster, reporter.unit, "s5", name="欧阳修", values={"c1": ID_NUMBER, "c2": "因病", "c4": "7000"}
    )


def downloaded(client, roster: Roster) -> bytes:
    return client.get(f"/rosters/{roster.id}/workbook/entries.xlsx").data


def filled(book: bytes, rows: Mapping[int, Mapping[str, Any]]) -> bytes:
    """Row number → heading → what is typed there."""
    opened = openpyxl.load_workbook(BytesIO(book))
    page = opened.worksheets[0]
    columns = {cell.value.partition("（")[0]: cell.column for cell in page[HEAD]}
    for number, cells in rows.items():
        for heading, value in cells.items():
            page.cell(number, columns[heading]).value = value
    saved = BytesIO()
    opened.save(saved)
    return saved.getvalue()


def shown(client, roster: Roster, book: bytes) -> Any:
    """The page with what a workbook would do."""
    data = {"file": (BytesIO(book), "台账.xlsx")}
    return client.post(f"/rosters/{roster.id}/workbook/", data=data, follow_redirects=True)


def taken(client, roster: Roster, book: bytes) -> Any:
    """As ``shown``, then confirmed."""
    address = urlsplit(shown(client, roster, book).request.url)
    token = parse_qs(address.query)["token"][0]
    db.session.expire_all()
    return client.post(f"/rosters/{roster.id}/workbook/confirm", data={"token": token}, follow_redirects=True)


def test_a_workbook_is_filled_in_and_taken_back_twice_without_harm(client, roster, entry, reporter):
    sign_in(client, reporter)
    book = filled(
        downloaded(client, roster),
        {
            FIRST: {
                "人均收入": 8200,
                "落实帮扶措施": "2020-06-20",
                "人均收入8000元以上": "2020年7月1日",
                "操作": "申请销号",
            },
            FIRST + 1: {
                "户主": "张三",
                "身份证号": "330902197001011234",
                "致困原因": "因残",
                "责任部门": reporter.unit.name,
            },
            FIRST + 2: {"户主": "李四", "明确责任部门": "2020-06-01"},
        },
    )
    page = shown(client, roster, book).text
    assert "列入2户，修改1户，步骤完成3项，申请销号1户" in page
    assert "张三" not in page
    assert db.session.scalar(db.select(db.func.count(RosterEntry.id))) == 1
    page = taken(client, roster, book).text
    assert "已写入：列入2户" in page
    found = db.session.scalars(db.select(RosterEntry).order_by(RosterEntry.id)).all()
    assert [one.name for one in found] == ["欧阳修", "张三", "李四"]
    assert (found[0].state, found[0].values["c4"], found[0].values["c1"]) == (
        EntryState.CLOSING,
        "8200",
        ID_NUMBER,
    )
    assert [str(found[2].done["s5"].done_on), found[2].step] == ["2020-06-01", "s6"]
    again = shown(client, roster, book).text
    assert "没有要写入的内容：3行已经在台账里" in again
    assert "没有要写入的内容" in taken(client, roster, book).text
    kinds = list(db.session.scalars(db.select(Event.kind).where(Event.kind == "roster.take_in")))
    assert len(kinds) == 1


def test_one_wrong_cell_and_nothing_is_written(client, roster, entry, reporter, stranger):
    sign_in(client, reporter)
    book = filled(
        downloaded(client, roster),
        {
            FIRST: {"人均收入": "=1+2", "身份证号": "3309**99", "操作": "申请销号", "明确责任部门": None},
            FIRST + 1: {
                "户主": "张三",
                "致困原因": "因懒",
                "落实帮扶措施": "2021-01-01",
                "责任单位": stranger.unit.name,
            },
            FIRST + 2: {"致困原因": "因病"},
            FIRST + 3: {"户主": "赵六"},
            FIRST + 4: {"户主": "赵六", "人均收入8000元以上": "2020-07-01"},
            FIRST + 5: {"编号": "1-2-3-aaaaaaaaaa", "户主": "钱七"},
        },
    )
    page = shown(client, roster, book).text
    for words in (
        "H4</b>", "是公式", "还是遮盖过的内容", "要取消请在网页上办", "因懒”不在选项里", "晚于今天",
        "只能填写本单位的对象", "请填写户主", "请先填写人均收入", "编号被改动过",
    ):  # fmt: skip
        assert words in page, words
    assert taken(client, roster, book).status_code == 409
    assert db.session.scalar(db.select(db.func.count(RosterEntry.id))) == 1
    twins = filled(downloaded(client, roster), {row: {"户主": "赵六"} for row in (FIRST + 1, FIRST + 2)})
    assert "与第5行完全相同" in shown(client, roster, twins).text


def test_who_was_faster_is_told(client, roster, entry, reporter):
    sign_in(client, reporter)
    book = downloaded(client, roster)
    entries.edit(entry, Filled("欧阳修", {"c4": "7500"}), reporter, NOW)
    db.session.commit()
    page = shown(client, roster, filled(book, {FIRST: {"人均收入": 9000}})).text
    assert f"{reporter.name}已于" in page
    assert "请重新下载后再填" in page


def test_the_office_fills_for_any_unit_but_applies_for_none(client, roster, entry, supervisor, stranger):
    sign_in(client, supervisor)
    book = downloaded(client, roster)
    other = stranger.unit.name
    page = shown(
        client, roster, filled(book, {FIRST: {"操作": "申请销号"}, FIRST + 1: {"户主": "张三"}})
    ).text
    assert "申请销号由责任单位办理" in page
    assert "请填写责任单位" in page
    taken(
        client,
        roster,
        filled(book, {FIRST: {"责任单位": other}, FIRST + 1: {"户主": "张三", "责任单位": other}}),
    )
    units = set(db.session.scalars(db.select(RosterEntry.unit_id)))
    assert units == {stranger.unit_id}


def test_rows_of_another_unit_are_refused(client, roster, entry, stranger, supervisor):
    make.assignment(stranger.unit, roster.task)
    sign_in(client, supervisor)
    book = downloaded(client, roster)
    sign_in(client, stranger)
    assert "欧" not in str(
        openpyxl.load_workbook(BytesIO(downloaded(client, roster))).worksheets[0]["D4"].value
    )
    assert "不是本单位的对象" in shown(client, roster, book).text


def test_the_workbook_goes_out_masked_and_in_full_with_a_purpose_only(client, roster, entry, reporter):
    sign_in(client, reporter)

    def cells(data: bytes) -> list[Any]:
        return [cell.value for cell in openpyxl.load_workbook(BytesIO(data)).worksheets[0][FIRST]][3:6]

    assert cells(downloaded(client, roster)) == ["欧**", "3309********34", "因病"]
    assert client.post(f"/rosters/{roster.id}/workbook/full").status_code == 422
    full = client.post(f"/rosters/{roster.id}/workbook/full", data={"reason": "入户核对"}).data
    assert cells(full) == ["欧阳修", ID_NUMBER, "因病"]
    assert (
        db.session.scalars(db.select(Event.reason).where(Event.kind == "roster.export")).one() == "入户核对"
    )
    assert "没有要写入的内容" in shown(client, roster, full).text


def test_what_is_no_workbook_of_ours_says_so(client, roster, reporter):
    sign_in(client, reporter)
    assert "不是 Excel 工作簿" in shown(client, roster, b"%PDF-1.7").text
    other = openpyxl.Workbook()
    other.active.append(["姓名", "电话"])
    saved = BytesIO()
    other.save(saved)
    answer = shown(client, roster, saved.getvalue())
    assert (answer.status_code, "找不到有“编号”和“户主”两栏" in answer.text) == (422, True)


def test_a_household_listed_twice_is_named_with_its_cells_before_anything_is_confirmed(
    client, roster, entry, reporter
):
    other = make.roster_entry(roster, reporter.unit, name="赵六", values={"c1": "330902197001015678"})
    make.roster_entry(
        roster, reporter.unit, name="钱七", values={"c1": ID_NUMBER}, state=EntryState.WITHDRAWN
    )
    sign_in(client, reporter)
    same = {"户主": "欧阳修", "身份证号": ID_NUMBER}
    twice = {"户主": "孙八", "身份证号": "330902196001015678"}
    rows = {
        FIRST + 1: {"户主": "欧阳修", "身份证号": ID_NUMBER},  # 赵六 becomes one who is there
        FIRST + 2: same | {"致困原因": "因残"},
        FIRST + 3: twice,
        FIRST + 4: twice | {"致困原因": "因残"},
        FIRST + 5: {"户主": "欧阳修"},  # a namesake whose number nobody knows
        FIRST + 6: {"户主": "钱七", "身份证号": ID_NUMBER, "致困原因": "因病"},  # the other one was withdrawn
    }

    page = shown(client, roster, filled(downloaded(client, roster), rows)).text

    assert "有 3 行要改" in page
    column = openpyxl.load_workbook(BytesIO(downloaded(client, roster))).worksheets[0][HEAD]
    letter = next(cell.column_letter for cell in column if cell.value == "身份证号")
    assert f"<b>{letter}5、{letter}6</b>" in page
    assert "与台账序号1的户主同名、同身份证号，请不要重复列入" in page
    assert f"<b>{letter}8</b>" in page
    assert "与第7行的户主同名、同身份证号" in page
    assert other.name == "赵六"
    assert (
        "已写入：列入3户"
        in taken(
            client, roster, filled(downloaded(client, roster), {row: rows[row] for row in (7, 9, 10)})
        ).text
    )
