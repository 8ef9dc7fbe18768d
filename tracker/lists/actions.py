"""The verbs of a problem and its rectification: register, rectify, strike off. None commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tracker import audit
from tracker.accounts.models import Unit, User
from tracker.accounts.permissions import Permission, permit
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Invalid, WrongState
from tracker.lists import queries, rules
from tracker.lists.models import (
    ClosingSlot,
    Closure,
    Pace,
    Problem,
    ProblemSource,
    Rectification,
    Responsibility,
    Severity,
    SiteCheck,
)
from tracker.numbers import next_in
from tracker.tasks.models import Assignment
from tracker.workdays import Workdays
from tracker.workflow import RECTIFICATION, RectificationState


@dataclass(frozen=True)
class Findings:
    """What is entered when a problem is registered."""

    source: ProblemSource
    found_on: date
    text: str
    kind: str
    unit: Unit
    basis: str
    goal: str
    pace: Pace
    deadline: date | None
    accepting_unit: Unit
    severity: Severity = Severity.ORDINARY
    is_common: bool = False
    assignment: Assignment | None = None


def register(findings: Findings, actor: User | None, now: datetime) -> Problem:
    """建账: one problem, one account number."""
    if actor is not None:
        permit(actor, Permission.JUDGE)
    if not findings.text.strip():
        raise Invalid("请填写问题描述", text="必填")
    if findings.found_on > local_date(now):
        raise Invalid("发现日期不能晚于今天", found_on="晚于今天")
    deadline = _deadline(findings)
    year = local_date(now).year
    problem = Problem(
        number=rules.account_number(year, next_in(f"problem {year}")),
        source=findings.source,
        found_on=findings.found_on,
        text=findings.text.strip(),
        kind=findings.kind.strip() or "其他",
        unit=findings.unit,
        severity=findings.severity,
        is_common=findings.is_common,
        basis=findings.basis.strip(),
        assignment=findings.assignment,
        assignment_deadline=findings.assignment and findings.assignment.deadline,
        registered_at=now,
        registered_by_id=actor and actor.id,
        rectification=Rectification(
            goal=findings.goal.strip(), pace=findings.pace, original_deadline=deadline, deadline=deadline
        ),
        responsibility=Responsibility(
            lead_unit=findings.unit,
            accepting_unit=findings.accepting_unit,
            text=findings.goal.strip(),
        ),
    )
    db.session.add(problem)
    db.session.flush()
    audit.record("problem.register", "建账", problem, actor, now, number=problem.number)
    return problem


def enter_overdue(now: datetime, workdays: Workdays) -> list[Problem]:
    """逾期任务入账: duties overdue for longer than the set days, each once per deadline, issued at once."""
    today = local_date(now)
    due_before = workdays.add(today, -rules.ENTRY_WORKDAYS)
    entered = []
    assignments = queries.unlisted_overdue(today, due_before)
    office = queries.office() if assignments else None
    for assignment in assignments:
        if office is None or assignment.deadline is None:
            continue
        point = assignment.task.work_point
        source = f"{point.document.title}第{point.number}项" if point else "督查立项"
        problem = register(
            Findings(
                source=ProblemSource.OVERDUE,
                found_on=today,
                text=f"“{assignment.task.title}”应于{_day(assignment.deadline)}前完成，至今未办结。",
                kind="任务逾期",
                unit=assignment.unit,
                basis=source,
                goal=f"完成“{assignment.task.title}”并通过审核。",
                pace=Pace.IMMEDIATE,
                deadline=rules.immediate_deadline(today),
                accepting_unit=office,
                assignment=assignment,
            ),
            None,
            now,
        )
        issue(problem.rectification, None, now)
        entered.append(problem)
    return entered


def issue(rectification: Rectification, actor: User | None, now: datetime) -> None:
    """交办."""
    RECTIFICATION.take(rectification, "issue", actor, now)
    rectification.issued_at = now


def receive(rectification: Rectification, actor: User, now: datetime) -> None:
    """认领: the unit takes the problem and owes a remedy."""
    RECTIFICATION.take(rectification, "receive", actor, now)


def dispute(rectification: Rectification, actor: User, now: datetime, reason: str) -> None:
    """提出异议: the clock stands still until it is answered."""
    RECTIFICATION.take(rectification, "dispute", actor, now, reason)
    rectification.paused_on = local_date(now)


def uphold(rectification: Rectification, actor: User, now: datetime, reason: str) -> None:
    """异议成立: the account is withdrawn; it stays in the ledger, struck through."""
    RECTIFICATION.take(rectification, "uphold", actor, now, reason, to=RectificationState.WITHDRAWN)
    rectification.paused_on = None


def overrule(rectification: Rectification, actor: User, now: datetime, reason: str) -> None:
    """异议不成立."""
    RECTIFICATION.take(rectification, "overrule", actor, now, reason)
    rectification.paused_on = None


def propose(rectification: Rectification, actor: User, now: datetime, remedy: str, person: str) -> None:
    """拟定措施: the remedy and the person who answers for it."""
    permit(actor, Permission.ANSWER, rectification)
    if rectification.state is not RectificationState.PLANNING:
        raise WrongState(f"当前状态为“{rectification.state.label}”，不能改动整改措施")
    if not remedy.strip():
        raise Invalid("请填写整改措施", remedy="必填")
    responsibility = rectification.problem.responsibility
    audit.record(
        "rectification.propose",
        "拟定措施",
        rectification,
        actor,
        now,
        remedy=[rectification.remedy, remedy.strip()],
        person=[responsibility.person, person.strip()],
    )
    rectification.remedy = remedy.strip()
    responsibility.person = person.strip()


def approve(rectification: Rectification, actor: User, now: datetime) -> None:
    """审定措施. There must be a remedy to approve."""
    if not rectification.remedy:
        raise Invalid("责任单位还没有拟定整改措施", remedy="尚未填写")
    RECTIFICATION.take(rectification, "approve", actor, now)


def report_progress(
    rectification: Rectification, actor: User, now: datetime, progress: int, text: str
) -> None:
    """填报整改进展."""
    permit(actor, Permission.ANSWER, rectification)
    if rectification.state is not RectificationState.ACTIVE:
        raise WrongState(f"当前状态为“{rectification.state.label}”，不能填报整改进展")
    if not 0 <= progress <= 100:
        raise Invalid("进展应在0到100之间", progress="0到100")
    if not text.strip():
        raise Invalid("请写明整改进展", text="必填")
    audit.record(
        "rectification.report",
        "填报整改进展",
        rectification,
        actor,
        now,
        reason=text.strip(),
        progress=[rectification.progress, progress],
    )
    rectification.progress = progress


def request_closure(
    rectification: Rectification, actor: User, now: datetime, slots: Mapping[str, str]
) -> None:
    """申请销号, by the unit's head, with the five slots proved or argued away."""
    if rectification.pace is Pace.STANDING:
        raise Invalid("长期坚持的事项不销号，请按季填报阶段成效")
    if rectification.progress < 100:
        raise Invalid(f"整改进展为{rectification.progress}%，达到100%才能申请销号", progress="未到100%")
    missing = rules.missing_slots(slots)
    if missing:
        raise Invalid(f"销号标准还缺：{'、'.join(missing)}；确实不适用的请写明“不适用”及理由")
    RECTIFICATION.take(rectification, "request_closure", actor, now)
    rectification.applied_at = now
    rectification.applied_by_id = actor.id
    rectification.slots = [ClosingSlot(slot=slot, text=slots[slot.value].strip()) for slot in rules.Slot]


