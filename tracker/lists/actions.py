"""Problems are entered: by hand, and by themselves from overdue duties. None commits."""

from dataclasses import dataclass
from datetime import date, datetime

from tracker import audit
from tracker.accounts.models import Unit, User
from tracker.accounts.permissions import Permission, permit
from tracker.clock import local_date
from tracker.db import db
from tracker.documents.models import Document
from tracker.errors import Invalid
from tracker.lists import queries, rules
from tracker.lists.account import actions as account
from tracker.lists.models import (
    CALLS,
    Milestone,
    Pace,
    Problem,
    ProblemSource,
    Rectification,
    Responsibility,
    Severity,
    SupportUnit,
)
from tracker.numbers import next_in
from tracker.tasks.models import Assignment
from tracker.workdays import Workdays, misdated
from tracker.workflow import RectificationState


@dataclass(frozen=True)
class Findings:
    """What is entered when a problem is registered, or as it stands now."""

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
    source_number: str = ""  # 来电来信编号, of a hot-line call or petition
    source_on: date | None = None
    caller: str = ""
    remedy: str = ""
    stages: tuple[tuple[date, str], ...] = ()  # 节点
    leader: str = ""
    lead_unit: Unit | None = None  # the unit itself when nobody else leads
    supports: tuple[Unit, ...] = ()
    person: str = ""
    phone: str = ""
    content: str = ""  # 责任内容; the goal when nothing else is said
    document: Document | None = None  # the plan it was read from, and which point of it
    document_point: str | None = None
    assignment: Assignment | None = None


def register(findings: Findings, actor: User | None, now: datetime) -> Problem:
    """建账: one problem, one account number."""
    if actor is not None:
        permit(actor, Permission.JUDGE)
    wrong = faults(findings, local_date(now))
    if twin := queries.same_call(findings.source, findings.source_number, findings.unit.id):
        wrong["source_number"] = f"这个编号、这个单位的问题已经建账，账号{twin.number}"
    if findings.document and (
        twin := queries.same_point(findings.document, findings.document_point, findings.unit.id)
    ):
        wrong["unit"] = f"方案的这一条、这个单位已经建账，账号{twin.number}"
    if wrong:
        raise Invalid("；".join(wrong.values()), **wrong)
    year = local_date(now).year
    problem = Problem(
        number=rules.account_number(year, next_in(f"problem {year}")),
        assignment=findings.assignment,
        assignment_deadline=findings.assignment and findings.assignment.deadline,
        document=findings.document,
        document_point=findings.document_point,
        registered_at=now,
        registered_by_id=actor and actor.id,
        rectification=Rectification(),
        responsibility=Responsibility(),
    )
    write(problem, findings)
    db.session.add(problem)
    db.session.flush()
    audit.record("problem.register", "建账", problem, actor, now, number=problem.number)
    return problem


def faults(findings: Findings, today: date) -> dict[str, str]:
    """Field → why it cannot be entered so."""
    deadline, limit = findings.deadline, rules.immediate_deadline(findings.found_on)
    wrong = {
        "text": not findings.text.strip() and "请填写问题描述",
        "goal": not findings.goal.strip() and "请填写整改目标",
        "found_on": (findings.found_on > today and "发现日期不能晚于今天")
        or misdated(findings.found_on, today, "发现日期"),
        "source_number": findings.source in CALLS
        and not findings.source_number.strip()
        and f"{findings.source.label}要写明编号",
        "source_on": findings.source_on is not None
        and findings.source_on > findings.found_on
        and "来电来信日期不能晚于发现日期",
    }
    wrong["source_on"] = wrong["source_on"] or misdated(findings.source_on, today, "来电来信日期")
    if findings.pace is Pace.IMMEDIATE and deadline and deadline > limit:
        wrong["deadline"] = f"立行立改应在{_day(limit)}前完成，请改期，或改为“限期整改”"
    elif findings.pace is Pace.DATED and deadline is None:
        wrong["deadline"] = "请填写整改时限"
    elif findings.pace is not Pace.STANDING and deadline and deadline < findings.found_on:
        wrong["deadline"] = "整改时限不能早于发现日期"
    elif findings.pace is not Pace.STANDING:
        wrong["deadline"] = misdated(deadline, today, "整改时限")
    last = deadline_of(findings)
    if last is not None and (late := [text for due_on, text in findings.stages if due_on > last]):
        wrong["stages"] = f"节点“{late[0]}”晚于整改时限{_day(last)}"
    for due_on, text in findings.stages:
        wrong["stages"] = wrong.get("stages") or misdated(due_on, today, f"节点“{text}”的日期")
    if (findings.lead_unit or findings.unit) in findings.supports:
        wrong["supports"] = "牵头单位不能同时是配合单位"
    return {name: message for name, message in wrong.items() if message}


def deadline_of(findings: Findings) -> date | None:
    """立行立改 has thirty days when no day is given; 长期坚持 has no deadline."""
    if findings.pace is Pace.STANDING:
        return None
    if findings.pace is Pace.IMMEDIATE:
        return findings.deadline or rules.immediate_deadline(findings.found_on)
    return findings.deadline


def write(problem: Problem, findings: Findings) -> None:
    """Put what was found into the records of one account."""
    problem.source, problem.found_on = findings.source, findings.found_on
    problem.source_number, problem.source_on = findings.source_number.strip(), findings.source_on
    problem.caller, problem.text = findings.caller.strip(), findings.text.strip()
    problem.kind, problem.unit = findings.kind.strip() or "其他", findings.unit
    problem.severity, problem.is_common = findings.severity, findings.is_common
    problem.basis = findings.basis.strip()
    rectification, deadline = problem.rectification, deadline_of(findings)
    rectification.goal, rectification.remedy = findings.goal.strip(), findings.remedy.strip()
    rectification.pace = findings.pace
    if rectification.state in (None, RectificationState.REGISTERED):  # later only other steps move it
        rectification.original_deadline = rectification.deadline = deadline
        rectification.milestones = [Milestone(due_on=due_on, text=text) for due_on, text in findings.stages]
    responsibility = problem.responsibility
    responsibility.leader, responsibility.person = findings.leader.strip(), findings.person.strip()
    responsibility.phone = findings.phone.strip()
    responsibility.lead_unit = findings.lead_unit or findings.unit
    responsibility.accepting_unit = findings.accepting_unit
    responsibility.text = findings.content.strip() or findings.goal.strip()
    if responsibility.support_units != list(findings.supports):
        kept = {support.unit_id: support for support in responsibility.supports}
        responsibility.supports = [kept.get(unit.id) or SupportUnit(unit=unit) for unit in findings.supports]
        for position, support in enumerate(responsibility.supports):
            support.position = position


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


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
