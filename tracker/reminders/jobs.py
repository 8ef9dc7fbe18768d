"""What the scheduler calls for reminders; making and gathering are one transaction each."""

from datetime import datetime

from tracker.db import db
from tracker.reminders import actions
from tracker.workdays import statutory


def remind(now: datetime) -> int:
    """Make the reminders of the day; rows: reminders."""
    made = actions.remind(now, statutory())
    db.session.commit()
    return made


def digest(now: datetime) -> int:
    """Gather them, one message a person; rows: digests."""
    made = actions.digest(now)
    db.session.commit()
    return made
