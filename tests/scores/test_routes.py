"""Pages of the monthly evaluation."""

from datetime import date, timedelta

import pytest

from tests import make
from tests.conftest import NOW, sign_in
from tracker import clock
from tracker.db import db
from tracker.scores import actions, jobs, queries
from tracker.scores.appeals import actions as appeals
from tracker.scores.appeals.actions import Claim
from tracker.scores.facts import Facts, Wish
from tracker.scores.models import Evaluation
from tracker.workdays import statutory
from tracker.workflow import EvaluationState, State


@pytest.fixture
def sheets(reporter, stranger):
    """Unit name → its sheet of June."""
    make.board("部门组", reporter.unit, stranger.unit)
    make.assignment(reporter.unit)
    (evaluation,) = actions.evaluate("2020-06", None, NOW, statutory())
    return {sheet.unit.name: sheet for sheet in evaluation.sheets}


def test_a_supervisor_evaluates_the_month_that_is_closed(client, supervisor, reporter):
    make.board("部门组", reporter.unit)
    make.assignment(reporter.unit)
    sign_in(client, supervisor)
    assert "2020-06取数评价" in client.get("/scores/").text
    answer = client.post("/scores/2020-06/evaluate", follow_redirects=True)
    assert "2020-06已取数评价" in answer.text
    assert db.session.scalars(db.select(Evaluation.month)).all() == ["2020-06"]


@pytest.mark.parametrize("month", ["2020-13", "0001-01", "9999-12", "2020-07"])
def test_a_month_that_cannot_be_evaluated_is_refused_in_words(client, supervisor, month):
    sign_in(client, supervisor)
    answer = client.post(f"/scores/{month}/evaluate")
    assert answer.status_code == 422
    assert month in answer.text


def test_a_month_is_settled_once(client, sheets, supervisor):
    (evaluation_id,) = {sheet.evaluation_id for sheet in sheets.values()}
    sign_in(client, supervisor)
    early = client.post(f"/scores/{evaluation_id}/settle")
    assert (early.status_code, "7月10日起可以定稿" in early.text) == (409, True)
    page = client.get("/scores/").text
    assert ("7月10日起可以定稿" in page, "定稿…" in page) == (True, False)
    clock.set_start((NOW + timedelta(days=4)).isoformat())
    assert "定稿…" in client.get("/scores/").text
    assert client.post(f"/scores/{evaluation_id}/settle").status_code == 302
    assert db.session.get(Evaluation, evaluation_id).state is EvaluationState.FINAL
    assert client.post(f"/scores/{evaluation_id}/settle").status_code == 409


def test_a_unit_sees_its_own_sheet_and_no_other(client, sheets, reporter, stranger):
    own, other = (f"/scores/sheets/{sheets[user.unit.name].id}" for user in (reporter, stranger))
    sign_in(client, reporter)
    assert client.get(own).status_code == 200
    assert client.get(other).status_code == 404
    page = client.get("/scores/").text
    assert own in page
    assert other not in page


def test_the_office_sees_every_sheet(client, sheets, supervisor):
    sign_in(client, supervisor)
    page = client.get("/scores/").text
    for sheet in sheets.values():
        assert f"/scores/sheets/{sheet.id}" in page
        assert client.get(f"/scores/sheets/{sheet.id}").status_code == 200


def test_a_month_nobody_evaluated_shows_the_latest(client, sheets, supervisor):
    sign_in(client, supervisor)
    assert "月度评价 2020-06" in client.get("/scores/?month=1999-01").text


@pytest.mark.parametrize("number", ["99999", "closed"])
def test_the_trial_of_no_unit_or_a_closed_one_is_not_found(client, supervisor, reporter, number):
    reporter.unit.is_active = False
    db.session.commit()
    sign_in(client, supervisor)
    asked = client.get(f"/scores/now?unit={reporter.unit_id if number == 'closed' else number}")
    assert (asked.status_code, "请从列表中选单位" in asked.text) == (404, True)


def test_a_month_in_which_nobody_had_anything_is_refused_and_leaves_nothing(
    client, command, supervisor, reporter
):
    make.board("部门组", reporter.unit)
    make.assignment(reporter.unit)
    sign_in(client, supervisor)
    assert "没有任何单位" in client.post("/scores/2019-06/evaluate").text
    code, _, said = command("evaluate", "2019-06")
    assert (code, "2019-06没有任何单位有到期或在办的事项" in said) == (1, True)
    assert db.session.scalars(db.select(Evaluation)).all() == []


def test_the_month_that_just_closed_is_not_frozen_while_it_is_empty(client, supervisor, reporter):
    make.board("部门组", reporter.unit)
    sign_in(client, supervisor)
    assert jobs.freeze_month(NOW) == 0
    answer = client.post("/scores/2020-06/evaluate")
    assert (answer.status_code, "2020-06没有任何单位有到期或在办的事项" in answer.text) == (404, True)
    make.assignment(reporter.unit)
    assert [jobs.freeze_month(NOW), jobs.freeze_month(NOW)] == [1, 0]


def test_a_month_with_an_open_appeal_waits_for_its_answer(client, supervisor, head):
    make.board("部门组", head.unit)
    make.assignment(head.unit, deadline=date(2020, 6, 20), state=State.ACTIVE)
    (sheet,) = actions.evaluate("2020-06", None, NOW, statutory())[0].sheets
    claim = Claim("A", Facts.from_json(sheet.facts).duties[0].subject, Wish.MET, "已经按时报送。")
    appeal = appeals.submit(sheet, claim, head, NOW)
    db.session.commit()
    clock.set_start((NOW + timedelta(days=4)).isoformat())
    sign_in(client, supervisor)
    page = client.get("/scores/").text
    assert ("还有1件申诉没有裁定，裁定以后才能定稿" in page, "定稿…" in page) == (True, False)
    assert client.post(f"/scores/{sheet.evaluation_id}/settle").status_code == 409
    client.post(f"/scores/appeals/{appeal.id}/refuse", data={"reason": "没有证据", "version": appeal.version})
    assert "定稿…" in client.get("/scores/").text


def test_only_the_calendar_month_before_is_compared_with(client, supervisor, reporter):
    make.board("部门组", reporter.unit)
    make.assignment(reporter.unit, starts_on=date(2020, 3, 2))
    sign_in(client, supervisor)
    for month, compared in (("2020-03", False), ("2020-06", False), ("2020-05", True), ("2020-06", True)):
        actions.evaluate(month, None, NOW, statutory())
        (sheet,) = queries.evaluations(month)[0].sheets
        db.session.commit()
        if month == "2020-06":
            page = client.get(f"/scores/sheets/{sheet.id}").text
            assert ("比2020-05变动在哪里" in page, "上月没有评价单" in page) == (compared, not compared)
