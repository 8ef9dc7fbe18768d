"""An urgent slip does not wait for the next day's message; it keeps the quiet hours."""

from datetime import date, timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tests.reminders.channels import servers
from tracker.db import db
from tracker.reminders import actions as reminders
from tracker.reminders import jobs
from tracker.reminders.slips import actions
from tracker.reminders.slips.rules import Colour
from tracker.workdays import statutory
from tracker.workflow import State


@pytest.fixture
def server(app):
    with servers.mail_server() as started:
        app.config["MAIL_URL"] = started.url
        yield started
        app.config["MAIL_URL"] = ""


@pytest.fixture
def duty(app, server):
    """Overdue; its reporter has had today's mail."""
    reporter = make.user(email="zhou@example.cn", name="周听澜")
    made = make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 6, 30))
    reminders.remind(NOW, statutory())
    reminders.digest(NOW, statutory())
    db.session.commit()
    jobs.deliver(NOW)
    assert len(server.taken) == 1
    return made


def issue(duty, supervisor, at, colour=Colour.RED, due_on=date(2020, 7, 10), hurry=""):
    actions.issue(duty, actions.Order(colour, "请立即办理", due_on, hurry), supervisor, at, statutory())
    db.session.commit()


def test_a_red_slip_goes_at_once_and_once(duty, server, supervisor):
    issue(duty, supervisor, NOW + timedelta(hours=2))
    assert jobs.deliver(NOW + timedelta(hours=2, minutes=1)) == 1
    assert jobs.deliver(NOW + timedelta(hours=3)) == 0
    letter = server.taken[1]
    assert letter["Subject"] == "督红〔2020〕1号督办单，请于7月10日前回复"
    text = letter.get_body(("plain",)).get_content()
    assert "周听澜，您好" in text
    assert "请立即办理" in text


def test_in_the_evening_it_waits_for_the_message_of_the_morning(duty, server, supervisor):
    issue(duty, supervisor, NOW + timedelta(hours=9))  # 18:00
    assert jobs.deliver(NOW + timedelta(hours=9, minutes=1)) == 0
    assert jobs.deliver(NOW + timedelta(hours=23, minutes=59)) == 0  # 08:59
    reminders.digest(NOW + timedelta(days=1), statutory())
    assert jobs.deliver(NOW + timedelta(days=1)) == 1
    assert "督办单待回复" in server.taken[1].get_body(("plain",)).get_content()


def test_one_with_little_time_goes_at_once_and_others_with_the_next_message(duty, server, supervisor):
    issue(duty, supervisor, NOW + timedelta(hours=2), Colour.YELLOW)
    assert jobs.deliver(NOW + timedelta(hours=3)) == 0
    issue(duty, supervisor, NOW + timedelta(hours=4), Colour.BLUE, date(2020, 7, 7), "省里明天督查")
    assert jobs.deliver(NOW + timedelta(hours=4, minutes=1)) == 1
    reminders.digest(NOW + timedelta(days=1), statutory())
    assert jobs.deliver(NOW + timedelta(days=1)) == 1
    text = server.taken[2].get_body(("plain",)).get_content()
    assert text.count("督办单待回复") == 1  # the yellow one
    assert "回复期限2020年7月10日" in text


def test_where_the_days_message_still_waits_it_carries_the_slip(duty, server, supervisor):
    other = make.user(email="other@example.cn", unit_=make.unit("市教育局"))
    late = make.assignment(other.unit, state=State.ACTIVE, deadline=date(2020, 6, 30))
    issue(late, supervisor, NOW + timedelta(hours=2))  # no message today until now
    assert jobs.deliver(NOW + timedelta(hours=2, minutes=1)) == 1
    assert "督办单待回复" in server.taken[1].get_body(("plain",)).get_content()
