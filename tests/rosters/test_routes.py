"""Pages of rosters: made from a template, filled by hand, masked, unmasked, exported, struck off in bulk."""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests import make
from tests.conftest import NOW, sign_in
from tests.test_query_counts import asked
from tracker.accounts.models import Role
from tracker.audit import Event
from tracker.db import db
from tracker.rosters import actions as rosters
from tracker.rosters.models import Roster, RosterEntry, RosterTemplate
from tracker.workflow import EntryState, State

ID_NUMBER = "330902198001011234"


@pytest.fixture
def roster(reporter) -> Roster:
    return make.roster(make.assignment(reporter.unit, state=State.ACTIVE).task)


@pytest.fixture
def entry(roster, reporter) -> RosterEntry:
    return make.roster_entry(roster, reporter.unit, name="欧阳修", values={"c1": ID_NUMBER, "c2": "因病"})


def fields(page: str) -> dict[str, str]:
    """What the form of a page would send back, as far as inputs say it."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        said = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in said and (said.get("type") != "checkbox" or " checked" in tag):
            found[said["name"]] = said.get("value", "")
    for name, select in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option selected[^>]*value="([^"]*)"', select)
        found[name] = chosen[1] if chosen else ""
    return found


def test_a_roster_is_made_from_a_template(client, supervisor, reporter):
    task = make.assignment(reporter.unit).task
    rosters.load_templates(supervisor, NOW)
    db.session.commit()
    template_id = db.session.scalar(db.select(db.func.min(RosterTemplate.id)))
    sign_in(client, supervisor)
    page = client.get(f"/rosters/new/{task.id}?template={template_id}").text
    said = fields(page)
    assert (said["object_name"], said["steps-0-due"], said["steps-2-at_least"]) == (
        "户主",
        "2020-05-31",
        "8000",
    )
    assert client.post(f"/rosters/new/{task.id}", data=said | {"title": ""}).status_code == 422
    more = client.post(f"/rosters/new/{task.id}", data=said | {"columns-7-name": "电话", "more": "1"}).text
    assert fields(more)["columns-7-name"] == "电话"
    assert "columns-13-name" in more
    refused = client.post(f"/rosters/new/{task.id}", data=said)
    assert refused.status_code == 422
    assert "减负规定：至少留3个工作日" in refused.text
    answer = client.post(f"/rosters/new/{task.id}", data=said | {"hurry": "省里要求补录"})
    roster = db.session.scalars(db.select(Roster)).one()
    assert answer.location.endswith(f"/rosters/{roster.id}")
    assert [step.title for step in roster.shape.open_steps][-1] == "人均收入8000元以上"
    assert roster.shape.column(roster.shape.open_steps[-1].column).name == "人均收入"
    said = fields(client.get(f"/rosters/{roster.id}/edit").text)
    client.post(f"/rosters/{roster.id}/edit", data=said | {"columns-2-is_dropped": "y", "title": "新名"})
    db.session.expire_all()
    assert roster.title == "新名"
    assert "家庭人口" not in [column.name for column in roster.shape.shown_columns]
    assert "新名" in client.get(f"/rosters/tasks/{task.id}").text
    assert roster.title in client.get(f"/rosters/?task={task.id}").text


def test_what_is_masked_is_masked_on_every_page(client, entry, reporter, supervisor, leader):
    roster = entry.roster
    for person in (reporter, supervisor, leader):
        sign_in(client, person)
        for address in (f"/rosters/{roster.id}", f"/rosters/entries/{entry.id}"):
            page = client.get(address).text
            assert "欧**" in page
            assert "欧阳修" not in page
            assert ID_NUMBER not in page
    book = load_workbook(BytesIO(client.get(f"/rosters/{roster.id}/roster.xlsx").data))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[1][2:5] == ("欧**", "3309********34", "因病")


def test_the_form_does_not_show_what_is_masked_and_an_empty_field_keeps_it(client, entry, reporter):
    sign_in(client, reporter)
    page = client.get(f"/rosters/entries/{entry.id}/edit").text
    assert "欧阳修" not in page
    assert ID_NUMBER not in page
    typed = {"unit": reporter.unit_id, "name": "", "column_c1": "", "column_c4": "6000", "column_c2": "因残"}
    wrong = client.post(f"/rosters/entries/{entry.id}/edit", data=typed | {"column_c4": "六千"})
    assert wrong.status_code == 422
    assert "看不懂" in wrong.text
    assert "六千" in wrong.text
    client.post(f"/rosters/entries/{entry.id}/edit", data=typed)
    db.session.expire_all()
    assert (entry.name, entry.values["c1"], entry.values["c4"]) == ("欧阳修", ID_NUMBER, "6000")
    client.post(f"/rosters/entries/{entry.id}/edit", data=typed | {"clear_c1": "y"})
    db.session.expire_all()
    assert "c1" not in entry.values


def test_the_full_page_comes_once_with_a_reason(client, entry, reporter):
    sign_in(client, reporter)
    assert client.post(f"/rosters/entries/{entry.id}/unmask").status_code == 422
    page = client.post(f"/rosters/entries/{entry.id}/unmask", data={"reason": "上门核对"})
    assert "欧阳修" in page.text
    assert ID_NUMBER in page.text
    assert "no-store" in page.headers["Cache-Control"]
    assert "上门核对" in client.get(f"/rosters/entries/{entry.id}").text
    assert (
        db.session.scalar(db.select(Event.actor_id).where(Event.kind == "roster_entry.unmask")) == reporter.id
    )


def test_a_full_export_is_an_event_and_holds_the_own_units_only(client, entry, reporter, stranger, leader):
    roster = entry.roster
    make.roster_entry(roster, stranger.unit, name="别家")
    sign_in(client, reporter)
    answer = client.post(f"/rosters/{roster.id}/full-export?state=active", data={"reason": "入户"})
    rows = list(load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert [row[2] for row in rows] == ["户主", "欧阳修"]
    event = db.session.scalars(db.select(Event).where(Event.kind == "roster.export")).one()
    assert (event.reason, event.details["rows"]) == ("入户", 1)
    sign_in(client, leader)
    assert client.post(f"/rosters/{roster.id}/full-export", data={"reason": "看"}).status_code == 403


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("q=欧阳", False),
        ("q=欧阳修", True),
        (f"q={ID_NUMBER[:6]}", False),
        (f"q={ID_NUMBER}", True),
        ("q=因病", True),
        ("c2=因病", True),
        ("c2=因残", False),
        ("term=overdue", True),
        ("state=closed", False),
        ("step=s5", True),
        ("sort=name&q=x", False),
    ],
)
def test_what_is_masked_is_found_by_its_exact_value_only(client, entry, supervisor, query, is_found):
    sign_in(client, supervisor)
    assert ("欧**" in client.get(f"/rosters/{entry.roster_id}?{query}").text) is is_found


def test_a_unit_adds_for_itself_and_the_office_for_any(client, roster, reporter, supervisor, stranger):
    sign_in(client, reporter)
    client.post(f"/rosters/{roster.id}/new", data={"unit": stranger.unit_id, "name": "甲"})
    again = client.post(f"/rosters/{roster.id}/new", data={"name": "乙", "again": "1"})
    assert again.location.endswith("/new")
    missing = client.post(f"/rosters/{roster.id}/new", data={"column_c4": "5000"})
    assert (missing.status_code, "请填写户主" in missing.text) == (422, True)
    sign_in(client, supervisor)
    client.post(f"/rosters/{roster.id}/new", data={"unit": stranger.unit_id, "name": "丙"})
    found = db.session.execute(db.select(RosterEntry.name, RosterEntry.unit_id).order_by(RosterEntry.number))
    own, other = reporter.unit_id, stranger.unit_id
    assert [tuple(row) for row in found] == [("甲", own), ("乙", own), ("丙", other)]


def test_steps_are_marked_with_a_file_and_many_at_once(client, entry, reporter, stranger):
    roster, other = entry.roster, make.roster_entry(entry.roster, reporter.unit)
    sign_in(client, reporter)
    data = {"done_on": "2020-06-01", "words": "市民政局", "file": (BytesIO("会议纪要".encode()), "纪要.txt")}
    client.post(f"/rosters/entries/{entry.id}/marks/s5", data=data)
    page = client.get(f"/rosters/entries/{entry.id}").text
    assert "2020年6月1日完成（晚1个工作日）" in page
    file = client.get(f"/rosters/marks/{entry.marks[0].id}/file")
    assert file.data.decode() == "会议纪要"
    many = {"id": [entry.id, other.id], "step": "s5", "done_on": "2020-06-02"}
    client.post(f"/rosters/{roster.id}", data=many)
    db.session.expire_all()
    assert [str(one.done["s5"].done_on) for one in (entry, other)] == ["2020-06-01", "2020-06-02"]
    assert client.post(f"/rosters/{roster.id}", data=many | {"id": []}).status_code == 422
    assert client.post(f"/rosters/{roster.id}", data=many | {"step": "s9"}).status_code == 404
    sign_in(client, stranger)
    assert client.get(f"/rosters/marks/{entry.marks[0].id}/file").status_code == 404
    assert client.get(f"/rosters/{roster.id}").status_code == 404


def test_many_are_applied_for_and_struck_off(client, roster, reporter, supervisor):
    ready = [make.roster_entry(roster, reporter.unit, "s5", "s6", "s7") for _ in range(3)]
    open_ = make.roster_entry(roster, reporter.unit)
    sign_in(client, reporter)
    client.post(f"/rosters/{roster.id}/request-many?term=ready", data={"all": "1"})
    sign_in(client, supervisor)
    ids = [ready[0].id, open_.id]
    client.post(f"/rosters/{roster.id}/close-many", data={"id": ids})
    db.session.expire_all()
    states = [one.state for one in (*ready, open_)]
    waiting = EntryState.CLOSING
    assert states == [EntryState.CLOSED, waiting, waiting, EntryState.ACTIVE]
    back = client.post(f"/rosters/entries/{ready[1].id}/send-back", data={"reason": "佐证不足"})
    assert back.status_code == 302
    page = client.get(f"/rosters/{roster.id}").text
    assert "已销号1户（25%）" in page


def test_a_page_that_is_out_of_date_changes_nothing(client, entry, reporter):
    sign_in(client, reporter)
    typed = {"unit": reporter.unit_id, "name": "李四", "version": entry.version}
    client.post(f"/rosters/entries/{entry.id}/edit", data=typed)
    late = client.post(f"/rosters/entries/{entry.id}/edit", data=typed | {"name": "王五"})
    assert late.status_code == 409
    assert "王五" in late.text


def test_a_list_asks_as_often_for_fifty_objects_as_for_five(client, roster, reporter):
    head = make.user(Role.HEAD, reporter.unit)
    sign_in(client, head)
    counts = []
    for number in (5, 45):
        for _ in range(number):
            make.roster_entry(roster, reporter.unit, "s5")
        counts.append(asked(client, f"/rosters/{roster.id}"))
    assert counts[0] == counts[1]


def test_a_list_says_what_its_numbers_are(client, entry, reporter, stranger):
    make.roster_entry(entry.roster, stranger.unit, "s5", "s6", "s7", state=EntryState.CLOSED)
    sign_in(client, reporter)
    page = client.get(f"/rosters/{entry.roster_id}").text
    assert "本单位共1户，已销号0户（0%）" in page
    assert 'data-label="待人均收入8000元以上"' in page
    assert "第1号" not in page + client.get(f"/rosters/entries/{entry.id}").text


def test_what_many_steps_left_out_is_said_with_the_reason(client, roster, reporter, supervisor):
    begun, ready = (make.roster_entry(roster, reporter.unit, *steps) for steps in ([], ["s5", "s6", "s7"]))
    ids = {"id": [begun.id, ready.id]}
    sign_in(client, reporter)
    address = f"/rosters/{roster.id}/request-many?size=20&page=1"
    answer = client.post(address, data={"id": begun.id}, follow_redirects=True).text
    assert "没有申请销号：1户还有步骤没有完成" in answer
    assert "alert-success" not in answer
    answer = client.post(address, data=ids, follow_redirects=True).text
    assert "申请销号：1户" in answer
    assert "另有没有办理的：1户还有步骤没有完成" in answer
    data = {"id": ready.id, "step": "s5", "done_on": "2020-06-02"}
    answer = client.post(f"/rosters/{roster.id}", data=data, follow_redirects=True).text
    assert "标记完成：1户待确认" in answer
    sign_in(client, supervisor)
    answer = client.post(f"/rosters/{roster.id}/close-many", data=ids, follow_redirects=True).text
    assert "另有没有办理的：1户还没有申请销号" in answer


def test_the_form_says_that_the_name_is_needed(client, roster, reporter):
    sign_in(client, reporter)
    page = client.get(f"/rosters/{roster.id}/new").text
    assert re.search(r'is-required" for="name">户主', page)


def test_a_refused_mark_comes_back_as_it_was_written(client, entry, reporter):
    sign_in(client, reporter)
    data = {"done_on": "2020-06-01", "words": "已走访", "file": (BytesIO("纪要".encode()), "纪要.txt")}
    page = client.post(f"/rosters/entries/{entry.id}/marks/s7", data=data)
    assert page.status_code == 422
    for said in ("请先填写人均收入", "请重新选择材料“纪要.txt”", 'value="已走访"', 'value="2020-06-01"'):
        assert said in page.text
    page = client.post(f"/rosters/entries/{entry.id}/marks/s5", data={"done_on": "2020-08-01", "words": "甲"})
    assert "晚于今天" in page.text
    assert 'value="甲"' in page.text
    assert 'action="/rosters/entries' in page.text


def test_a_refused_list_comes_back_with_its_filters_its_ticks_and_what_was_typed(client, entry, reporter):
    other = make.roster_entry(entry.roster, reporter.unit)
    sign_in(client, reporter)
    address = f"/rosters/{entry.roster_id}?state=active&size=20"
    wrong = (
        ({"step": "s6", "done_on": "2020-06-01"}, "没有选中任何一行"),
        ({"step": "s6", "done_on": "", "id": entry.id}, "请填写完成日期"),
        ({"step": "s6", "done_on": "2020-13-01", "id": entry.id}, "日期应写成"),
        ({"step": "s6", "done_on": "2021-01-01", "id": entry.id}, "晚于今天"),
        ({"step": "s7", "done_on": "2020-06-01", "id": entry.id}, "请先填写人均收入。一个都没有标记"),
    )
    for data, said in wrong:
        answer = client.post(address, data=data)
        page = answer.text
        assert answer.status_code == 422
        assert said in page
        assert (f'value="{entry.id}" checked' in page) == ("id" in data)
        assert f'value="{other.id}" checked' not in page
        assert f'value="{data["done_on"]}" min=' in page
        assert f'<option value="{data["step"]}" selected>' in page
        assert f'action="/rosters/{entry.roster_id}?' in page
        assert "size=20" in page.split('id="bulk"')[1].split(">")[0]
    for many in ("request-many", "close-many"):
        assert client.post(f"/rosters/{entry.roster_id}/{many}?size=20").status_code in (302, 403)


def test_a_step_of_one_object_gets_a_later_day(client, entry, reporter, supervisor):
    other = make.roster_entry(entry.roster, reporter.unit)
    approver = make.user(Role.APPROVER)
    address = f"/rosters/entries/{entry.id}"
    more = {"due_on": "2020-08-10", "reason": "道路中断，调查推迟"}
    for person in (reporter, supervisor):
        sign_in(client, person)
        assert "延长时限" not in client.get(address).text
        assert client.post(f"{address}/marks/s5/extend", data=more).status_code == 403
    sign_in(client, approver)
    assert "延长时限" in client.get(address).text
    for wrong, said in (
        ({"due_on": "2020-05-30"}, "不能早于台账的时限2020-05-31"),
        ({"due_on": ""}, "请填写延至哪一天"),
        ({"reason": " "}, "请写明理由"),
        ({"reason": "长" * 501}, "请删去1个字"),
    ):
        page = client.post(f"{address}/marks/s5/extend", data=more | wrong)
        assert page.status_code == 422
        assert said in page.text
        assert (more | wrong)["reason"].strip() in page.text

    client.post(f"{address}/marks/s5/extend", data=more)

    db.session.expire_all()
    assert (entry.step, str(entry.due_on)) == ("s6", "2020-07-31")  # now the second step comes first
    page = client.get(address).text
    assert f"台账时限2020年5月31日，{approver.name}同意延至2020年8月10日：道路中断，调查推迟" in page
    event = db.session.scalars(db.select(Event).where(Event.kind == "roster_entry.extend")).one()
    assert (event.actor_id, event.reason) == (approver.id, more["reason"])
    assert event.details == {"step": "明确责任部门", "时限": ["2020-05-31", "2020-08-10"]}
    listed = client.get(f"/rosters/{entry.roster_id}?term=overdue").text
    assert f"/rosters/entries/{other.id}" in listed
    assert f"/rosters/entries/{entry.id}" not in listed
    assert "延至2020-08-10" in client.get(f"/rosters/{entry.roster_id}").text
    client.post(f"{address}/marks/s6/extend", data=more | {"due_on": "2020-09-01"})
    db.session.expire_all()
    assert (entry.step, str(entry.due_on)) == ("s5", "2020-08-10")
    client.post(f"{address}/marks/s5/extend", data=more | {"due_on": "2020-05-31"})  # taken back
    db.session.expire_all()
    assert (entry.step, str(entry.due_on), list(entry.extended)) == ("s5", "2020-05-31", ["s6"])
