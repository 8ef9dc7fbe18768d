"""The ladder as agreed, rung by rung, and the time a request leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tracker.reminders.slips.rules import (
    LADDER,
    RUNGS,
    Colour,
    Record,
    Rung,
    Standing,
    months_running,
    number_text,
    proposed,
    proposed_for_unit,
)

# late, reached, reminded, called, yellow unanswered -> what is proposed
AGREED = [
    (-2, None, True, True, False, None),
    (-1, None, False, False, False, None),
    (-1, None, True, False, False, Rung.CALL),
    (0, None, True, False, False, Rung.CALL),
    (0, Rung.CALL, True, False, False, None),
    (0, Rung.CALL, True, True, False, Rung.BLUE),
    (0, Rung.BLUE, True, True, False, None),
    (1, None, False, False, False, Rung.YELLOW),
    (1, Rung.BLUE, True, True, False, Rung.YELLOW),
    (5, None, False, False, False, Rung.YELLOW),
    (5, Rung.YELLOW, False, False, False, None),
    (3, Rung.YELLOW, False, False, True, Rung.RED),
    (6, Rung.YELLOW, False, False, False, Rung.RED),
    (6, None, False, False, False, Rung.RED),
    (6, Rung.RED, False, False, False, None),
    (200, Rung.RED, False, False, True, None),
]


@pytest.mark.parametrize(("late", "reached", "reminded", "called", "unanswered", "rung"), AGREED)
def test_the_ladder(late, reached, reminded, called, unanswered, rung):
    rule = proposed(Standing(late, reached, reminded, called, unanswered))
    assert (rule and rule.rung) == rung


@given(
    some.builds(
        Standing,
        late=some.integers(-10, 60),
        reached=some.sampled_from([None, Rung.CALL, Rung.BLUE, Rung.YELLOW, Rung.RED]),
        reminded=some.booleans(),
        called=some.booleans(),
        yellow_unanswered=some.booleans(),
    )
)
def test_the_ladder_is_only_climbed(standing):
    rule = proposed(standing)
    if rule:
        assert rule in LADDER
        assert standing.reached is None or RUNGS.index(rule.rung) > RUNGS.index(standing.reached)


@pytest.mark.parametrize(
    ("record", "found"),
    [
        (Record(red_slips=1, months_behind=1), []),
        (Record(red_slips=2), [(Rung.TALK, "talk:red:2020:1")]),
        (Record(red_slips=3), [(Rung.TALK, "talk:red:2020:1")]),
        (Record(red_slips=4), [(Rung.TALK, "talk:red:2020:2")]),
        (Record(months_behind=2, latest_month="2020-06"), [(Rung.TALK, "talk:behind:2020-06")]),
        (Record(red_slips=2, months_behind=2, talked_id=7), []),
        (Record(red_slips=3, talked_id=7, red_since=1), [(Rung.CIRCULAR, "circular:7")]),
        (Record(months_behind=3, talked_id=7, behind_since=True), [(Rung.CIRCULAR, "circular:7")]),
    ],
)
def test_a_unit_is_talked_to_and_then_named(record, found):
    assert [(rule.rung, rule.key) for rule in proposed_for_unit(record, 2020)] == found


def test_a_number_names_colour_and_year():
    assert number_text(Colour.YELLOW, 2020, 3) == "督黄〔2020〕3号"


def test_months_run_until_one_without():
    assert months_running(["2020-07", "2020-06", "2020-05"], ["2020-07", "2020-06"]) == ["2020-07", "2020-06"]
    assert months_running(["2020-07", "2020-06", "2020-05"], ["2020-06", "2020-05"]) == []
