"""What the scheduler calls for the month: open it, freeze it after its cut-off, settle it in the end."""

from datetime import datetime

from tracker.db import db
from tracker.scores import actions, queries
from tracker.workdays import statutory


def freeze_month(now: datetime) -> int:
    """Evaluate the latest month whose cut-off has passed, once; rows: evaluations made."""
    month = actions.last_closed_month(now, statutory())
    before = len(queries.evaluations(month))
    made = len(actions.evaluate(month, None, now, statutory())) - before
    db.session.commit()
    return made
