"""The verbs of an extension: asked for by the unit's head, answered by an approver. None commits."""

from datetime import date, datetime

from tracker import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Invalid, WrongState
from tracker.lists.account import queries as accounts
from tracker.lists.models import Rectification, RectificationExtension
from tracker.workflow import EXTENSION, FilingState, RectificationState

RUNNING = (RectificationState.PLANNING, RectificationState.ACTIVE)


def hindrance(rectification: Rectification, today: date, *, is_waiting: bool) -> str:
    """Why an extension cannot be asked for, in words; empty when nothing stands against it."""
    if rectification.deadline is None:
        return "长期坚持的事项没有整改时限，不需要延期"
    if rectification.state not in RUNNING:
        return "不在整改中，不能申请延期"
    if today > rectification.deadline:
        return "已过整改时限，不能再申请延期；请抓紧整改，确有困难的在整改进展中说明"
    return "延期申请正在审批，等待答复" if is_waiting else ""


def ask(
    rectification: Rectification, actor: User, now: datetime, wanted_on: date, reason: str
) -> RectificationExtension:
    """申请延期, before the deadline has passed; one at a time."""
    permit(actor, Permission.APPLY, rectification)
    waiting = accounts.extensions_waiting(rectification)
    deadline = rectification.deadline
    if obstacle := hindrance(rectification, local_date(now), is_waiting=bool(waiting)):
        raise WrongState(obstacle)
    if deadline is None or wanted_on <= deadline:
        raise Invalid("申请延至的日期须晚于现在的整改时限", wanted_on=f"须晚于{deadline}")
    extension = RectificationExtension(
        rectification=rectification,
        state=FilingState.DRAFT,
        deadline=deadline,
        wanted_on=wanted_on,
        reason=reason.strip(),
        created_at=now,
    )
    db.session.add(extension)
    EXTENSION.take(extension, "submit", actor, now, reason, wanted_on=wanted_on.isoformat())
    extension.submitted_at, extension.submitted_by_id = now, actor.id
    return extension


def recall(extension: RectificationExtension, actor: User, now: datetime) -> None:
    """撤回, while nobody has answered it."""
    EXTENSION.take(extension, "recall", actor, now)


def accept(
    extension: RectificationExtension, actor: User, now: datetime, granted_on: date | None, reason: str = ""
) -> None:
    """同意延期: to the day asked for, or an earlier one. The original deadline is never touched."""
    rectification, granted_on = extension.rectification, granted_on or extension.wanted_on
    before = rectification.deadline
    if extension.state is FilingState.SUBMITTED:
        if rectification.state not in RUNNING or before is None:
            raise WrongState(f"整改已是“{rectification.state.label}”，不能再延期")
        if not before < granted_on <= extension.wanted_on:
            raise Invalid(
                f"批准的日期须晚于现在的整改时限{before}，不晚于申请的{extension.wanted_on}",
                granted_on="不在可以批准的范围内",
            )
    EXTENSION.take(extension, "accept", actor, now, reason, granted_on=granted_on.isoformat())
    extension.granted_on = granted_on
    _answered(extension, actor, now, reason)
    change = [before and before.isoformat(), granted_on.isoformat()]
    audit.record(
        "rectification.extend", "延长整改时限", rectification, actor, now, extension.reason, deadline=change
    )
    rectification.deadline = granted_on


def refuse(extension: RectificationExtension, actor: User, now: datetime, reason: str) -> None:
    """不予延期, with reason."""
    EXTENSION.take(extension, "refuse", actor, now, reason)
    _answered(extension, actor, now, reason)


def _answered(extension: RectificationExtension, actor: User, now: datetime, reason: str) -> None:
    extension.answered_at, extension.answered_by_id = now, actor.id
    extension.answer_reason = reason.strip()
