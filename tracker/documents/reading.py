"""A reading (识别结果): what was read in a document, as a person corrects it. Pure.

Every edit is a function from one reading to the next; it raises Invalid and leaves the old one alone. The
whole is stored as JSON on the document, so that edits survive a reload, and becomes tasks when adopted.
Spans are [start, stop) in characters of the document's text. Keys name rows for as long as the reading lives.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from tracker.documents.directory import Directory, Match
from tracker.errors import Invalid

TITLE_LENGTH = 40


@dataclass(frozen=True)
class UnitName:
    """A responsible unit as written. ``chosen``: unit ids a person named for it; None: ask the directory."""

    key: int
    text: str
    duty: str  # Duty value
    start: int | None = None
    stop: int | None = None
    chosen: tuple[int, ...] | None = None


@dataclass(frozen=True)
class TargetRow:
    """A target, or with ``scope`` (定海) the share of one unit of it."""

    key: int
    subject: str
    comparison: str
    value: str  # decimal digits; empty where the text gives no plain number
    value_text: str
    measure: str
    per: str = ""
    scope: str = ""
    start: int | None = None
    stop: int | None = None


@dataclass(frozen=True)
class DraftTask:
    """A task to be. ``units`` None: those of its point. ``deadline`` and ``starts_on`` are ISO days."""

    key: int
    title: str
    text: str
    start: int
    stop: int
    deadline: str | None
    basis: str  # DeadlineBasis value
    deadline_text: str = ""
    starts_on: str | None = None
    recurrence: str | None = None
    is_open_ended: bool = False
    is_past_confirmed: bool = False
    deadline_start: int | None = None
    deadline_stop: int | None = None
    doubt: str = ""  # what a person should look at: 时限表述有歧义 …
    units: tuple[UnitName, ...] | None = None
    targets: tuple[TargetRow, ...] = ()
    is_dropped: bool = False


@dataclass(frozen=True)
class DraftPoint:
    """One work point with its units and tasks."""

    key: int
    number: str
    title: str
    start: int
    stop: int
    units: tuple[UnitName, ...]
    tasks: tuple[DraftTask, ...]
    is_dropped: bool = False


@dataclass(frozen=True)
class Reading:
    """All work points in order. ``next_key`` is the first key not yet given out."""

    points: tuple[DraftPoint, ...] = ()
    next_key: int = 1

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Reading":
        """The inverse of ``as_json``."""
        return cls(tuple(_point(point) for point in stored["points"]), stored["next_key"])

    def tasks(self) -> Iterator[tuple[DraftPoint, DraftTask]]:
        """Every task that is not dropped, with its point."""
        for point in self.points:
            if not point.is_dropped:
                for task in point.tasks:
                    if not task.is_dropped:
                        yield point, task


class Flag(NamedTuple):
    """Something to look at. A blocking one stands against adoption; ``message`` says what to do."""

    key: int  # of the point, task, unit or target it is about
    kind: str
    message: str
    is_blocking: bool


def units_of(point: DraftPoint, task: DraftTask) -> tuple[UnitName, ...]:
    """The task's own units, or those of its point."""
    return point.units if task.units is None else task.units


def edit_point(reading: Reading, key: int, **changes: Any) -> Reading:
    """Retitle, renumber, drop or restore a point (``title``, ``number``, ``is_dropped``)."""
    if not changes.get("title", "x").strip():
        raise Invalid("条目标题不能为空", title="必填")
    return _on_point(reading, key, lambda point: replace(point, **changes))


def edit_task(reading: Reading, key: int, **changes: Any) -> Reading:
    """Change a task's words (``title``), drop or restore it, or confirm its past deadline."""
    if not changes.get("title", "x").strip():
        raise Invalid("任务名称不能为空", title="必填")
    return _on_task(reading, key, lambda task: replace(task, **changes))


def set_deadline(reading: Reading, key: int, deadline: date | None, is_open_ended: bool = False) -> Reading:
    """Set the day by hand, or declare the task 长期坚持."""
    if deadline is None and not is_open_ended:
        raise Invalid("请填写完成时限，或选“长期坚持”", deadline="必填")
    day = None if is_open_ended or deadline is None else deadline.isoformat()
    return _on_task(
        reading,
        key,
        lambda task: replace(
            task,
            deadline=day,
            basis="person",
            is_open_ended=is_open_ended,
            recurrence=None,
            doubt="",
            is_past_confirmed=False,
        ),
    )


