"""Asking units for something by hand: held against the rules of relief, and kept. None commits."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from tracker.accounts.models import Unit, User
from tracker.clock import SHANGHAI, local_date
from tracker.db import db
from tracker.errors import Invalid, check_length
from tracker.tasks.demands.models import Demand
from tracker.tasks.demands.rules import LONGEST_HURRY, Breach, Kind, breach
from tracker.tasks.models import Assignment
from tracker.workdays import statutory


def breach_of(due_on: date | None, now: datetime) -> Breach | None:
    """What a demand for ``due_on`` made now would be against."""
    return breach(now.astimezone(SHANGHAI), due_on, statutory())


def relief(due_on: date | None, actor: User | None, now: datetime, hurry: str) -> dict[str, Any]:
    """减负规定: the details for the event of a demand that is against them.

    Invalid, naming the rules, when ``hurry`` gives no reason. The system (``actor`` None) is asked for none.
    """
    found = breach_of(due_on, now) if actor else None
    if found is None:
        return {}
    if not hurry.strip():
        raise Invalid(
            f"{found.words}；确需提前的请写明理由", hurry="请写明提前的理由", due_on=f"最早{found.earliest}"
        )
    check_length(hurry, LONGEST_HURRY, "hurry", "提前的理由")
    return {"relief": found.named, "hurry": hurry.strip()}


def ask(
    kind: Kind,
    duties: Iterable[Assignment],
    due_on: date | None,
    actor: User | None,
    now: datetime,
    hurry: str = "",
) -> None:
    """提出要求 of the units of ``duties``; Invalid as in ``relief``."""
    for duty in duties:
        ask_unit(kind, duty.task.title, duty.unit, due_on, actor, now, hurry, duty)


def ask_unit(
    kind: Kind,
    about: str,
    unit: Unit,
    due_on: date | None,
    actor: User | None,
    now: datetime,
    hurry: str = "",
    duty: Assignment | None = None,
) -> None:
    """提出要求 of one unit, about a ``duty`` or something else."""
    relief(due_on, actor, now, hurry)
    if actor is None:
        return
    found = breach_of(due_on, now)
    demand = Demand(
        kind=kind,
        about=about,
        assignment=duty,
        unit=unit,
        made_by=actor,
        made_at=now,
        made_on=local_date(now),
        due_on=due_on,
        broken=" ".join(rule.value for rule in found.rules) if found else "",
        reason=hurry.strip() if found else "",
    )
    db.session.add(demand)
