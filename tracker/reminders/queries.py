"""A person's digests."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import User
from tracker.db import ask, db
from tracker.errors import NotFound
from tracker.lists.models import Problem, Rectification
from tracker.reminders.models import Announcement, Digest, Reminder
from tracker.reminders.rules import OBJECTS, label_of
from tracker.rosters.models import Roster, RosterEntry
from tracker.tasks.models import Assignment
from tracker.workflow import EntryState

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
            selectinload(Digest.reminders).options(
                joinedload(Reminder.assignment).options(
                    joinedload(Assignment.task), joinedload(Assignment.unit)
                ),
                joinedload(Reminder.rectification)
                .joinedload(Rectification.problem)
                .options(joinedload(Problem.unit)),
            )
        )
    )
    if found is None:
        raise NotFound("没有这条汇总提醒")
    return found


def unread_count(user: User) -> int:
    """How many digests a person has not opened, or not since they have grown."""
    return ask(_UNREAD_COUNT, {"person": user.id}).scalar_one()


# On every page: it is put together once.
_UNREAD_COUNT = select(func.count(Digest.id)).where(Digest.recipient_id == bindparam("person"), or_(*_UNREAD))


def unread_ids(digest_ids: Sequence[int]) -> set[int]:
    """Those of the digests that wait to be read."""
    return set(db.session.scalars(select(Digest.id).where(Digest.id.in_(digest_ids), or_(*_UNREAD))))


def counts(digest_ids: Sequence[int], of: type[Reminder] | type[Announcement] = Reminder) -> dict[int, int]:
    """Digest id → how many reminders (or announcements) it gathers."""
    rows = db.session.execute(
        select(of.digest_id, func.count(of.id)).where(of.digest_id.in_(digest_ids)).group_by(of.digest_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


def objects_due(digest_id: int) -> dict[int, tuple[int, str]]:
    """Reminder id → how many objects of its duty still have the step to do it speaks of, in their measure."""
    query = (
        select(Reminder.id, func.count(RosterEntry.id), func.min(Roster.measure))
        .join(Reminder.assignment)
        .join(Roster, Roster.task_id == Assignment.task_id)
        .join(
            RosterEntry,
            and_(
                RosterEntry.roster_id == Roster.id,
                RosterEntry.unit_id == Assignment.unit_id,
                RosterEntry.due_on == Reminder.deadline,
                RosterEntry.state == EntryState.ACTIVE,
            ),
        )
        .where(Reminder.digest_id == digest_id, Reminder.step.startswith(OBJECTS))
        .group_by(Reminder.id)
    )
    return {row[0]: (row[1], row[2]) for row in db.session.execute(query)}


def said_of(reminder_id: int, step: str, objects: Mapping[int, tuple[int, str]]) -> str:
    """What a reminder says; one about a roster's objects counts them as they are now."""
    if not step.startswith(OBJECTS):
        return label_of(step)
    count, measure = objects.get(reminder_id, (0, ""))
    return f"{label_of(step)}（{count}{measure}）" if count else f"{label_of(step)}（已办好）"
