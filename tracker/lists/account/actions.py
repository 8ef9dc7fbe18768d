"""The verbs of one account: from its issue to its strike-off and back. None commits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tracker import audit
from tracker.accounts.models import Unit, User
from tracker.accounts.permissions import Permission, permit
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Invalid, WrongState
from tracker.files import StoredFile
from tracker.lists.account import queries, rules
from tracker.lists.account.rules import Stage
from tracker.lists.models import (
    ClosingSlot,
    Closure,
    Milestone,
    Pace,
    Rectification,
    RectificationEvidence,
    RectificationReport,
    SiteCheck,
)
from tracker.lists.rules import Slot, immediate_deadline
from tracker.tasks.demands.actions import ask_unit, relief
from tracker.tasks.demands.rules import Kind
from tracker.tasks.models import Ground
from tracker.workflow import EXTENSION, LOOK_BACK, RECTIFICATION, RectificationState

Proof = tuple[StoredFile, str, str]  # a file, its name, what it proves


@dataclass(frozen=True)
class Change:
    """How an upheld dispute changes the account before it is issued again; None or "" leaves a thing."""

    unit: Unit | None = None
    deadline: date | None = None
    text: str = ""
    goal: str = ""


@dataclass(frozen=True)
class Plan:
    """What the unit means to do, who answers for it, and by which steps."""

    remedy: str
    leader: str = ""
    person: str = ""
    phone: str = ""
    stages: Sequence[Stage] = ()


@dataclass(frozen=True)
class Progress:
    """What the unit says it has done; of a standing matter, in which ``quarter``."""

    progress: int
    text: str
    milestone_id: int | None = None
    quarter: str | None = None
    files: Sequence[Proof] = ()


@dataclass(frozen=True)
class SlotEntry:
    """What the unit enters in one closing slot; ``files`` are added to those it has."""

    is_applicable: bool
    text: str
    files: Sequence[Proof] = ()


@dataclass(frozen=True)
class Visit:
    """What was found on the spot, where and when."""

    findings: str
    place: str
    checked_on: date
    photos: Sequence[Proof] = field(default=())


def issue(rectification: Rectification, actor: User | None, now: datetime, hurry: str = "") -> None:
    """交办; ``hurry``: why the unit gets less time than the rules of relief leave."""
    against = relief(queries.first_day(rectification, rectification.deadline), actor, now, hurry)
    RECTIFICATION.take(rectification, "issue", actor, now, **against)
    rectification.issued_at = now
    _ask(rectification, actor, now, hurry)


def receive(rectification: Rectification, actor: User, now: datetime) -> None:
    """认领: the unit takes the problem and owes a remedy."""
    RECTIFICATION.take(rectification, "receive", actor, now)


def dispute(rectification: Rectification, actor: User, now: datetime, ground: Ground, reason: str) -> None:
    """提出异议, before taking it; the clock stands still until it is answered."""
    RECTIFICATION.take(rectification, "dispute", actor, now, reason, objection=ground.value)
    rectification.paused_on = local_date(now)


def uphold(
    rectification: Rectification,
    actor: User,
    now: datetime,
    reason: str,
    change: Change | None = None,
    hurry: str = "",
) -> None:
    """异议成立: issued again with a ``change``, or withdrawn when none is given.

    Without a new deadline the old one moves by the days the clock stood still. ``hurry``: why another unit
    or an earlier deadline leaves less time than the rules of relief.
    """
    if change is None:
        state = RectificationState.WITHDRAWN
        RECTIFICATION.take(rectification, "uphold", actor, now, reason, to=state)
        rectification.paused_on = None
        return
    changes = _changes(rectification, change, local_date(now))
    if not changes:
        raise Invalid("异议成立又继续交办的，请改动责任单位、时限、表述中的至少一项；确实不再办的请选“中止”")
    moved = _moved(rectification, now)
    due_on = change.deadline if "deadline" in changes else moved
    is_asked = "unit" in changes or bool(due_on and moved and due_on < moved)
    asked_on = queries.first_day(rectification, due_on) if "unit" in changes else due_on
    against = relief(asked_on, actor, now, hurry) if is_asked else {}
    state = RectificationState.ISSUED
    RECTIFICATION.take(rectification, "uphold", actor, now, reason, to=state, **changes, **against)
    problem = rectification.problem
    if "deadline" in changes:
        rectification.deadline, rectification.paused_on = change.deadline, None
    _run_on(rectification, now)
    problem.text = change.text.strip() or problem.text
    rectification.goal = change.goal.strip() or rectification.goal
    if change.unit is not None:
        problem.unit = problem.responsibility.lead_unit = change.unit
        problem.unit_id = problem.responsibility.lead_unit_id = change.unit.id
    rectification.issued_at = now
    if is_asked:
        _ask(rectification, actor, now, hurry, asked_on)


def _ask(
    rectification: Rectification, actor: User | None, now: datetime, hurry: str, due_on: date | None = None
) -> None:
    """提出要求 of the unit that is to rectify, by its first day unless another is named."""
    unit = rectification.problem.responsibility.lead_unit
    about = f"问题{rectification.problem.number}"
    due_on = due_on or queries.first_day(rectification, rectification.deadline)
    ask_unit(Kind.PROBLEM, about, unit, due_on, actor, now, hurry)


def overrule(rectification: Rectification, actor: User, now: datetime, reason: str) -> None:
    """异议不成立: it stands as issued; the deadline moves by the days the clock stood still."""
    before = rectification.deadline
    RECTIFICATION.take(
        rectification, "overrule", actor, now, reason, deadline=_days(before, _moved(rectification, now))
    )
    _run_on(rectification, now)
    rectification.issued_at = now


def propose(rectification: Rectification, actor: User, now: datetime, plan: Plan) -> None:
    """拟定措施: remedy, people and milestones go to the supervisor."""
    permit(actor, Permission.ANSWER, rectification)
    if rectification.state is not RectificationState.PLANNING:
        raise WrongState(f"当前状态为“{rectification.state.label}”，不能改动整改措施")
    remedy, responsibility = plan.remedy.strip(), rectification.problem.responsibility
    if not remedy:
        raise Invalid("请填写整改措施", remedy="必填")
    if not plan.person.strip():
        raise Invalid("请填写责任人", person="必填")
    starts_on = queries.began_on(rectification.problem)
    if fault := rules.milestone_fault(plan.stages, starts_on, rectification.deadline):
        raise Invalid(fault, stage_text_0=fault)
    audit.record(
        "rectification.propose",
        "拟定措施",
        rectification,
        actor,
        now,
        remedy=[rectification.remedy, remedy],
        person=[responsibility.person, plan.person.strip()],
        milestones=[_said(_stages(rectification)), _said(plan.stages)],
    )
    rectification.remedy, rectification.proposed_at = remedy, now
    responsibility.leader, responsibility.person = plan.leader.strip(), plan.person.strip()
    responsibility.phone = plan.phone.strip()
    rectification.milestones = [Milestone(text=stage.text, due_on=stage.due_on) for stage in plan.stages]
    db.session.flush()


def approve(rectification: Rectification, actor: User, now: datetime) -> None:
    """审定措施: there must be a remedy that was put forward and not sent back."""
    if rectification.state is RectificationState.PLANNING and rectification.proposed_at is None:
        raise Invalid("责任单位还没有报来整改措施，请等它拟定后再审定")
    RECTIFICATION.take(rectification, "approve", actor, now)


def report(rectification: Rectification, actor: User, now: datetime, said: Progress) -> RectificationReport:
    """填报整改进展: a milestone it names is met today; of a standing matter it is a quarter's result."""
    permit(actor, Permission.ANSWER, rectification)
    _must_be_active(rectification, "填报整改进展")
    if not 0 <= said.progress <= 100:
        raise Invalid("进展应在0到100之间", progress="0到100")
    if not said.text.strip():
        raise Invalid("请写明整改进展", text="必填")
    milestone = _milestone(rectification, said.milestone_id)
    if said.quarter is not None:
        _must_be_open(rectification, said.quarter, local_date(now))
    audit.record(
        "rectification.report",
        "填报整改进展",
        rectification,
        actor,
        now,
        reason=said.text.strip(),
        progress=[rectification.progress, said.progress],
        milestone=milestone and milestone.text,
        quarter=said.quarter and rules.quarter_words(said.quarter),
        evidence="、".join(name for _, name, _ in said.files),
    )
    filed = RectificationReport(
        rectification=rectification,
        milestone=milestone,
        quarter=said.quarter,
        progress=said.progress,
        text=said.text.strip(),
        reported_at=now,
        reported_by_id=actor.id,
        evidence=evidence_of(rectification, said.files),
    )
    db.session.add(filed)
    rectification.progress = said.progress
    if milestone is not None:
        milestone.met_on = local_date(now)
    return filed


