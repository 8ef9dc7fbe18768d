"""Pages of the monthly evaluation."""

from datetime import timedelta

import pytest

from tests import make
from tests.conftest import NOW, sign_in
from tracker import clock
from tracker.db import db
from tracker.scores import actions
from tracker.scores.models import Evaluation
from tracker.workdays import statutory
from tracker.workflow import EvaluationState


@pytest.fixture
def sheets(reporter, stranger):
    """Unit name → its sheet of June."""
    make.board("部门组", reporter.unit, stranger.unit)
    (evaluation,) = actions.evaluate("2020-06", None, NOW, statutory())
    return {sheet.unit.name: sheet for sheet in evaluation.sheets}


def test_a_supervisor_evaluates_the_month_that_is_closed(client, supervisor, reporter):
    make.board("部门组", reporter.unit)
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
    assert (early.status_code, "申诉期到2020年07月09日为止" in early.text) == (409, True)
    clock.set_start((NOW + timedelta(days=4)).isoformat())
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
