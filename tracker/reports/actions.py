"""The verbs of a progress report (进展填报), and the closure that stands on it. None commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from tracker import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.accounts.trail import last_word
from tracker.clock import SHANGHAI
from tracker.db import db
from tracker.errors import Invalid, WrongState, check_length
from tracker.files import StoredFile
from tracker.reports import queries, rules
from tracker.reports.models import Evidence, ProgressReport, Rating, TargetReading
from tracker.reports.rules import ReturnReason
from tracker.tasks import actions as tasks
from tracker.tasks.models import Assignment
from tracker.workflow import REPORT, FilingState, State

audit.WORDS["return_reason"] = ReturnReason
LONGEST_COMMENT = 2000  # characters
WAITING = "上一次填报还在审核，请等审核结果，或先撤回再报"


@dataclass(frozen=True)
class Content:
    """What a reporter says: ``readings`` is target id → value, ``files`` are (file, name, claim).

    ``claims`` is evidence id → what it proves, of files the draft already has.
    """

    progress: int
    text: str = ""
    difficulties: str = ""
    asks: str = ""
    reason: str = ""
    grounds: str = ""
    readings: Mapping[int, Decimal] = field(default_factory=dict)
    files: Sequence[tuple[StoredFile, str, str]] = ()
    claims: Mapping[int, str] = field(default_factory=dict)
    no_change: bool = False


class Verdict(NamedTuple):
    """How a lead unit rates a support: 1 to 5, and why."""

    score: int
    reason: str


def draft(
    assignment: Assignment, actor: User | None, now: datetime, content: Content, seen: str | None = None
) -> ProgressReport:
    """Keep what was typed; the open draft (or the returned report) of this assignment is written over.

    ``seen`` is the ``queries.mark`` of the page it was typed on: when a colleague has written or sent since,
    WrongState says who did what, and nothing is overwritten. No event: drafts are saved every few seconds.
    """
    if actor is not None:
        permit(actor, Permission.ANSWER, assignment)
    queries.lock(assignment)
    newest = queries.newest(assignment)
    if seen is not None and seen != queries.mark(newest):
        raise WrongState(_overtaken(newest, actor))
    if assignment.state is not State.ACTIVE:
        raise WrongState(f"当前状态为“{assignment.state.label}”，签收并推进中才能填报")
    wanted = {target.id for target, _ in queries.wanted_of(assignment)} if content.readings else ()
    report = queries.open_draft(newest)
    if report is None:
        report = ProgressReport(assignment=assignment, state=FilingState.DRAFT, created_at=now, evidence=[])
        db.session.add(report)
    report.period = f"{now.astimezone(SHANGHAI):%Y-%m}"
    report.progress = content.progress
    report.text = content.text.strip()
    report.difficulties = content.difficulties.strip()
    report.asks = content.asks.strip()
    report.reason = content.reason.strip()
    report.grounds = content.grounds.strip()
    report.no_change = content.no_change
    report.saved_at, report.saved_by_id = now, actor and actor.id
    kept = {reading.target_id: reading for reading in report.readings}
    report.readings = [
        _reading(kept.get(target_id), target_id, value)
        for target_id, value in content.readings.items()
        if target_id in wanted
    ]
    for evidence in report.evidence:
        evidence.claim = content.claims.get(evidence.id, evidence.claim).strip()
    held = {evidence.file_id for evidence in report.evidence}
    for file, name, claim in content.files:
        if file.id not in held:
            held.add(file.id)
            report.evidence.append(Evidence(file=file, file_id=file.id, name=name, claim=claim))
    return report


def submit(report: ProgressReport, actor: User | None, now: datetime) -> None:
    """报送. Refused while an earlier report waits for review, or something that must be said is missing."""
    assignment = report.assignment
    with db.session.no_autoflush:  # what was typed just now is written with the step, in one statement
        if queries.latest(assignment, FilingState.SUBMITTED) not in (None, report):
            raise WrongState(WAITING)
    missing = rules.missing_for_submission(
        progress=report.progress,
        previous=assignment.progress,
        text=report.text,
        reason=report.reason,
        no_change=report.no_change,
        unclaimed=[evidence.name for evidence in report.evidence if not evidence.claim],
    )
    if missing:
        raise Invalid("填报还缺少内容", **missing)
    proofs = "、".join(evidence.name for evidence in report.evidence)
    change = [assignment.progress, report.progress]
    was_returned = report.state is FilingState.RETURNED
    report.period = f"{now.astimezone(SHANGHAI):%Y-%m}"
    report.submitted_at = now
    report.submitted_by_id = actor and actor.id
    REPORT.take(report, "submit", actor, now, progress=change, evidence=proofs)
    if was_returned:
        report.reviewed_at = report.reviewed_by_id = None
        report.return_reason = ""


def report_no_change(
    assignment: Assignment, actor: User | None, now: datetime, seen: str | None = None
) -> ProgressReport:
    """无变化: the last accepted values once more, in one click. It is a report.

    A report that was sent back has to be corrected instead.
    """
    if actor is not None:
        permit(actor, Permission.ANSWER, assignment)
    if queries.latest(assignment, FilingState.SUBMITTED):
        raise WrongState(WAITING)
    if queries.latest(assignment, FilingState.RETURNED):
        raise WrongState("上一次填报被退回，请按意见修改后再报")
    last = queries.latest(assignment, FilingState.ACCEPTED)
    readings = {reading.target_id: reading.value for reading in last.readings} if last else {}
    content = Content(
        progress=assignment.progress, text=last.text if last else "", readings=readings, no_change=True
    )
    report = draft(assignment, actor, now, content, seen)
    submit(report, actor, now)
    return report


def is_known(assignment: Assignment, content: Content) -> bool:
    """Whether the last accepted report already says all this, so that a closure needs no other."""
    last = queries.newest(assignment)
    if last is None or last.state is not FilingState.ACCEPTED or content.files or content.asks.strip():
        return False
    said = (last.progress, last.text, last.difficulties, {r.target_id: r.value for r in last.readings})
    typed = (content.progress, content.text.strip(), content.difficulties.strip(), dict(content.readings))
    return said == typed


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


def request_closure(
    assignment: Assignment,
    actor: User | None,
    now: datetime,
    grounds: str = "",
    verdicts: Mapping[int, Verdict] | None = None,
) -> None:
    """申请办结: progress 100, evidence, and readings that meet the quota or a written why.

    A lead unit rates its supports with it: ``verdicts`` is the support's assignment id → verdict.
    """
    if actor is not None:
        permit(actor, Permission.ANSWER, assignment)
    if verdicts:
        rate(assignment, actor, now, verdicts)
    standing = queries.standing_of(None, assignment)
    checks = closure_checks(standing, standing.sent, grounds)
    missing = [check.words for check in checks if not check.is_met]
    if missing:
        raise Invalid("还不能申请办结：" + "；".join(missing))
    tasks.request_closure(assignment, actor, now, grounds)


def closure_checks(
    standing: queries.Standing, report: ProgressReport | None, grounds: str = ""
) -> list[rules.Check]:
    """What 申请办结 would need, were ``report`` the latest that was sent."""
    unsent = len(report.evidence) if report is not None and report.state in queries.OPEN else 0
    unrated = [support.duty.unit.short_name for support in standing.supports if support.rating is None]
    return rules.closure_checks(
        progress=report.progress if report else 0,
        evidence=standing.evidence + unsent,
        readings=queries.reached_of(standing.wanted, report),
        grounds=grounds,
        unrated=unrated if standing.supports else None,
        objects_left=standing.objects.left if standing.objects else None,
    )


def rate(lead: Assignment, actor: User | None, now: datetime, verdicts: Mapping[int, Verdict]) -> None:
    """评价配合: the lead unit rates its supports, 1 to 5 with a reason; open to second thoughts until closed.

    Invalid names the support a score or reason is missing for. A support that another lead unit has rated,
    and one that is not of this task, is passed over.
    """
    if actor is not None:
        permit(actor, Permission.ANSWER, lead)
    if lead.state not in (State.ACTIVE, State.CLOSING):
        raise WrongState(f"当前状态为“{lead.state.label}”，办结之前才能评价配合单位")
    for support, _, rating in queries.supports_of(lead):
        verdict = verdicts.get(support.id)
        if verdict is None or (rating is not None and rating.lead_id != lead.id):
            continue
        score, reason = verdict.score, verdict.reason.strip()
        name = support.unit.short_name
        if not 1 <= score <= 5:
            raise Invalid(f"请给{name}评1至5分", **{f"score_{support.id}": "请选择1至5分"})
        if not reason:
            raise Invalid(f"请写明给{name}{score}分的理由", **{f"why_{support.id}": "请填写理由"})
        before = rating.score if rating else None
        if rating is None:
            rating = Rating(assignment=support, lead=lead)
            db.session.add(rating)
        elif (before, rating.reason) == (score, reason):
            continue
        rating.score, rating.reason = score, reason
        rating.rated_at, rating.rated_by_id = now, actor and actor.id
        audit.record(
            "assignment.rate", "评价配合", support, actor, now, reason, unit=name, score=[before, score]
        )


def comment(support: Assignment, actor: User, now: datetime, text: str) -> None:
    """留言: the lead unit, or the office, says something about a support's duty; both timelines show it."""
    permit(actor, Permission.COMMENT, support)
    if not text.strip():
        raise Invalid("请写下留言的内容", text="请填写留言")
    check_length(text, LONGEST_COMMENT, "text", "留言")
    unit = support.unit.short_name
    audit.record("assignment.comment", "留言", support, actor, now, text.strip(), unit=unit)


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
    tasks.send_back(assignment, actor, now, reason, kind)


