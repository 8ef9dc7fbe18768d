"""The verbs of a roster as a whole: create, edit, keep as a template, tell of an export. None commits."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Text, bindparam, case, cast, select, update

from tracker import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.db import db
from tracker.errors import Invalid, WrongState
from tracker.rosters import queries
from tracker.rosters.models import Roster, RosterEntry, RosterMark, RosterTemplate
from tracker.rosters.rules import (
    MOST_COLUMNS,
    MOST_STEPS,
    Column,
    RosterStep,
    Shape,
    asked_on,
    check_shape,
    days_of,
    stand_of,
    with_keys,
)
from tracker.tasks.demands.actions import ask_unit, relief
from tracker.tasks.demands.rules import Kind
from tracker.tasks.models import Task
from tracker.tasks.queries import running
from tracker.workflow import TaskState

SHIPPED = Path(__file__).with_name("templates.json")


@dataclass(frozen=True)
class Draft:
    """What the supervisor writes down about a roster."""

    title: str
    note: str
    shape: Shape


def create(task: Task, draft: Draft, actor: User | None, now: datetime, hurry: str = "") -> Roster:
    """建台账 under a task; ``hurry``: why a step leaves less time than the rules of relief."""
    if actor is not None:
        permit(actor, Permission.JUDGE)
    if task.state is not TaskState.PUBLISHED:
        raise WrongState(f"任务{task.state.label}，不能建台账")
    shape = _checked(Shape(), draft)
    against = _ask(task, Shape(), shape, actor, now, hurry)
    roster = Roster(
        task=task,
        title=draft.title.strip(),
        note=draft.note.strip(),
        created_at=now,
        created_by_id=actor and actor.id,
    )
    roster.shape = shape
    db.session.add(roster)
    audit.record(
        "roster.create", "建台账", roster, actor, now, title=roster.title, **_words(shape), **against
    )
    audit.record("task.roster", "建对象台账", task, actor, now, title=roster.title)
    return roster


def edit(roster: Roster, draft: Draft, actor: User, now: datetime, hurry: str = "") -> None:
    """调整台账: columns and steps change, what was filled in stays; every object's next step is set anew.

    ``hurry``: why a step that is new or brought forward leaves less time than the rules of relief.
    """
    permit(actor, Permission.JUDGE)
    before, shape = roster.shape, _checked(roster.shape, draft)
    told: dict[str, list[Any]] = {name: [was, _words(shape)[name]] for name, was in _words(before).items()}
    told |= {
        "title": [roster.title, draft.title.strip()],
        "note": [roster.note, draft.note.strip()],
        "name_heading": [before.object_name, shape.object_name],
        "counted_in": [before.measure, shape.measure],
        "masked_name": [before.is_name_personal, shape.is_name_personal],
    }
    changes: dict[str, Any] = {name: pair for name, pair in told.items() if pair[0] != pair[1]}
    if not changes:
        return
    changes |= _ask(roster.task, before, shape, actor, now, hurry)
    audit.record("roster.edit", "调整台账", roster, actor, now, **changes)
    roster.title, roster.note, roster.shape = draft.title.strip(), draft.note.strip(), shape
    if [(s.key, s.due) for s in before.open_steps] != [(s.key, s.due) for s in shape.open_steps]:
        db.session.flush()
        _set_next_steps(roster, before)


def keep_template(roster: Roster, name: str, actor: User, now: datetime) -> RosterTemplate:
    """存为模板, in place of one of the same name; the days keep their month and day."""
    permit(actor, Permission.JUDGE)
    if not name.strip():
        raise Invalid("请填写模板名称", name="必填")
    shape = roster.shape
    steps = tuple(
        RosterStep(step.key, step.title, step.due[-5:], step.column, step.at_least)
        for step in shape.open_steps
    )
    template = db.session.scalar(select(RosterTemplate).where(RosterTemplate.name == name.strip()))
    if template is None:
        template = RosterTemplate(name=name.strip(), created_at=now, created_by_id=actor.id)
    template.note = roster.note
    template.shape = replace(shape, columns=tuple(shape.shown_columns), steps=steps)
    db.session.add(template)
    audit.record("roster_template.keep", "存为台账模板", template, actor, now, name=template.name)
    return template


def remove_template(template: RosterTemplate, actor: User, now: datetime) -> None:
    """删去模板; rosters made from it stay."""
    permit(actor, Permission.JUDGE)
    audit.record("roster_template.remove", "删去台账模板", template, actor, now, name=template.name)
    db.session.delete(template)


def load_templates(actor: User | None, now: datetime) -> int:
    """装入随附模板: those of the house whose names are not taken; how many were new."""
    if actor is not None:
        permit(actor, Permission.JUDGE)
    taken = set(db.session.scalars(select(RosterTemplate.name)))
    said = [row for row in json.loads(SHIPPED.read_text(encoding="utf-8")) if row["name"] not in taken]
    for row in said:
        template = RosterTemplate(**row, created_at=now, created_by_id=actor and actor.id)
        db.session.add(template)
        audit.record("roster_template.load", "装入台账模板", template, actor, now, name=template.name)
    return len(said)


def tell_export(roster: Roster, actor: User | None, now: datetime, reason: str, rows: int) -> None:
    """导出完整信息: masked fields leave the house in full, so it is written down who took them and why.

    ``actor`` None is the command line.
    """
    if actor is not None:
        permit(actor, Permission.UNMASK)
    if not reason.strip():
        raise Invalid("导出完整的个人信息请填写用途", reason="请填写用途")
    audit.record("roster.export", "导出完整个人信息", roster, actor, now, reason.strip(), rows=rows)


def _ask(
    task: Task, before: Shape, shape: Shape, actor: User | None, now: datetime, hurry: str
) -> dict[str, Any]:
    """提出要求 of the units that carry the task: the first step that is new or brought forward.

    A node that the document or the task itself has is none: it was set before. The details for the event.
    """
    due_on = asked_on(before, shape, {step.due for step in queries.dated_steps(task)})
    if due_on is None:
        return {}
    against = relief(due_on, actor, now, hurry)
    for duty in running(task):
        ask_unit(Kind.TASK, f"{task.title}（对象台账步骤）", duty.unit, due_on, actor, now, hurry, duty)
    return against


def _checked(before: Shape, draft: Draft) -> Shape:
    """The shape with the keys it is kept with."""
    if not draft.title.strip():
        raise Invalid("请填写台账名称", title="必填")
    shape = with_keys(before, draft.shape)
    if len(shape.shown_columns) > MOST_COLUMNS or len(shape.open_steps) > MOST_STEPS:
        raise Invalid(f"最多{MOST_COLUMNS}栏、{MOST_STEPS}个步骤，请精简")
    check_shape(shape)
    return shape


def _words(shape: Shape) -> dict[str, Any]:
    """Columns and steps as the trail says them."""
    return {
        "columns": "；".join(_column_words(column) for column in shape.shown_columns),
        "steps": "；".join(_step_words(shape, step) for step in shape.open_steps),
    }


def _column_words(column: Column) -> str:
    said = f"{column.name}（{column.kind.label}{'，' + column.detail if column.detail else ''}）"
    return f"{said}遮盖" if column.is_personal else said


def _step_words(shape: Shape, step: RosterStep) -> str:
    column = shape.column(step.column)
    goal = f"，{column.name}达到{step.at_least}{column.measure}" if column else ""
    return f"{step.title}（{step.due}{goal}）"


def _set_next_steps(roster: Roster, before: Shape) -> None:
    """Every object's next step and its day; in one statement where only days have changed."""
    shape = roster.shape
    steps = shape.open_steps
    of_roster = RosterEntry.roster_id == roster.id
    granted = select(RosterEntry.id, RosterEntry.extended).where(cast(RosterEntry.extended, Text) != "{}")
    extended = {id_: days_of(said) for id_, said in db.session.execute(granted.where(of_roster))}
    moves_days_alone = [step.key for step in before.open_steps] == [step.key for step in steps]
    if moves_days_alone:
        days = case({step.key: step.due_on for step in steps}, value=RosterEntry.step, else_=steps[-1].due_on)
        db.session.execute(update(RosterEntry).where(of_roster).values(due_on=days))
        if not extended:
            return
    done = _done_of(roster)
    stands = {keys: stand_of(shape, keys) for keys in set(done.values())}
    rows = []
    for id_, keys in done.items():
        if id_ in extended or not moves_days_alone:
            stand = stand_of(shape, keys, extended[id_]) if id_ in extended else stands[keys]
            rows.append({"entry": id_, "next": stand.step, "day": stand.due_on})
    table: Any = RosterEntry.__table__  # the versions stay: nobody's open page is about this
    next_step: dict[str, Any] = {"step": bindparam("next"), "due_on": bindparam("day")}
    if rows:
        db.session.execute(update(table).where(table.c.id == bindparam("entry")).values(next_step), rows)
    db.session.expire_all()


def _done_of(roster: Roster) -> dict[int, frozenset[str]]:
    """Entry id → keys of the steps it has done."""
    done: dict[int, set[str]] = {
        id_: set()
        for id_ in db.session.scalars(select(RosterEntry.id).where(RosterEntry.roster_id == roster.id))
    }
    marks = select(RosterMark.entry_id, RosterMark.step).join(RosterMark.entry)
    for entry_id, step in db.session.execute(marks.where(RosterEntry.roster_id == roster.id)):
        done[entry_id].add(step)
    return {id_: frozenset(keys) for id_, keys in done.items()}
