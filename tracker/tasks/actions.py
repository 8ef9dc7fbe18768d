"""The verbs of an assignment (承办项). Each checks, changes and records; none commits."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tracker import audit
from tracker.accounts.models import Unit, User
from tracker.accounts.permissions import Permission, permit
from tracker.clock import local_date
from tracker.db import db, insert_new
from tracker.errors import Invalid, WrongState
from tracker.tasks import queries, recurring
from tracker.tasks.demands.actions import ask, relief
from tracker.tasks.demands.rules import Kind
from tracker.tasks.models import Answer, Assignment, Duty, Ground, HaltRequest, Objection, Reporting, Task
from tracker.tasks.requests.queries import waiting
from tracker.tasks.rules import report_due
from tracker.words import Word
from tracker.workflow import ASSIGNMENT, EXTENSION, HALT_REQUEST, State, TaskState

audit.WORDS |= {"objection": Ground, "duty": Duty}


@dataclass(frozen=True)
class Reissue:
    """How an upheld objection changes the duty before it is issued again; None leaves a thing as it is."""

    deadline: date | None = None
    unit: Unit | None = None
    duty: Duty | None = None
    title: str = ""  # wording of the task, for every unit that carries it


def receive(assignment: Assignment, actor: User | None, now: datetime) -> None:
    """签收: the unit has seen its duty and takes it."""
    ASSIGNMENT.take(assignment, "receive", actor, now)
    assignment.received_at = now


def dispute(
    assignment: Assignment, actor: User | None, now: datetime, ground: Ground, reason: str
) -> Objection:
    """提出异议, before signing; the clock stands still until it is answered."""
    ASSIGNMENT.take(assignment, "dispute", actor, now, reason=reason, objection=ground.value)
    assignment.paused_on = local_date(now)
    _drop_requests(assignment, now)
    objection = Objection(
        assignment=assignment,
        ground=ground,
        reason=reason.strip(),
        raised_at=now,
        raised_by_id=actor and actor.id,
    )
    db.session.add(objection)
    return objection


def uphold(
    assignment: Assignment,
    actor: User | None,
    now: datetime,
    reason: str,
    change: Reissue | None = None,
    hurry: str = "",
) -> None:
    """异议成立: issued again with a ``change``, or withdrawn when none is given.

    Without a new deadline the old one moves by the days the clock stood still. Invalid when nothing changes,
    the deadline lies before the start, the other unit already carries this task, or a new deadline or unit
    leaves less time than the rules of relief and ``hurry`` does not say why.
    """
    if change is None:
        ASSIGNMENT.take(assignment, "uphold", actor, now, reason, to=State.WITHDRAWN)
        _drop_requests(assignment, now)
        _answer(assignment, Answer.WITHDRAWN, actor, now, reason, _go_on(assignment, now, moves=False))
        return
    changes = _reissue(assignment, change)
    due_on, would_be = change.deadline or _moved_to(assignment, now), _moved_to(assignment, now)
    is_asked = "unit" in changes or bool(due_on and would_be and due_on < would_be)
    against = relief(due_on, actor, now, hurry) if is_asked else {}
    ASSIGNMENT.take(assignment, "uphold", actor, now, reason, to=State.ISSUED, **changes, **against)
    days = _go_on(assignment, now, moves=change.deadline is None)
    if change.unit:
        hand_over(assignment, change.unit)
    if change.duty:
        assignment.duty = change.duty
    if change.deadline:
        assignment.deadline = change.deadline
    if "title" in changes:
        audit.record("task.reword", "修改表述", assignment.task, actor, now, reason, title=changes["title"])
        assignment.task.title = change.title.strip()
    assignment.issued_at = now  # the two days for signing begin anew
    if is_asked:
        ask(Kind.TASK if "unit" in changes else Kind.DEADLINE, [assignment], due_on, actor, now, hurry)
    _answer(assignment, Answer.REISSUED, actor, now, reason, days)


def overrule(assignment: Assignment, actor: User | None, now: datetime, reason: str) -> None:
    """异议不成立: the duty stands as issued; its deadline moves by the days the clock stood still."""
    ASSIGNMENT.take(assignment, "overrule", actor, now, reason, deadline=_moved(assignment, now))
    days = _go_on(assignment, now)
    assignment.issued_at = now
    _answer(assignment, Answer.OVERRULED, actor, now, reason, days)


def request_closure(assignment: Assignment, actor: User | None, now: datetime, grounds: str) -> None:
    """申请办结. Whether the reports allow it is the reports room's business; this day meets the deadline."""
    ASSIGNMENT.take(assignment, "request_closure", actor, now, reason=grounds)
    assignment.submitted_at = now
    assignment.submitted_on = local_date(now)
    assignment.applied_by_id = actor and actor.id
    _drop_requests(assignment, now)


