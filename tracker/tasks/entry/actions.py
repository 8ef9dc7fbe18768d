"""The verbs of a task entered by hand (立项): draft, revise, publish, discard. None commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.clock import local_date
from tracker.db import db
from tracker.documents.comparison import goal
from tracker.documents.directory import Directory
from tracker.documents.reading import Reading
from tracker.errors import Invalid, WrongState
from tracker.tasks import intake, recurring
from tracker.tasks.demands.actions import ask, relief
from tracker.tasks.demands.rules import Kind
from tracker.tasks.entry.rules import day_of, level_of, standing, starts_on, task_of
from tracker.tasks.models import Level, Source, Task
from tracker.tasks.rules import report_due
from tracker.workflow import TASK, TaskState


@dataclass(frozen=True)
class Order:
    """Where a task comes from: a meeting, an instruction or a letter, its name and its day."""

    source: Source
    origin: str
    origin_on: date


def draft_all(order: Order, text: str, directory: Directory, actor: User, now: datetime) -> list[Task]:
    """录入 of everything an order asks for: 一、二、三 are so many drafts."""
    from tracker.tasks.entry.orders import parts_of  # here: the documents' reader takes long to load

    return [draft(order, part, directory, actor, now) for part in parts_of(text)]


def draft(order: Order, text: str, directory: Directory, actor: User, now: datetime) -> Task:
    """录入: the order is read and kept as a draft, which nobody but the supervisors sees."""
    from tracker.tasks.entry.orders import read_order

    permit(actor, Permission.READ)
    _check(order, now)
    task = Task(position=1, state=TaskState.DRAFT, created_at=now, created_by_id=actor.id)
    _write(task, order, read_order(text, order.origin_on, directory), Level(level_of(text)))
    db.session.add(task)
    audit.record("task.draft", "录入", task, actor, now, origin=order.origin)
    return task


def revise(task: Task, order: Order, reading: Reading, level: Level, actor: User, now: datetime) -> None:
    """修改草稿: what a person has corrected. The event says what changed, in words."""
    permit(actor, Permission.READ)
    if task.state is not TaskState.DRAFT:
        raise WrongState(f"任务“{task.state.label}”，不能再改草稿")
    _check(order, now)
    before = _said(task)
    _write(task, order, reading, level)
    after = _said(task)
    changes: dict[str, Any] = {
        name: [before[name], after[name]] for name in after if before[name] != after[name]
    }
    if changes:
        audit.record("task.revise", "修改草稿", task, actor, now, **changes)


def publish(task: Task, directory: Directory, actor: User, now: datetime, hurry: str = "") -> None:
    """下达: every unit gets its assignment. Invalid, with the reasons, while something unresolved is left.

    ``hurry``: why the units get less time than the rules of relief leave.
    """
    today = local_date(now)
    reading = Reading.from_json(task.reading)
    blocking = [flag.message for flag in standing(reading, directory, today) if flag.is_blocking]
    if blocking:
        raise Invalid("还不能下达：" + "；".join(dict.fromkeys(blocking)))
    due_on = asked_on(task, today)
    against = relief(due_on, actor, now, hurry)
    TASK.take(task, "publish", actor, now, deadline=task.deadline and task.deadline.isoformat(), **against)
    task.starts_on = starts_on(task.starts_on, task.deadline, today)
    task.is_past_confirmed = not (task.deadline and task.deadline < today)
    task.targets = intake.targets(task_of(reading).targets, directory)
    intake.issue(task, intake.duties(reading.points[0].units, directory), today, now)
    db.session.flush()
    ask(Kind.TASK, task.assignments, due_on, actor, now, hurry)


def publish_all(
    tasks: Sequence[Task], directory: Directory, actor: User, now: datetime, hurry: str = ""
) -> None:
    """下达 several drafts, all or none. Invalid, naming the draft, as for one."""
    for task in tasks:
        try:
            publish(task, directory, actor, now, hurry)
        except Invalid as refusal:
            raise Invalid(f"“{task.title}”：{refusal}。一项都没有下达", **refusal.fields) from refusal


def asked_on(task: Task, today: date) -> date | None:
    """The day a draft first asks something for, if it is issued today: its end, its period's, or a report."""
    first = starts_on(task.starts_on, task.deadline, today)
    turn = recurring.running(task.recurrence, first, task.deadline, today)
    due = report_due(task.reporting, max(first, today), turn.deadline if turn else task.deadline, today)
    return due and due.day


def discard(task: Task, actor: User, now: datetime, reason: str) -> None:
    """作废: a draft that is not issued; it stays in the trail."""
    TASK.take(task, "discard", actor, now, reason)


def _check(order: Order, now: datetime) -> None:
    if order.origin_on > local_date(now):
        raise Invalid("会议、批示或来函的日期不能晚于今天", origin_on="晚于今天")


def _write(task: Task, order: Order, reading: Reading, level: Level) -> None:
    row = task_of(reading)
    task.source, task.origin, task.origin_on = order.source, order.origin.strip(), order.origin_on
    task.reading = reading.as_json()
    task.title, task.text, task.level = row.title, row.text, level
    task.deadline, task.is_open_ended = day_of(row), row.is_open_ended
    task.starts_on = min(filter(None, (order.origin_on, task.deadline)))
    task.deadline_text, task.deadline_basis = row.deadline_text, row.basis
    task.recurrence, task.reporting = row.recurrence, row.reporting


def _said(task: Task) -> dict[str, Any]:
    """The draft in words, field by field, for the trail."""
    reading = Reading.from_json(task.reading)
    rows = task_of(reading).targets
    return {
        "source": task.source.label,
        "origin": task.origin,
        "origin_on": task.origin_on and task.origin_on.isoformat(),
        "text": task.text,
        "title": task.title,
        "deadline": task.deadline.isoformat() if task.deadline else "长期坚持",
        "recurrence": recurring.in_words(task.recurrence),
        "level": task.level.label,
        "reporting": task.reporting.label,
        "units": "、".join(f"{unit.text}（{unit.duty.label}）" for unit in reading.points[0].units),
        "targets": "、".join(f"{row.scope}{row.subject}{goal(row)}" for row in rows),
    }
