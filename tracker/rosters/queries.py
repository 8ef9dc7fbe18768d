"""Rosters and their entries in a user's sight, and how far they are: every count is one statement."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import Unit, User
from tracker.accounts.permissions import sees_all
from tracker.db import ask, db
from tracker.documents.models import WorkPoint
from tracker.errors import NotFound
from tracker.rosters.models import Roster, RosterEntry, RosterMark, RosterTemplate
from tracker.rosters.rules import Kind, RosterStep, Shape, Tally, days_of, sum_of
from tracker.tasks.models import Assignment, DeadlineBasis, Duty, Task
from tracker.web.pages import Listing, Page, View, rows_of, whole, words
from tracker.words import Word
from tracker.workflow import EntryState, State, TaskState


class Term(Word):
    """时限情况 of an object's next step."""

    OVERDUE = "overdue", "有步骤逾期"
    SOON = "soon", "有步骤临期"
    READY = "ready", "步骤已办完，待申请销号"


class Line(NamedTuple):
    """One roster in the list of rosters."""

    roster: Roster
    tally: Tally


class Standing(NamedTuple):
    """How far one unit is with a roster: its objects by the step they stand at."""

    unit_id: int
    unit_name: str
    tally: Tally
    at_step: Mapping[str, int]  # key of a step → objects still to take it next; "" all steps done


# Rosters


def visible_to(user: User) -> Select[Roster]:
    """A unit sees the rosters of tasks it has a duty on and those with objects of its own; the office all."""
    rosters = select(Roster).join(Roster.task).where(Task.state != TaskState.DRAFT)
    if not sees_all(user):
        carried = select(Assignment.task_id).where(
            Assignment.unit_id == user.unit_id, Assignment.state != State.WITHDRAWN
        )
        filled = select(RosterEntry.roster_id).where(RosterEntry.unit_id == user.unit_id)
        rosters = rosters.where(or_(Roster.task_id.in_(carried), Roster.id.in_(filled)))
    return rosters


def get_roster(user: User, roster_id: int) -> Roster:
    """NotFound when absent or out of sight."""
    of_task = joinedload(Roster.task)
    found = db.session.scalar(
        visible_to(user)
        .where(Roster.id == roster_id)
        .options(of_task.selectinload(Task.assignments), of_task.joinedload(Task.work_point))
    )
    if found is None:
        raise NotFound("没有这个对象台账，或不在您的查看范围内")
    return found


ROSTERS = Listing(
    sorts={"title": (Roster.title, Roster.id), "made": (Roster.id,)},
    usual="-made",
    filters={"q": words, "task": whole},
    size=20,
)


def rosters_page(user: User, view: View, today: date) -> Page[Line]:
    """The rosters a view of ``ROSTERS`` asks for; ``q`` is looked for in titles and tasks."""
    query = visible_to(user).options(joinedload(Roster.task))
    if said := view.get("q"):
        query = query.where(or_(*(c.contains(said, autoescape=True) for c in (Roster.title, Task.title))))
    if view.get("task"):
        query = query.where(Roster.task_id == view.get("task"))
    page = rows_of(query.order_by(*view.order()), view.number, view.size)
    rosters = [row[0] for row in page.rows]
    unit_id = None if sees_all(user) else user.unit_id
    found = tallies([roster.id for roster in rosters], today, unit_id)
    return Page([Line(r, found.get(r.id, Tally())) for r in rosters], page.number, page.total, page.size)


def of_task(task_id: int, today: date, unit_id: int | None = None) -> list[Line]:
    """The rosters of a task in sight with how far all (or one unit's) objects are."""
    rosters = db.session.scalars(select(Roster).where(Roster.task_id == task_id).order_by(Roster.id)).all()
    found = tallies([roster.id for roster in rosters], today, unit_id) if rosters else {}
    return [Line(roster, found.get(roster.id, Tally())) for roster in rosters]


def dated_steps(task: Task) -> tuple[RosterStep, ...]:
    """The dated nodes of the task's work point, as steps to begin a roster with; the task's own at least."""
    query = select(Task.title, Task.deadline).where(
        Task.deadline.is_not(None), Task.state == TaskState.PUBLISHED
    )
    if task.work_point_id is None:
        query = query.where(Task.id == task.id)
    else:
        written = or_(Task.deadline_basis == DeadlineBasis.TEXT, Task.id == task.id)
        query = query.where(Task.work_point_id == task.work_point_id, written)
    rows = db.session.execute(query.order_by(Task.deadline, Task.position))
    return tuple(RosterStep("", title, day.isoformat()) for title, day in rows if day)


