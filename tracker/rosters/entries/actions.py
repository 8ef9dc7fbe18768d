"""The verbs of one object of a roster. None commits; masked fields are masked in the trail too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, true

from tracker import audit
from tracker.accounts.models import Unit, User
from tracker.accounts.permissions import Permission, permit
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Invalid, WrongState, check_length
from tracker.files import StoredFile
from tracker.numbers import next_in
from tracker.rosters.models import Roster, RosterEntry, RosterMark
from tracker.rosters.rules import (
    LONGEST,
    Column,
    RosterStep,
    Shape,
    check_day,
    identity_numbers,
    mask,
    missing_steps,
    shortfall,
    stand_of,
)
from tracker.workflow import ROSTER_ENTRY, EntryState, TaskState

MOST_AT_ONCE = 2_000  # objects of one bulk step: some seconds of work


@dataclass(frozen=True)
class Filled:
    """What is known of an object: ``values`` is key of a column → text; a key left out stays as it is."""

    name: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Done:
    """A step as it was done."""

    on: date
    words: str = ""
    file: StoredFile | None = None
    file_name: str = ""


def add(roster: Roster, unit: Unit, filled: Filled, actor: User | None, now: datetime) -> RosterEntry:
    """列入台账, for one's own unit; the office for any."""
    return add_many(roster, [(unit.id, filled)], actor, now)[0]


def add_many(
    roster: Roster, rows: Sequence[tuple[int, Filled]], actor: User | None, now: datetime
) -> list[RosterEntry]:
    """列入台账: (unit id, what is known) in order; numbers without a gap."""
    _may_fill(roster, actor)
    if not rows:
        return []
    shape = roster.shape
    stand = stand_of(shape, ())
    _refuse_twins(roster, rows)
    first = next_in(f"roster {roster.id}", len(rows))
    added = []
    for number, (unit_id, filled) in enumerate(rows, first):
        if not filled.name.strip():
            raise Invalid(f"请填写{shape.object_name}", name="必填")
        entry = RosterEntry(
            roster=roster,
            unit_id=unit_id,
            number=number,
            name=filled.name.strip(),
            values={key: said for key, said in filled.values.items() if said},
            step=stand.step,
            due_on=stand.due_on,
            created_at=now,
            marks=[],
        )
        if actor is not None:
            permit(actor, Permission.FILL, entry)
        added.append(entry)
    db.session.add_all(added)
    db.session.flush()
    for entry in added:
        audit.record("roster_entry.add", "列入台账", entry, actor, now, number=entry.number)
    return added


def edit(entry: RosterEntry, filled: Filled, actor: User, now: datetime, unit: Unit | None = None) -> bool:
    """修改内容; ``unit`` hands the object over, which only the office may. Whether anything changed."""
    _may_change(entry, actor)
    shape = entry.roster.shape
    if not filled.name.strip():
        raise Invalid(f"请填写{shape.object_name}", name="必填")
    changes = list(_changes(shape, entry, filled))
    before_unit_id, unit_id = entry.unit_id, unit.id if unit else entry.unit_id
    if unit is not None and unit.id != entry.unit_id:
        permit(actor, Permission.JUDGE)
        changes.append(("责任单位", entry.unit.name, unit.name))
        entry.unit = unit
    if not changes:
        return False
    becomes = Filled(filled.name, {**entry.values, **filled.values})
    if identity_numbers(shape, becomes.values) != identity_numbers(shape, entry.values) or (
        (becomes.name.strip(), unit_id) != (entry.name, before_unit_id)
    ):
        _refuse_twins(entry.roster, [(unit_id, becomes)], entry.id)
    told: dict[str, Any] = {heading: [was, becomes] for heading, was, becomes in changes}
    audit.record("roster_entry.edit", "修改台账内容", entry, actor, now, **told)
    entry.name = filled.name.strip()
    entry.values = {key: said for key, said in {**entry.values, **filled.values}.items() if said}
    return True


def mark(entry: RosterEntry, step: RosterStep, done: Done, actor: User | None, now: datetime) -> bool:
    """步骤完成 on a day, written over when it was marked before. Whether anything changed."""
    _may_change(entry, actor)
    shape = entry.roster.shape
    check_day(done.on, entry.roster.since, local_date(now))
    if short := shortfall(shape, step, entry.values):
        raise Invalid(short, done_on=short)
    check_length(done.words, LONGEST, "words", "说明")
    before = entry.done.get(step.key)
    said = (done.on, done.words.strip(), done.file and done.file.id)
    if before is not None and said in (
        (before.done_on, before.words, before.file_id),
        (before.done_on, before.words, None),
    ):
        return False
    details: dict[str, Any] = {
        "step": step.title,
        "done_on": [before and before.done_on.isoformat(), done.on.isoformat()],
    }
    audit.record("roster_entry.mark", "步骤完成", entry, actor, now, done.words.strip(), **details)
    if before is None:
        before = RosterMark(entry=entry, step=step.key)
        db.session.add(before)
    before.done_on, before.words = done.on, done.words.strip()
    before.marked_at, before.marked_by_id = now, actor and actor.id
    if done.file is not None:
        before.file, before.file_name = done.file, done.file_name
    _set_next_step(entry, shape)
    return True


