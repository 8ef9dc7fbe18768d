"""The three lists as columns over the same records: what each shows of a problem."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tracker.lists.models import Problem
from tracker.web.sheets import Column, Value
from tracker.workflow import RectificationState


class Cell(NamedTuple):
    """One column of one list: its heading, its width, and what it shows of a problem on a day."""

    heading: str
    width: int
    show: Callable[[Problem, date], Value]


@dataclass(frozen=True)
class ListView:
    """One of the three lists."""

    title: str
    cells: tuple[Cell, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(Column(cell.heading, cell.width) for cell in self.cells)


def _overdue_words(problem: Problem, today: date) -> str:
    deadline = problem.rectification.deadline
    if deadline is None or problem.rectification.state in (
        RectificationState.CLOSED,
        RectificationState.WITHDRAWN,
    ):
        return ""
    return f"逾期{(today - deadline).days}天" if today > deadline else ""


def _milestone(problem: Problem, _: date) -> str:
    duty = problem.assignment
    return f"原任务时限{duty.deadline:%Y-%m-%d}" if duty and duty.deadline else ""


VIEWS = {
    "problems": ListView(
        "问题清单",
        (
            Cell("账号", 12, lambda p, _: p.number),
            Cell("来源", 12, lambda p, _: p.source.label),
            Cell("发现日期", 12, lambda p, _: p.found_on),
            Cell("问题描述", 60, lambda p, _: p.text),
            Cell("类型", 12, lambda p, _: p.kind),
            Cell("涉及单位", 20, lambda p, _: p.unit.name),
            Cell("严重程度", 10, lambda p, _: p.severity.label),
            Cell("共性/个性", 10, lambda p, _: "共性" if p.is_common else "个性"),
            Cell("依据", 30, lambda p, _: p.basis),
        ),
    ),
    "rectifications": ListView(
        "整改清单",
        (
            Cell("账号", 12, lambda p, _: p.number),
            Cell("整改目标", 40, lambda p, _: p.rectification.goal),
            Cell("整改措施", 40, lambda p, _: p.rectification.remedy),
            Cell("时间类别", 10, lambda p, _: p.rectification.pace.label),
            Cell("时限", 12, lambda p, _: p.rectification.deadline),
            Cell("节点", 18, _milestone),
            Cell("进展", 8, lambda p, _: f"{p.rectification.progress}%"),
            Cell("佐证", 20, lambda p, _: "；".join(slot.text for slot in p.rectification.slots)),
            Cell("完成日期", 12, lambda p, _: p.rectification.closed_on),
            Cell("销号状态", 10, lambda p, _: p.rectification.state.label),
        ),
    ),
    "responsibilities": ListView(
        "责任清单",
        (
            Cell("账号", 12, lambda p, _: p.number),
            Cell("牵头领导", 12, lambda p, _: p.responsibility.leader),
            Cell("牵头单位", 20, lambda p, _: p.responsibility.lead_unit.name),
            Cell(
                "配合单位", 20, lambda p, _: "、".join(unit.name for unit in p.responsibility.support_units)
            ),
            Cell("责任人", 10, lambda p, _: p.responsibility.person),
            Cell("联系电话", 14, lambda p, _: p.responsibility.phone),
            Cell("验收单位", 20, lambda p, _: p.responsibility.accepting_unit.name),
            Cell("责任内容", 40, lambda p, _: p.responsibility.text),
            Cell("逾期记录", 12, _overdue_words),
        ),
    ),
}


def cells(name: str, problem: Problem, today: date) -> tuple[Value, ...]:
    """The row of ``problem`` in the list ``name``."""
    return tuple(cell.show(problem, today) for cell in VIEWS[name].cells)
