"""What the scheduler calls for the three lists."""

from datetime import datetime

from tracker.db import db
from tracker.lists import actions
from tracker.workdays import statutory


def enter_overdue(now: datetime) -> int:
    """Enter the duties that have become overdue; rows: problems entered."""
    entered = actions.enter_overdue(now, statutory())
    db.session.commit()
    return len(entered)
