"""Appeals in a user's sight, and who judged the fact that is contested."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Role, User
from tracker.accounts.permissions import sees_all
from tracker.audit import Event
from tracker.db import db
from tracker.errors import NotFound
from tracker.scores.models import Appeal, Evaluation, ScoreSheet
from tracker.workflow import AppealState

# What a fact is called in the trail.
_TABLES = {
    "assignment": "assignments",
    "problem": "problems",
    "report": "progress_reports",
    "slip": "slips",
}


def visible_to(user: User) -> Select[Appeal]:
    """The office sees all, a unit its own; those that wait first, then the latest."""
    query = (
        select(Appeal)
        .join(Appeal.sheet)
        .where(Appeal.state != AppealState.DRAFT)
        .order_by(Appeal.state != AppealState.FILED, Appeal.id.desc())
        .options(
            joinedload(Appeal.sheet).options(
                joinedload(ScoreSheet.unit),
                joinedload(ScoreSheet.evaluation).options(
                    joinedload(Evaluation.board), joinedload(Evaluation.model)
                ),
            ),
            joinedload(Appeal.filed_by),
            joinedload(Appeal.decided_by),
            joinedload(Appeal.carried_to),
        )
    )
    return query if sees_all(user) else query.where(ScoreSheet.unit_id == user.unit_id)


def get_appeal(user: User, appeal_id: int) -> Appeal:
    """NotFound when absent or out of sight."""
    found = db.session.scalar(visible_to(user).where(Appeal.id == appeal_id))
    if found is None:
        raise NotFound("没有这件申诉，或不在您的查看范围内")
    return found


def of_sheet(sheet: ScoreSheet) -> Sequence[Appeal]:
    """The appeals about one sheet, oldest first."""
    query = select(Appeal).where(Appeal.sheet_id == sheet.id, Appeal.state != AppealState.DRAFT)
    return db.session.scalars(query.order_by(Appeal.id)).all()


def waiting() -> int:
    """How many are not decided yet."""
    return db.session.scalar(select(func.count(Appeal.id)).where(Appeal.state == AppealState.FILED)) or 0


def judge_of(subject: str) -> int | None:
    """The supervisor who last did something to the thing a fact is about; None when nobody did."""
    kind, _, number = subject.partition(":")
    if kind == "event":
        return db.session.scalar(select(Event.actor_id).where(Event.id == int(number)))
    if kind not in _TABLES:
        return None
    return db.session.scalar(
        select(Event.actor_id)
        .join(User, User.id == Event.actor_id)
        .where(
            Event.subject_type == _TABLES[kind],
            Event.subject_id == int(number),
            User.role == Role.SUPERVISOR,
        )
        .order_by(Event.id.desc())
        .limit(1)
    )
