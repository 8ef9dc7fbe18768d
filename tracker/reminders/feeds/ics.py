"""A feed as iCalendar (RFC 5545): one all-day event for each deadline, with its alarms."""

from collections.abc import Sequence
from datetime import UTC, date, timedelta

from icalendar import Alarm, Calendar, Event

from tracker.accounts.models import User
from tracker.accounts.permissions import sees_all
from tracker.reminders.feeds.queries import Entry
from tracker.reminders.feeds.rules import REFRESH, alarms
from tracker.reminders.messages import link
from tracker.workdays import Workdays


def calendar_of(user: User, entries: Sequence[Entry], host: str, today: date, workdays: Workdays) -> bytes:
    """The same entries give the same bytes on one day; ``host`` makes the identifiers unique in the world."""
    calendar = Calendar()
    calendar.add("prodid", "-//Tracker//督办台账//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    name = "督办台账：" + ("督办和逾期" if sees_all(user) else f"{user.unit.short_name}时限")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    for entry in entries:
        calendar.add_component(_event(entry, host, today, workdays, names_unit=sees_all(user)))
    return bytes(calendar.to_ical())


def _event(entry: Entry, host: str, today: date, workdays: Workdays, *, names_unit: bool) -> Event:
    event = Event()
    is_late = entry.deadline < today
    words = (f"〔{entry.unit}〕" if names_unit else "") + entry.title
    words += f"（{entry.period}）" if entry.period else ""
    event.add("uid", f"duty-{entry.id}@{host}")
    event.add("sequence", entry.version)  # rises with every change of the duty
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("dtstart", entry.deadline)
    event.add("dtend", entry.deadline + timedelta(days=1))
    event.add("summary", f"{'逾期：' if is_late else '到期：'}{words}")
    said = f"{entry.duty.label}，{entry.level.label}，进展{entry.progress}%"
    url = link("reports.duty", assignment_id=entry.id)
    event.add("description", f"{said}\n{url}")
    event.add("url", url)
    event.add("transp", "TRANSPARENT")  # nobody is busy by it
    for before in alarms(entry.deadline, workdays):
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", f"{entry.deadline.month}月{entry.deadline.day}日到期：{words}")
        alarm.add("trigger", before)
        event.add_component(alarm)
    return event
