"""The desk of a unit: each duty in one box, with the one step that matters."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from tests import make
from tests.conftest import NOW, sign_in
from tracker.accounts.models import Role
from tracker.db import db
from tracker.desk import duties
from tracker.desk.duties import Wait
from tracker.tasks.models import Assignment, Reporting
from tracker.tasks.rules import report_due
from tracker.workflow import FilingState, State

TODAY = date(2020, 7, 6)  # a Monday
WARN_UNTIL = date(2020, 7, 13)
SUNDAY = date(2020, 7, 12)
FAR = date(2020, 12, 31)


def boxes(user) -> dict[str, int]:
    return {box.wait: box.total for box in duties.boxes(user, TODAY, WARN_UNTIL)}


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def active(user, **columns) -> Assignment:
    return make.assignment(user.unit, **{"state": State.ACTIVE, "deadline": FAR} | columns)


def test_the_boxes_stand_in_their_order_and_empty_ones_are_not_shown(client, reporter):
    make.report(active(reporter, deadline=SUNDAY))
    active(reporter, deadline=TODAY - timedelta(days=1))
    make.report(active(reporter), state=FilingState.RETURNED)
    make.assignment(reporter.unit, state=State.ISSUED)
    sign_in(client, reporter)
    page = client.get("/").text
    assert re.findall("<h2>([^<]+) <span", page) == ["待签收", "被退回待修改", "本周到期", "已逾期"]
    assert "tallies" not in page


@pytest.mark.parametrize("role", [Role.REPORTER, Role.HEAD])
def test_other_units_duties_are_not_ours(client, role):
    user = make.user(role)
    for state in State:
        make.assignment(make.unit("市教育局"), state=state, deadline=TODAY)
    sign_in(client, user)
    page = client.get("/").text
    assert "现在没有要办的事" in page
    assert "建成三所学校" not in page


@pytest.mark.parametrize(
    "state", [State.DISPUTED, State.SUSPENDED, State.CLOSING, State.CLOSED, State.WITHDRAWN]
)
def test_what_waits_for_others_is_not_on_the_desk(reporter, state):
    make.assignment(reporter.unit, state=state, deadline=TODAY - timedelta(days=9))
    assert boxes(reporter) == {}


def test_a_duty_stands_in_one_box_only(reporter):
    returned = active(reporter, deadline=TODAY - timedelta(days=1))
    make.report(returned, state=FilingState.RETURNED)
    assert boxes(reporter) == {Wait.CORRECT: 1}


@pytest.mark.parametrize(("deadline", "wait"), [(WARN_UNTIL, Wait.REPORT), (date(2020, 7, 14), None)])
def test_at_a_node_a_report_is_asked_for_five_working_days_before(reporter, deadline, wait):
    active(reporter, deadline=deadline)
    assert list(boxes(reporter)) == ([wait] if wait else [])


def test_once_reported_a_duty_of_this_week_is_only_due(reporter):
    duty = active(reporter, deadline=SUNDAY)
    assert boxes(reporter) == {Wait.REPORT: 1}
    make.report(duty, state=FilingState.ACCEPTED)
    assert boxes(reporter) == {Wait.WEEK: 1}


@pytest.mark.parametrize("rule", [Reporting.MONTHLY, Reporting.QUARTERLY])
@pytest.mark.parametrize("began", ["2020-03-10", "2020-03-25", "2020-06-10", "2020-06-20", "2020-07-02"])
@pytest.mark.parametrize("sent", [None, "2020-04-01", "2020-06-28", "2020-07-03"])
def test_a_periodic_rule_asks_as_the_rule_of_tasks_says(reporter, rule, began, sent):
    began_on, sent_on = date.fromisoformat(began), date.fromisoformat(sent) if sent else None
    duty = active(reporter, starts_on=began_on, issued_at=at_noon(began_on))
    duty.task.reporting = rule
    if sent_on:
        make.report(duty, submitted_at=at_noon(sent_on))
    due = report_due(rule, began_on, FAR, TODAY)
    is_met = due is None or bool(sent_on and due.after < sent_on)
    assert boxes(reporter) == ({} if is_met else {Wait.REPORT: 1})


def test_a_duty_that_begins_late_in_a_month_is_not_asked_in_it(reporter):
    duty = active(reporter, starts_on=date(2020, 7, 20), issued_at=NOW)
    duty.task.reporting = Reporting.MONTHLY
    assert boxes(reporter) == {}


@pytest.mark.parametrize("wait", Wait)
def test_the_rest_of_a_box_is_what_it_says(client, reporter, wait):
    for _ in range(duties.SHOWN + 1):
        duty = make.assignment(
            reporter.unit,
            state=State.ISSUED if wait is Wait.RECEIVE else State.ACTIVE,
            deadline=TODAY - timedelta(days=1) if wait is Wait.OVERDUE else SUNDAY,
        )
        if wait in (Wait.WEEK, Wait.CORRECT):
            states = {Wait.WEEK: FilingState.ACCEPTED, Wait.CORRECT: FilingState.RETURNED}
            make.report(duty, state=states[wait])
    sign_in(client, reporter)
    assert f'<a href="/desk/{wait}">全部9项</a>' in client.get("/").text
    page = client.get(f"/desk/{wait}").text
    assert page.count('data-label="任务"') == 9
    assert "共9项" in page


def test_another_name_is_no_box(client, reporter):
    sign_in(client, reporter)
    assert client.get("/desk/nothing").status_code == 404


def test_one_is_received_with_one_click(client, reporter):
    duty = make.assignment(reporter.unit)
    sign_in(client, reporter)
    assert f'action="/tasks/assignments/{duty.id}/receive"' in client.get("/").text
    client.post(f"/tasks/assignments/{duty.id}/receive", data={"version": duty.version})
    assert db.session.get(Assignment, duty.id).state is State.ACTIVE


def test_all_means_all_that_the_page_showed(client, reporter):
    make.assignment(reporter.unit)
    sign_in(client, reporter)
    (seen_at,) = re.findall('name="seen_at" value="([^"]+)"', client.get("/").text)
    make.assignment(reporter.unit, issued_at=NOW + timedelta(hours=1))
    assert "已签收1项" in client.post("/tasks/receive", data={"seen_at": seen_at}, follow_redirects=True).text
    assert boxes(reporter) == {Wait.RECEIVE: 1}


def test_who_comes_second_is_told_who_was_first(client, reporter):
    duty = make.assignment(reporter.unit)
    seen, colleague = duty.version, make.user()
    sign_in(client, colleague)
    client.post(f"/tasks/assignments/{duty.id}/receive", data={"version": seen})
    sign_in(client, reporter)
    answer = client.post(f"/tasks/assignments/{duty.id}/receive", data={"version": seen})
    assert answer.status_code == 409
    assert f"{colleague.name}已于" in answer.text


def test_what_has_been_sent_is_looked_at_not_filled_in_again(client, reporter):
    make.report(active(reporter, deadline=SUNDAY))
    sign_in(client, reporter)
    assert "已报送，查看" in client.get("/").text
