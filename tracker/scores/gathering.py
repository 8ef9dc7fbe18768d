"""What a month counts, read from the records and the trail as they stand at its cut-off. Plain rows only."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, DateTime, Row, String, and_, func, or_, select, type_coerce

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

_Steps = dict[int, list[tuple[str, datetime]]]  # report id → what was done with it, and when (UTC)
Between = Callable[[date, date], int]  # working days after the first up to and with the second

# The tables themselves: of a hundred thousand rows none becomes an object.
_DUTY, _TASK, _REPORT, _EVENT = (model.__table__.c for model in (Assignment, Task, ProgressReport, Event))
_ASIDE = {State.DISPUTED.value: Exemption.DISPUTED, State.SUSPENDED.value: Exemption.SUSPENDED}
_HANDED_IN = (State.CLOSING, State.CLOSED)
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


class _Filed(NamedTuple):
    """A report, whose it is, and when it was first sent."""

    assignment_id: int
    unit_id: int
    on: date


def gather(window: Window, workdays: Workdays, unit_id: int | None = None) -> dict[int, Facts]:
    """Unit id → facts of the window, for every unit that has any; or for the one that is named."""
    whose = (Assignment.unit_id == unit_id,) if unit_id else ()
    found: defaultdict[int, defaultdict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    troubled = _troubled()
    _gather_duties(found, window, workdays, troubled, whose)
    _gather_rectifications(found, window, workdays, unit_id)
    _gather_slips(found, window, unit_id)
    _gather_falsehoods(found, window, whose)
    submitted = _gather_filings(found, window, troubled, whose)
    return {
        one: Facts(submitted=submitted[one], **{name: tuple(rows) for name, rows in found[one].items()})
        for one in found.keys() | submitted.keys()
    }


def _gather_duties(
    found: Any, window: Window, workdays: Workdays, troubled: _Steps, whose: tuple[ColumnElement[bool], ...]
) -> None:
    between = cache(workdays.between)  # a month has few different pairs of days
    planned = cache(planned_progress)
    unnoticed = late_notices(window.cutoff_on + timedelta(days=1))
    sent_on, progress = _sent_on(window, troubled, whose), _progress_at(window, whose)
    for row in _duties(window, whose):
        id_, unit_id, state, duty, starts_on, day, *_, title, level, _, is_confirmed = row
        subject, ours, handed_in = f"assignment:{id_}", found[unit_id], _handed_in(row, window)
        aside = _ASIDE.get(state)
        if day <= window.cutoff_on and (day > window.after or handed_in is None):
            due = _obligation(subject, row, duty, level, handed_in, window, between)
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
        if day > window.after or row.reporting != _AT_NODES:
            ours["reports"] += _reports(subject, row, handed_in, window, sent_on.get(id_, ()))


def _handed_in(row: Row[*tuple[Any, ...]], window: Window) -> date | None:
    """The day a duty was handed in and not refused, if that was by the cut-off."""
    if row.state in _HANDED_IN and row.submitted_on and row.submitted_on <= window.cutoff_on:
        day: date = row.submitted_on
        return day
    return None


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
        if window.holds(row.deadline):
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


def _duties(window: Window, whose: tuple[ColumnElement[bool], ...]) -> Iterable[Row[*tuple[Any, ...]]]:
    handed_in = [state.value for state in _HANDED_IN]
    return db.session.execute(
        select(
            _DUTY.id,
            _DUTY.unit_id,
            type_coerce(_DUTY.state, String).label("state"),
            type_coerce(_DUTY.duty, String).label("duty"),
            _DUTY.starts_on,
            _DUTY.deadline,
            _DUTY.submitted_on,
            type_coerce(_DUTY.issued_at, DateTime).label("issued_at"),
            _TASK.title,
            type_coerce(_TASK.level, String).label("level"),
            type_coerce(_TASK.reporting, String).label("reporting"),
            _TASK.is_past_confirmed,
        )
        .join_from(Assignment.__table__, Task.__table__)
        .where(
            _DUTY.state != State.WITHDRAWN,
            _DUTY.deadline.is_not(None),
            _DUTY.starts_on <= window.cutoff_on,
            # handed in by the previous cut-off: an earlier month's business
            or_(
                _DUTY.deadline > window.after,
                _DUTY.state.not_in(handed_in),
                _DUTY.submitted_on > window.after,
            ),
            *whose,
        )
        .order_by(_DUTY.deadline, _DUTY.id)
    )


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
            item = _obligation(subject, row, "lead", "ordinary", handed_in, window, workdays.between)
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


def _gather_filings(
    found: Any, window: Window, troubled: _Steps, whose: tuple[ColumnElement[bool], ...]
) -> dict[int, int]:
    """Unit id → reports sent in the window; those sent back in it for want of quality are noted."""
    since = window.opens_at
    sent = _sent(window, troubled, ProgressReport.submitted_at > since, *whose, since=since)
    submitted = Counter(one.unit_id for one in sent.values())
    returns = select(Event.subject_id, Event.details, Event.at).where(
        Event.subject_type == ProgressReport.__tablename__,
        Event.kind == "report.send_back",
        Event.at > since,
        Event.at <= window.closes_at,
    )
    faulty: dict[int, str] = {}
    for report_id, details, at in db.session.execute(returns.order_by(Event.id)):
        if details.get("return_reason") in QUALITY_RETURNS:
            faulty.setdefault(report_id, local_date(at).isoformat())
    for report_id, assignment_id, unit_id, title in _titled(faulty, whose):
        rows = found[unit_id]["returned"]
        if len(rows) < submitted[unit_id]:  # one sent before the window may have been sent back in it
            rows.append(Note(f"report:{report_id}", f"assignment:{assignment_id}", title, faulty[report_id]))
    return submitted


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


def _sent(
    window: Window, troubled: _Steps, *conditions: ColumnElement[bool], since: datetime | None = None
) -> dict[int, _Filed]:
    """Report id → whose it is and when it was first sent, of each that was not recalled by the cut-off.

    A report sent back and mended keeps its first day there, from the trail; one that was never sent back or
    recalled was sent when it says so. ``since``: what was sent before that moment does not count.
    """
    rows = db.session.execute(
        select(
            _REPORT.id,
            _REPORT.assignment_id,
            _DUTY.unit_id,
            type_coerce(_REPORT.state, String),
            type_coerce(_REPORT.submitted_at, DateTime),  # UTC as it is stored: no zone for each
        )
        .join_from(ProgressReport.__table__, Assignment.__table__)
        .where(*conditions)
    )
    first, last, day = _utc(since or _EVER), _utc(window.closes_at), cache(_beijing)
    sent: dict[int, _Filed] = {}
    for report_id, assignment_id, unit_id, state, at in rows:
        moment: datetime | None = at
        if report_id in troubled:
            moment = _first_sent(troubled[report_id], first, last)
        elif state == FilingState.DRAFT or at is None or not first < at <= last:
            continue
        if moment is not None:
            sent[report_id] = _Filed(assignment_id, unit_id, day(moment))
    return sent


def _first_sent(steps: Iterable[tuple[str, datetime]], first: datetime, last: datetime) -> datetime | None:
    """When a report was first sent between two moments and not recalled by the second."""
    found = None
    for kind, at in steps:
        if first < at <= last:
            found = None if kind == "report.recall" else found or at
    return found


def _troubled() -> _Steps:
    """Report id → its submissions and recalls in order, of those that were once recalled or sent back."""
    of_reports = Event.subject_type == ProgressReport.__tablename__
    troubles = select(Event.subject_id).where(
        of_reports, Event.kind.in_(("report.recall", "report.send_back"))
    )
    rows = db.session.execute(
        select(Event.subject_id, Event.kind, type_coerce(Event.at, DateTime))
        .where(
            of_reports,
            Event.kind.in_(("report.submit", "report.recall")),
            Event.subject_id.in_(troubles),
        )
        .order_by(Event.id)
    )
    steps: _Steps = {}
    for report_id, kind, at in rows:
        steps.setdefault(report_id, []).append((kind, at))
    return steps


def _utc(moment: datetime) -> datetime:
    """As the database keeps it."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _beijing(stored: datetime) -> date:
    return local_date(stored.replace(tzinfo=UTC))


def _sent_on(
    window: Window, troubled: _Steps, whose: tuple[ColumnElement[bool], ...]
) -> dict[int, list[date]]:
    """Assignment id → the Beijing days its reports were first sent, where one may be due in the window."""
    ends = and_(Assignment.deadline > window.after, Assignment.deadline <= window.cutoff_on)
    regular = select(Task.id).where(Task.reporting != Reporting.AT_NODES)
    sent_on: dict[int, list[date]] = {}
    for one in _sent(window, troubled, or_(ends, Assignment.task_id.in_(regular)), *whose).values():
        sent_on.setdefault(one.assignment_id, []).append(one.on)
    return sent_on


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
    return {row[0]: row[1] for row in db.session.execute(query)}
