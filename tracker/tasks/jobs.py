"""What the scheduler calls for recurring tasks."""

from datetime import datetime

from tracker.db import db
from tracker.tasks import actions


def make_recurring(now: datetime) -> int:
    """Give the units the periods that have begun; rows: assignments made."""
    made = actions.make_periods(now)
    db.session.commit()
    return made
