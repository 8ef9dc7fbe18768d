"""Extensions that wait for an approver, and one of them."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.db import db
from tracker.errors import NotFound
from tracker.lists.models import Problem, Rectification, RectificationExtension, Responsibility
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


def get_extension(user: User, extension_id: int) -> RectificationExtension:
    """NotFound when absent or its account is out of sight."""
    found = db.session.get(RectificationExtension, extension_id)
    if found is None:
        raise NotFound("没有这件整改延期申请")
    get_problem(user, found.rectification.problem_id)
    return found
