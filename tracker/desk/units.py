"""One unit's month (单位情况): what was asked of it, by hand and by the system, and what it owes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from tracker.accounts.models import Unit, User
from tracker.accounts.permissions import sees_all
from tracker.clock import SHANGHAI, local_date
from tracker.db import db
from tracker.errors import NotFound
from tracker.reminders.models import Digest
from tracker.reminders.slips.models import Slip
from tracker.reports.models import ProgressReport
from tracker.reports.queries import SENT
from tracker.tasks.demands import queries as demands
from tracker.tasks.demands.rules import Kind
from tracker.tasks.models import Assignment, Source, Task
from tracker.tasks.queries import overdue
from tracker.tasks.rules import reports_due
from tracker.workflow import SlipState, State


@dataclass(frozen=True)
class Asked:
    """How much one unit was asked in a month."""

    kinds: dict[Kind, int]
    hurried: int  # of those, against a rule of relief
    issued: int  # duties that came with a document
    digests: int  # messages of the system to its people

    @property
    def demands(self) -> int:
        return sum(self.kinds.values())


class Standing(NamedTuple):
    """What the unit owes today."""

    unsigned: int
    active: int
    overdue: int
    slips: int  # that wait for its answer


class Due(NamedTuple):
    """One report that is asked for in the month; ``sent_on`` None: not yet."""

    duty_id: int
    title: str
    on: date
    sent_on: date | None


def get_unit(user: User, unit_id: int) -> Unit:
    """NotFound when absent, or another unit's for who sees only the own."""
    found = db.session.get(Unit, unit_id) if sees_all(user) or user.unit_id == unit_id else None
    if found is None:
        raise NotFound("没有这个单位，或不在您的查看范围内")
    return found


def asked(unit: Unit, month: str) -> Asked:
    """What was asked of the unit in ``month``."""
    first, last = demands.days_of(month)
    since, until = _morning(first), _morning(last + timedelta(days=1))
    issued = (
        select(func.count(Assignment.id))
        .join(Assignment.task)
        .where(
            Assignment.unit_id == unit.id,
            Task.source == Source.DOCUMENT,
            Assignment.issued_at >= since,
            Assignment.issued_at < until,
        )
    )
    digests = (
        select(func.count(Digest.id))
        .join(Digest.recipient)
        .where(User.unit_id == unit.id, Digest.on.between(first, last))
    )
    return Asked(
        kinds=demands.kinds_of(unit.id, month),
        hurried=demands.hurried_of(unit.id, month),
        issued=db.session.scalar(issued) or 0,
        digests=db.session.scalar(digests) or 0,
    )


def standing(unit: Unit, today: date) -> Standing:
    """What the unit owes ``today``."""
    states = {
        row[0]: row[1]
        for row in db.session.execute(
            select(Assignment.state, func.count(Assignment.id))
            .where(Assignment.unit_id == unit.id, Assignment.state.in_((State.ISSUED, State.ACTIVE)))
            .group_by(Assignment.state)
        )
    }
    late = select(func.count(Assignment.id)).where(Assignment.unit_id == unit.id, overdue(today))
    slips = select(func.count(Slip.id)).where(Slip.unit_id == unit.id, Slip.state == SlipState.ISSUED)
    return Standing(
        states.get(State.ISSUED, 0),
        states.get(State.ACTIVE, 0),
        db.session.scalar(late) or 0,
        db.session.scalar(slips) or 0,
    )


def reports_due_in(unit: Unit, month: str, today: date) -> Sequence[Due]:
    """The reports the unit's duties owe in ``month``, by day, each with the day it was first sent."""
    first, last = demands.days_of(month)
    duties = db.session.execute(
        select(
            Assignment.id,
            Task.title,
            Task.reporting,
            Assignment.starts_on,
            Assignment.issued_at,
            Assignment.deadline,
            Assignment.submitted_on,
        )
        .join(Assignment.task)
        .where(
            Assignment.unit_id == unit.id,
            Assignment.state.not_in((State.DISPUTED, State.SUSPENDED, State.WITHDRAWN)),
            (Assignment.deadline >= first) | Assignment.deadline.is_(None),
            Assignment.starts_on <= last,
        )
    ).all()
    sent: dict[int, list[date]] = {}
    for duty_id, at in db.session.execute(
        select(ProgressReport.assignment_id, ProgressReport.submitted_at)
        .where(ProgressReport.assignment_id.in_([duty.id for duty in duties]), ProgressReport.state.in_(SENT))
        .order_by(ProgressReport.id)
    ):
        if at is not None:
            sent.setdefault(duty_id, []).append(local_date(at))
    found = []
    for duty in duties:
        days = sorted([*sent.get(duty.id, ()), *filter(None, (duty.submitted_on,))])
        for due in reports_due(
            duty.reporting, max(duty.starts_on, local_date(duty.issued_at)), duty.deadline
        ):
            if due.day > last:
                break
            if due.day >= first and not (duty.submitted_on and duty.submitted_on <= due.after):
                on = next((day for day in days if due.after < day), None)
                found.append(Due(duty.id, duty.title, due.day, on))
    return sorted(found, key=lambda due: (due.on, due.duty_id))


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
