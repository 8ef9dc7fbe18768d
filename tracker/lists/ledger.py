"""The accounts as a list: filters, orders, groups, one page of it, and how many are struck off.

As with the duties, the statements are made once for each shape a view can have; what a person typed goes in
as parameters.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Row,
    Select,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from tracker.accounts.models import Unit, User
from tracker.accounts.permissions import sees_all
from tracker.clock import local_date
from tracker.db import ask, db
from tracker.lists.models import (
    Milestone,
    Pace,
    Problem,
    ProblemSource,
    Rectification,
    RectificationEvidence,
    Responsibility,
    Severity,
    SupportUnit,
)
from tracker.lists.queries import sight
from tracker.lists.rules import Tally
from tracker.lists.settings.models import ListSettings
from tracker.lists.views import VIEWS, Cell, Line, ListView, arrange
from tracker.web.pages import Listing, Page, View, day, whole, words
from tracker.words import Word
from tracker.workflow import RectificationState as State

PART = 1000  # accounts whose further facts are fetched at once
NAMED = 3  # files of evidence told by name; the others are counted
SOON_DAYS = 7
OWED = (State.ISSUED, State.PLANNING, State.ACTIVE)  # the unit has it and has not handed it in
UNIT, LEAD, ACCEPTING = Unit, aliased(Unit), aliased(Unit)


class Scope(Word):
    """More than one state at once."""

    OPEN = "open", "未销号"


class Term(Word):
    """How an account that its unit has not handed in stands to its deadline."""

    LATE = "late", "已逾期"
    SOON = "soon", f"{SOON_DAYS}天内到期"


class Common(Word):
    """共性 / 个性."""

    YES = "yes", "共性"
    NO = "no", "个性"


class Grouping(Word):
    """What the accounts can be grouped by."""

    UNIT = "unit", "涉及单位"
    SOURCE = "source", "来源"
    PACE = "pace", "时间类别"
    STATE = "state", "销号状态"
    SEVERITY = "severity", "严重程度"


def state(said: str) -> State | Scope:
    """A state, or ``open``; raises ValueError."""
    return Scope.OPEN if said == Scope.OPEN else State(said)


def _in_order(column: Any, words: type[Word]) -> ColumnElement[int]:
    return case({word: place for place, word in enumerate(words)}, value=column)


_ORDERS = {
    Grouping.UNIT: (UNIT.position, UNIT.id),
    Grouping.SOURCE: (_in_order(Problem.source, ProblemSource),),
    Grouping.PACE: (_in_order(Rectification.pace, Pace),),
    Grouping.STATE: (_in_order(Rectification.state, State),),
    Grouping.SEVERITY: (_in_order(Problem.severity, Severity).desc(),),
}
_KEYS = {
    Grouping.UNIT: Problem.unit_id,
    Grouping.SOURCE: Problem.source,
    Grouping.PACE: Rectification.pace,
    Grouping.STATE: Rectification.state,
    Grouping.SEVERITY: Problem.severity,
}
ACCOUNTS = Listing(
    sorts={
        "number": (Problem.id,),  # numbers are given in this order, and 2020-10000 comes after 2020-9999
        "found_on": (Problem.found_on, Problem.id),
        "deadline": (Rectification.deadline.is_(None), Rectification.deadline, Problem.id),
        "severity": (_in_order(Problem.severity, Severity), Problem.id),
        "unit": (UNIT.position, Problem.id),
        "progress": (Rectification.progress, Problem.id),
        "state": (_in_order(Rectification.state, State), Problem.id),
    },
    usual="number",
    filters={
        "q": words,
        "unit": whole,
        "source": ProblemSource,
        "pace": Pace,
        "state": state,
        "severity": Severity,
        "common": Common,
        "term": Term,
        "found_from": day,
        "found_to": day,
        "due_from": day,
        "due_to": day,
        "group": Grouping,
    },
)
_COLUMNS = (
    Problem.id,
    Problem.number,
    Problem.source,
    Problem.source_number,
    Problem.found_on,
    Problem.text,
    Problem.kind,
    Problem.unit_id,
    UNIT.name,
    UNIT.short_name,
    Problem.severity,
    Problem.is_common,
    Problem.basis,
    Problem.assignment_deadline,
    Rectification.id,
    Rectification.state,
    Rectification.goal,
    Rectification.remedy,
    Rectification.pace,
    Rectification.deadline,
    Rectification.applied_at,
    Rectification.paused_on,
    Rectification.progress,
    Rectification.closed_on,
    Rectification.reopened_times,
    Responsibility.id,
    Responsibility.leader,
    LEAD.name,
    Responsibility.person,
    Responsibility.phone,
    ACCEPTING.name,
    Responsibility.text,
)
_APPLIED = Line._fields.index("handed_in_on")
_RECTIFICATION = Line._fields.index("rectification_id")
_RESPONSIBILITY = Line._fields.index("responsibility_id")


class Shape(NamedTuple):
    """What of a view decides its SQL: two views of one shape differ in parameters only."""

    filters: frozenset[str]  # "own" among them: only what one's own unit answers for or accepts
    group: Grouping | None = None


_OWED = Rectification.state.in_(OWED) & (Rectification.pace != Pace.STANDING)
_LATE = _OWED & (Rectification.deadline < bindparam("today"))
_OF_PROBLEM: dict[str, ColumnElement[bool]] = {
    "source": Problem.source == bindparam("source"),
    "severity": Problem.severity == bindparam("severity"),
    "common": Problem.is_common == bindparam("common"),
    "found_from": Problem.found_on >= bindparam("found_from"),
    "found_to": Problem.found_on <= bindparam("found_to"),
    "q": or_(Problem.text.like(bindparam("q"), escape="/"), Problem.number.like(bindparam("q"), escape="/")),
}
_OF_RESPONSIBILITY: dict[str, ColumnElement[bool]] = {
    "own": sight(bindparam("own", type_=Integer)),
    "unit": or_(Problem.unit_id == bindparam("unit"), Responsibility.lead_unit_id == bindparam("unit")),
}
_OF_RECTIFICATION: dict[str, ColumnElement[bool]] = {
    "pace": Rectification.pace == bindparam("pace"),
    "state": Rectification.state == bindparam("state"),
    "open": Rectification.state.not_in((State.CLOSED, State.WITHDRAWN))
    & (Rectification.pace != Pace.STANDING),
    "late": _LATE,
    "soon": _OWED & Rectification.deadline.between(bindparam("today"), bindparam("soon")),
    "due_from": Rectification.deadline >= bindparam("due_from"),
    "due_to": Rectification.deadline <= bindparam("due_to"),
}
_CONDITIONS = _OF_PROBLEM | _OF_RESPONSIBILITY | _OF_RECTIFICATION


def list_views() -> dict[str, ListView]:
    """The three lists as this office has arranged them."""
    found = {row.name: row for row in ask(_SETTINGS)}
    return {
        name: arrange(name, found[name].title, found[name].columns) if name in found else usual
        for name, usual in VIEWS.items()
    }


_SETTINGS = select(ListSettings.name, ListSettings.title, ListSettings.columns)


def all_cells(name: str) -> list[tuple[Cell, bool]]:
    """Every column of a list, in the office's order and under its headings, and whether it is shown."""
    found = db.session.get(ListSettings, name)
    known = {cell.key: cell for cell in VIEWS[name].cells}
    wanted = [
        (key, heading, is_shown)
        for key, heading, is_shown in (found.columns if found else ())
        if key in known
    ]
    cells = [(known[key]._replace(heading=heading), is_shown) for key, heading, is_shown in wanted]
    said = {key for key, _, _ in wanted}
    return cells + [(cell, True) for cell in VIEWS[name].cells if cell.key not in said]


