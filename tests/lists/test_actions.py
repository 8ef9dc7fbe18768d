"""From overdue to struck off: one number, three people, five slots."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from tests import make
from tests.conftest import NOW
from tracker.accounts.models import Role
from tracker.db import db
from tracker.errors import Forbidden, Invalid, WrongState
from tracker.lists import actions
from tracker.lists.ledger import ACCOUNTS, accounts
from tracker.lists.models import Pace, Problem, ProblemSource
from tracker.lists.rules import Slot
from tracker.lists.views import VIEWS
from tracker.workdays import statutory
from tracker.workflow import RectificationState, State

SLOTS = {slot.value: f"{slot.label}，见佐证" for slot in Slot}


@pytest.fixture
def overdue(reporter, supervisor):
    """A duty whose deadline was four working days ago."""
    return make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 6, 30))


@pytest.fixture
def active(reporter, supervisor):
    """A rectification under way, answered for by the reporter's unit and accepted by another."""
    accepting = make.unit("市审计局")
    problem = make.problem(
        reporter.unit, accepting, rectification={"state": RectificationState.ACTIVE, "progress": 100}
    )
    return problem.rectification


def test_an_overdue_duty_enters_the_lists_once(overdue, supervisor):
    first = actions.enter_overdue(NOW, statutory())
    again = actions.enter_overdue(NOW, statutory())
    problem = first[0]
    assert (len(first), again) == (1, [])
    assert (problem.number, problem.source, problem.unit_id) == (
        "2020-0001",
        ProblemSource.OVERDUE,
        overdue.unit_id,
    )
    assert problem.rectification.state is RectificationState.ISSUED
    assert (problem.rectification.pace, problem.rectification.deadline) == (Pace.IMMEDIATE, date(2020, 8, 5))
    assert problem.responsibility.accepting_unit_id == supervisor.unit_id


def test_a_duty_one_day_late_is_not_yet_a_problem(reporter, supervisor):
    make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 7, 3))
    assert actions.enter_overdue(NOW, statutory()) == []


def test_numbers_follow_each_other(overdue, reporter, supervisor):
    make.assignment(reporter.unit, state=State.ISSUED, deadline=date(2020, 6, 29))
    numbers = [problem.number for problem in actions.enter_overdue(NOW, statutory())]
    assert numbers == ["2020-0001", "2020-0002"]


def test_a_problem_goes_the_whole_way_with_three_people(overdue, reporter, head, supervisor):
    item = actions.enter_overdue(NOW, statutory())[0].rectification
    checker = make.user(Role.HEAD, supervisor.unit)
    actions.receive(item, reporter, NOW)
    actions.propose(item, reporter, NOW, "倒排工期，七月底前建成", "李四")
    actions.approve(item, supervisor, NOW)
    actions.report_progress(item, reporter, NOW, 100, "三所学校全部建成")
    actions.request_closure(item, head, NOW, SLOTS)
    actions.verify(item, checker, NOW, "现场查看，属实")
    actions.close(item, supervisor, NOW)
    db.session.flush()
    assert (item.state, item.closed_on) == (RectificationState.CLOSED, date(2020, 7, 6))
    assert len({item.applied_by_id, item.verified_by_id, item.closed_by_id}) == 3


def test_closure_needs_all_five_slots(active, head):
    with pytest.raises(Invalid, match="长效机制"):
        actions.request_closure(active, head, NOW, SLOTS | {"lasting": " "})
    assert active.state is RectificationState.ACTIVE


def test_only_the_head_applies(active, reporter):
    with pytest.raises(Forbidden):
        actions.request_closure(active, reporter, NOW, SLOTS)


def test_the_unit_cannot_verify_itself(active, head):
    actions.request_closure(active, head, NOW, SLOTS)
    with pytest.raises(Forbidden):
        actions.verify(active, head, NOW, "自己核查")


def test_nothing_is_struck_off_without_verification(active, head, supervisor):
    actions.request_closure(active, head, NOW, SLOTS)
    with pytest.raises(WrongState):
        actions.close(active, supervisor, NOW)


def test_sent_back_it_starts_with_nobodys_signature(active, head, supervisor):
    actions.request_closure(active, head, NOW, SLOTS)
    actions.send_back(active, supervisor, NOW, "佐证不实")
    db.session.flush()
    assert (active.state, active.applied_by_id) == (RectificationState.ACTIVE, None)


def test_a_standing_matter_is_never_struck_off(reporter, head):
    item = make.problem(
        reporter.unit,
        rectification={
            "state": RectificationState.ACTIVE,
            "pace": Pace.STANDING,
            "deadline": None,
            "progress": 100,
        },
    ).rectification
    with pytest.raises(Invalid, match="长期坚持"):
        actions.request_closure(item, head, NOW, SLOTS)


def test_a_reopened_account_keeps_its_number_and_counts(supervisor):
    item = make.problem(
        rectification={"state": RectificationState.CLOSED, "closed_on": date(2020, 7, 1)}
    ).rectification
    number = item.problem.number
    actions.reopen(item, supervisor, NOW, "回头看发现反弹")
    db.session.flush()
    assert (item.problem.number, item.reopened_times, item.closed_on) == (number, 1, None)


def test_immediate_means_thirty_days(supervisor):
    unit = make.unit()
    findings = actions.Findings(
        source=ProblemSource.INSPECTION,
        found_on=date(2020, 7, 6),
        text="台账不全",
        kind="",
        unit=unit,
        basis="现场督查",
        goal="补齐台账",
        pace=Pace.IMMEDIATE,
        deadline=date(2020, 8, 6),
        accepting_unit=unit,
    )
    with pytest.raises(Invalid, match="8月5日"):
        actions.register(findings, supervisor, NOW)
    assert db.session.scalar(db.select(db.func.count(Problem.id))) == 0


def test_the_three_lists_are_views_of_one_record(overdue, supervisor):
    actions.enter_overdue(NOW, statutory())
    view, today = ACCOUNTS.view(MultiDict()), date(2020, 7, 6)
    rows = {
        name: shown.row(next(accounts(None, view, today, shown.keys)), today) for name, shown in VIEWS.items()
    }
    assert {row[0] for row in rows.values()} == {"2020-0001"}
    assert {view.columns[0].heading for view in VIEWS.values()} == {"账号"}
