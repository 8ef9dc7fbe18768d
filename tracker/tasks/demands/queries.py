"""Demands in a user's sight, and how many there were of whom (减负情况)."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Select, bindparam, case, func, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Unit, User
from tracker.accounts.permissions import sees_all
from tracker.db import ask, db
from tracker.tasks.demands.models import Demand
from tracker.tasks.demands.rules import Kind
from tracker.web.pages import Listing, View, whole, words


def a_month(said: str) -> str:
    """2020-07; raises ValueError."""
    date.fromisoformat(f"{said}-01")
    return words(said)


def yes(said: str) -> bool:
    """ "1"; raises ValueError for anything else."""
    if said != "1":
        raise ValueError(said)
    return True


DEMANDS = Listing(
    sorts={"made": (Demand.made_on, Demand.id), "due": (Demand.due_on, Demand.id)},
    usual="-made",
    filters={"month": a_month, "unit": whole, "by": whole, "kind": Kind, "hurried": yes},
)


class Tally(NamedTuple):
    """How much one unit was asked, or one supervisor asked, in a month; ``hurried``: against a rule."""

    id: int
    name: str
    demands: int
    hurried: int


def days_of(month: str) -> tuple[date, date]:
    """The first and the last day of a month ("2020-07")."""
    first = date.fromisoformat(f"{month}-01")
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def visible_to(user: User) -> Select[Demand]:
    """A unit sees what was asked of it, the office all."""
    demands = select(Demand)
    return demands if sees_all(user) else demands.where(Demand.unit_id == user.unit_id)


def demands(user: User, view: View) -> Select[Demand]:
    """What a view of ``DEMANDS`` asks for."""
    query = visible_to(user).options(joinedload(Demand.unit), joinedload(Demand.made_by))
    columns = {"unit": Demand.unit_id, "by": Demand.made_by_id, "kind": Demand.kind}
    query = query.where(
        *(column == view.get(name) for name, column in columns.items() if name in view.values)
    )
    if month := view.get("month"):
        query = query.where(Demand.made_on.between(*days_of(month)))
    if view.get("hurried"):
        query = query.where(Demand.broken != "")
    return query.order_by(*view.order())


def by_unit(month: str) -> Sequence[Tally]:
    """Whom most was asked of in a month, first."""
    return _tallies(select(Unit.id, Unit.short_name, *_COUNTS).join(Unit, Demand.unit_id == Unit.id), month)


def by_person(month: str, unit_id: int | None = None) -> Sequence[Tally]:
    """Who asked most in a month, first; of one unit, or of all."""
    query = select(User.id, User.name, *_COUNTS).join(User, Demand.made_by_id == User.id)
    return _tallies(query if unit_id is None else query.where(Demand.unit_id == unit_id), month)


def made_by(user: User, month: str) -> Tally:
    """How much one supervisor asked in a month."""
    first, last = days_of(month)
    demands, hurried = ask(_MADE_BY, {"person": user.id, "first": first, "last": last}).one()
    return Tally(user.id, user.name, demands, hurried)


def kinds_of(unit_id: int, month: str) -> dict[Kind, int]:
    """Kind → how often it was asked of one unit in a month."""
    rows = db.session.execute(
        select(Demand.kind, func.count(Demand.id))
        .where(Demand.unit_id == unit_id, Demand.made_on.between(*days_of(month)))
        .group_by(Demand.kind)
    )
    return {row[0]: row[1] for row in rows}


def hurried_of(unit_id: int, month: str) -> int:
    """How often that was against a rule of relief."""
    query = select(func.count(Demand.id)).where(
        Demand.unit_id == unit_id, Demand.broken != "", Demand.made_on.between(*days_of(month))
    )
    return db.session.scalar(query) or 0


def hurried(duty_ids: Collection[int]) -> Sequence[Demand]:
    """What was demanded about these duties against a rule of relief, each with its reason."""
    ids = ask(_HURRIED_IDS, {"duty_ids": list(duty_ids)}).scalars().all()
    return db.session.scalars(_HURRIED, {"ids": ids}).all() if ids else []


_HURRIED_IDS = select(Demand.id).where(
    Demand.assignment_id.in_(bindparam("duty_ids", expanding=True)), Demand.broken != ""
)
_HURRIED = (
    select(Demand)
    .where(Demand.id.in_(bindparam("ids", expanding=True)))
    .options(joinedload(Demand.unit), joinedload(Demand.made_by))
    .order_by(Demand.id)
)
_COUNTS = (func.count(Demand.id), func.coalesce(func.sum(case((Demand.broken != "", 1), else_=0)), 0))
_MADE_BY = select(*_COUNTS).where(
    Demand.made_by_id == bindparam("person"), Demand.made_on.between(bindparam("first"), bindparam("last"))
)


def _tallies(query: Select[int, str, int, int], month: str) -> Sequence[Tally]:
    entity = query.selected_columns[0]
    rows = db.session.execute(
        query.where(Demand.made_on.between(*days_of(month)))
        .group_by(*list(query.selected_columns)[:2])
        .order_by(func.count(Demand.id).desc(), entity)
    )
    return [Tally._make(row) for row in rows]


def latest_months(today: date, count: int) -> list[str]:
    """This month and those before, as "2020-07"."""
    latest = today.year * 12 + today.month - 1
    return [f"{month // 12}-{month % 12 + 1:02}" for month in range(latest, latest - count, -1)]
