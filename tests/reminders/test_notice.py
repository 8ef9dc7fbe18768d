"""A late mark falls when the notice provably came after the deadline, and only then."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests import make
from tests.conftest import NOW, sign_in
from tracker.accounts.models import Role
from tracker.audit import Event
from tracker.db import db
from tracker.lists import actions as lists
from tracker.reminders import actions, jobs
from tracker.reminders.models import Reminder
from tracker.reminders.notice import late_notices
from tracker.reminders.rules import came_late
from tracker.reminders.slips import actions as slips
from tracker.reminders.slips.models import Proposal
from tracker.scores.actions import window_of
from tracker.scores.gathering import gather
from tracker.tasks import actions as tasks
from tracker.tasks import queries
from tracker.tasks.models import Assignment, Ground
from tracker.tasks.rules import Light, light
from tracker.workdays import statutory
from tracker.workflow import State

DUE = date(2020, 6, 30)  # a Tuesday
TODAY = date(2020, 7, 6)
LAST_DAY = datetime(2020, 6, 30, 1, tzinfo=UTC)  # 09:00 in Beijing
DAY_AFTER = LAST_DAY + timedelta(days=1)


def remind(at: datetime) -> None:
    actions.remind(at, statutory())
    actions.digest(at, statutory())


@pytest.mark.parametrize(
    ("noticed_on", "falls"), [(None, True), (date(2020, 7, 1), True), (DUE, False), (date(2020, 6, 1), False)]
)
def test_notice_on_the_last_day_is_in_time(noticed_on, falls):
    assert came_late(DUE, noticed_on) == falls


def test_without_a_deadline_nothing_is_late():
    assert not came_late(None, None)


def test_who_was_reminded_on_the_last_day_is_late_though_nobody_read_it(reporter):
    make.assignment(reporter.unit, deadline=DUE, issued_at=LAST_DAY - timedelta(days=20))
    remind(LAST_DAY)
    assert late_notices(TODAY) == {}


def test_who_was_reminded_only_after_it_is_not(reporter):
    duty = make.assignment(reporter.unit, deadline=DUE, issued_at=LAST_DAY + timedelta(hours=5))
    remind(DAY_AFTER)
    assert late_notices(TODAY) == {duty.id: date(2020, 7, 1)}


def test_a_reminder_that_got_into_no_digest_has_not_arrived(reporter):
    duty = make.assignment(reporter.unit, deadline=DUE, issued_at=LAST_DAY - timedelta(days=20))
    actions.remind(LAST_DAY, statutory())
    assert late_notices(TODAY) == {duty.id: None}


def test_who_signed_in_time_knew(reporter):
    make.assignment(reporter.unit, deadline=DUE, state=State.ACTIVE, received_at=LAST_DAY)
    signed = make.assignment(reporter.unit, deadline=DUE, state=State.ACTIVE, received_at=DAY_AFTER)
    assert late_notices(TODAY) == {signed.id: date(2020, 7, 1)}


def test_what_was_handed_in_in_time_bears_no_mark(reporter):
    make.assignment(
        reporter.unit,
        deadline=DUE,
        state=State.CLOSING,
        received_at=DAY_AFTER,
        submitted_at=LAST_DAY,
    )
    assert late_notices(TODAY) == {}


def test_the_notice_of_another_unit_is_none_of_ours(reporter, stranger, supervisor):
    duty = make.assignment(reporter.unit, deadline=DUE)
    remind(LAST_DAY)
    tasks.dispute(duty, reporter, DAY_AFTER, Ground.UNIT, "归市教育局")
    change = tasks.Reissue(unit=stranger.unit, deadline=DUE)
    tasks.uphold(duty, supervisor, DAY_AFTER, "按职责调整", change, "省里等着要")
    assert late_notices(TODAY) == {duty.id: None}


def test_who_disputed_in_time_knew(reporter, supervisor):
    duty = make.assignment(reporter.unit, deadline=DUE)
    tasks.dispute(duty, reporter, LAST_DAY, Ground.OTHER, "表述不清")
    tasks.overrule(duty, supervisor, LAST_DAY, "表述清楚")
    assert late_notices(TODAY) == {}


def test_a_past_deadline_that_a_person_confirmed_stands(reporter, supervisor):
    duty = make.assignment(reporter.unit, deadline=date(2020, 5, 31), is_past_confirmed=False)
    assert duty.id in late_notices(TODAY)
    tasks.confirm_past(duty.task, supervisor, NOW)
    assert late_notices(TODAY) == {}


def test_what_fell_due_without_notice_is_put_off_and_nothing_calls_it_late(
    reporter, head, supervisor, stranger
):
    """The clockwork stood still over the end of June; one unit has nobody to tell."""
    told_late = make.assignment(reporter.unit, deadline=DUE, issued_at=LAST_DAY + timedelta(hours=5))
    remind(DAY_AFTER)
    never_told = make.assignment(make.unit("市气象局"), deadline=DUE, issued_at=LAST_DAY - timedelta(days=20))
    signed_late = make.assignment(reporter.unit, deadline=DUE, state=State.ACTIVE, received_at=DAY_AFTER)
    handed_in = {"state": State.CLOSING, "received_at": DAY_AFTER, "submitted_at": DAY_AFTER}
    handed_in_late = make.assignment(reporter.unit, deadline=DUE, **handed_in)
    knew = make.assignment(stranger.unit, deadline=DUE, state=State.ACTIVE)
    unconfirmed = make.assignment(reporter.unit, deadline=DUE, is_past_confirmed=False)
    late = [told_late, never_told, signed_late, handed_in_late]

    assert jobs.defer_unnoticed(NOW) == len(late)
    assert jobs.defer_unnoticed(NOW) == 0

    assert {(duty.original_deadline, duty.deadline) for duty in late} == {(DUE, date(2020, 7, 9))}
    assert {duty.deadline for duty in (knew, unconfirmed)} == {DUE}
    assert {light(duty, duty.submitted_on, TODAY, date(2020, 7, 13)) for duty in late} == {
        Light.YELLOW,
        Light.GREEN,
    }
    deferred = db.session.scalars(db.select(Event).filter_by(kind="assignment.defer"))
    told = {event.subject_id: event.reason for event in deferred}
    assert told[signed_late.id] == "到时限为止，通知没有送达（2020年7月1日才送达）"
    assert told[never_told.id] == "到时限为止，通知没有送达"
    overdue = db.session.scalars(db.select(Assignment.id).where(queries.overdue(TODAY)))
    assert set(overdue) == {knew.id, unconfirmed.id}
    entered = {problem.assignment_id for problem in lists.enter_overdue(NOW, statutory())}
    assert entered == {knew.id, unconfirmed.id}
    remind(NOW)
    steps = db.session.execute(db.select(Reminder.assignment_id, Reminder.step).filter_by(made_on=TODAY))
    assert {tuple(row) for row in steps} >= {(told_late.id, "T-3"), (signed_late.id, "T-3")}
    slips.propose(NOW, statutory(), {})
    assert {one.assignment_id for one in db.session.scalars(db.select(Proposal))} == {knew.id}
    facts = gather(window_of("2020-07", statutory()), statutory())[reporter.unit_id]
    assert [duty.met for duty in facts.duties] == [False, False, True]  # what was handed in counts as in time
    assert facts.unnoticed == ()


def test_the_scores_name_it_and_do_not_count_it(reporter):
    make.assignment(reporter.unit, deadline=DUE, issued_at=LAST_DAY + timedelta(hours=5))
    make.assignment(reporter.unit, deadline=DUE, state=State.ACTIVE, title="修路")
    facts = gather(window_of("2020-06", statutory()), statutory())[reporter.unit_id]
    assert [duty.title for duty in facts.duties] == ["修路"]
    assert [duty.title for duty in facts.unnoticed] == ["建成三所学校"]
    assert [duty.title for duty in facts.running] == ["修路"]
    assert len(facts.reports) == 1
    assert type(facts).from_json(facts.as_json()) == facts


def test_the_page_of_the_duty_says_why(client, reporter, supervisor):
    duty = make.assignment(reporter.unit, deadline=DUE, issued_at=LAST_DAY + timedelta(hours=5))
    remind(DAY_AFTER)
    for person in (reporter, supervisor):
        sign_in(client, person)
        page = client.get(f"/reports/duties/{duty.id}").text
        assert "通知送达晚于时限，不计逾期" in page
        assert "首次送达2020年7月1日" in page
    db.session.refresh(duty)
    duty.deadline = date(2020, 7, 1)
    assert "不计逾期" not in client.get(f"/reports/duties/{duty.id}").text


def test_what_was_entered_only_after_its_deadline_keeps_it_and_a_person_decides(reporter, client):
    duty = make.assignment(reporter.unit, deadline=DUE, issued_at=DAY_AFTER, state=State.ISSUED)

    assert jobs.defer_unnoticed(NOW) == 0

    assert duty.deadline == DUE
    assert set(db.session.scalars(db.select(Assignment.id).where(queries.overdue(TODAY)))) == {duty.id}
    facts = gather(window_of("2020-07", statutory()), statutory())[reporter.unit_id]
    assert (len(facts.unnoticed), facts.duties) == (1, ())
    sign_in(client, make.user(Role.SUPERVISOR))
    page = client.get(f"/reports/duties/{duty.id}").text
    assert "请在台账勾选本项、重新确定时限" in page
    assert "自动顺延" not in page


def test_a_unit_that_joined_a_task_after_the_deadline_was_told_of_nothing(reporter, stranger):
    task = make.task(deadline=DUE)
    make.assignment(stranger.unit, task, state=State.ACTIVE)
    joined = make.assignment(reporter.unit, task, issued_at=DAY_AFTER, state=State.ISSUED)

    assert jobs.defer_unnoticed(NOW) == 1

    assert joined.deadline == date(2020, 7, 9)