def save_slots(
    rectification: Rectification, actor: User, now: datetime, entries: Mapping[Slot, SlotEntry]
) -> None:
    """存销号材料: what stands in the closing slots so far. No event: only the application counts."""
    permit(actor, Permission.ANSWER, rectification)
    _must_be_active(rectification, "准备销号材料")
    kept = {slot.slot: slot for slot in rectification.slots}
    for name, entry in entries.items():
        slot = kept.get(name)
        if slot is None:
            slot = ClosingSlot(slot=name, evidence=[])
            rectification.slots.append(slot)
        slot.is_applicable, slot.text = entry.is_applicable, entry.text.strip()
        held = {proof.file_id for proof in slot.evidence}
        files = [proof for proof in entry.files if proof[0].id not in held]
        slot.evidence.extend(evidence_of(rectification, files))
    db.session.flush()


def remove_proof(
    proof: RectificationEvidence, rectification: Rectification, actor: User, now: datetime
) -> None:
    """删除佐证材料 from a closing slot, while nothing has been applied for with it."""
    permit(actor, Permission.ANSWER, rectification)
    _must_be_active(rectification, "删除佐证材料")
    if proof.slot_id is None or proof.rectification_id != rectification.id:
        raise Invalid("只能删除销号材料中的佐证，已填报、核查的材料不能删除")
    audit.record("rectification.remove_proof", "删除佐证材料", rectification, actor, now, name=proof.name)
    db.session.delete(proof)


