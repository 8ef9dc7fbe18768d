"""Problems in a user's sight, and the duties that should become problems."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Integer, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from tracker.accounts.models import Role, Unit, User
from tracker.accounts.permissions import sees_all
from tracker.db import ask, db
from tracker.documents.models import Document, WorkPoint
from tracker.errors import NotFound
from tracker.lists.account.models import Closure
from tracker.lists.models import Problem, ProblemSource, Rectification, Responsibility, SupportUnit
from tracker.tasks.models import Assignment, Task
from tracker.tasks.queries import overdue
from tracker.workflow import RectificationState

_Entered = aliased(Problem)


def sight(own: int | BindParameter[int]) -> ColumnElement[bool]:
    """What the unit ``own`` sees, once issued: what it answers for, helps with, or accepts."""
    helped = select(SupportUnit.responsibility_id).where(SupportUnit.unit_id == own)
    return and_(
        Rectification.state != RectificationState.REGISTERED,
        or_(
            Responsibility.lead_unit_id == own,
            Responsibility.id.in_(helped),
            Responsibility.accepting_unit_id == own,
        ),
    )


def visible_to(user: User) -> Select[Problem]:
    """A unit sees its part, the office sees all."""
    problems = (
        select(Problem)
        .join(Problem.rectification)
        .join(Problem.responsibility)
        .options(
            joinedload(Problem.unit),
            joinedload(Problem.assignment),
            contains_eager(Problem.rectification).options(
                selectinload(Rectification.slots), selectinload(Rectification.milestones)
            ),
            contains_eager(Problem.responsibility).options(
                joinedload(Responsibility.lead_unit),
                joinedload(Responsibility.accepting_unit),
                selectinload(Responsibility.supports).joinedload(SupportUnit.unit),
            ),
        )
    )
    if not sees_all(user):
        problems = problems.where(sight(user.unit_id))
    return problems


def get_problem(user: User, problem_id: int) -> Problem:
    """NotFound when absent or out of sight."""
    found = db.session.scalar(visible_to(user).where(Problem.id == problem_id))
    if found is None:
        raise NotFound("没有这个挂账问题，或不在您的查看范围内")
    return found


def same_call(source: ProblemSource, number: str, unit_id: int) -> Problem | None:
    """The account of this call or letter and this unit, if there is one."""
    if not number.strip():
        return None
    return db.session.scalar(
        select(Problem).where(
            Problem.source == source, Problem.source_number == number.strip(), Problem.unit_id == unit_id
        )
    )


def same_point(document: Document, point: str | None, unit_id: int) -> Problem | None:
    """The account of this point of a plan and this unit, if there is one."""
    return db.session.scalar(
        select(Problem).where(
            Problem.document_id == document.id, Problem.document_point == point, Problem.unit_id == unit_id
        )
    )


class OfDuty(NamedTuple):
    """An account that an overdue duty entered."""

    id: int
    number: str
    state: RectificationState


def accounts_of(user: User, duty: Assignment) -> list[OfDuty]:
    """The accounts in sight that an overdue duty entered, oldest first: one for each deadline it missed."""
    query = _OF_DUTY if sees_all(user) else _OF_DUTY_IN_SIGHT
    return [OfDuty._make(row) for row in ask(query, {"duty_id": duty.id, "own": user.unit_id})]


_OF_DUTY = (
    select(Problem.id, Problem.number, Rectification.state)
    .join(Problem.rectification)
    .join(Problem.responsibility)
    .where(Problem.id.in_(select(_Entered.id).where(_Entered.assignment_id == bindparam("duty_id"))))
    .order_by(Problem.id)
)
_OF_DUTY_IN_SIGHT = _OF_DUTY.where(sight(bindparam("own", type_=Integer)))


def unlisted_overdue(today: date, due_before: date) -> Sequence[Assignment]:
    """Overdue duties with a deadline before ``due_before`` that have no problem for that deadline yet."""
    listed = select(Problem.id).where(
        Problem.assignment_id == Assignment.id, Problem.assignment_deadline == Assignment.deadline
    )
    return db.session.scalars(
        select(Assignment)
        .where(overdue(today), Assignment.deadline < due_before, ~listed.exists())
        .order_by(Assignment.deadline, Assignment.id)
        .options(
            joinedload(Assignment.unit),
            joinedload(Assignment.task).joinedload(Task.work_point).joinedload(WorkPoint.document),
        )
    ).all()


def office() -> Unit:
    """The unit of the supervisors: it accepts what no other unit was named to accept."""
    found = db.session.scalar(
        select(Unit)
        .join(User, User.unit_id == Unit.id)
        .where(User.role == Role.SUPERVISOR, User.active)
        .order_by(Unit.position, Unit.id)
        .limit(1)
    )
    if found is None:
        raise NotFound("还没有督查员账号：请先建立督查员，逾期任务才能挂账")
    return found


class Reopened(NamedTuple):
    """An account that came back on the books (恢复挂账): whose, and on which day first."""

    problem_id: int
    unit_id: int
    title: str
    on: date


def reopened_between(after: date, until: date, unit_id: int | None = None) -> dict[int, Reopened]:
    """Problem id → accounts reopened after ``after`` up to and with ``until``, withdrawn ones left out.

    For the scores: each counts in indicator Z of that month once, as due and not met, however it goes on.
    """
    query = (
        select(
            Problem.id,
            Responsibility.lead_unit_id,
            Problem.text,
            func.min(Closure.reopened_on).label("on"),
        )
        .join(Problem.rectification)
        .join(Problem.responsibility)
        .join(Closure, Closure.rectification_id == Rectification.id)
        .where(
            Closure.reopened_on > after,
            Closure.reopened_on <= until,
            Rectification.state != RectificationState.WITHDRAWN,
        )
        .group_by(Problem.id, Responsibility.lead_unit_id, Problem.text)
        .order_by(Problem.id)
    )
    if unit_id:
        query = query.where(Responsibility.lead_unit_id == unit_id)
    return {id_: Reopened(id_, unit, text, on) for id_, unit, text, on in db.session.execute(query) if on}


def counts_by_state() -> dict[RectificationState, int]:
    """How many problems stand in each state."""
    rows = db.session.execute(select(Rectification.state, func.count()).group_by(Rectification.state)).all()
    return {row[0]: row[1] for row in rows}
