"""The accounts that wait for one person, by what they wait for; in one question for all boxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    false,
    func,
    select,
    true,
    union,
)

from tracker.accounts.models import Unit, User
from tracker.accounts.permissions import Permission, can
from tracker.clock import SHANGHAI
from tracker.db import ask
from tracker.errors import NotFound
from tracker.lists.account.models import Closure, RectificationReport
from tracker.lists.look_backs.models import LookBack
from tracker.lists.look_backs.queries import due_to
from tracker.lists.models import Pace, Problem, Rectification, Responsibility
from tracker.lists.waiting.rules import OFFICE, Wait, quarter_asked
from tracker.web.pages import Page, rows_of
from tracker.workflow import FilingState, LookBackState
from tracker.workflow import RectificationState as State

SHOWN = 8  # rows of one box; the rest is a link away


@dataclass(frozen=True)
class Box:
    """One box of a unit's desk: its first rows, and how many there are in all."""

    wait: Wait
    total: int
    rows: Sequence[Row[*tuple[Any, ...]]]


def boxes(user: User, today: date, warn_until: date) -> list[Box]:
    """The boxes of somebody in a unit that hold something, with the first rows of each."""
    query = _first_rows(today, warn_until, can(user, Permission.APPLY))
    rows: dict[str, list[Row[*tuple[Any, ...]]]] = {}
    for row in ask(query, {"own": user.unit_id}):
        rows.setdefault(row.wait, []).append(row)
    return [Box(wait, rows[wait][0].total, rows[wait]) for wait in Wait if wait in rows]


def office_counts(user: User, today: date) -> list[tuple[Wait, int]]:
    """What waits for a supervisor, and how much of it."""
    found = {**ask(_OFFICE_COUNTS).mappings().one(), Wait.LOOK_BACK.value: due_to(user, today)}
    return [(one, found[one]) for one in OFFICE if found.get(one)]


def box_page(
    user: User, wait: Wait, today: date, warn_until: date, number: int
) -> Page[Row[*tuple[Any, ...]]]:
    """All rows of one box, a page at a time. NotFound for a box of the office unless this person judges."""
    if wait in OFFICE:
        if not can(user, Permission.JUDGE):
            raise NotFound("三张清单没有这一栏，或不由您办理")
        query = _of_office(user, today)
    else:
        query = _of_unit(today, warn_until, can(user, Permission.APPLY))
    waiting = query.subquery()
    chosen = _shown(waiting).where(waiting.c.wait == wait).order_by(waiting.c.deadline, waiting.c.id)
    count = select(func.count()).select_from(waiting).where(waiting.c.wait == wait)
    own = {"own": user.unit_id}
    return rows_of(chosen.params(own), number, count=count.params(own))


@lru_cache(maxsize=4)  # long to build, and the same all day
def _first_rows(today: date, warn_until: date, is_head: bool) -> Select[*tuple[Any, ...]]:
    waiting = _of_unit(today, warn_until, is_head).subquery()
    place = func.row_number().over(partition_by=waiting.c.wait, order_by=(waiting.c.deadline, waiting.c.id))
    total = func.count().over(partition_by=waiting.c.wait)
    ranked = select(waiting, place.label("place"), total.label("total")).where(waiting.c.wait.is_not(None))
    first = ranked.subquery()
    query = _shown(first).add_columns(first.c.total)
    return query.where(first.c.place <= SHOWN).order_by(first.c.place)


