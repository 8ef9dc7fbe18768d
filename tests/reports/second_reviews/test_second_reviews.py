"""Closures drawn by lot, and the second supervisor who looks at them."""

from hashlib import sha256

import pytest

from tests import make
from tests.conftest import NOW, sign_in
from tracker import scheduler
from tracker.accounts.models import Role
from tracker.db import db
from tracker.errors import Forbidden, Invalid
from tracker.reports.models import SecondReview
from tracker.reports.second_reviews import actions, queries
from tracker.reports.second_reviews.rules import is_drawn
from tracker.scores.actions import add_default_model
from tracker.scores.faultless import faultless_unit_ids
from tracker.scores.models import Evaluation, ScoreLine, ScoreModel, ScoreSheet
from tracker.tasks import actions as tasks
from tracker.tasks.models import Assignment
from tracker.workflow import EvaluationState, SecondReviewState, State


def closed(unit, by, **columns):
    duty = make.assignment(unit, state=State.CLOSING, **columns)
    tasks.close(duty, by, NOW)
    db.session.commit()
    return duty


@pytest.fixture
def other():
    return make.user(Role.SUPERVISOR)


@pytest.fixture
def drawn(reporter, supervisor):
    """One closure by ``supervisor``, drawn."""
    duty = closed(reporter.unit, supervisor, applied_by_id=reporter.id)
    actions.draw(NOW, (), 100, 100)
    db.session.commit()
    return db.session.scalars(db.select(SecondReview).filter_by(assignment_id=duty.id)).one()


def test_the_lot_keeps_its_share_and_a_larger_share_keeps_the_smaller():
    hashes = [sha256(str(n).encode()).hexdigest() for n in range(4000)]
    small = {one for one in hashes if is_drawn(one, 5)}
    large = {one for one in hashes if is_drawn(one, 20)}
    assert 140 < len(small) < 260
    assert 700 < len(large) < 900
    assert small < large
    assert not any(is_drawn(one, 0) for one in hashes)
    assert all(is_drawn(one, 100) for one in hashes)


def test_every_closure_is_looked_at_once(reporter, supervisor):
    closed(reporter.unit, supervisor)
    assert actions.draw(NOW, (), 0, 0) == 0
    assert actions.draw(NOW, (), 100, 100) == 0  # looked at before, by the share of that day
    closed(reporter.unit, supervisor)
    assert actions.draw(NOW, (), 100, 100) == 1
    assert actions.draw(NOW, (), 100, 100) == 0


def test_a_unit_without_fault_is_drawn_by_its_own_share(reporter, supervisor):
    closed(reporter.unit, supervisor)
    closed(make.unit("市教育局"), supervisor)
    assert actions.draw(NOW, {reporter.unit.id}, 0, 100) == 1
    assert db.session.scalars(db.select(SecondReview)).one().share == 100


def test_what_was_drawn_can_be_drawn_again(reporter, supervisor):
    """The trail says which closures were looked at, with which shares: the lots come out the same."""
    duties = [closed(reporter.unit, supervisor) for _ in range(30)]
    actions.draw(NOW, (), 50, 50)
    reviews = db.session.scalars(db.select(SecondReview)).all()
    events = db.session.execute(
        db.select(queries.Event.id, queries.Event.hash).filter_by(kind=queries.CLOSE)
    ).all()
    assert {review.event_id for review in reviews} == {id_ for id_, hash_ in events if is_drawn(hash_, 50)}
    assert len(events) == len(duties)


def test_a_closure_without_lot_is_not_shown(client, reporter, supervisor, other):
    closed(reporter.unit, supervisor)
    sign_in(client, other)
    assert "没有待您复核的办结事项" in client.get("/reports/second-reviews/").text


def test_neither_who_closed_nor_who_applied_looks_again(client, drawn, supervisor, reporter):
    with pytest.raises(Forbidden):
        actions.agree(drawn, supervisor, NOW)
    reporter.role = Role.SUPERVISOR
    with pytest.raises(Forbidden):
        actions.disagree(drawn, reporter, NOW, "不实")
    assert queries.count(queries.open_to(supervisor)) == queries.count(queries.open_to(reporter)) == 0


def test_the_only_supervisor_is_told_that_another_is_needed(client, drawn, supervisor):
    sign_in(client, supervisor)
    page = client.get("/reports/second-reviews/").text
    assert "须由另一位督查员复核；系统里现在只有您一位督查员" in page


