"""Making reminders and the day's digests. Sending them out is another step. None commits."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Role, User
from tracker.clock import local_date
from tracker.db import db, insert_new
from tracker.reminders.delivery import enqueue
from tracker.reminders.models import Channel, Delivery, Digest, Outcome, Reminder
from tracker.reminders.policy.queries import in_force
from tracker.reminders.policy.rules import Rules
from tracker.reminders.rules import UNSIGNED, Step, step_on
from tracker.tasks.models import Assignment, Task
from tracker.tasks.queries import handed_in_by
from tracker.tasks.rules import RUNNING
from tracker.workdays import Workdays
from tracker.workflow import State

LOOK_AHEAD_DAYS = 40  # more than any step is before its deadline, whatever the holidays


def remind(now: datetime, workdays: Workdays) -> int:
    """提醒: today's reminders for every running duty; a second call the same day makes none."""
    today = local_date(now)
    rules = in_force(today)
    step = cache(lambda deadline, schedule: step_on(deadline, today, workdays, schedule))
    steps = {
        (level, deadline): step(deadline, schedule)  # levels mostly share a schedule
        for deadline in _deadlines(today)
        for level, schedule in rules.levels.items()
    }
    wanted = {deadline for (_, deadline), reached in steps.items() if reached}
    duties = db.session.execute(
        select(Assignment.id, Assignment.unit_id, Assignment.deadline, Task.level)
        .join(Task, Assignment.task_id == Task.id)
        .where(
            Assignment.state.in_([State(word) for word in sorted(RUNNING)]),
            ~handed_in_by(Assignment.deadline),
            Assignment.deadline.in_(wanted),
        )
    )
    rows = [(row.id, row.unit_id, row.deadline, steps[row.level, row.deadline]) for row in duties]
    if workdays.is_workday(today):
        rows += [(row.id, row.unit_id, row.deadline, UNSIGNED) for row in _unsigned(now, workdays, rules)]
    return insert_new(Reminder, list(_rows(rows, today, now)))


def digest(now: datetime, workdays: Workdays) -> int:
    """汇总提醒: one message a person for all reminders not yet in one; in the inbox at once, and to send."""
    today = local_date(now)
    loose = select(Reminder.recipient_id).where(Reminder.digest_id.is_(None)).distinct()
    made = insert_new(
        Digest,
        [{"recipient_id": person, "on": today, "made_at": now} for person in db.session.scalars(loose)],
    )
    digests = db.session.scalars(
        select(Digest).where(Digest.on == today).order_by(Digest.id).options(joinedload(Digest.recipient))
    ).all()
    for one in digests:
        db.session.execute(
            update(Reminder)
            .where(Reminder.recipient_id == one.recipient_id, Reminder.digest_id.is_(None))
            .values(digest_id=one.id)
        )
    _deliver(digests, now)
    enqueue(digests, now, workdays)
    return made


def gather(people: Collection[int], step: str, now: datetime, workdays: Workdays) -> None:
    """Put what was just made for one step into each person's digest of the day: in the inbox when committed.

    Who had today's mail already is not sent a second one.
    """
    today = local_date(now)
    insert_new(Digest, [{"recipient_id": person, "on": today, "made_at": now} for person in sorted(people)])
    digests = db.session.scalars(
        select(Digest).where(Digest.on == today, Digest.recipient_id.in_(people)).order_by(Digest.id)
    ).all()
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
    enqueue(digests, now, workdays)


def mark_read(one: Digest, actor: User, now: datetime) -> None:
    """已读: the proof that a notice arrived; the first reading counts, and the first after it has grown."""
    has_grown = one.read_at is not None and any(row.made_at > one.read_at for row in one.reminders)
    if one.recipient_id == actor.id and (one.read_at is None or has_grown):
        one.read_at = now


def _deadlines(today: date) -> Iterable[date]:
    return db.session.scalars(
        select(Assignment.deadline)
        .where(
            Assignment.deadline <= today + timedelta(days=LOOK_AHEAD_DAYS),
            Assignment.state.in_([State(word) for word in sorted(RUNNING)]),
        )
        .distinct()
    ).all()  # type: ignore[return-value]


def _unsigned(now: datetime, workdays: Workdays, rules: Rules) -> Iterable[Any]:
    today = local_date(now)
    issued_before = {
        level: workdays.add(today, -schedule.unsigned_after) if schedule.unsigned_after else date.min
        for level, schedule in rules.levels.items()
    }
    rows = db.session.execute(
        select(Assignment.id, Assignment.unit_id, Assignment.deadline, Assignment.issued_at, Task.level)
        .join(Task, Assignment.task_id == Task.id)
        .where(Assignment.state == State.ISSUED)
    )
    return (row for row in rows if local_date(row.issued_at) <= issued_before[row.level])


def _rows(duties: Iterable[tuple[int, int, date | None, Step | None]], today: date, now: datetime) -> Any:
    people: dict[tuple[int, Role], list[int]] = defaultdict(list)
    office: list[int] = []
    for user_id, unit_id, role in db.session.execute(
        select(User.id, User.unit_id, User.role).where(User.active).order_by(User.id)
    ):
        people[unit_id, role].append(user_id)
        if role is Role.SUPERVISOR:
            office.append(user_id)
    for assignment_id, unit_id, deadline, step in duties:
        if step is None:
            continue
        recipients = [*people[unit_id, Role.REPORTER]]
        if step.to_head:
            recipients += people[unit_id, Role.HEAD]
        if step.to_office:
            recipients += office
        for recipient_id in recipients:
            yield {
                "assignment_id": assignment_id,
                "step": step.name,
                "deadline": deadline or date.max,
                "recipient_id": recipient_id,
                "made_on": today,
                "made_at": now,
            }


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
