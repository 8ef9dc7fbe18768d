"""What was asked about a duty, who may answer it, and what waits for an approver."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, can, sees_all
from tracker.db import db
from tracker.errors import NotFound
from tracker.tasks.models import Assignment, Extension, HaltKind, HaltRequest, Objection, Task
from tracker.tasks.queries import visible_to
from tracker.tasks.requests import rules
from tracker.workflow import ASSIGNMENT, EXTENSION, HALT_REQUEST, FilingState, State, Step

Filing = TypeVar("Filing", Extension, HaltRequest)


@dataclass(frozen=True)
class Asked:
    """What was asked about one duty as one person sees it, newest first, and what this person may ask."""

    objections: Sequence[Objection]
    extensions: Sequence[tuple[Extension, list[Step]]]  # with the steps this person may take
    halts: Sequence[tuple[HaltRequest, list[Step]]]
    granted: int  # extensions granted so far
    paused_days: int | None  # since when the clock stands still; None while it runs
    may_extend: bool
    no_extension: str  # to the duty's own unit: why an extension cannot be asked for
    halts_to_ask: list[HaltKind]
    may_answer: bool  # the open objection

    @property
    def filings(self) -> list[Any]:
        """Everything with events of its own, for the timeline."""
        return [filing for filing, _ in (*self.extensions, *self.halts)]

    @property
    def is_empty(self) -> bool:
        """Nothing was asked and there is nothing to ask or to explain."""
        return not (
            self.objections or self.filings or self.may_extend or self.no_extension or self.halts_to_ask
        )


def asked_of(user: User, assignment: Assignment, today: date) -> Asked:
    """What was asked about a duty in sight. A unit's drafts are its own; halts are the office's matter."""
    is_own, office = can(user, Permission.ANSWER, assignment), sees_all(user)
    own = [state for state in FilingState if is_own or state is not FilingState.DRAFT]
    sent = db.session.scalars(_FILINGS[Extension], {"id": assignment.id, "states": own}).all()
    if office:
        halting = [s for s in FilingState if s is not FilingState.DRAFT or can(user, Permission.JUDGE)]
    else:
        halting = [FilingState.ACCEPTED]
    asked = db.session.scalars(_FILINGS[HaltRequest], {"id": assignment.id, "states": halting}).all()
    is_waiting = any(filing.state is FilingState.SUBMITTED for filing in sent)
    obstacle = rules.hindrance(
        rules.DUTY, assignment.state, assignment.deadline, today, is_waiting=is_waiting
    )
    if not obstacle and not can(user, Permission.APPLY, assignment):
        obstacle = "延期由单位负责人申请"
    is_asked = any(filing.state is FilingState.SUBMITTED for filing in asked)
    return Asked(
        objections=db.session.scalars(_OBJECTIONS, {"id": assignment.id}).all(),
        extensions=[(filing, EXTENSION.available(filing, user)) for filing in sent],
        halts=[(filing, HALT_REQUEST.available(filing, user)) for filing in asked],
        granted=sum(filing.state is FilingState.ACCEPTED for filing in sent),
        paused_days=(today - assignment.paused_on).days if assignment.paused_on else None,
        may_extend=is_own and not obstacle,
        no_extension=obstacle if is_own and assignment.state in RUNNING and not is_waiting else "",
        halts_to_ask=halts_from(assignment) if can(user, Permission.JUDGE) and not is_asked else [],
        may_answer=assignment.state is State.DISPUTED and can(user, Permission.JUDGE, assignment),
    )


RUNNING = (State.ISSUED, State.ACTIVE)


def halts_from(assignment: Assignment) -> list[HaltKind]:
    """What can be asked for in the state the duty is in: suspension, resumption, withdrawal."""
    actions = {step.action for step in ASSIGNMENT.steps if assignment.state in step.sources}
    return [kind for kind in HaltKind if kind.value in actions]


def draft_of(assignment: Assignment) -> Extension | None:
    """The extension that was recalled and can be asked for again."""
    query = _of(Extension, assignment).where(Extension.state == FilingState.DRAFT)
    found: Extension | None = db.session.scalar(query.limit(1))
    return found


def is_waiting(kind: type[Filing], assignment: Assignment) -> bool:
    """Whether a request of this kind about the duty waits for an answer."""
    query = select(kind.id).where(kind.assignment_id == assignment.id, kind.state == FilingState.SUBMITTED)
    return db.session.scalar(query.limit(1)) is not None


def waiting(assignment: Assignment) -> list[Extension | HaltRequest]:
    """Everything asked about the duty that has no answer yet."""
    with db.session.no_autoflush:  # a verb may still have columns to set that belong to the new state
        kinds: tuple[type[Extension] | type[HaltRequest], ...] = (Extension, HaltRequest)
        found = [filing for kind in kinds for filing in db.session.scalars(_of(kind, assignment))]
    return [filing for filing in found if filing.state is FilingState.SUBMITTED]


def get_extension(user: User, extension_id: int) -> Extension:
    """NotFound when absent or out of sight: of a duty in sight, and sent unless it is one's own unit's."""
    query = (
        select(Extension)
        .join(Extension.assignment)
        .where(
            Extension.id == extension_id,
            Extension.assignment_id.in_(visible_to(user).with_only_columns(Assignment.id)),
            or_(Extension.state != FilingState.DRAFT, Assignment.unit_id == user.unit_id),
        )
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("没有这份延期申请，或不在您的查看范围内")
    return found


def get_halt(halt_id: int) -> HaltRequest:
    """NotFound when absent; only the office's routes ask for one."""
    found = db.session.get(HaltRequest, halt_id)
    if found is None:
        raise NotFound("没有这份停办申请")
    return found


