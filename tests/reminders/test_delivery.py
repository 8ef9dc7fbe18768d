"""The outbox: what waits goes out once, in office hours, and survives whatever the other side does."""

import asyncio
import smtplib
import threading
from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tests.reminders.channels import servers
from tests.reminders.channels.servers import hang_up
from tracker.accounts.models import Role
from tracker.clock import SHANGHAI
from tracker.db import db, writing
from tracker.reminders import actions, delivery, jobs
from tracker.reminders.board import actions as board
from tracker.reminders.channels import actions as channels
from tracker.reminders.channels import mail, queries, sms
from tracker.reminders.channels.queries import SENDERS
from tracker.reminders.models import Channel, ChannelSettings, Delivery, Digest, Outcome
from tracker.reminders.queries import unread_count
from tracker.reminders.rules import CLAIM, LONGEST_OUTAGE, MOST_ATTEMPTS
from tracker.tasks.models import Assignment
from tracker.workdays import statutory
from tracker.workflow import State

MINUTE = timedelta(minutes=1)


def of_mail(**columns):
    query = db.select(Delivery).where(Delivery.channel == Channel.MAIL).order_by(Delivery.id)
    return db.session.scalars(query.filter_by(**columns)).all()


def row():
    (only,) = of_mail()
    db.session.refresh(only)
    return only


def remind(now=NOW):
    """What the scheduler does at nine."""
    actions.remind(now, statutory())
    actions.digest(now, statutory())
    db.session.commit()


@pytest.fixture
def person():
    """A reporter with an address and an overdue duty."""
    reporter = make.user(email="zhou@example.cn", username="zhou", name="周听澜", phone="13805800001")
    make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 6, 30))
    return reporter


@pytest.fixture
def server(app):
    with servers.mail_server() as started:
        app.config["MAIL_URL"] = started.url
        yield started
        app.config["MAIL_URL"] = ""


@pytest.fixture
def web(app):
    with servers.web_server() as started:
        yield started


def switch_on(channel, administrator, **values):
    channels.set_channel(queries.line(channel), administrator, NOW, values)
    channels.switch_on(queries.line(channel), administrator, NOW)
    db.session.commit()


def test_a_digest_goes_out_by_mail_once(person, server):
    remind()
    assert jobs.deliver(NOW) == 1
    assert jobs.deliver(NOW) == 0
    remind()
    assert jobs.deliver(NOW + MINUTE) == 0

    (letter,) = server.taken
    assert letter["To"] == "zhou@example.cn"
    assert letter["Subject"] == "督办提醒：1项，其中1项今天到期或已逾期（7月6日）"
    text = letter.get_body(("plain",)).get_content()
    assert "周听澜，您好" in text
    assert "【已逾期3个工作日以上】" in text
    assert "http://127.0.0.1:8000/reports/" in text
    assert row().outcome is Outcome.SENT


def test_each_channel_has_a_sender():
    assert set(SENDERS) == set(Channel) - {Channel.INBOX}


def test_without_a_server_nothing_waits(person):
    remind()
    assert of_mail() == []


def test_who_has_no_address_or_wants_no_mail_has_the_inbox(person, server):
    make.user(email="")
    other = make.user(email="other@example.cn")
    channels.want_mail(other, other, NOW, False)
    remind()
    assert [one.address for one in of_mail()] == ["zhou@example.cn"]


def test_who_says_no_gets_not_even_what_waits(person, server):
    remind()
    channels.want_mail(person, person, NOW, False)
    assert jobs.deliver(NOW) == 0
    assert row().outcome is Outcome.CANCELLED


def beijing(words):
    return datetime.fromisoformat(words).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("made", "goes"),
    [
        ("2020-07-06 09:00", "2020-07-06 09:00"),
        ("2020-07-06 06:00", "2020-07-06 09:00"),
        ("2020-07-06 17:29", "2020-07-06 17:29"),
        ("2020-07-06 08:40", "2020-07-06 09:00"),  # the day's message is put together at nine
        ("2020-07-06 17:30", "2020-07-07 09:00"),
        ("2020-07-10 22:00", "2020-07-13 09:00"),  # Friday night
        ("2020-07-11 09:00", "2020-07-13 09:00"),  # Saturday
        ("2020-06-28 09:00", "2020-06-28 09:00"),  # a Sunday that is worked
        ("2020-06-24 18:00", "2020-06-28 09:00"),  # before the holiday
    ],
)
def test_nobody_is_disturbed_at_night_or_on_a_day_off(person, server, made, goes):
    made, goes = beijing(made), beijing(goes)
    digest = make_digest(person, made)
    delivery.enqueue([digest], made, statutory())
    db.session.commit()

    assert row().next_at == goes
    if goes > made:
        assert jobs.deliver(goes - MINUTE) == 0
    assert jobs.deliver(goes) == 1


