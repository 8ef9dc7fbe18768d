"""The three lists as columns over the same records: what each shows of an account, and how it is headed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from tracker.lists.models import Pace, ProblemSource, Severity
from tracker.web.filters import late_words
from tracker.web.sheets import Column, Value
from tracker.workflow import RectificationState


class Line(NamedTuple):
    """One account with all that any of the three lists shows of it."""

    id: int
    number: str
    source: ProblemSource
    source_number: str
    found_on: date
    text: str
    kind: str
    unit_id: int
    unit_name: str
    unit_short_name: str
    severity: Severity
    is_common: bool
    basis: str
    assignment_deadline: date | None
    rectification_id: int
    state: RectificationState
    goal: str
    remedy: str
    pace: Pace
    deadline: date | None
    handed_in_on: date | None
    paused_on: date | None
    progress: int
    closed_on: date | None
    reopened_times: int
    responsibility_id: int
    leader: str
    lead_unit_name: str
    person: str
    phone: str
    accepting_unit_name: str
    content: str
    supports: str = ""
    milestones: str = ""
    evidence: str = ""

    def overdue_words(self, today: date) -> str:
        """逾期记录: how late it was handed in, or is by now; slow checks and open disputes cost nothing."""
        if self.deadline is None or self.state is RectificationState.WITHDRAWN:
            return ""
        done_on = self.handed_in_on or self.closed_on
        until = done_on or self.paused_on or today
        if until <= self.deadline:
            return ""
        late = late_words(self.deadline, until)
        return f"逾期{late}报结" if done_on else f"已逾期{late}"


class Cell(NamedTuple):
    """One column of one list: its key, its heading, its width in digits, and what it shows on a day."""

    key: str
    heading: str
    width: int
    show: Callable[[Line, date], Value]


@dataclass(frozen=True)
class ListView:
    """One of the three lists."""

    title: str
    cells: tuple[Cell, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(Column(cell.heading, cell.width + 3) for cell in self.cells)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(cell.key for cell in self.cells)

    @property
    def names_unit(self) -> bool:
        """Whether a column says whose account it is; where none does, the page adds it to the number."""
        return not self.keys.isdisjoint(("unit", "lead_unit"))

    def row(self, line: Line, today: date) -> tuple[Value, ...]:
        """What the list shows of an account."""
        return tuple(cell.show(line, today) for cell in self.cells)


class Arranged(NamedTuple):
    """How a list is to look, column by column."""

    key: str
    heading: str
    is_shown: bool


def arrange(name: str, title: str, columns: Iterable[Sequence[Any]]) -> ListView:
    """The list ``name`` as the office wants it; columns it did not know of follow at the end."""
    known = {cell.key: cell for cell in VIEWS[name].cells}
    wanted = [Arranged(*column) for column in columns if column[0] in known]
    said = {column.key for column in wanted}
    cells = [known[column.key]._replace(heading=column.heading) for column in wanted if column.is_shown]
    cells += [cell for cell in VIEWS[name].cells if cell.key not in said]
    return replace(VIEWS[name], title=title, cells=tuple(cells))


def _source(line: Line, _: date) -> str:
    return f"{line.source.label}（{line.source_number}）" if line.source_number else line.source.label


def _milestones(line: Line, _: date) -> str:
    if line.milestones or line.assignment_deadline is None:
        return line.milestones
    return f"原任务时限{line.assignment_deadline:%Y-%m-%d}"


def _state(line: Line, _: date) -> str:
    times = line.reopened_times
    return f"{line.state.label}（恢复挂账{times}次）" if times else line.state.label


NUMBER = Cell("number", "账号", 10, lambda line, _: line.number)  # first in every list, under this name

VIEWS = {
    "problems": ListView(
        "问题清单",
        (
            NUMBER,
            Cell("source", "来源", 10, _source),
            Cell("found_on", "发现日期", 10, lambda line, _: line.found_on),
            Cell("text", "问题描述", 50, lambda line, _: line.text),
            Cell("kind", "类型", 8, lambda line, _: line.kind),
            Cell("unit", "涉及单位", 18, lambda line, _: line.unit_name),
            Cell("severity", "严重程度", 8, lambda line, _: line.severity.label),
            Cell("is_common", "共性/个性", 9, lambda line, _: "共性" if line.is_common else "个性"),
            Cell("basis", "依据", 24, lambda line, _: line.basis),
        ),
    ),
    "rectifications": ListView(
        "整改清单",
        (
            NUMBER,
            Cell("goal", "整改目标", 30, lambda line, _: line.goal),
            Cell("remedy", "整改措施", 34, lambda line, _: line.remedy),
            Cell("pace", "时间类别", 8, lambda line, _: line.pace.label),
            Cell("deadline", "时限", 10, lambda line, _: line.deadline),
            Cell("milestones", "节点", 24, _milestones),
            Cell("progress", "进展", 5, lambda line, _: f"{line.progress}%"),
            Cell("evidence", "佐证", 18, lambda line, _: line.evidence),
            Cell("closed_on", "完成日期", 10, lambda line, _: line.closed_on),
            Cell("state", "销号状态", 8, _state),
        ),
    ),
    "responsibilities": ListView(
        "责任清单",
        (
            NUMBER,
            Cell("leader", "牵头领导", 8, lambda line, _: line.leader),
            Cell("lead_unit", "牵头单位", 18, lambda line, _: line.lead_unit_name),
            Cell("supports", "配合单位", 20, lambda line, _: line.supports),
            Cell("person", "责任人", 8, lambda line, _: line.person),
            Cell("phone", "联系电话", 12, lambda line, _: line.phone),
            Cell("accepting_unit", "验收单位", 18, lambda line, _: line.accepting_unit_name),
            Cell("content", "责任内容", 34, lambda line, _: line.content),
            Cell("overdue", "逾期记录", 10, lambda line, today: line.overdue_words(today)),
        ),
    ),
}
