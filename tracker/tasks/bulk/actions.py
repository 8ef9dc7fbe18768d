"""The verbs of a bulk change: make it, all or nothing, and undo it as a whole. None commits."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from tracker import audit
from tracker.accounts.models import Unit, User
from tracker.accounts.permissions import Permission, permit
from tracker.accounts.trail import last_word
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Invalid, WrongState
from tracker.tasks.actions import hand_over
from tracker.tasks.bulk import queries
from tracker.tasks.bulk.queries import Change, Field
from tracker.tasks.demands.actions import ask, breach_of
from tracker.tasks.demands.rules import Kind
from tracker.tasks.models import Assignment, BulkChange, Level, Task

NAMED = 5  # how many rows a refusal names; the others are counted


def make(change: Change, seen: Mapping[int, int], actor: User, now: datetime, reason: str) -> BulkChange:
    """批量调整: every duty in ``seen`` (id → version of what changes, as the preview showed it), or none.

    The deadline moves, the original one never does. WrongState names who changed a row since the preview.
    """
    permit(actor, Permission.JUDGE)
    assignments = queries.chosen(actor, seen.keys(), change.field)
    lines = queries.lines(change, assignments, local_date(now))
    things = [(line.thing(change.field), seen[line.assignment.id]) for line in lines]
    stale = [thing for thing, version in things if thing.version != version]
    if stale or len(lines) != len(seen):
        raise WrongState(
            f"预览之后有{max(len(stale), 1)}项已有变动，没有调整任何一项：{_named(stale)}"
            "。下面是现在的情况，请核对后再确认"
        )
    if any(line.obstacle for line in lines):
        raise WrongState("其中有不能调整的承办项，没有调整任何一项，请核对后再确认")
    if not lines:
        raise Invalid("没有可以调整的承办项")
    if not reason.strip():
        raise Invalid("批量调整请填写理由", reason="请填写理由")
    rows: dict[tuple[str, int], list[Any]] = {}
    for line in lines:
        thing = line.thing(change.field)
        if (thing.__tablename__, thing.id) not in rows:
            row = [thing.__tablename__, thing.id, change.field.value, line.before, change.value]
            rows[thing.__tablename__, thing.id] = row
            said: dict[str, Any] = {change.field.value: [line.before_words, change.words]}
            due_on = queries.asked_on(line, change)
            if against := breach_of(due_on, now):
                said["relief"] = against.named  # the reason all of it has, is that for this too
            kind = "task" if isinstance(thing, Task) else "assignment"
            audit.record(f"{kind}.change", "批量调整", thing, actor, now, reason.strip(), **said)
            _set(thing, change.field, change.value, now)
            if due_on:
                what = Kind.TASK if change.field is Field.UNIT else Kind.DEADLINE
                ask(what, [line.assignment], due_on, actor, now, reason)
    bulk = BulkChange(reason=reason.strip(), changes=[*rows.values()], made_at=now, made_by=actor)
    db.session.add(bulk)
    audit.record("bulk_change.make", "批量调整", bulk, actor, now, reason.strip(), rows=len(rows))
    return bulk


def undo(bulk: BulkChange, actor: User, now: datetime) -> None:
    """撤销: every row goes back to what it was, unless one of them was changed again; then none does."""
    permit(actor, Permission.JUDGE)
    if bulk.undone_at is not None:
        raise WrongState(f"这次调整已经撤销过了：{last_word(bulk)}")
    if against := queries.against_undoing(bulk):
        raise WrongState(f"有{len(against)}项在调整之后又有变动，不能撤销：{_named(against)}")
    for (thing, field, before, _), done in zip(queries.things_of(bulk), queries.done(bulk), strict=True):
        kind = "task" if isinstance(thing, Task) else "assignment"
        said = {field.value: [done.after, done.before]}
        audit.record(f"{kind}.undo_change", "撤销批量调整", thing, actor, now, bulk.reason, **said)
        _set(thing, field, before, now)
    bulk.undone_at, bulk.undone_by = now, actor
    audit.record("bulk_change.undo", "撤销批量调整", bulk, actor, now, rows=len(bulk.changes))


def _set(thing: Assignment | Task, field: Field, value: Any, now: datetime) -> None:
    if isinstance(thing, Task):
        thing.level = Level(value)
    elif field is Field.UNIT:
        hand_over(thing, db.session.get_one(Unit, value))
        thing.issued_at = now  # the new unit has its two days for signing
    else:
        thing.deadline = date.fromisoformat(value)


def _named(things: Sequence[Assignment | Task]) -> str:
    """Which rows these are and who did what with them last; the first few by name."""
    words = []
    for thing in things[:NAMED]:
        name = thing.title if isinstance(thing, Task) else f"{thing.unit.name}“{thing.task.title}”"
        words.append(f"{name}（{last_word(thing)}）")
    more = len(things) - NAMED
    return "；".join(words) + (f"；另有{more}项" if more > 0 else "")