def templates() -> Sequence[RosterTemplate]:
    return db.session.scalars(select(RosterTemplate).order_by(RosterTemplate.id)).all()


def roster_numbered(roster_id: int) -> Roster:
    """For the command line, which sees all. NotFound when absent."""
    found = db.session.get(Roster, roster_id)
    if found is None:
        raise NotFound(f"没有编号为{roster_id}的对象台账，编号见网页的网址 /rosters/编号")
    return found


def get_template(template_id: int) -> RosterTemplate:
    found = db.session.get(RosterTemplate, template_id)
    if found is None:
        raise NotFound("没有这个台账模板")
    return found


# How far


def overdue(today: date | BindParameter[date]) -> ColumnElement[bool]:
    """A step of the object is past its day; after the last step, the striking off is."""
    return and_(RosterEntry.state == EntryState.ACTIVE, RosterEntry.due_on < today)


def _counts(today: date | BindParameter[date]) -> tuple[ColumnElement[int], ...]:
    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(condition)

    return (
        func.count(),
        count(RosterEntry.state == EntryState.CLOSED),
        count(RosterEntry.state == EntryState.CLOSING),
        count(overdue(today)),
    )


_OF_TASK = (
    select(RosterEntry.unit_id, *_counts(bindparam("today", type_=Date)))
    .join(RosterEntry.roster)
    .where(Roster.task_id == bindparam("task_id"), RosterEntry.state != EntryState.WITHDRAWN)
    .group_by(RosterEntry.unit_id)
)


def tallies(roster_ids: Sequence[int], today: date, unit_id: int | None = None) -> dict[int, Tally]:
    """Roster id → how far it is, of one unit where ``unit_id`` is given."""
    query = (
        select(RosterEntry.roster_id, *_counts(today))
        .where(RosterEntry.roster_id.in_(roster_ids), RosterEntry.state != EntryState.WITHDRAWN)
        .group_by(RosterEntry.roster_id)
    )
    if unit_id is not None:
        query = query.where(RosterEntry.unit_id == unit_id)
    return {row[0]: Tally._make(row[1:]) for row in db.session.execute(query)}


def standings(roster: Roster, today: date, unit_id: int | None = None) -> list[Standing]:
    """How far each unit is, in the fixed order of units; only ``unit_id`` where it is given."""
    place = (RosterEntry.unit_id, RosterEntry.state, RosterEntry.step)
    counts = (
        select(*place, func.count().label("objects"), func.count().filter(overdue(today)).label("late"))
        .where(RosterEntry.roster_id == roster.id, RosterEntry.state != EntryState.WITHDRAWN)
        .group_by(*place)
    )
    if unit_id is not None:
        counts = counts.where(RosterEntry.unit_id == unit_id)
    by_place = counts.subquery()  # counted in the index alone, then named
    query = (
        select(
            by_place.c.unit_id,
            Unit.short_name,
            by_place.c.state,
            by_place.c.step,
            by_place.c.objects,
            by_place.c.late,
        )
        .join(Unit, Unit.id == by_place.c.unit_id)
        .order_by(Unit.position, by_place.c.unit_id)
    )
    found: dict[int, tuple[str, Tally, dict[str, int]]] = {}
    for row in db.session.execute(query):
        unit, name, state, step, count, late = tuple(row)
        _, tally, at_step = found.setdefault(unit, (name, Tally(), defaultdict(int)))
        tally = Tally(
            tally.total + count,
            tally.closed + count * (state is EntryState.CLOSED),
            tally.closing + count * (state is EntryState.CLOSING),
            tally.overdue + late,
        )
        if state is EntryState.ACTIVE:
            at_step[step] += count
        found[unit] = (name, tally, at_step)
    return [Standing(unit, *said) for unit, said in found.items()]


def tally_of(duty: Assignment, today: date) -> tuple[Tally, bool] | None:
    """How far the rosters of a duty's task are, and whether that counts the unit's own objects.

    A unit with objects of its own answers for them. One without answers for all of them where it leads or is
    responsible (a department over the whole city), and for none where it only supports. None: no roster, or
    nothing to answer for.
    """
    asked = {"task_id": duty.task_id, "today": today}
    found = {row[0]: Tally._make(row[1:]) for row in ask(_OF_TASK, asked)}
    if duty.unit_id in found:
        return found[duty.unit_id], True
    if not found or duty.duty is Duty.SUPPORT:
        return None
    return sum_of(found.values()), False


def own_tally(duty: Assignment) -> Tally | None:
    """How many objects a unit itself has on the rosters of a duty's task, and how many are struck off.

    None where it has none: what others have to do keeps nobody from closing a duty.
    """
    found = tally_of(duty, date.min)
    return found[0] if found and found[1] else None