def unmark(entry: RosterEntry, step: RosterStep, actor: User, now: datetime) -> None:
    """取消完成: marked by mistake."""
    _may_change(entry, actor)
    before = entry.done.get(step.key)
    if before is None:
        raise WrongState(f"“{step.title}”没有标记完成，请刷新后再看")
    audit.record(
        "roster_entry.unmark",
        "取消步骤完成",
        entry,
        actor,
        now,
        step=step.title,
        done_on=[before.done_on.isoformat(), ""],
    )
    entry.marks.remove(before)
    _set_next_step(entry, entry.roster.shape)


def extend(
    entry: RosterEntry, step: RosterStep, due_on: date, reason: str, actor: User, now: datetime
) -> None:
    """延长步骤时限 for one object, never before the day of its roster, which takes an extension back."""
    permit(actor, Permission.GRANT)
    _may_be_worked_on(entry)
    if step.key in entry.done:
        raise WrongState(f"“{step.title}”已经完成，不用延长时限，请刷新后再看")
    before = entry.due_of(step)
    if due_on < step.due_on:
        raise Invalid(f"不能早于台账的时限{step.due_on}", due_on=f"最早{step.due_on}")
    if due_on == before:
        raise Invalid(f"时限已经是{before}，请另选一天", due_on="没有变化")
    if not reason.strip():
        raise Invalid("请写明理由", reason="请写明理由")
    told: dict[str, Any] = {"step": step.title, "时限": [before.isoformat(), due_on.isoformat()]}
    audit.record("roster_entry.extend", "调整步骤时限", entry, actor, now, reason.strip(), **told)
    granted = {"due": due_on.isoformat(), "reason": reason.strip(), "by": actor.name}
    others = {key: said for key, said in entry.extended.items() if key != step.key}
    entry.extended = others | ({step.key: granted} if due_on > step.due_on else {})
    _set_next_step(entry, entry.roster.shape)


def request_closure(entry: RosterEntry, actor: User | None, now: datetime) -> None:
    """申请销号, when every step is done."""
    missing = missing_steps(entry.roster.shape, entry.done)
    if missing and entry.state is EntryState.ACTIVE:
        raise Invalid(f"序号{entry.number}还有步骤没有完成：{'、'.join(missing)}，完成后再申请销号")
    ROSTER_ENTRY.take(entry, "request_closure", actor, now)
    entry.applied_at, entry.applied_by_id = now, actor and actor.id


def recall(entry: RosterEntry, actor: User, now: datetime) -> None:
    """撤回."""
    ROSTER_ENTRY.take(entry, "recall", actor, now)
    _start_anew(entry)


def send_back(entry: RosterEntry, actor: User, now: datetime, reason: str) -> None:
    """退回: the unit looks at it again."""
    ROSTER_ENTRY.take(entry, "send_back", actor, now, reason)
    _start_anew(entry)


def close(entry: RosterEntry, actor: User | None, now: datetime) -> None:
    """销号, confirmed by who did not apply for it."""
    ROSTER_ENTRY.take(entry, "close", actor, now)
    entry.closed_on, entry.closed_by_id = local_date(now), actor and actor.id


def withdraw(entry: RosterEntry, actor: User, now: datetime, reason: str) -> None:
    """移出: no longer an object of this task; it stays on the roster, outside every count."""
    ROSTER_ENTRY.take(entry, "withdraw", actor, now, reason)
    _start_anew(entry)


def reopen(entry: RosterEntry, actor: User, now: datetime, reason: str) -> None:
    """恢复办理 under the same number."""
    ROSTER_ENTRY.take(entry, "reopen", actor, now, reason)
    entry.closed_on = entry.closed_by_id = None
    _start_anew(entry)
    _set_next_step(entry, entry.roster.shape)


def request_many(entries: Iterable[RosterEntry], actor: User, now: datetime) -> int:
    """申请销号 for many: those with every step done; the others are left as they are."""
    ready = [entry for entry in entries if not why_not_requested(entry)]
    for entry in ready:
        request_closure(entry, actor, now)
    return len(ready)


def close_many(entries: Iterable[RosterEntry], actor: User, now: datetime) -> int:
    """销号 for many: those that wait for it and were not applied for by this person."""
    waiting = [entry for entry in entries if not why_not_closed(entry, actor)]
    for entry in waiting:
        close(entry, actor, now)
    return len(waiting)


def mark_many(
    entries: Iterable[RosterEntry], step: RosterStep, done: Done, actor: User, now: datetime
) -> int:
    """步骤完成 for many: those that have not done it yet. One that cannot refuses all, by its number."""
    count = 0
    for entry in entries:
        if not why_not_marked(entry, step):
            try:
                count += mark(entry, step, done, actor, now)
            except Invalid as refusal:
                raise Invalid(f"序号{entry.number}：{refusal}。一个都没有标记") from refusal
    return count


