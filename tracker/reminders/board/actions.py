"""催办: a supervisor urges the units of overdue duties; each hears of it today, in the inbox."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tracker import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.clock import SHANGHAI, local_date
from tracker.db import insert_new
from tracker.errors import check_length
from tracker.reminders.actions import gather
from tracker.reminders.board import queries
from tracker.reminders.models import Reminder
from tracker.tasks.demands.actions import ask
from tracker.tasks.demands.rules import Kind
from tracker.tasks.models import Assignment
from tracker.workdays import statutory
from tracker.workflow import State

LONGEST_NOTE = 500  # characters


@dataclass
class Urged:
    """What became of it: duties urged, people told, and in words each duty that was left."""

    duties: int = 0
    people: set[int] = field(default_factory=set)
    left: list[str] = field(default_factory=list)


def urge(ids: Collection[int], actor: User, now: datetime, note: str = "") -> Urged:
    """催办 the duties of ``ids`` that are overdue and not yet handed in, each once a day whoever asks.

    Its event carries the ``note``; the unit's reporters and heads find it in today's digest, which is unread
    again by that. Disputed and suspended duties are left alone: their clock stands still.
    """
    permit(actor, Permission.JUDGE)
    check_length(note, LONGEST_NOTE, "note", "附言")
    today = local_date(now)
    duties = queries.locked(ids)
    before = queries.urged_on([duty.id for duty in duties], today)
    people = queries.people_of({duty.unit_id for duty in duties})
    urged, rows = Urged(), []
    for duty in duties:
        recipients = people.get(duty.unit_id, [])
        if refusal := _refusal(duty, today, before.get(duty.id), recipients):
            urged.left.append(f"{duty.unit.short_name}“{duty.task.title}”：{refusal}")
            continue
        names = [person.name for person in recipients]
        audit.record(queries.URGE, "催办", duty, actor, now, note.strip(), people="、".join(names))
        ask(Kind.URGE, [duty], None, actor, now)
        rows += [_reminder(duty, person, today, now) for person in recipients]
        urged.duties += 1
        urged.people |= {person.id for person in recipients}
    insert_new(Reminder, rows)
    gather(urged.people, step_of(today), now, statutory())
    return urged


def step_of(today: date) -> str:
    """The name of a reminder by hand."""
    return f"{queries.URGED}{today.isoformat()}"


def _refusal(
    duty: Assignment, today: date, before: tuple[str, datetime] | None, recipients: list[User]
) -> str:
    """Why a duty is not urged, in words; empty when it is."""
    if before:
        who, at = before
        return f"{who}今天{at.astimezone(SHANGHAI):%H:%M}已催办"
    if duty.state in (State.DISPUTED, State.SUSPENDED):
        return f"{duty.state.label}，时限停着"
    if duty.state not in queries.OWED:
        return f"已是“{duty.state.label}”"
    if duty.deadline is None or duty.deadline >= today:
        return "没有逾期"
    return "" if recipients else "单位没有启用的填报员和负责人，请先联系系统管理员"


def _reminder(duty: Assignment, person: User, today: date, now: datetime) -> dict[str, Any]:
    return {
        "assignment_id": duty.id,
        "step": step_of(today),
        "deadline": duty.deadline,
        "recipient_id": person.id,
        "made_on": today,
        "made_at": now,
    }
