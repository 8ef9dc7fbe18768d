"""Overdue duties by unit, and the last contact about each.

Only what a unit has yet to hand in stands here: once closure is asked for, it is our turn, and the review
queue has it. Every statement runs along an index of the ledger, so it costs by what is shown, not by what
there is. Statements are made once for each set of filters; what was chosen goes in as parameters.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, case, func, select

from tracker.accounts.models import BoardMember, Role, Unit, User
from tracker.audit import Event
from tracker.clock import SHANGHAI
from tracker.db import ask, db
from tracker.reminders.models import Digest, Reminder
from tracker.reminders.rules import label_of
from tracker.reports.models import ProgressReport
from tracker.tasks.models import Assignment, Duty, Level, Task
from tracker.web.pages import Listing, Page, View, whole
from tracker.workdays import Workdays
from tracker.workflow import FilingState, State

URGE = "assignment.urge"
CALL = "assignment.call"
URGED = "urge-"  # a reminder by hand: step "urge-2020-07-13"
OWED = (State.ISSUED, State.ACTIVE)

BOARD = Listing(
    sorts={
        "worst": (Assignment.id,),  # units with most first, see ``page``
        "unit": (Unit.position, Assignment.deadline, Assignment.id),
        "days": (Assignment.deadline, Assignment.id),
        "level": (
            case((Task.level == Level.SUPERVISED, 0), (Task.level == Level.KEY, 1), else_=2),
            Assignment.deadline,
            Assignment.id,
        ),
    },
    usual="worst",
    filters={"board": whole, "unit": whole, "level": Level, "duty": Duty, "days": whole},
)


class Tally(NamedTuple):
    """How much one unit owes."""

    unit_id: int
    unit_name: str
    duties: int
    oldest: date


class Owed(NamedTuple):
    """One overdue duty."""

    id: int
    unit_id: int
    unit_name: str
    title: str
    level: Level
    duty: Duty
    period: str
    state: State
    deadline: date
    progress: int


@dataclass(frozen=True)
class Contact:
    """The last time a unit was spoken to about a duty, or spoke itself: ``read`` of ``told`` people know."""

    at: datetime
    words: str
    who: str = ""
    told: int = 0
    read: int = 0


def tallies(view: View, today: date, workdays: Workdays) -> list[Tally]:
    """The units that owe something a view of ``BOARD`` asks for, those with most first."""
    rows = ask(_tallies(frozenset(_asked(view))), _values(view, today, workdays))
    found = [
        Tally(unit_id, name, duties, min(day for day in oldest if day))
        for unit_id, name, duties, *oldest in rows
        if duties
    ]
    return found if view.sort.removeprefix("-") == "unit" else sorted(found, key=lambda tally: -tally.duties)


def page(view: View, units: Sequence[Tally], today: date, workdays: Workdays) -> Page[Owed]:
    """One page of the duties behind ``units``: unit by unit in that order, or as the view sorts them."""
    total = sum(unit.duties for unit in units)
    number = min(view.number, Page([], 1, total, view.size).last)
    first = (number - 1) * view.size
    values = _values(view, today, workdays)
    if is_grouped(view):
        order = list(reversed(units)) if view.sort.startswith("-") else list(units)
        ids = _ids_by_unit(view, order, first, values)
    else:
        place = {"size": view.size, "first": first}
        ids = list(ask(_ids(frozenset(_asked(view)), view.sort), values | place).scalars())
    rows = {row[0]: Owed._make(row) for row in ask(_ROWS, {"ids": ids})} if ids else {}
    return Page([rows[id_] for id_ in ids if id_ in rows], number, total, view.size)


def is_grouped(view: View) -> bool:
    """Whether the duties of one unit stand together."""
    return view.sort.removeprefix("-") in ("worst", "unit")


def contacts(ids: Collection[int]) -> dict[int, Contact]:
    """Duty id → the latest of: reminder, urge, call, report; in a fixed number of questions."""
    found: dict[int, Contact] = {}
    urged_by = {row[0]: row[2] for row in ask(_URGES, {"ids": list(ids)})}
    grouped: dict[int, list[Any]] = defaultdict(list)
    for row in ask(_REMINDERS, {"ids": list(ids)}):
        grouped[row.assignment_id].append(row)
    for duty_id, rows in grouped.items():
        by_hand = rows[0].step.startswith(URGED)
        found[duty_id] = Contact(
            at=rows[0].made_at,
            words="催办" if by_hand else f"系统提醒：{label_of(rows[0].step)}",
            who=urged_by.get(duty_id, "") if by_hand else "",
            told=len(rows),
            read=sum(row.read_at is not None and row.read_at >= row.made_at for row in rows),
        )
    for duty_id, called_at, who in ask(_CALLS, {"ids": list(ids)}):
        if duty_id not in found or found[duty_id].at <= called_at:
            found[duty_id] = Contact(at=called_at, words="电话催办", who=who)
    for duty_id, at in ask(_REPORTS, {"ids": list(ids)}):
        if at is None:
            continue
        if duty_id not in found or found[duty_id].at < at:
            found[duty_id] = Contact(at=at, words="单位报送进展")
    return found


def urged_on(ids: Iterable[int], day: date) -> dict[int, tuple[str, datetime]]:
    """Duty id → (who, when) of those urged on that day."""
    morning = datetime.combine(day, time(), SHANGHAI)
    values = {"ids": list(ids), "since": morning, "until": morning + timedelta(days=1)}
    return {row[0]: (row[2], row[1]) for row in ask(_URGED_ON, values)}


def locked(ids: Collection[int]) -> Sequence[Assignment]:
    """Duties by id; nobody else urges them until this is committed."""
    return db.session.scalars(
        select(Assignment).where(Assignment.id.in_(list(ids))).order_by(Assignment.id).with_for_update()
    ).all()


def people_of(unit_ids: Collection[int]) -> dict[int, list[User]]:
    """Unit id → its active reporters and heads."""
    people: dict[int, list[User]] = defaultdict(list)
    for person in db.session.scalars(
        select(User)
        .where(User.unit_id.in_(list(unit_ids)), User.role.in_((Role.REPORTER, Role.HEAD)), User.active)
        .order_by(User.id)
    ):
        people[person.unit_id].append(person)
    return people


def _asked(view: View) -> set[str]:
    """The filters that change the statement; days only move the last deadline asked for."""
    return set(view.values) - {"days"}


def _values(view: View, today: date, workdays: Workdays) -> dict[str, Any]:
    """Parameters: ``until`` is the last deadline that is late enough."""
    values: dict[str, Any] = {name: view.get(name) for name in _asked(view)}
    until = today - timedelta(days=1)
    if days := min(view.get("days") or 0, 2000):
        until = workdays.add(today + timedelta(days=1), -days) - timedelta(days=1)
    return values | {"until": until}


_CONDITIONS: dict[str, ColumnElement[bool]] = {
    "unit": Assignment.unit_id == bindparam("unit"),
    "board": Assignment.unit_id.in_(
        select(BoardMember.unit_id).where(BoardMember.board_id == bindparam("board"))
    ),
    "level": Assignment.task_id.in_(select(Task.id).where(Task.level == bindparam("level"))),
    "duty": Assignment.duty == bindparam("duty"),
}
_LATE = (Assignment.state.in_(OWED), Assignment.deadline <= bindparam("until"))


@lru_cache(maxsize=64)
def _tallies(filters: frozenset[str]) -> Select[*tuple[Any, ...]]:
    """(unit id, name, overdue duties, oldest deadline of each state in ``OWED``), from the index alone."""
    of_unit = (Assignment.unit_id == Unit.id, *(_CONDITIONS[name] for name in filters))
    late = select(func.count()).where(*of_unit, *_LATE)
    oldest = (
        select(func.min(Assignment.deadline)).where(
            *of_unit, Assignment.state == state, Assignment.deadline <= bindparam("until")
        )
        for state in OWED
    )
    columns = (query.correlate(Unit).scalar_subquery() for query in (late, *oldest))
    return select(Unit.id, Unit.short_name, *columns).order_by(Unit.position, Unit.id)


def _ids_by_unit(view: View, units: Sequence[Tally], first: int, values: dict[str, Any]) -> list[int]:
    """The ids of one page: only the units that reach into it are looked at."""
    before, reached = 0, []
    for unit in units:
        if before + unit.duties > first and before < first + view.size:
            reached.append((unit.unit_id, before))
        before += unit.duties
    if not reached:
        return []
    owed: dict[int, list[int]] = {unit_id: [] for unit_id, _ in reached}
    asked = values | {"units": list(owed)}
    for id_, unit_id in ask(_ids_of_units(frozenset(_asked(view))), asked):
        owed[unit_id].append(id_)
    ids = [id_ for unit_id in owed for id_ in owed[unit_id]]
    skipped = first - reached[0][1]
    return ids[skipped : skipped + view.size]


@lru_cache(maxsize=64)
def _ids_of_units(filters: frozenset[str]) -> Select[int, int]:
    return (
        select(Assignment.id, Assignment.unit_id)
        .where(
            Assignment.unit_id.in_(bindparam("units", expanding=True)),
            *_LATE,
            *(_CONDITIONS[name] for name in filters),
        )
        .order_by(Assignment.deadline, Assignment.id)
    )


@lru_cache(maxsize=64)
def _ids(filters: frozenset[str], sort: str) -> Select[int]:
    query = (
        select(Assignment.id)
        .where(*_LATE, *(_CONDITIONS[name] for name in filters))
        .order_by(*BOARD.order(sort))
        .limit(bindparam("size"))
        .offset(bindparam("first"))
    )
    return query.join(Assignment.task) if sort.removeprefix("-") == "level" else query


_ROWS = (
    select(
        Assignment.id,
        Assignment.unit_id,
        Unit.short_name,
        Task.title,
        Task.level,
        Assignment.duty,
        Assignment.period,
        Assignment.state,
        Assignment.deadline,
        Assignment.progress,
    )
    .join(Assignment.task)
    .join(Assignment.unit)
    .where(Assignment.id.in_(bindparam("ids", expanding=True)))
)
_LATEST = (
    select(Reminder.assignment_id, func.max(Reminder.made_at).label("made_at"))
    .where(Reminder.assignment_id.in_(bindparam("ids", expanding=True)))
    .group_by(Reminder.assignment_id)
    .subquery()
)
_REMINDERS = (
    select(Reminder.assignment_id, Reminder.step, Reminder.made_at, Digest.read_at)
    .join(
        _LATEST,
        (_LATEST.c.assignment_id == Reminder.assignment_id) & (_LATEST.c.made_at == Reminder.made_at),
    )
    .join(Assignment, Reminder.assignment_id == Assignment.id)
    .join(User, (Reminder.recipient_id == User.id) & (User.unit_id == Assignment.unit_id))  # not the office
    .outerjoin(Digest, Reminder.digest_id == Digest.id)
)


def _events_of(kind: str) -> Select[int, datetime, str]:
    """(duty id, when, by whom) of what was done by hand, oldest first."""
    return (
        select(Event.subject_id, Event.at, User.name)
        .join(User, Event.actor_id == User.id)
        .where(
            Event.subject_type == Assignment.__tablename__,
            Event.subject_id.in_(bindparam("ids", expanding=True)),
            Event.kind == kind,
        )
        .order_by(Event.id)
    )


_URGES, _CALLS = _events_of(URGE), _events_of(CALL)
_URGED_ON = _URGES.where(Event.at >= bindparam("since"), Event.at < bindparam("until"))
_REPORTS = (
    select(ProgressReport.assignment_id, func.max(ProgressReport.submitted_at))
    .where(
        ProgressReport.assignment_id.in_(bindparam("ids", expanding=True)),
        ProgressReport.state != FilingState.DRAFT,
    )
    .group_by(ProgressReport.assignment_id)
)
