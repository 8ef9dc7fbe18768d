"""When something stands still: the clockwork for three days, or a mail server in mid-message."""

import asyncio
import threading
from datetime import date, datetime, timedelta

import pytest

from tests import make
from tests.conftest import NOW, Browser, sign_in
from tests.reminders.channels import servers
from tests.reminders.channels.servers import hang_up
from tracker.accounts.models import Role
from tracker.clock import SHANGHAI
from tracker.db import db, writing
from tracker.lists.models import Problem
from tracker.reminders import actions, jobs
from tracker.reminders.models import Channel, Delivery, Digest, Outcome, Reminder
from tracker.scheduler import run_due
from tracker.tasks.models import Assignment
from tracker.workdays import statutory
from tracker.workflow import State

MONDAY = NOW
THURSDAY = datetime(2020, 7, 9, 11, 0, tzinfo=SHANGHAI)  # the machine was off since Monday noon
FRIDAY = THURSDAY + timedelta(days=1)


@pytest.fixture
def mailbox(app, monkeypatch):
    with servers.mail_server() as server:
        monkeypatch.setitem(app.config, "MAIL_URL", server.url)
        yield server


def test_three_days_of_standstill_are_made_up_in_one_digest_with_the_days_they_belong_to(mailbox):
    person = make.user(email="zhou@example.cn")
    make.user(Role.SUPERVISOR)
    unit = person.unit
    days = {"到期": date(2020, 7, 9), "逾期": date(2020, 7, 7), "将到期": date(2020, 7, 13)}
    duties = {name: make.assignment(unit, state=State.ACTIVE, deadline=day) for name, day in days.items()}
    weekly = make.task(recurrence="FREQ=WEEKLY;BYDAY=TU", deadline=date(2020, 7, 31))
    make.assignment(unit, weekly, period="2020-W28", original_deadline=date(2020, 7, 7), state=State.CLOSED)

    run_due(MONDAY)
    told = [(row.assignment_id, row.step) for row in db.session.scalars(db.select(Reminder))]
    assert sorted(told) == sorted(
        [(duties["到期"].id, "T-3"), (duties["逾期"].id, "T-1"), (duties["将到期"].id, "T-7")]
    )

    for moment in (THURSDAY, THURSDAY + timedelta(seconds=20), THURSDAY + timedelta(minutes=1)):
        run_due(moment)

    period = db.session.scalars(db.select(Assignment).filter_by(task_id=weekly.id, period="2020-W29")).one()
    assert (period.starts_on, period.deadline) == (date(2020, 7, 8), date(2020, 7, 14))
    made = db.session.scalars(db.select(Reminder).filter_by(made_on=THURSDAY.date())).all()
    assert {(row.assignment_id, row.step, row.deadline) for row in made} == {
        (duties["到期"].id, "T0", date(2020, 7, 9)),  # T-1 was missed, and is past
        (duties["逾期"].id, "+1", date(2020, 7, 7)),  # due on Tuesday, late since Wednesday
        (duties["将到期"].id, "T-3", date(2020, 7, 13)),  # Wednesday's
        (period.id, "T-3", date(2020, 7, 14)),  # begun on Wednesday
    }
    digests = db.session.scalars(
        db.select(Digest).filter_by(recipient_id=person.id).order_by(Digest.on)
    ).all()
    assert [one.on for one in digests] == [MONDAY.date(), THURSDAY.date()]
    assert len(mailbox.taken) == 2
    text = mailbox.taken[1].get_body(("plain",)).get_content()
    assert all(f"{day.month}月{day.day}日" in text for day in days.values()), text

    problem = db.session.scalars(
        db.select(Problem)
    ).one()  # on the books since Thursday, late since Wednesday
    assert problem.assignment_id == duties["逾期"].id

    run_due(FRIDAY)
    fridays = db.session.scalars(db.select(Reminder).filter_by(made_on=FRIDAY.date())).all()
    assert {(row.assignment_id, row.step) for row in fridays} == {
        (duties["到期"].id, "+1"),
        (duties["逾期"].id, "+3"),
        (duties["将到期"].id, "T-1"),
    }


def test_while_a_mail_server_hangs_pages_are_read_and_written(own_app):
    """One mail is held as long as the pages take; then it is taken, the next refused, the third broken off."""
    people = [make.user(Role.REPORTER, email=f"{number}@example.cn") for number in range(3)]
    make.assignment(people[0].unit, state=State.ACTIVE, deadline=date(2020, 6, 30))
    duty = make.assignment(people[0].unit, state=State.ISSUED)
    released, answers = threading.Event(), ["250 OK", "451 later", hang_up]

    async def hold(server, envelope):
        while not released.is_set():
            await asyncio.sleep(0.01)
        answer = answers.pop(0)
        return answer if isinstance(answer, str) else answer(server, envelope)

    def deliver():
        with own_app.app_context(), writing():
            jobs.deliver(NOW)

    with servers.mail_server() as server:
        own_app.config["MAIL_URL"], server.act = server.url, hold
        actions.remind(NOW, statutory())
        actions.digest(NOW, statutory())
        db.session.commit()
        sending = threading.Thread(target=deliver)
        sending.start()
        try:
            while not server.tried:
                assert sending.is_alive()
                sending.join(0.02)
            client = Browser(own_app, own_app.response_class)
            sign_in(client, people[0])
            for path in ("/", "/tasks/", "/reminders/", f"/reports/duties/{duty.id}"):
                assert client.get(path).status_code == 200
            assert client.post(f"/tasks/assignments/{duty.id}/receive").status_code == 302
            assert db.session.get_one(Assignment, duty.id).state is State.ACTIVE
            db.session.rollback()
            assert (len(answers), sending.is_alive()) == (3, True)
        finally:
            released.set()
            sending.join()
    db.session.rollback()
    mails = db.select(Delivery.outcome).filter_by(channel=Channel.MAIL).order_by(Delivery.id)
    assert db.session.scalars(mails).all() == [Outcome.SENT, Outcome.WAITING, Outcome.WAITING]