def tallies(user: User | None, view: View, today: date) -> dict[Any, Tally]:
    """How many accounts a view has and how many are struck off, for each group of it, or under ""."""
    shape, values = _asked(user, view, today)
    return {key: Tally(*counts) for key, *counts in ask(_tally(shape), values)}


def account_page(
    user: User, view: View, tallies: Mapping[Any, Tally], today: date, keys: frozenset[str] = frozenset()
) -> Page[Line]:
    """The lines a view of ``ACCOUNTS`` asks for, in this user's sight; past the end, the last page.

    Its ``tallies`` tell which groups reach into the page: only those are looked at.
    """
    shape, values = _asked(user, view, today)
    total = sum(tally.total for tally in tallies.values())
    number = min(view.number, Page([], 1, total, view.size).last)
    groups, first = _reached(tallies, (number - 1) * view.size, view.size)
    place = {"size": view.size, "first": first, "groups": groups}
    rows = ask(_one_page(shape, view.sort), values | place).all() if total else []
    return Page(_filled(rows, keys), number, total, view.size)


def accounts(user: User | None, view: View, today: date, keys: frozenset[str]) -> Iterator[Line]:
    """All lines of a view, some at a time; ``keys`` are the columns that will be shown. Without user: all."""
    shape, values = _asked(user, view, today)
    query = _lines(shape, view.sort).execution_options(yield_per=PART)
    for part in db.session.execute(query, values).partitions():
        yield from _filled(part, keys)


