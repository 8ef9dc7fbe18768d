"""Units on the 滞后 list month after month: what the ladder of escalation looks at."""

from sqlalchemy import select

from tracker.db import db
from tracker.reminders.slips.rules import months_running
from tracker.scores.models import Evaluation, ScoreSheet
from tracker.workflow import EvaluationState


def months_behind() -> dict[int, list[str]]:
    """Unit id → the latest final months running in which it was behind, latest first; without the others."""
    rows = db.session.execute(
        select(ScoreSheet.unit_id, Evaluation.month, ScoreSheet.is_behind)
        .join(ScoreSheet.evaluation)
        .where(Evaluation.state == EvaluationState.FINAL)
        .order_by(Evaluation.month.desc())
    ).all()
    months = list(dict.fromkeys(row.month for row in rows))
    behind: dict[int, list[str]] = {}
    for row in rows:
        if row.is_behind:
            behind.setdefault(row.unit_id, []).append(row.month)
    running = {unit_id: months_running(months, those) for unit_id, those in behind.items()}
    return {unit_id: those for unit_id, those in running.items() if those}
