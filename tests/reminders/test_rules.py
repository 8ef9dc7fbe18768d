"""Which step is reached on which day, holidays and make-up days included."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import datetimes

from tracker.clock import SHANGHAI
from tracker.reminders.rules import (
    FIRST_HOUR,
    LONGEST_REST,
    LONGEST_WAIT,
    is_pressing,
    label_of,
    may_send,
    rest_after,
    send_from,
    step_on,
    wait_after,
)
from tracker.workdays import statutory

DUE = date(2020, 6, 30)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2020, 6, 17), None),
        (date(2020, 6, 18), "T-7"),  # 25 and 26 June are off, 28 June is worked
        (date(2020, 6, 24), "T-3"),
        (date(2020, 6, 25), None),  # 端午
        (date(2020, 6, 28), "T-3"),  # a Sunday that is worked
        (date(2020, 6, 29), "T-1"),
        (date(2020, 6, 30), "T0"),
        (date(2020, 7, 1), "+1"),
        (date(2020, 7, 2), "+1"),
        (date(2020, 7, 3), "+3"),
        (date(2020, 7, 5), None),
        (date(2020, 7, 6), "+3"),
        (date(2020, 7, 7), "+5"),
        (date(2020, 7, 14), "+W1"),
        (date(2020, 7, 21), "+W2"),
    ],
)
def test_step(today, expected):
    step = step_on(DUE, today, statutory())
    assert (step and step.name) == expected


def test_every_step_has_words():
    assert label_of("T0") == "今天到期"
    assert label_of("+W2") == "已逾期15个工作日以上"
    assert "未签收" in label_of("unsigned")


@given(datetimes(datetime(2019, 1, 1), datetime(2027, 12, 31)))  # noqa: DTZ001 given its zone below
def test_a_message_goes_at_once_or_with_the_next_working_morning(moment):
    local = moment.replace(tzinfo=SHANGHAI)
    goes = send_from(local, statutory())
    assert may_send(goes, statutory())
    if may_send(local, statutory()):
        assert goes == local
    else:
        assert goes > local
        assert goes.time() == FIRST_HOUR
        hours = range(1, (goes - local) // timedelta(hours=1) + 1)
        assert not any(may_send(goes - timedelta(hours=n), statutory()) for n in hours)


def test_waiting_grows_to_its_limit():
    minutes = [wait_after(n) // timedelta(minutes=1) for n in range(1, 9)]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60]
    assert wait_after(10**6) == LONGEST_WAIT
    assert rest_after(10**6) == LONGEST_REST


def test_what_presses():
    names = ("T-7", "T-1", "T0", "+1", "+W3", "unsigned", "urge-2020-07-13")
    assert [is_pressing(name) for name in names] == [False, False, True, True, True, False, True]