def verify(rectification: Rectification, actor: User, now: datetime, findings: str) -> None:
    """核查通过, on the spot, by the accepting unit."""
    if not findings.strip():
        raise Invalid("请填写现场核查情况", findings="必填")
    RECTIFICATION.take(rectification, "verify", actor, now, reason=findings)
    rectification.verified_at = now
    rectification.verified_by_id = actor.id
    db.session.add(
        SiteCheck(
            rectification=rectification,
            is_passed=True,
            findings=findings.strip(),
            checked_on=local_date(now),
            entered_at=now,
            entered_by_id=actor.id,
        )
    )


def send_back(rectification: Rectification, actor: User, now: datetime, reason: str) -> None:
    """退回: the remedy or the closure does not hold; the next round starts with nobody's signature."""
    RECTIFICATION.take(rectification, "send_back", actor, now, reason)
    rectification.applied_at = rectification.verified_at = None
    rectification.applied_by_id = rectification.verified_by_id = None


def close(rectification: Rectification, actor: User, now: datetime, comment: str = "") -> None:
    """销号, by the office: the third person."""
    RECTIFICATION.take(rectification, "close", actor, now, comment)
    rectification.closed_on = local_date(now)
    rectification.closed_by_id = actor.id
    db.session.add(
        Closure(
            rectification=rectification,
            deadline=rectification.deadline,
            applied_at=rectification.applied_at,
            applied_by_id=rectification.applied_by_id,
            verified_at=rectification.verified_at,
            verified_by_id=rectification.verified_by_id,
            closed_at=now,
            closed_by_id=actor.id,
            closed_on=local_date(now),
        )
    )


def reopen(rectification: Rectification, actor: User, now: datetime, reason: str) -> None:
    """恢复挂账 under the same number; it is counted."""
    RECTIFICATION.take(
        rectification,
        "reopen",
        actor,
        now,
        reason,
        times=[rectification.reopened_times, rectification.reopened_times + 1],
    )
    rectification.closed_on = None
    rectification.applied_at = rectification.verified_at = None
    rectification.applied_by_id = rectification.verified_by_id = rectification.closed_by_id = None
    rectification.reopened_times += 1
    closure = queries.last_closure(rectification)
    if closure is not None:
        closure.reopened_on, closure.reopened_by_id = local_date(now), actor.id
        closure.reopen_reason = reason.strip()


def withdraw(rectification: Rectification, actor: User, now: datetime, reason: str) -> None:
    """中止: struck through, stays in the ledger."""
    RECTIFICATION.take(rectification, "withdraw", actor, now, reason)


def _deadline(findings: Findings) -> date | None:
    if findings.pace is Pace.STANDING:
        return None
    limit = rules.immediate_deadline(findings.found_on)
    if findings.pace is Pace.IMMEDIATE:
        if findings.deadline and findings.deadline > limit:
            raise Invalid(f"立行立改应在{_day(limit)}前完成，请改期，或改为“限期整改”", deadline="超过30天")
        return findings.deadline or limit
    if findings.deadline is None:
        raise Invalid("请填写整改时限", deadline="必填")
    return findings.deadline


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
