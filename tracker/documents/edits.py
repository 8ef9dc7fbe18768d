"""What a person can correct in a reading (核对). Pure.

Every edit is a function from one reading to the next; it raises Invalid, and nothing else, and leaves the old
one alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from tracker.documents.directory import Directory, Match
from tracker.documents.reading import (
    DeadlineBasis,
    DraftPoint,
    DraftTask,
    Duty,
    Keys,
    Reading,
    Reporting,
    TargetRow,
    UnitName,
    is_number,
    short,
    unit_lists,
    units_of,
    with_tasks,
)
from tracker.errors import Invalid

GONE = "这一行已不存在，可能他人刚刚改过，请刷新后再试"
Span = tuple[int, int]  # [start, stop) in the text; empty where it is not in the text
_EDGES = " \n\t　，；、。,;.："  # what does not begin or end a task


def edit_point(reading: Reading, key: int, **changes: Any) -> Reading:
    """Retitle, renumber, drop or restore a point (``title``, ``number``, ``is_dropped``)."""
    if not changes.get("title", "x").strip():
        raise Invalid("条目标题不能为空", title="请填写标题")
    return _on_point(reading, key, lambda point: replace(point, **changes))


def edit_task(reading: Reading, key: int, **changes: Any) -> Reading:
    """Change a task's ``title``, ``is_dropped`` or ``is_past_confirmed``."""
    if not changes.get("title", "x").strip():
        raise Invalid("任务名称不能为空", title="请填写名称")
    return _on_task(reading, key, lambda task: replace(task, **changes))


def add_point(reading: Reading, number: str, title: str, span: Span) -> Reading:
    """Put in a point the reader missed, in its place in the text; its tasks are added to it."""
    if not title.strip():
        raise Invalid("条目标题不能为空", title="请填写标题")
    point = DraftPoint(reading.next_key, number.strip(), title.strip(), *span, (), (), title_stop=span[1])
    place = sum(1 for other in reading.points if other.start <= span[0])
    points = (*reading.points[:place], point, *reading.points[place:])
    return replace(reading, points=points, next_key=reading.next_key + 1)


def add_task(reading: Reading, owner: int, text: str, span: Span, plan_year: int) -> Reading:
    """Put in a task the reader missed, at the end of the point ``owner``, due by the end of the year."""
    if not text.strip():
        raise Invalid("请填写任务内容", text="请填写任务内容")
    task = DraftTask(
        key=reading.next_key,
        title=short(text),
        text=text.strip(),
        start=span[0],
        stop=span[1],
        deadline=date(plan_year, 12, 31).isoformat(),
        basis=DeadlineBasis.DOCUMENT_YEAR,
    )
    changed = _on_point(reading, owner, lambda point: replace(point, tasks=(*point.tasks, task)))
    return replace(changed, next_key=reading.next_key + 1)


def set_deadline(
    reading: Reading,
    key: int,
    deadline: date | None,
    *,
    is_open_ended: bool = False,
    keeps_recurrence: bool = False,
    reporting: Reporting | None = None,
) -> Reading:
    """Set the day by hand, or declare the task 长期坚持; a rule of recurrence goes unless it is kept.

    ``reporting`` None leaves the rule of reports as it is.
    """
    if deadline is None and not is_open_ended:
        raise Invalid("请填写完成时限，或选“长期坚持”", deadline="请填写日期")
    day = None if is_open_ended or deadline is None else deadline.isoformat()
    return _on_task(
        reading,
        key,
        lambda task: replace(
            task,
            deadline=day,
            basis=DeadlineBasis.PERSON,
            is_open_ended=is_open_ended,
            recurrence=task.recurrence if keeps_recurrence else None,
            reporting=reporting or task.reporting,
            doubt="",
            is_past_confirmed=False,
        ),
    )


def split_task(reading: Reading, key: int, at: int) -> Reading:
    """Cut a task in two before character ``at`` of its text; both halves keep the units and the deadline."""
    keys = Keys(reading.next_key)

    def cut(point: DraftPoint) -> DraftPoint:
        index = _index(point.tasks, key)
        task = point.tasks[index]
        head, tail = task.text[: max(at, 0)].rstrip(), task.text[max(at, 0) :].lstrip(_EDGES)
        if not head.strip(_EDGES) or not tail.strip(_EDGES):
            raise Invalid("拆分的位置在句首或句尾，请选在句子中间", at="请选在句子中间")
        middle = max(task.start, task.stop - len(tail))
        halves = (
            _part(replace(task, text=head), task.start, min(middle, task.start + len(head)), middle, False),
            _part(replace(task, text=tail), middle, task.stop, middle, True),
        )
        second = replace(halves[1], key=keys.take(), units=_copied(task.units, keys))
        return replace(point, tasks=(*point.tasks[:index], halves[0], second, *point.tasks[index + 1 :]))

    changed = _on_point_of(reading, key, cut)
    return replace(changed, next_key=keys.next)


