"""What waits for a supervisor's decision, oldest first, and everything one decision needs."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.datastructures import MultiDict

from tracker.accounts.models import Unit, User
from tracker.audit import Event
from tracker.clock import local_date
from tracker.db import db
from tracker.documents.comparison import goal
from tracker.reports import queries as reports
from tracker.reports.models import Evidence, ProgressReport, Rating
from tracker.reports.queries import Elsewhere
from tracker.reports.review.rules import Kind, Piece, differences, workdays_late
from tracker.reports.rules import Reached, ReturnReason, is_judged, is_met
from tracker.tasks.models import Assignment, Level, Task
from tracker.tasks.queries import Context, context_of
from tracker.tasks.requests.queries import grants_of
from tracker.tasks.rules import planned_progress
from tracker.web.pages import Listing, View, whole
from tracker.workdays import Workdays
from tracker.workflow import ASSIGNMENT, REPORT, FilingState, Machine, State

QUEUE = Listing(
    sorts={"since": (ProgressReport.submitted_at,)},
    usual="since",
    filters={"unit": whole, "kind": Kind, "level": Level},
)
MOST_PROOFS = 60  # earlier evidence shown with a closure; the rest is on the page of the duty
BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
AT_ONCE = 100  # unchanged reports offered for one decision


class Waiting(NamedTuple):
    """One line of the queue: a duty, and what its unit asks."""

    duty_id: int
    since: datetime
    kind: Kind
    title: str
    unit_name: str
    level: Level


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


def waiting(
    view: View, limit: int, *, after: tuple[datetime, int] | None = None, backwards: bool = False
) -> list[Waiting]:
    """The first ``limit`` cases a view of ``QUEUE`` asks for, oldest first; ``after`` the one at that place.

    ``backwards`` gives those before it, the nearest first.
    """
    values = _values(view) | {"limit": limit}
    if after:
        values |= {"moment": after[0], "duty_id": after[1]}
    rows: list[Waiting] = []
    for query in _lines(view.get("kind"), _asked(view), after is not None, backwards):
        for duty_id, moment, state, no_change, *rest in db.session.execute(query, values):
            rows.append(Waiting(duty_id, moment, _kind(state, no_change), *rest))
    rows.sort(key=lambda row: (row.since, row.duty_id), reverse=backwards)
    return rows[:limit]


def counts(view: View) -> Counter[Kind]:
    """How many cases of each kind a view of ``QUEUE`` asks for, by its unit and level; whatever its kind."""
    by_kind, all_closing = _counts(_asked(view))
    found: Counter[Kind] = Counter()
    for closing, no_change, number in db.session.execute(by_kind, _values(view)):
        found[Kind.CLOSURE if closing else Kind.NO_CHANGE if no_change else Kind.REPORT] += number
    found[Kind.CLOSURE] = db.session.scalar(all_closing, _values(view)) or 0  # also without a report
    return found


def count(view: View) -> int:
    """How many cases a view of ``QUEUE`` asks for."""
    found = counts(view)
    return found[view.get("kind")] if view.get("kind") else found.total()


def waiting_in_all() -> Counter[Kind]:
    """How many cases of each kind wait, whoever asks."""
    return counts(QUEUE.view(MultiDict()))


def case_of(duty: Assignment, workdays: Workdays) -> Case | None:
    """The case of a duty in sight; None when nothing of it waits."""
    claims = db.session.scalars(_CLAIMS, {"duty_id": duty.id, "states": reports.SENT}).all()
    claimed = claims[0] if claims else None
    report = claimed if claimed and claimed.state is FilingState.SUBMITTED else None
    if report is None and duty.state is not State.CLOSING:
        return None
    kind = _kind(duty.state, report is not None and report.no_change)
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


def unchanged(limit: int = AT_ONCE) -> Sequence[ProgressReport]:
    """无变化 that wait, oldest first; those that come with a closure are decided with it."""
    return db.session.scalars(
        _unchanged()
        .order_by(ProgressReport.submitted_at, ProgressReport.id)
        .limit(limit)
        .options(
            joinedload(ProgressReport.assignment).options(
                joinedload(Assignment.task), joinedload(Assignment.unit)
            )
        )
    ).all()


def unchanged_count() -> int:
    return waiting_in_all()[Kind.NO_CHANGE]


def reports_by_id(ids: Iterable[int]) -> Sequence[ProgressReport]:
    """Reports with their duties, oldest filing first; nobody else changes them until this is committed."""
    return db.session.scalars(
        select(ProgressReport)
        .where(ProgressReport.id.in_(list(ids)))
        .order_by(ProgressReport.submitted_at, ProgressReport.id)
        .with_for_update(of=ProgressReport)
        .options(
            joinedload(ProgressReport.assignment).options(
                joinedload(Assignment.task), joinedload(Assignment.unit)
            )
        )
    ).all()


_OF_KIND: dict[Kind, ColumnElement[bool]] = {
    Kind.CLOSURE: Assignment.state == State.CLOSING,
    Kind.NO_CHANGE: and_(Assignment.state != State.CLOSING, ProgressReport.no_change),
    Kind.REPORT: and_(Assignment.state != State.CLOSING, ~ProgressReport.no_change),
}
# Statements are made once, for each shape a view can have; what was chosen goes in as parameters.
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
_SENT = (
    select(ProgressReport)
    .select_from(ProgressReport)
    # "+ 0" and the day keep SQLite from going through all duties or reports for the few that wait
    .join(Assignment, Assignment.id == ProgressReport.assignment_id + 0)
    .where(ProgressReport.state == FilingState.SUBMITTED, ProgressReport.submitted_at > BEFORE_ALL)
)


def _asked(view: View) -> frozenset[str]:
    """The filters that change a statement beside the kind."""
    return frozenset(name for name in ("unit", "level") if view.get(name))


def _values(view: View) -> dict[str, Any]:
    return {name: view.get(name) for name in _asked(view)}


@lru_cache(maxsize=64)
def _lines(
    kind: Kind | None, filters: frozenset[str], is_beyond: bool, backwards: bool
) -> list[Select[*tuple[Any, ...]]]:
    """One statement for each of ``_arms``: the first ``limit`` lines, or those beyond a place."""
    queries = []
    for arm, since in _arms(kind, filters):
        said = ProgressReport.no_change if since is ProgressReport.submitted_at else false()
        columns = (Assignment.id, since, Assignment.state, said, Task.title, Unit.short_name, Task.level)
        query = arm.with_only_columns(*columns).join(Assignment.task).join(Assignment.unit)
        if is_beyond:
            query = query.where(_beyond(since, backwards))
        order = (since.desc(), Assignment.id.desc()) if backwards else (since, Assignment.id)
        queries.append(query.order_by(*order).limit(bindparam("limit")))
    return queries


@lru_cache(maxsize=8)
def _counts(filters: frozenset[str]) -> tuple[Select[bool, bool, int], Select[int]]:
    """(closing, 无变化, how many) of the reports that wait, and how many closures wait in all."""
    is_closing = Assignment.state == State.CLOSING
    by_kind = _filtered(_SENT, filters).with_only_columns(
        is_closing, ProgressReport.no_change, func.count(), maintain_column_froms=True
    )
    all_closing = select(func.count()).select_from(Assignment).where(is_closing)
    return by_kind.group_by(is_closing, ProgressReport.no_change), _filtered(all_closing, filters)


def _arms(kind: Kind | None, filters: frozenset[str]) -> list[tuple[Select[Any], Any]]:
    """The two kinds of things that wait, each with the column of its moment: reports, and closures alone.

    A closure whose report still waits is one case, in its place among the reports.
    """
    sent = _filtered(_SENT, filters)
    arms: list[tuple[Select[Any], Any]] = [
        (sent.where(_OF_KIND[kind]) if kind else sent, ProgressReport.submitted_at)
    ]
    if kind in (None, Kind.CLOSURE):
        report_waits = (
            select(ProgressReport.id)
            .where(
                ProgressReport.assignment_id == Assignment.id,
                ProgressReport.state == FilingState.SUBMITTED,
            )
            .correlate(Assignment)
            .exists()
        )
        alone = select(Assignment).where(Assignment.state == State.CLOSING, ~report_waits)
        arms.append((_filtered(alone, filters), Assignment.submitted_at))
    return arms


def _filtered(query: Select[Any], filters: frozenset[str]) -> Select[Any]:
    """``query`` for the unit and level of a view."""
    if "unit" in filters:
        query = query.where(Assignment.unit_id == bindparam("unit"))
    if "level" in filters:
        of_level = select(Task.id).where(Task.level == bindparam("level"))
        query = query.where(Assignment.task_id.in_(of_level))
    return query


def _beyond(since: Any, backwards: bool) -> ColumnElement[bool]:
    moment, duty_id = bindparam("moment", type_=since.type), bindparam("duty_id", type_=Integer)
    if backwards:
        return and_(since <= moment, or_(since < moment, Assignment.id < duty_id))
    return and_(since >= moment, or_(since > moment, Assignment.id > duty_id))


def _kind(state: State, no_change: bool) -> Kind:
    if state is State.CLOSING:
        return Kind.CLOSURE
    return Kind.NO_CHANGE if no_change else Kind.REPORT


def _unchanged() -> Select[ProgressReport]:
    return _SENT.where(_OF_KIND[Kind.NO_CHANGE])


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
