"""Drafts of tasks entered by hand, and what issuing one would give to whom."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import undefer

from tracker.accounts.models import User
from tracker.db import db
from tracker.documents.comparison import goal
from tracker.documents.directory import Directory
from tracker.documents.reading import Duty, Reading, breakdowns
from tracker.errors import NotFound
from tracker.tasks import intake
from tracker.tasks.entry.rules import task_of
from tracker.tasks.models import Task
from tracker.workflow import TaskState


class Share(NamedTuple):
    """What one unit would get: its duty, and its share of each target that is broken down."""

    unit: str
    duty: Duty
    shares: list[str]


def drafts() -> Sequence[Row[Task, str]]:
    """Drafts, latest first, each with the name of who entered it."""
    return db.session.execute(
        select(Task, User.name)
        .outerjoin(User, Task.created_by_id == User.id)
        .where(Task.state == TaskState.DRAFT)
        .order_by(Task.id.desc())
    ).all()


def get_draft(draft_id: int) -> Task:
    """NotFound when there is no such draft, or no longer; only those who may enter tasks get here."""
    query = select(Task).where(Task.id == draft_id, Task.state == TaskState.DRAFT)
    found = db.session.scalar(query.options(undefer(Task.reading)))
    if found is None:
        raise NotFound("没有这个草稿，可能已经下达或作废")
    return found


def drafts_of(ids: Sequence[int]) -> Sequence[Task]:
    """Those of ``ids`` that are drafts still, in the order they were entered."""
    query = select(Task).where(Task.id.in_(ids), Task.state == TaskState.DRAFT).order_by(Task.id)
    return db.session.scalars(query.options(undefer(Task.reading))).all()


def carriers(reading: Reading, directory: Directory) -> list[Share]:
    """Every unit the task would be issued to, in the fixed order."""
    shares: dict[int, list[str]] = {}
    for breakdown in breakdowns(task_of(reading).targets):
        for part in breakdown.parts:
            for unit_id in directory.resolve(part.scope).unit_ids:
                shares.setdefault(unit_id, []).append(f"{part.subject}{goal(part)}")
    duties = intake.duties(reading.points[0].units, directory)
    return [
        Share(directory.units[unit_id], duty, shares.get(unit_id, [])) for unit_id, duty in duties.items()
    ]