def send_back(
    assignment: Assignment, actor: User | None, now: datetime, reason: str, fault: Word | None = None
) -> None:
    """退回: not done yet; the unit goes on and asks again. ``fault`` is the reason from a reviewer's list."""
    ASSIGNMENT.take(assignment, "send_back", actor, now, reason, return_reason=fault and fault.value)


def close(assignment: Assignment, actor: User | None, now: datetime, comment: str = "") -> None:
    """办结: done and proved; ``closed_on`` is the Beijing day."""
    before = assignment.progress
    ASSIGNMENT.take(assignment, "close", actor, now, reason=comment, progress=[before, 100])
    assignment.progress = 100
    assignment.closed_on = local_date(now)
    assignment.closed_by_id = actor and actor.id
    _drop_requests(assignment, now)


def reopen(assignment: Assignment, actor: User, now: datetime, reason: str) -> None:
    """恢复办理: closed on paper, not in fact."""
    closed_on = assignment.closed_on
    ASSIGNMENT.take(
        assignment, "reopen", actor, now, reason, closed_on=[closed_on and closed_on.isoformat(), None]
    )
    assignment.closed_on = assignment.closed_by_id = None


def suspend(assignment: Assignment, actor: User | None, now: datetime, reason: str) -> None:
    """缓办: the clock stands still and the duty leaves the scores until it is resumed."""
    ASSIGNMENT.take(assignment, "suspend", actor, now, reason)
    assignment.paused_on = local_date(now)
    _drop_requests(assignment, now)


def resume(assignment: Assignment, actor: User | None, now: datetime, reason: str = "") -> None:
    """恢复: the clock runs on; the deadline moves by the days it stood still."""
    ASSIGNMENT.take(assignment, "resume", actor, now, reason, deadline=_moved(assignment, now))
    _go_on(assignment, now)
    _drop_requests(assignment, now)


def withdraw(assignment: Assignment, actor: User | None, now: datetime, reason: str) -> None:
    """中止: the duty no longer exists; its records stay."""
    ASSIGNMENT.take(assignment, "withdraw", actor, now, reason)
    was_disputed = queries.open_objection(assignment) is not None
    days = _go_on(assignment, now, moves=False)
    if was_disputed:
        _answer(assignment, Answer.WITHDRAWN, actor, now, reason, days)
    _drop_requests(assignment, now)


def hand_over(assignment: Assignment, unit: Unit) -> None:
    """Another unit carries the duty from now on; its share of the targets goes with the last period of it."""
    task, before = assignment.task, assignment.unit_id
    assignment.unit, assignment.unit_id = unit, unit.id
    if before in task.unit_ids:
        return
    for target in task.targets:
        carried = {quota.unit_id: quota for quota in target.quotas}
        if before in carried and unit.id not in carried:
            carried[before].unit, carried[before].unit_id = unit, unit.id


