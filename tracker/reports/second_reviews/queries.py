"""Drawn closures that wait for another supervisor, and how far the lots have been drawn."""

from collections.abc import Sequence

from sqlalchemy import Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Role, User
from tracker.audit import Event
from tracker.db import ask, db
from tracker.errors import NotFound
from tracker.reports.models import SecondReview
from tracker.tasks.models import Assignment
from tracker.workflow import SecondReviewState, State

DRAW = "second_review.draw"
CLOSE = "assignment.close"


def waiting() -> Select[SecondReview]:
    """Closures drawn and not yet looked at that still stand, oldest first; with duty, task and unit.

    One that was reopened meanwhile, and perhaps closed again, is no longer the closure that was drawn.
    """
    last_closure = (
        select(func.max(Event.id))
        .where(
            Event.subject_type == Assignment.__tablename__,
            Event.subject_id == SecondReview.assignment_id,
            Event.kind == CLOSE,
        )
        .correlate(SecondReview)
        .scalar_subquery()
    )
    return (
        select(SecondReview)
        .join(SecondReview.assignment)
        .where(
            SecondReview.state == SecondReviewState.DRAWN,
            Assignment.state == State.CLOSED,
            SecondReview.event_id == last_closure,
        )
        .options(
            joinedload(SecondReview.assignment).options(
                joinedload(Assignment.task), joinedload(Assignment.unit)
            )
        )
        .order_by(SecondReview.drawn_at, SecondReview.id)
    )


def open_to(user: User) -> Select[SecondReview]:
    """Those this person may decide: neither closed nor applied for by him or her."""
    return _open_to(waiting()).params(person=user.id)


def open_count(user: User) -> int:
    """How many of them."""
    return ask(_OPEN_COUNT, {"person": user.id}).scalar_one()


def _open_to(query: Select[SecondReview]) -> Select[SecondReview]:
    return query.where(
        *(
            or_(column.is_(None), column != bindparam("person"))
            for column in (SecondReview.closed_by_id, SecondReview.applied_by_id)
        )
    )


_OPEN_COUNT = _open_to(waiting()).with_only_columns(func.count()).order_by(None)


def count(query: Select[SecondReview]) -> int:
    return db.session.scalar(query.with_only_columns(func.count()).order_by(None)) or 0


def get_second_review(second_review_id: int) -> SecondReview:
    """NotFound when absent; whoever judges sees them all."""
    found = db.session.scalar(
        select(SecondReview)
        .where(SecondReview.id == second_review_id)
        .options(
            joinedload(SecondReview.assignment).options(
                joinedload(Assignment.task), joinedload(Assignment.unit)
            )
        )
    )
    if found is None:
        raise NotFound("没有这件复核")
    return found


def decided(limit: int = 20) -> Sequence[SecondReview]:
    """The latest decisions, newest first."""
    return db.session.scalars(
        select(SecondReview)
        .where(SecondReview.state != SecondReviewState.DRAWN)
        .options(
            joinedload(SecondReview.reviewed_by),
            joinedload(SecondReview.assignment).options(
                joinedload(Assignment.task), joinedload(Assignment.unit)
            ),
        )
        .order_by(SecondReview.reviewed_at.desc(), SecondReview.id.desc())
        .limit(limit)
    ).all()


def other_supervisors(user: User) -> int:
    """How many supervisors there are besides this person."""
    query = select(func.count(User.id)).where(
        User.role == Role.SUPERVISOR, User.active.is_(True), User.id != user.id
    )
    return db.session.scalar(query) or 0


def looked_to() -> int:
    """The id of the last closure that lots were drawn for; 0 at the beginning."""
    query = select(func.max(Event.subject_id)).where(
        Event.subject_type == Event.__tablename__, Event.kind == DRAW
    )
    return db.session.scalar(query) or 0


def closures_after(event_id: int) -> Sequence[Row[Event, Assignment]]:
    """(event, duty) of every closure recorded after that event whose duty is still closed, in order."""
    return db.session.execute(
        select(Event, Assignment)
        .join(
            Assignment,
            and_(Event.subject_type == Assignment.__tablename__, Event.subject_id == Assignment.id),
        )
        .where(Event.id > event_id, Event.kind == CLOSE, Assignment.state == State.CLOSED)
        .order_by(Event.id)
    ).all()
