"""A roster as its workbook needs it: a few queries, however many rows."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, select

from tracker.accounts.models import Unit, User
from tracker.accounts.permissions import Permission, can, sees_all
from tracker.accounts.trail import last_word
from tracker.db import db
from tracker.documents.queries import directory
from tracker.rosters.models import Roster, RosterEntry, RosterMark
from tracker.rosters.queries import WHOLE, entries_in_sight
from tracker.rosters.rules import identity_numbers
from tracker.rosters.workbook.judgement import Book, Known, Person, World, judge
from tracker.rosters.workbook.rules import MAX_LISTED, Asker, Preview, Standing
from tracker.workflow import EntryState


def asker_of(user: User) -> Asker:
    """A unit asks for itself, the office for all."""
    may_request = can(user, Permission.ANSWER)
    if sees_all(user):
        return Asker(None, "全部单位", may_request)
    return Asker(user.unit_id, user.unit.name, may_request)


def open_entries(user: User, roster: Roster) -> list[Standing]:
    """What is still to be worked on, in order; at most ``MAX_LISTED``."""
    return _standings(user, roster, RosterEntry.state == EntryState.ACTIVE, MAX_LISTED)


def preview(user: User, roster: Roster, book: Book, today: date) -> Preview:
    """What the rows of a workbook would do to the roster as it stands."""
    names = directory()

    def unit_named(said: str) -> tuple[int, str] | None:
        found = names.resolve(said).unit_ids
        return (found[0], names.units[found[0]]) if len(found) == 1 else None

    ids = [row.stamp.entry_id for row in book.rows if row.stamp]
    known, persons = _known(user, roster) if roster.shape.personal or len(ids) < len(book.rows) else ({}, {})
    world = World(
        roster.shape,
        asker_of(user),
        roster.since,
        today,
        {one.id: one for one in _standings(user, roster, RosterEntry.id.in_(ids))} if ids else {},
        known,
        frozenset((unit_id, name) for unit_id, name, _ in known),
        persons,
        unit_named,
        lambda entry_id: last_word(db.session.get_one(RosterEntry, entry_id)),
    )
    return Preview(judge(book.rows, world), book.flaws, roster.measure)


def locked_entries(user: User, roster: Roster, ids: Sequence[int]) -> dict[int, RosterEntry]:
    """The same to be written on: nobody else can until this transaction ends."""
    query = entries_in_sight(user, roster).where(RosterEntry.id.in_(ids)).order_by(RosterEntry.id)
    db.session.execute(query.with_only_columns(RosterEntry.id).with_for_update())
    db.session.expire_all()  # whoever held the lock before may have changed what was read already
    return {entry.id: entry for entry in db.session.scalars(query.options(*WHOLE))}


def _standings(
    user: User, roster: Roster, wanted: ColumnElement[bool], limit: int | None = None
) -> list[Standing]:
    query = entries_in_sight(user, roster).where(wanted).order_by(RosterEntry.number).limit(limit)
    columns = (
        RosterEntry.id,
        RosterEntry.version,
        RosterEntry.number,
        RosterEntry.unit_id,
        Unit.name.label("unit_name"),
        RosterEntry.name,
        RosterEntry.values,
        RosterEntry.state,
    )
    rows = db.session.execute(query.join(RosterEntry.unit).with_only_columns(*columns)).all()
    chosen = query.with_only_columns(RosterEntry.id).subquery()
    marks = select(RosterMark.entry_id, RosterMark.step, RosterMark.done_on).join(
        chosen, chosen.c.id == RosterMark.entry_id
    )
    done: dict[int, dict[str, date]] = {}
    for entry_id, step, on in db.session.execute(marks):
        done.setdefault(entry_id, {})[step] = on
    return [
        Standing(
            row.id,
            row.version,
            row.number,
            row.unit_id,
            row.unit_name,
            row.name,
            row[6],
            done.get(row.id, {}),
            row.state,
        )
        for row in rows
    ]


def _known(user: User, roster: Roster) -> tuple[dict[Known, int], dict[Person, tuple[int, int]]]:
    """What is on the roster, a row that says the very same being there already; and who is."""
    columns = (*_KNOWN, RosterEntry.values)
    rows = db.session.execute(entries_in_sight(user, roster).with_only_columns(*columns)).all()
    shape = roster.shape
    shown = {column.key for column in shape.shown_columns}
    known = {
        (unit_id, name, tuple(sorted((key, said) for key, said in values.items() if key in shown))): number
        for _, unit_id, name, number, _, values in rows
    }
    persons = {
        (unit_id, name, personal): (id_, number)
        for id_, unit_id, name, number, state, values in rows
        if state is not EntryState.WITHDRAWN
        for personal in identity_numbers(shape, values)
    }
    return known, persons


_KNOWN = (RosterEntry.id, RosterEntry.unit_id, RosterEntry.name, RosterEntry.number, RosterEntry.state)
