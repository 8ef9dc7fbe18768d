"""亮灯 and 序时进度, and that the database sees the same light as the rule."""

from collections import Counter
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import make
from tracker.db import db
from tracker.tasks.ledger import lights
from tracker.tasks.models import Assignment
from tracker.tasks.queries import lit, overdue
from tracker.tasks.rules import Light, is_overdue, light, planned_progress
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
