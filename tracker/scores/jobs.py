"""What the scheduler calls for the month: freeze it on the first working day after its cut-off."""

from datetime import datetime, timedelta

from tracker.clock import local_date
from tracker.db import db
from tracker.scores import actions, queries
from tracker.workdays import statutory


def freeze_month(now: datetime) -> int:
    """Evaluate the month before this one, once; rows: evaluations made."""
    month = f"{local_date(now).replace(day=1) - timedelta(days=1):%Y-%m}"
    before = len(queries.evaluations(month))
    made = len(actions.evaluate(month, None, now, statutory())) - before
    db.session.commit()
    return made
