"""What the scheduler calls for the three lists."""

from datetime import datetime

from flask import current_app

from tracker.db import db
from tracker.lists import actions
from tracker.workdays import statutory


def enter_overdue(now: datetime) -> int:
    """Enter the duties that have become overdue; rows: problems entered."""
    entered = actions.enter_overdue(now, statutory(), current_app.config["LISTS_ENTRY_WORKDAYS"])
    db.session.commit()
    return len(entered)
