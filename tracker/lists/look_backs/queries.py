"""Look-backs to be held and held, and how far the lots have been drawn."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, Select, and_, bindparam, func, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.audit import Event
from tracker.db import ask, db
from tracker.errors import NotFound
from tracker.lists.account.models import Closure
from tracker.lists.look_backs.models import LookBack
from tracker.lists.models import Problem, Rectification
from tracker.lists.queries import get_problem
from tracker.workflow import LookBackState, RectificationState

DRAW = "look_back.draw"
CLOSE = "rectification.close"

_IN_FULL = (
    joinedload(LookBack.held_by),
    joinedload(LookBack.closure).options(
        joinedload(Closure.closed_by),
        joinedload(Closure.rectification).joinedload(Rectification.problem).joinedload(Problem.unit),
    ),
)


def planned() -> Select[LookBack]:
    """Those not held, the soonest first; with account and unit."""
    return (
        select(LookBack)
        .where(LookBack.state == LookBackState.PLANNED)
        .order_by(LookBack.due_on, LookBack.id)
        .options(*_IN_FULL)
    )


def held(limit: int = 50) -> Sequence[LookBack]:
    """The latest that were held, newest first."""
    return db.session.scalars(
        select(LookBack)
        .where(LookBack.held_on.is_not(None))
        .order_by(LookBack.held_on.desc(), LookBack.id.desc())
        .limit(limit)
        .options(*_IN_FULL)
    ).all()


def due_to(user: User, today: date) -> int:
    """How many are due that this person may hold: not struck off by him or her."""
    return ask(_DUE_TO, {"today": today, "person": user.id}).scalar_one()


_DUE_TO = select(func.count()).where(
    LookBack.state == LookBackState.PLANNED,
    LookBack.due_on <= bindparam("today"),
    LookBack.closed_by_id != bindparam("person"),
)


def get_look_back(user: User, look_back_id: int) -> LookBack:
    """NotFound when absent or its account is out of sight."""
    found = db.session.scalar(select(LookBack).where(LookBack.id == look_back_id).options(*_IN_FULL))
    if found is None:
        raise NotFound("没有这件回头看")
    get_problem(user, found.closure.rectification.problem_id)
    return found


def looked_to() -> int:
    """The id of the last strike-off's event that lots were drawn for; 0 at the beginning."""
    query = select(func.max(Event.subject_id)).where(
        Event.subject_type == Event.__tablename__, Event.kind == DRAW
    )
    return db.session.scalar(query) or 0


def strike_offs_after(event_id: int) -> Sequence[Row[Event, Closure]]:
    """(event, strike-off) of every one recorded after that event that still stands, in order."""
    return db.session.execute(
        select(Event, Closure)
        .join(
            Closure,
            and_(
                Event.subject_type == Rectification.__tablename__,
                Event.subject_id == Closure.rectification_id,
                Event.at == Closure.closed_at,
            ),
        )
        .join(Closure.rectification)
        .where(
            Event.id > event_id,
            Event.kind == CLOSE,
            Closure.reopened_on.is_(None),
            Rectification.state == RectificationState.CLOSED,
        )
        .order_by(Event.id)
    ).all()
