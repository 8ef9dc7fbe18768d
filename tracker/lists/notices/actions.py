"""The verbs of a public notice: give it, write an objection down, answer it. None commits."""

from datetime import date, datetime

from tracker import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Invalid, WrongState
from tracker.lists.account.queries import standing_notice
from tracker.lists.models import Rectification
from tracker.lists.notices.models import NoticeObjection, PublicNotice
from tracker.workdays import Workdays, misdated
from tracker.workflow import RectificationState

MOST_DAYS = 30  # working days


def give(
    rectification: Rectification,
    actor: User,
    now: datetime,
    place: str,
    starts_on: date,
    days: int,
    workdays: Workdays,
) -> PublicNotice:
    """公示, for so many working days from ``starts_on`` on; one at a time, and only of what was verified."""
    permit(actor, Permission.JUDGE, rectification)
    if rectification.state is not RectificationState.VERIFIED:
        raise WrongState(f"当前状态为“{rectification.state.label}”，核查通过后、销号前才能公示")
    if standing_notice(rectification) is not None:
        raise WrongState("本账号已经公示，不用重复公示")
    if not place.strip():
        raise Invalid("请填写在哪里公示", notice_place="必填")
    if starts_on < local_date(now):
        raise Invalid("公示开始日期不能早于今天", starts_on="早于今天")
    if fault := misdated(starts_on, local_date(now), "公示开始日期"):
        raise Invalid(fault, starts_on=fault)
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(f"公示天数应在1到{MOST_DAYS}个工作日之间", days=f"1到{MOST_DAYS}")
    first = workdays.on_or_after(starts_on)
    notice = PublicNotice(
        rectification=rectification,
        place=place.strip(),
        starts_on=starts_on,
        days=days,
        ends_on=workdays.add(first, days - 1) if days > 1 else first,
        made_at=now,
        made_by_id=actor.id,
        objections=[],
    )
    db.session.add(notice)
    audit.record(
        "rectification.give_notice",
        "公示",
        rectification,
        actor,
        now,
        site=notice.place,
        starts_on=starts_on.isoformat(),
        ends_on=notice.ends_on.isoformat(),
    )
    return notice


def enter_objection(
    notice: PublicNotice, actor: User, now: datetime, raised_on: date, raised_by: str, text: str
) -> NoticeObjection:
    """登记公示异议, as it was heard; until it is answered nothing is struck off."""
    rectification = notice.rectification
    permit(actor, Permission.JUDGE, rectification)
    if notice.is_void or rectification.state is not RectificationState.VERIFIED:
        raise WrongState("公示已经结束，发现问题的请退回，已销号的请恢复挂账")
    if not text.strip():
        raise Invalid("请写明异议内容", objection="必填")
    if not notice.starts_on <= raised_on <= local_date(now):
        raise Invalid("提出日期应在公示开始当天到今天之间", raised_on="不在可以填写的范围内")
    objection = NoticeObjection(
        notice=notice,
        raised_on=raised_on,
        raised_by=raised_by.strip(),
        text=text.strip(),
        entered_at=now,
        entered_by_id=actor.id,
    )
    db.session.add(objection)
    audit.record(
        "rectification.enter_objection", "登记公示异议", rectification, actor, now, reason=text.strip()
    )
    return objection


def answer_objection(objection: NoticeObjection, actor: User, now: datetime, answer: str) -> None:
    """答复公示异议. One that holds is answered too, and then the rectification is sent back."""
    rectification = objection.notice.rectification
    permit(actor, Permission.JUDGE, rectification)
    if objection.answer:
        raise WrongState("这条异议已经答复，请刷新后再看")
    if not answer.strip():
        raise Invalid("请填写答复意见", answer="必填")
    objection.answer, objection.answered_at = answer.strip(), now
    objection.answered_by_id = actor.id
    audit.record(
        "rectification.answer_objection", "答复公示异议", rectification, actor, now, reason=answer.strip()
    )
