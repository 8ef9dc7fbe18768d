"""When the alarms of a deadline ring, and how often a feed may be fetched. Pure."""

from datetime import date, timedelta

from tracker.workdays import Workdays

ALARM_WORKDAYS = (3, 1)  # before the deadline, as the reminders
ALARM_HOUR = 9
MOST_EVENTS = 500
MOST_FETCHES = 60  # an hour
REFRESH = timedelta(hours=4)  # how often a calendar need look again


def alarms(deadline: date, workdays: Workdays) -> list[timedelta]:
    """How long before the beginning of the last day each alarm rings (negative): at nine on its day."""
    return [timedelta(hours=ALARM_HOUR) - (deadline - workdays.add(deadline, -n)) for n in ALARM_WORKDAYS]
