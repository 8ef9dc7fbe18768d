"""Accounts are linked and unlinked. None commits."""

import re
from datetime import datetime

from sqlalchemy import select

from tracker import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.db import db
from tracker.documents.models import Document
from tracker.errors import Invalid
from tracker.lists.links import queries
from tracker.lists.models import Problem, ProblemLink
from tracker.tasks.models import Task

_NUMBER = re.compile(r"[^、，,；;\s]+")


def link(problem: Problem, other: Task | Document | Problem, actor: User, now: datetime) -> ProblemLink:
    """关联. A second time, or from the other end, changes nothing and is told."""
    permit(actor, Permission.JUDGE)
    if other is problem:
        raise Invalid("不能关联自己")
    if queries.is_linked(problem, other):
        raise Invalid(f"已经关联过“{name_of(other)}”")
    made = ProblemLink(
        problem_id=problem.id,
        task_id=other.id if isinstance(other, Task) else None,
        document_id=other.id if isinstance(other, Document) else None,
        other_id=other.id if isinstance(other, Problem) else None,
        linked_at=now,
        linked_by_id=actor.id,
    )
    db.session.add(made)
    db.session.flush()
    for thing in (problem, other) if isinstance(other, Problem) else (problem,):
        end = problem if thing is other else other
        audit.record("problem.link", "关联", thing, actor, now, linked=name_of(end))
    return made


def link_numbers(problem: Problem, said: str, actor: User, now: datetime) -> None:
    """关联 the accounts whose numbers stand in ``said``, parted by 、 or blanks."""
    for other in accounts_in(said):
        link(problem, other, actor, now)


def accounts_in(said: str) -> list[Problem]:
    """The accounts of these numbers; Invalid names those that do not exist."""
    numbers = list(dict.fromkeys(_NUMBER.findall(said)))
    found = {
        one.number: one for one in db.session.scalars(select(Problem).where(Problem.number.in_(numbers)))
    }
    if unknown := [number[:20] for number in numbers if number not in found]:
        message = f"没有账号{'、'.join(unknown)}，账号写作2020-0001"
        raise Invalid(message, links=message)
    return [found[number] for number in numbers]


def unlink(made: ProblemLink, problem: Problem, actor: User, now: datetime) -> None:
    """取消关联, from whichever end."""
    permit(actor, Permission.JUDGE)
    other = queries.other_end(made, problem)
    for thing in (problem, other) if isinstance(other, Problem) else (problem,):
        end = problem if thing is other else other
        audit.record("problem.unlink", "取消关联", thing, actor, now, linked=name_of(end))
    db.session.delete(made)


def name_of(thing: Task | Document | Problem) -> str:
    """What a linked thing is called."""
    if isinstance(thing, Problem):
        return f"账号{thing.number}"
    return f"任务：{thing.title}" if isinstance(thing, Task) else f"《{thing.title}》"