def remove_evidence(evidence: Evidence, report: ProgressReport, actor: User, now: datetime) -> None:
    """Take a file off a report that has not been sent; the stored file stays for other uses."""
    permit(actor, Permission.ANSWER, report)
    if report.state not in queries.OPEN:
        raise WrongState("填报已经报送，不能再改佐证；请先撤回")
    report.evidence.remove(evidence)
    report.saved_at, report.saved_by_id = now, actor.id
    audit.record("report.remove_evidence", "删除佐证", report, actor, now, name=evidence.name)


def _overtaken(report: ProgressReport | None, actor: User | None) -> str:
    """Who wrote or sent on this duty since the page was opened; ``report`` is the newest."""
    if report is not None and report.state in queries.OPEN and report.saved_by and report.saved_at:
        name = "您在另一个窗口" if actor and report.saved_by_id == actor.id else report.saved_by.name
        at = report.saved_at.astimezone(SHANGHAI)
        word = f"{name}已于{at.month}月{at.day}日{at:%H:%M}“保存草稿”"
    else:
        word = last_word(report) if report else "草稿已被删除"
    return f"您打开页面后，{word}；您写的内容还在这一页，没有保存，也没有覆盖别人的内容"


def _reading(kept: TargetReading | None, target_id: int, value: Decimal) -> TargetReading:
    if kept is None:
        return TargetReading(target_id=target_id, value=value)
    kept.value = value
    return kept
