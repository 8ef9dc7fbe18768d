"""Whether notice of a duty reached its unit by the deadline (送达): by this a late mark stands or falls."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Select, func, or_, select

from tracker.accounts.models import User
from tracker.audit import Event
from tracker.clock import local_date
from tracker.db import db
from tracker.reminders.models import Digest, Reminder
from tracker.reminders.rules import came_late
from tracker.reports.models import ProgressReport
from tracker.tasks.models import Assignment, Objection, Task
from tracker.tasks.rules import RUNNING
from tracker.workflow import State

# A hint that keeps the question small; the rule decides.
_MAY_BE_LATE = or_(
    Assignment.received_at.is_(None), func.date(Assignment.received_at, type_=Date) >= Assignment.deadline
)
_OUT = (State.DISPUTED, State.SUSPENDED, State.WITHDRAWN)


class Notice(NamedTuple):
    """送达 that came too late: the day it first reached the unit, None while it has not.

    ``is_deferred``: the deadline moves tonight by itself; else it stays until a person changes it.
    """

    on: date | None
    is_deferred: bool


def notice_of(duty: Assignment, today: date) -> Notice | None:
    """For one duty: None when its late mark, if it has one, stands."""
    if duty.deadline is None or duty.deadline >= today:
        return None
    found = late_notices(today, Assignment.id == duty.id)
    return Notice(found[duty.id], is_deferred(duty)) if duty.id in found else None


def is_deferred(duty: Assignment) -> bool:
    """Whether a deadline that passed without notice is put off (顺延).

    Not where a person is to confirm a deadline that was past at the issue; nor of a task that was entered
    only after the deadline: how its units were told before, nothing here can prove. A unit that joined later,
    though, was told of nothing before.
    """
    return (
        duty.state in RUNNING
        and duty.task.is_past_confirmed
        and duty.deadline is not None
        and min(local_date(one.issued_at) for one in duty.task.assignments) <= duty.deadline
    )


def late_notices(today: date, *conditions: ColumnElement[bool]) -> dict[int, date | None]:
    """Duty id → when its unit first had notice (None: not yet), of those past their deadline without it.

    Notice is a digest in the inbox of anybody of the unit that names the duty, or what the unit itself did
    with it: 签收, 异议, 填报. Whose past deadline a person confirmed after the issue (确认时限) is not here.
    In a fixed number of questions, whatever ``conditions`` on the duties choose.
    """
    late = (
        Assignment.deadline < today,
        Assignment.state.not_in(_OUT),
        or_(Assignment.submitted_on.is_(None), Assignment.submitted_on > Assignment.deadline),
        _MAY_BE_LATE,
        *conditions,
    )
    columns = (
        Assignment.id,
        Assignment.task_id,
        Assignment.deadline,
        Assignment.issued_at,
        Assignment.received_at,
    )
    duties = db.session.execute(select(*columns).where(*late)).all()
    if not duties:
        return {}
    confirmed = _confirmed(select(Assignment.task_id).where(*late))
    heard = _heard(select(Assignment.id).where(*late))
    found: dict[int, date | None] = {}
    for duty in duties:
        if duty.task_id in confirmed and confirmed[duty.task_id] >= duty.issued_at:
            continue
        received = [local_date(duty.received_at)] if duty.received_at else []
        first = min([*heard.get(duty.id, ()), *received], default=None)
        if came_late(duty.deadline, first):
            found[duty.id] = first
    return found


def _heard(those: Select[int]) -> dict[int, list[date]]:
    """Duty id → the first days on which a message of ours or an act of the unit's shows that it knew."""
    told = (
        select(Reminder.assignment_id, func.min(Digest.on))
        .join(Digest, Digest.id == Reminder.digest_id)
        .join(Reminder.assignment)
        .join(User, (User.id == Reminder.recipient_id) & (User.unit_id == Assignment.unit_id))
        .where(Reminder.assignment_id.in_(those))
        .group_by(Reminder.assignment_id)
    )
    disputed = (
        select(Objection.assignment_id, func.min(Objection.raised_at))
        .join(Objection.assignment)
        .join(User, (User.id == Objection.raised_by_id) & (User.unit_id == Assignment.unit_id))
        .where(Objection.assignment_id.in_(those))
        .group_by(Objection.assignment_id)
    )
    reported = (
        select(ProgressReport.assignment_id, func.min(ProgressReport.created_at))
        .where(ProgressReport.assignment_id.in_(those))
        .group_by(ProgressReport.assignment_id)
    )
    days: dict[int, list[date]] = {}
    for id_, first in _rows(told, disputed, reported):
        days.setdefault(id_, []).append(local_date(first) if isinstance(first, datetime) else first)
    return days


def _rows(*queries: Select[*tuple[Any, ...]]) -> Iterable[Any]:
    for query in queries:
        yield from db.session.execute(query)


def _confirmed(tasks: Select[int]) -> dict[int, datetime]:
    """Task id → when a person confirmed that its deadline, past at the issue, stands."""
    rows = db.session.execute(
        select(Event.subject_id, func.max(Event.at))
        .where(
            Event.subject_type == Task.__tablename__,
            Event.subject_id.in_(tasks),
            Event.kind == "task.confirm_past",
        )
        .group_by(Event.subject_id)
    )
    return {row[0]: row[1] for row in rows}
