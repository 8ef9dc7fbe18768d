"""Reports in a user's sight, the review queue, and what an assignment has reached."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import User
from tracker.accounts.permissions import sees_all
from tracker.accounts.trail import Entry, timeline
from tracker.db import db
from tracker.errors import NotFound
from tracker.reports.models import Evidence, ProgressReport, TargetReading
from tracker.reports.rules import Reached
from tracker.tasks.models import Assignment, Quota, Target, Task
from tracker.tasks.queries import supports
from tracker.workflow import FilingState

SENT = (FilingState.SUBMITTED, FilingState.ACCEPTED)


def visible_to(user: User) -> Select[ProgressReport]:
    """A unit sees its own reports and, where it leads, those of its supports; the office all sent ones."""
    reports = select(ProgressReport).join(ProgressReport.assignment)
    if sees_all(user):
        return reports.where(ProgressReport.state != FilingState.DRAFT)
    return reports.where(
        or_(Assignment.unit_id == user.unit_id, (ProgressReport.state != FilingState.DRAFT) & supports(user))
    )


def get_report(user: User, report_id: int) -> ProgressReport:
    """NotFound when absent or out of sight."""
    found = db.session.scalar(
        visible_to(user)
        .where(ProgressReport.id == report_id)
        .options(
            joinedload(ProgressReport.assignment).joinedload(Assignment.task),
            selectinload(ProgressReport.readings).joinedload(TargetReading.target),
            selectinload(ProgressReport.evidence).joinedload(Evidence.file),
        )
    )
    if found is None:
        raise NotFound("没有这份填报，或不在您的查看范围内")
    return found


def get_evidence(user: User, evidence_id: int) -> Evidence:
    """Evidence of a report in sight; NotFound otherwise."""
    reports = visible_to(user).with_only_columns(ProgressReport.id)
    found = db.session.scalar(
        select(Evidence).where(Evidence.id == evidence_id, Evidence.report_id.in_(reports))
    )
    if found is None:
        raise NotFound("没有这份佐证材料，或不在您的查看范围内")
    return found


def of_assignment(user: User, assignment_id: int) -> Sequence[ProgressReport]:
    """All reports on one assignment in sight, newest first."""
    return db.session.scalars(
        visible_to(user)
        .where(ProgressReport.assignment_id == assignment_id)
        .order_by(ProgressReport.id.desc())
        .options(
            selectinload(ProgressReport.readings).joinedload(TargetReading.target),
            selectinload(ProgressReport.evidence).joinedload(Evidence.file),
        )
    ).all()


def latest(assignment: Assignment, *states: FilingState) -> ProgressReport | None:
    """The newest report in one of ``states``."""
    return db.session.scalar(
        select(ProgressReport)
        .where(ProgressReport.assignment_id == assignment.id, ProgressReport.state.in_(states))
        .order_by(ProgressReport.id.desc())
        .limit(1)
    )


def queue(user: User) -> Select[ProgressReport]:
    """待审核, oldest first."""
    return (
        visible_to(user)
        .where(ProgressReport.state == FilingState.SUBMITTED)
        .join(Assignment.task)
        .options(
            joinedload(ProgressReport.assignment).joinedload(Assignment.task),
            joinedload(ProgressReport.assignment).joinedload(Assignment.unit),
        )
        .order_by(ProgressReport.submitted_at, ProgressReport.id)
    )


def evidence_count(assignment: Assignment) -> int:
    """How many files support what the unit has sent so far."""
    return (
        db.session.scalar(
            select(func.count(Evidence.id))
            .join(ProgressReport)
            .where(ProgressReport.assignment_id == assignment.id, ProgressReport.state.in_(SENT))
        )
        or 0
    )


def wanted_of(assignment: Assignment) -> list[tuple[Target, Quota | None]]:
    """The targets this unit reports on: its quota where the target is broken down, else the whole.

    A unit without a share of a broken-down target is not asked for it.
    """
    targets = db.session.scalars(
        select(Target).join(Task).where(Task.id == assignment.task_id).options(selectinload(Target.quotas))
    )
    pairs = [
        (target, next((q for q in target.quotas if q.unit_id == assignment.unit_id), None))
        for target in targets
    ]
    return [(target, quota) for target, quota in pairs if quota or not target.quotas]


def reached_of(assignment: Assignment, report: ProgressReport | None) -> list[Reached]:
    """What ``report`` reads for each target or quota of this unit."""
    values = {reading.target_id: reading.value for reading in report.readings} if report else {}
    return [
        Reached(
            subject=target.subject,
            comparison=quota.comparison if quota else target.comparison,
            wanted=quota.value if quota else target.value,
            value=values.get(target.id),
        )
        for target, quota in wanted_of(assignment)
    ]


def latest_of_unit(user: User) -> Select[ProgressReport]:
    """A unit's reports, newest first; the others' in sight as a leader likewise."""
    return (
        visible_to(user)
        .options(
            joinedload(ProgressReport.assignment).joinedload(Assignment.task),
            joinedload(ProgressReport.assignment).joinedload(Assignment.unit),
        )
        .order_by(ProgressReport.id.desc())
    )


def story_of(assignment: Assignment, filings: Sequence[Any]) -> list[Entry]:
    """办理过程 of a duty: its own steps and those of the reports and requests in sight, oldest first."""
    return timeline(assignment, *filings)
