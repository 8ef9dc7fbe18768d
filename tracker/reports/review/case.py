"""Everything one decision needs: the case of a duty that waits, or was closed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import User
from tracker.audit import Event
from tracker.clock import local_date
from tracker.db import db
from tracker.documents.comparison import goal
from tracker.reports import queries as reports
from tracker.reports.models import Evidence, ProgressReport, Rating
from tracker.reports.queries import Elsewhere
from tracker.reports.review.rules import Kind, Piece, differences, kind_of, workdays_late
from tracker.reports.rules import Reached, ReturnReason, is_judged, is_met
from tracker.tasks.models import Assignment
from tracker.tasks.queries import Context, context_of
from tracker.tasks.requests.queries import grants_of
from tracker.tasks.rules import planned_progress
from tracker.workdays import Workdays
from tracker.workflow import ASSIGNMENT, REPORT, FilingState, Machine, State

MOST_PROOFS = 60  # earlier evidence shown with a closure; the rest is on the page of the duty


class Measured(NamedTuple):
    """A target of the unit: what is asked, what was reported before and now. ``is_met`` None: for people."""

    subject: str
    words: str  # 不少于15家, the whole target
    share: Decimal | None  # this unit's part of it
    measure: str
    before: Decimal | None
    now: Decimal | None
    is_met: bool | None


class Proof(NamedTuple):
    """A file of evidence, and where else the very same file was handed in."""

    evidence: Evidence
    elsewhere: Sequence[Elsewhere]

    @property
    def is_picture(self) -> bool:
        return self.evidence.file.media_type.startswith("image/")


@dataclass(frozen=True)
class Case:
    """Everything one decision needs. ``claimed`` is the report that is judged, or the last one accepted."""

    duty: Assignment
    kind: Kind
    since: datetime
    context: Context | None
    report: ProgressReport | None  # the one that waits
    claimed: ProgressReport | None
    previous: ProgressReport | None
    pieces: list[Piece]
    targets: list[Measured]
    proofs: list[Proof]
    earlier_proofs: list[Proof]
    events: list[Event]  # requests for closure and returns, latest first
    people: Mapping[int, str]
    ratings: Sequence[Rating]
    extensions: int
    planned: int  # percent by the day it was handed in
    late: int | None  # working days

    @property
    def key(self) -> tuple[datetime, int]:
        """Its place in the queue."""
        return self.since, self.duty.id

    @property
    def stamp(self) -> str:
        """What a person has before them: another stamp means that it has changed since."""
        report = f"{self.report.id}.{self.report.version}" if self.report else ""
        return f"{self.duty.version}-{report}"

    @property
    def before(self) -> int:
        """The progress this is held against."""
        return self.previous.progress if self.previous else 0 if self.report is None else self.duty.progress

    @property
    def grounds(self) -> str:
        """What the unit wrote when it asked for closure."""
        asked = (event for event in self.events if event.kind == "assignment.request_closure")
        return next((event.reason for event in asked), "") if self.kind is Kind.CLOSURE else ""

    @property
    def returned(self) -> Event | None:
        """Why it was sent back before."""
        return next((event for event in self.events if event.kind.endswith(".send_back")), None)

    @property
    def fault(self) -> str:
        """The reason from the list of the last return."""
        said = self.returned.details.get("return_reason") if self.returned else None
        return ReturnReason(said).label if said else ""

    def may_decide(self, user: User) -> bool:
        """Whether this person may: nobody judges what he or she applied for."""
        things: list[tuple[Machine, Any, str]] = [(REPORT, self.report, "accept")] if self.report else []
        things += [(ASSIGNMENT, self.duty, "close")] if self.kind is Kind.CLOSURE else []
        return all(
            any(step.action == action for step in machine.available(thing, user))
            for machine, thing, action in things
        )


def case_of(duty: Assignment, workdays: Workdays) -> Case | None:
    """The case of a duty in sight; None when nothing of it waits."""
    claims = db.session.scalars(_CLAIMS, {"duty_id": duty.id, "states": reports.SENT}).all()
    claimed = claims[0] if claims else None
    report = claimed if claimed and claimed.state is FilingState.SUBMITTED else None
    if report is None and duty.state is not State.CLOSING:
        return None
    kind = kind_of(duty.state is State.CLOSING, report is not None and report.no_change)
    return _case(duty, kind, report, claims, workdays)


def closed_case_of(duty: Assignment, workdays: Workdays) -> Case:
    """The same view of a duty that was closed, for whoever looks at the closure again."""
    claims = db.session.scalars(_CLAIMS, {"duty_id": duty.id, "states": [FilingState.ACCEPTED]}).all()
    return _case(duty, Kind.CLOSURE, None, claims, workdays)


def last_touched(duty: Assignment) -> Assignment | ProgressReport:
    """The duty or the one of its reports that something was done to last."""
    of_duty = and_(Event.subject_type == Assignment.__tablename__, Event.subject_id == duty.id)
    ids = select(ProgressReport.id).where(ProgressReport.assignment_id == duty.id)
    of_reports = and_(Event.subject_type == ProgressReport.__tablename__, Event.subject_id.in_(ids))
    latest = select(Event).where(or_(of_duty, of_reports)).order_by(Event.id.desc()).limit(1)
    event = db.session.scalar(latest)
    if event is None or event.subject_type == Assignment.__tablename__:
        return duty
    return db.session.get_one(ProgressReport, event.subject_id)


def _case(
    duty: Assignment,
    kind: Kind,
    report: ProgressReport | None,
    claims: Sequence[ProgressReport],
    workdays: Workdays,
) -> Case:
    claimed, previous = [*claims, None, None][:2]
    since = (report and report.submitted_at) or duty.submitted_at
    if since is None:
        raise LookupError(f"assignment {duty.id} waits for nothing")
    handed_in_on = duty.submitted_on if kind is Kind.CLOSURE and duty.submitted_on else local_date(since)
    events = _events(duty, report)
    said_by = {event.actor_id for event in events} | {duty.applied_by_id, duty.closed_by_id}
    said_by |= {claim.submitted_by_id for claim in claims}
    return Case(
        duty=duty,
        kind=kind,
        since=since,
        context=context_of(duty.task, around=60),
        report=report,
        claimed=claimed,
        previous=previous,
        pieces=differences(previous.text, claimed.text) if previous and claimed else [],
        targets=_measured(duty, claimed, previous),
        proofs=_proofs(claimed),
        earlier_proofs=_earlier_proofs(duty, claimed),
        events=events,
        people=_names(said_by),
        ratings=_ratings(duty) if kind is Kind.CLOSURE else [],
        extensions=grants_of([duty.id]).get(duty.id, 0),
        planned=planned_progress(duty.starts_on, duty.deadline, handed_in_on),
        late=workdays_late(handed_in_on, duty.deadline, workdays),
    )


def _measured(
    duty: Assignment, claimed: ProgressReport | None, previous: ProgressReport | None
) -> list[Measured]:
    def values(report: ProgressReport | None) -> dict[int, Decimal]:
        return {reading.target_id: reading.value for reading in report.readings} if report else {}

    now, before = values(claimed), values(previous)
    rows = []
    for target, quota in reports.wanted_of(duty):
        value, wanted = now.get(target.id), quota.value if quota else target.value
        reached = Reached(target.subject, quota.comparison if quota else target.comparison, wanted, value)
        rows.append(
            Measured(
                subject=target.subject,
                words=goal(target),
                share=quota.value if quota else None,
                measure=target.measure,
                before=before.get(target.id),
                now=value,
                is_met=is_met(reached) if is_judged(reached) else None,
            )
        )
    return rows


def _proofs(claimed: ProgressReport | None) -> list[Proof]:
    """Evidence of the report that is judged."""
    if claimed is None:
        return []
    doubles = reports.duplicates_of([claimed])
    return [Proof(evidence, doubles.get(evidence.id, [])) for evidence in claimed.evidence]


def _earlier_proofs(duty: Assignment, claimed: ProgressReport | None) -> list[Proof]:
    """Evidence of the duty's other sent reports, latest first."""
    asked = {"duty_id": duty.id, "claimed_id": claimed.id if claimed else 0}
    return [Proof(evidence, []) for evidence in db.session.scalars(_EARLIER_PROOFS, asked)]


