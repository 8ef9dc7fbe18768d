"""What waits for somebody of the office, counted and listed, most pressing first."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from werkzeug.datastructures import MultiDict

from tracker import runs
from tracker.accounts.models import Unit, User
from tracker.accounts.permissions import Permission, can, sees_all
from tracker.circulars.models import Circular
from tracker.db import ask
from tracker.lists.extensions import queries as rectification_extensions
from tracker.lists.models import Rectification, Responsibility
from tracker.lists.waiting.queries import office_counts
from tracker.reminders.board.queries import BOARD, OWED, Tally, tallies
from tracker.reminders.channels.queries import backlog
from tracker.reminders.slips import queries as slips
from tracker.reports.review.queries import waiting_in_all
from tracker.reports.review.rules import Kind
from tracker.reports.second_reviews import queries as second_reviews
from tracker.rosters.queries import to_confirm
from tracker.tasks.models import Assignment, Level, Task
from tracker.tasks.queries import lit
from tracker.tasks.requests.queries import extensions_waiting, halts_waiting
from tracker.tasks.rules import Light
from tracker.workdays import Workdays
from tracker.workflow import CircularState, RectificationState, State

OFF_THE_BOOKS = (RectificationState.CLOSED, RectificationState.WITHDRAWN)
ON_THE_BOOKS = [state for state in RectificationState if state not in OFF_THE_BOOKS]
SHOWN = 8  # rows of one box; the rest is a link away


@dataclass(frozen=True)
class Call:
    """One thing that waits for this person: how much, and the one button that leads to it."""

    title: str
    total: int
    endpoint: str
    button: str
    values: dict[str, Any] = field(default_factory=dict)  # what ``endpoint`` is asked for


@dataclass(frozen=True)
class Box:
    """Some duties in full: the first rows, how many in all (None: not counted), and where the rest is."""

    title: str
    total: int | None
    rows: Sequence[Row[*tuple[Any, ...]]]
    endpoint: str
    rest: dict[str, Any] = field(default_factory=dict)  # what ``endpoint`` is asked for, to show them all
    button: str = ""  # leads there too, with the word for what is done there
    answers: bool = False  # a row leads to the answer of its objection


def calls(user: User, now: datetime, today: date) -> list[Call]:
    """What this person is asked to decide, in the order it should be done; what does not wait is left out."""
    found = []
    if can(user, Permission.JUDGE):
        waiting = waiting_in_all()
        found += [
            Call("待审核", waiting.total(), "reports.review.index", "开始审核"),
            Call("其中“无变化”", waiting[Kind.NO_CHANGE], "reports.review.unchanged", "一并通过"),
            Call("待复核", second_reviews.open_count(user), "reports.second_reviews.index", "开始复核"),
        ]
        found += [
            Call("督办单回复待审", slips.replied(), "reminders.slips.index", "去审看"),
            Call("升级建议", slips.open_count(), "reminders.slips.proposals", "去处理"),
            Call("台账对象待销号", to_confirm(), "rosters.index", "去确认"),
        ]
        found += [
            Call(wait.label, total, "lists.waiting.show", "去办理", {"account_wait": wait})
            for wait, total in office_counts(user, today)
        ]
    if can(user, Permission.GRANT):
        late = rectification_extensions.count_waiting()
        found.append(Call("整改延期待批", late, "lists.extensions.index", "去审批"))
        found.append(Call("延期待批", extensions_waiting(), "tasks.requests.extensions", "去审批"))
    if can(user, Permission.HALT):
        found.append(Call("停办待批", halts_waiting(), "tasks.requests.halts", "去审批"))
    if can(user, Permission.MANAGE):
        found += [
            Call("停了的定时服务", int(not runs.is_kept(now)), "monitor.index", "去查看"),
            Call("出错的定时任务", len(runs.failing()), "monitor.index", "去查看"),
            Call("未送达的消息", backlog()[1], "reminders.channels.index", "去处理"),
        ]
    if can(user, Permission.AUDIT):
        broken = [run for run in runs.failing() if run.name == "verify_audit"]
        found.append(Call("留痕核验没有通过", len(broken), "accounts.show_trail", "去核验"))
    if can(user, Permission.SIGN):
        found.append(Call("通报待签发", _to_sign(user), "circulars.index", "去签发"))
    return [call for call in found if call.total]


def office_boxes(user: User, owing: Sequence[Tally], today: date, warn_until: date) -> list[Box]:
    """Who judges: objections to answer; who oversees: the longest overdue; a leader: red key tasks."""
    boxes = []
    if can(user, Permission.JUDGE):
        boxes.append(_objections())
    if can(user, Permission.OVERSEE) and not (can(user, Permission.JUDGE) or can(user, Permission.GRANT)):
        red = (Task.level != Level.ORDINARY, lit(today, warn_until) == Light.RED)
        boxes.append(Box("亮红灯的重点、督办任务", None, _rows(*red), "tasks.index", {"light": Light.RED}))
    if can(user, Permission.OVERSEE):
        total = sum(unit.duties for unit in owing)
        late = (Assignment.state.in_(OWED), Assignment.deadline < today)
        rows = _rows(*late) if total else []
        button = "催办" if can(user, Permission.JUDGE) else ""
        boxes.append(Box("逾期最久", total, rows, "reminders.board.index", {"sort": "days"}, button))
    return [box for box in boxes if box.rows]


def owing_units(today: date, workdays: Workdays) -> list[Tally]:
    """The units with overdue duties not yet handed in, those with most first."""
    return tallies(BOARD.view(MultiDict()), today, workdays)


def problems_open(user: User) -> int:
    """Problems on the books, in this person's sight."""
    query = select(func.count()).where(Rectification.state.in_(ON_THE_BOOKS))
    if not sees_all(user):
        issued = Rectification.state != RectificationState.REGISTERED
        own = select(Responsibility.problem_id).where(Responsibility.lead_unit_id == user.unit_id)
        query = query.where(issued, Rectification.problem_id.in_(own))
    return _count(query)


def _objections() -> Box:
    """异议 without an answer."""
    disputed = Assignment.state == State.DISPUTED
    total = _count(select(func.count(Assignment.id)).where(disputed))
    rows = _rows(disputed) if total else []
    return Box("异议待答复", total, rows, "tasks.index", {"state": State.DISPUTED}, answers=True)


def _to_sign(user: User) -> int:
    """Circulars that wait for a signature this person may give: neither drafted nor checked by him or her."""
    others = (
        or_(person.is_(None), person != user.id)
        for person in (Circular.drafted_by_id, Circular.checked_by_id)
    )
    return _count(select(func.count(Circular.id)).where(Circular.state == CircularState.CHECKED, *others))


def _rows(*conditions: ColumnElement[bool]) -> Sequence[Row[*tuple[Any, ...]]]:
    """The first duties by deadline, with what a line of the desk shows."""
    return ask(
        select(
            Assignment.id,
            Assignment.state,
            Assignment.deadline,
            Assignment.progress,
            Task.title,
            Task.level,
            Unit.short_name.label("unit_name"),
        )
        .join(Assignment.task)
        .join(Assignment.unit)
        .where(*conditions)
        .order_by(Assignment.deadline, Assignment.id)
        .limit(SHOWN)
    ).all()


def _count(query: Select[int]) -> int:
    return ask(query).scalar_one()
