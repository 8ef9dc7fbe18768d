"""Problems are entered: by hand, and by themselves from overdue duties. None commits."""

from dataclasses import dataclass
from datetime import date, datetime

from tracker import audit
from tracker.accounts.models import Unit, User
from tracker.accounts.permissions import Permission, permit
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Invalid
from tracker.lists import queries, rules
from tracker.lists.account import actions as account
from tracker.lists.models import Pace, Problem, ProblemSource, Rectification, Responsibility, Severity
from tracker.numbers import next_in
from tracker.tasks.models import Assignment
from tracker.workdays import Workdays


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


def enter_overdue(now: datetime, workdays: Workdays, after: int = rules.ENTRY_WORKDAYS) -> list[Problem]:
    """逾期任务入账: duties more than ``after`` working days late, once per deadline, issued at once."""
    today = local_date(now)
    due_before = workdays.add(today, -after) if after else today
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
        account.issue(problem.rectification, None, now)
        entered.append(problem)
    return entered


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