def group_key(line: Line, grouping: Grouping) -> tuple[Any, str]:
    """The key of ``tallies`` a line stands under, and its name."""
    if grouping is Grouping.UNIT:
        return line.unit_id, line.unit_name
    word: Word = getattr(line, grouping.value)
    return word, word.label


def _asked(user: User | None, view: View, today: date) -> tuple[Shape, dict[str, Any]]:
    values = dict(view.values)
    group, term = values.pop("group", None), values.pop("term", None)
    shown = set(values)
    if "q" in values:
        values["q"] = "%" + re.sub("([/%_])", r"/\1", values["q"]) + "%"
    if "common" in values:
        values["common"] = values["common"] is Common.YES
    if values.get("state") is Scope.OPEN:
        shown ^= {"state", "open"}
        del values["state"]
    if term is not None:
        shown.add(term.value)
        values["soon"] = today + timedelta(days=SOON_DAYS)
    if user is not None and not sees_all(user):
        shown.add("own")
        values["own"] = user.unit_id
    return Shape(frozenset(shown), group), values | {"today": today}


def _reached(tallies: Mapping[Any, Tally], first: int, size: int) -> tuple[list[Any], int]:
    """The groups that reach into a page, and where in these it begins; without groups the one of all."""
    start, reached = 0, []
    for key, tally in tallies.items():
        if start + tally.total > first and start < first + size:
            reached.append((key, start))
        start += tally.total
    return [key for key, _ in reached], first - reached[0][1] if reached else 0


def _conditions(shape: Shape) -> list[ColumnElement[bool]]:
    return [condition for name, condition in _CONDITIONS.items() if name in shape.filters]


@lru_cache(maxsize=200)
def _tally(shape: Shape) -> Select[*tuple[Any, ...]]:
    """key, all, struck off, standing, withdrawn, late; only the tables that are asked for are joined.

    The groups are in the order they have in the list.
    """

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(condition)

    is_off, is_standing = Rectification.state == State.WITHDRAWN, Rectification.pace == Pace.STANDING
    counts = (
        func.count(),
        count(Rectification.state == State.CLOSED),
        count(is_standing & ~is_off),
        count(is_off),
        count(_LATE),
    )
    key: Any = _KEYS[shape.group] if shape.group else literal("")
    query = select(key, *counts).select_from(Rectification)
    if not shape.filters.isdisjoint(_OF_PROBLEM | _OF_RESPONSIBILITY) or shape.group not in (
        None,
        Grouping.PACE,
        Grouping.STATE,
    ):
        query = query.join(Problem, Problem.id == Rectification.problem_id)
    if not shape.filters.isdisjoint(_OF_RESPONSIBILITY):
        query = query.join(Responsibility, Responsibility.problem_id == Rectification.problem_id)
    if shape.group is Grouping.UNIT:
        query = query.join(UNIT, UNIT.id == Problem.unit_id).group_by(*_ORDERS[shape.group])
    if shape.group:
        query = query.group_by(key).order_by(*_ORDERS[shape.group])
    return query.where(*_conditions(shape))


@lru_cache(maxsize=200)
def _lines(shape: Shape, sort: str) -> Select[*tuple[Any, ...]]:
    return _all_columns().where(*_conditions(shape)).order_by(*_order(shape, sort))


