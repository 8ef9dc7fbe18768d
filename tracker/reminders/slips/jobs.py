"""What the scheduler calls for the ladder and for slips that nobody has answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tracker.db import db
from tracker.reminders.slips import actions
from tracker.workdays import statutory


def propose(now: datetime, behind: Mapping[int, Sequence[str]]) -> int:
    """Climb the ladder; rows: proposals made, let go and renewed. ``behind`` as in ``actions.propose``."""
    changed = actions.propose(now, statutory(), behind)
    db.session.commit()
    return changed
