"""The verbs of one account: issued, disputed, planned, sent back, reopened, withdrawn. None commits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tracker import audit
from tracker.accounts.models import Unit, User
from tracker.accounts.permissions import Permission, permit
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Invalid, WrongState
from tracker.lists.account import queries, rules
from tracker.lists.account.closing import unsign
from tracker.lists.account.progress import days_of
from tracker.lists.account.rules import Stage
from tracker.lists.models import Milestone, Pace, Rectification
from tracker.lists.rules import immediate_deadline
from tracker.tasks.demands.actions import ask_unit, relief
from tracker.tasks.demands.rules import Kind
from tracker.tasks.models import Ground
from tracker.workdays import misdated
from tracker.workflow import LOOK_BACK, RECTIFICATION, RectificationState


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
        rectification, "overrule", actor, now, reason, deadline=days_of(before, _moved(rectification, now))
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
    dated = (misdated(one.due_on, local_date(now), f"节点“{one.text}”的时限") for one in plan.stages)
    if fault := next(filter(None, dated), "") or rules.milestone_fault(
        plan.stages, starts_on, rectification.deadline
    ):
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


def send_back(rectification: Rectification, actor: User, now: datetime, reason: str) -> None:
    """退回: the remedy or the closure does not hold; the next round starts with nobody's signature."""
    if rectification.state is RectificationState.PLANNING and rectification.proposed_at is None:
        raise Invalid("责任单位还没有报来整改措施，没有可以退回的内容")
    RECTIFICATION.take(rectification, "send_back", actor, now, reason)
    unsign(rectification)
    if rectification.state is RectificationState.PLANNING:
        rectification.proposed_at = None
    notice = queries.standing_notice(rectification)
    if notice is not None:
        notice.is_void = True


def reopen(
    rectification: Rectification,
    actor: User,
    now: datetime,
    reason: str,
    deadline: date | None = None,
    hurry: str = "",
) -> None:
    """恢复挂账 under the same number, with a new deadline; it is counted.

    Planned look-backs fall away, and a new round begins: what was said and proved before did not hold. It
    stays as of the earlier round, and the closing slots have to be told and proved anew. ``hurry``: why the
    unit gets less time than the rules of relief leave.
    """
    today = local_date(now)
    deadline = deadline or immediate_deadline(today)
    if deadline < today:
        raise Invalid("新的整改时限不能早于今天", new_deadline="早于今天", again_by="早于今天")
    if fault := misdated(deadline, today, "新的整改时限"):
        raise Invalid(fault, new_deadline=fault, again_by=fault)
    against = relief(deadline, actor, now, hurry)
    times, before = rectification.reopened_times, rectification.deadline
    RECTIFICATION.take(
        rectification,
        "reopen",
        actor,
        now,
        reason,
        times=[times, times + 1],
        deadline=days_of(before, deadline),
        progress=[rectification.progress, 0],
        **against,
    )
    rectification.closed_on = rectification.closed_by_id = None
    unsign(rectification)
    rectification.reopened_times = times + 1
    rectification.deadline, rectification.progress = deadline, 0
    _ask(rectification, actor, now, hurry)
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
    unsign(rectification)


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
        if fault := misdated(change.deadline, today, "新的整改时限"):
            raise Invalid(fault, deadline=fault)
        changes["deadline"] = days_of(rectification.deadline, change.deadline)
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


def _stages(rectification: Rectification) -> list[Stage]:
    return [Stage(one.text, one.due_on) for one in rectification.milestones]


def _said(stages: Iterable[Stage]) -> str:
    return "；".join(f"{stage.due_on:%Y-%m-%d}{stage.text}" for stage in stages)