_CLAIMS = (
    select(ProgressReport)
    .where(
        ProgressReport.assignment_id == bindparam("duty_id"),
        ProgressReport.state.in_(bindparam("states", expanding=True)),
    )
    .options(
        selectinload(ProgressReport.readings),
        selectinload(ProgressReport.evidence).joinedload(Evidence.file, innerjoin=True),
    )
    .order_by((ProgressReport.state == FilingState.SUBMITTED).desc(), ProgressReport.id.desc())
    .limit(2)
)
_EARLIER_PROOFS = (
    select(Evidence)
    .join(ProgressReport, Evidence.report_id == ProgressReport.id)
    .where(
        ProgressReport.assignment_id == bindparam("duty_id"),
        ProgressReport.state.in_(reports.SENT),
        ProgressReport.id != bindparam("claimed_id"),
    )
    .options(joinedload(Evidence.file, innerjoin=True))
    .order_by(Evidence.report_id.desc(), Evidence.id)
    .limit(MOST_PROOFS)
)
_EVENTS = (
    select(Event)
    .where(
        or_(
            and_(
                Event.subject_type == Assignment.__tablename__,
                Event.subject_id == bindparam("duty_id"),
                Event.kind.in_(("assignment.request_closure", "assignment.send_back")),
            ),
            and_(
                Event.subject_type == ProgressReport.__tablename__,
                Event.subject_id == bindparam("report_id"),
                Event.kind == "report.send_back",
            ),
        )
    )
    .order_by(Event.id.desc())
    .limit(10)
)
_NAMES = select(User.id, User.name).where(User.id.in_(bindparam("ids", expanding=True)))
_RATINGS = (
    select(Rating)
    .where(Rating.lead_id == bindparam("duty_id"))
    .options(joinedload(Rating.assignment).joinedload(Assignment.unit))
    .order_by(Rating.id)
)


def _events(duty: Assignment, report: ProgressReport | None) -> list[Event]:
    return list(db.session.scalars(_EVENTS, {"duty_id": duty.id, "report_id": report.id if report else 0}))


def _names(ids: Iterable[int | None]) -> dict[int, str]:
    wanted = [person for person in ids if person is not None]
    return {row[0]: row[1] for row in db.session.execute(_NAMES, {"ids": wanted})}


def _ratings(duty: Assignment) -> Sequence[Rating]:
    return db.session.scalars(_RATINGS, {"duty_id": duty.id}).all()
