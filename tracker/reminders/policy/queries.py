"""Which rules hold when, and what a draft would have sent in the month before."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Role, Unit, User
from tracker.clock import SHANGHAI, local_date
from tracker.db import db
from tracker.errors import NotFound
from tracker.reminders.models import Reminder
from tracker.reminders.policy.models import ReminderRules
from tracker.reminders.policy.rules import Rules, new_steps, rules_of, steps_on, workdays_of
from tracker.reminders.rules import UNSIGNED, Step, label_of, offset_of
from tracker.tasks.models import Assignment, Task
from tracker.workdays import Workdays
from tracker.workflow import State

FIRST_VERSION = 1  # the program's own


class Line(NamedTuple):
    """How many reminders of one step, or to one unit, there were and would have been."""

    label: str
    sent: int
    present: int
    draft: int


class Preview(NamedTuple):
    """The month before: as it was, by the present rules, and by a draft."""

    first: date
    last: date
    steps: list[Line]
    units: list[Line]
    total: Line


Counts = Counter[tuple[str, int]]  # (name of the step, unit id) → reminders


def in_force(day: date) -> Rules:
    """The rules that hold on ``day``."""
    data = db.session.scalar(_IN_FORCE, {"day": day})
    return Rules() if data is None else rules_of(data)


_IN_FORCE = (
    select(ReminderRules.rules)
    .where(ReminderRules.valid_from <= bindparam("day"))
    .order_by(ReminderRules.version.desc())
    .limit(1)
)


def versions() -> Sequence[ReminderRules]:
    """Every version that was adopted, newest first."""
    query = select(ReminderRules).order_by(ReminderRules.version.desc())
    return db.session.scalars(query.options(joinedload(ReminderRules.adopted_by))).all()


def latest_version() -> int:
    """The number of the newest version, whether it holds already or not."""
    return db.session.scalar(select(func.max(ReminderRules.version))) or FIRST_VERSION


def get_version(version: int) -> Rules:
    """What a version says; NotFound when there is none of that number."""
    if version == FIRST_VERSION:
        return Rules()
    data = db.session.scalar(select(ReminderRules.rules).filter_by(version=version))
    if data is None:
        raise NotFound("没有这一版提醒规则")
    return rules_of(data)


def preview(draft: Rules, today: date, workdays: Workdays) -> Preview:
    """What ``draft`` would have sent in the last whole month, next to what was sent."""
    last = today.replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)
    duties, people = _duties(first, last), _people()
    counts = [
        _sent(first, last),
        *(_would_be(rules, duties, people, first, last, workdays) for rules in (in_force(today), draft)),
    ]
    order = {UNSIGNED.name: 1000}
    found = {name for one in counts for name, _ in one}
    names = sorted(found, key=lambda name: order.get(name, offset_of(name) or 0))
    units = db.session.execute(select(Unit.id, Unit.short_name).order_by(Unit.position, Unit.id)).all()
    by_step, by_unit = ([_summed(one, place) for one in counts] for place in (0, 1))
    return Preview(
        first,
        last,
        [Line(label_of(name), *(one[name] for one in by_step)) for name in names],
        [Line(name, *numbers) for key, name in units if any(numbers := [one[key] for one in by_unit])],
        Line("合计", *(one.total() for one in counts)),
    )


def _summed(counts: Counts, place: int) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for key, number in counts.items():
        found[key[place]] += number
    return found


def _sent(first: date, last: date) -> Counts:
    rows = db.session.execute(
        select(Reminder.step, Assignment.unit_id, func.count())
        .join(Assignment, Reminder.assignment_id == Assignment.id)
        .where(Reminder.made_on.between(first, last))
        .group_by(Reminder.step, Assignment.unit_id)
    )
    return Counter(
        {
            (step, unit_id): number
            for step, unit_id, number in rows
            if step == UNSIGNED.name or offset_of(step) is not None
        }
    )


def _duties(first: date, last: date) -> Sequence[Any]:
    return db.session.execute(
        select(
            Assignment.unit_id,
            Assignment.state,
            Assignment.deadline,
            Assignment.issued_at,
            Assignment.received_at,
            Assignment.submitted_on,
            Assignment.closed_on,
            Assignment.paused_on,
            Task.level,
        )
        .join(Task, Assignment.task_id == Task.id)
        .where(
            Assignment.state != State.WITHDRAWN,
            Assignment.issued_at < datetime.combine(last, time(), SHANGHAI),
            or_(Assignment.closed_on.is_(None), Assignment.closed_on >= first),
        )
    ).all()


def _people() -> Counter[tuple[int | None, Role]]:
    """How many there are of each role in a unit; of supervisors altogether under None."""
    rows = db.session.execute(
        select(User.unit_id, User.role, func.count()).where(User.active).group_by(User.unit_id, User.role)
    )
    people: Counter[tuple[int | None, Role]] = Counter()
    for unit_id, role, number in rows:
        people[None if role is Role.SUPERVISOR else unit_id, role] += number
    return people


def _would_be(
    rules: Rules,
    duties: Sequence[Any],
    people: Mapping[tuple[int | None, Role], int],
    first: date,
    last: date,
    workdays: Workdays,
) -> Counts:
    """Reminders of the month by ``rules``, as far as the records as they stand today can tell."""
    days = workdays_of(first, last, workdays)
    steps = cache(lambda level, deadline: steps_on(rules.levels[level], deadline, days, workdays))
    counts: Counts = Counter()

    def count(step: Step, unit_id: int) -> None:
        counts[step.name, unit_id] += (
            people[unit_id, Role.REPORTER]
            + step.to_head * people[unit_id, Role.HEAD]
            + step.to_office * people[None, Role.SUPERVISOR]
        )

    for duty in duties:
        issued_on, ended_on = local_date(duty.issued_at), _ended_on(duty)
        if duty.deadline:
            start, stop = bisect_right(days, issued_on), bisect_right(days, ended_on)
            daily = steps(duty.level, duty.deadline)
            for step in new_steps(daily[start + 1 : stop + 1], daily[0] if issued_on < first else None):
                count(step, duty.unit_id)
        for day in _unsigned_on(rules, duty, issued_on, workdays):
            if day <= ended_on and bisect_left(days, day) < bisect_right(days, day):
                count(UNSIGNED, duty.unit_id)
    return counts


def _ended_on(duty: Any) -> date:
    """The last day on which a duty was called for."""
    is_handed_in = duty.state in (State.CLOSING, State.CLOSED)
    ends = (duty.submitted_on if is_handed_in else None, duty.closed_on, duty.paused_on)
    return min((day for day in ends if day), default=date.max)


def _unsigned_on(rules: Rules, duty: Any, issued_on: date, workdays: Workdays) -> Iterator[date]:
    """The day a duty is reminded of because nobody has signed for it."""
    after = rules.levels[duty.level].unsigned_after
    if not after:
        return
    day = workdays.add(issued_on, after)
    if duty.received_at is None or local_date(duty.received_at) >= day:
        yield day