def add_unit(
    task: Task, unit: Unit, duty: Duty, actor: User | None, now: datetime, hurry: str = ""
) -> Assignment:
    """增加承办单位: one more unit carries the task, from today, by its deadline or its period's.

    ``hurry``: why it gets less time than the rules of relief leave.
    """
    if actor is not None:
        permit(actor, Permission.READ)
    if task.state is not TaskState.PUBLISHED:
        raise WrongState(f"任务“{task.state.label}”，不能再增加承办单位")
    if unit.id in task.unit_ids:
        raise Invalid(f"{unit.name}已经承办这个任务", unit="已在承办单位中")
    latest = queries.latest_period(task)
    period, deadline = (latest.period, latest.original_deadline) if latest else ("", task.deadline)
    due_on = joins_by(task, local_date(now))
    against = relief(due_on, actor, now, hurry)
    assignment = Assignment(
        unit=unit,
        unit_id=unit.id,
        period=period,
        duty=duty,
        starts_on=min(local_date(now), deadline) if deadline else local_date(now),
        original_deadline=deadline,
        deadline=deadline,
        issued_at=now,
    )
    task.assignments.append(assignment)
    audit.record(
        "task.add_unit", "增加承办单位", task, actor, now, unit=unit.name, duty=duty.value, **against
    )
    ask(Kind.TASK, [assignment], due_on, actor, now, hurry)
    return assignment


def joins_by(task: Task, today: date) -> date | None:
    """The day a unit that joins today is first asked something for."""
    latest = queries.latest_period(task)
    due = report_due(task.reporting, today, latest.original_deadline if latest else task.deadline, today)
    return due and due.day


def set_reporting(
    task: Task, reporting: Reporting, actor: User | None, now: datetime, hurry: str = ""
) -> None:
    """填报要求: how often the units report. A recurring task is reported on with each of its periods.

    ``hurry``: why the first report is asked for sooner than the rules of relief allow.
    """
    if actor is not None:
        permit(actor, Permission.READ)
    if task.state is not TaskState.PUBLISHED:
        raise WrongState(f"任务“{task.state.label}”，不能再改填报要求")
    if queries.latest_period(task):
        raise Invalid("周期任务每期到期时填报，不另设按月、按季填报", reporting="周期任务随每期填报")
    if reporting is task.reporting:
        return
    change = [task.reporting.label, reporting.label]
    due_on = None if reporting is Reporting.AT_NODES else reports_from(task, reporting, local_date(now))
    against = relief(due_on, actor, now, hurry)
    audit.record("task.set_reporting", "调整填报要求", task, actor, now, reporting=change, **against)
    task.reporting = reporting
    if due_on:
        ask(Kind.REPORTING, queries.running(task), due_on, actor, now, hurry)


def reports_from(task: Task, reporting: Reporting, today: date) -> date | None:
    """The first day on which a rule set today asks a unit for a report; None while no duty is under way."""
    dues = (
        report_due(reporting, max(duty.starts_on, local_date(duty.issued_at)), duty.deadline, today)
        for duty in queries.running(task)
    )
    return min((due.day for due in dues if due and due.day >= today), default=None)


def make_periods(now: datetime) -> int:
    """生成本期承办项: the next period of every recurring task, when it has begun; rows: assignments made.

    For the units, and duties, that carry the latest period and were not taken off it. What nobody looked at
    is caught up, each period with its own days. A second run makes nothing: a unit has a period once.
    """
    made = 0
    for task, last in queries.recurring_tasks():
        periods = recurring.begun(task.recurrence, task.starts_on, task.deadline, last, local_date(now))
        for period in periods:
            rows = [
                {
                    "task_id": task.id,
                    "unit_id": unit_id,
                    "period": period.label,
                    "duty": duty,
                    "state": State.ISSUED,
                    "starts_on": period.starts_on,
                    "original_deadline": period.deadline,
                    "deadline": period.deadline,
                    "progress": 0,
                    "issued_at": now,
                    "version": 1,
                }
                for unit_id, duty in queries.carriers(task, last)
            ]
            if new := insert_new(Assignment, rows):
                audit.record(
                    "task.make_period", "生成本期承办项", task, None, now, period=period.label, times=new
                )
            made += new
    return made


