"""What the scheduler calls for second reviews."""

from collections.abc import Collection
from datetime import datetime

from flask import current_app

from tracker.db import db
from tracker.reports.second_reviews import actions


def draw(now: datetime, perfect_unit_ids: Collection[int]) -> int:
    """Draw lots for the closures since the last time; rows: second reviews."""
    settings = current_app.config
    made = actions.draw(
        now, perfect_unit_ids, settings["SECOND_REVIEW_SHARE"], settings["SECOND_REVIEW_SHARE_PERFECT"]
    )
    db.session.commit()
    return made
