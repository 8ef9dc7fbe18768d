"""From what the parser found to the first reading a person sees. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tracker.documents import reporting
from tracker.documents.names import is_name
from tracker.documents.reading import (
    DeadlineBasis,
    DraftPoint,
    DraftTask,
    Duty,
    Keys,
    Reading,
    TargetRow,
    UnitName,
    is_number,
    short,
)

Found = Mapping[str, Any]  # a piece of the parser's answer: what `tracker parse --json` prints

AT_ONCE = timedelta(days=30)  # 立行立改: within thirty days of the document


def reading_of(parsed: Found, plan_year: int, notes: Sequence[str] = ()) -> Reading:
    """Work points with tasks: one task per measure, or per deadline where a measure names several.

    A measure without a deadline takes that of its point, and failing that the last day of ``plan_year``.
    Background sentences that order nothing come in as dropped: a person may restore them.
    """
    draft = _Draft(parsed, plan_year)
    points = tuple(draft.point(point) for point in parsed["points"])
    if everywhere := parsed.get("default_units"):
        words = f"文中写明各项任务都由“{'、'.join(everywhere)}”落实，没有逐条加入，请按需添加"
        notes = (*notes, words)
    return Reading(points, draft.keys.next, tuple(notes))


class _Draft:
    """Turns pieces of one parser's answer into rows."""

    def __init__(self, parsed: Found, plan_year: int) -> None:
        self.keys = Keys()
        self.issued_on = date.fromisoformat(parsed["date"]) if parsed.get("date") else None
        self.year_end = date(plan_year, 12, 31).isoformat()
        self.full_names = {**parsed.get("unit_expansions", {}), **parsed.get("unit_corrections", {})}

    def point(self, point: Found) -> DraftPoint:
        key = self.keys.take()
        units = self._units(point)
        tasks = [task for measure in point["measures"] for task in self._tasks(measure, point)]
        start, stop = point["span"]
        title_stop = point["title_span"][1]
        if not tasks:
            words = {"text": point["title"], "span": point["title_span"]}
            tasks = [self._task(words, point, point)]
        if point.get("targets"):
            rows = self._targets(point["targets"])
            tasks[0] = replace(tasks[0], targets=(*rows, *tasks[0].targets))
        number = str(point["number"])
        return DraftPoint(
            key, number, point["title"], start, stop, units, tuple(tasks), title_stop=title_stop
        )

    def _tasks(self, measure: Found, point: Found) -> list[DraftTask]:
        steps = _steps(measure)
        if len(steps) < 2:
            tasks = [self._task(measure, measure, point)]
        else:
            tasks = [self._task(step, step, point) for step in steps]
            # What stands before the first clause leads up to it: no word of the sentence is lost.
            lead = measure["text"].find(tasks[0].text)
            if lead > 0:
                text = measure["text"][:lead] + tasks[0].text
                tasks[0] = replace(tasks[0], text=text, start=measure["span"][0])
        own = bool(measure.get("responsible_units"))
        rest = list(self._targets(measure.get("targets") or ()))
        for place, task in enumerate(tasks):
            is_last = place == len(tasks) - 1
            mine = [row for row in rest if is_last or task.start <= (row.start or 0) < task.stop]
            rest = [row for row in rest if row not in mine]
            units = self._units(measure) if own else None
            dropped = bool(measure.get("background"))
            tasks[place] = replace(task, units=units, targets=tuple(mine), is_dropped=dropped)
        return tasks

    def _task(self, words: Found, timed: Found, point: Found) -> DraftTask:
        """One task: ``words`` has text and span (or clause and clause_span), ``timed`` its deadline."""
        if not timed.get("deadline") and not timed.get("deadline_text"):
            timed = point
        deadline: Found = timed.get("deadline") or {}
        said = timed.get("deadline_text") or ""
        text = words.get("clause") or words["text"]
        asked = reporting.asked(text)
        # 每月5日前报送进展: it is the reports that come again, not the task
        is_of_reports = deadline.get("recurring") == asked
        is_weak_rule = bool(timed.get("weak")) and bool(deadline.get("recurring")) and not is_of_reports
        due = self._due(deadline)
        is_open_ended = bool(deadline.get("open_ended")) and not due
        recurrence = None if is_weak_rule or is_of_reports else deadline.get("rrule")
        # a bare year (2020年，…) names no day of its own: the task is due with the document's year
        is_said = bool((due and not timed.get("weak")) or recurrence or is_open_ended)
        start, stop = words.get("clause_span") or words["span"]
        said_at = timed.get("deadline_span") or (timed["span"] if "clause_span" in timed else (None, None))
        return DraftTask(
            key=self.keys.take(),
            title=short(text),
            text=text,
            start=start,
            stop=stop,
            deadline=None if is_open_ended else due or self.year_end,
            basis=DeadlineBasis.TEXT if is_said else DeadlineBasis.DOCUMENT_YEAR,
            deadline_text=said,
            starts_on=deadline.get("start"),
            recurrence=recurrence,
            reporting=asked,
            is_open_ended=is_open_ended,
            deadline_start=said_at[0],
            deadline_stop=said_at[1],
            doubt=_doubt(deadline, said, is_weak_rule),
        )

    def _due(self, deadline: Found) -> str | None:
        if deadline.get("immediate") and not deadline.get("due") and self.issued_on:
            return (self.issued_on + AT_ONCE).isoformat()
        return deadline.get("due")

    def _units(self, holder: Found) -> tuple[UnitName, ...]:
        leads = set(holder.get("lead_units") or ())
        support = set((holder.get("roles") or {}).get("cooperate") or ())
        spans: Found = holder.get("unit_spans") or {}
        names = []
        for text in holder.get("responsible_units") or ():
            duty = Duty.LEAD if text in leads else Duty.SUPPORT if text in support else Duty.RESPONSIBLE
            start, stop = spans.get(text, (None, None))
            name = self.full_names.get(text, text)
            names.append(UnitName(self.keys.take(), name, duty, start, stop))
        return tuple(names)

    def _targets(self, found: Sequence[Found]) -> tuple[TargetRow, ...]:
        return tuple(
            self._target(target, _is_share(target, found))
            for target in found
            if not target.get("sla") and not target.get("criterion")
        )

    def _target(self, target: Found, is_share: bool) -> TargetRow:
        value, whom = target.get("value"), target.get("for") or ""
        number = str(value) if isinstance(value, int | float) and is_number(str(value)) else ""
        start, stop = target.get("span") or (None, None)
        subject = target.get("subject") or "目标值"
        return TargetRow(
            key=self.keys.take(),
            subject=subject if is_share or whom in subject else whom + subject,
            comparison=target.get("op") or "=",
            value=number,
            value_text=target.get("value_text") or ("" if number or value is None else str(value)),
            measure=target.get("unit") or "",
            per=target.get("per") or "",
            scope=whom if is_share else "",
            start=start,
            stop=stop,
        )


