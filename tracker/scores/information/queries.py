"""Whether the information assessment is on, and its months."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.errors import NotFound
from tracker.scores.information.models import InformationEntry, InformationSwitch
from tracker.scores.information.rules import Tally, ranked
from tracker.scores.queries import boards, unit_order


class BoardTally(NamedTuple):
    """One board's month of information."""

    name: str
    rows: list[Tally]


def switches() -> Sequence[InformationSwitch]:
    """Every switching on and off, latest first."""
    query = select(InformationSwitch).order_by(InformationSwitch.id.desc())
    return db.session.scalars(query.options(joinedload(InformationSwitch.by))).all()


def is_on() -> bool:
    """Off until somebody switched it on."""
    latest = select(InformationSwitch.is_on).order_by(InformationSwitch.id.desc()).limit(1)
    return bool(db.session.scalar(latest))


def entries(month: str) -> Sequence[InformationEntry]:
    """The items of a month that stand, latest first."""
    return db.session.scalars(
        select(InformationEntry)
        .where(InformationEntry.month == month, InformationEntry.struck_at.is_(None))
        .order_by(InformationEntry.id.desc())
        .options(joinedload(InformationEntry.unit))
    ).all()


def get_entry(entry_id: int) -> InformationEntry:
    """NotFound when absent or struck already."""
    found = db.session.get(InformationEntry, entry_id)
    if found is None or found.struck_at is not None:
        raise NotFound("没有这条信息，或已经划去")
    return found


def tallies(found: Sequence[InformationEntry]) -> list[BoardTally]:
    """Each board ranked by the points of these items."""
    order = unit_order()
    items = [(entry.unit_id, entry.use) for entry in found]
    return [
        BoardTally(
            board.name,
            ranked(sorted((one.unit_id for one in board.members), key=lambda one: order[one]), items),
        )
        for board in boards()
    ]
