"""A recurring deadline as a rule of RFC 5545, whose occurrences are its due days."""

from tracker.documents.deadlines.reading import Deadline

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MONTHS = {
    "monthly": range(1, 13),
    "bimonthly": range(2, 13, 2),
    "quarterly": range(3, 13, 3),
    "semiannual": range(6, 13, 6),
    "yearly": range(12, 13),
    "biennial": range(12, 13),
}


def recurrence_rule(deadline: Deadline) -> str | None:
    """The RRULE of a deadline; None when it does not recur.

    Without a day it is due on the last of its period: Sunday, the end of the month or of the quarter.
    A 31st falls on the last day of a shorter month.
    """
    kind, day = deadline.recurring, deadline.day
    if not kind:
        return None
    until = f";UNTIL={deadline.due:%Y%m%d}" if deadline.due else ""
    if kind == "daily":
        return "FREQ=DAILY" + until
    if kind in ("weekly", "biweekly"):
        every = ";INTERVAL=2" if kind == "biweekly" else ""
        return f"FREQ=WEEKLY{every};BYDAY={_WEEKDAYS[(day or 7) - 1]}" + until
    if kind in ("semimonthly", "tenday"):
        return f"FREQ=MONTHLY;BYMONTHDAY={'15,-1' if kind == 'semimonthly' else '10,20,-1'}" + until
    return f"FREQ={_months(deadline)};{_month_day(day)}" + until


def _months(deadline: Deadline) -> str:
    kind = deadline.recurring or ""
    months = _MONTHS[kind]
    if kind == "monthly":
        return "MONTHLY"
    if kind == "quarterly" and (deadline.month_of_quarter or (deadline.day or -1) > 0):
        months = range(deadline.month_of_quarter or 1, 13, 3)
    if kind in ("yearly", "biennial"):
        every = ";INTERVAL=2" if kind == "biennial" else ""
        return f"YEARLY{every};BYMONTH={deadline.month or 12}"
    return f"MONTHLY;BYMONTH={','.join(map(str, months))}"


def _month_day(day: int | None) -> str:
    if day is None or day < 29:
        return f"BYMONTHDAY={day or -1}"
    return f"BYMONTHDAY={','.join(map(str, range(28, day + 1)))};BYSETPOS=-1"
