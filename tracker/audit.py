"""The audit trail (留痕): one append-only, hash-chained table, read as timeline, proof and score source."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol
from weakref import WeakKeyDictionary

from sqlalchemy import ForeignKey, Index, event, select, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, db
from tracker.errors import check_length
from tracker.words import Word

STATES: dict[str, type[Word]] = {}  # subject of an event -> the words of its states; workflow fills it in
WORDS: dict[str, type[Word]] = {}  # field of an event's details -> its words; who writes it says so
FIRST = "0" * 64  # what the first event of a chain is linked to
_CHAIN_LOCK = 0x7AC3E5  # PostgreSQL advisory lock: links are made one after the other


class Event(Base):
    """One thing that happened: who, when, what, why, before → after. Never changed, never deleted."""

    __tablename__ = "events"
    __table_args__ = (
        Index(None, "subject_type", "subject_id", "at"),
        Index(None, "at"),
        Index(None, "actor_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: the system
    kind: Mapped[str]  # "assignment.receive": subject, dot, action
    words: Mapped[str]  # what happened as the timeline says it: 签收
    subject_type: Mapped[str]
    subject_id: Mapped[int]
    reason: Mapped[str]
    details: Mapped[dict[str, Any]]  # field -> [before, after], or a plain fact
    previous_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)


class Subject(Protocol):
    """A row that something can happen to."""

    @property
    def id(self) -> Mapped[int]: ...

    __tablename__: Any


class Actor(Protocol):
    """A user, as far as the trail needs one."""

    @property
    def id(self) -> Mapped[int]: ...


class Verdict(NamedTuple):
    """What a check of the chain found: how many events, and the id of the first that does not fit."""

    events: int
    broken_id: int | None


_heads: WeakKeyDictionary[Any, str] = WeakKeyDictionary()  # open transaction -> hash of its latest event


def record(
    kind: str, words: str, subject: Any, actor: Any, now: datetime, /, reason: str = "", **details: Any
) -> Event:
    """Write one event into the present transaction, linked to the one before it.

    ``actor`` None is the system. ``details`` must be JSON; a change is ``field=[before, after]``.
    Invalid when what a person says is too long.
    Writers of the chain queue until the earlier one has committed.
    """
    if actor is not None:
        check_length(reason)
    if subject.id is None:
        db.session.flush()
    entry = Event(
        at=now,
        actor_id=None if actor is None else actor.id,
        kind=kind,
        words=words,
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        reason=reason,
        details=details,
        previous_hash=_head(),
    )
    entry.hash = _link(entry)
    _heads[db.session().get_transaction()] = entry.hash
    db.session.add(entry)
    return entry


def verify() -> Verdict:
    """Walk the whole chain, oldest first; any changed, removed or inserted row is found.

    Rows cut off at the end are not: compare ``events`` and the last hash with an earlier backup for that.
    """
    previous, count = FIRST, 0
    with db.session.scalars(select(Event).order_by(Event.id).execution_options(yield_per=1000)) as chain:
        for entry in chain:
            if entry.previous_hash != previous or entry.hash != _link(entry):
                return Verdict(count, entry.id)
            previous, count = entry.hash, count + 1
    return Verdict(count, None)


def _head() -> str:
    """The hash the next event links to; on PostgreSQL the chain is locked until the transaction ends."""
    session = db.session()
    transaction = session.get_transaction()
    if transaction is not None and transaction in _heads:
        return _heads[transaction]
    with session.no_autoflush:  # a verb may still have columns to set that belong to the new state
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
        return session.scalar(select(Event.hash).order_by(Event.id.desc()).limit(1)) or FIRST


def _link(entry: Event) -> str:
    content = [
        entry.previous_hash,
        entry.at.astimezone(UTC).isoformat(),
        entry.actor_id,
        entry.kind,
        entry.words,
        entry.subject_type,
        entry.subject_id,
        entry.reason,
        entry.details,
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@event.listens_for(Event, "before_update")
@event.listens_for(Event, "before_delete")
def _refuse(*_: object) -> None:
    raise TypeError("events are append-only")
