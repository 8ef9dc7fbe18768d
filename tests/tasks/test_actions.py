"""The verbs of an assignment."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm.exc import StaleDataError

from tests import make
from tests.conftest import NOW
from tracker.audit import Event
from tracker.db import db
from tracker.errors import Forbidden, Invalid, WrongState
from tracker.tasks import actions
from tracker.tasks.actions import Reissue
from tracker.tasks.models import Answer, Ground
from tracker.workflow import State


def test_receiving_is_signed_and_recorded(reporter):
    duty = make.assignment(reporter.unit)
    actions.receive(duty, reporter, NOW)
    db.session.flush()
    event = db.session.scalars(db.select(Event)).one()
    assert (duty.state, duty.received_at) == (State.ACTIVE, NOW)
    assert (event.kind, event.actor_id, event.details["state"]) == (
        "assignment.receive",
        reporter.id,
        ["issued", "active"],
    )


def test_another_unit_cannot_sign_for_it(reporter):
    duty = make.assignment(make.unit("市教育局"))
    with pytest.raises(Forbidden):
        actions.receive(duty, reporter, NOW)
    assert duty.state is State.ISSUED


def test_a_dispute_needs_a_reason(reporter):
    with pytest.raises(Invalid, match="理由"):
        actions.dispute(make.assignment(reporter.unit), reporter, NOW, Ground.UNIT, "  ")


def test_an_upheld_dispute_is_reissued_with_a_new_day_and_keeps_the_original(reporter, supervisor):
    duty = make.assignment(reporter.unit, deadline=date(2020, 6, 30))
    actions.dispute(duty, reporter, NOW, Ground.DEADLINE, "时间不够")
    actions.uphold(duty, supervisor, NOW, "同意顺延", Reissue(deadline=date(2020, 9, 30)))
    assert (duty.state, duty.deadline, duty.original_deadline) == (
        State.ISSUED,
        date(2020, 9, 30),
        date(2020, 6, 30),
    )


def test_an_upheld_dispute_without_a_day_withdraws_the_duty(reporter, supervisor):
    duty = make.assignment(reporter.unit)
    actions.dispute(duty, reporter, NOW, Ground.UNIT, "不是本单位职责")
    actions.uphold(duty, supervisor, NOW, "改由他单位承办")
    assert duty.state is State.WITHDRAWN


def test_the_deadline_moves_by_the_days_a_dispute_stood(reporter, supervisor):
    duty = make.assignment(reporter.unit, deadline=date(2020, 8, 31))
    objection = actions.dispute(duty, reporter, NOW, Ground.WORDING, "表述不清")
    actions.overrule(duty, supervisor, NOW + timedelta(days=3), "按文件办理")
    assert (duty.deadline, duty.original_deadline) == (date(2020, 9, 3), date(2020, 8, 31))
    assert (objection.answer, objection.days, duty.paused_on) == (Answer.OVERRULED, 3, None)


def test_an_upheld_dispute_may_go_to_another_unit(reporter, supervisor):
    duty, other = make.assignment(reporter.unit), make.unit("市民政局")
    actions.dispute(duty, reporter, NOW, Ground.UNIT, "不是本单位职责")
    actions.uphold(duty, supervisor, NOW, "改由民政局承办", Reissue(unit=other))
    assert (duty.unit, duty.state) == (other, State.ISSUED)


def test_an_upheld_dispute_that_changes_nothing_is_refused(reporter, supervisor):
    duty = make.assignment(reporter.unit)
    actions.dispute(duty, reporter, NOW, Ground.UNIT, "不是本单位职责")
    with pytest.raises(Invalid, match="至少一项"):
        actions.uphold(duty, supervisor, NOW, "同意", Reissue(unit=reporter.unit))


def test_a_resumed_duty_gets_the_days_back(approver):
    duty = make.assignment(state=State.ACTIVE, deadline=date(2020, 8, 31))
    actions.suspend(duty, approver, NOW, "台风")
    actions.resume(duty, approver, NOW + timedelta(days=10))
    assert (duty.deadline, duty.paused_on) == (date(2020, 9, 10), None)


def test_who_comes_second_is_told_who_was_first(reporter):
    duty = make.assignment(reporter.unit)
    actions.receive(duty, reporter, NOW)
    with pytest.raises(WrongState, match=f"{reporter.name}已于7月6日09:00“签收”"):
        actions.receive(duty, reporter, NOW)


def test_who_applied_cannot_close(supervisor, reporter):
    duty = make.assignment(reporter.unit, state=State.CLOSING, applied_by_id=supervisor.id)
    with pytest.raises(Forbidden, match="另一人"):
        actions.close(duty, supervisor, NOW)


def test_closing_gives_the_day_and_full_progress(supervisor):
    duty = make.assignment(state=State.CLOSING, progress=90)
    actions.close(duty, supervisor, NOW)
    db.session.flush()
    assert (duty.closed_on, duty.progress) == (date(2020, 7, 6), 100)


def test_reopening_takes_the_day_back(supervisor):
    duty = make.assignment(state=State.CLOSED)
    actions.reopen(duty, supervisor, NOW, "抽查发现未到位")
    db.session.flush()
    assert (duty.state, duty.closed_on) == (State.ACTIVE, None)


def test_two_reviewers_cannot_both_close(supervisor):
    duty = make.assignment(state=State.CLOSING)
    db.session.refresh(duty)  # the page was opened before the other reviewer acted
    db.session.execute(db.text("UPDATE assignments SET version = version + 1"))
    actions.close(duty, supervisor, NOW)
    with pytest.raises(StaleDataError):
        db.session.flush()


def test_only_an_approver_suspends(supervisor, approver):
    duty = make.assignment(state=State.ACTIVE)
    with pytest.raises(Forbidden):
        actions.suspend(duty, supervisor, NOW, "台风")
    actions.suspend(duty, approver, NOW, "台风")
    actions.resume(duty, approver, NOW)
    assert duty.state is State.ACTIVE


def test_a_past_deadline_is_confirmed_once(supervisor):
    task = make.task(is_past_confirmed=False)
    actions.confirm_past(task, supervisor, NOW)
    assert task.is_past_confirmed
    with pytest.raises(Invalid):
        actions.confirm_past(task, supervisor, NOW)


def test_the_wrong_state_is_named(head):
    with pytest.raises(WrongState, match="已办结"):
        actions.receive(make.assignment(head.unit, state=State.CLOSED), head, NOW)
