"""Filing, review, and the closure that stands on them."""

from decimal import Decimal

import pytest

from tests import make
from tests.conftest import NOW
from tracker.accounts.trail import timeline
from tracker.db import db
from tracker.errors import Forbidden, Invalid, WrongState
from tracker.reports import actions
from tracker.reports.actions import Content
from tracker.reports.rules import Reached, ReturnReason, is_met
from tracker.workflow import FilingState, State


@pytest.fixture
def duty(reporter):
    return make.assignment(reporter.unit, state=State.ACTIVE)


def filed(duty, reporter, **said):
    report = actions.draft(duty, reporter, NOW, Content(**{"progress": 40, "text": "已开工"} | said))
    actions.submit(report, reporter, NOW)
    return report


def test_a_report_counts_when_it_is_accepted(duty, reporter, supervisor):
    report = filed(duty, reporter)
    assert duty.progress == 0
    actions.accept(report, supervisor, NOW)
    db.session.flush()
    assert (duty.progress, report.state) == (40, FilingState.ACCEPTED)


def test_a_second_report_waits_for_the_first(duty, reporter):
    filed(duty, reporter)
    with pytest.raises(WrongState, match="还在审核"):
        filed(duty, reporter, progress=60)


def test_falling_progress_needs_a_reason(duty, reporter):
    duty.progress = 70
    with pytest.raises(Invalid) as refusal:
        filed(duty, reporter)
    assert "70%" in refusal.value.fields["reason"]


def test_no_change_repeats_the_last_accepted_report(duty, reporter, supervisor):
    target = make.target(duty.task)
    actions.accept(filed(duty, reporter, readings={target.id: Decimal(2)}), supervisor, NOW)
    report = actions.report_no_change(duty, reporter, NOW)
    db.session.flush()
    assert (report.progress, report.text, report.no_change) == (40, "已开工", True)
    assert [reading.value for reading in report.readings] == [Decimal(2)]


def test_a_returned_report_is_corrected_not_doubled(duty, reporter, supervisor):
    first = filed(duty, reporter)
    actions.send_back(first, supervisor, NOW, ReturnReason.EMPTY, "请写具体")
    db.session.flush()
    second = filed(duty, reporter, text="三所学校均已开工")
    assert second.id == first.id
    assert (second.state, second.reviewed_at) == (FilingState.SUBMITTED, None)


def test_the_reporter_recalls_what_nobody_has_reviewed(duty, reporter, supervisor):
    report = filed(duty, reporter)
    actions.recall(report, reporter, NOW)
    assert report.state is FilingState.DRAFT
    with pytest.raises(WrongState):
        actions.accept(report, supervisor, NOW)


def test_another_unit_cannot_file(duty):
    with pytest.raises(Forbidden):
        filed(duty, make.user(unit_=make.unit("市教育局")))


def test_closure_names_everything_that_is_missing(duty, head):
    make.target(duty.task)
    with pytest.raises(Invalid) as refusal:
        actions.request_closure(duty, head, NOW)
    words = str(refusal.value)
    assert "100%" in words
    assert "佐证" in words
    assert "学校" in words


def test_a_closure_without_a_new_report_goes_back_with_the_reason_from_the_list(reporter, supervisor):
    duty = make.assignment(reporter.unit, state=State.CLOSING)
    actions.refuse_closure(duty, supervisor, NOW, ReturnReason.EVIDENCE, "签收单上没有日期")
    entry = timeline(duty)[-1]
    assert ("return_reason", None, "佐证不符") in entry.changes
    assert (duty.state, entry.reason) == (State.ACTIVE, "签收单上没有日期")


def test_closure_with_proof_and_quota_is_asked_for_and_given(duty, reporter, head, supervisor):
    target = make.target(duty.task)
    make.quota(target, duty.unit, 2)
    proof = make.stored_file()
    filed(
        duty, reporter, progress=100, readings={target.id: Decimal(2)}, files=[(proof, "台账.txt", "验收单")]
    )
    actions.request_closure(duty, head, NOW)
    actions.close(duty, supervisor, NOW)
    db.session.flush()
    assert (duty.state, duty.progress) == (State.CLOSED, 100)


def test_a_quota_not_met_needs_a_written_why(duty, reporter, head):
    target = make.target(duty.task)
    filed(
        duty,
        reporter,
        progress=100,
        readings={target.id: Decimal(1)},
        files=[(make.stored_file(), "台账.txt", "验收单")],
    )
    with pytest.raises(Invalid, match="未达到目标"):
        actions.request_closure(duty, head, NOW)
    actions.request_closure(duty, head, NOW, "另两所经批准调整到明年")
    assert duty.state is State.CLOSING


@pytest.mark.parametrize(
    ("comparison", "value", "met"),
    [
        (">=", 3, True),
        (">=", 2, False),
        ("<=", 3, True),
        ("<=", 4, False),
        ("=", 5, True),
        (">", 3, False),
        ("~=", 1, True),
    ],
)
def test_a_reading_meets_its_target(comparison, value, met):
    assert is_met(Reached("学校", comparison, Decimal(3), Decimal(value))) is met
