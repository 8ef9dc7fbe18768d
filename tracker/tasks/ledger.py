"""The ledger (台账) as a list: filters, orders, one page of it, and how many duties stand under each light.

Building a statement costs more than running it. So the statements are made once for each shape a view can
have, on a day, and what a person typed goes in as parameters.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, bindparam, case, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from tracker.accounts.models import BoardMember, Unit, User
from tracker.accounts.permissions import sees_all
from tracker.db import ask
from tracker.documents.models import Document, WorkPoint
from tracker.tasks.models import Assignment, Duty, Extension, Level, Objection, Task
from tracker.tasks.queries import handed_in_by, lit, overdue, planned, soon
from tracker.tasks.rules import LAG_FROM, RED_SHARE, YELLOW_SHARE, Light, Term
from tracker.web.pages import Listing, Page, View, day, whole, words
from tracker.words import Word
from tracker.workflow import DocumentState, FilingState, State


class Line(NamedTuple):
    """One duty as a line of the ledger, with the names it is known by."""

    id: int
    task_id: int
    state: State
    duty: Duty
    period: str
    starts_on: date
    original_deadline: date | None
    deadline: date | None
    progress: int
    submitted_on: date | None
    title: str
    level: Level
    unit_name: str
    point_number: str | None
    point_title: str | None
    origin: str  # of a task entered by hand


class Scope(Word):
    """How much of the ledger a view shows where it names no state: without this word, what is not closed."""

    ALL = "all", "全部（含已办结）"


def state(said: str) -> State | Scope:
    """A state, or ``all``; raises ValueError."""
    return Scope.ALL if said == Scope.ALL else State(said)


class LightCounts(NamedTuple):
    """Three statements."""

    late: Select[int, int]  # still running, and handed in too late
    others: Select[int, int, int, int]  # issued and active in time, closing, closed
    lagging: Select[State, int, int]  # of those in time: state, red, yellow


class Shape(NamedTuple):
    """What of a view decides its SQL: two views of one shape differ in parameters only."""

    filters: frozenset[str]  # "own" among them: only one's own unit's duties; "unclosed": not those closed
    light: Light | None
    term: Term | None
    today: date
    warn_until: date


LEDGER = Listing(
    sorts={
        "deadline": (Assignment.deadline, Assignment.id),
        "unit": (Unit.position, Assignment.deadline, Assignment.id),
        "progress": (Assignment.progress, Assignment.id),
        "level": (
            case((Task.level == Level.SUPERVISED, 0), (Task.level == Level.KEY, 1), else_=2),
            Assignment.id,
        ),
        "state": (Assignment.state, Assignment.deadline, Assignment.id),
        "point": (WorkPoint.document_id, WorkPoint.position, Task.position, Unit.position, Assignment.id),
    },
    usual="deadline",
    filters={
        "document": whole,
        "point": whole,
        "unit": whole,
        "board": whole,
        "level": Level,
        "light": Light,
        "term": Term,
        "state": state,
        "duty": Duty,
        "due_from": day,
        "due_to": day,
        "q": words,
    },
)
COLUMNS = (
    Assignment.id,
    Assignment.task_id,
    Assignment.state,
    Assignment.duty,
    Assignment.period,
    Assignment.starts_on,
    Assignment.original_deadline,
    Assignment.deadline,
    Assignment.progress,
    Assignment.submitted_on,
    Task.title,
    Task.level,
    Unit.name,
    WorkPoint.number,
    WorkPoint.title,
    Task.origin,
)


def _of_task(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return Assignment.task_id.in_(select(Task.id).where(condition))


_CONDITIONS: dict[str, ColumnElement[bool]] = {
    # written out, not a parameter: by these words the databases know the index that has just these duties
    "unclosed": Assignment.state != literal_column("'closed'"),
    "own": Assignment.unit_id == bindparam("own"),
    "unit": Assignment.unit_id == bindparam("unit"),
    "board": Assignment.unit_id.in_(
        select(BoardMember.unit_id).where(BoardMember.board_id == bindparam("board"))
    ),
    "state": Assignment.state == bindparam("state"),
    "duty": Assignment.duty == bindparam("duty"),
    "due_from": Assignment.deadline >= bindparam("due_from"),
    "due_to": Assignment.deadline <= bindparam("due_to"),
    "level": _of_task(Task.level == bindparam("level")),
    "point": _of_task(Task.work_point_id == bindparam("point")),
    "document": _of_task(
        Task.work_point_id.in_(select(WorkPoint.id).where(WorkPoint.document_id == bindparam("document")))
    ),
    "q": _of_task(
        or_(Task.title.like(bindparam("q"), escape="/"), Task.text.like(bindparam("q"), escape="/"))
    ),
}


def ledger_page(user: User, view: View, today: date, warn_until: date) -> Page[Line]:
    """The lines a view of ``LEDGER`` asks for, in this user's sight; past the end, the last page."""
    shape, values = _asked(user, view, today, warn_until)
    if shape.light is Light.RED and view.values.keys() <= {"light", "unit"}:
        total = _red(user, today, warn_until, view.get("unit"))
    elif shape.light and view.values.keys() <= {"light", "unit"}:
        total = lights(user, today, warn_until, view.get("unit"))[shape.light]
    else:
        total = ask(_count(shape), values).scalar_one()
    number = min(view.number, Page([], 1, total, view.size).last)
    place = {"size": view.size, "first": (number - 1) * view.size}
    rows = ask(_one_page(shape, view.sort), values | place) if total else ()
    return Page([Line._make(row) for row in rows], number, total, view.size)


