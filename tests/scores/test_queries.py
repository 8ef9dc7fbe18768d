"""What a month counts, as it stood at the cut-off."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tracker.db import db
from tracker.lists.models import Pace
from tracker.reports import actions as reports
from tracker.reports.actions import Content
from tracker.reports.rules import ReturnReason
from tracker.scores.actions import window_of
from tracker.scores.facts import Exemption, Facts
from tracker.scores.gathering import Window, gather
from tracker.tasks.models import Reporting
from tracker.workdays import statutory
from tracker.workflow import FilingState, RectificationState, State

JUNE = Window("2020-06", date(2020, 5, 29), date(2020, 6, 30))
CUTOFF = date(2020, 6, 30)


def at(month: int, day: int, hour: int = 9) -> datetime:
    """A moment of 2020 in Beijing."""
    return datetime(2020, month, day, hour, tzinfo=UTC) - timedelta(hours=8)


def facts(unit) -> Facts:
    return gather(JUNE, statutory()).get(unit.id, Facts())


@pytest.fixture
def unit(app):
    return make.unit()


@pytest.mark.parametrize(
    ("month", "after", "cutoff"),
    [
        ("2020-05", date(2020, 4, 30), date(2020, 5, 29)),
        ("2020-06", date(2020, 5, 29), date(2020, 6, 30)),
        ("2020-01", date(2019, 12, 31), date(2020, 1, 23)),  # the spring festival began on the 24th
    ],
)
def test_a_month_runs_from_one_last_working_day_to_the_next(app, month, after, cutoff):
    window = window_of(month, statutory())
    assert (window.after, window.cutoff_on) == (after, cutoff)


@pytest.mark.parametrize(
    ("deadline", "submitted", "counts"),
    [
        (date(2020, 5, 29), None, True),  # still open from the month before
        (date(2020, 5, 29), date(2020, 5, 29), False),
        (date(2020, 5, 29), date(2020, 6, 10), False),  # was May's business, and is no longer open
        (date(2020, 5, 30), date(2020, 5, 30), True),  # the Saturday after the cut-off of May
        (date(2020, 6, 30), None, True),
        (date(2020, 6, 30), date(2020, 6, 30), True),
        (date(2020, 6, 10), date(2020, 7, 3), True),
        (date(2020, 7, 1), None, False),
    ],
)
def test_a_duty_counts_when_due_in_the_window_or_still_open_from_before(unit, deadline, submitted, counts):
    handed_in = {"submitted_at": at(submitted.month, submitted.day)} if submitted else {}
    make.assignment(
        unit,
        starts_on=date(2020, 4, 1),
        issued_at=at(4, 1),
        received_at=at(4, 2),
        deadline=deadline,
        state=State.CLOSED if submitted else State.ACTIVE,
        **handed_in,
    )
    assert len(facts(unit).duties) == counts


def test_who_handed_in_late_has_not_met_it_and_the_working_days_are_counted(unit):
    make.assignment(unit, deadline=date(2020, 6, 24), state=State.CLOSED, submitted_at=at(6, 30))
    (duty,) = facts(unit).duties
    # the dragon boat holiday from the 25th to the 27th; Sunday the 28th was worked
    assert (duty.met, duty.handed_in_on, duty.late_workdays) == (False, "2020-06-30", 3)


def test_what_came_after_the_cutoff_was_not_handed_in_by_it(unit):
    make.assignment(unit, deadline=CUTOFF, state=State.CLOSED, submitted_at=at(7, 1))
    (duty,) = facts(unit).duties
    assert (duty.met, duty.handed_in_on, duty.late_workdays) == (False, None, 0)


def test_midnight_is_that_of_beijing(unit):
    make.assignment(unit, deadline=CUTOFF, state=State.CLOSED, submitted_at=at(6, 30, 23))
    make.assignment(unit, deadline=CUTOFF, state=State.CLOSED, submitted_at=at(7, 1, 0))
    assert [duty.met for duty in facts(unit).duties] == [True, False]


def test_a_slow_reviewer_costs_nothing(unit):
    make.assignment(unit, deadline=CUTOFF, state=State.CLOSING, submitted_at=at(6, 30))
    (duty,) = facts(unit).duties
    assert duty.met


def test_what_was_refused_is_not_met(unit):
    make.assignment(unit, deadline=CUTOFF, state=State.ACTIVE, submitted_at=at(6, 20), submitted_on=CUTOFF)
    (duty,) = facts(unit).duties
    assert not duty.met


@pytest.mark.parametrize("state", [State.DISPUTED, State.SUSPENDED, State.WITHDRAWN])
def test_while_the_clock_stands_still_nothing_counts(unit, state):
    make.assignment(unit, deadline=date(2020, 6, 24), state=state)
    found = facts(unit)
    assert found.obligations == 0
    aside = {State.DISPUTED: [Exemption.DISPUTED], State.SUSPENDED: [Exemption.SUSPENDED]}
    assert [row.exempt for row in found.set_aside] == aside.get(state, [])


def test_what_is_open_ended_is_never_due(unit):
    make.assignment(unit, make.task(is_open_ended=True), state=State.ACTIVE)
    assert facts(unit) == Facts()


def test_past_at_registration_and_not_confirmed_is_named_but_not_scored(unit):
    make.assignment(unit, deadline=date(2020, 6, 1), is_past_confirmed=False)
    found = facts(unit)
    assert len(found.unconfirmed) == 1
    assert (found.duties, found.running, found.reports, found.obligations) == ((), (), (), 0)


def test_an_extension_moves_the_duty_out_of_the_month(unit):
    make.assignment(unit, deadline=date(2020, 7, 15), original_deadline=date(2020, 6, 24))
    assert facts(unit).duties == ()


def test_progress_is_that_of_the_cutoff(unit):
    duty = make.assignment(unit, state=State.ACTIVE, progress=90)
    make.report(duty, progress=20, state=FilingState.ACCEPTED, submitted_at=at(6, 20))
    make.report(duty, progress=35, state=FilingState.RETURNED, submitted_at=at(6, 25))
    make.report(duty, progress=90, state=FilingState.ACCEPTED, submitted_at=at(7, 1, 0))
    (running,) = facts(unit).running
    assert (running.progress, running.plan) == (20, 100 * 13 // 197)


def test_what_was_handed_in_is_no_longer_running(unit):
    make.assignment(unit, state=State.CLOSING, submitted_at=at(6, 20))
    assert facts(unit).running == ()


# Reports: feedback (F) and quality (Q), read from the trail


def filed(duty, reporter, moment):
    report = reports.draft(duty, reporter, moment, Content(progress=10, text="已开工"))
    reports.submit(report, reporter, moment)
    return report


@pytest.fixture
def duty(reporter):
    return make.assignment(reporter.unit, deadline=date(2020, 6, 24), state=State.ACTIVE)


@pytest.mark.parametrize(("day", "on_time"), [(24, True), (28, False)])
def test_feedback_is_in_time_by_the_day_it_was_sent(duty, reporter, day, on_time):
    filed(duty, reporter, at(6, day))
    (due,) = facts(reporter.unit).reports
    assert due.on_time is on_time


def test_a_report_mended_after_the_deadline_keeps_its_first_day(duty, reporter, supervisor):
    report = filed(duty, reporter, at(6, 22))
    reports.send_back(report, supervisor, at(7, 1), ReturnReason.EMPTY, "请写明数量")
    reports.submit(report, reporter, at(7, 2))
    db.session.flush()
    found = facts(reporter.unit)
    assert [due.on_time for due in found.reports] == [True]
    assert (found.submitted, len(found.returned)) == (1, 0)  # it went back in July


@pytest.fixture
def monthly(reporter):
    """A duty of the whole year that is reported on every month, issued on the 18th of June."""
    task = make.task(reporting=Reporting.MONTHLY)
    return make.assignment(reporter.unit, task, state=State.ACTIVE)


def feedback(duty, month="2020-07") -> list[tuple[str, bool]]:
    found = gather(window_of(month, statutory()), statutory())[duty.unit_id]
    return [(due.due_on, due.on_time) for due in found.reports]


def test_a_monthly_rule_asks_for_a_new_report_each_month(monthly, reporter):
    assert feedback(monthly, "2020-06") == [("2020-06-30", False)]
    filed(monthly, reporter, at(6, 30))
    assert feedback(monthly, "2020-06") == [("2020-06-30", True)]
    assert feedback(monthly) == [("2020-07-31", False)]


def test_a_report_sent_after_the_month_s_end_is_the_next_month_s(monthly, reporter):
    filed(monthly, reporter, at(7, 1))
    assert feedback(monthly, "2020-06") == [("2020-06-30", False)]
    assert feedback(monthly) == [("2020-07-31", True)]


def test_a_month_s_end_behind_the_cutoff_counts_in_the_next_window(monthly, reporter):
    assert feedback(monthly, "2020-10") == []  # cut off on Friday the 30th
    assert feedback(monthly, "2020-11") == [("2020-10-31", False), ("2020-11-30", False)]


def test_who_has_handed_in_is_asked_for_no_further_report(monthly):
    monthly.state, monthly.progress = State.CLOSING, 100
    monthly.submitted_at, monthly.submitted_on = at(7, 20), date(2020, 7, 20)
    db.session.commit()
    assert feedback(monthly) == [("2020-07-31", True)]
    assert gather(window_of("2020-08", statutory()), statutory()).get(monthly.unit_id, Facts()).reports == ()


def test_a_duty_issued_late_in_the_month_is_reported_on_from_the_next(monthly):
    monthly.issued_at = at(6, 22)
    db.session.commit()
    found = gather(window_of("2020-06", statutory()), statutory())[monthly.unit_id]
    assert found.reports == ()


def test_a_report_taken_back_was_not_sent(duty, reporter):
    report = filed(duty, reporter, at(6, 22))
    reports.recall(report, reporter, at(6, 22, 10))
    db.session.flush()
    found = facts(reporter.unit)
    assert [due.on_time for due in found.reports] == [False]
    assert found.submitted == 0


@pytest.mark.parametrize("kind", ReturnReason)
def test_only_returns_for_want_of_quality_cost(duty, reporter, supervisor, kind):
    report = filed(duty, reporter, at(6, 22))
    reports.send_back(report, supervisor, at(6, 23), kind, "请修改")
    reports.submit(report, reporter, at(6, 24))
    reports.send_back(report, supervisor, at(6, 28), kind, "请再修改")
    db.session.flush()
    found = facts(reporter.unit)
    assert (found.submitted, len(found.returned)) == (1, int(kind is not ReturnReason.OTHER))


# Rectifications


@pytest.mark.parametrize(
    ("columns", "met"),
    [
        ({"state": RectificationState.ACTIVE}, [False]),
        ({"state": RectificationState.CLOSING, "applied_at": at(6, 24)}, [True]),
        ({"state": RectificationState.CLOSING, "applied_at": at(6, 28)}, [False]),
        ({"state": RectificationState.DISPUTED}, []),
        ({"state": RectificationState.WITHDRAWN}, []),
        ({"pace": Pace.STANDING}, []),
        ({"deadline": date(2020, 7, 1)}, []),
    ],
)
def test_a_rectification_is_met_when_strike_off_was_asked_for_in_time(unit, columns, met):
    make.problem(unit, registered_at=at(6, 10), rectification={"deadline": date(2020, 6, 24)} | columns)
    assert [item.met for item in facts(unit).rectifications] == met


def test_an_account_that_came_back_counts_once_as_due_and_not_met(unit):
    columns = {"state": RectificationState.CLOSED, "applied_at": at(6, 12), "closed_on": date(2020, 6, 15)}
    columns["deadline"] = date(2020, 6, 24)
    item = make.problem(unit, registered_at=at(6, 10), rectification=columns).rectification
    make.closure(item, reopened_on=date(2020, 6, 22), reopen_reason="回头看发现反弹")
    assert [(one.met, one.due_on) for one in facts(unit).rectifications] == [(False, "2020-06-22")]
    may = Window("2020-05", date(2020, 4, 30), date(2020, 5, 29))
    assert gather(may, statutory()).get(unit.id, Facts()).rectifications == ()


def test_an_account_nobody_has_issued_is_not_the_units_business(unit):
    columns = {"deadline": date(2020, 6, 24), "state": RectificationState.REGISTERED}
    make.problem(unit, registered_at=at(6, 10), rectification=columns)
    assert facts(unit).rectifications == ()


def test_a_problem_entered_after_the_cutoff_is_next_months_business(unit):
    make.problem(unit, registered_at=NOW, rectification={"deadline": date(2020, 6, 24)})
    assert facts(unit).rectifications == ()
