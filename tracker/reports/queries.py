"""Reports in a user's sight, the review queue, what an assignment has reached, and who supports it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from tracker.accounts.models import Unit, User
from tracker.accounts.permissions import sees_all
from tracker.accounts.trail import Entry, timeline
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import NotFound
from tracker.reports.models import Evidence, ProgressReport, Rating, TargetReading
from tracker.reports.rules import Reached
from tracker.rosters.queries import own_tally
from tracker.rosters.rules import Tally
from tracker.tasks.models import Assignment, Duty, Quota, Target, Task
from tracker.tasks.queries import supports
from tracker.workflow import FilingState, State

SENT = (FilingState.SUBMITTED, FilingState.ACCEPTED)
OPEN = (FilingState.DRAFT, FilingState.RETURNED)  # what the unit may still write in
TO_THE_LEAD = ("assignment.comment", "assignment.rate")  # steps on a support that its lead unit reads too


def visible_to(user: User) -> Select[ProgressReport]:
    """A unit sees its own reports and, where it leads, those of its supports; the office all sent ones."""
    reports = select(ProgressReport).join(ProgressReport.assignment)
    if sees_all(user):
        return reports.where(ProgressReport.state != FilingState.DRAFT)
    return reports.where(
        or_(
            Assignment.unit_id == user.unit_id,
            (ProgressReport.state != FilingState.DRAFT) & supports(user.unit_id),
        )
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


def of_assignment(user: User | None, assignment: Assignment) -> Sequence[ProgressReport]:
    """All reports in sight on a duty in sight, newest first: drafts are its own unit's (and the system's)."""
    is_own = user is None or (assignment.unit_id == user.unit_id and not sees_all(user))
    states = [state for state in FilingState if is_own or state is not FilingState.DRAFT]
    return db.session.scalars(_OF_ASSIGNMENT, {"id": assignment.id, "states": states}).all()


_OF_ASSIGNMENT = (
    select(ProgressReport)
    .where(
        ProgressReport.assignment_id == bindparam("id"),
        ProgressReport.state.in_(bindparam("states", expanding=True)),
    )
    .order_by(ProgressReport.id.desc())
    .options(
        selectinload(ProgressReport.readings).joinedload(TargetReading.target, innerjoin=True),
        selectinload(ProgressReport.evidence),
    )
)


def latest(assignment: Assignment, *states: FilingState) -> ProgressReport | None:
    """The newest report in one of ``states``."""
    return db.session.scalar(_LATEST, {"id": assignment.id, "states": states})


_LATEST = (
    select(ProgressReport)
    .where(
        ProgressReport.assignment_id == bindparam("id"),
        ProgressReport.state.in_(bindparam("states", expanding=True)),
    )
    .order_by(ProgressReport.id.desc())
    .limit(1)
)


def newest(assignment: Assignment) -> ProgressReport | None:
    """The newest report in whatever state."""
    return latest(assignment, *FilingState)


def open_draft(newest: ProgressReport | None) -> ProgressReport | None:
    """The newest report, where the unit still writes in it; None when the next one is a new report."""
    return newest if newest is not None and newest.state in OPEN else None


def mark(report: ProgressReport | None) -> str:
    """What a form shows of the newest report on a duty, short enough to be sent back: id and version."""
    return f"{report.id}.{report.version}" if report else "0"


def lock(assignment: Assignment) -> None:
    """Let others who file on this duty wait until the transaction ends; SQLite has one writer as it is."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(_LOCK, {"id": assignment.id})


_LOCK = select(Assignment.id).where(Assignment.id == bindparam("id")).with_for_update()


class Elsewhere(NamedTuple):
    """Another report the same stored file is evidence of."""

    assignment_id: int
    unit: str
    title: str
    on: date  # the day it was sent


def duplicates_of(reports: Iterable[ProgressReport]) -> Mapping[int, list[Elsewhere]]:
    """Evidence id → where else the same file was sent as evidence, oldest first; one query for a page."""
    ours = {evidence.id: evidence.file_id for report in reports for evidence in report.evidence}
    if not ours:
        return {}
    rows = db.session.execute(
        select(
            Evidence.id,
            Evidence.file_id,
            Evidence.report_id,
            Assignment.id.label("assignment_id"),
            Unit.name,
            Task.title,
            ProgressReport.submitted_at,
        )
        .join(ProgressReport, Evidence.report_id == ProgressReport.id)
        .join(ProgressReport.assignment)
        .join(Assignment.unit)
        .join(Assignment.task)
        .where(Evidence.file_id.in_(set(ours.values())), ProgressReport.state != FilingState.DRAFT)
        .order_by(ProgressReport.submitted_at, Evidence.id)
    ).all()
    of_file: dict[int, list[tuple[int, Elsewhere]]] = {}
    for row in rows:
        place = Elsewhere(row.assignment_id, row.name, row.title, local_date(row.submitted_at))
        of_file.setdefault(row.file_id, []).append((row.id, place))
    found = {
        evidence_id: [place for other, place in of_file.get(file_id, []) if other != evidence_id]
        for evidence_id, file_id in ours.items()
    }
    return {evidence_id: places for evidence_id, places in found.items() if places}


