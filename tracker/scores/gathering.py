"""What a month counts, read from the records and the trail as they stand at its cut-off. Plain rows only."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Row, Select, String, and_, func, or_, select, type_coerce

from tracker.audit import Event
from tracker.clock import SHANGHAI, local_date
from tracker.db import db
from tracker.lists.models import Pace, Problem, Rectification, Responsibility
from tracker.lists.queries import reopened_between
from tracker.reminders.notice import late_notices
from tracker.reminders.slips.models import Slip
from tracker.reminders.slips.rules import Colour, number_text
from tracker.reports.models import ProgressReport
from tracker.reports.rules import QUALITY_RETURNS
from tracker.scores.facts import DueReport, Exemption, Facts, Note, Obligation, Running
from tracker.tasks.models import Assignment, Reporting, Task
from tracker.tasks.rules import planned_progress, reports_due
from tracker.workdays import Workdays
from tracker.workflow import FilingState, RectificationState, SlipState, State

Between = Callable[[date, date], int]  # working days after the first up to and with the second

# The tables themselves: of a hundred thousand rows none becomes an object.
_DUTY, _TASK, _REPORT, _EVENT = (model.__table__.c for model in (Assignment, Task, ProgressReport, Event))
_ASIDE = {State.DISPUTED.value: Exemption.DISPUTED, State.SUSPENDED.value: Exemption.SUSPENDED}
_HANDED_IN = (State.CLOSING.value, State.CLOSED.value)
_IS_OF_REPORT = _EVENT.subject_type == ProgressReport.__tablename__
PART = 2000  # rows fetched at once
FALSEHOOD = "assignment.prove_false"  # as the trail calls it
_AT_NODES = Reporting.AT_NODES.value
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
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


def gather(window: Window, workdays: Workdays, unit_id: int | None = None) -> dict[int, Facts]:
    """Unit id → facts of the window, for every unit that has any; or for the one that is named."""
    whose = (_DUTY.unit_id == unit_id,) if unit_id else ()
    found: defaultdict[int, defaultdict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    _gather_duties(found, window, workdays, whose)
    _gather_rectifications(found, window, workdays, unit_id)
    _gather_slips(found, window, unit_id)
    _gather_falsehoods(found, window, whose)
    submitted = _gather_filings(found, window, whose)
    return {
        one: Facts(submitted=submitted[one], **{name: tuple(rows) for name, rows in found[one].items()})
        for one in found.keys() | submitted.keys()
    }


def _gather_duties(
    found: Any, window: Window, workdays: Workdays, whose: tuple[ColumnElement[bool], ...]
) -> None:
    between = cache(workdays.between)  # a month has few different pairs of days
    planned = cache(planned_progress)
    unnoticed = late_notices(window.cutoff_on + timedelta(days=1))
    sent_on, progress = _sent_on(window, whose), _progress_at(window, whose)
    for row in _rows(_duties(window, whose)):
        id_, unit_id, state, duty, starts_on, day, sent, is_confirmed, title, level, reporting, _ = row
        subject, ours = f"assignment:{id_}", found[unit_id]
        handed_in = sent if sent and sent <= window.cutoff_on and state in _HANDED_IN else None
        aside = _ASIDE.get(state)
        if day <= window.cutoff_on and (day > window.after or handed_in is None):
            due = _obligation(subject, title, day, duty, level, handed_in, window, between)
            if aside:
                ours["set_aside"].append(due._replace(exempt=aside.value))
            elif is_confirmed and id_ not in unnoticed:
                ours["duties"].append(due)
            elif not due.met:
                why = Exemption.UNNOTICED if is_confirmed else Exemption.UNCONFIRMED
                ours[why.value].append(due._replace(exempt=why.value))
        if aside or not is_confirmed or id_ in unnoticed:
            continue
        if handed_in is None:
            plan = planned(starts_on, day, window.cutoff_on)
            ours["running"].append(Running(subject, title, duty, level, progress.get(id_, 0), plan))
        if reporting != _AT_NODES or window.holds(day):
            ours["reports"] += _reports(subject, row, handed_in, window, sent_on.get(id_, ()))


def _reports(
    subject: str,
    row: Row[*tuple[Any, ...]],
    handed_in: date | None,
    window: Window,
    sent_on: Collection[date],
) -> Iterator[DueReport]:
    """What a duty was asked to report in the window; who has handed in is asked for no further report."""
    days = (*sent_on, row.submitted_on) if row.submitted_on else sent_on
    if row.reporting == _AT_NODES:
        on_time = any(day <= row.deadline for day in days)
        yield DueReport(subject, row.title, row.deadline.isoformat(), on_time)
        return
    starts_on = max(row.starts_on, _beijing(row.issued_at))
    for due in reports_due(Reporting(row.reporting), starts_on, row.deadline):
        if due.day > window.cutoff_on:
            return
        if window.holds(due.day) and not (handed_in and handed_in <= due.after):
            on_time = any(due.after < day <= due.day for day in days)
            yield DueReport(subject, row.title, due.day.isoformat(), on_time)


def _duties(window: Window, whose: tuple[ColumnElement[bool], ...]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            _DUTY.id,
            _DUTY.unit_id,
            type_coerce(_DUTY.state, String),
            type_coerce(_DUTY.duty, String),
            _DUTY.starts_on,
            _DUTY.deadline,
            _DUTY.submitted_on,
            _TASK.is_past_confirmed,
            _TASK.title,
            type_coerce(_TASK.level, String),
            type_coerce(_TASK.reporting, String).label("reporting"),
            type_coerce(_DUTY.issued_at, DateTime).label("issued_at"),
        )
        .join_from(Assignment.__table__, Task.__table__)
        .where(
            _DUTY.state != State.WITHDRAWN,
            _DUTY.deadline.is_not(None),
            _DUTY.starts_on <= window.cutoff_on,
            # handed in by the previous cut-off: an earlier month's business
            or_(
                _DUTY.deadline > window.after,
                _DUTY.state.not_in(_HANDED_IN),
                _DUTY.submitted_on > window.after,
            ),
            *whose,
        )
        .order_by(_DUTY.deadline, _DUTY.id)
    )


def _obligation(
    subject: str,
    title: str,
    due_on: date,
    duty: str,
    level: str,
    handed_in: date | None,
    window: Window,
    between: Between,
) -> Obligation:
    met = handed_in is not None and handed_in <= due_on
    until = handed_in or window.cutoff_on
    return Obligation(
        subject=subject,
        title=title,
        due_on=due_on.isoformat(),
        duty=duty,
        level=level,
        met=met,
        handed_in_on=handed_in.isoformat() if handed_in else None,
        late_workdays=0 if met else between(due_on, until),
        early_workdays=between(handed_in, due_on) if met and handed_in else 0,
    )


def _rows(query: Select[*tuple[Any, ...]]) -> Iterator[Row[*tuple[Any, ...]]]:
    """The rows of a long answer, some thousand at a time."""
    for part in db.session.execute(query).partitions(PART):
        yield from part


def _gather_rectifications(found: Any, window: Window, workdays: Workdays, unit_id: int | None) -> None:
    """Struck off in time or not; who came back on the books in the window was due then, and not met."""
    reopened = reopened_between(window.after, window.cutoff_on, unit_id)
    for one in reopened.values():
        subject, title = f"problem:{one.problem_id}", f"恢复挂账：{one.title}"
        item = Obligation(subject, title, one.on.isoformat(), "lead", "ordinary", False, None, 0, 0)
        found[one.unit_id]["rectifications"].append(item)
    for row in _rectifications(window, unit_id):
        if row.problem_id in reopened:
            continue
        applied = local_date(row.applied_at) if row.applied_at and row.state in _APPLIED else None
        handed_in = applied if applied and applied <= window.cutoff_on else None
        if window.holds(row.deadline) or handed_in is None:
            subject = f"problem:{row.problem_id}"
            facts = (subject, row.title, row.deadline, "lead", "ordinary", handed_in)
            item = _obligation(*facts, window, workdays.between)
            found[row.unit_id]["rectifications"].append(item)


def _rectifications(window: Window, unit_id: int | None) -> Iterable[Row[*tuple[Any, ...]]]:
    out = (RectificationState.REGISTERED, RectificationState.DISPUTED, RectificationState.WITHDRAWN)
    query = (
        select(
            Rectification.problem_id,
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
    if unit_id:
        query = query.where(Responsibility.lead_unit_id == unit_id)
    return db.session.execute(query)


def _gather_slips(found: Any, window: Window, unit_id: int | None) -> None:
    """Yellow and red ones that were issued in the window and not withdrawn."""
    query = (
        select(Slip.id, Slip.unit_id, Slip.colour, Slip.year, Slip.number, Slip.issued_at, Slip.assignment_id)
        .where(
            Slip.issued_at > window.opens_at,
            Slip.issued_at <= window.closes_at,
            Slip.state != SlipState.WITHDRAWN,
            Slip.colour.in_((Colour.YELLOW, Colour.RED)),
        )
        .order_by(Slip.id)
    )
    if unit_id:
        query = query.where(Slip.unit_id == unit_id)
    for row in db.session.execute(query):
        title, day = number_text(row.colour, row.year, row.number), local_date(row.issued_at).isoformat()
        note = Note(f"slip:{row.id}", f"assignment:{row.assignment_id}", title, day, row.colour.value)
        found[row.unit_id]["slips"].append(note)


def _gather_falsehoods(found: Any, window: Window, whose: tuple[ColumnElement[bool], ...]) -> None:
    """查实虚报, as the trail has it."""
    query = (
        select(Event.id, Event.at, Assignment.id.label("assignment_id"), Assignment.unit_id, Task.title)
        .join(Assignment, Assignment.id == Event.subject_id)
        .join(Assignment.task)
        .where(
            Event.subject_type == Assignment.__tablename__,
            Event.kind == FALSEHOOD,
            Event.at > window.opens_at,
            Event.at <= window.closes_at,
            *whose,
        )
        .order_by(Event.id)
    )
    for row in db.session.execute(query):
        about, day = f"assignment:{row.assignment_id}", local_date(row.at).isoformat()
        found[row.unit_id]["falsehoods"].append(Note(f"event:{row.id}", about, row.title, day))


def _gather_filings(found: Any, window: Window, whose: tuple[ColumnElement[bool], ...]) -> dict[int, int]:
    """Unit id → reports sent in the window; those sent back in it for want of quality are noted."""
    since, until = window.opens_at, window.closes_at
    sent = (_REPORT.submitted_at > since, *whose)
    says_so = and_(_REPORT.state != FilingState.DRAFT, _REPORT.submitted_at <= until)
    counts = _of_reports(_DUTY.unit_id, func.count()).where(says_so, *sent).group_by(_DUTY.unit_id)
    submitted = Counter({row[0]: row[1] for row in db.session.execute(counts)})
    troubled = _troubled(_EVENT.at > since)
    first_sent = _first_sent(troubled, since, until)
    mended = _of_reports(_REPORT.id, _DUTY.unit_id, says_so).where(_REPORT.id.in_(troubled), *sent)
    for report_id, unit_id, is_counted in db.session.execute(mended):
        submitted[unit_id] += bool(first_sent.get(report_id)) - is_counted
    returns = select(_EVENT.subject_id, _EVENT.details, type_coerce(_EVENT.at, DateTime)).where(
        _IS_OF_REPORT, _EVENT.kind == "report.send_back", _EVENT.at > since, _EVENT.at <= until
    )
    faulty: dict[int, str] = {}
    for report_id, details, at in db.session.execute(returns.order_by(_EVENT.id)):
        if details.get("return_reason") in QUALITY_RETURNS:
            faulty.setdefault(report_id, _beijing(at).isoformat())
    for report_id, assignment_id, unit_id, title in _titled(faulty, whose):
        rows = found[unit_id]["returned"]
        if len(rows) < submitted[unit_id]:  # one sent before the window may have been sent back in it
            rows.append(Note(f"report:{report_id}", f"assignment:{assignment_id}", title, faulty[report_id]))
    return +submitted


def _titled(
    report_ids: Collection[int], whose: tuple[ColumnElement[bool], ...]
) -> Iterator[Row[*tuple[Any, ...]]]:
    """(report, assignment, unit, title of the task) of these reports, a few hundred at a time."""
    ids = sorted(report_ids)
    for first in range(0, len(ids), 500):
        yield from db.session.execute(
            select(ProgressReport.id, ProgressReport.assignment_id, Assignment.unit_id, Task.title)
            .join(ProgressReport.assignment)
            .join(Assignment.task)
            .where(ProgressReport.id.in_(ids[first : first + 500]), *whose)
            .order_by(ProgressReport.id)
        )


def _sent_on(window: Window, whose: tuple[ColumnElement[bool], ...]) -> dict[int, list[date]]:
    """Assignment id → the Beijing days its reports were first sent, where one may be due in the window.

    A report sent back and mended keeps its first day, from the trail; one that was never sent back or
    recalled was sent when it says so.
    """
    ends = and_(_DUTY.deadline > window.after, _DUTY.deadline <= window.cutoff_on)
    regular = select(_TASK.id).where(_TASK.reporting != Reporting.AT_NODES)
    those = (or_(ends, _DUTY.task_id.in_(regular)), *whose)
    troubled = _troubled(_EVENT.subject_id.in_(_of_reports(_REPORT.id).where(*those)))
    steps = _first_sent(troubled, _EVER, window.closes_at)
    is_draft = _REPORT.state == FilingState.DRAFT
    last, day = _utc(window.closes_at), cache(_beijing)
    sent_on: dict[int, list[date]] = {}
    for report_id, assignment_id, draft, at in _rows(
        _of_reports(
            _REPORT.id, _REPORT.assignment_id, is_draft, type_coerce(_REPORT.submitted_at, DateTime)
        ).where(*those)
    ):
        says_so = None if draft or at is None or at > last else at
        if moment := steps.get(report_id, says_so):
            sent_on.setdefault(assignment_id, []).append(day(moment))
    return sent_on


def _of_reports(*columns: Any) -> Select[*tuple[Any, ...]]:
    return select(*columns).join_from(ProgressReport.__table__, Assignment.__table__)


def _troubled(*conditions: ColumnElement[bool]) -> Select[int]:
    """The ids of reports that were recalled or sent back in an event that meets ``conditions``."""
    kinds = ("report.recall", "report.send_back")
    return select(_EVENT.subject_id).where(_IS_OF_REPORT, _EVENT.kind.in_(kinds), *conditions)


def _first_sent(troubled: Select[int], first: datetime, last: datetime) -> dict[int, datetime | None]:
    """Troubled report id → when (UTC) it was first sent between two moments and not recalled."""
    found: dict[int, datetime | None] = {}
    after, until = _utc(first), _utc(last)
    steps = select(_EVENT.subject_id, _EVENT.kind, type_coerce(_EVENT.at, DateTime)).where(
        _IS_OF_REPORT, _EVENT.kind.in_(("report.submit", "report.recall")), _EVENT.subject_id.in_(troubled)
    )
    for report_id, kind, at in _rows(steps.order_by(_EVENT.id)):
        before = found.setdefault(report_id, None)
        if after < at <= until:
            found[report_id] = None if kind == "report.recall" else before or at
    return found


def _utc(moment: datetime) -> datetime:
    """As the database keeps it: no zone for each."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _beijing(stored: datetime) -> date:
    return local_date(stored.replace(tzinfo=UTC))


def _progress_at(window: Window, whose: tuple[ColumnElement[bool], ...]) -> dict[int, int]:
    """Assignment id → progress of the latest accepted report that was sent by the cut-off."""
    latest = (
        select(func.max(_REPORT.id))
        .where(_REPORT.state == FilingState.ACCEPTED, _REPORT.submitted_at <= window.closes_at)
        .group_by(_REPORT.assignment_id)
    )
    query = select(_REPORT.assignment_id, _REPORT.progress).where(_REPORT.id.in_(latest))
    if whose:
        query = query.join_from(ProgressReport.__table__, Assignment.__table__).where(*whose)
    return {row[0]: row[1] for row in _rows(query)}
