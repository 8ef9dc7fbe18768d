"""What waits for a supervisor's decision, oldest first."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, false, func, or_, select
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from tracker.accounts.models import Unit
from tracker.db import ask, db
from tracker.reports.models import ProgressReport
from tracker.reports.review.rules import Kind, kind_of
from tracker.tasks.models import Assignment, Level, Task
from tracker.web.pages import Listing, View, whole
from tracker.workflow import FilingState, State

QUEUE = Listing(
    sorts={"since": (ProgressReport.submitted_at,)},
    usual="since",
    filters={"unit": whole, "kind": Kind, "level": Level},
)
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
        for duty_id, moment, state, no_change, *rest in ask(query, values):
            rows.append(Waiting(duty_id, moment, kind_of(state is State.CLOSING, no_change), *rest))
    rows.sort(key=lambda row: (row.since, row.duty_id), reverse=backwards)
    return rows[:limit]


def counts(view: View) -> Counter[Kind]:
    """How many cases of each kind a view of ``QUEUE`` asks for, by its unit and level; whatever its kind."""
    by_kind, all_closing = _counts(_asked(view))
    found: Counter[Kind] = Counter()
    for closing, no_change, number in ask(by_kind, _values(view)):
        found[kind_of(closing, no_change)] += number
    found[Kind.CLOSURE] = ask(all_closing, _values(view)).scalar_one()  # also without a report
    return found


def count(view: View) -> int:
    """How many cases a view of ``QUEUE`` asks for."""
    found = counts(view)
    return found[view.get("kind")] if view.get("kind") else found.total()


def waiting_in_all() -> Counter[Kind]:
    """How many cases of each kind wait, whoever asks."""
    return counts(QUEUE.view(MultiDict()))


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


def _unchanged() -> Select[ProgressReport]:
    return _SENT.where(_OF_KIND[Kind.NO_CHANGE])