def _of_unit(today: date, warn_until: date, is_head: bool) -> Select[*tuple[Any, ...]]:
    """The accounts of the unit ``own``; ``wait`` is null where nothing is asked now."""
    own: ColumnElement[int] = bindparam("own")
    leads, active = Responsibility.lead_unit_id == own, Rectification.state == State.ACTIVE
    quarter, before = quarter_asked(today)
    heads = true() if is_head else false()
    filed = select(RectificationReport.id).where(
        RectificationReport.rectification_id == Rectification.id, RectificationReport.quarter == quarter
    )
    stage = and_(
        active,
        Rectification.pace == Pace.STANDING,
        Rectification.issued_at < datetime.combine(before, time(), SHANGHAI),
        ~filed.exists(),
    )
    accepts = and_(Responsibility.accepting_unit_id == own, Rectification.state == State.CLOSING)
    ready = and_(active, Rectification.progress == 100, Rectification.pace != Pace.STANDING)
    wait = case(
        (and_(accepts, heads), Wait.VERIFY.value),
        (~leads, None),
        (Rectification.state == State.ISSUED, Wait.RECEIVE.value),
        (
            and_(Rectification.state == State.PLANNING, Rectification.proposed_at.is_(None)),
            Wait.PROPOSE.value,
        ),
        (and_(active, _has_report(FilingState.RETURNED)), Wait.CORRECT.value),
        (and_(ready, heads), Wait.APPLY.value),
        (stage, Wait.STAGE.value),
        (and_(active, Rectification.deadline < today), Wait.OVERDUE.value),
        (and_(active, Rectification.deadline <= warn_until), Wait.DUE.value),
    )
    problem = select(Responsibility.problem_id)
    concerned = union(problem.where(leads), problem.where(Responsibility.accepting_unit_id == own))
    return (
        _waiting(wait)
        .join(Responsibility, Responsibility.problem_id == Rectification.problem_id)
        .where(
            Rectification.problem_id.in_(concerned),
            Rectification.state.in_((State.ISSUED, State.PLANNING, State.ACTIVE, State.CLOSING)),
        )
    )


def _of_office(user: User, today: date) -> Select[*tuple[Any, ...]]:
    looked_at = select(Closure.rectification_id).where(
        Closure.id.in_(
            select(LookBack.closure_id).where(
                LookBack.state == LookBackState.PLANNED,
                LookBack.due_on <= today,
                LookBack.closed_by_id != user.id,
            )
        )
    )
    wait = case((Rectification.id.in_(looked_at), Wait.LOOK_BACK.value), else_=_office_wait())
    return _waiting(wait)


def _has_report(state: FilingState) -> ColumnElement[bool]:
    """Whether the account has a report in that state: of the present round, since no other is left open."""
    return Rectification.id.in_(
        select(RectificationReport.rectification_id).where(RectificationReport.state == state)
    )


_OF_OFFICE: dict[Wait, ColumnElement[bool]] = {
    Wait.ISSUE: Rectification.state == State.REGISTERED,
    Wait.ANSWER: Rectification.state == State.DISPUTED,
    Wait.APPROVE: and_(Rectification.state == State.PLANNING, Rectification.proposed_at.is_not(None)),
    Wait.REVIEW: and_(Rectification.state == State.ACTIVE, _has_report(FilingState.SUBMITTED)),
    Wait.CLOSE: Rectification.state == State.VERIFIED,
}
_OFFICE_COUNTS = select(
    *(
        select(func.count()).select_from(Rectification).where(waits).scalar_subquery().label(wait.value)
        for wait, waits in _OF_OFFICE.items()
    )
)


def _office_wait() -> ColumnElement[Any]:
    return case(*((waits, wait.value) for wait, waits in _OF_OFFICE.items()))


def _waiting(wait: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Accounts, with what each waits for."""
    return select(Rectification.problem_id.label("id"), Rectification.deadline, wait.label("wait"))


def _shown(waiting: Subquery) -> Select[*tuple[Any, ...]]:
    """What a line of a box shows of the accounts picked in ``waiting``."""
    return (
        select(
            Problem.id,
            Problem.number,
            Problem.text,
            Unit.short_name.label("unit_name"),
            Rectification.deadline,
            Rectification.progress,
            Rectification.state,
            waiting.c.wait,
        )
        .join(waiting, waiting.c.id == Problem.id)
        .join(Problem.rectification)
        .join(Problem.unit)
    )
