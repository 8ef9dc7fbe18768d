"""Which step is reached on which day, holidays and make-up days included."""

from datetime import date

import pytest

from tracker.reminders.rules import label_of, step_on
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