def why_not_requested(entry: RosterEntry) -> str:
    """What keeps one of many from being applied for; "" when nothing does."""
    if entry.state is not EntryState.ACTIVE:
        return entry.state.label
    return "还有步骤没有完成" if _missing(entry) else ""


def why_not_closed(entry: RosterEntry, actor: User) -> str:
    """What keeps one of many from being struck off."""
    if entry.state is not EntryState.CLOSING:
        return "还没有申请销号" if entry.state is EntryState.ACTIVE else entry.state.label
    return "由您申请、须由另一人确认" if entry.applied_by_id == actor.id else ""


def why_not_marked(entry: RosterEntry, step: RosterStep) -> str:
    """What keeps a step of one of many from being marked."""
    if entry.state is not EntryState.ACTIVE:
        return entry.state.label
    return "这一步已经标记过" if step.key in entry.done else ""


def tell_unmasked(entry: RosterEntry, actor: User, now: datetime, reason: str) -> None:
    """查看完整个人信息: who, when, which object and why, before anything is shown."""
    permit(actor, Permission.UNMASK, entry)
    if not reason.strip():
        raise Invalid("查看完整的个人信息请填写用途", reason="请填写用途")
    audit.record("roster_entry.unmask", "查看完整个人信息", entry, actor, now, reason.strip())


def told_changes(
    shape: Shape, before: tuple[str, Mapping[str, str]], filled: Filled
) -> list[tuple[str, str, str]]:
    """(heading, before, after) of what would change, masked where it must be."""
    name, values = before
    pairs: list[tuple[Column | None, str, str, bool]] = [
        (None, name, filled.name.strip(), shape.is_name_personal)
    ]
    for key, said in filled.values.items():
        column = shape.column(key)
        if column is not None:
            pairs.append((column, values.get(key, ""), said, column.is_personal))
    return [
        (
            column.name if column else shape.object_name,
            mask(column, was) if is_masked else was,
            mask(column, becomes) if is_masked else becomes,
        )
        for column, was, becomes, is_masked in pairs
        if was != becomes
    ]


def _changes(shape: Shape, entry: RosterEntry, filled: Filled) -> list[tuple[str, str, str]]:
    changes = told_changes(shape, (entry.name, entry.values), filled)
    # two values may have one mask: the trail tells nevertheless that it changed
    return [(n, was, f"{becomes}（已改）" if was == becomes else becomes) for n, was, becomes in changes]


def _refuse_twins(roster: Roster, rows: Sequence[tuple[int, Filled]], but: int | None = None) -> None:
    """Invalid for one whose name and personal number its unit has on the roster already."""
    shape = roster.shape
    known: dict[tuple[int, str, str], str] = {}
    names = {filled.name.strip() for _, filled in rows if identity_numbers(shape, filled.values)}
    query = select(RosterEntry).where(
        RosterEntry.roster_id == roster.id,
        RosterEntry.unit_id.in_({unit_id for unit_id, _ in rows}),
        RosterEntry.name.in_(names),
        RosterEntry.state != EntryState.WITHDRAWN,
        RosterEntry.id != but if but else true(),
    )
    for there in db.session.scalars(query).all() if names else ():
        for number in identity_numbers(shape, there.values):
            known[there.unit_id, there.name, number] = f"序号{there.number}"
    for unit_id, filled in rows:
        for number in identity_numbers(shape, filled.values):
            said = (unit_id, filled.name.strip(), number)
            if said in known:
                raise Invalid(
                    f"台账里已有同名、同身份证号的{shape.object_name}（{known[said]}），请不要重复列入",
                    name=f"与{known[said]}相同",
                )
            known[said] = "本次要列入的另一行"


def _may_fill(roster: Roster, actor: User | None) -> None:
    if actor is not None:
        permit(actor, Permission.FILL)
    if roster.task.state is not TaskState.PUBLISHED:
        raise WrongState(f"任务{roster.task.state.label}，台账不能再填写")


def _may_change(entry: RosterEntry, actor: User | None) -> None:
    if actor is not None:
        permit(actor, Permission.FILL, entry)
    _may_fill(entry.roster, actor)
    _may_be_worked_on(entry)


def _may_be_worked_on(entry: RosterEntry) -> None:
    if entry.state is not EntryState.ACTIVE:
        raise WrongState(f"序号{entry.number}{entry.state.label}，不能改动；需要改的，先撤回、退回或恢复办理")


def _missing(entry: RosterEntry) -> list[str]:
    return missing_steps(entry.roster.shape, entry.done)


def _set_next_step(entry: RosterEntry, shape: Shape) -> None:
    entry.step, entry.due_on = stand_of(shape, entry.done, entry.extended_days)


def _start_anew(entry: RosterEntry) -> None:
    """The next application starts with nobody's signature."""
    entry.applied_at = entry.applied_by_id = None