def merge_task(reading: Reading, key: int) -> Reading:
    """Join a task with the next one of its point; the later deadline stays."""
    keys = Keys(reading.next_key)

    def join(point: DraftPoint) -> DraftPoint:
        index = _index(point.tasks, key)
        if index + 1 >= len(point.tasks):
            raise Invalid("后面没有可以合并的任务")
        first, second = point.tasks[index], point.tasks[index + 1]
        later = first if (first.deadline or "9") >= (second.deadline or "9") else second
        joined = replace(
            later,
            key=first.key,
            title=first.title,
            text=first.text if second.text in first.text else first.text + second.text,
            start=min(first.start, second.start),
            stop=max(first.stop, second.stop),
            units=_united(point, first, second, keys),
            targets=first.targets + second.targets,
            is_dropped=first.is_dropped and second.is_dropped,
        )
        return replace(point, tasks=(*point.tasks[:index], joined, *point.tasks[index + 2 :]))

    changed = _on_point_of(reading, key, join)
    return replace(changed, next_key=keys.next)


def move_task(reading: Reading, key: int, by: int) -> Reading:
    """Move a task up (-1) or down (+1) among those of its point."""

    def shift(point: DraftPoint) -> DraftPoint:
        return replace(point, tasks=_moved(point.tasks, _index(point.tasks, key), by))

    return _on_point_of(reading, key, shift)


def move_point(reading: Reading, key: int, by: int) -> Reading:
    """Move a point up (-1) or down (+1)."""
    return replace(reading, points=_moved(reading.points, _index(reading.points, key), by))


def own_units(reading: Reading, key: int) -> Reading:
    """Give a task units of its own, to begin with those of its point."""
    keys = Keys(reading.next_key)

    def own(point: DraftPoint) -> DraftPoint:
        return with_tasks(
            point,
            lambda task: (
                replace(task, units=_copied(point.units, keys))
                if task.key == key and task.units is None
                else task
            ),
        )

    changed = _on_point_of(reading, key, own)
    return replace(changed, next_key=keys.next)


def share_units(reading: Reading, key: int) -> Reading:
    """Let a task have the units of its point again."""
    return _on_task(reading, key, lambda task: replace(task, units=None))


def add_unit(reading: Reading, owner: int, text: str, duty: Duty) -> Reading:
    """Give a point or a task (``owner``) one more unit; a task then has units of its own."""
    if not text.strip():
        raise Invalid("请填写单位名称", text="请填写单位名称")
    if reading.find_task(owner):
        reading = own_units(reading, owner)
    unit = UnitName(reading.next_key, text.strip(), duty)
    fresh = replace(reading, next_key=reading.next_key + 1)
    if fresh.find_point(owner):
        return _on_point(fresh, owner, lambda point: replace(point, units=(*point.units, unit)))
    return _on_task(fresh, owner, lambda task: replace(task, units=(*(task.units or ()), unit)))


def edit_unit(reading: Reading, key: int, **changes: Any) -> Reading:
    """Rename a unit, change its duty, or choose what the name stands for (``text``, ``duty``, ``chosen``)."""
    if not changes.get("text", "x").strip():
        raise Invalid("请填写单位名称", text="请填写单位名称")
    if changes.get("chosen") is not None:
        changes["chosen"] = tuple(changes["chosen"])
        if not changes["chosen"]:
            raise Invalid("请至少选择一个单位", chosen="请至少选择一个单位")
    return _on_units(
        reading, key, lambda units: tuple(replace(u, **changes) if u.key == key else u for u in units)
    )


def remove_unit(reading: Reading, key: int) -> Reading:
    """Take a unit off its point or task."""
    return _on_units(reading, key, lambda units: tuple(u for u in units if u.key != key))


def choose_members(reading: Reading, directory: Directory) -> Reading:
    """Resolve every open set (等…成员单位) to the members the table has for it."""

    def named(unit: UnitName) -> UnitName:
        if unit.chosen is None and directory.resolve(unit.text).match is Match.OPEN:
            return replace(unit, chosen=directory.members(unit.text) or None)
        return unit

    points = (_each_list(point, lambda units: tuple(map(named, units))) for point in reading.points)
    return replace(reading, points=tuple(points))


def add_target(reading: Reading, task_key: int, target: TargetRow) -> Reading:
    """Give a task one more target, or share of one; the key of ``target`` is not looked at."""
    _check(target)
    row = replace(target, key=reading.next_key)
    fresh = replace(reading, next_key=reading.next_key + 1)
    return _on_task(fresh, task_key, lambda task: replace(task, targets=(*task.targets, row)))


def edit_target(reading: Reading, target: TargetRow) -> Reading:
    """Write over the target of the same key."""
    _check(target)
    return _on_targets(
        reading, target.key, lambda rows: tuple(target if row.key == target.key else row for row in rows)
    )


def assign_share(reading: Reading, key: int) -> Reading:
    """Give the unit of a share (定海4家) a duty: on the task if it has own units, else on its point."""
    for point in reading.points:
        for task in point.tasks:
            for row in task.targets:
                if row.key == key:
                    owner = point.key if task.units is None else task.key
                    return add_unit(reading, owner, row.scope, Duty.RESPONSIBLE)
    raise Invalid(GONE)


