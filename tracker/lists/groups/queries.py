"""What looks alike, and the groups people have made of it."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from tracker.accounts.models import User
from tracker.db import db
from tracker.errors import NotFound
from tracker.lists.groups.rules import Told, ids_of, proposals
from tracker.lists.models import Problem, ProblemGroup, ProblemSource, Rectification, RectificationEvidence
from tracker.lists.queries import visible_to
from tracker.workflow import RectificationState

COMPARED = 600  # the newest ungrouped accounts; overdue duties of one task are alike by their making
SHOWN = 20  # proposals on one page


class Member(NamedTuple):
    """One account of a group, with how many files prove it."""

    problem: Problem
    proofs: int


def proposed(user: User) -> list[list[Problem]]:
    """Groups of open, ungrouped accounts that look alike."""
    rows = db.session.execute(
        select(Problem.id, Problem.unit_id, Problem.text)
        .join(Problem.rectification)
        .where(
            Problem.group_id.is_(None),
            Problem.source != ProblemSource.OVERDUE,
            Rectification.state.not_in((RectificationState.CLOSED, RectificationState.WITHDRAWN)),
        )
        .order_by(Problem.id.desc())
        .limit(COMPARED)
    )
    dismissed = db.session.scalars(select(ProblemGroup.key).where(ProblemGroup.is_dismissed))
    found = proposals([Told(*row) for row in rows], map(ids_of, dismissed))[:SHOWN]
    known = problems_of(user, [id_ for ids in found for id_ in ids])
    return [[known[id_] for id_ in sorted(ids) if id_ in known] for ids in found]


def problems_of(user: User, ids: Sequence[int]) -> dict[int, Problem]:
    """The accounts of these ids in sight."""
    return {one.id: one for one in db.session.scalars(visible_to(user).where(Problem.id.in_(ids)))}


def groups() -> Sequence[ProblemGroup]:
    """The groups people have made, the newest first."""
    return db.session.scalars(
        select(ProblemGroup)
        .where(~ProblemGroup.is_dismissed)
        .order_by(ProblemGroup.id.desc())
        .options(selectinload(ProblemGroup.problems).joinedload(Problem.rectification))
    ).all()


def get_group(group_id: int) -> ProblemGroup:
    """NotFound when there is none."""
    found = db.session.get(ProblemGroup, group_id)
    if found is None or found.is_dismissed:
        raise NotFound("没有这组共性问题")
    return found


def members(group: ProblemGroup, user: User) -> list[Member]:
    """The accounts of a group in order, each with the number of its own proofs."""
    found = db.session.scalars(
        visible_to(user).where(Problem.group_id == group.id).order_by(Problem.id)
    ).all()
    counts = db.session.execute(
        select(RectificationEvidence.rectification_id, func.count())
        .join(Rectification, Rectification.id == RectificationEvidence.rectification_id)
        .where(
            Rectification.id.in_([one.rectification.id for one in found]),
            RectificationEvidence.round == Rectification.reopened_times,
        )
        .group_by(RectificationEvidence.rectification_id)
    )
    proofs = {row[0]: row[1] for row in counts}
    return [Member(one, proofs.get(one.rectification.id, 0)) for one in found]
