"""Facts of a month as they stood at the cut-off, and evaluations in a user's sight."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, defer, joinedload, selectinload

from tracker.accounts.models import Board, Unit, User
from tracker.accounts.permissions import sees_all
from tracker.audit import Event
from tracker.clock import SHANGHAI, local_date
from tracker.db import db
from tracker.errors import NotFound
from tracker.lists.models import Pace, Problem, Rectification, Responsibility
from tracker.reminders.notice import late_notices
from tracker.reminders.slips.queries import issued_between
from tracker.reminders.slips.rules import Colour
from tracker.reports.models import ProgressReport
from tracker.reports.rules import QUALITY_RETURNS
from tracker.scores.models import Evaluation, ScoreModel, ScoreSheet
from tracker.scores.rules import DueReport, Facts, Obligation, Running
from tracker.tasks.models import Assignment, Reporting, Task
from tracker.tasks.rules import ReportDue, planned_progress, reports_due
from tracker.workdays import Workdays
from tracker.workflow import FilingState, RectificationState, State

T = TypeVar("T")
Between = Callable[[date, date], int]  # working days after the first up to and with the second

# Out of numerator and denominator: the clock stands still or the duty is gone.
_OUT = (State.DISPUTED, State.SUSPENDED, State.WITHDRAWN)
_HANDED_IN = (State.CLOSING, State.CLOSED)
_APPLIED = (RectificationState.CLOSING, RectificationState.VERIFIED, RectificationState.CLOSED)


@dataclass(frozen=True)
class Window:
    """The days a month counts: after the previous cut-off, up to and including its own."""

    month: str
    after: date
    cutoff_on: date

    def holds(self, day: date) -> bool:
        return self.after < day <= self.cutoff_on

    @property
    def opens_at(self) -> datetime:
        return datetime.combine(self.after, time.max, SHANGHAI)

    @property
    def closes_at(self) -> datetime:
        return datetime.combine(self.cutoff_on, time.max, SHANGHAI)


def model_for(month: str) -> ScoreModel | None:
    """The version in force in ``month``: the latest whose first month is not later."""
    return db.session.scalar(
        select(ScoreModel)
        .where(ScoreModel.first_month <= month)
        .order_by(ScoreModel.first_month.desc(), ScoreModel.version.desc())
        .limit(1)
    )


def gather(window: Window, workdays: Workdays) -> dict[int, Facts]:
    """Unit id → facts of the window, for every unit that has any."""
    facts: dict[int, dict[str, Any]] = {}

    def note(unit_id: int, name: str, fact: Any) -> None:
        facts.setdefault(unit_id, {}).setdefault(name, []).append(fact)

    between = cache(workdays.between)  # a month has few different pairs of days
    sent_on = _sent_on(window)
    progress = _progress_at(window)
    unnoticed = late_notices(window.cutoff_on + timedelta(days=1))
    for row in _duties(window):
        handed_in = (
            row.submitted_on
            if row.state in _HANDED_IN and row.submitted_on and row.submitted_on <= window.cutoff_on
            else None
        )
        subject = f"assignment:{row.id}"
        if row.deadline <= window.cutoff_on and (window.holds(row.deadline) or handed_in is None):
            duty = _obligation(subject, row, row.duty, row.level, handed_in, window, between)
            if row.is_past_confirmed and row.id not in unnoticed:
                note(row.unit_id, "duties", duty)
            elif not duty.met:
                note(row.unit_id, "unnoticed" if row.is_past_confirmed else "unconfirmed", duty)
        if not row.is_past_confirmed or row.id in unnoticed:
            continue
        if handed_in is None:
            plan = planned_progress(row.starts_on, row.deadline, window.cutoff_on)
            running = Running(subject, row.title, row.duty, row.level, progress.get(row.id, 0), plan)
            note(row.unit_id, "running", running)
        for due in _reports_due(row, handed_in, window):
            days = (*sent_on.get(row.id, ()), *filter(None, (row.submitted_on,)))
            on_time = any(due.after < day <= due.day for day in days)
            note(row.unit_id, "reports", DueReport(subject, row.title, due.day.isoformat(), on_time))
    for row in _rectifications(window):
        applied = local_date(row.applied_at) if row.applied_at and row.state in _APPLIED else None
        handed_in = applied if applied and applied <= window.cutoff_on else None
        if window.holds(row.deadline) or handed_in is None:
            subject = f"rectification:{row.id}"
            item = _obligation(subject, row, "lead", "ordinary", handed_in, window, between)
            note(row.unit_id, "rectifications", item)
    for unit_id, slips in issued_between(window.opens_at, window.closes_at).items():
        found = facts.setdefault(unit_id, {})
        found["yellow_slips"], found["red_slips"] = slips.get(Colour.YELLOW, 0), slips.get(Colour.RED, 0)
    submitted, returned = _filings(window)
    for unit_id, count in submitted.items():
        facts.setdefault(unit_id, {})["submitted"] = count
        facts[unit_id]["returned"] = min(count, returned[unit_id])
    return {unit_id: _facts(found) for unit_id, found in facts.items()}


def _facts(found: dict[str, Any]) -> Facts:
    columns: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in found.items()}
    return Facts(**columns)


def boards() -> Sequence[Board]:
    """Boards in use, in order, with their members."""
    return db.session.scalars(
        select(Board).where(Board.is_active).order_by(Board.position).options(selectinload(Board.members))
    ).all()


def evaluations(month: str) -> Sequence[Evaluation]:
    """The evaluated boards of a month, in order, with sheets and units."""
    return db.session.scalars(
        select(Evaluation)
        .join(Evaluation.board)
        .where(Evaluation.month == month)
        .order_by(Board.position)
        .options(
            defer(Evaluation.facts),  # a month of a city: for who computes it again
            joinedload(Evaluation.board),
            joinedload(Evaluation.model),
            selectinload(Evaluation.sheets).joinedload(ScoreSheet.unit),
        )
    ).all()


def get_evaluation(evaluation_id: int) -> Evaluation:
    """NotFound when absent."""
    found = db.session.get(Evaluation, evaluation_id)
    if found is None:
        raise NotFound("没有这次评价")
    return found


def months() -> Sequence[str]:
    """Evaluated months, latest first."""
    return db.session.scalars(select(Evaluation.month).distinct().order_by(Evaluation.month.desc())).all()


def get_sheet(user: User, sheet_id: int) -> ScoreSheet:
    """A score sheet with its lines; a unit sees its own, the office all."""
    query = (
        select(ScoreSheet)
        .where(ScoreSheet.id == sheet_id)
        .options(
            joinedload(ScoreSheet.unit),
            joinedload(ScoreSheet.evaluation).joinedload(Evaluation.board),
            selectinload(ScoreSheet.lines),
        )
    )
    if not sees_all(user):
        query = query.where(ScoreSheet.unit_id == user.unit_id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("没有这张评价单，或不在您的查看范围内")
    return found


def _duties(window: Window) -> Iterator[Row[*tuple[Any, ...]]]:
    query = (
        select(
            Assignment.id,
            Assignment.unit_id,
            Assignment.state,
            Assignment.duty,
            Assignment.starts_on,
            Assignment.deadline,
            Assignment.submitted_on,
            Assignment.issued_at,
            Task.title,
            Task.level,
            Task.reporting,
            Task.is_past_confirmed,
        )
        .join(Assignment.task)
        .where(
            Assignment.state.not_in(_OUT),
            Assignment.deadline.is_not(None),
            Assignment.starts_on <= window.cutoff_on,
            # handed in by the previous cut-off: an earlier month's business
            or_(
                Assignment.deadline > window.after,
                Assignment.state.not_in(_HANDED_IN),
                Assignment.submitted_on > window.after,
            ),
        )
        .order_by(Assignment.deadline, Assignment.id)
    )
    yield from db.session.execute(query)


def _rectifications(window: Window) -> Iterator[Row[*tuple[Any, ...]]]:
    out = (RectificationState.DISPUTED, RectificationState.WITHDRAWN)
    query = (
        select(
            Rectification.id,
            Rectification.state,
            Rectification.deadline,
            Rectification.applied_at,
            Problem.text.label("title"),
            Responsibility.lead_unit_id.label("unit_id"),
        )
        .join(Rectification.problem)
        .join(Problem.responsibility)
        .where(
            Rectification.state.not_in(out),
            Rectification.pace != Pace.STANDING,
            Rectification.deadline <= window.cutoff_on,
            Problem.registered_at <= window.closes_at,
        )
        .order_by(Rectification.deadline, Rectification.id)
    )
    yield from db.session.execute(query)


def _obligation(
    subject: str,
    row: Row[*tuple[Any, ...]],
    duty: str,
    level: str,
    handed_in: date | None,
    window: Window,
    between: Between,
) -> Obligation:
    met = handed_in is not None and handed_in <= row.deadline
    until = handed_in or window.cutoff_on
    return Obligation(
        subject=subject,
        title=row.title,
        due_on=row.deadline.isoformat(),
        duty=duty,
        level=level,
        met=met,
        handed_in_on=handed_in.isoformat() if handed_in else None,
        late_workdays=0 if met else between(row.deadline, until),
        early_workdays=between(handed_in, row.deadline) if met and handed_in else 0,
    )


def _owners(*conditions: ColumnElement[bool]) -> dict[int, tuple[int, int]]:
    """Report id → (assignment id, unit id)."""
    query = (
        select(ProgressReport.id, ProgressReport.assignment_id, Assignment.unit_id)
        .join(ProgressReport.assignment)
        .where(*conditions)
    )
    return {row[0]: (row[1], row[2]) for row in db.session.execute(query)}


def _trail(
    window: Window, what: InstrumentedAttribute[T], *kinds: str, since: datetime | None = None
) -> Iterable[Row[int, str, T]]:
    """(report id, kind, ``what``) of the reports' events of these kinds up to the cut-off, in order.

    Read apart from the reports: a database without statistics plans a join of the two badly.
    """
    query = select(Event.subject_id, Event.kind, what).where(
        Event.subject_type == ProgressReport.__tablename__,
        Event.kind.in_(kinds),
        Event.at <= window.closes_at,
    )
    if since is not None:
        query = query.where(Event.at > since)
    return db.session.execute(query.order_by(Event.id))


def _sent(
    window: Window, owners: dict[int, tuple[int, int]], since: datetime | None = None
) -> Collection[tuple[int, int, datetime]]:
    """(assignment id, unit id, when first sent) of each report that was not recalled by the cut-off.

    From the trail: a report sent back and mended keeps its first day there.
    """
    sent: dict[int, tuple[int, int, datetime]] = {}
    for report_id, kind, at in _trail(window, Event.at, "report.submit", "report.recall", since=since):
        if kind == "report.recall":
            sent.pop(report_id, None)
        elif report_id in owners:
            sent.setdefault(report_id, (*owners[report_id], at))
    return sent.values()


def _reports_due(row: Row[*tuple[Any, ...]], handed_in: date | None, window: Window) -> Iterator[ReportDue]:
    """What the duty was asked to report in the window; who has handed in is asked for no further report."""
    starts_on = max(row.starts_on, local_date(row.issued_at))
    for due in reports_due(row.reporting, starts_on, row.deadline):
        if due.day > window.cutoff_on:
            return
        if window.holds(due.day) and not (handed_in and handed_in <= due.after):
            yield due


def _sent_on(window: Window) -> dict[int, list[date]]:
    """Assignment id → the Beijing days its reports were first sent, where one may be due in the window."""
    ends = and_(Assignment.deadline > window.after, Assignment.deadline <= window.cutoff_on)
    regular = select(Task.id).where(Task.reporting != Reporting.AT_NODES)
    sent_on: dict[int, list[date]] = {}
    for assignment_id, _, at in _sent(window, _owners(or_(ends, Assignment.task_id.in_(regular)))):
        sent_on.setdefault(assignment_id, []).append(local_date(at))
    return sent_on


def _progress_at(window: Window) -> dict[int, int]:
    """Assignment id → progress of the latest accepted report that was sent by the cut-off."""
    latest = (
        select(func.max(ProgressReport.id))
        .where(
            ProgressReport.state == FilingState.ACCEPTED,
            ProgressReport.submitted_at <= window.closes_at,
        )
        .group_by(ProgressReport.assignment_id)
    )
    query = select(ProgressReport.assignment_id, ProgressReport.progress).where(ProgressReport.id.in_(latest))
    return {row[0]: row[1] for row in db.session.execute(query)}


def _filings(window: Window) -> tuple[Counter[int], Counter[int]]:
    """Unit id → reports sent in the window, and of those sent back for want of quality in the window."""
    since = window.opens_at  # who was sent or sent back since then, bears it in one of its two moments
    owners = _owners(or_(ProgressReport.submitted_at > since, ProgressReport.reviewed_at > since))
    faulty = {
        report_id
        for report_id, _, details in _trail(window, Event.details, "report.send_back", since=since)
        if details.get("return_reason") in QUALITY_RETURNS
    }
    sent = _sent(window, owners, since=since)
    return Counter(unit for _, unit, _ in sent), Counter(owners[one][1] for one in faulty)


def unit_order() -> dict[int, int]:
    """Unit id → its place in the fixed order."""
    return {row[0]: row[1] for row in db.session.execute(select(Unit.id, Unit.position))}


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """An evaluated board as the command line prints it; points as text, so that they stay exact."""
    return {
        "board": evaluation.board.name,
        "cutoff_on": evaluation.cutoff_on.isoformat(),
        "model": evaluation.model.version,
        "facts_hash": evaluation.facts_hash,
        "state": evaluation.state.value,
        "note": evaluation.note,
        "sheets": [
            {
                "unit": sheet.unit.name,
                "score": None if sheet.score is None else str(sheet.score),
                "rank": sheet.rank,
                "base": None if sheet.base is None else str(sheet.base),
                "penalty": str(sheet.penalty),
                "bonus": str(sheet.bonus),
                "note": sheet.note,
                "is_behind": sheet.is_behind,
                "lines": [
                    {
                        "code": line.code,
                        "numerator": str(line.numerator),
                        "denominator": str(line.denominator),
                        "points": str(line.points),
                    }
                    for line in sheet.lines
                ],
            }
            for sheet in evaluation.sheets
        ],
    }