@lru_cache(maxsize=200)
def _one_page(shape: Shape, sort: str) -> Select[*tuple[Any, ...]]:
    """``size`` lines from ``first`` on: the accounts are picked first, then joined with their names."""
    order = _order(shape, sort)
    picked = (
        select(Problem.id)
        .join(Rectification, Rectification.problem_id == Problem.id)
        .where(*_conditions(shape))
        .order_by(*order)
        .limit(bindparam("size"))
        .offset(bindparam("first"))
    )
    if shape.group:
        picked = picked.where(_KEYS[shape.group].in_(bindparam("groups", expanding=True)))
    if not shape.filters.isdisjoint(_OF_RESPONSIBILITY):
        picked = picked.join(Responsibility, Responsibility.problem_id == Problem.id)
    if shape.group is Grouping.UNIT or sort.removeprefix("-") == "unit":
        picked = picked.join(UNIT, UNIT.id == Problem.unit_id)
    page = picked.subquery()
    return _all_columns().join(page, page.c.id == Problem.id).order_by(*order)


def _order(shape: Shape, sort: str) -> list[Any]:
    return [*(_ORDERS[shape.group] if shape.group else ()), *ACCOUNTS.order(sort)]


def _all_columns() -> Select[*tuple[Any, ...]]:
    return (
        select(*_COLUMNS)
        .select_from(Problem)
        .join(Rectification, Rectification.problem_id == Problem.id)
        .join(Responsibility, Responsibility.problem_id == Problem.id)
        .join(UNIT, UNIT.id == Problem.unit_id)
        .join(LEAD, LEAD.id == Responsibility.lead_unit_id)
        .join(ACCEPTING, ACCEPTING.id == Responsibility.accepting_unit_id)
    )


def _filled(rows: Sequence[Row[*tuple[Any, ...]]], keys: frozenset[str]) -> list[Line]:
    """The rows as lines, with what stands in other tables where a column shows it."""
    helpers = _collected(_SUPPORTS, [row[_RESPONSIBILITY] for row in rows]) if "supports" in keys else {}
    ids = [row[_RECTIFICATION] for row in rows]
    steps = _milestones(ids) if "milestones" in keys else {}
    proofs = _collected(_EVIDENCE, ids) if "evidence" in keys else {}
    return [
        Line._make(
            (
                *row[:_APPLIED],
                local_date(row[_APPLIED]) if row[_APPLIED] else None,
                *row[_APPLIED + 1 :],
                "、".join(helpers.get(row[_RESPONSIBILITY], ())),
                "\n".join(steps.get(row[_RECTIFICATION], ())),
                _named(proofs.get(row[_RECTIFICATION], ())),
            )
        )
        for row in rows
    ]


def _milestones(ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    found = defaultdict(list)
    for id_, due_on, text, met_on in ask(_MILESTONES, {"ids": ids}):
        found[id_].append(f"{due_on:%Y-%m-%d}　{text}{'（已完成）' if met_on else ''}")
    return found


def _collected(query: Select[int, str], ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    found = defaultdict(list)
    for id_, text in ask(query, {"ids": ids}):
        found[id_].append(text)
    return found


_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_SUPPORTS = (
    select(SupportUnit.responsibility_id, UNIT.name)
    .join(UNIT, UNIT.id == SupportUnit.unit_id)
    .where(SupportUnit.responsibility_id.in_(_IDS))
    .order_by(SupportUnit.responsibility_id, SupportUnit.position)
)
_MILESTONES = (
    select(Milestone.rectification_id, Milestone.due_on, Milestone.text, Milestone.met_on)
    .where(Milestone.rectification_id.in_(_IDS))
    .order_by(Milestone.due_on, Milestone.id)
)
_EVIDENCE = (
    select(RectificationEvidence.rectification_id, RectificationEvidence.name)
    .join(Rectification, Rectification.id == RectificationEvidence.rectification_id)
    .where(
        RectificationEvidence.rectification_id.in_(_IDS),
        RectificationEvidence.round == Rectification.reopened_times,  # earlier proofs did not hold
    )
    .order_by(RectificationEvidence.id)
)


def _named(names: Sequence[str]) -> str:
    """甲.pdf、乙.jpg、丙.xlsx等5件."""
    more = f"等{len(names)}件" if len(names) > NAMED else ""
    return "、".join(names[:NAMED]) + more
