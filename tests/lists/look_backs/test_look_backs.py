"""A struck-off account is looked at again; what came back stands under its number again."""

from datetime import date, timedelta

import pytest

from tests import make
from tests.conftest import NOW, sign_in
from tracker.accounts.models import Role
from tracker.audit import Event
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Forbidden, Invalid, WrongState
from tracker.lists.account import actions as account
from tracker.lists.account import closing
from tracker.lists.account.closing import Visit
from tracker.lists.look_backs import actions, jobs
from tracker.lists.look_backs.models import LookBack
from tracker.lists.look_backs.rules import months_later
from tracker.workflow import LookBackState, RectificationState

TODAY = local_date(NOW)
VISIT = Visit("现场查看，有一所学校停课", "定海城东小学", TODAY)


@pytest.fixture
def struck_off(supervisor):
    """Makes accounts that were just struck off by the supervisor."""

    def build(count=1):
        made = []
        for _ in range(count):
            columns = {"state": RectificationState.VERIFIED, "progress": 100}
            item = make.problem(rectification=columns).rectification
            closing.close(item, supervisor, NOW)
            made.append(item)
        db.session.flush()
        return made

    return build


def planned():
    return db.session.scalars(db.select(LookBack).order_by(LookBack.id)).all()


def test_three_months_later_is_the_same_day_or_the_last():
    assert months_later(date(2020, 7, 6), 3) == date(2020, 10, 6)
    assert months_later(date(2020, 11, 30), 3) == date(2021, 2, 28)
    assert months_later(date(2020, 7, 31), 0) == date(2020, 7, 31)


def test_the_lot_is_the_hash_of_the_strike_off_and_is_drawn_once(app, struck_off):
    struck_off(30)
    app.config["LOOK_BACK_SHARE"], usual = 40, app.config["LOOK_BACK_SHARE"]
    made = jobs.schedule_look_backs(NOW + timedelta(days=1))
    app.config["LOOK_BACK_SHARE"] = usual
    events = db.session.scalars(db.select(Event).where(Event.kind == "rectification.close")).all()
    lots = {event.id for event in events if int(event.hash, 16) % 10_000 < 4_000}
    assert {one.event_id for one in planned()} == lots
    assert (made, jobs.schedule_look_backs(NOW + timedelta(days=2))) == (len(lots), 0)
    assert {one.due_on for one in planned()} == {date(2020, 10, 6)}


def test_who_struck_it_off_does_not_look_back(struck_off, supervisor):
    item, *_ = struck_off()
    look_back = actions.plan(item, supervisor, NOW, TODAY, "群众反映")
    with pytest.raises(Forbidden, match="另一人"):
        actions.hold(look_back, supervisor, NOW, VISIT)
    with pytest.raises(WrongState, match="已经安排"):
        actions.plan(item, supervisor, NOW, TODAY, "再看")


def test_a_failure_puts_the_same_number_on_the_books_again(struck_off, supervisor):
    item, *_ = struck_off()
    number, other = item.problem.number, make.user(Role.SUPERVISOR)
    look_back = actions.plan(item, supervisor, NOW, TODAY, "群众反映")
    with pytest.raises(Invalid) as refusal:
        actions.fail(look_back, other, NOW, Visit("反弹", "", TODAY))
    assert list(refusal.value.fields) == ["place"]
    actions.fail(look_back, other, NOW, VISIT, date(2020, 7, 31))
    assert (item.state, item.problem.number, item.reopened_times) == (RectificationState.ACTIVE, number, 1)
    assert (item.deadline, look_back.state) == (date(2020, 7, 31), LookBackState.FAILED)
    assert "停课" in look_back.closure.reopen_reason


def test_an_account_reopened_by_hand_is_not_looked_at_any_more(struck_off, supervisor):
    item, *_ = struck_off()
    actions.plan(item, supervisor, NOW, TODAY, "群众反映")
    account.reopen(item, supervisor, NOW, "台账造假")
    assert [one.state for one in planned()] == [LookBackState.DROPPED]


def test_the_pages_tell_who_struck_off_what_and_what_came_back(client, struck_off, supervisor):
    first, *_ = struck_off(3)
    other = make.user(Role.SUPERVISOR)
    look_back = actions.plan(first, supervisor, NOW, TODAY, "群众反映")
    sign_in(client, other)
    page = client.get("/lists/look-backs").text
    assert first.problem.number in page
    form = {"findings": "", "place": "定海", "checked_on": "2020-07-06", "again_by": "2020-07-31"}
    answer = client.post(f"/lists/look-backs/{look_back.id}/fail", data=form)
    assert (answer.status_code, "请填写现场情况" in answer.text) == (422, True)
    answer = client.post(f"/lists/look-backs/{look_back.id}/fail", data=form | {"findings": "反弹"})
    assert answer.status_code == 302
    page = client.get("/lists/supervision/").text
    assert "1/3件（33%）" in page
    assert "0/3件" in page  # verified on June 18, struck off on July 6
