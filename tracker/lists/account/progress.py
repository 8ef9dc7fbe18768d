"""What a unit says it has done on its account (整改进展), with files, and its review. None commits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Invalid, WrongState
from tracker.files import StoredFile
from tracker.lists.account import queries, rules
from tracker.lists.account.models import RectificationReport
from tracker.lists.models import Milestone, Pace, Rectification, RectificationEvidence
from tracker.reports.rules import ReturnReason
from tracker.workflow import REPORT, FilingState, RectificationState

Proof = tuple[StoredFile, str, str]  # a file, its name, what it proves


@dataclass(frozen=True)
class Progress:
    """What the unit says it has done; of a standing matter, in which ``quarter``."""

    progress: int
    text: str
    milestone_id: int | None = None
    quarter: str | None = None
    files: Sequence[Proof] = ()


def report(rectification: Rectification, actor: User, now: datetime, said: Progress) -> RectificationReport:
    """填报整改进展: a milestone it names is met today; of a standing matter it is a quarter's result.

    One that was sent back or recalled is corrected, with the files it has, before another is made.
    """
    permit(actor, Permission.ANSWER, rectification)
    must_be_active(rectification, "填报整改进展")
    if not 0 <= said.progress <= 100:
        raise Invalid("进展应在0到100之间", progress="0到100")
    if not said.text.strip():
        raise Invalid("请写明整改进展", text="必填")
    milestone = _milestone(rectification, said.milestone_id)
    if said.quarter is not None:
        _must_be_open(rectification, said.quarter, local_date(now))
    filed = queries.report_to_correct(rectification)
    if filed is None:
        filed = RectificationReport(
            rectification=rectification, round=rectification.round, state=FilingState.DRAFT, evidence=[]
        )
        db.session.add(filed)
    before, held = rectification.progress, {proof.file_id for proof in filed.evidence}
    filed.progress, filed.text = said.progress, said.text.strip()
    filed.milestone, filed.quarter = milestone, said.quarter
    filed.reported_at, filed.reported_by_id = now, actor.id
    filed.evidence.extend(evidence_of(rectification, [one for one in said.files if one[0].id not in held]))
    REPORT.take(
        filed,
        "submit",
        actor,
        now,
        filed.text,
        progress=[before, said.progress],
        milestone=milestone and milestone.text,
        quarter=said.quarter and rules.quarter_words(said.quarter),
        evidence="、".join(proof.name for proof in filed.evidence),
    )
    filed.reviewed_at = filed.reviewed_by_id = None
    filed.return_reason = filed.answer = ""
    rectification.progress = said.progress
    if milestone is not None:
        milestone.met_on = local_date(now)
    return filed


def recall(filed: RectificationReport, actor: User, now: datetime) -> None:
    """撤回, while nobody has reviewed it: it counts no more until it is reported again."""
    permit(actor, Permission.ANSWER, filed)
    must_be_active(filed.rectification, "撤回整改进展")
    REPORT.take(filed, "recall", actor, now, progress=_fallen(filed))
    _count_no_more(filed)


def accept(filed: RectificationReport, actor: User, now: datetime, comment: str = "") -> None:
    """通过: it has counted since it was reported, and goes on counting."""
    permit(actor, Permission.JUDGE, filed)
    must_be_active(filed.rectification, "审核整改进展")
    _accept(filed, actor, now, comment)


def send_back(
    filed: RectificationReport, actor: User, now: datetime, kind: ReturnReason, reason: str
) -> None:
    """退回, with a reason from the list plus words: it counts no more until it is corrected."""
    permit(actor, Permission.JUDGE, filed)
    must_be_active(filed.rectification, "审核整改进展")
    fallen = _fallen(filed)
    REPORT.take(filed, "send_back", actor, now, reason, return_reason=kind.value, progress=fallen)
    _answered(filed, actor, now, reason)
    filed.return_reason = kind.value
    _count_no_more(filed)


def accept_waiting(rectification: Rectification, actor: User, now: datetime) -> None:
    """What waits for its review when the account is struck off is accepted with it."""
    for filed in queries.reports_waiting(rectification):
        _accept(filed, actor, now, "随销号一并通过")


def _accept(filed: RectificationReport, actor: User, now: datetime, comment: str) -> None:
    REPORT.take(filed, "accept", actor, now, comment)
    _answered(filed, actor, now, comment)


def _answered(filed: RectificationReport, actor: User, now: datetime, answer: str) -> None:
    filed.reviewed_at, filed.reviewed_by_id, filed.answer = now, actor.id, answer.strip()


def _fallen(filed: RectificationReport) -> list[int]:
    """The account's progress with a report and without it."""
    last = queries.last_standing_report(filed.rectification, but=filed)
    return [filed.rectification.progress, last.progress if last else 0]


def _count_no_more(filed: RectificationReport) -> None:
    filed.rectification.progress = _fallen(filed)[1]
    if filed.milestone is not None:
        filed.milestone.met_on = None


def evidence_of(rectification: Rectification, files: Iterable[Proof]) -> list[RectificationEvidence]:
    """Files as rows of an account; whoever adds them binds them to a report, slot, check or look-back."""
    return [
        RectificationEvidence(
            rectification_id=rectification.id,
            round=rectification.round,
            file=file,
            file_id=file.id,
            name=name,
            claim=claim,
        )
        for file, name, claim in files
    ]


def must_be_active(rectification: Rectification, what: str) -> None:
    """WrongState unless it is being rectified; ``what`` cannot be done otherwise."""
    if rectification.state is not RectificationState.ACTIVE:
        raise WrongState(f"当前状态为“{rectification.state.label}”，不能{what}")


def days_of(*days: date | None) -> list[str | None]:
    """As the trail keeps them."""
    return [day.isoformat() if day else None for day in days]


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
