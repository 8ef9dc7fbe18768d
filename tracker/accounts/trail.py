"""The trail (留痕) as people read it: what was done to one thing, and everything that was done."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, or_, select

from tracker.accounts.models import Unit, User
from tracker.audit import STATES, WORDS, Event
from tracker.clock import SHANGHAI
from tracker.db import ask, db
from tracker.errors import WrongState
from tracker.web.pages import Listing, View, day, whole, words

TRAIL = Listing(
    sorts={"at": (Event.id,)},
    usual="-at",
    filters={
        "person": words,
        "kind": words,
        "subject": words,
        "id": whole,
        "since": day,
        "until": day,
        "q": words,
    },
)
VERIFIED = "trail.verify"
# Places and keys a reading is kept with: the program's own, of no use to a reader.
UNSAID = {"key", "next_key", "start", "stop", "title_stop", "deadline_start", "deadline_stop"}


class Change(NamedTuple):
    """One field a step changed, in words; ``before`` None where the event states a plain fact."""

    field: str
    before: str | None
    after: str


class Entry(NamedTuple):
    """One event as a line of a timeline."""

    id: int
    at: datetime
    who: str
    words: str
    subject_type: str
    subject_id: int
    reason: str
    changes: list[Change]


def timeline(*things: Any, aside: Sequence[Any] = (), kinds: Sequence[str] = ()) -> list[Entry]:
    """办理过程: everything that happened to these stored things, oldest first, in one query.

    With them the steps of ``kinds`` on the things ``aside``.
    """
    of, beside = _by_table(things), _by_table(aside)
    values = {f"of_{table}": ids for table, ids in of.items()}
    values |= {f"beside_{table}": ids for table, ids in beside.items()}
    return entries(ask(_timeline(tuple(of), tuple(beside), tuple(kinds)), values).all())


def last_word(thing: Any) -> str:
    """Who did the last thing to it, and when: what a person is told who came second."""
    found = db.session.execute(
        _EVENTS.where(Event.subject_type == thing.__tablename__, Event.subject_id == thing.id)
        .order_by(Event.id.desc())
        .limit(1)
    ).first()
    if found is None:
        return "他人可能刚刚处理过"
    at = found.at.astimezone(SHANGHAI)
    return f"{found.who or '系统'}已于{at.month}月{at.day}日{at:%H:%M}“{found.words}”"


def check_version(thing: Any, version: int | None) -> None:
    """WrongState, telling who did what, when the page a person acts on showed an older ``version``.

    A request that names no version is not held against one: the state tables still hold.
    """
    if version is not None and version != thing.version:
        raise WrongState(f"您打开页面后，{last_word(thing)}；您这次的操作没有生效，请刷新后再办")


def trail(view: View) -> Select[*tuple[Any, ...]]:
    """The events a view of ``TRAIL`` asks for; days are Beijing days, both inclusive."""
    query = _EVENTS
    if person := view.get("person"):
        columns = (User.name, User.username)
        query = query.where(or_(*(column.icontains(person, autoescape=True) for column in columns)))
    if kind := view.get("kind"):
        query = query.where(Event.words.icontains(kind, autoescape=True))
    if subject := view.get("subject"):
        query = query.where(Event.subject_type == subject)
    if view.get("id") is not None:
        query = query.where(Event.subject_id == view.get("id"))
    if since := view.get("since"):
        query = query.where(Event.at >= _morning(since))
    if until := view.get("until"):
        query = query.where(Event.at < _morning(until + timedelta(days=1)))
    if said := view.get("q"):
        query = query.where(Event.reason.icontains(said, autoescape=True))
    return query.order_by(*view.order())


def last_verification() -> Event | None:
    """When the chain was last checked in the browser, and what was found."""
    return db.session.scalar(select(Event).where(Event.kind == VERIFIED).order_by(Event.id.desc()).limit(1))


def entries(rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Entry]:
    return [
        Entry(
            row.id,
            row.at,
            f"{row.who}（{row.short_name} {row.role.label}）" if row.who else "系统",
            row.words,
            row.subject_type,
            row.subject_id,
            row.reason,
            _changes(row.kind, row.details),
        )
        for row in rows
    ]


def _by_table(things: Sequence[Any]) -> dict[str, list[int]]:
    ids: dict[str, list[int]] = {}
    for thing in things:
        ids.setdefault(thing.__tablename__, []).append(thing.id)
    return ids


@lru_cache(maxsize=100)  # made once for each kind of page: it takes longer than to ask
def _timeline(
    of: tuple[str, ...], beside: tuple[str, ...], kinds: tuple[str, ...]
) -> Select[*tuple[Any, ...]]:
    def things(table: str, name: str) -> ColumnElement[bool]:
        return and_(Event.subject_type == table, Event.subject_id.in_(bindparam(name, expanding=True)))

    about = [things(table, f"of_{table}") for table in of]
    about += [and_(things(table, f"beside_{table}"), Event.kind.in_(kinds)) for table in beside]
    return _EVENTS.where(or_(*about)).order_by(Event.id)


_EVENTS = (
    select(
        Event.id,
        Event.at,
        Event.kind,
        Event.words,
        Event.subject_type,
        Event.subject_id,
        Event.reason,
        Event.details,
        User.name.label("who"),
        User.role,
        Unit.short_name,
    )
    .outerjoin(User, Event.actor_id == User.id)
    .outerjoin(Unit, User.unit_id == Unit.id)
)


def _morning(of: date) -> datetime:
    return datetime.combine(of, time(), SHANGHAI)


def _changes(kind: str, details: Mapping[str, Any]) -> list[Change]:
    subject = kind.partition(".")[0]
    changes = []
    for field, value in details.items():
        if value is None or value == "":
            continue
        if field == "changes":  # (path, before, after) of a document's reading
            steps = [(path.split("/"), before, after) for path, before, after in value]
            named = [(next(w for w in reversed(way) if w.isidentifier()), *pair) for way, *pair in steps]
            changes += [Change(name, _said(b), _said(a)) for name, b, a in named if name not in UNSAID]
        elif isinstance(value, list) and len(value) == 2:
            if value[0] != value[1]:
                before, after = (_named(subject, field, part) for part in value)
                changes.append(Change(field, before, after))
        else:
            changes.append(Change(field, None, _named(subject, field, value)))
    return changes


def _named(subject: str, field: str, value: Any) -> str:
    """A value as the screen calls it: the words of its field, a share with its sign."""
    words = STATES.get(subject) if field == "state" else WORDS.get(field)
    if words is not None and value in list(words):
        return words(value).label
    return f"{value}%" if field == "progress" and isinstance(value, int) else _said(value)


def _said(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case list() if any(isinstance(part, list | dict) for part in value):
            return f"{len(value)}项"
        case list():
            return "、".join(map(str, value))
        case dict():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)
