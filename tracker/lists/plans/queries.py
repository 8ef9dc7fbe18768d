"""The problems of a plan, and the accounts they have become."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.db import db
from tracker.documents.models import Document
from tracker.errors import NotFound
from tracker.lists.models import Problem
from tracker.lists.plans.rules import Item, items_of
from tracker.lists.queries import visible_to
from tracker.workflow import DocumentState


def items(document: Document) -> list[Item]:
    """What the documents room reads in its text."""
    from tracker.documents.parse import parse  # here: the documents' reader takes long to load

    return items_of(document.text, parse(document.text))


def get_item(document: Document, place: int) -> Item:
    """NotFound when the plan has no such problem."""
    found = items(document)
    if not 1 <= place <= len(found):
        raise NotFound("这份方案里没有这个问题")
    return found[place - 1]


def entered(document: Document, user: User) -> Mapping[str, Sequence[Problem]]:
    """Point → its accounts."""
    found: dict[str, list[Problem]] = defaultdict(list)
    query = visible_to(user).where(Problem.document_id == document.id).order_by(Problem.id)
    for problem in db.session.scalars(query):
        found[problem.document_point or ""].append(problem)
    return found


def plans() -> Sequence[Document]:
    """The documents accounts may be read from, the newest first."""
    query = select(Document).where(Document.state != DocumentState.DISCARDED)
    return db.session.scalars(query.order_by(Document.id.desc()).limit(50)).all()
