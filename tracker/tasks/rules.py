"""Pure rules about duties: dates and numbers in, answers out. No database, no clock."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple, Protocol

from tracker.documents.reading import Reporting
from tracker.words import Word

WARN_WORKDAYS = 5  # 临期: due within so many working days
RED_SHARE = 60  # percent of the planned progress below which a duty is red
YELLOW_SHARE = 80
FIRST_REPORT_BEFORE = 20  # issued before this day of a month, a duty reports on that month already
LAG_FROM = 10  # planned percent from which lagging is judged: nobody is late in the first days of a year


class Light(Word):
    """亮灯: derived, never stored; word and shape stand with the colour, on which practice differs."""

    RED = "red", "逾期或严重滞后"
    YELLOW = "yellow", "临期或滞后"
    GREEN = "green", "正常"
    BLUE = "blue", "已办结"
    GREY = "grey", "未签收"


class Term(Word):
    """时限情况: what the ledger can be asked for."""

    OVERDUE = "overdue", "已逾期"
    SOON = "soon", "临期"


SHAPES = {Light.RED: "▲", Light.YELLOW: "◆", Light.GREEN: "●", Light.BLUE: "■", Light.GREY: "○"}

# The states in which a duty's clock runs; in a dispute (异议中) or suspension (缓办) it does not.
RUNNING = frozenset({"issued", "active", "closing"})


class ReportDue(NamedTuple):
    """A report that is asked for: on time when sent after ``after`` and on or before ``day``."""

    after: date
    day: date


class Dated(Protocol):
    """What the rules need to know of an assignment."""

    @property
    def state(self) -> str: ...
    @property
    def starts_on(self) -> date: ...
    @property
    def deadline(self) -> date | None: ...
    @property
    def progress(self) -> int: ...


def planned_progress(starts_on: date, deadline: date | None, today: date) -> int:
    """序时进度: the percent of the term that has passed by the end of ``today``, 0..100.

    Linear from start to deadline, both included; a one-day task is 0 before its day and 100 on it.
    An open-ended task (deadline None) has no plan: 0.
    """
    if deadline is None:
        return 0
    days = (deadline - starts_on).days + 1
    if days <= 0:
        return 100 if today >= deadline else 0
    passed = (today - starts_on).days + 1
    return max(0, min(100, 100 * passed // days))


def is_overdue(state: str, deadline: date | None, submitted_on: date | None, today: date) -> bool:
    """逾期: past its last day and not handed in by then. The day of SUBMISSION counts, never of review."""
    if deadline is None or state not in RUNNING or today <= deadline:
        return False
    return not (state == "closing" and submitted_on is not None and submitted_on <= deadline)


def light(duty: Dated, submitted_on: date | None, today: date, warn_until: date) -> Light | None:
    """亮灯 of one duty. Blue > red > yellow > green > grey; None while the clock stands still.

    ``warn_until`` is the last day that is within ``WARN_WORKDAYS`` working days of today.
    Source: thresholds in use in published supervision rules; see the user manual.
    """
    if duty.state == "closed":
        return Light.BLUE
    if duty.state not in RUNNING:
        return None
    submitted = duty.state == "closing"
    plan = planned_progress(duty.starts_on, duty.deadline, today)
    share = 100 * duty.progress // plan if plan >= LAG_FROM and not submitted else 100
    if is_overdue(duty.state, duty.deadline, submitted_on, today) or share < RED_SHARE:
        return Light.RED
    due_soon = duty.deadline is not None and duty.deadline <= warn_until and not submitted
    if due_soon or share < YELLOW_SHARE:
        return Light.YELLOW
    return Light.GREY if duty.state == "issued" else Light.GREEN


def reports_due(reporting: Reporting, starts_on: date, deadline: date | None) -> Iterator[ReportDue]:
    """填报要求: every report one duty is asked for, in order; without end for an open-ended one by the month.

    按节点: one, by the deadline, sent at any time before. 按月, 按季: by the last day of each month or
    quarter and by the deadline, each anew. ``starts_on`` is the day from which the unit carries the duty; a
    duty that begins on the 20th or later reports first at the end of the next month (quarter).
    """
    if reporting is Reporting.AT_NODES:
        if deadline:
            yield ReportDue(date.min, deadline)
        return
    months = 1 if reporting is Reporting.MONTHLY else 3
    after = starts_on - timedelta(days=1)
    end = _end_of(starts_on, months)
    if starts_on.month == end.month and starts_on.day >= FIRST_REPORT_BEFORE:
        end = _end_of(end + timedelta(days=1), months)
    while deadline is None or end < deadline:
        yield ReportDue(after, end)
        after, end = end, _end_of(end + timedelta(days=1), months)
    yield ReportDue(after, deadline)


def report_due(reporting: Reporting, starts_on: date, deadline: date | None, today: date) -> ReportDue | None:
    """The report asked for on ``today``: the next one due, or the last when all days are past."""
    last = None
    for last in reports_due(reporting, starts_on, deadline):
        if last.day >= today:
            break
    return last


def _end_of(day: date, months: int) -> date:
    """The last day of the month (1) or quarter (3) that ``day`` lies in."""
    month = (day.month + months - 1) // months * months
    return date(day.year, month, monthrange(day.year, month)[1])
