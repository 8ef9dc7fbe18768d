"""A person's deadlines as a calendar: under a secret address, in the form calendars read, and no longer than wanted."""

import re
from datetime import date, datetime, timedelta

import pytest
from icalendar import Calendar

from tests import make
from tests.conftest import NOW, sign_in
from tracker.accounts.models import Role
from tracker.audit import Event
from tracker.clock import SHANGHAI
from tracker.db import db
from tracker.reminders.feeds import actions, queries
from tracker.reminders.feeds.models import CalendarFeed
from tracker.reminders.feeds.rules import MOST_FETCHES, alarms
from tracker.tasks import actions as tasks
from tracker.tasks.models import Level
from tracker.workdays import statutory
from tracker.workflow import State


def opened(client, user):
    """The address, as the page shows it once."""
    sign_in(client, user)
    page = client.post("/reminders/feed").text
    (address,) = re.findall(r'id="feed-address">http://[^/]+(/[^<]+)<', page)
    return address


def events(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    return Calendar.from_ical(answer.data).events


@pytest.fixture
def outside(app):
    """A calendar program: it has signed in nowhere."""
    return app.test_client()


@pytest.mark.parametrize(
    ("deadline", "rings"),
    [
        (date(2020, 7, 9), ["07-06 09:00", "07-08 09:00"]),
        (date(2020, 7, 13), ["07-08 09:00", "07-10 09:00"]),  # over a weekend
        (date(2020, 6, 30), ["06-24 09:00", "06-29 09:00"]),  # Dragon Boat, and the Sunday that was worked
        (date(2020, 10, 9), ["09-28 09:00", "09-30 09:00"]),  # the National Day holiday
    ],
)
def test_alarms_ring_at_nine_three_and_one_working_days_before(deadline, rings):
    midnight = datetime(deadline.year, deadline.month, deadline.day, tzinfo=SHANGHAI)
    assert [f"{midnight + one:%m-%d %H:%M}" for one in alarms(deadline, statutory())] == rings


def test_the_address_needs_no_session_and_gives_what_is_open(client, outside, reporter):
    title = "建成“三所”学校；含村小, 并\\验收" + "很长的任务名称" * 12
    duty = make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 7, 9), title=title)
    for state in (State.CLOSED, State.CLOSING, State.SUSPENDED, State.WITHDRAWN):
        make.assignment(reporter.unit, state=state, deadline=date(2020, 7, 9))
    make.assignment(make.unit("市教育局"), deadline=date(2020, 7, 9))
    address = opened(client, reporter)
    (event,) = events(outside, address)
    assert event["SUMMARY"] == f"到期：{title}"
    assert event.decoded("DTSTART") == date(2020, 7, 9)
    assert event.decoded("DTEND") == date(2020, 7, 10)
    assert event["UID"].startswith(f"duty-{duty.id}@")
    assert [alarm.decoded("TRIGGER") for alarm in event.walk("VALARM")] == [
        timedelta(hours=-63),
        timedelta(hours=-15),
    ]
    assert event.decoded("DTSTAMP") == duty.issued_at
    text = outside.get(address).data
    assert max(len(line) for line in text.split(b"\r\n")) <= 75  # octets, as the format asks
    assert b"\n" not in text.replace(b"\r\n", b"")


def test_a_moved_deadline_is_the_same_event_in_a_later_version(client, outside, reporter, approver):
    duty = make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 7, 9))
    address = opened(client, reporter)
    (before,) = events(outside, address)
    tasks.suspend(duty, approver, NOW, "汛期")
    tasks.resume(duty, approver, NOW + timedelta(days=2))
    (after,) = events(outside, address)
    assert after["UID"] == before["UID"]
    assert after.decoded("DTSTART") == date(2020, 7, 11)
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after.decoded("DTSTAMP") > before.decoded("DTSTAMP")


def test_the_office_sees_what_is_supervised_and_what_is_overdue(client, outside, supervisor):
    make.assignment(make.unit("市教育局"), deadline=date(2020, 7, 2), title="修路")
    make.assignment(deadline=date(2020, 9, 30), title="建校", level=Level.SUPERVISED)
    make.assignment(deadline=date(2020, 9, 30), title="其他")
    found = [str(event["SUMMARY"]) for event in events(outside, opened(client, supervisor))]
    assert found == ["到期：〔市发展改革委〕建校", "逾期：〔市教育局〕修路"]


def test_what_has_not_changed_is_not_sent_again(client, outside, reporter):
    make.assignment(reporter.unit, deadline=date(2020, 7, 9))
    address = opened(client, reporter)
    tag = outside.get(address).headers["ETag"]
    assert outside.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_another_address_closes_the_first_and_closing_closes_all(client, outside, reporter):
    first, second = opened(client, reporter), opened(client, reporter)
    assert outside.get(first).status_code == 404
    assert outside.get(second).status_code == 200
    assert second.split("=")[1] not in client.get("/reminders/feed").text  # shown once
    client.post("/reminders/feed/close")
    assert outside.get(second).status_code == 404
    assert outside.get("/reminders/calendar.ics").status_code == 404
    kinds = db.session.scalars(db.select(Event.kind).order_by(Event.id)).all()
    assert kinds == ["user.open_feed", "user.renew_feed", "user.close_feed"]


def test_the_key_is_kept_nowhere(client, reporter):
    key = opened(client, reporter).split("=")[1]
    feed = db.session.scalars(db.select(CalendarFeed)).one()
    assert feed.key_hash == actions.hash_of(key)
    kept = [feed.key_hash, *(str(e.details) + e.words for e in db.session.scalars(db.select(Event)))]
    assert not any(key in text for text in kept)


def test_who_left_has_no_feed(client, outside, reporter):
    address = opened(client, reporter)
    reporter.active = False
    assert outside.get(address).status_code == 404


def test_too_many_fetches_are_told_to_wait(client, outside, reporter):
    address = opened(client, reporter)
    queries.feed_of(reporter).fetches = MOST_FETCHES
    db.session.commit()
    answer = outside.get(address)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    queries.feed_of(reporter).hour_at = NOW - timedelta(hours=2)
    db.session.commit()
    assert outside.get(address).status_code == 200


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR])
def test_who_sees_no_ledger_has_no_feed(client, role):
    sign_in(client, make.user(role))
    assert client.post("/reminders/feed").status_code == 403
