"""What a user may see of the ledger, and how it is filtered and sorted."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Row, Select, and_, bindparam, case, func, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.functions import FunctionElement

from tracker.accounts.models import User
from tracker.accounts.permissions import sees_all
from tracker.db import ask, db
from tracker.documents.models import Document, WorkPoint
from tracker.errors import NotFound
from tracker.tasks.models import Assignment, Duty, Objection, Task
from tracker.tasks.rules import LAG_FROM, RED_SHARE, RUNNING, YELLOW_SHARE, Light
from tracker.workflow import State, TaskState


class days_between(FunctionElement[int]):
    """Whole days from one date column to a later one, on either database."""

    type = Integer()
    inherit_cache = True


@compiles(days_between, "sqlite")
def _days_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    first, last = (compiler.process(part, **options) for part in element.clauses)
    return f"CAST(julianday({last}) - julianday({first}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _days_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    first, last = (compiler.process(part, **options) for part in element.clauses)
    return f"(CAST({last} AS DATE) - CAST({first} AS DATE))"


def visible_to(user: User) -> Select[Assignment]:
    """Assignments in this user's sight: a unit sees its own and what supports it, the office all.

    Unordered, unjoined.
    """
    assignments = select(Assignment)
    if not sees_all(user):
        assignments = assignments.where(or_(Assignment.unit_id == user.unit_id, supports(user.unit_id)))
    return assignments


def supports(unit_id: Any) -> ColumnElement[bool]:
    """配合 duties of other units on tasks that unit leads: read, never acted upon."""
    led = select(Assignment.task_id).where(
        Assignment.unit_id == unit_id,
        Assignment.duty == Duty.LEAD,
        Assignment.state != State.WITHDRAWN,
    )
    return and_(Assignment.duty == Duty.SUPPORT, Assignment.task_id.in_(led.correlate(None)))


def get_assignment(user: User, assignment_id: int) -> Assignment:
    """NotFound when absent or out of sight: a unit cannot learn that an assignment exists."""
    query = _ASSIGNMENT if sees_all(user) else _OWN_ASSIGNMENT
    found = db.session.scalar(query, {"assignment_id": assignment_id, "unit_id": user.unit_id})
    if found is None:
        raise NotFound("没有这个承办项，或不在您的查看范围内")
    return found


_ASSIGNMENT = (
    select(Assignment)
    .where(Assignment.id == bindparam("assignment_id"))
    .options(
        joinedload(Assignment.task, innerjoin=True),
        joinedload(Assignment.unit, innerjoin=True),
    )
)
_OWN_ASSIGNMENT = _ASSIGNMENT.where(
    or_(Assignment.unit_id == bindparam("unit_id"), supports(bindparam("unit_id")))
)


def get_task(user: User, task_id: int) -> Task:
    """A task with its assignments, targets and source; a unit sees the tasks it carries a duty on.

    A draft has a page of its own (tasks/entry).
    """
    query = _TASK if sees_all(user) else _OWN_TASK
    found = db.session.scalar(query, {"task_id": task_id, "unit_id": user.unit_id})
    if found is None:
        raise NotFound("没有这个任务，或不在您的查看范围内")
    return found


_TASK = (
    select(Task)
    .where(Task.id == bindparam("task_id"), Task.state != TaskState.DRAFT)
    .options(
        joinedload(Task.work_point).joinedload(WorkPoint.document).load_only(Document.title, Document.number),
        selectinload(Task.assignments).joinedload(Assignment.unit, innerjoin=True),
        selectinload(Task.targets),
    )
)
_OWN_TASK = _TASK.where(Task.assignments.any(Assignment.unit_id == bindparam("unit_id")))


def handed_in_by(deadline: Any) -> ColumnElement[bool]:
    """待办结, and handed in on or before that day."""
    return and_(Assignment.state == State.CLOSING, Assignment.submitted_on <= deadline)


def overdue(today: date) -> ColumnElement[bool]:
    """逾期 as SQL; agrees with ``rules.is_overdue``."""
    return and_(
        Assignment.state.in_(_RUNNING), Assignment.deadline < today, ~handed_in_by(Assignment.deadline)
    )


def soon(today: date, warn_until: date) -> ColumnElement[bool]:
    """临期 as SQL: still to be handed in, and due by ``warn_until``."""
    waits = Assignment.state.in_((State.ISSUED, State.ACTIVE))
    return and_(waits, Assignment.deadline.between(today, warn_until))


def planned(starts_on: Any, deadline: Any, today: date) -> ColumnElement[int]:
    """序时进度 as SQL; agrees with ``rules.planned_progress``."""
    term = days_between(starts_on, deadline) + 1
    passed = days_between(starts_on, literal(today)) + 1
    return case(
        (deadline.is_(None), 0),
        (and_(term <= 0, deadline <= today), 100),
        (or_(term <= 0, passed <= 0), 0),
        (passed >= term, 100),
        else_=(100 * passed) // case((term > 0, term), else_=1),
    )


@lru_cache(maxsize=4)  # long to build, and the same all day
def lit(today: date, warn_until: date) -> ColumnElement[str | None]:
    """亮灯 as SQL; agrees with ``rules.light``. Null while the clock stands still."""
    plan = planned(Assignment.starts_on, Assignment.deadline, today)

    def lags(share: int) -> ColumnElement[bool]:
        # the plan is reckoned last: it costs more than all the rest
        return and_(Assignment.progress < share, plan >= LAG_FROM, 100 * Assignment.progress < share * plan)

    return case(
        (Assignment.state == State.CLOSED, Light.BLUE.value),
        (Assignment.state.not_in(_RUNNING), None),
        (overdue(today), Light.RED.value),
        (Assignment.state == State.CLOSING, Light.GREEN.value),
        (lags(RED_SHARE), Light.RED.value),
        (or_(Assignment.deadline <= warn_until, lags(YELLOW_SHARE)), Light.YELLOW.value),
        (Assignment.state == State.ISSUED, Light.GREY.value),
        else_=Light.GREEN.value,
    )


_RUNNING = [State(word) for word in sorted(RUNNING)]


class Context(NamedTuple):
    """The sentence of a task between what stands before and after it in the document."""

    document: str  # its title
    number: str  # of the work point, as printed
    before: str
    sentence: str
    after: str


def context_of(task: Task, around: int = 120) -> Context | None:
    """Where a task comes from, with up to ``around`` characters on each side; None without a document.

    Of the document's text only this passage is read.
    """
    if task.work_point_id is None or task.start is None or task.stop is None:
        return None
    first = max(0, task.start - around)
    asked = {"point": task.work_point_id, "first": first + 1, "length": task.stop + around - first}
    title, number, start, stop, passage = ask(_PASSAGE, asked).one()
    before = passage[max(0, start - first) : task.start - first]
    after = passage[task.stop - first : stop - first]
    return Context(
        title,
        number,
        ("…" if first > start else "") + before,
        passage[task.start - first : task.stop - first],
        after + ("…" if task.stop + around < stop else ""),
    )


_PASSAGE = (
    select(
        Document.title,
        WorkPoint.number,
        WorkPoint.start,
        WorkPoint.stop,
        func.substr(Document.text, bindparam("first", type_=Integer), bindparam("length", type_=Integer)),
    )
    .join(WorkPoint.document)
    .where(WorkPoint.id == bindparam("point"))
)


def open_objection(assignment: Assignment) -> Objection | None:
    """The objection that waits for an answer."""
    with db.session.no_autoflush:  # a verb may still have columns to set that belong to the new state
        return db.session.scalar(
            select(Objection)
            .where(Objection.assignment_id == assignment.id, Objection.answer.is_(None))
            .order_by(Objection.id.desc())
            .limit(1)
        )


def to_receive(user: User, seen_at: datetime | None = None) -> Sequence[Assignment]:
    """What waits for 签收 in the user's own unit; with ``seen_at``, what had been issued by then."""
    query = select(Assignment).where(Assignment.unit_id == user.unit_id, Assignment.state == State.ISSUED)
    if seen_at is not None:
        query = query.where(Assignment.issued_at <= seen_at)
    return db.session.scalars(query.order_by(Assignment.deadline, Assignment.id)).all()


