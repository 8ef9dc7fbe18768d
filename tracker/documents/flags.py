"""What of a reading a person should look at before it is adopted (核对提示). Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from tracker.documents.directory import Directory, Match
from tracker.documents.reading import (
    DraftTask,
    Reading,
    UnitName,
    breakdowns,
    owner_of,
    plain,
    units_of,
)


class Flag(NamedTuple):
    """Something to look at. A blocking one stands against adoption; ``message`` says what to do."""

    key: int  # of the point, task, unit or target it is about; 0: the document
    kind: str
    message: str
    is_blocking: bool


# 减负: no daily or weekly reports. What a document itself orders every week is kept, and said.
_OFTEN = (
    (
        "FREQ=WEEKLY",
        "原文要求每周办理，立项后每周一期。减负规定不设每周填报：如果原文只是要求经常开展，请改时限，不保留周期",
    ),
    ("FREQ=DAILY", "原文要求每日办理。减负规定不设每日填报：立项后不按日分期，作为一个承办项办到完成时限"),
)


def flags(reading: Reading, directory: Directory, issued_on: date | None) -> list[Flag]:
    """What a person should look at, in the order of the document."""
    found: list[Flag] = []
    if not any(True for _ in reading.tasks()):
        message = "没有可以立项的任务：请恢复已剔除的任务，或确认这是不是工作要点"
        found.append(Flag(0, "empty", message, True))
    if issued_on is None:
        message = "没有成文日期，无法判断哪些时限在印发时已过，请在文件信息中补填"
        found.append(Flag(0, "no_date", message, False))
    carrying = carriers(reading, directory)
    seen: set[int] = set()
    for point, task in reading.tasks():
        owner = owner_of(point, task)
        if owner not in seen:
            found += _units_flags(owner, units_of(point, task), directory)
        seen.add(owner)
        found += _deadline_flags(task, issued_on)
        found += _sum_flags(task)
        found += _share_flags(task, carrying[owner], directory)
    return found


def carriers(reading: Reading, directory: Directory) -> dict[int, set[int]]:
    """Whose units carry duties: key of a point, or of a task with units of its own -> ids of the units."""
    found: dict[int, set[int]] = {}
    for point, task in reading.tasks():
        owner = owner_of(point, task)
        if owner not in found:
            names = units_of(point, task)
            found[owner] = {unit_id for name in names for unit_id in unit_ids(name, directory)}
    return found


def unit_ids(unit: UnitName, directory: Directory) -> tuple[int, ...]:
    """What a name stands for, or what a person chose for it."""
    return directory.resolve(unit.text, unit.chosen).unit_ids


def _units_flags(owner: int, units: Sequence[UnitName], directory: Directory) -> Iterable[Flag]:
    if not units:
        yield Flag(owner, "no_units", "没有责任单位，请添加单位，或剔除这一项", True)
    for unit in units:
        yield from _unit_flags(unit, directory)


def _unit_flags(unit: UnitName, directory: Directory) -> Iterable[Flag]:
    resolved = directory.resolve(unit.text, unit.chosen)
    if resolved.match is Match.UNKNOWN:
        message = f"“{unit.text}”不在单位库中，请选它是哪个单位的别名，或新增为单位"
        yield Flag(unit.key, "unknown_unit", message, True)
    elif resolved.match is Match.OPEN:
        yield Flag(unit.key, "open_set", f"“{unit.text}”没有列全，请确认包括哪些单位", True)
    elif not resolved.unit_ids:
        message = f"“{unit.text}”所指的单位都已停用，请改选其他单位，或移除"
        yield Flag(unit.key, "no_members", message, True)


def _deadline_flags(task: DraftTask, issued_on: date | None) -> Iterable[Flag]:
    if task.deadline is None and not task.is_open_ended:
        yield Flag(task.key, "no_deadline", "没有完成时限，请填写日期，或选“长期坚持”", True)
        return
    if task.doubt:
        yield Flag(task.key, "doubt", task.doubt, False)
    for rule, message in _OFTEN:
        if task.recurrence and task.recurrence.startswith(rule):
            yield Flag(task.key, "often", message, False)
    if task.deadline and issued_on and task.deadline < issued_on.isoformat() and not task.is_past_confirmed:
        message = "时限早于成文日期，立项后即为逾期，确认前不计入评价：请确认按原时限登记，或改期"
        yield Flag(task.key, "past", message, False)


def _sum_flags(task: DraftTask) -> Iterable[Flag]:
    for breakdown in breakdowns(task.targets):
        whole, difference = breakdown.whole, breakdown.difference
        if whole is not None and difference:
            message = (
                f"“{whole.subject}”总数{plain(whole.value)}{whole.measure}，分解合计"
                f"{plain(breakdown.total)}{whole.measure}，{'少' if difference > 0 else '多'}"
                f"{plain(abs(difference))}{whole.measure}，请核对原文"
            )
            yield Flag(whole.key, "quota_sum", message, False)


def _share_flags(task: DraftTask, unit_ids: set[int], directory: Directory) -> Iterable[Flag]:
    for breakdown in breakdowns(task.targets):
        taken: set[int] = set()
        for part in breakdown.parts:
            ids = directory.resolve(part.scope).unit_ids
            if len(ids) != 1:
                message = (
                    f"分解对象“{part.scope}”不是单位库中的一个单位，请改成单位库中的名称，或不分解到单位"
                )
                yield Flag(part.key, "unknown_scope", message, True)
            elif ids[0] not in unit_ids:
                message = f"分解对象“{part.scope}”不在本任务的责任单位里，请添加这个单位，或改正分解"
                yield Flag(part.key, "foreign_scope", message, True)
            elif ids[0] in taken:
                message = f"“{part.subject}”给“{part.scope}”分解了两次，请删去一个"
                yield Flag(part.key, "double_scope", message, True)
            if not part.value:
                message = f"“{part.subject}”给“{part.scope}”分解的数值没有识别出来，请填写，或删去"
                yield Flag(part.key, "no_value", message, True)
            taken.update(ids)