def split_task(reading: Reading, key: int, at: int) -> Reading:
    """Cut a task in two at character ``at`` of its text; both halves keep the units and the deadline."""

    def cut(task: DraftTask, fresh: int) -> tuple[DraftTask, ...]:
        head, tail = task.text[:at].strip(), task.text[at:].strip(" ，；、。")
        if not head.strip("，；、。") or not tail:
            raise Invalid("拆分的位置在句首或句尾，请选在句子中间", at="位置不对")
        middle = task.stop - len(task.text[at:])
        first = [t for t in task.targets if t.start is None or t.start < middle]
        second = [t for t in task.targets if t.start is not None and t.start >= middle]
        return (
            replace(task, text=head, title=short(head), stop=middle, targets=tuple(first)),
            replace(task, key=fresh, text=tail, title=short(tail), start=middle, targets=tuple(second)),
        )

    return _rearranged(reading, key, cut)


def merge_task(reading: Reading, key: int) -> Reading:
    """Join a task with the next one of its point; the later deadline stays."""

    def join(point: DraftPoint) -> DraftPoint:
        index = _index(point.tasks, key)
        if index + 1 >= len(point.tasks):
            raise Invalid("后面没有可以合并的任务")
        first, second = point.tasks[index], point.tasks[index + 1]
        later = first if (first.deadline or "9") >= (second.deadline or "9") else second
        text = first.text if second.text in first.text else first.text + second.text
        joined = replace(
            later,
            key=first.key,
            title=first.title,
            text=text,
            start=min(first.start, second.start),
            stop=max(first.stop, second.stop),
            units=first.units if first.units == second.units else _united(point, first, second),
            targets=first.targets + tuple(t for t in second.targets if t not in first.targets),
            is_dropped=first.is_dropped and second.is_dropped,
        )
        return replace(point, tasks=(*point.tasks[:index], joined, *point.tasks[index + 2 :]))

    return _on_point_of(reading, key, join)


def move_task(reading: Reading, key: int, by: int) -> Reading:
    """Move a task up (-1) or down (+1) among those of its point."""

    def shift(point: DraftPoint) -> DraftPoint:
        return replace(point, tasks=_moved(point.tasks, _index(point.tasks, key), by))

    return _on_point_of(reading, key, shift)


def move_point(reading: Reading, key: int, by: int) -> Reading:
    """Move a point up (-1) or down (+1)."""
    return replace(reading, points=_moved(reading.points, _index(reading.points, key), by))


def add_unit(
    reading: Reading, key: int, text: str, duty: str, chosen: Sequence[int] | None = None
) -> Reading:
    """Give a point or a task (``key``) one more unit; a task then has units of its own."""
    if not text.strip():
        raise Invalid("请填写单位名称", unit="必填")
    unit = UnitName(reading.next_key, text.strip(), duty, chosen=None if chosen is None else tuple(chosen))
    fresh = replace(reading, next_key=reading.next_key + 1)
    return _on_units(fresh, key, lambda units: (*units, unit))


def edit_unit(reading: Reading, owner: int, key: int, **changes: Any) -> Reading:
    """Rename, change the duty, or choose the units a name stands for (``text``, ``duty``, ``chosen``)."""
    if "chosen" in changes and changes["chosen"] is not None:
        changes["chosen"] = tuple(changes["chosen"])
        if not changes["chosen"]:
            raise Invalid("请至少选择一个单位", chosen="必选")
    return _on_units(
        reading,
        owner,
        lambda units: tuple(replace(u, **changes) if u.key == key else u for u in units),
    )


def remove_unit(reading: Reading, owner: int, key: int) -> Reading:
    """Take a unit off a point or a task."""
    return _on_units(reading, owner, lambda units: tuple(u for u in units if u.key != key))


