"""The verbs of an assignment (承办项). Each checks, changes and records; none commits."""

from datetime import date, datetime

from tracker import audit
from tracker.accounts.models import Unit, User
from tracker.accounts.permissions import Permission, permit
from tracker.clock import local_date
from tracker.errors import Invalid, WrongState
from tracker.tasks.models import Assignment, Duty, Task
from tracker.words import Word
from tracker.workflow import ASSIGNMENT, State, TaskState


class Objection(Word):
    """What a unit disputes before it signs."""

    WORDING = "wording", "表述"
    UNIT = "unit", "归属"
    DEADLINE = "deadline", "时限"
    OTHER = "other", "其他"


def receive(assignment: Assignment, actor: User | None, now: datetime) -> None:
    """签收: the unit has seen its duty and takes it."""
    ASSIGNMENT.take(assignment, "receive", actor, now)
    assignment.received_at = now


def dispute(assignment: Assignment, actor: User, now: datetime, kind: Objection, reason: str) -> None:
    """提出异议, before signing; the clock stands still until it is answered."""
    ASSIGNMENT.take(assignment, "dispute", actor, now, reason=reason, objection=kind.value)


def uphold(
    assignment: Assignment, actor: User, now: datetime, reason: str, deadline: date | None = None
) -> None:
    """异议成立: reissue with a new ``deadline``, or withdraw the duty when none is given."""
    if deadline is None:
        ASSIGNMENT.take(assignment, "uphold", actor, now, reason, to=State.WITHDRAWN)
        return
    if deadline < assignment.starts_on:
        raise Invalid("新的时限早于起始日，请改为起始日以后的日期", deadline="早于起始日")
    before = assignment.deadline
    ASSIGNMENT.take(
        assignment,
        "uphold",
        actor,
        now,
        reason,
        to=State.ISSUED,
        deadline=[before and before.isoformat(), deadline.isoformat()],
    )
    assignment.deadline = deadline


def overrule(assignment: Assignment, actor: User, now: datetime, reason: str) -> None:
    """异议不成立: the duty stands as issued."""
    ASSIGNMENT.take(assignment, "overrule", actor, now, reason)


def request_closure(assignment: Assignment, actor: User | None, now: datetime, grounds: str) -> None:
    """申请办结. Whether the reports allow it is the reports room's business; this day meets the deadline."""
    ASSIGNMENT.take(assignment, "request_closure", actor, now, reason=grounds)
    assignment.submitted_at = now
    assignment.submitted_on = local_date(now)
    assignment.applied_by_id = actor and actor.id


def send_back(assignment: Assignment, actor: User | None, now: datetime, reason: str) -> None:
    """退回: not done yet; the unit goes on and asks again."""
    ASSIGNMENT.take(assignment, "send_back", actor, now, reason)


def close(assignment: Assignment, actor: User | None, now: datetime, comment: str = "") -> None:
    """办结: done and proved; ``closed_on`` is the Beijing day."""
    before = assignment.progress
    ASSIGNMENT.take(assignment, "close", actor, now, reason=comment, progress=[before, 100])
    assignment.progress = 100
    assignment.closed_on = local_date(now)


def reopen(assignment: Assignment, actor: User, now: datetime, reason: str) -> None:
    """恢复办理: closed on paper, not in fact."""
    closed_on = assignment.closed_on
    ASSIGNMENT.take(
        assignment, "reopen", actor, now, reason, closed_on=[closed_on and closed_on.isoformat(), None]
    )
    assignment.closed_on = None


def suspend(assignment: Assignment, actor: User, now: datetime, reason: str) -> None:
    """缓办: leaves the scores until it is resumed."""
    ASSIGNMENT.take(assignment, "suspend", actor, now, reason)


def resume(assignment: Assignment, actor: User, now: datetime) -> None:
    """恢复: the clock runs on."""
    ASSIGNMENT.take(assignment, "resume", actor, now)


def withdraw(assignment: Assignment, actor: User, now: datetime, reason: str) -> None:
    """中止: the duty no longer exists; its records stay."""
    ASSIGNMENT.take(assignment, "withdraw", actor, now, reason)


def add_unit(task: Task, unit: Unit, duty: Duty, actor: User | None, now: datetime) -> Assignment:
    """增加承办单位: one more unit carries the task, from today, by the task's deadline."""
    if actor is not None:
        permit(actor, Permission.READ)
    if task.state is not TaskState.PUBLISHED:
        raise WrongState(f"任务“{task.state.label}”，不能再增加承办单位")
    if unit.id in task.unit_ids:
        raise Invalid(f"{unit.name}已经承办这个任务", unit="已在承办单位中")
    assignment = Assignment(
        unit=unit,
        unit_id=unit.id,
        duty=duty,
        starts_on=min(local_date(now), task.deadline) if task.deadline else local_date(now),
        original_deadline=task.deadline,
        deadline=task.deadline,
        issued_at=now,
    )
    task.assignments.append(assignment)
    audit.record("task.add_unit", "增加承办单位", task, actor, now, unit=unit.name, duty=duty.value)
    return assignment


def confirm_past(task: Task, actor: User, now: datetime) -> None:
    """确认时限: a deadline that was past when the document was issued counts in the scores from now on."""
    if task.is_past_confirmed:
        raise Invalid("这个任务的时限不需要确认")
    task.is_past_confirmed = True
    audit.record("task.confirm_past", "确认时限", task, actor, now, is_past_confirmed=[False, True])
