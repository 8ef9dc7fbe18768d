"""What reminder rules mean, and which are refused."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import Invalid
from tracker.reminders.policy.rules import (
    NEVER,
    Rules,
    check,
    new_steps,
    numbers,
    rules_of,
    steps_on,
    workdays_of,
)
from tracker.reminders.rules import USUAL, Schedule, label_of, name_of, offset_of
from tracker.workdays import statutory

DUE = date(2020, 6, 30)


def names(schedule: Schedule, offsets: range) -> list[str]:
    found = [schedule.at(offset) for offset in offsets]
    return [step.name if step else "" for step in found]


def with_ordinary(**changes) -> Rules:
    return Rules({"ordinary": USUAL._replace(**changes), "key": USUAL, "supervised": USUAL})


def test_the_usual_schedule_is_the_one_of_the_domain():
    assert names(USUAL, range(-8, 12)) == [
        "", "T-7", "T-7", "T-7", "T-7", "T-3", "T-3", "T-1", "T0", "+1", "+1", "+3", "+3", "+5", "+5",
        "+5", "+5", "+5", "+W1", "+W1",
    ]  # fmt: skip
    told = [(step.name, step.to_head, step.to_office) for n in (-7, -1, 5, 10) if (step := USUAL.at(n))]
    assert told == [("T-7", False, False), ("T-1", True, False), ("+5", True, True), ("+W1", True, True)]


def test_another_schedule():
    tight = Schedule(before=(2,), on_day=False, after=(2, 4), weekly=3, head_from=NEVER, office_from=7)
    assert names(tight, range(-3, 11)) == [
        "", "T-2", "T-2", "T-2", "T-2", "+2", "+2", "+4", "+4", "+4", "+7", "+7", "+7", "+W1",
    ]  # fmt: skip
    assert [tight.at(offset).to_office for offset in (4, 7, 10)] == [False, True, True]
    assert not tight.at(10).to_head


def test_without_weekly_reminders_the_last_step_is_the_last():
    assert USUAL._replace(weekly=0).at(500).name == "+5"


@given(st.integers(-60, 400))
def test_a_name_says_its_day_whatever_the_rules(offset):
    assert offset_of(name_of(offset)) == offset
    assert label_of(name_of(offset)) != name_of(offset)


@pytest.mark.parametrize("name", ["unsigned", "urge-2020-07-01", "slip:T0", "+", "T"])
def test_other_names_have_no_day(name):
    assert offset_of(name) is None


def test_rules_come_back_as_they_were_stored():
    rules = Rules(
        {"ordinary": USUAL, "key": USUAL._replace(before=(9,)), "supervised": USUAL}, (time(9), time(12))
    )
    assert rules_of(rules.as_json()) == rules
    assert rules_of(Rules().as_json()) == Rules()


@pytest.mark.parametrize(
    ("rules", "field", "said"),
    [
        (with_ordinary(before=(16,)), "ordinary-before", "只能是1至15"),
        (with_ordinary(before=(0,)), "ordinary-before", "只能是1至15"),
        (with_ordinary(before=(3, 3)), "ordinary-before", "重复"),
        (with_ordinary(after=()), "ordinary-after", "至少提醒一次"),
        (with_ordinary(after=(31,)), "ordinary-after", "只能是1至30"),
        (with_ordinary(before=tuple(range(1, 11))), "ordinary-after", "最多提醒10次"),
        (with_ordinary(before=(), on_day=False), "ordinary-before", "至少提醒一次"),
        (Rules(hours=(time(8), time(17))), "first", "不能早于08:30"),
        (Rules(hours=(time(9), time(18))), "last", "不能晚于17:30"),
        (Rules(hours=(time(16), time(16, 30))), "last", "晚一小时"),
    ],
)
def test_rules_that_would_not_do(rules, field, said):
    with pytest.raises(Invalid) as refusal:
        check(rules)
    assert said in refusal.value.fields[field]


def test_the_usual_rules_will_do():
    check(Rules())


def test_lists_are_read_as_people_write_them():
    assert numbers("7、3，1") == numbers("7 3 1") == numbers("7,3;1") == (7, 3, 1)
    assert numbers("") == ()
    for wrong in ("七", "-3", "T-3"):
        with pytest.raises(ValueError, match=wrong):
            numbers(wrong)


def test_the_steps_that_are_new_in_a_month():
    days = workdays_of(date(2020, 6, 1), date(2020, 6, 30), statutory())
    daily = steps_on(USUAL, DUE, days, statutory())
    assert len(daily) == len(days) + 1
    assert [step.name for step in new_steps(daily[1:], daily[0])] == ["T-7", "T-3", "T-1", "T0"]

    days = workdays_of(date(2020, 7, 1), date(2020, 7, 31), statutory())
    daily = steps_on(USUAL, DUE, days, statutory())
    assert [step.name for step in new_steps(daily[1:], daily[0])] == ["+1", "+3", "+5", "+W1", "+W2", "+W3"]
