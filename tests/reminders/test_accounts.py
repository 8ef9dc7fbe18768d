"""Rectifications are reminded of like duties, in the one digest of the day."""

from datetime import date, timedelta

from tests import make
from tests.conftest import NOW, sign_in
from tracker.db import db
from tracker.reminders import accounts, actions
from tracker.reminders.messages import compose
from tracker.reminders.models import Channel, Delivery, Digest, Outcome, Reminder
from tracker.workdays import statutory
from tracker.workflow import RectificationState

ACTIVE = RectificationState.ACTIVE


def called():
    return {(row.step, row.recipient_id) for row in db.session.scalars(db.select(Reminder))}


def test_a_rectification_is_called_for_by_the_rules_of_duties(reporter, head, supervisor, stranger):
    for day in (date(2020, 7, 9), date(2020, 7, 3), date(2020, 6, 29), date(2020, 12, 31)):
        make.problem(reporter.unit, rectification={"state": ACTIVE, "deadline": day})
    make.problem(reporter.unit, rectification={"state": RectificationState.CLOSING})
    waits = {"state": RectificationState.ISSUED, "issued_at": NOW - timedelta(days=5)}
    make.problem(reporter.unit, rectification=waits | {"deadline": date(2020, 12, 31)})
    made = accounts.remind(NOW, statutory())
    late = {("+1", reporter.id), ("+1", head.id), ("+5", reporter.id), ("+5", head.id), ("+5", supervisor.id)}
    assert called() == late | {("T-3", reporter.id), ("unsigned", reporter.id)}
    assert (made, accounts.remind(NOW, statutory())) == (7, 0)


def test_the_digest_names_the_account_beside_the_duties(client, reporter):
    make.assignment(reporter.unit, deadline=date(2020, 7, 9))
    problem = make.problem(reporter.unit, rectification={"state": ACTIVE, "deadline": date(2020, 7, 9)})
    actions.remind(NOW, statutory())
    accounts.remind(NOW, statutory())
    actions.digest(NOW, statutory())
    digest = db.session.scalars(db.select(Digest)).one()
    sign_in(client, reporter)
    page = client.get(f"/reminders/{digest.id}").text
    assert f"整改账号{problem.number}" in page
    assert "建成三所学校" in page
    mail = Delivery(
        digest=digest, channel=Channel.MAIL, address="", outcome=Outcome.WAITING, next_at=NOW, message_id="m"
    )
    db.session.add(mail)
    db.session.flush()
    text = compose(mail, NOW).text
    assert f"整改账号{problem.number}：三所学校均未开工。" in text
    assert f"/lists/{problem.id}" in text
