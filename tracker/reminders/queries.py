"""A person's digests."""

from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import User
from tracker.db import db
from tracker.errors import NotFound
from tracker.reminders.models import Announcement, Digest, Reminder
from tracker.tasks.models import Assignment

# A digest is unread until it is opened; an urge (催办) that joins it later makes it so again.
_UNREAD = (
    Digest.read_at.is_(None),
    select(Reminder.id)
    .where(Reminder.digest_id == Digest.id, Reminder.made_at > Digest.read_at)
    .correlate(Digest)
    .exists(),
    select(Announcement.id)
    .where(Announcement.digest_id == Digest.id, Announcement.made_at > Digest.read_at)
    .correlate(Digest)
    .exists(),
)


def visible_to(user: User) -> Select[Digest]:
    """Nobody reads another person's messages. Newest first."""
    return select(Digest).where(Digest.recipient_id == user.id).order_by(Digest.on.desc())


def get_digest(user: User, digest_id: int) -> Digest:
    """A digest with its reminders and their duties; NotFound when it is another person's."""
    found = db.session.scalar(
        visible_to(user)
        .where(Digest.id == digest_id)
        .options(
            selectinload(Digest.reminders)
            .joinedload(Reminder.assignment)
            .options(joinedload(Assignment.task), joinedload(Assignment.unit))
        )
    )
    if found is None:
        raise NotFound("没有这条汇总提醒")
    return found


def unread_count(user: User) -> int:
    """How many digests a person has not opened, or not since they have grown."""
    query = select(func.count(Digest.id)).where(Digest.recipient_id == user.id, or_(*_UNREAD))
    return db.session.scalar(query) or 0


def unread_ids(digest_ids: Sequence[int]) -> set[int]:
    """Those of the digests that wait to be read."""
    return set(db.session.scalars(select(Digest.id).where(Digest.id.in_(digest_ids), or_(*_UNREAD))))


def counts(digest_ids: Sequence[int], of: type[Reminder] | type[Announcement] = Reminder) -> dict[int, int]:
    """Digest id → how many reminders (or announcements) it gathers."""
    rows = db.session.execute(
        select(of.digest_id, func.count(of.id)).where(of.digest_id.in_(digest_ids)).group_by(of.digest_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}
