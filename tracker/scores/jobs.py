"""What the scheduler calls for the month: open it, freeze it after its cut-off, settle it in the end.

On days off nothing moves: the days to appeal begin when somebody is there to read.
"""

from datetime import datetime

from tracker.clock import local_date
from tracker.db import db
from tracker.scores import actions, queries
from tracker.workdays import statutory


def open_month(now: datetime) -> int:
    """Begin to count the running month; rows: boards opened."""
    workdays = statutory()
    month = actions.running_month(now, workdays)
    before = len(queries.evaluations(month, with_open=True))
    actions.open_month(month, now, workdays)
    made = len(queries.evaluations(month, with_open=True)) - before
    db.session.commit()
    return made


def freeze_month(now: datetime) -> int:
    """Evaluate the latest month whose cut-off has passed, once, and send its sheets; rows: boards."""
    workdays = statutory()
    made = actions.evaluate_closed(now, workdays) if workdays.is_workday(local_date(now)) else 0
    db.session.commit()
    return made


def settle_month(now: datetime) -> int:
    """定稿 of what is past its days to appeal and has no appeal open; rows: evaluations settled."""
    settled = actions.settle_due(now) if statutory().is_workday(local_date(now)) else 0
    db.session.commit()
    return settled
