"""Units whose last final month shows no fault at all: their closures are looked at again more often."""

from sqlalchemy import func, or_, select

from tracker.db import db
from tracker.scores.models import Evaluation, ScoreLine, ScoreSheet
from tracker.workflow import EvaluationState

FULL = 100  # points


def faultless_unit_ids() -> set[int]:
    """Units whose last final score sheet is full marks, or had filings and not one of them returned."""
    last = (
        select(ScoreSheet.unit_id, func.max(Evaluation.month).label("month"))
        .join(Evaluation)
        .where(Evaluation.state == EvaluationState.FINAL)
        .group_by(ScoreSheet.unit_id)
        .subquery()
    )
    nothing_returned = (
        select(ScoreLine.id)
        .where(
            ScoreLine.sheet_id == ScoreSheet.id,
            ScoreLine.code == "Q",
            ScoreLine.denominator > 0,
            ScoreLine.numerator == ScoreLine.denominator,
        )
        .exists()
    )
    rows = db.session.scalars(
        select(ScoreSheet.unit_id)
        .join(Evaluation)
        .join(last, (last.c.unit_id == ScoreSheet.unit_id) & (last.c.month == Evaluation.month))
        .where(Evaluation.state == EvaluationState.FINAL, or_(ScoreSheet.score >= FULL, nothing_returned))
    )
    return set(rows)