def late_by_roster(today: date, unit_id: int | None = None) -> Sequence[Row[int, str, str, int]]:
    """(roster id, title, measure, objects with an overdue step), most first; of one unit or of all."""
    query = _LATE if unit_id is None else _LATE_OF_UNIT
    return ask(query, {"today": today, "unit_id": unit_id}).all()


_LATE = (
    select(Roster.id, Roster.title, Roster.measure, func.count().label("late"))
    .join(RosterEntry, RosterEntry.roster_id == Roster.id)
    .join(Roster.task)
    .where(overdue(bindparam("today", type_=Date)), Task.state == TaskState.PUBLISHED)
    .group_by(Roster.id, Roster.title, Roster.measure)
    .order_by(func.count().desc(), Roster.id)
)
_LATE_OF_UNIT = _LATE.where(RosterEntry.unit_id == bindparam("unit_id"))


def due_days(until: date) -> Sequence[date]:
    """The days up to ``until`` on which something of an object under way is due."""
    query = select(RosterEntry.due_on).where(
        RosterEntry.state == EntryState.ACTIVE, RosterEntry.due_on <= until
    )
    return db.session.scalars(query.distinct()).all()


def to_confirm() -> int:
    """Objects whose striking off waits for a supervisor."""
    return ask(_TO_CONFIRM).scalar_one()


_TO_CONFIRM = select(func.count()).where(RosterEntry.state == EntryState.CLOSING)


# Entries


def entries_listing(shape: Shape) -> Listing:
    """What the list of a roster's objects can be asked for: its own choices and units among it."""
    chosen = [column.key for column in shape.shown_columns if _is_filter(column.kind, column.is_personal)]
    sorts: dict[str, Any] = {
        "number": (RosterEntry.number,),
        "unit": (Unit.position, RosterEntry.number),
        "due": (RosterEntry.due_on, RosterEntry.id),
        "state": (RosterEntry.state, RosterEntry.due_on, RosterEntry.id),
    }
    if not shape.is_name_personal:  # an order would tell what is masked
        sorts["name"] = (RosterEntry.name, RosterEntry.id)
    return Listing(
        sorts=sorts,
        usual="number",
        filters={
            "q": words,
            "unit": whole,
            "state": EntryState,
            "step": words,
            "term": Term,
            **dict.fromkeys(chosen, words),
        },
    )


def _is_filter(kind: Kind, is_personal: bool) -> bool:
    return kind in (Kind.CHOICE, Kind.UNIT) and not is_personal


def entries_in_sight(user: User | None, roster: Roster) -> Select[RosterEntry]:
    """A unit sees and fills only its own objects; the office (and the command line, without user) all."""
    entries = select(RosterEntry).where(RosterEntry.roster_id == roster.id)
    return entries if user is None or sees_all(user) else entries.where(RosterEntry.unit_id == user.unit_id)


def entries(
    user: User | None, roster: Roster, view: View, today: date, warn_until: date
) -> Select[RosterEntry]:
    """The objects a view of ``entries_listing`` asks for, in order."""
    query = entries_in_sight(user, roster).where(*conditions(roster, view, today, warn_until))
    if view.sort.removeprefix("-") == "unit":
        query = query.join(RosterEntry.unit)
    return query.order_by(*view.order())


class Object(NamedTuple):
    """One object as a row of a file; ``done`` is key of a step → day."""

    number: int
    unit_name: str
    name: str
    values: Mapping[str, str]
    state: EntryState
    closed_on: date | None
    done: Mapping[str, date]
    extended: Mapping[str, date]  # likewise


def lines(user: User | None, roster: Roster, view: View, today: date, warn_until: date) -> Iterator[Object]:
    """All objects a view asks for, a thousand at a time: memory does not grow with them."""
    query = select(
        RosterEntry.id,
        RosterEntry.number,
        Unit.name,
        RosterEntry.name,
        RosterEntry.values,
        RosterEntry.state,
        RosterEntry.closed_on,
        RosterEntry.extended,
    ).join(RosterEntry.unit)
    in_sight = entries_in_sight(user, roster).with_only_columns(RosterEntry.id)
    wanted = in_sight.where(*conditions(roster, view, today, warn_until))
    found = db.session.execute(
        query.where(RosterEntry.id.in_(wanted)).order_by(*view.order()).execution_options(yield_per=1000)
    )
    for rows in found.partitions():
        done: dict[int, dict[str, date]] = defaultdict(dict)
        of_rows = RosterMark.entry_id.in_([row[0] for row in rows])
        marks = select(RosterMark.entry_id, RosterMark.step, RosterMark.done_on).where(of_rows)
        for entry_id, step, on in db.session.execute(marks):
            done[entry_id][step] = on
        for row in rows:
            yield Object._make((*row[1:-1], done[row[0]], days_of(row[-1])))


