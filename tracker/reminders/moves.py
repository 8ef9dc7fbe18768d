"""A duty that went to another unit (改交): the people of the one before are told, once."""

from datetime import datetime, timedelta

from sqlalchemy import select

from tracker.accounts.models import Unit
from tracker.audit import Event
from tracker.db import db
from tracker.reminders.actions import announce
from tracker.reminders.board.queries import people_of
from tracker.tasks.models import Assignment, Task

MOVES = ("assignment.uphold", "assignment.change", "assignment.undo_change")  # what may hand a duty over
LOOK_BACK = timedelta(days=14)  # over the longest holiday


def tell(now: datetime) -> int:
    """Announce the hand-overs of the last days to the units before; a second run announces none."""
    rows = db.session.execute(
        select(Event.id, Event.details, Event.reason, Task.title)
        .join(Assignment, Assignment.id == Event.subject_id)
        .join(Assignment.task)
        .where(
            Event.at >= now - LOOK_BACK,
            Event.at <= now,
            Event.kind.in_(MOVES),
            Event.subject_type == Assignment.__tablename__,
        )
        .order_by(Event.id)
    )
    told = 0
    for event_id, details, reason, title in rows:
        if "unit" not in details:
            continue
        before, after = details["unit"]
        unit_id = db.session.scalar(select(Unit.id).where(Unit.name == before))
        people = {person.id for person in people_of([unit_id]).get(unit_id, [])} if unit_id else set()
        words = f"“{title}”已改由{after}承办，本单位不再办理。理由：{reason}"
        told += announce(f"moved:{event_id}", people, words, "/tasks/", now)
    return told