def put_target(reading: Reading, task_key: int, target: TargetRow) -> Reading:
    """Add a target (``key`` 0) or write over the one of the same key."""
    if not target.subject.strip():
        raise Invalid("请填写指标名称", subject="必填")
    if target.value:
        try:
            Decimal(target.value)
        except InvalidOperation:
            raise Invalid("目标值应为数字，例如 24 或 91.5", value="不是数字") from None
    if target.key:
        return _on_task(
            reading,
            task_key,
            lambda task: replace(
                task, targets=tuple(target if t.key == target.key else t for t in task.targets)
            ),
        )
    row = replace(target, key=reading.next_key)
    fresh = replace(reading, next_key=reading.next_key + 1)
    return _on_task(fresh, task_key, lambda task: replace(task, targets=(*task.targets, row)))


def remove_target(reading: Reading, task_key: int, key: int) -> Reading:
    """Take a target off a task."""
    return _on_task(
        reading,
        task_key,
        lambda task: replace(task, targets=tuple(t for t in task.targets if t.key != key)),
    )


def choose_members(reading: Reading, directory: Directory) -> Reading:
    """Resolve every open set (等…成员单位) to the members the table has for it."""

    def named(units: tuple[UnitName, ...]) -> tuple[UnitName, ...]:
        return tuple(
            replace(unit, chosen=directory.members(unit.text))
            if unit.chosen is None and directory.resolve(unit.text).match is Match.OPEN
            else unit
            for unit in units
        )

    points = [
        replace(
            point,
            units=named(point.units),
            tasks=tuple(
                task if task.units is None else replace(task, units=named(task.units)) for task in point.tasks
            ),
        )
        for point in reading.points
    ]
    return replace(reading, points=tuple(points))


def flags(reading: Reading, directory: Directory, issued_on: date | None) -> list[Flag]:
    """What a person should look at, in the order of the document."""
    found: list[Flag] = []
    if not any(True for _ in reading.tasks()):
        found.append(Flag(0, "empty", "没有可以立项的任务：请恢复已剔除的任务，或确认这是不是工作要点", True))
    seen: set[int] = set()
    for point, task in reading.tasks():
        names = units_of(point, task)
        owner = point.key if task.units is None else task.key
        if not names and owner not in seen:
            found.append(Flag(owner, "no_units", "没有责任单位，请补上，或剔除这一项", True))
        for unit in names:
            if unit.key not in seen:
                found += _unit_flags(unit, directory)
            seen.add(unit.key)
        seen.add(owner)
        found += _deadline_flags(task, issued_on)
        found += _quota_flags(task, {u for name in names for u in _ids(name, directory)}, directory)
    return found


def _unit_flags(unit: UnitName, directory: Directory) -> list[Flag]:
    match = directory.resolve(unit.text, unit.chosen).match
    if match is Match.UNKNOWN:
        message = f"“{unit.text}”不在单位库中，请选它是哪个单位的别名，或新增为单位"
        return [Flag(unit.key, "unknown_unit", message, True)]
    if match is Match.OPEN:
        message = f"“{unit.text}”没有列全，请确认包括哪些单位"
        return [Flag(unit.key, "open_set", message, True)]
    return []


def _deadline_flags(task: DraftTask, issued_on: date | None) -> list[Flag]:
    if task.deadline is None and not task.is_open_ended:
        return [Flag(task.key, "no_deadline", "没有完成时限，请填写，或选“长期坚持”", True)]
    found = []
    if task.doubt:
        found.append(Flag(task.key, "doubt", task.doubt, False))
    if task.deadline and issued_on and task.deadline < issued_on.isoformat() and not task.is_past_confirmed:
        message = "印发时这个时限已过，将按原时限登记并视为逾期；确认前不计入评价，请确认或改期"
        found.append(Flag(task.key, "past", message, False))
    return found


