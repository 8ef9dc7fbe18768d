"""What a bulk change would do row by row, what past ones did, and what stands against undoing one."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Unit, User
from tracker.accounts.queries import unit_choices
from tracker.db import db
from tracker.errors import Invalid, NotFound
from tracker.tasks.ledger import ledger
from tracker.tasks.models import Assignment, BulkChange, Extension, Level, Target, Task
from tracker.tasks.queries import visible_to
from tracker.web.pages import View, day, whole
from tracker.words import Word
from tracker.workflow import FilingState, State

MOST = 500  # duties in one change


class Field(Word):
    """调整内容."""

    UNIT = "unit", "责任单位"
    DEADLINE = "deadline", "完成时限"
    LEVEL = "level", "级别"


@dataclass(frozen=True)
class Change:
    """What is changed to what: ``value`` as it is stored (unit id, ISO day, level), ``words`` as shown."""

    field: Field
    value: int | str
    words: str


class Line(NamedTuple):
    """One duty in the preview; ``obstacle`` says why it cannot change, empty when it can."""

    assignment: Assignment
    before: int | str | None
    before_words: str
    obstacle: str
    note: str

    def thing(self, field: Field) -> Assignment | Task:
        """What really changes: a level belongs to the task, and so to every unit that carries it."""
        return self.assignment.task if field is Field.LEVEL else self.assignment


def asked_on(line: Line, change: Change) -> date | None:
    """The day by which a change asks something of a unit that was not asked before; None when it does not."""
    deadline = line.assignment.deadline
    if change.field is Field.UNIT:
        return deadline
    if change.field is Field.DEADLINE and deadline:
        wanted = date.fromisoformat(str(change.value))
        return wanted if wanted < deadline else None
    return None


class Done(NamedTuple):
    """One row of a change that was made, in words; the duty is None where a whole task was changed."""

    title: str
    unit_name: str
    task_id: int
    assignment_id: int | None
    before: str
    after: str


def change_of(what: str, said: str) -> Change:
    """What a person chose; Invalid when it makes no sense."""
    try:
        field = Field(what)
    except ValueError:
        raise Invalid("请选择要调整的内容") from None
    try:
        match field:
            case Field.UNIT:
                unit = db.session.get(Unit, whole(said))
                if unit is None or not unit.is_active:
                    raise ValueError(said)
                return Change(field, unit.id, unit.name)
            case Field.DEADLINE:
                return Change(field, day(said).isoformat(), day(said).isoformat())
            case Field.LEVEL:
                return Change(field, Level(said).value, Level(said).label)
    except ValueError:
        raise Invalid(f"请填写新的{field.label}", value=f"请填写新的{field.label}") from None


def chosen(user: User, ids: Collection[int], field: Field | None = None) -> Sequence[Assignment]:
    """The duties of these ids in sight by deadline, with all that a change of ``field`` touches."""
    return db.session.scalars(
        visible_to(user)
        .where(Assignment.id.in_(ids))
        .options(*_touched_by(field))
        .order_by(Assignment.deadline, Assignment.id)
    ).all()


def matching(user: User, view: View, today: date, warn_until: date) -> list[int]:
    """The ids a filtered ledger shows, at most one more than ``MOST``."""
    return [row.id for row in db.session.execute(ledger(user, view, today, warn_until).limit(MOST + 1))]


def lines(change: Change, assignments: Sequence[Assignment], today: date) -> list[Line]:
    """The preview, row by row; nothing is written."""
    carried = _carried({assignment.task_id for assignment in assignments})
    asked = _with_extension({assignment.id for assignment in assignments})
    previewed = []
    for assignment in assignments:
        before, words = value_of(assignment, change.field)
        others = {row.unit_id for row in carried[assignment.task_id]} - {assignment.unit_id}
        taken = {row.unit_id for row in carried[assignment.task_id] if row.period == assignment.period}
        obstacle = obstacle_to(assignment, change, today, taken, is_asked=assignment.id in asked)
        note = ""
        if change.field is Field.LEVEL and others:
            note = f"同一任务的另外{len(others)}个单位一并改变"
        elif change.field is Field.DEADLINE and assignment.deadline != assignment.original_deadline:
            note = f"原定时限{assignment.original_deadline}"
        previewed.append(Line(assignment, before, words, obstacle, note))
        if change.field is Field.UNIT and not obstacle:  # a second row of the same task would collide
            carried[assignment.task_id].append(_Carried(assignment.period, int(change.value)))
    return previewed


def obstacle_to(
    assignment: Assignment, change: Change, today: date, taken: set[int], *, is_asked: bool
) -> str:
    """Why this duty cannot be changed so; ``taken`` are the units that carry its task in its period."""
    state = assignment.state
    if change.value == value_of(assignment, change.field)[0]:
        return "与现在相同"
    if state in _ENDED:
        return state.label
    if change.field is Field.UNIT:
        if state is State.DISPUTED:
            return "异议中，请在答复异议时改交"
        if state is not State.ISSUED:
            return "已签收，不能再改单位"
        return "该单位已承办这个任务" if change.value in taken else ""
    if change.field is Field.DEADLINE:
        wanted = date.fromisoformat(str(change.value))
        refusals = (
            (assignment.deadline is None, "长期坚持，没有完成时限"),
            (state is State.DISPUTED, "异议中，请在答复异议时改时限"),
            (state is State.SUSPENDED, "缓办中，恢复时时限自动顺延"),
            (state is State.CLOSING, "已申请办结，正在审核"),
            (is_asked, "有延期申请在等待审批"),
            (wanted < assignment.starts_on, f"早于起始日{assignment.starts_on}"),
            (wanted < today, "新的时限已经过去"),
        )
        return next((words for holds, words in refusals if holds), "")
    return ""


def value_of(assignment: Assignment, field: Field) -> tuple[int | str | None, str]:
    """What a field holds now: as it is stored, and in words."""
    match field:
        case Field.UNIT:
            return assignment.unit_id, assignment.unit.name
        case Field.DEADLINE:
            iso = assignment.deadline.isoformat() if assignment.deadline else None
            return iso, iso or "长期坚持"
        case Field.LEVEL:
            return assignment.task.level.value, assignment.task.level.label


def against_undoing(bulk: BulkChange) -> list[Assignment | Task]:
    """The rows that stand against undoing a change: changed again since, signed for, handed in or ended."""
    rows = things_of(bulk)
    carried = _carried({thing.task_id for thing, *_ in rows if isinstance(thing, Assignment)})
    return [
        thing
        for thing, field, before, after in rows
        if not _can_go_back(thing, field, before, after, carried)
    ]


def _can_go_back(
    thing: Assignment | Task, field: Field, before: Any, after: Any, carried: dict[int, list[Any]]
) -> bool:
    if isinstance(thing, Task):
        return bool(thing.level.value == after)
    if value_of(thing, field)[0] != after:
        return False
    if field is Field.UNIT:
        return thing.state is State.ISSUED and _Carried(thing.period, before) not in carried[thing.task_id]
    return thing.state in (State.ISSUED, State.ACTIVE)


def things_of(bulk: BulkChange) -> list[tuple[Assignment | Task, Field, Any, Any]]:
    """(thing, field, before, after) of every row of a change."""
    loaded: dict[str, dict[int, Any]] = {}
    for kind in (Assignment, Task):
        ids = [row[1] for row in bulk.changes if row[0] == kind.__tablename__]
        query: Select[Any] = select(kind).where(kind.id.in_(ids))
        if kind is Assignment:
            query = query.options(*_touched_by(Field(bulk.changes[0][2])))
        loaded[kind.__tablename__] = {one.id: one for one in db.session.scalars(query)} if ids else {}
    return [
        (loaded[table][id_], Field(field), before, after) for table, id_, field, before, after in bulk.changes
    ]


def done(bulk: BulkChange) -> list[Done]:
    """What a change did, in words."""
    names = dict(unit_choices())
    words: dict[Field, Callable[[Any], str]] = {
        Field.UNIT: lambda id_: names[id_],
        Field.DEADLINE: str,
        Field.LEVEL: lambda value: Level(value).label,
    }
    rows = []
    for thing, field, *values in things_of(bulk):
        said = [words[field](value) for value in values]
        if isinstance(thing, Task):
            rows.append(Done(thing.title, "全部承办单位", thing.id, None, *said))
        else:
            rows.append(Done(thing.task.title, thing.unit.name, thing.task_id, thing.id, *said))
    return rows


def get_bulk(bulk_id: int) -> BulkChange:
    """NotFound when there is none."""
    found = db.session.get(BulkChange, bulk_id)
    if found is None:
        raise NotFound("没有这次批量调整")
    return found


def past() -> Select[BulkChange]:
    """Every bulk change, newest first."""
    return (
        select(BulkChange)
        .options(joinedload(BulkChange.made_by), joinedload(BulkChange.undone_by))
        .order_by(BulkChange.id.desc())
    )


def _touched_by(field: Field | None) -> list[Any]:
    """What to load with each duty: another unit takes over its share of the task's targets."""
    task = joinedload(Assignment.task)
    shares = [
        task.selectinload(Task.assignments),
        task.selectinload(Task.targets).selectinload(Target.quotas),
    ]
    return [task, joinedload(Assignment.unit), *(shares if field is Field.UNIT else ())]


_ENDED = (State.CLOSED, State.WITHDRAWN)


class _Carried(NamedTuple):
    period: str
    unit_id: int


def _carried(task_ids: Collection[int]) -> dict[int, list[Any]]:
    """Task id → (period, unit_id) of everything it is carried by."""
    found: dict[int, list[Any]] = defaultdict(list)
    for task_id, period, unit_id in db.session.execute(
        select(Assignment.task_id, Assignment.period, Assignment.unit_id).where(
            Assignment.task_id.in_(task_ids)
        )
    ):
        found[task_id].append(_Carried(period, unit_id))
    return found


def _with_extension(ids: Collection[int]) -> set[int]:
    query = select(Extension.assignment_id).where(
        Extension.assignment_id.in_(ids), Extension.state == FilingState.SUBMITTED
    )
    return set(db.session.scalars(query))
