"""Making reminders and the day's digests. Sending them out is another step. None commits."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, func, literal, select, update
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Role, User
from tracker.clock import SHANGHAI, local_date
from tracker.db import UtcDateTime, db, insert_found, insert_new
from tracker.reminders.delivery import enqueue, next_digest, told_already
from tracker.reminders.models import Announcement, Channel, Delivery, Digest, Outcome, Reminder
from tracker.reminders.notice import is_deferred, late_notices
from tracker.reminders.policy.queries import in_force
from tracker.reminders.rules import OBJECTS, UNSIGNED, Schedule, Step, step_on
from tracker.rosters.models import Roster, RosterEntry
from tracker.rosters.queries import due_days
from tracker.tasks import actions as tasks
from tracker.tasks.demands.rules import earliest_due
from tracker.tasks.models import Assignment, Task
from tracker.tasks.rules import RUNNING
from tracker.web.filters import day as chinese_day
from tracker.workdays import Workdays
from tracker.workflow import EntryState, State

TO_HAND_IN = (State.ISSUED, State.ACTIVE)
LOOK_AHEAD_DAYS = 40  # more than any step is before its deadline, whatever the holidays


def remind(now: datetime, workdays: Workdays) -> int:
    """提醒: today's reminders for every duty still to be handed in; a second call the same day makes none.

    What was handed in, late or not, waits for the office: its unit is left in peace until it is sent back.
    """
    today = local_date(now)
    levels: dict[Schedule, list[str]] = defaultdict(list)  # levels mostly share a schedule
    for level, schedule in in_force(today).levels.items():
        levels[schedule].append(level)
    deadlines = _deadlines(today)
    object_days = due_days(today + timedelta(days=LOOK_AHEAD_DAYS))
    made = 0
    for schedule, its_levels in levels.items():
        is_theirs = Task.level.in_(its_levels)
        reached: dict[Step, list[date]] = defaultdict(list)
        for deadline in deadlines:
            if step := step_on(deadline, today, workdays, schedule):
                reached[step].append(deadline)
        for step, days in reached.items():
            made += _call(step, and_(is_theirs, _owed_by(days)), now)
        for day in object_days:
            if step := step_on(day, today, workdays, schedule):
                made += _call_objects(step, day, is_theirs, now)
        if schedule.unsigned_after and workdays.is_workday(today):
            last = workdays.add(today, -schedule.unsigned_after)
            made += _call(UNSIGNED, and_(is_theirs, _unsigned_since(last)), now)
    return made


def defer_unnoticed(now: datetime, workdays: Workdays) -> int:
    """顺延: a deadline that passed before its unit had notice becomes the first day that may be asked now.

    So nothing shows, lists, reminds or scores a lateness that is none, and all goes on from the new day.
    """
    due_on, deferred = earliest_due(now.astimezone(SHANGHAI), workdays), 0
    for duty_id, heard_on in late_notices(local_date(now), Assignment.state.in_(RUNNING)).items():
        duty = db.session.get_one(Assignment, duty_id)
        if is_deferred(duty):
            reason = "到时限为止，通知没有送达" + (f"（{chinese_day(heard_on)}才送达）" if heard_on else "")
            tasks.defer(duty, now, due_on, reason)
            deferred += 1
    return deferred


def announce(key: str, people: Collection[int], words: str, path: str, now: datetime) -> int:
    """通知: tell each person once; it goes with the next digest."""
    one = {"key": key, "words": words, "path": path, "made_at": now}
    return insert_new(Announcement, [one | {"recipient_id": person} for person in sorted(people)])


def digest(now: datetime, workdays: Workdays) -> int:
    """汇总提醒: one message a person for all reminders not yet in one; in the inbox at once, and to send.

    It is that of the working day on which it can go out. What joined it before counts from today.
    """
    on = next_digest(now, workdays).date()
    loose = (
        select(Reminder.recipient_id)
        .where(Reminder.digest_id.is_(None))
        .union(select(Announcement.recipient_id).where(Announcement.digest_id.is_(None)))
    )
    made = insert_new(
        Digest,
        [{"recipient_id": person, "on": on, "made_at": now} for person in db.session.scalars(loose)],
    )
    digests = db.session.scalars(
        select(Digest).where(Digest.on == on).order_by(Digest.id).options(joinedload(Digest.recipient))
    ).all()
    for one in digests:
        if local_date(one.made_at) < on == local_date(now):
            one.made_at = now
        db.session.execute(
            update(Reminder)
            .where(Reminder.recipient_id == one.recipient_id, Reminder.digest_id.is_(None))
            .values(digest_id=one.id)
        )
        db.session.execute(
            update(Announcement)
            .where(Announcement.recipient_id == one.recipient_id, Announcement.digest_id.is_(None))
            .values(digest_id=one.id)
        )
    _deliver(digests, now)
    enqueue(digests, now, workdays)
    return made


def gather(
    people: Collection[int], step: str, now: datetime, workdays: Workdays, *, is_urgent: bool = False
) -> Sequence[Digest]:
    """Put what was just made for one step into each person's digest: in the inbox when committed.

    Into the day's, while its message has not left the house or it ``is_urgent``; then into the next day's,
    so that the next message says it too. Nobody is sent a second message a day.
    """
    on = next_digest(now, workdays).date()
    later = set() if is_urgent else told_already(on, people)
    days = {person: workdays.add(on, 1) if person in later else on for person in sorted(people)}
    insert_new(Digest, [{"recipient_id": one, "on": day, "made_at": now} for one, day in days.items()])
    digests = [
        one
        for one in db.session.scalars(
            select(Digest)
            .where(Digest.on.in_(days.values()), Digest.recipient_id.in_(people))
            .order_by(Digest.id)
        )
        if days[one.recipient_id] == one.on
    ]
    for one in digests:
        db.session.execute(
            update(Reminder)
            .where(
                Reminder.recipient_id == one.recipient_id,
                Reminder.digest_id.is_(None),
                Reminder.step == step,
            )
            .values(digest_id=one.id)
        )
    _deliver(digests, now)
    enqueue([one for one in digests if one.on == on], now, workdays)
    return digests


def mark_read(one: Digest, actor: User, now: datetime) -> None:
    """已读: the proof that a notice arrived; the first reading counts, and the first after it has grown."""
    grown = [row.made_at for row in one.reminders] + [row.made_at for row in one.announcements]
    has_grown = one.read_at is not None and any(at > one.read_at for at in grown)
    if one.recipient_id == actor.id and (one.read_at is None or has_grown):
        one.read_at = now


def _deadlines(today: date) -> Collection[date]:
    return db.session.scalars(
        select(Assignment.deadline)
        .where(
            Assignment.deadline <= today + timedelta(days=LOOK_AHEAD_DAYS),
            Assignment.state.in_(TO_HAND_IN),
        )
        .distinct()
    ).all()  # type: ignore[return-value]


def _owed_by(days: Collection[date]) -> ColumnElement[bool]:
    return and_(Assignment.state.in_(TO_HAND_IN), Assignment.deadline.in_(days))


def _unsigned_since(last: date) -> ColumnElement[bool]:
    """Issued on that day or before."""
    end = datetime.combine(last + timedelta(days=1), time(), SHANGHAI)
    return and_(Assignment.state == State.ISSUED, Assignment.issued_at < end)


def _call(
    step: Step, duties: ColumnElement[bool], now: datetime, day: ColumnElement[date] | None = None
) -> int:
    """One step's reminders for those duties, found and written by the database; returns how many are new.

    ``day`` is what the step is counted to, where that is not the duty's own deadline.
    """
    roles = [Role.REPORTER, Role.HEAD] if step.to_head else [Role.REPORTER]
    people = [and_(User.unit_id == Assignment.unit_id, User.role.in_(roles))]
    if step.to_office:
        people.append(User.role == Role.SUPERVISOR)
    deadline = func.coalesce(Assignment.deadline, date.max) if day is None else day
    is_made = select(Reminder.id).where(  # asked first: an insert that is passed over uses up an id
        Reminder.assignment_id == Assignment.id,
        Reminder.step == step.name,
        Reminder.deadline == deadline,
        Reminder.recipient_id == User.id,
    )
    row = {
        "assignment_id": Assignment.id,
        "step": literal(step.name),
        "deadline": deadline,
        "recipient_id": User.id,
        "made_on": literal(local_date(now)),
        "made_at": literal(now, UtcDateTime),
    }
    made = 0
    for person in people:
        called = (
            select(*row.values())
            .select_from(Assignment)
            .join(Assignment.task)
            .join(User, person)
            .where(User.active, duties, ~is_made.exists())
            .order_by(Assignment.id, User.id)
        )
        made += insert_found(Reminder, list(row), called)
    return made


def _call_objects(step: Step, due_on: date, duties: ColumnElement[bool], now: datetime) -> int:
    """One reminder a person for all objects of a duty with a step due that day; how many are new."""
    due = (
        select(RosterEntry.id)
        .join(RosterEntry.roster)
        .where(
            Roster.task_id == Assignment.task_id,
            RosterEntry.unit_id == Assignment.unit_id,
            RosterEntry.state == EntryState.ACTIVE,
            RosterEntry.due_on == due_on,
        )
    )
    running = Assignment.state.in_(TO_HAND_IN)
    named = Step(f"{OBJECTS}{step.name}", step.offset, step.label, step.to_head, to_office=False)
    return _call(named, and_(duties, running, due.exists()), now, literal(due_on))


def _deliver(digests: Iterable[Digest], now: datetime) -> None:
    """The inbox is in the same database: delivered when committed."""
    insert_new(
        Delivery,
        [
            {
                "digest_id": one.id,
                "channel": Channel.INBOX,
                "address": "",
                "outcome": Outcome.SENT,
                "attempts": 1,
                "next_at": now,
                "sent_at": now,
                "message_id": f"digest-{one.id}-inbox",
            }
            for one in digests
        ],
    )
