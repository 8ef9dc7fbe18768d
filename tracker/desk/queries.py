"""What waits for a person, counted and listed, most pressing first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from tracker.accounts.models import Board, BoardMember, Unit, User
from tracker.accounts.permissions import sees_all
from tracker.db import db
from tracker.lists.models import Problem, Rectification, Responsibility
from tracker.reports.models import ProgressReport
from tracker.tasks.models import Assignment, Task
from tracker.tasks.queries import overdue
from tracker.tasks.rules import Term
from tracker.workflow import FilingState, RectificationState, State

SHOWN = 8  # rows of one box; the rest is a link away


@dataclass(frozen=True)
class Box:
    """One box of the desk: what waits, how many in all, the first rows, and where the rest is."""

    title: str
    total: int
    rows: Sequence[Row[*tuple[Any, ...]]]
    rest: dict[str, Any]  # what ``endpoint`` is asked for, to show them all
    endpoint: str = "tasks.index"


def office_boxes(today: date) -> list[Box]:
    """For a supervisor: closures to decide, disputes to answer, the longest overdue."""
    return [
        _box("待办结", (Assignment.state == State.CLOSING,), {"state": State.CLOSING}),
        _box("异议待答复", (Assignment.state == State.DISPUTED,), {"state": State.DISPUTED}),
        _box("逾期最久", (overdue(today),), {"term": Term.OVERDUE, "sort": "deadline"}),
    ]


def reports_waiting() -> int:
    """How many reports wait for review."""
    return _count(select(func.count(ProgressReport.id)).where(ProgressReport.state == FilingState.SUBMITTED))


def problems_open(user: User) -> int:
    """Problems on the books, in this person's sight."""
    query = (
        select(func.count(Problem.id))
        .join(Problem.rectification)
        .join(Problem.responsibility)
        .where(Rectification.state.not_in((RectificationState.CLOSED, RectificationState.WITHDRAWN)))
    )
    if not sees_all(user):
        query = query.where(Responsibility.lead_unit_id == user.unit_id)
    return _count(query)


def overdue_by_unit(today: date) -> Sequence[Row[*tuple[Any, ...]]]:
    """(id, name, board, late) of the units with most overdue duties, at most twelve."""
    late = func.count().label("late")
    counted = select(Assignment.unit_id, late).where(overdue(today)).group_by(Assignment.unit_id).subquery()
    return db.session.execute(
        select(Unit.id, Unit.name, Board.name.label("board"), counted.c.late)
        .join(counted, counted.c.unit_id == Unit.id)
        .outerjoin(BoardMember, BoardMember.unit_id == Unit.id)
        .outerjoin(Board, Board.id == BoardMember.board_id)
        .order_by(counted.c.late.desc(), Unit.position)
        .limit(12)
    ).all()


def _box(
    title: str,
    conditions: tuple[ColumnElement[bool], ...],
    rest: dict[str, Any],
    endpoint: str = "tasks.index",
) -> Box:
    total = _count(select(func.count(Assignment.id)).where(*conditions))
    query = (
        select(
            Assignment.id,
            Assignment.state,
            Assignment.deadline,
            Assignment.starts_on,
            Assignment.progress,
            Assignment.submitted_on,
            Task.title,
            Unit.name.label("unit_name"),
        )
        .join(Assignment.task)
        .join(Assignment.unit)
        .where(*conditions)
        .order_by(Assignment.deadline, Assignment.id)
        .limit(SHOWN)
    )
    return Box(title, total, db.session.execute(query).all() if total else [], rest, endpoint)


def _count(query: Select[int]) -> int:
    return db.session.scalar(query) or 0