def _quota_flags(task: DraftTask, unit_ids: set[int], directory: Directory) -> list[Flag]:
    found = []
    wholes = {(t.subject, t.measure): t for t in task.targets if not t.scope and t.value}
    for name, whole in wholes.items():
        parts = [t for t in task.targets if t.scope and (t.subject, t.measure) == name and t.value]
        total = sum((Decimal(part.value) for part in parts), Decimal(0))
        if parts and total != Decimal(whole.value):
            message = (
                f"“{whole.subject}”总数{_plain(whole.value)}{whole.measure}，分解合计"
                f"{_plain(total)}{whole.measure}，相差{_plain(abs(total - Decimal(whole.value)))}"
                f"{whole.measure}，请核对原文"
            )
            found.append(Flag(whole.key, "quota_sum", message, False))
    for target in task.targets:
        if target.scope:
            ids = directory.resolve(target.scope).unit_ids
            if len(ids) != 1:
                message = f"分解对象“{target.scope}”不在单位库中，请添加别名"
                found.append(Flag(target.key, "unknown_scope", message, True))
            elif ids[0] not in unit_ids:
                message = f"分解对象“{target.scope}”不在本任务的责任单位里，请补上单位或改正"
                found.append(Flag(target.key, "foreign_scope", message, True))
    return found


def _ids(unit: UnitName, directory: Directory) -> tuple[int, ...]:
    return directory.resolve(unit.text, unit.chosen).unit_ids


def _plain(value: str | Decimal) -> str:
    return f"{Decimal(value).normalize():f}"


def short(text: str) -> str:
    """A sentence cut to a title: whole clauses as long as they fit, else the first characters."""
    text = text.strip().rstrip("。；，、.;")
    if len(text) <= TITLE_LENGTH:
        return text
    cut = max(text.rfind(stop, 8, TITLE_LENGTH) for stop in "，；。：")
    return text[:cut] if cut > 0 else text[: TITLE_LENGTH - 1] + "…"


def _point(stored: dict[str, Any]) -> DraftPoint:
    return DraftPoint(
        **stored
        | {
            "units": _unit_names(stored["units"]),
            "tasks": tuple(
                DraftTask(
                    **task
                    | {
                        "units": None if task["units"] is None else _unit_names(task["units"]),
                        "targets": tuple(TargetRow(**target) for target in task["targets"]),
                    }
                )
                for task in stored["tasks"]
            ),
        }
    )


def _unit_names(stored: list[dict[str, Any]]) -> tuple[UnitName, ...]:
    return tuple(
        UnitName(**unit | {"chosen": None if unit["chosen"] is None else tuple(unit["chosen"])})
        for unit in stored
    )


def _index(rows: Sequence[Any], key: int) -> int:
    for index, row in enumerate(rows):
        if row.key == key:
            return index
    raise Invalid("这一行已不存在，可能他人刚刚改过，请刷新后再试")


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
    raise Invalid("这一行已不存在，可能他人刚刚改过，请刷新后再试")


def _on_task(reading: Reading, key: int, change: Callable[[DraftTask], DraftTask]) -> Reading:
    def changed(point: DraftPoint) -> DraftPoint:
        return replace(point, tasks=tuple(change(task) if task.key == key else task for task in point.tasks))

    return _on_point_of(reading, key, changed)


def _on_units(
    reading: Reading, owner: int, change: Callable[[tuple[UnitName, ...]], tuple[UnitName, ...]]
) -> Reading:
    """Change the units of a point, or of a task (which then no longer inherits)."""
    if any(point.key == owner for point in reading.points):
        return _on_point(reading, owner, lambda point: replace(point, units=change(point.units)))

    def own(point: DraftPoint) -> DraftPoint:
        tasks = (
            replace(task, units=change(units_of(point, task))) if task.key == owner else task
            for task in point.tasks
        )
        return replace(point, tasks=tuple(tasks))

    return _on_point_of(reading, owner, own)


def _rearranged(
    reading: Reading, key: int, change: Callable[[DraftTask, int], tuple[DraftTask, ...]]
) -> Reading:
    """Put several tasks in the place of one; the new one takes a fresh key."""
    fresh = reading.next_key

    def changed(point: DraftPoint) -> DraftPoint:
        index = _index(point.tasks, key)
        tasks = (*point.tasks[:index], *change(point.tasks[index], fresh), *point.tasks[index + 1 :])
        return replace(point, tasks=tasks)

    return replace(_on_point_of(reading, key, changed), next_key=fresh + 1)


def _united(point: DraftPoint, first: DraftTask, second: DraftTask) -> tuple[UnitName, ...]:
    units = units_of(point, first)
    known = {unit.text for unit in units}
    return units + tuple(unit for unit in units_of(point, second) if unit.text not in known)
