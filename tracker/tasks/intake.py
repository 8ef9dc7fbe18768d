"""立项: from an adopted reading to tasks and assignments, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from tracker.accounts.models import User
from tracker.clock import local_date
from tracker.db import db
from tracker.documents import actions as documents
from tracker.documents.directory import Directory
from tracker.documents.models import Document, WorkPoint
from tracker.documents.reading import DraftPoint, DraftTask, TargetRow, UnitName, breakdowns, units_of
from tracker.errors import Invalid
from tracker.tasks import recurring
from tracker.tasks.models import Assignment, Duty, Quota, Source, Target, Task
from tracker.workflow import TASK, TaskState

_WEIGHT = {Duty.LEAD: 0, Duty.RESPONSIBLE: 1, Duty.SUPPORT: 2}


def adopt(
    document: Document,
    directory: Directory,
    actor: User | None,
    now: datetime,
    *,
    leaves_open_sets: bool = False,
) -> list[Task]:
    """立项: every task of the reading is published and every unit gets its assignment, or nothing is.

    Invalid, with the reasons, while something unresolved is left. With ``leaves_open_sets`` an open set
    (等…成员单位) gives no assignment yet: a person adds its units to the task afterwards.
    """
    standing = [
        flag
        for flag in documents.flags(document, directory)
        if flag.is_blocking and not (leaves_open_sets and flag.kind == "open_set")
    ]
    if standing:
        reasons = dict.fromkeys(flag.message for flag in standing)
        raise Invalid("还不能立项：" + "；".join(reasons))
    documents.adopt(document, actor, now)
    tasks: dict[int, Task] = {}  # by the key of their row in the reading
    for position, point in enumerate(documents.reading(document).points, start=1):
        drafts = [task for task in point.tasks if not task.is_dropped]
        if point.is_dropped or not drafts:
            continue
        row = WorkPoint(
            document=document,
            position=position,
            number=point.number,
            title=point.title,
            start=point.start,
            stop=point.stop,
        )
        db.session.add(row)
        for index, draft in enumerate(drafts, start=1):
            tasks[draft.key] = _task(draft, index, row, point, document, directory, actor, now)
    db.session.flush()
    documents.link_tasks(document, {key: task.id for key, task in tasks.items()})
    for task in tasks.values():
        TASK.take(task, "publish", actor, now, deadline=task.deadline and task.deadline.isoformat())
    return list(tasks.values())


def duties(names: Sequence[UnitName], directory: Directory) -> dict[int, Duty]:
    """Unit id → duty, in the fixed order of units; a unit named twice keeps the weightier duty."""
    found: dict[int, Duty] = {}
    for name in names:
        for unit_id in directory.resolve(name.text, name.chosen).unit_ids:
            if unit_id not in found or _WEIGHT[name.duty] < _WEIGHT[found[unit_id]]:
                found[unit_id] = name.duty
    return {unit_id: found[unit_id] for unit_id in directory.units if unit_id in found}


def issue(task: Task, duties: Mapping[int, Duty], day: date, now: datetime) -> None:
    """交办: every unit gets its assignment, of a recurring task that of the period in which ``day`` falls.

    A rule with no due day from then to the task's end gives one assignment to that end.
    """
    turn = recurring.running(task.recurrence, task.starts_on, task.deadline, day)
    period, starts_on, deadline = turn or ("", task.starts_on, task.deadline)
    for unit_id, duty in duties.items():
        task.assignments.append(
            Assignment(
                unit_id=unit_id,
                period=period,
                duty=duty,
                starts_on=starts_on,
                original_deadline=deadline,
                deadline=deadline,
                issued_at=now,
            )
        )


def _task(
    draft: DraftTask,
    position: int,
    work_point: WorkPoint,
    point: DraftPoint,
    document: Document,
    directory: Directory,
    actor: User | None,
    now: datetime,
) -> Task:
    issued_on = document.issued_on or local_date(now)
    deadline = date.fromisoformat(draft.deadline) if draft.deadline else None
    starts_on = date.fromisoformat(draft.starts_on) if draft.starts_on else issued_on
    is_past = deadline is not None and deadline < issued_on
    task = Task(
        source=Source.DOCUMENT,
        work_point=work_point,
        position=position,
        title=draft.title,
        text=draft.text,
        start=draft.start if draft.is_in_text else None,
        stop=draft.stop if draft.is_in_text else None,
        starts_on=min(starts_on, deadline) if deadline else starts_on,
        deadline=deadline,
        deadline_text=draft.deadline_text,
        deadline_basis=draft.basis,
        recurrence=draft.recurrence,
        reporting=draft.reporting,
        is_open_ended=draft.is_open_ended,
        is_past_confirmed=draft.is_past_confirmed or not is_past,
        state=TaskState.DRAFT,
        created_at=now,
        created_by_id=actor and actor.id,
        targets=targets(draft.targets, directory),
    )
    issue(task, duties(units_of(point, draft), directory), issued_on, now)
    db.session.add(task)
    return task


def targets(rows: Sequence[TargetRow], directory: Directory) -> list[Target]:
    """Every target with its shares; shares without a stated whole are a target of their own."""
    found = []
    for breakdown in breakdowns(rows):
        target = _target(breakdown.whole or replace(breakdown.parts[0], value="", value_text=""))
        for part in breakdown.parts:
            unit_id = directory.resolve(part.scope).unit_ids[0]
            share = Quota(unit_id=unit_id, comparison=part.comparison, value=Decimal(part.value))
            target.quotas.append(share)
        found.append(target)
    return found


def _target(row: TargetRow) -> Target:
    return Target(
        subject=row.subject,
        comparison=row.comparison,
        value=Decimal(row.value) if row.value else None,
        value_text=row.value_text,
        measure=row.measure,
        per=row.per,
    )
