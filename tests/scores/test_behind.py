"""Who was behind month after month, for the ladder of escalation."""

from datetime import date

from tests import make
from tests.conftest import NOW
from tracker.db import db
from tracker.scores import actions
from tracker.scores.behind import months_behind
from tracker.scores.models import Evaluation, ScoreSheet
from tracker.workdays import statutory
from tracker.workflow import EvaluationState, State

APRIL = date(2020, 4, 1)


def behind(*months):
    for month in months:
        actions.evaluate(month, None, NOW, statutory())
    db.session.flush()
    db.session.execute(db.update(ScoreSheet).values(is_behind=True))
    db.session.commit()


def test_final_months_running_are_named_latest_first(reporter):
    make.board("部门组", reporter.unit)
    make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 4, 30), starts_on=APRIL)
    behind("2020-05", "2020-06")
    assert months_behind() == {}
    db.session.execute(db.update(Evaluation).values(state=EvaluationState.FINAL))
    assert months_behind() == {reporter.unit_id: ["2020-06", "2020-05"]}
    db.session.execute(
        db.update(ScoreSheet)
        .where(ScoreSheet.evaluation_id.in_(db.select(Evaluation.id).filter_by(month="2020-06")))
        .values(is_behind=False)
    )
    assert months_behind() == {}