def make_digest(person, made):
    digest = Digest(recipient=person, on=made.date(), made_at=made)
    db.session.add(digest)
    db.session.commit()
    return digest


def test_what_waits_stays_in_hours_also_when_the_program_stood_still(person, server):
    remind()
    assert jobs.deliver(NOW + timedelta(hours=12)) == 0
    assert jobs.deliver(NOW + timedelta(days=1)) == 1


# What the other side may do


def test_a_server_that_is_down_delays_and_drops_nothing(person, server, app):
    remind()
    up = app.config["MAIL_URL"]
    app.config["MAIL_URL"] = "smtp://127.0.0.1:1"
    moments = (0, 1, 2, 4, 5, 9, 10, 18, 19, 35, 36, 66, 67, 97, 98, 128, 129)
    tried = [n for n in moments if jobs.deliver(NOW + n * MINUTE)]

    assert tried == [0, 2, 5, 10, 19, 36, 67, 98, 129]
    waiting = row()
    assert (waiting.outcome, waiting.attempts) == (Outcome.WAITING, 0)
    settings = db.session.scalars(db.select(ChannelSettings)).one()
    assert "拒绝连接" in settings.trouble
    assert settings.failures == len(tried) > MOST_ATTEMPTS

    app.config["MAIL_URL"] = up
    assert jobs.deliver(NOW + timedelta(days=1)) == 1
    assert row().outcome is Outcome.SENT
    assert (settings.failures, settings.rests_until, settings.trouble) == (0, None, "")
    assert len(server.taken) == 1


def test_one_failure_of_the_channel_spares_the_others_their_turn(person, server, app):
    for number in range(5):
        make.user(email=f"{number}@example.cn")
    remind()
    app.config["MAIL_URL"] = "smtp://127.0.0.1:1"
    assert jobs.deliver(NOW) == 1
    assert len(of_mail(outcome=Outcome.WAITING)) == 6


def test_an_outage_of_a_week_is_given_up_in_sight(person, server, app):
    remind()
    app.config["MAIL_URL"] = "smtp://127.0.0.1:1"
    jobs.deliver(NOW + LONGEST_OUTAGE + timedelta(hours=1))
    assert row().outcome is Outcome.FAILED
    assert queries.backlog() == (0, 1)


def test_a_refused_recipient_does_not_hold_up_the_others(person, server):
    server.rcpt["zhou@example.cn"] = "550 no such user"
    make.user(email="other@example.cn")
    remind()
    assert jobs.deliver(NOW) == 2
    assert [letter["To"] for letter in server.taken] == ["other@example.cn"]
    assert {one.outcome for one in of_mail()} == {Outcome.FAILED, Outcome.SENT}
    assert any("550 no such user" in one.error for one in of_mail())


def test_a_recipient_who_may_come_back_is_tried_eight_times_and_given_up_in_sight(person, server):
    server.rcpt["zhou@example.cn"] = "451 later"
    remind()
    moments = (0, 1, 2, 4, 5, 9, 10, 18, 19, 35, 36, 68, 69, 129, 130, 200)
    tried = [n for n in moments if jobs.deliver(NOW + n * MINUTE)]
    assert tried == [0, 2, 5, 10, 19, 36, 69, 130]
    assert (row().outcome, row().attempts) == (Outcome.FAILED, MOST_ATTEMPTS)


def test_a_server_that_hangs_up_in_mid_message_loses_and_doubles_nothing(person, server):
    falls = iter([hang_up, hang_up])
    server.act = lambda *asked: act(*asked) if (act := next(falls, None)) else None
    remind()
    for n in range(20):
        jobs.deliver(NOW + n * MINUTE)
    assert (server.tried, len(server.taken)) == (3, 1)
    assert row().outcome is Outcome.SENT


def test_while_a_server_hangs_no_transaction_is_open(person, server, monkeypatch, app):
    """The other side takes its time: what the database is asked meanwhile does not wait for it."""
    monkeypatch.setattr(mail, "TALK", 1.0)
    seen: list[bool] = []
    plain = smtplib.SMTP.sendmail

    def slow(self, *arguments, **options):
        seen.append(db.session().in_transaction())
        return plain(self, *arguments, **options)

    monkeypatch.setattr(smtplib.SMTP, "sendmail", slow)
    server.act = lambda *_: asyncio.sleep(1.5)
    remind()
    assert jobs.deliver(NOW) == 1
    assert seen == [False]
    assert "规定时间" in row().error


