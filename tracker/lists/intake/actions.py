"""Accounts amended (更正), and a caller's name shown. None commits."""

from datetime import datetime

from tracker import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.clock import local_date
from tracker.errors import Invalid, WrongState
from tracker.lists.actions import Findings, deadline_of, faults, write
from tracker.lists.intake.rules import changes, said_of
from tracker.lists.models import CALLS, Problem
from tracker.workflow import RectificationState

DONE_WITH = (RectificationState.CLOSED, RectificationState.WITHDRAWN)


def findings_of(problem: Problem) -> Findings:
    """An account as it stands, as it would be entered."""
    rectification, responsibility = problem.rectification, problem.responsibility
    return Findings(
        source=problem.source,
        found_on=problem.found_on,
        text=problem.text,
        kind=problem.kind,
        unit=problem.unit,
        basis=problem.basis,
        goal=rectification.goal,
        pace=rectification.pace,
        deadline=rectification.deadline,
        accepting_unit=responsibility.accepting_unit,
        severity=problem.severity,
        is_common=problem.is_common,
        source_number=problem.source_number,
        source_on=problem.source_on,
        caller=problem.caller,
        remedy=rectification.remedy,
        stages=tuple((one.due_on, one.text) for one in rectification.milestones),
        leader=responsibility.leader,
        lead_unit=responsibility.lead_unit,
        supports=tuple(responsibility.support_units),
        person=responsibility.person,
        phone=responsibility.phone,
        content=responsibility.text,
        document=problem.document,
        document_point=problem.document_point,
        assignment=problem.assignment,
    )


def amend(problem: Problem, findings: Findings, actor: User, now: datetime, reason: str = "") -> None:
    """更正: what is changed in one list is changed in all three; the trail keeps both.

    Who called is not told there, only that it was changed.
    """
    permit(actor, Permission.JUDGE)
    if problem.rectification.state in DONE_WITH:
        raise WrongState(f"账号{problem.number}{problem.rectification.state.label}，不能再更正")
    if wrong := faults(findings, local_date(now)):
        raise Invalid("；".join(wrong.values()), **wrong)
    before = told(findings_of(problem))
    moved = changes(before, told(findings))
    if findings.caller.strip() != problem.caller:
        moved["caller"] = ["", "已更正"]
    if not moved:
        raise Invalid("没有改动任何内容")
    audit.record("problem.amend", "更正", problem, actor, now, reason, **moved)
    write(problem, findings)


def show_caller(problem: Problem, actor: User, now: datetime) -> str:
    """查看来电来信人: only for who must get back to the caller; each look is kept."""
    permit(actor, Permission.JUDGE)
    if not problem.caller:
        raise Invalid("这个问题没有登记来电来信人")
    audit.record("problem.show_caller", "查看来电来信人", problem, actor, now)
    return problem.caller


def told(findings: Findings) -> list[tuple[str, str]]:
    """What the trail tells of an account, in words."""
    deadline = deadline_of(findings)
    calls = findings.source in CALLS or findings.source_number or findings.source_on
    return [
        ("source", findings.source.label),
        ("source_number", findings.source_number.strip() if calls else ""),
        ("source_on", f"{findings.source_on or ''}" if calls else ""),
        ("found_on", f"{findings.found_on}"),
        ("problem_text", findings.text.strip()),
        ("problem_kind", findings.kind.strip() or "其他"),
        ("unit", findings.unit.name),
        ("severity", findings.severity.label),
        ("is_common", "共性" if findings.is_common else "个性"),
        ("problem_basis", findings.basis.strip()),
        ("goal", findings.goal.strip()),
        ("remedy", findings.remedy.strip()),
        ("pace", findings.pace.label),
        ("deadline", f"{deadline or '长期坚持'}"),
        ("milestones", said_of(findings.stages)),
        ("leader", findings.leader.strip()),
        ("lead_unit", (findings.lead_unit or findings.unit).name),
        ("supports", "、".join(unit.name for unit in findings.supports)),
        ("person", findings.person.strip()),
        ("phone", findings.phone.strip()),
        ("accepting_unit", findings.accepting_unit.name),
        ("responsibility_text", findings.content.strip() or findings.goal.strip()),
    ]
