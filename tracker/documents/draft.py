"""From what the parser found to the first reading a person sees. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from tracker.documents.reading import DraftPoint, DraftTask, Reading, TargetRow, UnitName, short

Found = Mapping[str, Any]  # a piece of the parser's answer, see corpus contract in docs/parser.md


class _Keys:
    """Gives every row of a reading its key."""

    def __init__(self) -> None:
        self.next = 1

    def take(self) -> int:
        self.next += 1
        return self.next - 1


def reading_of(parsed: Found, plan_year: int) -> Reading:
    """Work points with tasks: one task per measure, or per deadline where a measure names several.

    A measure without a deadline takes that of its point, and failing that the last day of ``plan_year``.
    Background sentences that order nothing come in as dropped: a person may restore them.
    """
    keys = _Keys()
    points = tuple(_point(point, plan_year, keys) for point in parsed["points"])
    return Reading(points, keys.next)


def _point(point: Found, plan_year: int, keys: _Keys) -> DraftPoint:
    key = keys.take()
    units = _units(point, keys)
    tasks: list[DraftTask] = []
    for measure in point["measures"]:
        tasks += _tasks(measure, point, plan_year, keys)
    start, stop = point["span"]
    if not tasks:
        text = point["title"]
        tasks = [_task(text, start, min(stop, start + len(text)), point, point, plan_year, keys)]
    if point.get("targets"):
        rows = _targets(point["targets"], keys)
        tasks[0] = replace(tasks[0], targets=(*rows, *tasks[0].targets))
    return DraftPoint(key, str(point["number"]), point["title"], start, stop, units, tuple(tasks))


def _tasks(measure: Found, point: Found, plan_year: int, keys: _Keys) -> Iterable[DraftTask]:
    start, stop = measure["span"]
    own = _units(measure, keys) or None
    steps = [step for step in measure.get("deadlines") or () if (step.get("deadline") or {}).get("due")]
    if len(steps) < 2:
        task = _task(measure["text"], start, stop, measure, point, plan_year, keys)
        targets = _targets(measure.get("targets") or (), keys)
        dropped = bool(measure.get("background"))
        return [replace(task, units=own, targets=targets, is_dropped=dropped)]
    tasks = []
    rest = list(_targets(measure.get("targets") or (), keys))
    for index, step in enumerate(steps):
        text = step.get("clause") or measure["text"]
        span = step.get("clause_span") or (start, stop)
        task = _task(text, span[0], span[1], step, point, plan_year, keys)
        is_last = index == len(steps) - 1
        mine = [t for t in rest if is_last or (t.start is not None and span[0] <= t.start < span[1])]
        rest = [t for t in rest if t not in mine]
        tasks.append(replace(task, units=own, targets=tuple(mine)))
    return tasks


def _task(
    text: str, start: int, stop: int, holder: Found, point: Found, plan_year: int, keys: _Keys
) -> DraftTask:
    deadline: Found = holder.get("deadline") or {}
    words = holder.get("deadline_text") or ""
    if not deadline:
        deadline = point.get("deadline") or {}
        words = words or point.get("deadline_text") or ""
    due = deadline.get("due")
    recurrence = deadline.get("rrule")
    open_ended = bool(deadline.get("open_ended")) and not due
    basis = "text" if due or recurrence or open_ended else "document_year"
    span = holder.get("deadline_span") or (None, None)
    if not due and not open_ended:
        due = date(plan_year, 12, 31).isoformat()
    return DraftTask(
        key=keys.take(),
        title=short(text),
        text=text,
        start=start,
        stop=stop,
        deadline=None if open_ended else due,
        basis=basis,
        deadline_text=words,
        starts_on=deadline.get("start"),
        recurrence=recurrence,
        is_open_ended=open_ended,
        deadline_start=span[0],
        deadline_stop=span[1],
        doubt=_doubt(deadline, words, basis),
    )


def _doubt(deadline: Found, words: str, basis: str) -> str:
    if deadline.get("ambiguous"):
        other = deadline.get("alt_due")
        return f"“{words}”有两种理解" + (f"，也可能是{other}" if other else "") + "，请确认时限"
    if deadline.get("invalid_source_date"):
        return f"“{words}”不是有效日期，已按当月最后一天登记，请确认时限"
    if basis == "document_year" and words and not deadline.get("due"):
        return f"“{words}”不能确定到具体日期，暂按年底登记，请确认时限"
    return ""


def _units(holder: Found, keys: _Keys) -> tuple[UnitName, ...]:
    leads = set(holder.get("lead_units") or ())
    support = set((holder.get("roles") or {}).get("cooperate") or ())
    spans: Mapping[str, Any] = holder.get("unit_spans") or {}
    names = []
    for text in holder.get("responsible_units") or ():
        duty = "lead" if text in leads else "support" if text in support else "responsible"
        start, stop = spans.get(text, (None, None))
        names.append(UnitName(keys.take(), text, duty, start, stop))
    return tuple(names)


def _targets(found: Iterable[Found], keys: _Keys) -> tuple[TargetRow, ...]:
    rows = []
    for target in found:
        if target.get("sla") or target.get("criterion"):
            continue
        value = target.get("value")
        start, stop = target.get("span") or (None, None)
        rows.append(
            TargetRow(
                key=keys.take(),
                subject=target.get("subject") or "",
                comparison=target.get("op") or "=",
                value=str(value) if isinstance(value, int | float) else "",
                value_text=target.get("value_text") or (str(value) if value is not None else ""),
                measure=target.get("unit") or "",
                per=target.get("per") or "",
                scope=_scope(target, found),
                start=start,
                stop=stop,
            )
        )
    return tuple(rows)


def _scope(target: Found, all_of_them: Iterable[Found]) -> str:
    """The unit a share belongs to; a lone ``for`` (每户) says whom a target is for and is no share."""
    same = [
        other for other in all_of_them if other.get("subject") == target.get("subject") and other.get("for")
    ]
    return str(target["for"]) if target.get("for") and len(same) > 1 else ""