def take_over(rectification: Rectification, actor: User, now: datetime) -> None:
    """带入办结材料: what closed the overdue duty fills the account, which still needs its own strike-off."""
    permit(actor, Permission.ANSWER, rectification)
    _must_be_active(rectification, "带入办结材料")
    duty = rectification.problem.assignment
    if duty is None or not queries.is_done_with(duty):
        raise WrongState("原承办项还没有办结，没有可以带入的材料")
    last, grounds = queries.last_report_of(duty), queries.closing_words_of(duty)
    said = (last.text if last else "") or grounds or f"“{duty.task.title}”已办结。"
    proofs = [(proof.file, proof.name, proof.claim) for proof in last.evidence] if last else []
    report(rectification, actor, now, Progress(100, said, files=proofs))
    kept = {slot.slot for slot in rectification.slots if slot.text}
    filled = {
        slot: SlotEntry(True, words, proofs)
        for slot, words in ((Slot.REMEDIES, grounds or said), (Slot.EFFECT, said))
        if slot not in kept
    }
    save_slots(rectification, actor, now, filled)


def request_closure(rectification: Rectification, actor: User, now: datetime) -> None:
    """申请销号, by the unit's head: progress 100, every milestone met, five slots proved or argued away."""
    permit(actor, Permission.APPLY, rectification)
    if rectification.state is RectificationState.ACTIVE:
        _may_apply(rectification)
    slots: dict[str, Any] = {
        slot.slot.value: ("" if slot.is_applicable else "不适用：") + slot.text + _names(slot.evidence)
        for slot in rectification.slots
    }
    RECTIFICATION.take(rectification, "request_closure", actor, now, **slots)
    rectification.applied_at = now
    rectification.applied_by_id = actor.id
    for extension in queries.extensions_waiting(rectification):
        EXTENSION.take(extension, "recall", None, now)


def verify(rectification: Rectification, actor: User, now: datetime, visit: Visit) -> None:
    """核查通过, on the spot, by the head of the accepting unit (谁验收谁负责)."""
    permit(actor, Permission.VERIFY, rectification)
    _must_be_a_visit(rectification, visit, local_date(now))
    RECTIFICATION.take(rectification, "verify", actor, now, visit.findings, **_where(visit))
    rectification.verified_at, rectification.verified_by_id = now, actor.id
    _record_visit(rectification, actor, now, visit, is_passed=True)


def refuse(rectification: Rectification, actor: User, now: datetime, visit: Visit) -> None:
    """核查不通过: back to the unit with what was found."""
    permit(actor, Permission.VERIFY, rectification)
    _must_be_a_visit(rectification, visit, local_date(now))
    RECTIFICATION.take(rectification, "refuse", actor, now, visit.findings, **_where(visit))
    _unsign(rectification)
    _record_visit(rectification, actor, now, visit, is_passed=False)


