"""Everything one account's page shows, and its files in a user's sight."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import User
from tracker.audit import Event
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import NotFound
from tracker.lists.account.models import Closure, RectificationReport, SiteCheck
from tracker.lists.account.rules import Said, quarters_due, quarters_open
from tracker.lists.extensions.models import RectificationExtension
from tracker.lists.look_backs.models import LookBack
from tracker.lists.models import ClosingSlot, Problem, Rectification, RectificationEvidence
from tracker.lists.notices.models import PublicNotice
from tracker.lists.queries import get_problem
from tracker.lists.rules import Slot
from tracker.reports.models import ProgressReport
from tracker.tasks.models import Assignment
from tracker.workflow import FilingState, LookBackState, State

TO_CORRECT = (FilingState.DRAFT, FilingState.RETURNED)


@dataclass(frozen=True)
class Account:
    """One account with all that happened to it, each list oldest first."""

    problem: Problem
    reports: Sequence[RectificationReport]
    checks: Sequence[SiteCheck]
    notices: Sequence[PublicNotice]
    closures: Sequence[Closure]
    look_backs: Sequence[LookBack]
    extensions: Sequence[RectificationExtension]

    @property
    def rectification(self) -> Rectification:
        return self.problem.rectification

    @property
    def notice(self) -> PublicNotice | None:
        """The public notice that counts now."""
        return next((notice for notice in reversed(self.notices) if not notice.is_void), None)

    @property
    def extension_waiting(self) -> RectificationExtension | None:
        return next((one for one in self.extensions if one.state is FilingState.SUBMITTED), None)

    @property
    def look_back_planned(self) -> LookBack | None:
        return next((one for one in self.look_backs if one.state is LookBackState.PLANNED), None)

    @cached_property
    def slots(self) -> Mapping[Slot, ClosingSlot]:
        return {slot.slot: slot for slot in self.rectification.present_slots}

    @property
    def earlier_rounds(self) -> list[tuple[Closure, Mapping[Slot, ClosingSlot]]]:
        """Each strike-off that did not hold, with what was said in its slots."""
        return [
            (closure, {one.slot: one for one in self.rectification.slots if one.round == round_})
            for round_, closure in enumerate(self.closures)
            if closure.reopened_on
        ]

    @property
    def reopened_on(self) -> date | None:
        """When the present round began; None in the first."""
        return next((one.reopened_on for one in reversed(self.closures) if one.reopened_on), None)

    @property
    def to_correct(self) -> RectificationReport | None:
        """The report that was sent back or recalled, and has not been reported again."""
        present = [one for one in self.reports if one.round == self.rectification.round]
        return next((one for one in present if one.state in TO_CORRECT), None)

    @property
    def reports_waiting(self) -> list[RectificationReport]:
        return [one for one in self.reports if one.state is FilingState.SUBMITTED]

    @property
    def filed_quarters(self) -> list[str]:
        return [one.quarter for one in self.reports if one.quarter and one is not self.to_correct]

    def quarters_open(self, today: date) -> list[str]:
        return quarters_open(began_on(self.problem), today, self.filed_quarters)

    def quarters_due(self, today: date) -> list[str]:
        return quarters_due(began_on(self.problem), today, self.filed_quarters)


def first_day(rectification: Rectification, deadline: date | None) -> date | None:
    """By when something is first asked of the unit: by a milestone that is not met, or by the deadline."""
    days = [one.due_on for one in rectification.milestones if one.met_on is None]
    return min([*days, *([deadline] if deadline else [])], default=None)


def began_on(problem: Problem) -> date:
    """The day it was issued, or registered while it is not."""
    return local_date(problem.rectification.issued_at or problem.registered_at)


def account_of(problem: Problem) -> Account:
    """All of one account, in a fixed number of questions."""
    id_ = problem.rectification.id
    proofs = joinedload(RectificationEvidence.file)
    db.session.scalars(
        select(ClosingSlot)
        .where(ClosingSlot.rectification_id == id_)
        .options(selectinload(ClosingSlot.evidence).options(proofs))
    ).all()
    return Account(
        problem,
        db.session.scalars(
            select(RectificationReport)
            .where(RectificationReport.rectification_id == id_)
            .order_by(RectificationReport.id)
            .options(
                joinedload(RectificationReport.milestone),
                joinedload(RectificationReport.reported_by),
                joinedload(RectificationReport.reviewed_by),
                selectinload(RectificationReport.evidence).options(proofs),
            )
        ).all(),
        db.session.scalars(
            select(SiteCheck)
            .where(SiteCheck.rectification_id == id_)
            .order_by(SiteCheck.id)
            .options(joinedload(SiteCheck.entered_by), selectinload(SiteCheck.evidence).options(proofs))
        ).all(),
        db.session.scalars(
            select(PublicNotice)
            .where(PublicNotice.rectification_id == id_)
            .order_by(PublicNotice.id)
            .options(selectinload(PublicNotice.objections))
        ).all(),
        db.session.scalars(
            select(Closure)
            .where(Closure.rectification_id == id_)
            .order_by(Closure.id)
            .options(joinedload(Closure.closed_by))
        ).all(),
        db.session.scalars(
            select(LookBack)
            .join(LookBack.closure)
            .where(Closure.rectification_id == id_)
            .order_by(LookBack.id)
            .options(joinedload(LookBack.held_by), selectinload(LookBack.evidence).options(proofs))
        ).all(),
        db.session.scalars(
            select(RectificationExtension)
            .where(RectificationExtension.rectification_id == id_)
            .order_by(RectificationExtension.id)
            .options(
                joinedload(RectificationExtension.submitted_by),
                joinedload(RectificationExtension.answered_by),
            )
        ).all(),
    )


def said_in(rectification: Rectification) -> dict[Slot, Said]:
    """What the closing slots hold so far."""
    return {
        slot.slot: Said(slot.is_applicable, slot.text, len(slot.evidence))
        for slot in rectification.present_slots
    }


def report_to_correct(rectification: Rectification) -> RectificationReport | None:
    """The report of this round that was sent back or recalled, and has not been reported again."""
    return db.session.scalar(_reports(rectification, TO_CORRECT).order_by(RectificationReport.id).limit(1))


def reports_waiting(rectification: Rectification) -> Sequence[RectificationReport]:
    """Those of this round nobody has reviewed."""
    return db.session.scalars(
        _reports(rectification, [FilingState.SUBMITTED]).order_by(RectificationReport.id)
    ).all()


def last_standing_report(
    rectification: Rectification, but: RectificationReport
) -> RectificationReport | None:
    """The latest of this round that counts, other than ``but``."""
    return db.session.scalar(
        _reports(rectification, [FilingState.SUBMITTED, FilingState.ACCEPTED])
        .where(RectificationReport.id != but.id)
        .order_by(RectificationReport.reported_at.desc(), RectificationReport.id.desc())
        .limit(1)
    )


def _reports(rectification: Rectification, states: Sequence[FilingState]) -> Select[RectificationReport]:
    return select(RectificationReport).where(
        RectificationReport.rectification_id == rectification.id,
        RectificationReport.round == rectification.round,
        RectificationReport.state.in_(states),
    )


def get_report(user: User, report_id: int) -> RectificationReport:
    """NotFound when absent or its account is out of sight."""
    found = db.session.get(RectificationReport, report_id)
    if found is None:
        raise NotFound("没有这份整改进展，或不在您的查看范围内")
    get_problem(user, found.rectification.problem_id)
    return found


def standing_notice(rectification: Rectification) -> PublicNotice | None:
    """The public notice that counts now, with its objections."""
    return db.session.scalar(
        select(PublicNotice)
        .where(PublicNotice.rectification_id == rectification.id, PublicNotice.is_void.is_(False))
        .order_by(PublicNotice.id.desc())
        .limit(1)
        .options(selectinload(PublicNotice.objections))
    )


def last_closure(rectification: Rectification) -> Closure | None:
    """The latest strike-off of this account, standing or reopened."""
    return db.session.scalar(
        select(Closure)
        .where(Closure.rectification_id == rectification.id)
        .order_by(Closure.id.desc())
        .limit(1)
    )


def planned_look_backs(closure: Closure) -> Sequence[LookBack]:
    """Look-backs at one strike-off that have not been held."""
    return db.session.scalars(
        select(LookBack).where(LookBack.closure_id == closure.id, LookBack.state == LookBackState.PLANNED)
    ).all()


def extensions_waiting(rectification: Rectification) -> Sequence[RectificationExtension]:
    """Extensions of this account nobody has answered."""
    return db.session.scalars(
        select(RectificationExtension).where(
            RectificationExtension.rectification_id == rectification.id,
            RectificationExtension.state == FilingState.SUBMITTED,
        )
    ).all()


def last_report_of(duty: Assignment) -> ProgressReport | None:
    """The last accepted report of the overdue duty, with its evidence."""
    return db.session.scalar(
        select(ProgressReport)
        .where(ProgressReport.assignment_id == duty.id, ProgressReport.state == FilingState.ACCEPTED)
        .order_by(ProgressReport.id.desc())
        .limit(1)
        .options(selectinload(ProgressReport.evidence))
    )


def closing_words_of(duty: Assignment) -> str:
    """What its unit wrote when it asked for the closure of the overdue duty."""
    return (
        db.session.scalar(
            select(Event.reason)
            .where(
                Event.subject_type == Assignment.__tablename__,
                Event.subject_id == duty.id,
                Event.kind == "assignment.request_closure",
            )
            .order_by(Event.id.desc())
            .limit(1)
        )
        or ""
    )


def is_done_with(duty: Assignment | None) -> bool:
    """Whether the overdue duty has meanwhile been closed: its account still needs its own strike-off."""
    return duty is not None and duty.state is State.CLOSED


def get_proof(user: User, proof_id: int) -> RectificationEvidence:
    """A file of an account; NotFound when absent or the account is out of sight."""
    proof = db.session.scalar(
        select(RectificationEvidence)
        .where(RectificationEvidence.id == proof_id)
        .options(joinedload(RectificationEvidence.file))
    )
    if proof is None:
        raise NotFound("没有这份佐证材料，或不在您的查看范围内")
    get_problem(user, problem_of(proof))
    return proof


def problem_of(proof: RectificationEvidence) -> int:
    """The id of the problem a file belongs to."""
    query = select(Rectification.problem_id).where(Rectification.id == proof.rectification_id)
    return db.session.scalars(query).one()