def ledger(user: User | None, view: View, today: date, warn_until: date) -> Select[*tuple[Any, ...]]:
    """All rows a view of ``LEDGER`` asks for, in this user's sight (None: all); columns of a ``Line``."""
    shape, values = _asked(user, view, today, warn_until)
    return _joined(select(*COLUMNS)).where(*_conditions(shape)).order_by(*view.order()).params(values)


def ledger_count(user: User, view: View, today: date, warn_until: date) -> Select[int]:
    """How many rows ``ledger`` has."""
    shape, values = _asked(user, view, today, warn_until)
    return _count(shape).params(values)


def lights(user: User, today: date, warn_until: date, unit_id: int | None = None) -> dict[Light, int]:
    """How many duties in sight (of one unit) stand under each light; agrees with ``rules.light``."""
    values = _scope(user, unit_id)
    counts = _light_counts(frozenset(values), today, warn_until)
    late, others = ask(counts.late, values).one(), ask(counts.others, values).one()
    red, yellow = late.running + late.handed_in, 0
    in_time = {State.ISSUED: others.issued, State.ACTIVE: others.active}
    for state, reds, yellows in ask(counts.lagging, values):
        red, yellow = red + reds, yellow + yellows
        in_time[state] -= reds + yellows
    return {
        Light.RED: red,
        Light.YELLOW: yellow,
        Light.GREEN: in_time[State.ACTIVE] + others.closing - late.handed_in,
        Light.BLUE: others.closed,
        Light.GREY: in_time[State.ISSUED],
    }


def sources() -> Sequence[Row[int, str]]:
    """(id, title) of the documents that have tasks, for the filter."""
    return ask(_SOURCES).all()


def points_of(document_id: int) -> list[tuple[int, str]]:
    """(id, number and title) of the work points of one document, in order, for the filter."""
    rows = ask(
        select(WorkPoint.id, WorkPoint.number, WorkPoint.title)
        .where(WorkPoint.document_id == document_id)
        .order_by(WorkPoint.position)
    )
    return [(id_, f"{number}、{title}") for id_, number, title in rows]


_SOURCES = (
    select(Document.id, Document.title)
    .where(Document.state == DocumentState.ADOPTED)
    .order_by(Document.id.desc())
)
_UNCLOSED = [state for state in State if state is not State.CLOSED]
# Orders by what does not stand in the assignment itself.
_SORTS_OF_OTHERS = {"unit", "level", "point"}


def _asked(user: User | None, view: View, today: date, warn_until: date) -> tuple[Shape, dict[str, Any]]:
    """The shape of a view and its parameters."""
    values = dict(view.values)
    light, term = values.pop("light", None), values.pop("term", None)
    if "q" in values:
        words = re.sub("([/%_])", r"/\1", values["q"])
        values["q"] = f"%{words}%"
    if user is not None and not sees_all(user):
        values["own"] = user.unit_id
    shown = set(values)
    if values.get("state") is Scope.ALL:
        shown.remove("state")
    elif "state" not in values and light is None:
        shown.add("unclosed")
    return Shape(frozenset(shown), light, term, today, warn_until), values


def _scope(user: User, unit_id: int | None) -> dict[str, int]:
    """The parameters that keep a count to this user's sight, and to one unit."""
    scope = {"own": None if sees_all(user) else user.unit_id, "unit": unit_id}
    return {name: id_ for name, id_ in scope.items() if id_ is not None}


def _red(user: User, today: date, warn_until: date, unit_id: int | None) -> int:
    """As ``lights``, for the red ones alone."""
    values = _scope(user, unit_id)
    counts = _light_counts(frozenset(values), today, warn_until)
    return sum(ask(counts.late, values).one()) + sum(reds for _, reds, _ in ask(counts.lagging, values))


def _conditions(shape: Shape) -> list[ColumnElement[bool]]:
    conditions = [condition for name, condition in _CONDITIONS.items() if name in shape.filters]
    today, warn_until = shape.today, shape.warn_until
    if shape.light is not None:
        conditions.append(lit(today, warn_until) == shape.light)
    if shape.term is not None:
        conditions.append(overdue(today) if shape.term is Term.OVERDUE else soon(today, warn_until))
    return conditions


