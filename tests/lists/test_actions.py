"""Problems are entered, by hand and by themselves: one number each."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from tests import make
from tests.conftest import NOW
from tracker.db import db
from tracker.errors import Invalid
from tracker.lists import actions
from tracker.lists.ledger import ACCOUNTS, accounts
from tracker.lists.models import Pace, Problem, ProblemSource
from tracker.lists.views import VIEWS
from tracker.workdays import statutory
from tracker.workflow import RectificationState, State


@pytest.fixture
def overdue(reporter, supervisor):
    """A duty whose deadline was four working days ago."""
    return make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 6, 30))


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


def test_how_late_is_late_enough_is_a_setting(reporter, supervisor):
    make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 7, 3))
    make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 6, 30))
    assert len(actions.enter_overdue(NOW, statutory(), after=4)) == 0
    assert len(actions.enter_overdue(NOW, statutory(), after=3)) == 1
    assert len(actions.enter_overdue(NOW, statutory(), after=0)) == 1


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
