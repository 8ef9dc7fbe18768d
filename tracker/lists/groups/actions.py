"""Groups are made, dismissed, given one measure, and moved on together. None commits."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from tracker import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.db import db
from tracker.errors import DomainError, Invalid
from tracker.lists.account import actions as account
from tracker.lists.account import closing
from tracker.lists.groups.rules import key_of
from tracker.lists.models import Problem, ProblemGroup, Rectification
from tracker.workflow import LOOK_AGAIN, RECTIFICATION, RectificationState

OPEN_TO_A_MEASURE = (RectificationState.REGISTERED, RectificationState.ISSUED, RectificationState.PLANNING)
STEPS: dict[str, Callable[[Rectification, User, datetime], None]] = {
    "issue": account.issue,
    "approve": account.approve,
    "close": closing.close,
}
LABELS = {step.action: step.label for step in RECTIFICATION.steps}


class Refused(NamedTuple):
    """An account a step was not taken with, and why."""

    number: str
    unit: str
    reason: str


class Taken(NamedTuple):
    """What became of a step taken with many accounts."""

    done: Sequence[str]
    refused: Sequence[Refused]


def make(problems: Sequence[Problem], title: str, actor: User, now: datetime) -> ProblemGroup:
    """确认共性问题: these are one problem of several units."""
    permit(actor, Permission.JUDGE)
    if not title.strip():
        raise Invalid("请写明这是什么共性问题", title="必填")
    if len(problems) < 2:
        raise Invalid("共性问题至少有两个账号，请多选几个")
    if taken := [one.number for one in problems if one.group_id is not None]:
        raise Invalid(f"账号{'、'.join(taken)}已经归入别的共性问题")
    key = key_of(one.id for one in problems)
    group = db.session.scalar(select(ProblemGroup).where(ProblemGroup.key == key))
    if group is None:
        group = ProblemGroup(key=key, made_at=now, made_by_id=actor.id)
        db.session.add(group)
    group.title, group.is_dismissed = title.strip(), False
    db.session.flush()
    audit.record(
        "problem_group.make", "确认共性问题", group, actor, now, title=group.title, rows=len(problems)
    )
    for problem in problems:
        _join(problem, group, actor, now)
    return group


def add(group: ProblemGroup, problem: Problem, actor: User, now: datetime) -> None:
    """归入共性问题."""
    permit(actor, Permission.JUDGE)
    if problem.group_id is not None:
        raise Invalid(f"账号{problem.number}已经归入共性问题", number="已归入")
    _join(problem, group, actor, now)


def remove(group: ProblemGroup, problem: Problem, actor: User, now: datetime) -> None:
    """移出共性问题."""
    permit(actor, Permission.JUDGE)
    if problem.group_id != group.id:
        raise Invalid(f"账号{problem.number}不在这组共性问题里")
    audit.record("problem.leave_group", "移出共性问题", problem, actor, now, group=group.title)
    problem.group, problem.is_common = None, False


def dismiss(problems: Sequence[Problem], actor: User, now: datetime) -> None:
    """不是共性问题: the same accounts are not proposed again."""
    permit(actor, Permission.JUDGE)
    key = key_of(one.id for one in problems)
    if db.session.scalar(select(ProblemGroup.id).where(ProblemGroup.key == key)) is not None:
        return
    group = ProblemGroup(key=key, title="", is_dismissed=True, made_at=now, made_by_id=actor.id)
    db.session.add(group)
    db.session.flush()
    numbers = "、".join(one.number for one in problems)
    audit.record("problem_group.dismiss", "不作共性问题", group, actor, now, accounts=numbers)


def share(group: ProblemGroup, remedy: str, actor: User, now: datetime) -> int:
    """共用措施: stands in every account whose measure is still to be fixed, where its unit may refine it."""
    permit(actor, Permission.JUDGE)
    if not remedy.strip():
        raise Invalid("请填写共用的整改措施", remedy="必填")
    audit.record("problem_group.share", "共用措施", group, actor, now, remedy=[group.remedy, remedy.strip()])
    before, group.remedy = group.remedy, remedy.strip()
    given = [
        one.rectification
        for one in group.problems
        if one.rectification.state in OPEN_TO_A_MEASURE and one.rectification.remedy in ("", before)
    ]
    for rectification in given:
        said = [rectification.remedy, group.remedy]
        audit.record("rectification.share", "共用措施", rectification, actor, now, remedy=said)
        rectification.remedy = group.remedy
    return len(given)


def take(step: str, problems: Sequence[Problem], actor: User, now: datetime) -> Taken:
    """One step with many accounts, each by its own state and proofs; refusals are told by name."""
    permit(actor, Permission.JUDGE)
    if not problems:
        raise Invalid("请选择账号")
    done, refused = [], []
    for problem in problems:
        try:
            with db.session.begin_nested():
                STEPS[step](problem.rectification, actor, now)
                db.session.flush()
            done.append(problem.number)
        except DomainError as refusal:
            why = str(refusal).removesuffix(LOOK_AGAIN)
            refused.append(Refused(problem.number, problem.unit.name, why))
    return Taken(done, refused)


def _join(problem: Problem, group: ProblemGroup, actor: User, now: datetime) -> None:
    audit.record("problem.join_group", "归入共性问题", problem, actor, now, group=group.title)
    problem.group, problem.is_common = group, True