@lru_cache(maxsize=200)
def _count(shape: Shape) -> Select[int]:
    """Those not closed are found in the index state by state: there is no walk past the closed ones."""
    unclosed = (Assignment.state.in_(_UNCLOSED),) if "unclosed" in shape.filters else ()
    conditions = _conditions(shape._replace(filters=shape.filters - {"unclosed"}))
    return select(func.count()).select_from(Assignment).where(*unclosed, *conditions)


@lru_cache(maxsize=200)
def _one_page(shape: Shape, sort: str) -> Select[*tuple[Any, ...]]:
    """``size`` lines from ``first`` on: the duties are picked by themselves, then joined with their names."""
    order = LEDGER.order(sort)
    picked = select(Assignment.id).where(*_conditions(shape)).order_by(*order)
    if sort.removeprefix("-") in _SORTS_OF_OTHERS:
        picked = _joined(picked)
    page = picked.limit(bindparam("size")).offset(bindparam("first")).subquery()
    return _joined(select(*COLUMNS).join(page, page.c.id == Assignment.id)).order_by(*order)


def _joined(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """``query`` with what the names of a duty stand in."""
    return (
        query.join(Task, Assignment.task_id == Task.id)
        .join(Unit, Assignment.unit_id == Unit.id)
        .outerjoin(WorkPoint, Task.work_point_id == WorkPoint.id)
    )


@lru_cache(maxsize=8)
def _light_counts(scope: frozenset[str], today: date, warn_until: date) -> LightCounts:
    """How many duties stand under each light, in parts.

    Each number is one walk along an index, and no duty is walked over twice: SQLite takes a quarter of the
    time for them that it takes for groups. Duties with the same start and deadline have the same plan: it is
    reckoned once for all of them, and those behind it are found in the index.
    """
    of_scope = [_CONDITIONS[name] for name in scope]

    def count(state: State, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return select(func.count()).where(Assignment.state == state, *conditions, *of_scope).scalar_subquery()

    due = Assignment.deadline
    issued, active = State.ISSUED, State.ACTIVE
    late = select(
        (count(issued, due < today) + count(active, due < today)).label("running"),
        count(State.CLOSING, due < today, ~handed_in_by(due)).label("handed_in"),
    )
    others = select(
        (count(issued, due >= today) + count(issued, due.is_(None))).label("issued"),
        (count(active, due >= today) + count(active, due.is_(None))).label("active"),
        count(State.CLOSING).label("closing"),
        count(State.CLOSED).label("closed"),
    )
    term = (
        select(Assignment.state, due, Assignment.starts_on)
        .where(Assignment.state.in_((issued, active)), due >= today, *of_scope)
        .distinct()
        .subquery()
    )
    plan = planned(term.c.starts_on, term.c.deadline, today).label("plan")
    terms = select(term, plan).cte().prefix_with("MATERIALIZED")  # else the plan is reckoned at each use
    duty = aliased(Assignment)

    def of_term(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        """How many duties with this state and these days meet the conditions."""
        return (
            select(func.count())
            .where(
                duty.state == terms.c.state,
                duty.deadline == terms.c.deadline,
                duty.starts_on == terms.c.starts_on,
                *conditions,
                *(duty.unit_id == bindparam(name) for name in scope),
            )
            .scalar_subquery()
        )

    def behind(share: int) -> ColumnElement[int]:
        """Who has reached less than this has reached less than ``share`` percent of the plan."""
        return case((terms.c.plan >= LAG_FROM, (share * terms.c.plan + 99) // 100), else_=0)

    red, near = behind(RED_SHARE), terms.c.deadline <= warn_until
    yellow = case(
        (near, of_term(duty.progress >= red)),
        else_=of_term(duty.progress >= red, duty.progress < behind(YELLOW_SHARE)),
    )
    lagging = select(terms.c.state, func.sum(of_term(duty.progress < red)), func.sum(yellow))
    return LightCounts(late, others, lagging.group_by(terms.c.state))


def extensions_granted() -> dict[int, int]:
    """Assignment id → how often its deadline was extended; duties never extended are left out."""
    return _counted(select(Extension.assignment_id).where(Extension.state == FilingState.ACCEPTED))


def objections_raised() -> dict[int, int]:
    """Assignment id → how often its unit disputed it, whatever the answer."""
    return _counted(select(Objection.assignment_id))


def _counted(ids: Select[int]) -> dict[int, int]:
    """How often each id stands in the answer."""
    (id_,) = ids.subquery().c
    return {row[0]: row[1] for row in ask(select(id_, func.count()).group_by(id_))}
