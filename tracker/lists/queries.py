"""Problems in a user's sight, and the duties that should become problems."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Role, Unit, User
from tracker.accounts.permissions import sees_all
from tracker.db import db
from tracker.documents.models import WorkPoint
from tracker.errors import NotFound
from tracker.lists.models import Pace, Problem, ProblemSource, Rectification, Responsibility
from tracker.tasks.models import Assignment, Task
from tracker.tasks.queries import overdue
from tracker.workflow import RectificationState


@dataclass(frozen=True)
class ListFilter:
    """What of the lists is wanted; None or empty means no condition."""

    unit_id: int | None = None
    source: ProblemSource | None = None
    pace: Pace | None = None
    state: RectificationState | None = None
    text: str = ""


def visible_to(user: User) -> Select[Problem]:
    """A unit sees what it answers for and what it accepts; the office sees all."""
    problems = (
        select(Problem)
        .join(Problem.rectification)
        .join(Problem.responsibility)
        .options(
            joinedload(Problem.unit),
            joinedload(Problem.rectification),
            joinedload(Problem.responsibility).joinedload(Responsibility.lead_unit),
            joinedload(Problem.responsibility).joinedload(Responsibility.accepting_unit),
        )
    )
    if not sees_all(user):
        problems = problems.where(
            or_(
                Responsibility.lead_unit_id == user.unit_id,
                and_(
                    Responsibility.accepting_unit_id == user.unit_id,
                    Rectification.state.in_((RectificationState.CLOSING, RectificationState.VERIFIED)),
                ),
            )
        )
    return problems


def problems(user: User, wanted: ListFilter) -> Select[Problem]:
    """The rows of all three lists: one order, one filter, three sets of columns."""
    return visible_to(user).where(*_conditions(wanted)).order_by(Problem.number)


def get_problem(user: User, problem_id: int) -> Problem:
    """NotFound when absent or out of sight."""
    found = db.session.scalar(visible_to(user).where(Problem.id == problem_id))
    if found is None:
        raise NotFound("没有这个挂账问题，或不在您的查看范围内")
    return found


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


def counts_by_state() -> dict[RectificationState, int]:
    """How many problems stand in each state."""
    rows = db.session.execute(select(Rectification.state, func.count()).group_by(Rectification.state)).all()
    return {row[0]: row[1] for row in rows}


def _conditions(wanted: ListFilter) -> list[ColumnElement[bool]]:
    table = (
        (wanted.unit_id, Problem.unit_id == wanted.unit_id),
        (wanted.source, Problem.source == wanted.source),
        (wanted.pace, Rectification.pace == wanted.pace),
        (wanted.state, Rectification.state == wanted.state),
        (
            wanted.text,
            or_(Problem.text.contains(wanted.text, autoescape=True), Problem.number == wanted.text),
        ),
    )
    return [condition for value, condition in table if value]
