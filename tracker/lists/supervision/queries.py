"""Strike-offs by who made them, with what was reopened later and its denominator."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVarTuple

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.clock import local_date
from tracker.db import db
from tracker.lists.account.models import Closure
from tracker.lists.models import Problem, Rectification
from tracker.web.pages import Listing, View, day, whole
from tracker.workdays import Workdays

Ts = TypeVarTuple("Ts")

STRIKE_OFFS = Listing(
    sorts={"closed_on": (Closure.closed_on, Closure.id)},
    usual="-closed_on",
    filters={"closer": whole, "since": day, "until": day},
)
QUICK_WORKDAYS = 3  # from verification to strike-off


class Closer(NamedTuple):
    """What one supervisor struck off; ``days`` are working days from verification to strike-off."""

    user_id: int
    name: str
    closed: int
    quick: int  # within QUICK_WORKDAYS
    average: int | None
    longest: int
    reopened: int

    @property
    def reopened_share(self) -> int:
        """Percent of what was struck off, halves up."""
        return (200 * self.reopened + self.closed) // (2 * self.closed)


def closers(view: View, workdays: Workdays) -> list[Closer]:
    """One line a supervisor, those who struck off most first."""
    rows = db.session.execute(
        _asked(
            select(
                Closure.closed_by_id, User.name, Closure.verified_at, Closure.closed_on, Closure.reopened_on
            ).join(Closure.closed_by),
            view,
            but="closer",
        )
    )
    by_person: dict[tuple[int, str], list[Row[*tuple[Any, ...]]]] = {}
    for row in rows:
        by_person.setdefault((row.closed_by_id, row.name), []).append(row)
    lines = [_line(person, those, workdays) for person, those in by_person.items()]
    return sorted(lines, key=lambda line: (-line.closed, line.user_id))


def strike_offs(view: View) -> Select[Closure]:
    """The strike-offs a view of ``STRIKE_OFFS`` asks for, with account, unit and people."""
    query = select(Closure).options(
        joinedload(Closure.closed_by),
        joinedload(Closure.rectification).joinedload(Rectification.problem).joinedload(Problem.unit),
    )
    return _asked(query, view).order_by(*view.order())


def workdays_to_close(closure: Closure, workdays: Workdays) -> int:
    """Working days from verification to strike-off; 0: on the same day."""
    return workdays.between(local_date(closure.verified_at), closure.closed_on)


def people() -> Sequence[tuple[int, str]]:
    """Who has struck anything off, as choices of a filter."""
    query = select(User.id, User.name).where(User.id.in_(select(Closure.closed_by_id))).order_by(User.id)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def _line(person: tuple[int, str], rows: Iterable[Row[*tuple[Any, ...]]], workdays: Workdays) -> Closer:
    rows = list(rows)
    days = [workdays.between(local_date(row.verified_at), row.closed_on) for row in rows]
    return Closer(
        *person,
        closed=len(rows),
        quick=sum(1 for one in days if one <= QUICK_WORKDAYS),
        average=(2 * sum(days) + len(days)) // (2 * len(days)),
        longest=max(days),
        reopened=sum(1 for row in rows if row.reopened_on is not None),
    )


def _asked(query: Select[*Ts], view: View, but: str = "") -> Select[*Ts]:
    since: date | None = view.get("since")
    until: date | None = view.get("until")
    if since:
        query = query.where(Closure.closed_on >= since)
    if until:
        query = query.where(Closure.closed_on <= until)
    if view.get("closer") and but != "closer":
        query = query.where(Closure.closed_by_id == view.get("closer"))
    return query
