"""Strike-off (销号): five slots and three people. None commits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tracker import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Invalid, WrongState
from tracker.lists.account import queries, rules
from tracker.lists.account.models import Closure, SiteCheck
from tracker.lists.account.progress import (
    Progress,
    Proof,
    accept_waiting,
    evidence_of,
    must_be_active,
    report,
)
from tracker.lists.models import ClosingSlot, Pace, Rectification, RectificationEvidence
from tracker.lists.rules import Slot
from tracker.workflow import EXTENSION, RECTIFICATION, RectificationState


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


def save_slots(
    rectification: Rectification, actor: User, now: datetime, entries: Mapping[Slot, SlotEntry]
) -> None:
    """存销号材料: what stands in the closing slots so far. No event: only the application counts."""
    permit(actor, Permission.ANSWER, rectification)
    must_be_active(rectification, "准备销号材料")
    kept = {slot.slot: slot for slot in rectification.present_slots}
    for name, entry in entries.items():
        slot = kept.get(name)
        if slot is None:
            slot = ClosingSlot(slot=name, round=rectification.round, evidence=[])
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
    must_be_active(rectification, "删除佐证材料")
    if proof.slot_id is None or proof.rectification_id != rectification.id:
        raise Invalid("只能删除销号材料中的佐证，已填报、核查的材料不能删除")
    if proof.round != rectification.round:
        raise Invalid("恢复挂账以前的佐证材料不能删除")
    audit.record("rectification.remove_proof", "删除佐证材料", rectification, actor, now, name=proof.name)
    db.session.delete(proof)


def take_over(rectification: Rectification, actor: User, now: datetime) -> None:
    """带入办结材料: what closed the overdue duty fills the account, which still needs its own strike-off."""
    permit(actor, Permission.ANSWER, rectification)
    must_be_active(rectification, "带入办结材料")
    duty = rectification.problem.assignment
    if duty is None or not queries.is_done_with(duty):
        raise WrongState("原承办项还没有办结，没有可以带入的材料")
    last, grounds = queries.last_report_of(duty), queries.closing_words_of(duty)
    said = (last.text if last else "") or grounds or f"“{duty.task.title}”已办结。"
    proofs = [(proof.file, proof.name, proof.claim) for proof in last.evidence] if last else []
    report(rectification, actor, now, Progress(100, said, files=proofs))
    kept = {slot.slot for slot in rectification.present_slots if slot.text}
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
        for slot in rectification.present_slots
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
    unsign(rectification)
    _record_visit(rectification, actor, now, visit, is_passed=False)


def close(rectification: Rectification, actor: User, now: datetime, comment: str = "") -> None:
    """销号, by the office: the third person. Not while a public notice runs or an objection is open."""
    permit(actor, Permission.JUDGE, rectification)
    if rectification.state is RectificationState.VERIFIED:
        _notice_must_be_over(rectification, local_date(now))
        accept_waiting(rectification, actor, now)
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


def unsign(rectification: Rectification) -> None:
    """The next round starts with nobody's signature."""
    rectification.applied_at = rectification.verified_at = None
    rectification.applied_by_id = rectification.verified_by_id = None


def _names(proofs: Iterable[RectificationEvidence]) -> str:
    names = "、".join(proof.name for proof in proofs)
    return f"（佐证：{names}）" if names else ""


def _may_apply(rectification: Rectification) -> None:
    if rectification.pace is Pace.STANDING:
        raise Invalid("长期坚持的事项不销号，请按季填报阶段成效")
    if rectification.progress < 100:
        raise Invalid(f"整改进展为{rectification.progress}%，达到100%才能申请销号，请先填报进展")
    if queries.report_to_correct(rectification):
        raise Invalid("有整改进展被退回或撤回，请修改后重新填报，再申请销号")
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
            round=rectification.round,
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


def _notice_must_be_over(rectification: Rectification, today: date) -> None:
    notice = queries.standing_notice(rectification)
    if notice is None:
        return
    if notice.ends_on >= today:
        raise WrongState(f"公示到{notice.ends_on:%Y-%m-%d}为止，期满后才能销号")
    waiting = [objection for objection in notice.objections if not objection.answer]
    if waiting:
        raise WrongState(f"还有{len(waiting)}条公示异议没有答复，答复后才能销号；异议属实的请退回")
