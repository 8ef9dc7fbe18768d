"""What the scheduler calls for the circular: a draft as soon as the month's evaluations are final."""

from datetime import datetime, timedelta

from flask import current_app

from tracker.circulars import actions, queries
from tracker.circulars.actions import House
from tracker.clock import local_date
from tracker.db import db
from tracker.scores.queries import evaluations
from tracker.workdays import statutory
from tracker.workflow import EvaluationState


def draft_circular(now: datetime) -> int:
    """Draft the circular of the month before this one, once; rows: circulars."""
    month = f"{local_date(now).replace(day=1) - timedelta(days=1):%Y-%m}"
    found = evaluations(month)
    is_final = found and all(one.state is EvaluationState.FINAL for one in found)
    if not is_final or queries.of_month(month):
        return 0
    actions.draft(month, House.from_settings(current_app.config), None, now, statutory())
    db.session.commit()
    return 1
