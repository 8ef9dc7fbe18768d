"""When an extension may be asked for."""

from datetime import date

import pytest

from tracker.tasks.requests.rules import DUTY, hindrance, is_late, unwanted
from tracker.workdays import statutory

DAY = date(2020, 7, 10)  # a Friday


@pytest.mark.parametrize(
    ("state", "deadline", "today", "is_waiting", "said"),
    [
        ("active", DAY, date(2020, 7, 6), False, ""),
        ("active", DAY, DAY, False, ""),  # the last day is still in time
        ("active", DAY, date(2020, 7, 11), False, "已过完成时限"),
        ("active", DAY, date(2020, 7, 6), True, "正在审批"),
        ("issued", DAY, date(2020, 7, 6), False, "签收后"),
        ("closing", DAY, date(2020, 7, 6), False, "不在办理中"),
        ("suspended", DAY, date(2020, 7, 6), False, "不在办理中"),
        ("active", None, date(2020, 7, 6), False, "长期坚持"),
    ],
)
def test_what_stands_against_an_extension_is_said(state, deadline, today, is_waiting, said):
    words = hindrance(DUTY, state, deadline, today, is_waiting=is_waiting)
    assert said in words
    assert bool(words) == bool(said)


@pytest.mark.parametrize(
    ("today", "late"),
    [
        (date(2020, 7, 7), False),  # Wednesday, Thursday and Friday are left
        (date(2020, 7, 8), True),
        (DAY, True),
    ],
)
def test_with_two_working_days_left_it_is_late(today, late):
    assert is_late(today, DAY, statutory()) is late


def test_rest_days_are_not_working_days_left():
    # Friday to Tuesday after the dragon boat festival of 2020 (25 to 27 June, with a make-up Sunday)
    assert is_late(date(2020, 6, 24), date(2020, 6, 29), statutory())


def test_the_day_asked_for_is_later_and_no_slip_of_the_pen():
    assert unwanted(DUTY, date(2020, 7, 11), DAY, DAY) == ""
    assert "须晚于现在的完成时限2020-07-10" in unwanted(DUTY, DAY, DAY, DAY)
    assert "请核对年份" in unwanted(DUTY, date(2031, 1, 1), DAY, DAY)