def test_a_fault_of_our_own_is_kept_and_the_others_go(person, server, monkeypatch):
    make.user(email="other@example.cn")
    plain, broken = jobs.compose, {"left": 1}

    def compose(*arguments):
        broken["left"] -= 1
        if broken["left"] == 0:
            raise ValueError("a template is broken")
        return plain(*arguments)

    monkeypatch.setattr(jobs, "compose", compose)
    remind()
    assert jobs.deliver(NOW) == 2
    assert {one.outcome for one in of_mail()} == {Outcome.FAILED, Outcome.SENT}
    assert "系统内部出错" in of_mail()[0].error


# Claims


def test_a_claim_is_held_by_one_and_given_back_when_it_runs_out(person, server):
    remind()
    first = delivery.claim(NOW, statutory())
    assert delivery.claim(NOW + MINUTE, statutory()) is None
    second = delivery.claim(NOW + CLAIM, statutory())
    assert (second.id, second.until > first.until) == (first.id, True)

    delivery.settle(first, None, NOW + CLAIM, statutory())  # it wakes up, but its time is over
    assert row().outcome is Outcome.SENDING
    delivery.settle(second, None, NOW + CLAIM + MINUTE, statutory())
    assert row().outcome is Outcome.SENT


def test_what_kills_its_sender_every_time_is_given_up(person, server):
    remind()
    for n in range(MOST_ATTEMPTS):
        assert delivery.claim(NOW + n * CLAIM, statutory()) is not None
    assert delivery.claim(NOW + MOST_ATTEMPTS * CLAIM, statutory()) is None
    assert (row().outcome, row().error) == (Outcome.FAILED, delivery.BROKEN_OFF)


def test_a_channel_keeps_to_its_limit_a_minute(person, server, monkeypatch):
    monkeypatch.setattr(mail, "per_minute", 2)
    for number in range(4):
        make.user(email=f"{number}@example.cn")
    remind()
    assert [jobs.deliver(NOW + n * MINUTE + timedelta(seconds=n)) for n in range(4)] == [2, 2, 1, 0]


