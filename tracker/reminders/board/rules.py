"""How late many deadlines are, counted once. Pure."""

from collections.abc import Iterable
from datetime import date

from tracker.workdays import Workdays


def workdays_late(deadlines: Iterable[date], today: date, workdays: Workdays) -> dict[date, int]:
    """Deadline → working days after it up to ``today``; each day of the calendar is asked once."""
    late: dict[date, int] = {}
    after, counted = today, 0
    for deadline in sorted(set(deadlines), reverse=True):
        counted += workdays.between(deadline, after)
        late[deadline], after = counted, deadline
    return late