def send_back(rectification: Rectification, actor: User, now: datetime, reason: str) -> None:
    """退回: the remedy or the closure does not hold; the next round starts with nobody's signature."""
    if rectification.state is RectificationState.PLANNING and rectification.proposed_at is None:
        raise Invalid("责任单位还没有报来整改措施，没有可以退回的内容")
    RECTIFICATION.take(rectification, "send_back", actor, now, reason)
    _unsign(rectification)
    if rectification.state is RectificationState.PLANNING:
        rectification.proposed_at = None
    notice = queries.standing_notice(rectification)
    if notice is not None:
        notice.is_void = True


def close(rectification: Rectification, actor: User, now: datetime, comment: str = "") -> None:
    """销号, by the office: the third person. Not while a public notice runs or an objection is open."""
    permit(actor, Permission.JUDGE, rectification)
    if rectification.state is RectificationState.VERIFIED:
        _notice_must_be_over(rectification, local_date(now))
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
    db.session.flush()


def reopen(
    rectification: Rectification,
    actor: User,
    now: datetime,
    reason: str,
    deadline: date | None = None,
    hurry: str = "",
) -> None:
    """恢复挂账 under the same number, with a new deadline; it is counted.

    Planned look-backs fall away, and the closing slots have to be told anew: their words did not hold.
    ``hurry``: why the unit gets less time than the rules of relief leave.
    """
    today = local_date(now)
    deadline = deadline or immediate_deadline(today)
    if deadline < today:
        raise Invalid("新的整改时限不能早于今天", new_deadline="早于今天")
    against = relief(deadline, actor, now, hurry)
    times, before = rectification.reopened_times, rectification.deadline
    RECTIFICATION.take(
        rectification,
        "reopen",
        actor,
        now,
        reason,
        times=[times, times + 1],
        deadline=_days(before, deadline),
        progress=[rectification.progress, 0],
        **against,
    )
    rectification.closed_on = rectification.closed_by_id = None
    _unsign(rectification)
    rectification.reopened_times = times + 1
    rectification.deadline, rectification.progress = deadline, 0
    _ask(rectification, actor, now, hurry)
    for slot in rectification.slots:
        slot.text, slot.is_applicable = "", True
    closure = queries.last_closure(rectification)
    if closure is not None:
        closure.reopened_on, closure.reopened_by_id = today, actor.id
        closure.reopen_reason = reason.strip()
        for planned in queries.planned_look_backs(closure):
            LOOK_BACK.take(planned, "drop", None, now, "账号已恢复挂账")


def withdraw(rectification: Rectification, actor: User, now: datetime, reason: str) -> None:
    """中止: struck through, stays in the ledger."""
    RECTIFICATION.take(rectification, "withdraw", actor, now, reason)
    rectification.paused_on = None
    _unsign(rectification)


def evidence_of(rectification: Rectification, files: Iterable[Proof]) -> list[RectificationEvidence]:
    """Files as rows of an account; whoever adds them binds them to a report, slot, check or look-back."""
    return [
        RectificationEvidence(
            rectification_id=rectification.id, file=file, file_id=file.id, name=name, claim=claim
        )
        for file, name, claim in files
    ]


def _changes(rectification: Rectification, change: Change, today: date) -> dict[str, Any]:
    problem = rectification.problem
    responsibility = problem.responsibility
    changes: dict[str, Any] = {}
    if change.unit is not None and change.unit.id != responsibility.lead_unit_id:
        if change.unit.id == responsibility.accepting_unit_id:
            raise Invalid("责任单位不能同时是验收单位，请另选", unit="是本账号的验收单位")
        changes["unit"] = [responsibility.lead_unit.name, change.unit.name]
    if change.deadline and change.deadline != rectification.deadline:
        if rectification.pace is Pace.STANDING:
            raise Invalid("长期坚持的事项没有整改时限", deadline="不用填写")
        if change.deadline < today:
            raise Invalid("新的整改时限不能早于今天", deadline="早于今天")
        changes["deadline"] = _days(rectification.deadline, change.deadline)
    for name, before, after in (
        ("text", problem.text, change.text.strip()),
        ("goal", rectification.goal, change.goal.strip()),
    ):
        if after and after != before:
            changes[name] = [before, after]
    return changes


def _moved(rectification: Rectification, now: datetime) -> date | None:
    """The deadline after the days the clock stood still."""
    if rectification.deadline is None or rectification.paused_on is None:
        return rectification.deadline
    return rectification.deadline + timedelta(days=(local_date(now) - rectification.paused_on).days)


