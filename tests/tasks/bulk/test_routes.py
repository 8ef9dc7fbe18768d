"""From ticking rows in the ledger to undoing the change."""

import re
from datetime import date

import pytest

from tests import make
from tests.conftest import sign_in
from tracker.accounts.models import Role
from tracker.db import db
from tracker.tasks.models import Assignment, BulkChange
from tracker.workflow import State

DEADLINE = date(2020, 7, 31)


@pytest.fixture
def rows(app):
    return [
        make.assignment(make.unit(f"单位{n}"), title=f"任务{n}", state=State.ACTIVE, deadline=DEADLINE)
        for n in range(3)
    ]


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def test_the_whole_way(client, rows, supervisor, leader):
    closed = make.assignment(title="早已办结的", state=State.CLOSED)
    ids = [row.id for row in rows]
    sign_in(client, supervisor)
    assert f'name="id" value="{ids[0]}"' in client.get("/tasks/").text
    chosen = client.get("/tasks/bulk/new", query_string={"id": [*ids, closed.id]}).text
    form = {"rows": hidden(chosen, "rows"), "what": "deadline", "value": "2020-09-30"}
    answer = client.post("/tasks/bulk/preview", data=form)
    assert answer.status_code == 200
    preview = answer.text
    assert "将调整<b>3</b>项" in preview
    assert "<b>1</b>项不能调整" in preview
    assert {row.deadline for row in db.session.scalars(db.select(Assignment))} >= {DEADLINE}

    form = {name: hidden(preview, name) for name in ("rows", "what", "value")}
    refused = client.post("/tasks/bulk/", data=form)
    assert refused.status_code == 422
    assert "请填写理由" in refused.text
    done = client.post("/tasks/bulk/", data=form | {"reason": "会议议定"}, follow_redirects=True).text
    assert "已调整3项" in done
    assert {db.session.get(Assignment, id_).deadline for id_ in ids} == {date(2020, 9, 30)}

    bulk = db.session.scalars(db.select(BulkChange)).one()
    assert "会议议定" in client.get("/tasks/bulk/").text
    sign_in(client, leader)
    page = client.get(f"/tasks/bulk/{bulk.id}").text
    assert "会议议定" in page
    assert "/undo" not in page

    sign_in(client, supervisor)
    page = client.post(f"/tasks/bulk/{bulk.id}/undo", data={"version": bulk.version}, follow_redirects=True)
    assert "3项恢复原状" in page.text
    assert {db.session.get(Assignment, id_).deadline for id_ in ids} == {DEADLINE}
    assert client.post(f"/tasks/bulk/{bulk.id}/undo").status_code == 409


def test_all_that_a_filter_leaves_is_chosen(client, rows, supervisor):
    make.assignment(title="另一项", state=State.ISSUED)
    sign_in(client, supervisor)
    assert "批量调整全部3项筛选结果" in client.get("/tasks/?state=active").text
    page = client.get("/tasks/bulk/new?state=active&all=1").text
    assert sorted(hidden(page, "rows").split(",")) == sorted(str(row.id) for row in rows)


def test_more_than_can_be_looked_through_is_refused(client, rows, supervisor, monkeypatch):
    monkeypatch.setattr("tracker.tasks.bulk.routes.MOST", 2)
    sign_in(client, supervisor)
    page = client.get("/tasks/bulk/new?all=1")
    assert page.status_code == 422
    assert "缩小筛选范围" in page.text


def test_without_a_choice_nothing_is_shown(client, supervisor):
    sign_in(client, supervisor)
    assert client.post("/tasks/bulk/preview", data={"rows": "x:y"}).status_code == 422
    page = client.get("/tasks/bulk/new", follow_redirects=True)
    assert page.request.path == "/tasks/"
    assert "请先在台账中勾选" in page.text


def test_a_missing_value_brings_the_choice_back(client, rows, supervisor):
    sign_in(client, supervisor)
    page = client.post("/tasks/bulk/preview", data={"rows": str(rows[0].id), "what": "unit", "value": ""})
    assert page.status_code == 422
    assert "请填写新的责任单位" in page.text
    assert "任务0" in page.text


def test_a_stale_preview_is_shown_anew_and_keeps_the_reason(client, rows, supervisor):
    duty = rows[0]
    form = {
        "rows": f"{duty.id}:{duty.version}",
        "what": "deadline",
        "value": "2020-09-30",
        "reason": "会议议定",
    }
    sign_in(client, supervisor)
    assert client.post("/tasks/bulk/", data=form).status_code == 302
    page = client.post("/tasks/bulk/", data=form | {"value": "2020-10-31"})
    assert page.status_code == 409
    assert supervisor.name in page.text
    assert "会议议定" in page.text
    assert hidden(page.text, "rows") == f"{duty.id}:{db.session.get(Assignment, duty.id).version}"


def test_what_stands_against_undoing_is_told_on_the_page(client, rows, supervisor, head):
    duty = rows[0]
    form = {
        "rows": f"{duty.id}:{duty.version}",
        "what": "deadline",
        "value": "2020-09-30",
        "reason": "会议议定",
    }
    sign_in(client, supervisor)
    client.post("/tasks/bulk/", data=form)
    bulk = db.session.scalars(db.select(BulkChange)).one()
    duty = db.session.get(Assignment, duty.id)
    form = form | {"rows": f"{duty.id}:{duty.version}", "value": "2020-10-31"}
    client.post("/tasks/bulk/", data=form)
    page = client.post(f"/tasks/bulk/{bulk.id}/undo", data={"version": bulk.version})
    assert page.status_code == 409
    assert "不能撤销" in page.text
    assert "任务0" in page.text


@pytest.mark.parametrize("role", [Role.REPORTER, Role.HEAD, Role.APPROVER, Role.LEADER, Role.ADMINISTRATOR])
def test_others_cannot_even_choose(client, rows, role):
    sign_in(client, make.user(role))
    assert client.get(f"/tasks/bulk/new?id={rows[0].id}").status_code == 403
    assert client.post("/tasks/bulk/", data={"rows": f"{rows[0].id}:1"}).status_code == 403
    ledger = client.get("/tasks/")
    assert ledger.status_code == 403 or 'id="bulk"' not in ledger.text