def running(task: Task) -> list[Assignment]:
    """Its duties that are still to be handed in."""
    return [each for each in task.assignments if each.state in (State.ISSUED, State.ACTIVE)]


def latest_period(task: Task) -> Assignment | None:
    """An assignment of the latest period of a recurring task; None where there are no periods."""
    with_period = (each for each in task.assignments if each.period and each.original_deadline)
    return max(with_period, key=lambda each: each.original_deadline or date.min, default=None)


def recurring_tasks() -> Sequence[Row[Task, date]]:
    """Issued recurring tasks, each with the original deadline of its latest period, which never moves."""
    latest = (
        select(Assignment.task_id, func.max(Assignment.original_deadline).label("last"))
        .join(Assignment.task)
        .where(Task.recurrence.is_not(None), Task.state == TaskState.PUBLISHED, Assignment.period != "")
        .group_by(Assignment.task_id)
        .subquery()
    )
    query = select(Task, latest.c.last).join(latest, latest.c.task_id == Task.id).order_by(Task.id)
    return db.session.execute(query).all()


def carriers(task: Task, original_deadline: date) -> Sequence[Row[int, Duty]]:
    """(unit id, duty) of those that carry the period with that deadline and were not taken off it."""
    return db.session.execute(
        select(Assignment.unit_id, Assignment.duty)
        .where(
            Assignment.task_id == task.id,
            Assignment.original_deadline == original_deadline,
            Assignment.period != "",
            Assignment.state != State.WITHDRAWN,
        )
        .order_by(Assignment.id)
    ).all()