def entries_page(user: User, roster: Roster, view: View, today: date, warn_until: date) -> Page[RosterEntry]:
    """One page of them, with units and marks."""
    wanted = conditions(roster, view, today, warn_until)
    count = entries_in_sight(user, roster).where(*wanted).with_only_columns(func.count(RosterEntry.id))
    query = entries(user, roster, view, today, warn_until).options(*WHOLE)
    page = rows_of(query, view.number, view.size, count)
    return Page([row[0] for row in page.rows], page.number, page.total, page.size)


WHOLE = (joinedload(RosterEntry.unit), selectinload(RosterEntry.marks))


def conditions(roster: Roster, view: View, today: date, warn_until: date) -> list[ColumnElement[bool]]:
    """The filters of a view. What is masked is found by its exact value only."""
    shape = roster.shape
    terms = {
        Term.OVERDUE: overdue(today),
        Term.SOON: and_(
            RosterEntry.state == EntryState.ACTIVE, RosterEntry.due_on.between(today, warn_until)
        ),
        Term.READY: and_(RosterEntry.state == EntryState.ACTIVE, RosterEntry.step == ""),
    }
    known: dict[str, Callable[[Any], ColumnElement[bool]]] = {
        "q": partial(_looked_for, shape),
        "unit": lambda id_: RosterEntry.unit_id == id_,
        "state": lambda state: RosterEntry.state == state,
        "step": lambda key: and_(RosterEntry.step == key, RosterEntry.state == EntryState.ACTIVE),
        "term": lambda term: terms[term],
    }
    return [
        known[name](value)
        if name in known
        else and_(_says(value), RosterEntry.values[name].as_string() == value)
        for name, value in view.values.items()
    ]


def _looked_for(shape: Shape, said: str) -> ColumnElement[bool]:
    """Part of a name or text, or the whole of what is personal; 序号 too."""
    name = RosterEntry.name
    found = [name == said if shape.is_name_personal else name.contains(said, autoescape=True)]
    inside = []
    for column in shape.shown_columns:
        value = RosterEntry.values[column.key].as_string()
        if column.is_personal:
            inside.append(value == said)
        elif column.kind is not Kind.NUMBER:
            inside.append(value.contains(said, autoescape=True))
    if inside:
        found.append(and_(_says(said), or_(*inside)))
    if said.isdecimal() and len(said) < 10:
        found.append(RosterEntry.number == int(said))
    return or_(*found)


def _says(said: str) -> ColumnElement[bool]:
    """Whether the values say it anywhere: asked first, it spares taking most of them apart."""
    return cast(RosterEntry.values, Text).contains(json.dumps(said)[1:-1], autoescape=True)


def get_entry(user: User, entry_id: int) -> RosterEntry:
    """NotFound when absent or out of sight: a unit cannot learn of another's objects."""
    query = select(RosterEntry).where(RosterEntry.id == entry_id).options(*_ENTRY)
    if not sees_all(user):
        query = query.where(RosterEntry.unit_id == user.unit_id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("台账里没有这个对象，或不在您的查看范围内")
    return found


_ENTRY = (
    joinedload(RosterEntry.unit),
    joinedload(RosterEntry.roster).joinedload(Roster.task).joinedload(Task.work_point).load_only(
        WorkPoint.number, WorkPoint.title, WorkPoint.document_id
    ),
    selectinload(RosterEntry.marks).joinedload(RosterMark.marked_by),
)  # fmt: skip


def get_mark(user: User, mark_id: int) -> RosterMark:
    """A mark of an object in sight, with its file; NotFound otherwise."""
    query = (
        select(RosterMark)
        .join(RosterMark.entry)
        .where(RosterMark.id == mark_id, RosterMark.file_id.is_not(None))
        .options(joinedload(RosterMark.file))
    )
    if not sees_all(user):
        query = query.where(RosterEntry.unit_id == user.unit_id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("没有这份佐证材料，或不在您的查看范围内")
    return found


def named_entries(user: User, roster: Roster, ids: Iterable[int]) -> Sequence[RosterEntry]:
    """Those of ``ids`` that are in sight, to be written on, in order."""
    return db.session.scalars(
        entries_in_sight(user, roster)
        .where(RosterEntry.id.in_(list(ids)))
        .order_by(RosterEntry.number)
        .options(*WHOLE)
        .with_for_update(of=RosterEntry)
    ).all()
