"""Whose feed a key opens, and the deadlines that stand in it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select

from tracker.accounts.models import Unit, User
from tracker.accounts.permissions import Permission, can, sees_all
from tracker.audit import Event
from tracker.db import db
from tracker.errors import NotFound
from tracker.reminders.feeds.models import CalendarFeed
from tracker.reminders.feeds.rules import MOST_EVENTS
from tracker.tasks.models import Assignment, Duty, Level, Task
from tracker.workflow import State

OPEN = (State.ISSUED, State.ACTIVE)  # still to be handed in, and the clock runs


class Entry(NamedTuple):
    """One deadline of a feed."""

    id: int
    title: str
    unit: str
    duty: Duty
    level: Level
    period: str
    deadline: date
    progress: int
    version: int
    changed_at: datetime  # the last time anything happened to the duty


def feed_of(user: User) -> CalendarFeed | None:
    """The feed a person has opened."""
    return db.session.scalar(select(CalendarFeed).where(CalendarFeed.user_id == user.id))


def get_feed(key_hash: str) -> CalendarFeed:
    """NotFound for a key that is unknown or no longer valid, and where its owner may not look any more."""
    found = db.session.scalar(
        select(CalendarFeed).where(CalendarFeed.key_hash == key_hash).with_for_update(of=CalendarFeed)
    )
    if found is None or not found.user.active or not can(found.user, Permission.VIEW):
        raise NotFound("没有这个日历订阅，可能已经停用或更换了地址")
    return found


def entries(user: User, today: date) -> Sequence[Entry]:
    """What a person's calendar shows, the earliest first, ``MOST_EVENTS`` at most.

    A unit: its own duties still to be handed in. The office: those of the level 督办 and all overdue ones.
    """
    watched: ColumnElement[bool] = Assignment.unit_id == user.unit_id
    if sees_all(user):
        watched = or_(Task.level == Level.SUPERVISED, Assignment.deadline < today)
    rows = db.session.execute(
        select(
            Assignment.id,
            Task.title,
            Unit.short_name,
            Assignment.duty,
            Task.level,
            Assignment.period,
            Assignment.deadline,
            Assignment.progress,
            Assignment.version,
            Assignment.issued_at,
        )
        .join(Assignment.task)
        .join(Assignment.unit)
        .where(Assignment.state.in_(OPEN), Assignment.deadline.is_not(None), watched)
        .order_by((Assignment.deadline < today), Assignment.deadline, Assignment.id)
        .limit(MOST_EVENTS)
    ).all()
    changed = {
        row[0]: row[1]
        for row in db.session.execute(
            select(Event.subject_id, func.max(Event.at))
            .where(
                Event.subject_type == Assignment.__tablename__,
                Event.subject_id.in_([row.id for row in rows]),
            )
            .group_by(Event.subject_id)
        )
    }
    return [Entry._make([*row[:-1], max(changed.get(row.id, row.issued_at), row.issued_at)]) for row in rows]
