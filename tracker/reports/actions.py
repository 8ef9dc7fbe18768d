"""The verbs of a progress report (进展填报), and the closure that stands on it. None commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from tracker import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.clock import SHANGHAI
from tracker.db import db
from tracker.errors import Invalid, WrongState
from tracker.files import StoredFile
from tracker.reports import queries, rules
from tracker.reports.models import Evidence, ProgressReport, TargetReading
from tracker.reports.rules import ReturnReason
from tracker.tasks import actions as tasks
from tracker.tasks.models import Assignment
from tracker.workflow import REPORT, FilingState, State


@dataclass(frozen=True)
class Content:
    """What a reporter says: ``readings`` is target id → value, ``files`` are (file, name, claim)."""

    progress: int
    text: str = ""
    difficulties: str = ""
    reason: str = ""
    readings: Mapping[int, Decimal] = field(default_factory=dict)
    files: Sequence[tuple[StoredFile, str, str]] = ()
    no_change: bool = False


def draft(assignment: Assignment, actor: User | None, now: datetime, content: Content) -> ProgressReport:
    """Keep what was typed; the open draft (or the returned report) of this assignment is written over."""
    if actor is not None:
        permit(actor, Permission.ANSWER, assignment)
    if assignment.state is not State.ACTIVE:
        raise WrongState(f"当前状态为“{assignment.state.label}”，签收并推进中才能填报")
    report = queries.latest(assignment, FilingState.DRAFT, FilingState.RETURNED)
    if report is None or (report.state is FilingState.RETURNED and _is_answered(report)):
        report = ProgressReport(assignment=assignment, state=FilingState.DRAFT, created_at=now)
        db.session.add(report)
    report.period = f"{now.astimezone(SHANGHAI):%Y-%m}"
    report.progress = content.progress
    report.text = content.text.strip()
    report.difficulties = content.difficulties.strip()
    report.reason = content.reason.strip()
    report.no_change = content.no_change
    wanted = {target.id for target, _ in queries.wanted_of(assignment)}
    kept = {reading.target_id: reading for reading in report.readings}
    report.readings = [
        _reading(kept.get(target_id), target_id, value)
        for target_id, value in content.readings.items()
        if target_id in wanted
    ]
    held = {evidence.file_id for evidence in report.evidence}
    for file, name, claim in content.files:
        if file.id not in held:
            held.add(file.id)
            report.evidence.append(Evidence(file=file, file_id=file.id, name=name, claim=claim))
    db.session.flush()
    return report


def submit(report: ProgressReport, actor: User | None, now: datetime) -> None:
    """报送. Refused while an earlier report waits for review, or something that must be said is missing."""
    assignment = report.assignment
    if queries.latest(assignment, FilingState.SUBMITTED):
        raise WrongState("上一次填报还在审核，请等审核结果，或先撤回再报")
    missing = rules.missing_for_submission(
        progress=report.progress,
        previous=assignment.progress,
        text=report.text,
        reason=report.reason,
        no_change=report.no_change,
    )
    if missing:
        raise Invalid("填报还缺少内容", **missing)
    REPORT.take(report, "submit", actor, now, progress=[assignment.progress, report.progress])
    report.submitted_at = now
    report.submitted_by_id = actor and actor.id
    report.reviewed_at = report.reviewed_by_id = None
    report.return_reason = ""


def report_no_change(assignment: Assignment, actor: User | None, now: datetime) -> ProgressReport:
    """无变化: the last accepted values once more, in one click. It is a report."""
    last = queries.latest(assignment, FilingState.ACCEPTED)
    readings = {reading.target_id: reading.value for reading in last.readings} if last else {}
    content = Content(
        progress=assignment.progress, text=last.text if last else "", readings=readings, no_change=True
    )
    report = draft(assignment, actor, now, content)
    submit(report, actor, now)
    return report


def recall(report: ProgressReport, actor: User, now: datetime) -> None:
    """撤回, while nobody has reviewed it."""
    REPORT.take(report, "recall", actor, now)


def accept(report: ProgressReport, actor: User | None, now: datetime) -> None:
    """通过: the reported progress becomes the assignment's."""
    assignment = report.assignment
    REPORT.take(report, "accept", actor, now, progress=[assignment.progress, report.progress])
    report.reviewed_at = now
    report.reviewed_by_id = actor and actor.id
    assignment.progress = report.progress


def send_back(
    report: ProgressReport, actor: User | None, now: datetime, kind: ReturnReason, reason: str
) -> None:
    """退回 with a reason from the list plus words; the unit corrects the same report."""
    REPORT.take(report, "send_back", actor, now, reason=reason, return_reason=kind.value)
    report.reviewed_at = now
    report.reviewed_by_id = actor and actor.id
    report.return_reason = kind.value


def request_closure(assignment: Assignment, actor: User | None, now: datetime, grounds: str = "") -> None:
    """申请办结: progress 100, evidence, and readings that meet the quota or a written why."""
    report = queries.latest(assignment, *queries.SENT)
    missing = rules.missing_for_closure(
        progress=report.progress if report else 0,
        evidence=queries.evidence_count(assignment),
        readings=queries.reached_of(assignment, report),
        grounds=grounds,
    )
    if missing:
        raise Invalid("还不能申请办结：" + "；".join(missing), grounds="；".join(missing))
    tasks.request_closure(assignment, actor, now, grounds)


def close(assignment: Assignment, actor: User | None, now: datetime, comment: str = "") -> None:
    """办结; a report still waiting is accepted with it."""
    waiting = queries.latest(assignment, FilingState.SUBMITTED)
    if waiting:
        accept(waiting, actor, now)
    tasks.close(assignment, actor, now, comment)


def refuse_closure(
    assignment: Assignment, actor: User | None, now: datetime, kind: ReturnReason, reason: str
) -> None:
    """退回办结申请; a report still waiting goes back with it."""
    waiting = queries.latest(assignment, FilingState.SUBMITTED)
    if waiting:
        send_back(waiting, actor, now, kind, reason)
    tasks.send_back(assignment, actor, now, reason)


def remove_evidence(evidence: Evidence, report: ProgressReport, actor: User, now: datetime) -> None:
    """Take a file off a report that has not been sent; the stored file stays for other uses."""
    permit(actor, Permission.ANSWER, report)
    if report.state not in (FilingState.DRAFT, FilingState.RETURNED):
        raise WrongState("填报已经报送，不能再改佐证；请先撤回")
    report.evidence.remove(evidence)
    audit.record("report.remove_evidence", "删除佐证", report, actor, now, name=evidence.name)


def _is_answered(report: ProgressReport) -> bool:
    """Whether a later report was accepted after this one was sent back."""
    later = queries.latest(report.assignment, FilingState.ACCEPTED)
    return later is not None and later.id > report.id


def _reading(kept: TargetReading | None, target_id: int, value: Decimal) -> TargetReading:
    if kept is None:
        return TargetReading(target_id=target_id, value=value)
    kept.value = value
    return kept