def queue(kind: type[Filing]) -> Select[Filing]:
    """What waits for an approver, oldest first, with all the page shows of its duty."""
    return (
        select(kind)
        .where(kind.state == FilingState.SUBMITTED)
        .order_by(kind.submitted_at, kind.id)
        .options(
            joinedload(kind.assignment).joinedload(Assignment.task),
            joinedload(kind.assignment).joinedload(Assignment.unit),
            joinedload(kind.submitted_by),
        )
    )


def grants_of(assignment_ids: Sequence[int]) -> dict[int, int]:
    """Assignment id → extensions granted so far."""
    return {row[0]: row[1] for row in db.session.execute(_GRANTS, {"ids": list(assignment_ids)})}


def extensions_waiting() -> int:
    """How many extensions wait for an approver."""
    return _waiting(Extension)


def halts_waiting() -> int:
    """How many halt requests wait for an approver."""
    return _waiting(HaltRequest)


def open_duties(task: Task) -> list[Assignment]:
    """The duties a withdrawal of the whole task withdraws with it."""
    sources = next(step.sources for step in ASSIGNMENT.steps if step.action == "withdraw")
    return [assignment for assignment in task.assignments if assignment.state in sources]


def _waiting(kind: type[Filing]) -> int:
    query = select(func.count()).select_from(kind).where(kind.state == FilingState.SUBMITTED)
    return db.session.scalar(query) or 0


def _of(kind: Any, assignment: Assignment) -> Any:
    return select(kind).where(kind.assignment_id == assignment.id).order_by(kind.id.desc())


def _filings(kind: Any) -> Any:
    states: Any = bindparam("states", expanding=True)
    return (
        select(kind)
        .where(kind.assignment_id == bindparam("id"), kind.state.in_(states))
        .order_by(kind.id.desc())
        .options(joinedload(kind.submitted_by), joinedload(kind.answered_by))
    )


_FILINGS = {kind: _filings(kind) for kind in (Extension, HaltRequest)}
_OBJECTIONS = (
    select(Objection)
    .where(Objection.assignment_id == bindparam("id"))
    .order_by(Objection.id.desc())
    .options(joinedload(Objection.raised_by).joinedload(User.unit), joinedload(Objection.answered_by))
)
_GRANTS = (
    select(Extension.assignment_id, func.count())
    .where(
        Extension.assignment_id.in_(bindparam("ids", expanding=True)),
        Extension.state == FilingState.ACCEPTED,
    )
    .group_by(Extension.assignment_id)
)
