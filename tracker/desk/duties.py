"""What waits for a unit: each duty that asks for something stands in one box, with its next step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, bindparam, case, false, func, select

from tracker.accounts.models import User
from tracker.clock import SHANGHAI
from tracker.db import ask
from tracker.reports.models import ProgressReport
from tracker.reports.queries import SENT
from tracker.tasks.models import Assignment, Reporting, Task
from tracker.tasks.rules import FIRST_REPORT_BEFORE
from tracker.web.pages import Page, rows_of
from tracker.words import Word
from tracker.workflow import FilingState, State

SHOWN = 8  # rows of one box; the rest is a link away


class Wait(Word):
    """What a duty waits for, in the order of the desk."""

    RECEIVE = "receive", "待签收"
    REPORT = "report", "待填报"
    CORRECT = "correct", "被退回待修改"
    WEEK = "week", "本周到期"
    OVERDUE = "overdue", "已逾期"


@dataclass(frozen=True)
class Box:
    """One box of the desk: its first rows, and how many there are in all."""

    wait: Wait
    total: int
    rows: Sequence[Row[*tuple[Any, ...]]]


def boxes(user: User, today: date, warn_until: date) -> list[Box]:
    """The boxes that hold something, with the first rows of each, in one query."""
    rows: dict[str, list[Row[*tuple[Any, ...]]]] = {}
    for row in ask(_first_rows(today, warn_until), {"unit_id": user.unit_id}):
        rows.setdefault(row.wait, []).append(row)
    return [Box(wait, rows[wait][0].total, rows[wait]) for wait in Wait if wait in rows]


def box_page(
    user: User, wait: Wait, today: date, warn_until: date, number: int
) -> Page[Row[*tuple[Any, ...]]]:
    """All rows of one box, a page at a time."""
    waiting = _waiting(today, warn_until).subquery()
    query = _shown(waiting).where(waiting.c.wait == wait).order_by(waiting.c.deadline, waiting.c.id)
    count = select(func.count()).select_from(waiting).where(waiting.c.wait == wait)
    own = {"unit_id": user.unit_id}
    return rows_of(query.params(own), number, count=count.params(own))


@lru_cache(maxsize=4)  # long to build, and the same all day
def _first_rows(today: date, warn_until: date) -> Select[*tuple[Any, ...]]:
    waiting = _waiting(today, warn_until).subquery()
    place = func.row_number().over(partition_by=waiting.c.wait, order_by=(waiting.c.deadline, waiting.c.id))
    total = func.count().over(partition_by=waiting.c.wait)
    ranked = select(waiting, place.label("place"), total.label("total")).where(waiting.c.wait.is_not(None))
    first = ranked.subquery()
    query = _shown(first).add_columns(first.c.total)
    return query.where(first.c.place <= SHOWN).order_by(first.c.place)


def _shown(waiting: Subquery) -> Select[*tuple[Any, ...]]:
    """What a line shows of the duties picked in ``waiting``."""
    return (
        select(
            Assignment.id,
            Assignment.version,
            Assignment.state,
            Assignment.deadline,
            Assignment.progress,
            Task.title,
            _report(ProgressReport.state == FilingState.SUBMITTED).label("is_sent"),
            waiting.c.wait,
        )
        .join(waiting, waiting.c.id == Assignment.id)
        .join(Task, Task.id == Assignment.task_id)
    )


def _waiting(today: date, warn_until: date) -> Select[*tuple[Any, ...]]:
    """The duties of ``unit_id`` that are issued or active; ``wait`` is null where nothing is asked now.

    Most are told by their state and deadline, which stand in the index: only of the others more is read.
    """
    sunday = today + timedelta(days=6 - today.weekday())
    returned = select(ProgressReport.assignment_id).where(ProgressReport.state == FilingState.RETURNED)
    wait = case(
        (Assignment.state == State.ISSUED, Wait.RECEIVE.value),
        (Assignment.id.in_(returned), Wait.CORRECT.value),
        (Assignment.deadline < today, Wait.OVERDUE.value),
        (_report_due(today, warn_until), Wait.REPORT.value),
        (Assignment.deadline <= sunday, Wait.WEEK.value),
    )
    return select(Assignment.id, Assignment.deadline, wait.label("wait")).where(
        Assignment.unit_id == bindparam("unit_id"), Assignment.state.in_((State.ISSUED, State.ACTIVE))
    )


def _report_due(today: date, warn_until: date) -> ColumnElement[bool]:
    """Whether a report is asked for now and has not been sent; agrees with ``tasks.rules.report_due``.

    At a node it is asked for once the deadline is near, by the month or quarter all through the period.
    """
    at_node = and_(Assignment.deadline <= warn_until, ~_sent_since(Assignment.issued_at))
    rules = {
        Reporting.AT_NODES: at_node,
        Reporting.MONTHLY: _period_open(today, 1),
        Reporting.QUARTERLY: _period_open(today, 3),
    }
    reporting = select(Task.reporting).where(Task.id == Assignment.task_id).scalar_subquery()
    return case(rules, value=reporting, else_=false())


def _period_open(today: date, months: int) -> ColumnElement[bool]:
    """Whether the report on the month (1) or quarter (3) of ``today`` is asked for and has not been sent.

    A duty that began late in a period reports on it with the next one.
    """
    first = today.replace(month=(today.month - 1) // months * months + 1, day=1)
    late = today.replace(month=first.month + months - 1, day=FIRST_REPORT_BEFORE)
    late_before = (first - timedelta(days=1)).replace(day=FIRST_REPORT_BEFORE)
    since = case((Assignment.issued_at >= _morning(late_before), Assignment.issued_at), else_=_morning(first))
    has_begun = and_(Assignment.starts_on < late, Assignment.issued_at < _morning(late))
    return and_(has_begun, ~_sent_since(since))


def _sent_since(moment: Any) -> ColumnElement[bool]:
    return _report(ProgressReport.state.in_(SENT), ProgressReport.submitted_at >= moment)


def _report(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    of_duty = ProgressReport.assignment_id == Assignment.id
    return select(ProgressReport.id).where(of_duty, *conditions).correlate(Assignment).exists()


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
