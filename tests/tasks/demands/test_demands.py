"""Every door by which the office asks a unit for something holds it against the rules, and counts it."""

from datetime import date, timedelta

import pytest

from tests import make
from tests.conftest import NOW, sign_in
from tracker.accounts.models import Role
from tracker.audit import Event
from tracker.db import db
from tracker.documents.queries import directory
from tracker.errors import Invalid
from tracker.lists.account import actions as account
from tracker.reminders.board.actions import urge
from tracker.reminders.slips import actions as slips
from tracker.reminders.slips.rules import Colour
from tracker.tasks import actions
from tracker.tasks.bulk import actions as bulk
from tracker.tasks.bulk import queries as bulk_queries
from tracker.tasks.demands.models import Demand
from tracker.tasks.demands.queries import by_person, by_unit, made_by
from tracker.tasks.entry import actions as entry
from tracker.tasks.models import Duty, Ground, Reporting
from tracker.workdays import statutory
from tracker.workflow import State

SOON, ENOUGH = date(2020, 7, 8), date(2020, 7, 9)  # today is Monday 2020-07-06, 09:00
WHY = "省里周三调度"


@pytest.fixture
def school():
    """Another unit, with somebody in it."""
    return make.user(Role.REPORTER, make.unit("市教育局")).unit


def published(actor, hurry="", **columns):
    task = make.draft(**columns)
    entry.publish(task, directory(), actor, NOW, hurry)
    return task


def draft_due(day):
    return {"text": f"由市发展改革委负责，{day.month}月{day.day}日前建成三所学校。", "deadline": day}


def by_publishing(actor, day, hurry):
    return published(actor, hurry, **draft_due(day)).assignments[0]


def by_adding_a_unit(actor, day, hurry):
    return actions.add_unit(make.task(deadline=day), make.unit(), Duty.LEAD, actor, NOW, hurry)


def by_answering_an_objection(actor, day, hurry):
    duty = make.assignment(deadline=date(2020, 12, 31))
    actions.dispute(duty, make.user(), NOW, Ground.DEADLINE, "太紧")
    actions.uphold(duty, actor, NOW, "按会议调整", actions.Reissue(deadline=day), hurry)
    return duty


def by_a_slip(actor, day, hurry):
    duty = make.assignment(state=State.ACTIVE)
    slips.issue(duty, slips.Order(Colour.BLUE, "请报情况", day, hurry), actor, NOW, statutory())
    return duty


DOORS = {
    "task.publish": by_publishing,
    "task.add_unit": by_adding_a_unit,
    "assignment.uphold": by_answering_an_objection,
    "slip.issue": by_a_slip,
}


@pytest.mark.parametrize("event", DOORS)
def test_too_little_time_is_refused_by_rule_and_a_reason_is_kept(supervisor, event):
    with pytest.raises(Invalid, match="至少留3个工作日。最早可以要求2020-07-09完成"):
        DOORS[event](supervisor, SOON, "  ")
    db.session.rollback()
    duty = DOORS[event](supervisor, SOON, WHY)
    demand = db.session.scalars(db.select(Demand)).one()
    assert (demand.assignment, demand.unit, demand.made_by) == (duty, duty.unit, supervisor)
    assert (demand.due_on, demand.broken, demand.reason) == (SOON, "notice", WHY)
    (details,) = db.session.scalars(db.select(Event.details).filter_by(kind=event))
    assert (details["relief"], details["hurry"]) == ("至少留3个工作日", WHY)


@pytest.mark.parametrize("event", DOORS)
def test_enough_time_needs_no_reason_and_none_is_kept(supervisor, event):
    DOORS[event](supervisor, ENOUGH, "")
    demand = db.session.scalars(db.select(Demand)).one()
    assert (demand.due_on, demand.broken, demand.reason) == (ENOUGH, "", "")


def test_reports_by_the_month_are_asked_for_in_time(reporter, supervisor):
    end_of_june = NOW - timedelta(days=7)  # Monday the 29th
    duty = make.assignment(state=State.ACTIVE)
    with pytest.raises(Invalid, match="减负规定"):
        actions.set_reporting(duty.task, Reporting.MONTHLY, supervisor, end_of_june)
    actions.set_reporting(duty.task, Reporting.MONTHLY, supervisor, NOW)
    demand = db.session.scalars(db.select(Demand)).one()
    assert (demand.kind, demand.due_on) == ("reporting", date(2020, 7, 31))
    actions.set_reporting(duty.task, Reporting.AT_NODES, supervisor, NOW)
    assert db.session.scalar(db.select(db.func.count(Demand.id))) == 1  # asking for less is no demand


def test_more_time_after_an_objection_is_no_demand(supervisor):
    duty = make.assignment(deadline=SOON)
    actions.dispute(duty, make.user(), NOW, Ground.DEADLINE, "太紧")
    actions.uphold(duty, supervisor, NOW, "给一周", actions.Reissue(deadline=date(2020, 7, 15)))
    assert db.session.scalar(db.select(db.func.count(Demand.id))) == 0


