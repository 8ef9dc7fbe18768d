from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.workdays import FESTIVALS, Workdays, festival, statutory

DAYS = st.dates(date(2004, 1, 2), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2020-06-18", True),
        ("2020-06-20", False),  # Saturday
        ("2020-06-25", False),  # dragon boat festival
        ("2020-06-28", True),  # the Sunday worked for it
        ("2020-10-08", False),
        ("2020-10-10", True),  # Saturday
        ("2021-02-20", True),  # Saturday after the spring festival
        ("2026-02-14", True),  # Saturday before it
        ("2026-02-16", False),
    ],
)
def test_make_up_days_are_working_days(day, works):
    assert statutory().is_workday(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        ("2020-06-18", 30, "2020-07-31"),
        ("2020-06-18", 1, "2020-06-19"),
        ("2020-06-19", 1, "2020-06-22"),
        ("2020-06-24", 1, "2020-06-28"),
        ("2020-06-28", -1, "2020-06-24"),
        ("2020-07-01", -1, "2020-06-30"),  # the last working day of June
        ("2020-09-30", 1, "2020-10-09"),
        ("2020-06-20", 0, "2020-06-20"),
    ],
)
def test_the_first_day_is_not_counted(day, n, expected):
    assert statutory().add(date.fromisoformat(day), n) == date.fromisoformat(expected)


@given(DAYS, st.integers(-60, 60))
def test_between_undoes_add(day, n):
    workdays = statutory()
    there = workdays.add(day, n)

    if n >= 0 or workdays.is_workday(day):
        assert workdays.between(day, there) == n
    assert n == 0 or workdays.is_workday(there)


@given(DAYS, st.integers(1, 30), st.integers(1, 30))
def test_adding_twice_is_adding_the_sum(day, m, n):
    workdays = statutory()

    assert workdays.add(workdays.add(day, m), n) == workdays.add(day, m + n)


def test_a_day_off_moves_to_the_next_working_day():
    assert statutory().on_or_after(date(2020, 10, 1)) == date(2020, 10, 9)
    assert statutory().on_or_after(date(2020, 10, 9)) == date(2020, 10, 9)


def test_a_year_without_a_published_calendar_is_estimated_from_the_law():
    workdays = statutory()

    assert not workdays.is_estimated(2026)
    assert workdays.is_estimated(2030)
    free = (date(2030, 2, 3) + timedelta(days=n) for n in (-1, 0, 1, 2))  # eve to third day of the spring
    assert not any(workdays.is_workday(day) for day in free)
    assert not workdays.is_workday(date(2030, 10, 1))
    assert workdays.is_workday(date(2030, 10, 8))


def test_a_calendar_of_ones_own_overrides_the_week():
    workdays = Workdays(frozenset({date(2027, 3, 1)}), frozenset({date(2027, 3, 6)}), range(2027, 2028))

    assert not workdays.is_workday(date(2027, 3, 1))
    assert workdays.is_workday(date(2027, 3, 6))
    assert workdays.add(date(2027, 2, 26), 5) == date(2027, 3, 6)


@pytest.mark.parametrize(
    ("name", "year", "day"),
    [
        ("春节", 2020, "2020-01-25"),
        ("春节", 2027, "2027-02-06"),
        ("除夕", 2022, "2022-01-31"),
        ("元宵节", 2020, "2020-02-08"),
        ("清明节", 2021, "2021-04-04"),
        ("清明节", 2022, "2022-04-05"),
        ("端午节", 2025, "2025-05-31"),
        ("中秋节", 2020, "2020-10-01"),
        ("重阳节", 2023, "2023-10-23"),
        ("国庆节", 2019, "2019-10-01"),
    ],
)
def test_festivals(name, year, day):
    assert festival(name, year) == date.fromisoformat(day)


@pytest.mark.parametrize("name", ["春节", "清明节", "端午节", "中秋节"])
def test_moving_festivals_are_free_in_every_published_year(name):
    assert not any(statutory().is_workday(festival(name, year)) for year in range(2008, 2027))


def test_a_festival_outside_the_table_is_not_guessed():
    assert festival("春节", 1999) is None
    assert all(festival(name, 2020) for name in FESTIVALS)