def test_agreeing_leaves_the_duty_closed(client, drawn, other):
    review_id, duty_id, title = drawn.id, drawn.assignment_id, drawn.assignment.task.title
    sign_in(client, other)
    assert title in client.get("/reports/second-reviews/").text
    page = client.post(f"/reports/second-reviews/{review_id}/agree", follow_redirects=True).text
    assert "复核属实" in page
    assert db.session.get(SecondReview, review_id).reviewed_by_id == other.id
    assert db.session.get(Assignment, duty_id).state is State.CLOSED


def test_disagreeing_takes_the_duty_up_again_and_its_unit_sees_why(client, drawn, other, reporter):
    review_id, duty_id = drawn.id, drawn.assignment_id
    sign_in(client, other)
    client.post(f"/reports/second-reviews/{review_id}/disagree", data={"reason": "现场只有两所"})
    review, duty = db.session.get(SecondReview, review_id), db.session.get(Assignment, duty_id)
    assert (review.state, duty.state) == (SecondReviewState.DISAGREED, State.ACTIVE)
    sign_in(client, reporter)
    assert "复核不符：现场只有两所" in client.get(f"/reports/duties/{duty_id}").text


def test_disagreeing_needs_a_reason_and_then_changes_nothing(drawn, other):
    with pytest.raises(Invalid):
        actions.disagree(drawn, other, NOW, " ")
    db.session.rollback()
    assert (drawn.state, drawn.assignment.state) == (SecondReviewState.DRAWN, State.CLOSED)


def test_the_second_of_two_is_told_who_was_faster(client, drawn, other):
    review_id, version = drawn.id, drawn.version
    actions.agree(drawn, other, NOW)
    third = make.user(Role.SUPERVISOR)
    sign_in(client, third)
    answer = client.post(
        f"/reports/second-reviews/{review_id}/disagree", data={"version": version, "reason": "不实"}
    )
    assert answer.status_code == 409
    assert other.name in answer.text


def test_a_duty_reopened_and_closed_again_is_another_closure(drawn, supervisor, other):
    tasks.reopen(drawn.assignment, supervisor, NOW, "材料不全")
    db.session.commit()
    assert queries.count(queries.waiting()) == 0
    tasks.request_closure(drawn.assignment, None, NOW, "")
    tasks.close(drawn.assignment, supervisor, NOW)
    db.session.commit()
    assert queries.count(queries.waiting()) == 0  # the lot was for the first closure


def test_the_clockwork_draws_once(reporter, supervisor, app):
    app.config["SECOND_REVIEW_SHARE"] = 100
    try:
        closed(reporter.unit, supervisor)
        assert scheduler.draw_second_reviews(NOW) == 1
        assert scheduler.draw_second_reviews(NOW) == 0
    finally:
        app.config["SECOND_REVIEW_SHARE"] = 5


def test_units_without_fault_are_those_of_their_last_final_month(reporter):
    full, returned, nothing, earlier = (make.unit(f"单位{n}") for n in range(4))
    model = make_model()
    june, may = make_evaluation(model, "2020-06"), make_evaluation(model, "2020-05")
    make_sheet(june, full, 100, (3, 4))
    make_sheet(june, returned, 97, (3, 4))
    make_sheet(june, nothing, 97, (4, 4))
    make_sheet(may, earlier, 100, (4, 4))
    make_sheet(june, earlier, 90, (0, 0))
    assert faultless_unit_ids() == {full.id, nothing.id}


def make_model():
    add_default_model(NOW)
    db.session.commit()
    return db.session.scalars(db.select(ScoreModel)).first()


def make_evaluation(model, month):
    board = make.board(f"组{month}")
    row = Evaluation(
        board=board,
        month=month,
        model=model,
        cutoff_on=NOW.date(),
        after=NOW.date(),
        appeals_until=NOW.date(),
        state=EvaluationState.FINAL,
        made_at=NOW,
    )
    db.session.add(row)
    db.session.commit()
    return row


def make_sheet(evaluation, unit, score, quality):
    sheet = ScoreSheet(
        evaluation=evaluation,
        unit=unit,
        position=1,
        score=score,
        penalty=0,
        bonus=0,
        note="",
        is_behind=False,
        facts={},
    )
    numerator, denominator = quality
    sheet.lines.append(
        ScoreLine(position=1, code="Q", numerator=numerator, denominator=denominator, points=0)
    )
    db.session.add(sheet)
    db.session.commit()
