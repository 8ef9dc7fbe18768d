"""亮灯 and 序时进度, and that the database sees the same light as the rule."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import make
from tracker.db import db
from tracker.tasks.ledger import lights
from tracker.tasks.models import Assignment, Reporting
from tracker.tasks.queries import lit, overdue
from tracker.tasks.rules import (
    Light,
    ReportDue,
    is_overdue,
    light,
    planned_progress,
    report_due,
    reports_due,
)
from tracker.workflow import State

START, DUE = date(2020, 1, 1), date(2020, 12, 31)
TODAY = date(2020, 7, 6)
WARN = date(2020, 7, 13)


def duty(state="active", deadline=DUE, progress=100, starts_on=START):
    return SimpleNamespace(state=state, deadline=deadline, progress=progress, starts_on=starts_on)


@pytest.mark.parametrize(
    ("given_duty", "submitted_on", "expected"),
    [
        (duty(progress=51), None, Light.GREEN),  # 188 of 366 days have passed: 51%
        (duty(progress=40), None, Light.YELLOW),  # under 80% of the plan
        (duty(progress=30), None, Light.RED),  # under 60%
        (duty(deadline=date(2020, 7, 13)), None, Light.YELLOW),  # due within five working days
        (duty(deadline=date(2020, 7, 14)), None, Light.GREEN),
        (duty(deadline=TODAY), None, Light.YELLOW),  # the last day is still on time
        (duty(deadline=date(2020, 7, 5)), None, Light.RED),
        (
            duty("closing", deadline=date(2020, 7, 5)),
            date(2020, 7, 5),
            Light.GREEN,
        ),  # review may take its time
        (duty("closing", deadline=date(2020, 7, 5)), date(2020, 7, 6), Light.RED),
        (duty("issued", progress=0, starts_on=TODAY), None, Light.GREY),
        (duty("issued", deadline=date(2020, 7, 5)), None, Light.RED),  # red beats grey
        (duty("closed", deadline=date(2020, 1, 5)), date(2020, 6, 1), Light.BLUE),  # blue beats red
        (duty("suspended", deadline=date(2020, 1, 5)), None, None),
        (duty(deadline=None, progress=0), None, Light.GREEN),
    ],
)
def test_light(given_duty, submitted_on, expected):
    assert light(given_duty, submitted_on, TODAY, WARN) is expected


def test_nobody_lags_in_the_first_days():
    assert (
        light(duty(progress=0), None, START + timedelta(days=20), START + timedelta(days=27)) is Light.GREEN
    )


def test_planned_progress_is_linear_and_clamped():
    days = (START - timedelta(days=1), date(2020, 7, 1), DUE, DUE + timedelta(days=9))
    assert [planned_progress(START, DUE, day) for day in days] == [0, 50, 100, 100]
    assert planned_progress(DUE, DUE, DUE) == 100


states = st.sampled_from([state for state in State if state not in (State.CLOSING, State.CLOSED)])
days = st.integers(-40, 40).map(lambda n: TODAY + timedelta(days=n))


@pytest.mark.parametrize("seed", range(3))
def test_the_database_sees_the_same_light(supervisor, seed):
    from random import Random

    chance = Random(seed)
    made = []
    for _ in range(25):
        starts_on = TODAY + timedelta(days=chance.randint(-60, 10))
        deadline = chance.choice([None, starts_on + timedelta(days=chance.randint(0, 80))])
        task = make.task(deadline=deadline, is_open_ended=deadline is None, starts_on=starts_on)
        state = chance.choice(list(State))
        made.append(make.assignment(task_=task, state=state, progress=chance.choice([0, 20, 50, 70, 100])))
    found = dict(db.session.execute(db.select(Assignment.id, lit(TODAY, WARN))).all())
    late = set(db.session.scalars(db.select(Assignment.id).where(overdue(TODAY))))
    for one in made:
        expected = light(one, one.submitted_on, TODAY, WARN)
        assert found[one.id] == (expected and expected.value), (
            one.state,
            one.starts_on,
            one.deadline,
            one.progress,
        )
        assert (one.id in late) is is_overdue(one.state, one.deadline, one.submitted_on, TODAY)
    counts = Counter(light(one, one.submitted_on, TODAY, WARN) for one in made)
    assert lights(supervisor, TODAY, WARN) == {colour: counts[colour] for colour in Light}


@given(days, days, st.integers(0, 100))
def test_a_light_is_never_a_surprise(starts_on, deadline, progress):
    assert light(duty(deadline=deadline, starts_on=starts_on, progress=progress), None, TODAY, WARN) in Light


# 填报要求


def days(reporting, starts_on, deadline):
    return [due.day for due in reports_due(reporting, starts_on, deadline)]


@pytest.mark.parametrize(
    ("reporting", "starts_on", "deadline", "expected"),
    [
        (Reporting.AT_NODES, date(2020, 6, 18), DUE, [DUE]),
        (Reporting.AT_NODES, date(2020, 6, 18), None, []),
        (
            Reporting.MONTHLY,
            date(2020, 6, 19),
            date(2020, 9, 15),
            [date(2020, 6, 30), date(2020, 7, 31), date(2020, 8, 31), date(2020, 9, 15)],
        ),
        (
            Reporting.MONTHLY,
            date(2020, 6, 20),
            date(2020, 8, 31),
            [date(2020, 7, 31), date(2020, 8, 31)],
        ),
        (Reporting.MONTHLY, date(2020, 6, 22), date(2020, 6, 26), [date(2020, 6, 26)]),
        (
            Reporting.QUARTERLY,
            date(2020, 5, 25),
            DUE,
            [date(2020, 6, 30), date(2020, 9, 30), DUE],
        ),
        (Reporting.QUARTERLY, date(2020, 6, 20), DUE, [date(2020, 9, 30), DUE]),
    ],
)
def test_reports_are_due_at_the_deadline_and_at_each_month_s_or_quarter_s_end(
    reporting, starts_on, deadline, expected
):
    assert days(reporting, starts_on, deadline) == expected


def test_each_report_is_new_since_the_last_due_day():
    first, second, *_ = reports_due(Reporting.MONTHLY, date(2020, 6, 18), DUE)
    assert first == ReportDue(date(2020, 6, 17), date(2020, 6, 30))
    assert second == ReportDue(date(2020, 6, 30), date(2020, 7, 31))


def test_the_report_asked_for_today_is_the_next_one_or_the_last_of_all():
    def asked(today, deadline=date(2020, 7, 20)):
        due = report_due(Reporting.MONTHLY, date(2020, 6, 18), deadline, today)
        return due and due.day

    assert asked(date(2020, 6, 30)) == date(2020, 6, 30)
    assert asked(date(2020, 7, 1)) == asked(date(2020, 8, 1)) == date(2020, 7, 20)
    assert asked(date(2022, 2, 2), deadline=None) == date(2022, 2, 28)
    assert report_due(Reporting.AT_NODES, date(2020, 6, 18), None, TODAY) is None


@given(
    st.sampled_from([Reporting.MONTHLY, Reporting.QUARTERLY]),
    st.dates(date(2019, 1, 1), date(2021, 12, 31)),
    st.integers(0, 700),
)
def test_the_last_report_is_due_with_the_duty_and_none_twice(reporting, starts_on, length):
    deadline = starts_on + timedelta(days=length)
    due = list(reports_due(reporting, starts_on, deadline))
    assert due[-1].day == deadline
    assert all(one.after < one.day for one in due)
    assert all(a.day == b.after for a, b in pairwise(due))
