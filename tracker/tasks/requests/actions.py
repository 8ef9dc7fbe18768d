"""The verbs of what is asked about a duty: extensions, halts, and the end of a whole task. None commits."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from tracker import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Invalid, WrongState
from tracker.files import StoredFile
from tracker.tasks import actions as duties
from tracker.tasks.models import AnyExtension, Assignment, Extension, HaltKind, HaltRequest, Task
from tracker.tasks.requests import queries, rules
from tracker.workdays import statutory
from tracker.workflow import EXTENSION, HALT_REQUEST, TASK, FilingState


@dataclass(frozen=True)
class Wish:
    """What a unit's head asks for: the new last day, why, and the one file that shows it with its name."""

    wanted_on: date
    reason: str
    file: StoredFile | None = None
    file_name: str = ""


def ask_extension(assignment: Assignment, actor: User | None, now: datetime, wish: Wish) -> Extension:
    """申请延期, before the deadline has passed; one at a time. A recalled one is asked for again.

    Without a new file a recalled extension keeps its own.
    """
    if actor is not None:
        permit(actor, Permission.APPLY, assignment)
    alone(assignment)
    is_waiting = queries.is_waiting(Extension, assignment)
    deadline = check_wish(rules.DUTY, assignment, wish, local_date(now), is_waiting=is_waiting)
    extension = queries.draft_of(assignment)
    if extension is None:
        extension = Extension(assignment=assignment, state=FilingState.DRAFT, created_at=now)
        db.session.add(extension)
    submit_extension(extension, actor, now, wish, deadline)
    return extension


def check_wish(kind: rules.Extended, matter: Any, wish: Wish, today: date, *, is_waiting: bool) -> date:
    """The deadline to be moved; WrongState or Invalid when it cannot be, or not to that day."""
    deadline: date | None = matter.deadline
    if obstacle := rules.hindrance(kind, matter.state, deadline, today, is_waiting=is_waiting):
        raise WrongState(obstacle)
    if deadline is None or (fault := rules.unwanted(kind, wish.wanted_on, deadline, today)):
        raise Invalid(fault, wanted_on=fault)
    return deadline


def submit_extension(
    extension: AnyExtension, actor: User | None, now: datetime, wish: Wish, deadline: date
) -> None:
    """申请延期 of whatever it is, once ``check_wish`` has nothing against it."""
    extension.deadline, extension.wanted_on = deadline, wish.wanted_on
    extension.is_late = rules.is_late(local_date(now), deadline, statutory())
    if wish.file is not None:
        extension.file, extension.file_name = wish.file, wish.file_name
    extension.reason = wish.reason.strip()
    EXTENSION.take(
        extension,
        "submit",
        actor,
        now,
        wish.reason,
        wanted_on=wish.wanted_on.isoformat(),
        is_late=extension.is_late or None,
    )
    extension.submitted_at, extension.submitted_by_id = now, actor and actor.id


def recall_extension(extension: AnyExtension, actor: User | None, now: datetime) -> None:
    """撤回 an extension nobody has answered; it can be asked for again."""
    EXTENSION.take(extension, "recall", actor, now)


def grant(
    extension: AnyExtension,
    actor: User | None,
    now: datetime,
    granted_on: date | None = None,
    reason: str = "",
) -> None:
    """同意延期: to the day asked for, or an earlier one. The original deadline is never touched.

    An extension asked for in time and granted late makes the duty not overdue: lateness follows the deadline.
    """
    matter, granted_on = extension.matter, granted_on or extension.wanted_on
    kind, before = extension.extended, matter.deadline
    if extension.state is FilingState.SUBMITTED:
        if matter.state not in kind.running or before is None:
            raise WrongState(f"当前状态已是“{matter.state.label}”，不能再延期")
        if not before < granted_on <= extension.wanted_on:
            raise Invalid(
                f"批准的日期须晚于现在的{kind.deadline}{before}，不晚于申请的{extension.wanted_on}",
                granted_on="不在可以批准的范围内",
            )
    EXTENSION.take(extension, "accept", actor, now, reason, granted_on=granted_on.isoformat())
    extension.granted_on = granted_on
    _answered(extension, actor, now, reason)
    audit.record(
        f"{kind.subject}.extend",
        "延长时限",
        matter,
        actor,
        now,
        extension.reason,
        deadline=[before and before.isoformat(), granted_on.isoformat()],
    )
    matter.deadline = granted_on


def refuse_extension(extension: AnyExtension, actor: User | None, now: datetime, reason: str) -> None:
    """不予延期, with reason."""
    EXTENSION.take(extension, "refuse", actor, now, reason)
    _answered(extension, actor, now, reason)


def ask_halt(
    assignment: Assignment, actor: User | None, now: datetime, kind: HaltKind, reason: str
) -> HaltRequest:
    """报请缓办、恢复、中止: a supervisor asks for the approver's consent; one request at a time."""
    if actor is not None:
        permit(actor, Permission.JUDGE, assignment)
    alone(assignment)
    if kind not in queries.halts_from(assignment):
        raise WrongState(f"当前状态为“{assignment.state.label}”，不能报请{kind.label}")
    if queries.is_waiting(HaltRequest, assignment):
        raise WrongState("这个承办项已有停办申请在等待审批，请等答复，或先撤回再报")
    request = HaltRequest(
        assignment=assignment, kind=kind, state=FilingState.DRAFT, reason=reason.strip(), created_at=now
    )
    db.session.add(request)
    HALT_REQUEST.take(request, "submit", actor, now, reason, kind=kind.label)
    request.submitted_at, request.submitted_by_id = now, actor and actor.id
    return request


def recall_halt(request: HaltRequest, actor: User | None, now: datetime) -> None:
    """撤回 a request nobody has answered."""
    HALT_REQUEST.take(request, "recall", actor, now)


def accept_halt(request: HaltRequest, actor: User | None, now: datetime, reason: str = "") -> None:
    """同意停办: the step is taken at once, with the reason it was asked for."""
    HALT_REQUEST.take(request, "accept", actor, now, reason, kind=request.kind.label)
    _answered(request, actor, now, reason)
    _STEPS[request.kind](request.assignment, actor, now, request.reason)


def refuse_halt(request: HaltRequest, actor: User | None, now: datetime, reason: str) -> None:
    """不予停办, with reason; the duty stays as it is."""
    HALT_REQUEST.take(request, "refuse", actor, now, reason, kind=request.kind.label)
    _answered(request, actor, now, reason)


def withdraw_task(task: Task, actor: User | None, now: datetime, reason: str) -> int:
    """中止 a whole task with every duty still open on it; how many there were."""
    TASK.take(task, "withdraw", actor, now, reason)
    open_duties = queries.open_duties(task)
    for assignment in open_duties:
        duties.withdraw(assignment, actor, now, reason)
    return len(open_duties)


_STEPS = {
    HaltKind.SUSPEND: duties.suspend,
    HaltKind.RESUME: duties.resume,
    HaltKind.WITHDRAW: duties.withdraw,
}


def alone(matter: Any) -> None:
    """Of two who ask about one thing at once, the second waits here and then sees what the first asked."""
    kind = type(matter)
    db.session.execute(select(kind.id).where(kind.id == matter.id).with_for_update())
    db.session.refresh(matter)


def _answered(filing: AnyExtension | HaltRequest, actor: User | None, now: datetime, reason: str) -> None:
    filing.answered_at, filing.answered_by_id = now, actor and actor.id
    filing.answer_reason = reason.strip()
