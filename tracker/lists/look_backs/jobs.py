"""What the scheduler calls for look-backs."""

from datetime import datetime

from flask import current_app

from tracker.db import db
from tracker.lists.look_backs import actions


def schedule_look_backs(now: datetime) -> int:
    """Draw lots for the strike-offs since the last time; rows: look-backs."""
    settings = current_app.config
    made = actions.schedule(now, settings["LOOK_BACK_SHARE"], settings["LOOK_BACK_MONTHS"])
    db.session.commit()
    return made