def defer(assignment: Assignment, now: datetime, due_on: date, reason: str) -> None:
    """顺延, by the system: a later deadline; the original is never touched.

    There is no schedule to lag behind in so few days: the whole of it is planned for the last one.
    """
    begin, deadline = assignment.starts_on, assignment.deadline
    by_nodes = assignment.task.reporting is Reporting.AT_NODES  # the others owe reports from now on
    assignment.starts_on, assignment.deadline = due_on if by_nodes else local_date(now), due_on
    changes = {
        "deadline": [deadline and deadline.isoformat(), due_on.isoformat()],
        "starts_on": [begin.isoformat(), assignment.starts_on.isoformat()],
    }
    audit.record("assignment.defer", "顺延时限", assignment, None, now, reason, **changes)


def confirm_past(task: Task, actor: User, now: datetime) -> None:
    """确认时限: a deadline that was past when the document was issued counts in the scores from now on."""
    if task.is_past_confirmed:
        raise Invalid("这个任务的时限不需要确认")
    task.is_past_confirmed = True
    audit.record("task.confirm_past", "确认时限", task, actor, now, is_past_confirmed=[False, True])


def _reissue(assignment: Assignment, change: Reissue) -> dict[str, Any]:
    """The details of the event: field → [before, after] of all that really changes."""
    task, before = assignment.task, assignment.deadline
    if change.deadline and change.deadline < assignment.starts_on:
        raise Invalid("新的时限早于起始日，请改为起始日以后的日期", deadline="早于起始日")
    if change.unit and change.unit.id != assignment.unit_id and change.unit.id in task.unit_ids:
        raise Invalid(f"{change.unit.name}已经承办这个任务，请直接中止这个承办项", unit="已在承办单位中")
    title = change.title.strip()
    changes: dict[str, Any] = {}
    if change.deadline and change.deadline != before:
        changes["deadline"] = [before and before.isoformat(), change.deadline.isoformat()]
    if change.unit and change.unit.id != assignment.unit_id:
        changes["unit"] = [assignment.unit.name, change.unit.name]
    if change.duty and change.duty is not assignment.duty:
        changes["duty"] = [assignment.duty.label, change.duty.label]
    if title and title != task.title:
        changes["title"] = [task.title, title]
    if not changes:
        raise Invalid("异议成立须调整后重新交办：请修改时限、单位、职责或表述中的至少一项，或者选择中止")
    return changes


def _moved(assignment: Assignment, now: datetime) -> list[str] | None:
    """The deadline [before, after] the days the clock stood still; None when it stays."""
    days, before = _paused_days(assignment, now), assignment.deadline
    return [before.isoformat(), (before + timedelta(days)).isoformat()] if before and days else None


def _moved_to(assignment: Assignment, now: datetime) -> date | None:
    """The deadline after the days the clock stood still."""
    moved = _moved(assignment, now)
    return date.fromisoformat(moved[1]) if moved else assignment.deadline


def _paused_days(assignment: Assignment, now: datetime) -> int:
    return (local_date(now) - assignment.paused_on).days if assignment.paused_on else 0


def _go_on(assignment: Assignment, now: datetime, *, moves: bool = True) -> int:
    """Let the clock run again; the days it stood still, by which the deadline (never the original) moves."""
    days = _paused_days(assignment, now)
    if moves and assignment.deadline:
        assignment.deadline += timedelta(days)
    assignment.paused_on = None
    return days


def _drop_requests(assignment: Assignment, now: datetime) -> None:
    """What was asked about the duty and is no longer possible in its new state is refused by the system."""
    possible = {step.action for step in ASSIGNMENT.steps if assignment.state in step.sources}
    reason = f"承办项已是“{assignment.state.label}”，这份申请不再办理"
    for filing in waiting(assignment):
        if isinstance(filing, HaltRequest):
            machine, stands = HALT_REQUEST, filing.kind.value in possible
        else:
            machine, stands = EXTENSION, assignment.state is State.ACTIVE
        if not stands:
            machine.take(filing, "refuse", None, now, reason)
            filing.answered_at, filing.answer_reason = now, reason


def _answer(
    assignment: Assignment, answer: Answer, actor: User | None, now: datetime, reason: str, days: int
) -> None:
    objection = queries.open_objection(assignment)
    if objection is None:
        return
    objection.answer, objection.answer_reason = answer, reason.strip()
    objection.answered_at, objection.answered_by_id = now, actor and actor.id
    objection.days = days
