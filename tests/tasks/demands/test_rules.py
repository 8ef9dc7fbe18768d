"""How much time a demand leaves, and which rule it is against when it leaves less."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tracker.clock import SHANGHAI
from tracker.tasks.demands.rules import NOTICE_WORKDAYS, breach, earliest_due
from tracker.workdays import statutory


@pytest.mark.parametrize(
    ("sent", "due"),
    [
        ((2020, 7, 6, 9, 0), date(2020, 7, 9)),  # Monday → Thursday
        ((2020, 7, 6, 17, 0), date(2020, 7, 9)),
        ((2020, 7, 6, 17, 1), date(2020, 7, 10)),  # counts from Tuesday
        ((2020, 7, 3, 16, 0), date(2020, 7, 8)),  # Friday → Wednesday, never Monday
        ((2020, 7, 3, 18, 0), date(2020, 7, 9)),
        ((2020, 7, 4, 10, 0), date(2020, 7, 9)),  # on a Saturday: from Monday
        ((2020, 6, 24, 10, 0), date(2020, 6, 30)),  # over the Dragon Boat days, with a make-up Sunday
    ],
)
def test_a_request_leaves_three_working_days(sent, due):
    assert earliest_due(datetime(*sent, tzinfo=SHANGHAI), statutory()) == due


@given(some.dates(date(2020, 1, 1), date(2026, 12, 20)), some.times())
def test_at_least_three_working_days_lie_between(day, at):
    due = earliest_due(datetime.combine(day, at, SHANGHAI), statutory())
    assert statutory().between(day, due) >= NOTICE_WORKDAYS
    assert statutory().is_workday(due)


@pytest.mark.parametrize(
    ("sent", "due", "rules"),
    [
        ((2020, 7, 6, 9, 0), date(2020, 7, 9), None),
        ((2020, 7, 6, 17, 0), date(2020, 7, 9), None),
        ((2020, 7, 6, 9, 0), date(2020, 7, 8), "notice"),
        ((2020, 7, 6, 9, 0), date(2020, 7, 6), "notice"),
        ((2020, 7, 6, 17, 1), date(2020, 7, 9), "evening"),  # but for the hour it would do
        ((2020, 7, 6, 17, 1), date(2020, 7, 8), "notice evening"),
        ((2020, 7, 3, 10, 0), date(2020, 7, 6), "notice weekend"),  # Friday for Monday
        ((2020, 7, 3, 10, 0), date(2020, 7, 5), "notice weekend"),  # to be done on the Sunday
        ((2020, 7, 3, 10, 0), date(2020, 7, 7), "notice"),
        ((2020, 7, 3, 18, 0), date(2020, 7, 6), "notice evening weekend"),
        ((2020, 7, 4, 10, 0), date(2020, 7, 6), "notice weekend"),  # on the Saturday for Monday
        ((2020, 7, 2, 10, 0), date(2020, 7, 3), "notice"),  # Thursday for Friday
        ((2020, 6, 24, 10, 0), date(2020, 6, 28), "notice weekend"),  # over a holiday, to its make-up Sunday
        ((2020, 9, 26, 10, 0), date(2020, 9, 28), "notice"),  # Sunday 27 September was worked
        ((2020, 6, 24, 10, 0), date(2020, 5, 31), "notice"),  # past already
    ],
)
def test_the_rules_a_demand_is_against_are_named(sent, due, rules):
    found = breach(datetime(*sent, tzinfo=SHANGHAI), due, statutory())
    assert (found and " ".join(found.rules)) == rules


def test_without_a_day_nothing_is_hurried():
    assert breach(datetime(2020, 7, 3, 18, 0, tzinfo=SHANGHAI), None, statutory()) is None


@given(some.dates(date(2020, 1, 1), date(2026, 12, 1)), some.times(), some.integers(-5, 20))
def test_what_is_against_a_rule_is_what_comes_before_the_earliest_day(day, at, later):
    sent = datetime.combine(day, at, SHANGHAI)
    due = date.fromordinal(day.toordinal() + later)
    found = breach(sent, due, statutory())
    assert (found is not None) == (due < earliest_due(sent, statutory()))
    assert found is None or found.rules
