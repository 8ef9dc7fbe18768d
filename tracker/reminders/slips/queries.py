"""Slips and proposals in a user's sight, and the facts they are made from."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.accounts.permissions import sees_all
from tracker.audit import Event
from tracker.db import ask, db
from tracker.errors import NotFound
from tracker.reminders.board.queries import OWED, contacts
from tracker.reminders.slips.models import Proposal, Slip
from tracker.reminders.slips.rules import Colour, Rung
from tracker.tasks.models import Assignment
from tracker.web.filters import day as chinese_day
from tracker.web.filters import moment
from tracker.web.pages import Listing, View, whole
from tracker.workdays import Workdays
from tracker.workflow import ProposalState, SlipState

SLIPS = Listing(
    sorts={"issued": (Slip.id,), "due": (Slip.due_on, Slip.id)},
    usual="-issued",
    filters={"colour": Colour, "state": SlipState, "unit": whole, "duty": whole},
)
PROPOSALS = Listing(
    sorts={"made": (Proposal.made_at, Proposal.id)},
    usual="made",
    filters={"rung": Rung, "unit": whole, "state": ProposalState},
)


def visible_to(user: User) -> Select[Slip]:
    """A unit sees the slips it was sent, the office all."""
    slips = select(Slip)
    return slips if sees_all(user) else slips.where(Slip.unit_id == user.unit_id)


def slips(user: User, view: View) -> Select[Slip]:
    """What a view of ``SLIPS`` asks for."""
    columns = {"colour": Slip.colour, "state": Slip.state, "unit": Slip.unit_id, "duty": Slip.assignment_id}
    query = visible_to(user).options(
        joinedload(Slip.unit), joinedload(Slip.assignment).joinedload(Assignment.task)
    )
    conditions = (columns[name] == view.get(name) for name in view.values)
    return query.where(*conditions).order_by(*view.order())


def get_slip(user: User, slip_id: int) -> Slip:
    """NotFound when absent or another unit's."""
    found = db.session.scalar(visible_to(user).where(Slip.id == slip_id))
    if found is None:
        raise NotFound("没有这份督办单，或不在您的查看范围内")
    return found


def unanswered(user: User) -> int:
    """How many slips wait for an answer of the user's unit."""
    query = select(func.count(Slip.id)).where(Slip.unit_id == user.unit_id, Slip.state == SlipState.ISSUED)
    return db.session.scalar(query) or 0


def replied() -> int:
    """How many answers wait for the office."""
    return ask(_REPLIED).scalar_one()


_REPLIED = select(func.count()).where(Slip.state == SlipState.REPLIED)


def proposals(view: View) -> Select[Proposal]:
    """Those in one state, the open ones unless another is asked for.

    Of the open ones only those whose duty is still owed: what was handed in since this morning needs none.
    """
    columns = {"rung": Proposal.rung, "unit": Proposal.unit_id}
    state = view.get("state") or ProposalState.OPEN
    is_owed = or_(Proposal.assignment_id.is_(None), Assignment.state.in_(OWED))
    return (
        select(Proposal)
        .outerjoin(Proposal.assignment)
        .where(
            Proposal.state == state,
            *([is_owed] if state is ProposalState.OPEN else []),
            *(column == view.get(name) for name, column in columns.items() if name in view.values),
        )
        .options(joinedload(Proposal.unit), joinedload(Proposal.assignment).joinedload(Assignment.task))
        .order_by(*view.order())
    )


def decisions(ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Proposal id → who followed or dismissed it, and with which words."""
    rows = db.session.execute(
        select(Event.subject_id, User.name, Event.reason)
        .join(User, User.id == Event.actor_id)
        .where(
            Event.subject_type == Proposal.__tablename__,
            Event.subject_id.in_(ids),
            Event.kind.in_(("proposal.follow", "proposal.dismiss")),
        )
    )
    return {id_: (name, words) for id_, name, words in rows}


def open_count() -> int:
    """How many proposals wait for a supervisor."""
    return ask(_OPEN_COUNT).scalar_one()


_OPEN_COUNT = (
    select(func.count(Proposal.id))
    .outerjoin(Proposal.assignment)
    .where(
        Proposal.state == ProposalState.OPEN,
        or_(Proposal.assignment_id.is_(None), Assignment.state.in_(OWED)),
    )
)


def get_proposal(proposal_id: int) -> Proposal:
    """NotFound when absent."""
    found = db.session.get(Proposal, proposal_id)
    if found is None:
        raise NotFound("没有这条升级建议")
    return found


def open_of(assignment: Assignment, rung: Rung) -> Proposal | None:
    """The open proposal of a duty for one rung."""
    return db.session.scalar(
        select(Proposal).where(
            Proposal.assignment_id == assignment.id,
            Proposal.rung == rung,
            Proposal.state == ProposalState.OPEN,
        )
    )


def facts_of(ids: Collection[int], today: date, workdays: Workdays) -> dict[int, list[Any]]:
    """Duty id → (what, how much) as a slip states it, in a fixed number of questions."""
    spoken = contacts(ids)
    earlier: dict[int, list[str]] = defaultdict(list)
    for slip in db.session.scalars(
        select(Slip)
        .where(Slip.assignment_id.in_(list(ids)), Slip.state != SlipState.WITHDRAWN)
        .order_by(Slip.id)
    ):
        earlier[slip.assignment_id].append(f"{slip.title}（{slip.state.label}）")
    found: dict[int, list[Any]] = {}
    for duty in db.session.scalars(select(Assignment).where(Assignment.id.in_(list(ids)))):
        late = workdays.between(duty.deadline, today) if duty.deadline else 0
        overdue = bool(duty.deadline and duty.deadline < today)
        contact = spoken.get(duty.id)
        found[duty.id] = [
            ["完成时限", chinese_day(duty.deadline) or "长期坚持"],
            [
                "逾期情况",
                f"逾期{late}个工作日" if late > 0 else "逾期不足1个工作日" if overdue else "尚未逾期",
            ],
            ["进展", f"{duty.progress}%"],
            ["最近联系", f"{moment(contact.at)}，{contact.words}" if contact else "没有联系记录"],
            ["此前督办单", "、".join(earlier[duty.id]) or "无"],
        ]
    return found


def waiting_for_answer() -> Sequence[Slip]:
    """The slips that no unit has answered yet."""
    return db.session.scalars(select(Slip).where(Slip.state == SlipState.ISSUED).order_by(Slip.id)).all()


def issued_between(after: datetime, until: datetime) -> dict[int, dict[Colour, int]]:
    """Unit id → colour → slips issued after one and up to another moment; no withdrawn ones."""
    rows = db.session.execute(
        select(Slip.unit_id, Slip.colour, func.count(Slip.id))
        .where(Slip.issued_at > after, Slip.issued_at <= until, Slip.state != SlipState.WITHDRAWN)
        .group_by(Slip.unit_id, Slip.colour)
    )
    found: dict[int, dict[Colour, int]] = defaultdict(dict)
    for unit_id, colour, count in rows:
        found[unit_id][colour] = count
    return found