def _steps(measure: Found) -> list[Found]:
    """The several due days of a sentence, each with the clause it governs."""
    timed = measure.get("deadlines") or ()
    due = [step for step in timed if (step.get("deadline") or {}).get("due") and step.get("clause_span")]
    return [step for step in due if not step.get("weak")]


def _is_share(target: Found, among: Sequence[Found]) -> bool:
    """Whether ``for`` names whose share of a whole it is (定海4家), not whom a target is for (每户)."""
    alike = [
        t for t in among if (t.get("subject"), t.get("unit")) == (target.get("subject"), target.get("unit"))
    ]
    shares = [t for t in alike if t.get("for")]
    if not target.get("for") or len(shares) < 2:
        return False
    return len(shares) < len(alike) or all(is_name(t["for"]) for t in shares)


def _doubt(deadline: Found, said: str, is_weak_rule: bool) -> str:
    """What a person should look at before the deadline is believed; empty when it is plain."""
    if deadline.get("ambiguous"):
        other = deadline.get("alt_due")
        return f"“{said}”有两种理解" + (f"，也可能是{other}" if other else "") + "，请确认时限"
    if deadline.get("invalid_source_date"):
        return f"“{said}”的日期有误，已按{deadline.get('due') or '年底'}登记，请确认时限"
    if deadline.get("done"):
        return f"原文标明“{said}”，如不需要督办请剔除"
    if is_weak_rule:
        return f"“{said}”可能只是说办理的周期，暂按年底登记，请确认时限"
    if deadline.get("immediate"):
        return f"“{said}”按成文后30天登记，请确认时限"
    if said and not deadline:
        return f"“{said}”不能确定到具体日期，暂按年底登记，请确认时限"
    return ""
