"""The verbs of the monthly evaluation."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tracker.audit import Event
from tracker.db import db
from tracker.errors import Invalid, WrongState
from tracker.scores import actions, queries
from tracker.scores.formula import DEFAULT_MODEL
from tracker.scores.models import Evaluation, ScoreLine, ScoreSheet
from tracker.workdays import statutory
from tracker.workflow import State

CUTOFF = date(2020, 6, 30)
LATER = NOW + timedelta(days=4)  # the days to appeal are over


@pytest.fixture
def units(app):
    """Three units: all in time, one duty of three late, nothing due."""
    good, late, idle = (make.unit(name) for name in ("甲局", "乙局", "丙局"))
    for _ in range(3):
        make.assignment(good, deadline=CUTOFF, state=State.CLOSING)
    for state in (State.CLOSED, State.CLOSED, State.ACTIVE):
        make.assignment(late, deadline=date(2020, 6, 24), state=state)
    make.board("部门组", idle, late, good)
    return good, late, idle


def evaluate(month="2020-06", actor=None, now=NOW):
    return actions.evaluate(month, actor, now, statutory())


def stored(evaluation):
    return [
        (
            sheet.unit_id,
            sheet.score,
            sheet.base,
            sheet.penalty,
            sheet.bonus,
            [(line.code, line.numerator, line.denominator, line.points) for line in sheet.lines],
        )
        for sheet in sorted(evaluation.sheets, key=lambda sheet: sheet.unit_id)
    ]


def fingerprint(evaluation):
    facts = queries.facts_of([evaluation])
    return actions.hash_of(evaluation, {unit_id: found.as_json() for unit_id, found in facts.items()})


def test_a_board_is_ranked_and_who_had_nothing_due_is_not(units, supervisor):
    good, late, idle = units
    (evaluation,) = evaluate(actor=supervisor)
    assert [(s.unit_id, s.rank, s.score is None) for s in evaluation.sheets] == [
        (good.id, 1, False),
        (late.id, 2, False),
        (idle.id, None, True),
    ]
    assert "不参与评价" in evaluation.sheets[-1].note
    assert evaluation.cutoff_on == CUTOFF


def test_freezing_is_recorded_with_the_fingerprint(units, supervisor):
    (evaluation,) = evaluate(actor=supervisor)
    event = db.session.scalars(db.select(Event).filter_by(kind="evaluation.freeze")).one()
    assert (event.actor_id, event.details["facts_hash"]) == (supervisor.id, evaluation.facts_hash)


def test_before_the_cutoff_it_is_refused_and_on_its_day_it_is_not(units):
    with pytest.raises(Invalid, match="2020年6月30日"):
        evaluate(now=datetime(2020, 6, 29, 15, 59, tzinfo=UTC))
    assert evaluate(now=datetime(2020, 6, 29, 16, 0, tzinfo=UTC))  # midnight in Beijing


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "1999-12", "2020-13", "2020-6", "六月"])
def test_what_is_no_month_of_this_century_is_refused(app, month):
    with pytest.raises(Invalid):
        evaluate(month)


def test_evaluating_again_changes_nothing(units):
    (first,) = evaluate()
    before = (first.id, first.facts_hash, stored(first))
    make.assignment(units[0], deadline=CUTOFF)
    (again,) = evaluate()
    assert (again.id, again.facts_hash, stored(again)) == before


def test_a_board_that_came_later_is_evaluated_beside_the_others(units):
    evaluate()
    make.board("县区组", make.unit("甲县"))
    assert [evaluation.board.name for evaluation in evaluate()] == ["部门组", "县区组"]


def test_a_frozen_month_recomputes_to_the_identical_figures(units):
    (evaluation,) = evaluate()
    before = stored(evaluation)
    heavier = DEFAULT_MODEL | {"falsehood": "20", "early": {"each": "9", "most": "30", "workdays": 0}}
    actions.add_model(heavier, "2020-07", None, NOW)
    make.assignment(units[1], deadline=CUTOFF)
    db.session.commit()
    db.session.expire_all()
    again = [
        (
            unit_id,
            sheet.score,
            sheet.base,
            sheet.penalty,
            sheet.bonus,
            [(line.code, line.numerator, line.denominator, line.points) for line in sheet.lines],
        )
        for unit_id, sheet in sorted(actions.recompute(evaluation))
    ]
    assert again == before
    assert fingerprint(evaluation) == evaluation.facts_hash


def test_a_changed_fact_changes_the_fingerprint(units):
    (evaluation,) = evaluate()
    sheet = next(sheet for sheet in evaluation.sheets if sheet.unit_id == units[0].id)
    sheet.facts = sheet.facts | {"submitted": 1}
    db.session.flush()
    assert fingerprint(evaluation) != evaluation.facts_hash


def test_a_model_holds_from_its_first_month(units):
    make.assignment(units[0], deadline=date(2020, 5, 29), starts_on=date(2020, 5, 6))
    actions.add_default_model(NOW)
    actions.add_model(DEFAULT_MODEL, "2020-06", None, NOW)
    actions.add_model(DEFAULT_MODEL, "2020-07", None, NOW)
    assert [evaluate(month)[0].model.version for month in ("2020-05", "2020-06")] == [1, 2]


def test_until_it_is_final_a_month_may_be_gathered_anew(units):
    (first,) = evaluate()
    before = first.facts_hash
    make.assignment(units[0], deadline=CUTOFF)
    (again,) = actions.reevaluate("2020-06", None, NOW, statutory())
    assert again.facts_hash != before
    for table, rows in ((Evaluation, 1), (ScoreSheet, 3)):
        assert db.session.scalar(db.select(db.func.count()).select_from(table)) == rows
    kept = {line.sheet_id for line in db.session.scalars(db.select(ScoreLine))}
    assert kept <= {sheet.id for sheet in again.sheets}


def test_final_is_final(units, supervisor):
    make.board("县区组", make.unit("甲县"))
    _, last = evaluate()
    actions.settle(last, supervisor, LATER)
    with pytest.raises(WrongState, match="定稿"):
        actions.reevaluate("2020-06", supervisor, NOW, statutory())
    assert db.session.scalar(db.select(db.func.count(Evaluation.id))) == 2
    with pytest.raises(WrongState):
        actions.settle(last, supervisor, LATER)


def test_without_boards_there_is_nothing_to_evaluate(app):
    assert evaluate() == []
