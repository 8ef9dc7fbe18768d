"""The links of an account from both ends, what may be linked, and the accounts of a task or a document."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import or_, select

from tracker.accounts.models import User
from tracker.accounts.permissions import sees_all
from tracker.db import db
from tracker.documents.models import Document
from tracker.errors import NotFound
from tracker.lists.models import Problem, ProblemLink
from tracker.lists.queries import visible_to
from tracker.tasks.models import Assignment, Task
from tracker.workflow import DocumentState, TaskState

MOST = 10  # of each kind a search offers


class Linked(NamedTuple):
    """One end of a link, seen from the other."""

    link_id: int
    thing: Task | Document | Problem


def linked(problem: Problem, user: User) -> list[Linked]:
    """Everything linked with an account, by whichever end it was made, as far as this person may see it."""
    made = db.session.scalars(
        select(ProblemLink)
        .where(or_(ProblemLink.problem_id == problem.id, ProblemLink.other_id == problem.id))
        .order_by(ProblemLink.id)
    ).all()
    ids = {link.problem_id for link in made} | {link.other_id for link in made}
    seen = {one.id: one for one in db.session.scalars(visible_to(user).where(Problem.id.in_(ids - {None})))}
    found = []
    for one in made:
        if one.other_id is not None:
            other_id = one.problem_id if one.other_id == problem.id else one.other_id
            if other_id in seen:
                found.append(Linked(one.id, seen[other_id]))
        elif one.document is not None:
            found.append(Linked(one.id, one.document))
        elif one.task is not None and (sees_all(user) or user.unit_id in one.task.unit_ids):
            found.append(Linked(one.id, one.task))
    return found


def get_link(problem: Problem, link_id: int) -> ProblemLink:
    """NotFound when it is no link of this account."""
    found = db.session.get(ProblemLink, link_id)
    if found is None or problem.id not in (found.problem_id, found.other_id):
        raise NotFound("没有这个关联，可能已被取消")
    return found


def other_end(link: ProblemLink, problem: Problem) -> Task | Document | Problem:
    """What an account is linked with by this link."""
    if link.other_id is not None:
        other_id = link.problem_id if link.other_id == problem.id else link.other_id
        return db.session.get_one(Problem, other_id)
    thing = link.task or link.document
    if thing is None:
        raise NotFound("关联的对象已不在")
    return thing


def is_linked(problem: Problem, other: Task | Document | Problem) -> bool:
    """By whichever end."""
    if isinstance(other, Problem):
        ends = (ProblemLink.problem_id == other.id) & (ProblemLink.other_id == problem.id)
        same = (ProblemLink.problem_id == problem.id) & (ProblemLink.other_id == other.id)
        condition = ends | same
    else:
        column = ProblemLink.task_id if isinstance(other, Task) else ProblemLink.document_id
        condition = (ProblemLink.problem_id == problem.id) & (column == other.id)
    return db.session.scalar(select(ProblemLink.id).where(condition).limit(1)) is not None


def candidates(problem: Problem, user: User, said: str) -> list[Task | Document | Problem]:
    """Tasks, documents and accounts in which these words stand, not linked yet; for who sees everything."""
    if not said:
        return []
    tasks = (
        select(Task)
        .where(Task.title.contains(said, autoescape=True), Task.state == TaskState.PUBLISHED)
        .order_by(Task.id.desc())
        .limit(MOST)
    )
    documents = (
        select(Document)
        .where(Document.title.contains(said, autoescape=True), Document.state != DocumentState.DISCARDED)
        .order_by(Document.id.desc())
        .limit(MOST)
    )
    words = Problem.text.contains(said, autoescape=True)
    others = (
        visible_to(user)
        .where(Problem.id != problem.id, or_(words, Problem.number == said))
        .order_by(Problem.id.desc())
        .limit(MOST)
    )
    found: list[Task | Document | Problem] = [
        *db.session.scalars(tasks),
        *db.session.scalars(documents),
        *db.session.scalars(others),
    ]
    return [thing for thing in found if not is_linked(problem, thing)]


def of_task(user: User, task_id: int) -> Sequence[Problem]:
    """The accounts linked with a task, and those its own overdue duties have led to."""
    by_hand = select(ProblemLink.problem_id).where(ProblemLink.task_id == task_id)
    by_itself = select(Assignment.id).where(Assignment.task_id == task_id)
    return db.session.scalars(
        visible_to(user)
        .where(or_(Problem.id.in_(by_hand), Problem.assignment_id.in_(by_itself)))
        .order_by(Problem.id)
    ).all()


def of_document(user: User, document_id: int) -> Sequence[Problem]:
    """The accounts linked with a document, and those that were read from it."""
    by_hand = select(ProblemLink.problem_id).where(ProblemLink.document_id == document_id)
    return db.session.scalars(
        visible_to(user)
        .where(or_(Problem.id.in_(by_hand), Problem.document_id == document_id))
        .order_by(Problem.id)
    ).all()
