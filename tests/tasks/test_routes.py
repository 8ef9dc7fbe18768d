"""The ledger and task pages as people open them."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests import make
from tests.conftest import NOW, sign_in
from tracker.db import db
from tracker.tasks.models import Assignment, Extension, Ground, Objection
from tracker.workflow import FilingState, State, TaskState


def test_the_ledger_shows_a_unit_its_own_duties_only(client, reporter):
    make.assignment(reporter.unit, title="本单位的任务")
    make.assignment(make.unit("市教育局"), title="别人的任务")
    sign_in(client, reporter)
    page = client.get("/tasks/").text
    assert "本单位的任务" in page
    assert "别人的任务" not in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=closed", "已经办结的"),
        ("light=blue", "已经办结的"),
        ("q=正在", "正在推进的"),
        ("due_to=2020-06-30", "六月到期的"),
        ("level=supervised", "重点督办的"),
    ],
)
def test_the_ledger_is_filtered(client, supervisor, query, expected):
    from datetime import date

    from tracker.tasks.models import Level

    titles = ["已经办结的", "正在推进的", "六月到期的", "重点督办的"]
    make.assignment(title=titles[0], state=State.CLOSED)
    make.assignment(title=titles[1], state=State.ACTIVE)
    make.assignment(title=titles[2], state=State.ACTIVE, deadline=date(2020, 6, 30))
    make.assignment(title=titles[3], state=State.ACTIVE, level=Level.SUPERVISED)
    sign_in(client, supervisor)
    page = client.get(f"/tasks/?{query}").text
    assert [title for title in titles if title in page] == [expected]


@pytest.mark.parametrize(("query", "expected"), [("", "新"), ("sort=point", "新"), ("state=all", "新旧")])
def test_what_is_closed_is_shown_when_it_is_asked_for(client, supervisor, query, expected):
    make.assignment(title="旧任务", state=State.CLOSED)
    make.assignment(title="新任务", state=State.ACTIVE)
    sign_in(client, supervisor)
    page = client.get(f"/tasks/?{query}").text
    assert [word for word in "新旧" if f"{word}任务" in page] == list(expected)
    assert ("连同已办结的一起看" in page) is (query != "state=all")


def test_nonsense_in_the_address_is_not_an_error(client, supervisor):
    sign_in(client, supervisor)
    assert (
        client.get("/tasks/?unit=x&light=purple&due_from=2020-13-01&page=-4&size=7&sort=;drop").status_code
        == 200
    )


def test_the_export_holds_what_is_seen(client, supervisor):
    make.assignment(title="=1+1", state=State.ACTIVE)
    make.assignment(title="不在筛选里", state=State.CLOSED)
    sign_in(client, supervisor)
    book = load_workbook(BytesIO(client.get("/tasks/ledger.xlsx?state=active").data))
    rows = list(book.active.iter_rows(values_only=True))
    assert len(rows) == 2
    assert rows[1][3] == "=1+1"


def test_the_export_counts_extensions_and_objections(client, supervisor):
    duty = make.assignment(state=State.ACTIVE)
    asked = {"reason": "台风", "wanted_on": date(2021, 1, 31), "deadline": duty.deadline, "created_at": NOW}
    for state in (FilingState.ACCEPTED, FilingState.REFUSED):
        granted = asked["wanted_on"] if state is FilingState.ACCEPTED else None
        extension = Extension(assignment=duty, state=state, granted_on=granted, answered_at=NOW, **asked)
        db.session.add(extension)
    db.session.add(Objection(assignment=duty, ground=Ground.UNIT, reason="归属不清", raised_at=NOW))
    sign_in(client, supervisor)
    sheet = load_workbook(BytesIO(client.get("/tasks/ledger.xlsx").data)).active
    heads, row = sheet.iter_rows(values_only=True)
    assert {head: row[heads.index(head)] for head in ("延期次数", "异议次数")} == {
        "延期次数": 1,
        "异议次数": 1,
    }


def test_a_task_page_lights_up_its_sentence(client, supervisor):
    point = make.work_point()
    task = make.task(work_point=point, start=2, stop=9)
    make.assignment(task_=task)
    sign_in(client, supervisor)
    page = client.get(f"/tasks/{task.id}").text
    assert "<mark>建成三所学校。</mark>" in page


def test_a_stranger_cannot_learn_that_a_task_exists(client, reporter):
    duty = make.assignment(make.unit("市教育局"))
    sign_in(client, reporter)
    assert client.get(f"/tasks/{duty.task_id}").status_code == 404
    assert client.post(f"/tasks/assignments/{duty.id}/receive").status_code == 404


def test_a_supervisor_adds_a_unit_to_a_task_once(client, supervisor):
    duty, other = make.assignment(), make.unit("市教育局")
    sign_in(client, supervisor)
    form = {"unit": other.id, "duty": "support"}
    assert client.post(f"/tasks/{duty.task_id}/units", data=form).status_code == 302
    added = db.session.scalars(db.select(Assignment).filter_by(unit_id=other.id)).one()
    assert (added.duty, added.deadline, added.state) == ("support", duty.deadline, State.ISSUED)
    assert client.post(f"/tasks/{duty.task_id}/units", data=form).status_code == 422


def test_all_is_signed_for_in_one_click(client, reporter):
    mine = [make.assignment(reporter.unit).id for _ in range(3)]
    other = make.assignment(make.unit("市教育局")).id
    sign_in(client, reporter)
    client.post("/tasks/receive")
    states = {duty.id: duty.state for duty in db.session.scalars(db.select(Assignment))}
    assert {states[one] for one in mine} == {State.ACTIVE}
    assert states[other] is State.ISSUED


def test_a_step_answers_a_lost_race_with_409(client, reporter):
    duty = make.assignment(reporter.unit, state=State.CLOSED)
    sign_in(client, reporter)
    page = client.post(f"/tasks/assignments/{duty.id}/receive")
    assert page.status_code == 409
    assert "刷新" in page.text


def test_the_periods_of_a_recurring_task_stand_apart(client, supervisor):
    monthly = make.task(recurrence="FREQ=MONTHLY;BYMONTHDAY=-1")
    make.assignment(task_=monthly, period="2020-06", state=State.CLOSED)
    make.assignment(task_=monthly, period="2020-07")
    sign_in(client, supervisor)
    page = client.get(f"/tasks/{monthly.id}").text
    assert page.index("<h3>2020-07</h3>") < page.index("2020-06（1家，已办结1家）")
    assert "每月" in page
    assert 'name="reporting"' not in page
    assert "2020-07" in client.get("/tasks/").text


def test_a_supervisor_sets_how_often_units_report(client, supervisor, reporter):
    task = make.assignment(reporter.unit).task
    sign_in(client, supervisor)
    url = f"/tasks/{task.id}/reporting"
    assert client.post(url, data={"reporting": "daily", "version": task.version}).status_code == 422
    assert client.post(url, data={"reporting": "monthly", "version": task.version}).status_code == 302
    assert client.post(url, data={"reporting": "quarterly", "version": 1}).status_code == 409
    page = client.get(f"/tasks/{task.id}").text
    assert "调整填报要求" in page
    assert '<option value="monthly" selected>' in page
    sign_in(client, reporter)
    assert 'name="reporting"' not in client.get(f"/tasks/{task.id}").text
    assert client.post(url, data={"reporting": "at_nodes"}).status_code == 403


def test_a_task_entered_by_hand_is_known_by_its_origin(client, supervisor):
    make.assignment(task_=make.task(origin="第5次专题会议纪要"))
    make.task(title="还没有下达的", state=TaskState.DRAFT)
    sign_in(client, supervisor)
    page = client.get("/tasks/").text
    assert "第5次专题会议纪要" in page
    assert "新增任务" in page
    assert "还没有下达的" not in page