def test_three_at_once_send_each_message_once(own_app, engine):
    with servers.mail_server() as server:
        own_app.config["MAIL_URL"] = server.url
        for number in range(12):
            make.user(email=f"{number}@example.cn")
        make.assignment(make.unit(), state=State.ACTIVE, deadline=date(2020, 6, 30))
        remind()
        tried: list[int] = []

        def run():
            with own_app.app_context(), writing():
                tried.append(jobs.deliver(NOW))

        threads = [threading.Thread(target=run) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(tried) == 12
        assert set(Counter(letter["To"] for letter in server.taken).values()) == {1}
        assert len(set(server.ids)) == 12


# By other channels


def test_the_office_s_group_gets_one_summary_without_names(person, web, administrator):
    web.answer = '{"errcode":0}'
    switch_on(Channel.WECOM, administrator, url=f"{web.url}/send?key=1")
    make.user(Role.HEAD)
    make.assignment(make.unit("市<教育>局"), state=State.ACTIVE, deadline=date(2020, 7, 9))
    make.user(Role.REPORTER, make.unit("市<教育>局"))
    remind()
    assert jobs.deliver(NOW) == 1
    remind()
    assert jobs.deliver(NOW + MINUTE) == 0

    (request,) = web.requests
    text = request.json["markdown"]["content"]
    assert "今天提醒承办项 **2** 项" in text
    assert "已逾期3个工作日以上：1项" in text
    assert "3个工作日内到期：1项" in text
    assert "市发展改革委：1项" in text
    assert person.name not in text
    assert "教育" not in text


def test_a_webhook_gets_each_person_s_digest_for_a_machine(person, web, administrator):
    switch_on(Channel.WEBHOOK, administrator, url=f"{web.url}/in", secret="0123456789abcdef")
    remind()
    assert jobs.deliver(NOW) == 1
    said = web.requests[0].json
    assert (said["kind"], said["to"], said["on"]) == ("digest", "zhou", "2020-07-06")
    assert said["recipient"] == {"username": "zhou", "name": "周听澜", "unit": "市发展改革委"}
    (reminder,) = said["reminders"]
    assert (reminder["step"], reminder["deadline"]) == ("+3", "2020-06-30")


def test_an_sms_is_only_for_what_presses(person, web, administrator):
    values = {"url": f"{web.url}/sms", "method": "POST", "kind": sms.FORM, "body": "{phone}:{text}"}
    switch_on(Channel.SMS, administrator, **values)
    other = make.user(Role.REPORTER, make.unit("市教育局"), phone="13805800002")
    make.assignment(other.unit, state=State.ACTIVE, deadline=date(2020, 7, 9))
    make.user(phone="0580-2020000")
    remind()
    assert jobs.deliver(NOW) == 1
    assert web.requests[0].body.startswith(b"13805800001:")


def test_who_is_urged_hears_of_it_by_mail_unless_today_s_mail_went_out(person, server, supervisor):
    (duty,) = db.session.scalars(db.select(Assignment)).all()
    board.urge([duty.id], supervisor, NOW)
    assert jobs.deliver(NOW) == 1
    text = server.taken[0].get_body(("plain",)).get_content()
    assert "【督查部门催办】" in text
    remind()
    assert jobs.deliver(NOW + MINUTE) == 0


def test_what_comes_before_nine_goes_with_the_day_s_message(person, server, supervisor):
    (duty,) = db.session.scalars(db.select(Assignment)).all()
    early = NOW - 20 * MINUTE
    board.urge([duty.id], supervisor, early)
    assert jobs.deliver(early) == 0
    remind()
    assert jobs.deliver(NOW) == 1
    text = server.taken[0].get_body(("plain",)).get_content()
    assert "【督查部门催办】" in text
    assert "【已逾期3个工作日以上】" in text


@pytest.mark.parametrize("hours", [4, 9])  # at one o'clock, and after hours
def test_what_comes_late_in_the_day_is_in_the_inbox_at_once_and_in_the_one_message_of_tomorrow(
    person, server, supervisor, hours
):
    (duty,) = db.session.scalars(db.select(Assignment)).all()
    remind()
    jobs.deliver(NOW)
    board.urge([duty.id], supervisor, NOW + timedelta(hours=hours))
    assert unread_count(person) == 2
    assert jobs.deliver(NOW + timedelta(hours=hours)) == 0
    tomorrow = NOW + timedelta(days=1)
    assert jobs.deliver(tomorrow - 20 * MINUTE) == 0
    make.assignment(person.unit, state=State.ACTIVE, deadline=date(2020, 7, 7), title="修路")
    for _ in range(2):
        remind(tomorrow)
        jobs.deliver(tomorrow)
    (_, letter) = server.taken
    assert letter["Date"].datetime == tomorrow
    text = letter.get_body(("plain",)).get_content()
    assert "【督查部门催办】" in text
    assert "【今天到期】修路" in text


def test_on_a_day_off_nothing_is_sent_and_monday_has_one_message(person, server):
    saturday = NOW + timedelta(days=5)
    actions.announce("circular:1", {person.id}, "通报已经印发", "/circulars/1", saturday)
    actions.digest(saturday, statutory())
    assert jobs.deliver(saturday) == 0
    remind(NOW + timedelta(days=7))
    assert jobs.deliver(NOW + timedelta(days=7)) == 1
    text = server.taken[0].get_body(("plain",)).get_content()
    assert "通报已经印发" in text
    assert "建成三所学校" in text


def test_switching_off_forgets_what_waits(person, server, administrator):
    remind()
    channels.switch_off(queries.line(Channel.MAIL), administrator, NOW)
    channels.switch_on(queries.line(Channel.MAIL), administrator, NOW)
    assert jobs.deliver(NOW) == 0
    assert row().outcome is Outcome.CANCELLED


def test_what_is_sent_again_goes_to_the_address_as_it_is_now_or_nowhere(person, server, administrator):
    server.rcpt["zhou@example.cn"] = "550 no such user"
    remind()
    jobs.deliver(NOW)
    person.email = "zhou.tl@example.cn"
    assert delivery.resend(row(), administrator, NOW)
    jobs.deliver(NOW + MINUTE)
    assert server.taken[0]["To"] == "zhou.tl@example.cn"

    db.session.execute(db.update(Delivery).values(outcome=Outcome.FAILED, sent_at=None))
    person.active = False
    assert not delivery.resend(row(), administrator, NOW)
    assert row().outcome is Outcome.CANCELLED


def test_the_command_sends_and_counts(person, server, command):
    make.user(email="gone@example.cn")
    server.rcpt["gone@example.cn"] = "550 no such user"
    remind()
    answer = command("deliver", "--at", "2020-07-06T09:00")
    assert (answer.code, answer.out) == (1, "发送了2条，待发送0条，未送达1条\n")
    assert command("deliver", "--at", "2020-07-06T09:01").out == "发送了0条，待发送0条，未送达1条\n"
