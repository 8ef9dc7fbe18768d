"""The verbs of an appeal (申诉). None commits."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tracker import audit
from tracker.accounts.models import User
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Forbidden, Invalid, WrongState
from tracker.files import StoredFile
from tracker.scores.actions import place
from tracker.scores.appeals.queries import judge_of
from tracker.scores.facts import BEHIND, Facts, Wish, behind, corrected
from tracker.scores.models import Appeal, ScoreSheet
from tracker.scores.queries import facts_of, unit_order
from tracker.scores.rules import counted, score
from tracker.workflow import APPEAL, AppealState, EvaluationState

ONLY_OUT = ("Q", "yellow", "red", "falsehood")  # a count: there is nothing to be met, it counts or not


@dataclass(frozen=True)
class Claim:
    """What is contested and why: the line, the fact, what is asked for, the grounds and what proves them."""

    code: str
    subject: str
    wish: Wish
    grounds: str
    file: StoredFile | None = None
    file_name: str = ""


def fact_of(sheet: ScoreSheet, code: str, subject: str) -> Any:
    """The fact of a line an appeal may be about; Invalid when the line has none such, or it cost nothing."""
    facts = counted(Facts.from_json(sheet.facts), sheet.evaluation.model.rules)
    rows = behind(facts, code) if code in BEHIND and code not in ("correction", "early") else ()
    found = next((row for row in rows if row.subject == subject), None)
    if found is None or not subject:
        raise Invalid("评价单上没有这一项，请从评价单上点“申诉”")
    return found


def submit(sheet: ScoreSheet, claim: Claim, actor: User, now: datetime) -> Appeal:
    """提出申诉: by the unit's head while it may; on a final month 登记更正 by the office."""
    evaluation = sheet.evaluation
    is_late = evaluation.state is EvaluationState.FINAL
    until = evaluation.appeals_until
    if not is_late and (evaluation.state is not EvaluationState.FROZEN or until is None):
        raise WrongState("还没有取数，不能申诉")
    if not is_late and until and local_date(now) > until:
        raise WrongState(
            f"申诉期到{until:%Y年%m月%d日}为止，已经过了；迟到的情况请告诉督查员，核实后在下月更正"
        )
    if claim.wish is Wish.MET and claim.code in ONLY_OUT:
        raise Invalid("这一项只有算不算数，没有按时不按时", wish="请选“不应计入”")
    _refuse_second(sheet, claim)
    title = fact_of(sheet, claim.code, claim.subject).title
    appeal = Appeal(
        sheet=sheet,
        code=claim.code,
        subject=claim.subject,
        title=title,
        wish=claim.wish,
        grounds=claim.grounds,
        file=claim.file,
        file_name=claim.file_name,
        filed_at=now,
        filed_by=actor,
        frozen_by_id=evaluation.frozen_by_id,
        judged_by_id=judge_of(claim.subject),
        is_late=is_late,
    )
    db.session.add(appeal)
    db.session.flush()
    APPEAL.take(appeal, "correct" if is_late else "submit", actor, now, claim.grounds, title=title)
    return appeal


def recall(appeal: Appeal, actor: User, now: datetime) -> None:
    """撤回: by the unit that filed it."""
    if appeal.is_late:
        raise Forbidden("更正由督查部门登记，不由单位撤回")
    APPEAL.take(appeal, "recall", actor, now)


def uphold(appeal: Appeal, actor: User, now: datetime, reason: str) -> None:
    """成立: the fact is put right and the board computed anew; of a final month only the points are kept."""
    sheet, evaluation = appeal.sheet, appeal.sheet.evaluation
    APPEAL.take(appeal, "uphold", actor, now, reason)
    appeal.decided_at, appeal.decided_by, appeal.answer = now, actor, reason
    facts = facts_of([evaluation])
    mended = corrected(facts[sheet.unit_id], appeal.code, appeal.subject, appeal.wish)
    before, after = (score(one, evaluation.model.rules).score for one in (facts[sheet.unit_id], mended))
    appeal.points = (after or Decimal(0)) - (before or Decimal(0))
    if appeal.is_late:
        return
    fingerprint = evaluation.facts_hash
    place(evaluation, facts | {sheet.unit_id: mended}, unit_order())
    audit.record(
        "evaluation.correct",
        "申诉更正",
        evaluation,
        actor,
        now,
        reason,
        unit=sheet.unit.name,
        title=appeal.title,
        score=[_said(before), _said(after)],
        facts_hash=[fingerprint, evaluation.facts_hash],
    )


def refuse(appeal: Appeal, actor: User, now: datetime, reason: str) -> None:
    """不成立: the sheet stays as it is."""
    APPEAL.take(appeal, "refuse", actor, now, reason)
    appeal.decided_at, appeal.decided_by, appeal.answer = now, actor, reason


def _said(points: Decimal | None) -> str | None:
    return None if points is None else str(points)


def _refuse_second(sheet: ScoreSheet, claim: Claim) -> None:
    """One fact is contested once: a decision stands, whatever the line."""
    codes = [code for code, name in BEHIND.items() if name == BEHIND.get(claim.code)]
    earlier = db.session.scalar(
        select(Appeal).where(
            Appeal.sheet_id == sheet.id,
            Appeal.code.in_(codes),
            Appeal.subject == claim.subject,
            Appeal.state.in_((AppealState.FILED, AppealState.UPHELD, AppealState.REFUSED)),
        )
    )
    if earlier is not None:
        raise WrongState(f"这一项已经申诉过，{earlier.state.label}；一项只裁定一次")