class Support(NamedTuple):
    """A support's duty as its lead unit sees it."""

    duty: Assignment
    report: ProgressReport | None  # the latest it has sent
    rating: Rating | None


def supports_of(lead: Assignment) -> list[Support]:
    """The 配合 duties on the task (and period) a duty leads, in the order of units; none for another duty."""
    if lead.duty is not Duty.LEAD:
        return []
    rows = db.session.execute(_SUPPORTS, {"task_id": lead.task_id, "period": lead.period})
    return [Support(*row) for row in rows]


_Sent = aliased(ProgressReport)
_SUPPORTS = (
    select(Assignment, ProgressReport, Rating)
    .join(Assignment.unit)
    .outerjoin(
        ProgressReport,
        ProgressReport.id
        == select(func.max(_Sent.id))
        .where(_Sent.assignment_id == Assignment.id, _Sent.state != FilingState.DRAFT)
        .scalar_subquery(),
    )
    .outerjoin(Rating, Rating.assignment_id == Assignment.id)
    .where(
        Assignment.task_id == bindparam("task_id"),
        Assignment.period == bindparam("period"),
        Assignment.duty == Duty.SUPPORT,
        Assignment.state != State.WITHDRAWN,
    )
    .options(contains_eager(Assignment.unit), selectinload(ProgressReport.evidence))
    .order_by(Unit.position, Unit.id)
)


@dataclass(frozen=True)
class Standing:
    """What the page, form and closure of a duty rest on, read once; the newest report is the first."""

    reports: Sequence[ProgressReport]
    wanted: Sequence[tuple[Target, Quota | None]]
    supports: Sequence[Support]
    objects: Tally | None = None  # the unit's own on the rosters of the task

    @property
    def newest(self) -> ProgressReport | None:
        return next(iter(self.reports), None)

    @property
    def sent(self) -> ProgressReport | None:
        return next((report for report in self.reports if report.state in SENT), None)

    @property
    def evidence(self) -> int:
        """How many files support what the unit has sent so far."""
        return sum(len(report.evidence) for report in self.reports if report.state in SENT)

    @property
    def last_values(self) -> dict[int, Decimal]:
        """Target id → what this unit last sent as reached."""
        return {reading.target_id: reading.value for reading in self.sent.readings} if self.sent else {}


def standing_of(user: User | None, assignment: Assignment) -> Standing:
    """How a duty in sight stands for ``user``; None is the system."""
    return Standing(
        of_assignment(user, assignment), wanted_of(assignment), supports_of(assignment), own_tally(assignment)
    )


def rating_of(support: Assignment) -> Rating | None:
    """What the lead unit thought of this support."""
    return db.session.scalar(
        select(Rating)
        .where(Rating.assignment_id == support.id)
        .options(joinedload(Rating.lead).joinedload(Assignment.unit))
    )


def wanted_of(assignment: Assignment) -> list[tuple[Target, Quota | None]]:
    """The targets this unit reports on: its quota where the target is broken down, else the whole.

    A unit without a share of a broken-down target is not asked for it.
    """
    targets = db.session.scalars(_TARGETS, {"task_id": assignment.task_id})
    pairs = [
        (target, next((q for q in target.quotas if q.unit_id == assignment.unit_id), None))
        for target in targets
    ]
    return [(target, quota) for target, quota in pairs if quota or not target.quotas]


_TARGETS = (
    select(Target)
    .where(Target.task_id == bindparam("task_id"))
    .order_by(Target.id)
    .options(selectinload(Target.quotas))
)


def reached_of(wanted: Iterable[tuple[Target, Quota | None]], report: ProgressReport | None) -> list[Reached]:
    """What ``report`` reads for each target or quota of its unit."""
    values = {reading.target_id: reading.value for reading in report.readings} if report else {}
    return [
        Reached(
            subject=target.subject,
            comparison=quota.comparison if quota else target.comparison,
            wanted=quota.value if quota else target.value,
            value=values.get(target.id),
        )
        for target, quota in wanted
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


def story_of(
    assignment: Assignment, filings: Sequence[Any], supporting: Sequence[Support] = ()
) -> list[Entry]:
    """办理过程 of a duty, oldest first: how its task was issued and changed, its own steps, those of the
    reports and requests in sight, and what its unit and the office said about its supports.
    """
    aside = [support.duty for support in supporting]
    return timeline(assignment.task, assignment, *filings, aside=aside, kinds=TO_THE_LEAD)