def test_a_bulk_change_has_its_reason_for_this_too(supervisor):
    near, far = (
        make.assignment(state=State.ACTIVE, deadline=day) for day in (date(2020, 7, 7), date(2020, 12, 31))
    )
    change = bulk_queries.change_of("deadline", SOON.isoformat())
    bulk.make(change, {near.id: near.version, far.id: far.version}, supervisor, NOW, WHY)
    demand = db.session.scalars(db.select(Demand)).one()  # the first got a day more
    assert (demand.assignment, demand.broken, demand.reason) == (far, "notice", WHY)


def test_a_problem_is_issued_by_the_same_rules(client, supervisor):
    problem = make.problem(rectification={"deadline": SOON})
    sign_in(client, supervisor)
    assert "至少留3个工作日" in client.get(f"/lists/{problem.id}").text
    seen = problem.rectification.version
    answer = client.post(f"/lists/{problem.id}/issue", data={"version": seen})
    assert answer.status_code == 422
    client.post(f"/lists/{problem.id}/issue", data={"version": seen, "hurry": WHY})
    demand = db.session.scalars(db.select(Demand)).one()
    assert (demand.kind, demand.about, demand.reason) == ("problem", f"问题{problem.number}", WHY)
    assert problem.number in client.get("/tasks/demands/").text


def test_another_unit_rectifies_by_the_same_rules(supervisor, reporter, school):
    problem = make.problem(reporter.unit, rectification={"deadline": SOON})
    account.issue(problem.rectification, None, NOW)
    account.dispute(problem.rectification, reporter, NOW, Ground.UNIT, "归市教育局")
    db.session.commit()
    change = account.Change(unit=school)
    with pytest.raises(Invalid, match="减负规定"):
        account.uphold(problem.rectification, supervisor, NOW, "按职责", change)
    db.session.rollback()
    account.uphold(problem.rectification, supervisor, NOW, "按职责", change, WHY)
    demand = db.session.scalars(db.select(Demand)).one()
    assert (demand.unit, demand.broken) == (school, "notice")


def test_what_is_asked_for_again_is_counted_but_sets_no_day(reporter, supervisor):
    duty = make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 6, 30))
    urge([duty.id], supervisor, NOW)
    urge([duty.id], supervisor, NOW)  # once a day
    slips.log_call(duty, supervisor, NOW, "王主任", "尽快报")
    rows = db.session.execute(db.select(Demand.kind, Demand.due_on, Demand.broken).order_by(Demand.id))
    assert [tuple(row) for row in rows] == [("urge", None, ""), ("call", None, "")]


def test_the_month_is_told_by_unit_and_by_person(supervisor, school):
    other = make.user(Role.SUPERVISOR)
    by_publishing(supervisor, SOON, WHY)
    by_publishing(supervisor, ENOUGH, "")
    actions.add_unit(make.task(), school, Duty.LEAD, other, NOW)
    assert [tuple(row)[1:] for row in by_unit("2020-07")] == [("市发展改革委", 2, 1), ("市教育局", 1, 0)]
    assert [tuple(row)[1:] for row in by_person("2020-07")] == [(supervisor.name, 2, 1), (other.name, 1, 0)]
    assert [row.name for row in by_person("2020-07", school.id)] == [other.name]
    assert made_by(supervisor, "2020-07")[2:] == (2, 1)
    assert made_by(supervisor, "2020-06")[2:] == (0, 0)


def test_who_issues_in_a_hurry_is_told_the_rule_and_asked_why(client, supervisor, reporter):
    task = make.draft(**draft_due(SOON))
    sign_in(client, supervisor)
    page = client.get(f"/tasks/entry/{task.id}").text
    assert "至少留3个工作日" in page
    assert 'name="hurry"' in page
    assert client.post(f"/tasks/entry/{task.id}/publish", data={}).status_code == 422
    answer = client.post(f"/tasks/entry/{task.id}/publish", data={"hurry": WHY}, follow_redirects=True)
    assert WHY in answer.text
    sign_in(client, reporter)  # the unit sees why
    assert WHY in client.get(f"/reports/duties/{task.assignments[0].id}").text


def test_counts_lead_to_their_lists(client, supervisor, reporter, stranger):
    by_publishing(supervisor, SOON, WHY)
    duty = make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 7, 2), title="修桥")
    urge([duty.id], supervisor, NOW)
    sign_in(client, supervisor)
    assert f'<a href="/tasks/demands/?by={supervisor.id}">2次</a>' in client.get("/").text
    page = client.get(f"/tasks/demands/?by={supervisor.id}&hurried=1").text
    assert WHY in page
    assert "修桥" not in page
    assert "各督查员提出" in client.get("/tasks/demands/").text
    sign_in(client, reporter)
    assert f'href="/desk/units/{reporter.unit_id}"' in client.get("/").text
    page = client.get(f"/desk/units/{reporter.unit_id}").text
    assert "督查部门的要求<b>2</b>" in page
    assert "其中催办<b>1</b>" in page
    assert "修桥" in page  # was to be reported on
    assert "修桥" in client.get(f"/tasks/demands/?unit={reporter.unit_id}&month=2020-07&kind=urge").text
    assert client.get(f"/desk/units/{stranger.unit_id}").status_code == 404
    sign_in(client, stranger)
    assert "修桥" not in client.get("/tasks/demands/").text