def unshare(reading: Reading, key: int) -> Reading:
    """Let a share be a target by itself, whose subject says for whom it is set."""
    row = reading.find_target(key)
    if row is None:
        raise Invalid(GONE)
    return edit_target(reading, replace(row, subject=f"{row.scope}{row.subject}", scope=""))


def remove_target(reading: Reading, key: int) -> Reading:
    """Take a target off its task."""
    return _on_targets(reading, key, lambda rows: tuple(row for row in rows if row.key != key))


def likely_cut(text: str) -> int:
    """Where a person will most likely want to split: behind the mark nearest the middle, the strong first."""
    for marks in ("；。", "，", "、"):
        cuts = [at for at, sign in enumerate(text[:-1], start=1) if sign in marks]
        if cuts:
            return min(cuts, key=lambda at: abs(2 * at - len(text)))
    return max(1, len(text) // 2)


def _check(target: TargetRow) -> None:
    if not target.subject.strip():
        raise Invalid("请填写指标名称", subject="请填写指标名称")
    if target.scope and not target.value:
        raise Invalid("分解到单位的指标须填写数值", value="请填写数值")
    if target.value and not is_number(target.value):
        raise Invalid("目标值应为数字，例如 24 或 91.5，小数不超过四位", value="请填写数字")


def _part(task: DraftTask, start: int, stop: int, middle: int, is_second: bool) -> DraftTask:
    """One half of a split task with the targets and the words of the deadline that stand in it."""
    targets = tuple(t for t in task.targets if (t.start is not None and t.start >= middle) is is_second)
    there = task.deadline_start is not None and (task.deadline_start >= middle) is is_second
    return replace(
        task,
        title=short(task.text),
        start=start,
        stop=stop,
        targets=targets,
        deadline_start=task.deadline_start if there else None,
        deadline_stop=task.deadline_stop if there else None,
    )


def _united(
    point: DraftPoint, first: DraftTask, second: DraftTask, keys: Keys
) -> tuple[UnitName, ...] | None:
    """The units of both tasks; None when both have those of the point."""
    if first.units is None and second.units is None:
        return None
    mine = first.units if first.units is not None else _copied(point.units, keys) or ()
    known = {unit.text for unit in mine}
    others = tuple(unit for unit in units_of(point, second) if unit.text not in known)
    return mine + (others if second.units is not None else _copied(others, keys) or ())


def _copied(units: tuple[UnitName, ...] | None, keys: Keys) -> tuple[UnitName, ...] | None:
    return None if units is None else tuple(replace(unit, key=keys.take()) for unit in units)


def _index(rows: Sequence[Any], key: int) -> int:
    for index, row in enumerate(rows):
        if row.key == key:
            return index
    raise Invalid(GONE)


def _moved(rows: tuple[Any, ...], index: int, by: int) -> tuple[Any, ...]:
    if not 0 <= index + by < len(rows):
        raise Invalid("已经在最前或最后，不能再移")
    order = list(rows)
    order.insert(index + by, order.pop(index))
    return tuple(order)


def _on_point(reading: Reading, key: int, change: Callable[[DraftPoint], DraftPoint]) -> Reading:
    index = _index(reading.points, key)
    points = (*reading.points[:index], change(reading.points[index]), *reading.points[index + 1 :])
    return replace(reading, points=points)


def _on_point_of(reading: Reading, key: int, change: Callable[[DraftPoint], DraftPoint]) -> Reading:
    """Change the point that holds the task ``key``."""
    for point in reading.points:
        if any(task.key == key for task in point.tasks):
            return _on_point(reading, point.key, change)
    raise Invalid(GONE)


def _on_task(reading: Reading, key: int, change: Callable[[DraftTask], DraftTask]) -> Reading:
    return _on_point_of(
        reading,
        key,
        lambda point: with_tasks(point, lambda task: change(task) if task.key == key else task),
    )


def _on_targets(
    reading: Reading, key: int, change: Callable[[tuple[TargetRow, ...]], tuple[TargetRow, ...]]
) -> Reading:
    """Change the targets of the task that has the target ``key``."""
    for point in reading.points:
        for task in point.tasks:
            if any(row.key == key for row in task.targets):
                return _on_task(reading, task.key, lambda task: replace(task, targets=change(task.targets)))
    raise Invalid(GONE)


def _on_units(
    reading: Reading, key: int, change: Callable[[tuple[UnitName, ...]], tuple[UnitName, ...]]
) -> Reading:
    """Change the list that holds the unit ``key``, be it a point's or a task's."""
    for point in reading.points:
        if any(unit.key == key for units in unit_lists(point) for unit in units):
            return _on_point(reading, point.key, lambda point: _each_list(point, change))
    raise Invalid(GONE)


def _each_list(
    point: DraftPoint, change: Callable[[tuple[UnitName, ...]], tuple[UnitName, ...]]
) -> DraftPoint:
    """The point with its units, and those its tasks have of their own, changed."""
    own = with_tasks(point, lambda t: t if t.units is None else replace(t, units=change(t.units)))
    return replace(own, units=change(point.units))
