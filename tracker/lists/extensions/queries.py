"""Extensions that wait for an approver, and one of them."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.db import db
from tracker.errors import NotFound
from tracker.lists.extensions.models import RectificationExtension
from tracker.lists.models import Problem, Rectification, Responsibility
from tracker.lists.queries import get_problem
from tracker.workflow import FilingState


def waiting() -> Select[RectificationExtension]:
    """Asked for and not answered, those asked first first; with account and unit."""
    return (
        select(RectificationExtension)
        .where(RectificationExtension.state == FilingState.SUBMITTED)
        .order_by(RectificationExtension.submitted_at, RectificationExtension.id)
        .options(
            joinedload(RectificationExtension.submitted_by),
            joinedload(RectificationExtension.rectification)
            .joinedload(Rectification.problem)
            .options(
                joinedload(Problem.unit),
                joinedload(Problem.responsibility).joinedload(Responsibility.lead_unit),
            ),
        )
    )


def count_waiting() -> int:
    query = select(func.count(RectificationExtension.id)).where(
        RectificationExtension.state == FilingState.SUBMITTED
    )
    return db.session.scalar(query) or 0


def of_account(rectification: Rectification, state: FilingState) -> RectificationExtension | None:
    """The latest in a state: waiting for its answer, or recalled."""
    return db.session.scalar(
        select(RectificationExtension)
        .where(
            RectificationExtension.rectification_id == rectification.id, RectificationExtension.state == state
        )
        .order_by(RectificationExtension.id.desc())
        .limit(1)
    )


def grants_of(rectification_ids: Sequence[int]) -> dict[int, int]:
    """Rectification id → extensions granted so far."""
    rows = db.session.execute(
        select(RectificationExtension.rectification_id, func.count())
        .where(
            RectificationExtension.rectification_id.in_(rectification_ids),
            RectificationExtension.state == FilingState.ACCEPTED,
        )
        .group_by(RectificationExtension.rectification_id)
    )
    return {row[0]: row[1] for row in rows}


def get_extension(user: User, extension_id: int) -> RectificationExtension:
    """NotFound when absent, its account is out of sight, or it is another unit's draft."""
    found = db.session.get(RectificationExtension, extension_id)
    if found is None or (found.state is FilingState.DRAFT and user.unit_id not in found.unit_ids):
        raise NotFound("没有这件整改延期申请")
    get_problem(user, found.rectification.problem_id)
    return found
