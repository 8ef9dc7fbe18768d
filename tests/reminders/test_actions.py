"""Each reminder once, one digest a person a day, read by its owner."""

from datetime import date, timedelta

import pytest

from tests import make
from tests.conftest import NOW, sign_in
from tracker.accounts.models import Role
from tracker.db import db
from tracker.reminders import actions
from tracker.reminders.models import Delivery, Digest, Reminder
from tracker.workdays import statutory
from tracker.workflow import State


def steps():
    return {(r.step, r.recipient_id) for r in db.session.scalars(db.select(Reminder))}


def test_an_overdue_duty_is_called_for_once(reporter, head):
    make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 6, 30))
    assert actions.remind(NOW, statutory()) == 2
    assert actions.remind(NOW, statutory()) == 0
    assert steps() == {("+3", reporter.id), ("+3", head.id)}


def test_from_the_fifth_day_the_office_hears_too(reporter, head, supervisor):
    make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 6, 30))
    actions.remind(NOW + timedelta(days=1), statutory())
    assert {person for _, person in steps()} == {reporter.id, head.id, supervisor.id}


def test_an_extension_starts_a_new_round(reporter):
    duty = make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 6, 30))
    actions.remind(NOW, statutory())
    duty.deadline = date(2020, 7, 9)
    assert actions.remind(NOW, statutory()) == 1
    assert ("T-3", reporter.id) in steps()


@pytest.mark.parametrize("state", [State.SUSPENDED, State.DISPUTED, State.CLOSED, State.WITHDRAWN])
def test_a_clock_that_stands_still_reminds_nobody(reporter, state):
    make.assignment(reporter.unit, state=state, deadline=date(2020, 6, 30))
    assert actions.remind(NOW, statutory()) == 0


def test_what_was_handed_in_in_time_is_not_called_for(reporter):
    make.assignment(
        reporter.unit,
        state=State.CLOSING,
        deadline=date(2020, 6, 30),
        submitted_at=NOW - timedelta(days=6),
    )
    assert actions.remind(NOW, statutory()) == 0


def test_unsigned_after_two_working_days_is_one_reminder(reporter):
    make.assignment(reporter.unit, issued_at=NOW - timedelta(days=4))  # Thursday; today is Monday
    make.assignment(reporter.unit, issued_at=NOW - timedelta(days=3))
    actions.remind(NOW, statutory())
    actions.remind(NOW + timedelta(days=0, hours=1), statutory())
    assert [r.step for r in db.session.scalars(db.select(Reminder))] == ["unsigned"]


def test_one_digest_a_person_a_day_with_its_delivery(reporter):
    for _ in range(3):
        make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 6, 30))
    actions.remind(NOW, statutory())
    assert actions.digest(NOW, statutory()) == 1
    assert actions.digest(NOW, statutory()) == 0
    digest = db.session.scalars(db.select(Digest)).one()
    assert (digest.recipient_id, len(digest.reminders)) == (reporter.id, 3)
    assert db.session.scalars(db.select(Delivery)).one().sent_at == NOW


def test_opening_a_digest_is_the_proof_of_notice(client, reporter):
    make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 6, 30))
    actions.remind(NOW, statutory())
    actions.digest(NOW, statutory())
    digest = db.session.scalars(db.select(Digest)).one()
    sign_in(client, reporter)
    assert "未读" in client.get("/reminders/").text
    client.get(f"/reminders/{digest.id}")
    assert db.session.get(Digest, digest.id).read_at is not None
    sign_in(client, make.user(Role.REPORTER))
    assert client.get(f"/reminders/{digest.id}").status_code == 404
