"""The verbs of a look-back: draw or order it, hold it, and what follows. None commits."""

from datetime import date, datetime

from tracker import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.clock import local_date
from tracker.db import db, insert_new
from tracker.errors import Invalid, WrongState
from tracker.lists.account import actions as account
from tracker.lists.account import progress
from tracker.lists.account.closing import Visit
from tracker.lists.account.queries import last_closure, planned_look_backs
from tracker.lists.look_backs import queries, rules
from tracker.lists.look_backs.models import LookBack
from tracker.lists.models import Rectification
from tracker.reports.second_reviews.rules import is_drawn
from tracker.workdays import misdated
from tracker.workflow import LOOK_BACK, LookBackState, RectificationState


def schedule(now: datetime, share: int, months: int) -> int:
    """抽取回头看: lots for every strike-off since the last draw; how many were drawn.

    ``share`` percent of them, each due ``months`` months after its strike-off. The lot is the hash of the
    strike-off's event, as with second reviews: unforeseeable before, checkable after. A strike-off is
    looked at once; what was looked at is recorded with the share.
    """
    strike_offs = queries.strike_offs_after(queries.looked_to())
    if not strike_offs:
        return 0
    drawn = [(event, closure) for event, closure in strike_offs if is_drawn(event.hash, share)]
    insert_new(
        LookBack,
        [
            {
                "closure_id": closure.id,
                "event_id": event.id,
                "share": share,
                "state": LookBackState.PLANNED,
                "due_on": rules.months_later(closure.closed_on, months),
                "planned_at": now,
                "closed_by_id": closure.closed_by_id,
                "version": 1,
            }
            for event, closure in drawn
        ],
    )
    audit.record(
        queries.DRAW,
        "抽取回头看",
        strike_offs[-1][0],
        None,
        now,
        closures=len(strike_offs),
        drawn=[event.id for event, _ in drawn],
        share=share,
    )
    return len(drawn)


def plan(rectification: Rectification, actor: User, now: datetime, due_on: date, reason: str) -> LookBack:
    """安排回头看, by hand, at the strike-off that stands; one at a time."""
    permit(actor, Permission.JUDGE, rectification)
    closure = last_closure(rectification)
    if rectification.state is not RectificationState.CLOSED or closure is None:
        raise WrongState(f"当前状态为“{rectification.state.label}”，已销号的才能安排回头看")
    if planned_look_backs(closure):
        raise WrongState("本账号已经安排了回头看，请办完后再安排")
    if due_on < local_date(now):
        raise Invalid("回头看日期不能早于今天", due_on="早于今天")
    if fault := misdated(due_on, local_date(now), "回头看日期"):
        raise Invalid(fault, due_on=fault)
    if not reason.strip():
        raise Invalid("请写明为什么安排回头看", why="必填")
    look_back = LookBack(
        closure=closure,
        due_on=due_on,
        reason=reason.strip(),
        planned_at=now,
        planned_by_id=actor.id,
        closed_by_id=closure.closed_by_id,
    )
    db.session.add(look_back)
    db.session.flush()
    audit.record(
        "look_back.plan",
        "安排回头看",
        look_back,
        actor,
        now,
        reason=reason.strip(),
        look_back_on=due_on.isoformat(),
    )
    return look_back


def hold(look_back: LookBack, actor: User, now: datetime, visit: Visit) -> None:
    """整改巩固: the strike-off stands."""
    permit(actor, Permission.JUDGE)
    _must_be_told(look_back, visit, local_date(now))
    LOOK_BACK.take(look_back, "hold", actor, now, visit.findings, site=visit.place.strip())
    _keep(look_back, actor, visit)


def fail(
    look_back: LookBack,
    actor: User,
    now: datetime,
    visit: Visit,
    deadline: date | None = None,
    hurry: str = "",
) -> None:
    """问题反弹: the account is on the books again under its number (恢复挂账), with a new deadline."""
    permit(actor, Permission.JUDGE)
    _must_be_told(look_back, visit, local_date(now))
    LOOK_BACK.take(look_back, "fail", actor, now, visit.findings, site=visit.place.strip())
    _keep(look_back, actor, visit)
    reason = f"回头看发现反弹：{visit.findings.strip()}"
    account.reopen(look_back.closure.rectification, actor, now, reason, deadline, hurry)


def drop(look_back: LookBack, actor: User, now: datetime, reason: str) -> None:
    """取消回头看: one ordered by hand is no longer needed. What the lot drew cannot be dropped."""
    permit(actor, Permission.JUDGE)
    if look_back.event_id is not None:
        raise WrongState("抽中的回头看不能取消，请按期办理")
    LOOK_BACK.take(look_back, "drop", actor, now, reason)


def _must_be_told(look_back: LookBack, visit: Visit, today: date) -> None:
    if look_back.state is not LookBackState.PLANNED:
        return  # the table says so in its own words
    if not visit.findings.strip():
        raise Invalid("请填写回头看情况", findings="必填")
    if not visit.place.strip():
        raise Invalid("请填写查看地点", place="必填")
    if not look_back.closure.closed_on <= visit.checked_on <= today:
        raise Invalid("查看日期应在销号当天到今天之间", checked_on="不在可以填写的范围内")


def _keep(look_back: LookBack, actor: User, visit: Visit) -> None:
    look_back.held_on, look_back.held_by_id = visit.checked_on, actor.id
    look_back.findings, look_back.place = visit.findings.strip(), visit.place.strip()
    look_back.evidence.extend(progress.evidence_of(look_back.closure.rectification, visit.photos))
    db.session.flush()
