"""Reminders of the three lists: rectifications that come due, are late, or were not taken. None commits."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from tracker.accounts.models import Role, User
from tracker.clock import SHANGHAI, local_date
from tracker.db import db, insert_new
from tracker.lists.models import Rectification, Responsibility
from tracker.reminders.models import Reminder
from tracker.reminders.policy.queries import in_force
from tracker.reminders.rules import UNSIGNED, Schedule, Step, step_on
from tracker.tasks.models import Level
from tracker.workdays import Workdays
from tracker.workflow import RectificationState

OWED = (RectificationState.ISSUED, RectificationState.PLANNING, RectificationState.ACTIVE)


def remind(now: datetime, workdays: Workdays) -> int:
    """提醒: as of ordinary duties, by the same rules; a second call the same day makes none."""
    today = local_date(now)
    schedule = in_force(today).levels[Level.ORDINARY]
    made = 0
    for deadline in _deadlines():
        if step := step_on(deadline, today, workdays, schedule):
            made += _call(step, Rectification.deadline == deadline, now)
    return made + _call_unsigned(schedule, now, workdays)


def _deadlines() -> Iterable[date]:
    found = select(Rectification.deadline).where(
        Rectification.state.in_(OWED), Rectification.deadline.is_not(None)
    )
    return [day for day in db.session.scalars(found.distinct()) if day is not None]


def _call_unsigned(schedule: Schedule, now: datetime, workdays: Workdays) -> int:
    today = local_date(now)
    if not schedule.unsigned_after or not workdays.is_workday(today):
        return 0
    last = workdays.add(today, -schedule.unsigned_after)
    end = datetime.combine(last + timedelta(days=1), time(), SHANGHAI)
    waits = and_(Rectification.state == RectificationState.ISSUED, Rectification.issued_at < end)
    return _call(UNSIGNED, waits, now)


def _call(step: Step, those: ColumnElement[bool], now: datetime) -> int:
    """One step's reminders for those rectifications; how many are new."""
    roles = [Role.REPORTER, Role.HEAD] if step.to_head else [Role.REPORTER]
    who = and_(User.unit_id == Responsibility.lead_unit_id, User.role.in_(roles))
    if step.to_office:
        who = or_(who, User.role == Role.SUPERVISOR)
    deadline = func.coalesce(Rectification.deadline, date.max)
    is_made = select(Reminder.id).where(  # asked first: an insert that is passed over uses up an id
        Reminder.rectification_id == Rectification.id,
        Reminder.step == step.name,
        Reminder.deadline == deadline,
        Reminder.recipient_id == User.id,
    )
    called = db.session.execute(
        select(Rectification.id, deadline.label("deadline"), User.id.label("recipient_id"))
        .join(Responsibility, Responsibility.problem_id == Rectification.problem_id)
        .join(User, who)
        .where(User.active, Rectification.state.in_(OWED), those, ~is_made.exists())
        .order_by(Rectification.id, User.id)
    )
    rows: list[dict[str, Any]] = [
        {
            "rectification_id": row.id,
            "step": step.name,
            "deadline": row.deadline,
            "recipient_id": row.recipient_id,
            "made_on": local_date(now),
            "made_at": now,
        }
        for row in called
    ]
    return insert_new(Reminder, rows)