def _run_on(rectification: Rectification, now: datetime) -> None:
    rectification.deadline = _moved(rectification, now)
    rectification.paused_on = None


def _days(*days: date | None) -> list[str | None]:
    return [day.isoformat() if day else None for day in days]


def _stages(rectification: Rectification) -> list[Stage]:
    return [Stage(one.text, one.due_on) for one in rectification.milestones]


def _said(stages: Iterable[Stage]) -> str:
    return "；".join(f"{stage.due_on:%Y-%m-%d}{stage.text}" for stage in stages)


def _must_be_active(rectification: Rectification, what: str) -> None:
    if rectification.state is not RectificationState.ACTIVE:
        raise WrongState(f"当前状态为“{rectification.state.label}”，不能{what}")


def _milestone(rectification: Rectification, milestone_id: int | None) -> Milestone | None:
    if milestone_id is None:
        return None
    milestone = next((one for one in rectification.milestones if one.id == milestone_id), None)
    if milestone is None or milestone.met_on is not None:
        raise Invalid("这个节点已经填报完成，或不在本账号中，请刷新后再选", milestone="请重新选择")
    return milestone


def _must_be_open(rectification: Rectification, quarter: str, today: date) -> None:
    account = queries.account_of(rectification.problem)
    if rectification.pace is not Pace.STANDING or quarter not in account.quarters_open(today):
        raise Invalid("这个季度的阶段成效已经填报，或不用填报", quarter="请另选季度")


def _names(proofs: Iterable[RectificationEvidence]) -> str:
    names = "、".join(proof.name for proof in proofs)
    return f"（佐证：{names}）" if names else ""


def _may_apply(rectification: Rectification) -> None:
    if rectification.pace is Pace.STANDING:
        raise Invalid("长期坚持的事项不销号，请按季填报阶段成效")
    if rectification.progress < 100:
        raise Invalid(f"整改进展为{rectification.progress}%，达到100%才能申请销号，请先填报进展")
    unmet = [one.text for one in rectification.milestones if one.met_on is None]
    if unmet:
        raise Invalid(f"还有节点没有填报完成：{'、'.join(unmet)}，请先填报进展并选上所完成的节点")
    faults = rules.slot_faults(queries.said_in(rectification))
    if faults:
        words = "；".join(f"{slot.label}：{fault}" for slot, fault in faults.items())
        raise Invalid(f"销号标准还没有填全。{words}", **{f"{s.value}_text": f for s, f in faults.items()})


def _must_be_a_visit(rectification: Rectification, visit: Visit, today: date) -> None:
    if rectification.state is not RectificationState.CLOSING:
        return  # the table says so in its own words
    if not visit.findings.strip():
        raise Invalid("请填写现场核查情况", findings="必填")
    if not visit.place.strip():
        raise Invalid("请填写核查地点", place="必填")
    applied_on = local_date(rectification.applied_at) if rectification.applied_at else visit.checked_on
    if not applied_on <= visit.checked_on <= today:
        raise Invalid(
            f"核查日期应在申请销号当天（{applied_on:%Y-%m-%d}）到今天之间", checked_on="不在可以填写的范围内"
        )


def _where(visit: Visit) -> dict[str, Any]:
    return {
        "site": visit.place.strip(),
        "checked_on": visit.checked_on.isoformat(),
        "evidence": "、".join(name for _, name, _ in visit.photos),
    }


def _record_visit(
    rectification: Rectification, actor: User, now: datetime, visit: Visit, *, is_passed: bool
) -> None:
    db.session.add(
        SiteCheck(
            rectification=rectification,
            is_passed=is_passed,
            findings=visit.findings.strip(),
            place=visit.place.strip(),
            checked_on=visit.checked_on,
            entered_at=now,
            entered_by_id=actor.id,
            evidence=evidence_of(rectification, visit.photos),
        )
    )
    db.session.flush()


def _unsign(rectification: Rectification) -> None:
    rectification.applied_at = rectification.verified_at = None
    rectification.applied_by_id = rectification.verified_by_id = None


def _notice_must_be_over(rectification: Rectification, today: date) -> None:
    notice = queries.standing_notice(rectification)
    if notice is None:
        return
    if notice.ends_on >= today:
        raise WrongState(f"公示到{notice.ends_on:%Y-%m-%d}为止，期满后才能销号")
    waiting = [objection for objection in notice.objections if not objection.answer]
    if waiting:
        raise WrongState(f"还有{len(waiting)}条公示异议没有答复，答复后才能销号；异议属实的请退回")
