from collections import defaultdict
from datetime import date

import pytest

from tracker.seed import city
from tracker.seed.story import PLEAS, TEMPERS, Act, Matter, Temper, script
from tracker.workdays import statutory

ISSUED, UNTIL = date(2020, 6, 19), date(2020, 7, 10)
DEADLINES = (date(2020, 5, 31), date(2020, 6, 30), date(2020, 7, 31), date(2020, 12, 31))
MATTERS = [
    Matter(100 * row + column, unit.name, min(date(2020, 6, 18), deadline), deadline)
    for row, unit in enumerate(city.UNITS)
    for column, deadline in enumerate(DEADLINES * 3)
]

# What may follow what, on one matter.
FOLLOWS = {
    None: {Act.RECEIVE, Act.DISPUTE},
    Act.DISPUTE: {Act.OVERRULE},
    Act.OVERRULE: {Act.RECEIVE},
    Act.RECEIVE: {Act.REPORT},
    Act.REPORT: {Act.ACCEPT, Act.RETURN, Act.REQUEST_CLOSURE},
    Act.NO_CHANGE: {Act.ACCEPT, Act.RETURN},
    Act.RETURN: {Act.REPORT},
    Act.ACCEPT: {Act.REPORT, Act.NO_CHANGE},
    Act.REQUEST_CLOSURE: {Act.CLOSE, Act.REFUSE_CLOSURE},
    Act.REFUSE_CLOSURE: {Act.REPORT},
}
# What is asked and answered beside the reports.
ASIDE = {Act.ASK_EXTENSION, Act.GRANT, Act.REFUSE_EXTENSION, Act.ASK_HALT}


@pytest.fixture(scope="module")
def steps():
    return script(MATTERS, ISSUED, UNTIL, statutory())


def by_matter(steps):
    told = defaultdict(list)
    for step in steps:
        told[step.key].append(step)
    return told


def handed_in(steps, unit, deadline):
    return {
        step.key: step.at.date()
        for step in steps
        if step.unit == unit and step.act is Act.REQUEST_CLOSURE and DEADLINES[step.key % 100 % 4] == deadline
    }


def of_temper(temper):
    return [unit.name for unit in city.UNITS if TEMPERS.get(unit.name, Temper.STEADY) is temper]


def test_the_same_duties_give_the_same_story(steps):
    assert script(reversed(MATTERS), ISSUED, UNTIL, statutory()) == steps


def test_a_matter_keeps_its_story_when_others_are_added(steps):
    alone = [matter for matter in MATTERS if matter.unit == "定海区"]

    assert script(alone, ISSUED, UNTIL, statutory()) == [step for step in steps if step.unit == "定海区"]


def test_steps_come_in_order_on_working_days_of_the_play(steps):
    days = {step.at.date() for step in steps}

    assert steps == sorted(steps, key=lambda step: step.at)
    assert all(ISSUED < day <= UNTIL and statutory().is_workday(day) for day in days)


def test_every_step_may_follow_the_one_before(steps):
    for told in by_matter(steps).values():
        before = None
        for step in told:
            if step.act in ASIDE:
                continue
            assert step.act in FOLLOWS[before], told
            before = step.act


def test_a_filing_that_goes_back_has_a_fault_and_progress_never_falls(steps):
    for told in by_matter(steps).values():
        assert [bool(step.fault) for step in told] == [
            step.act in (Act.RETURN, Act.REFUSE_CLOSURE) for step in told
        ]
        progress = [step.progress for step in told]
        assert progress == sorted(progress)


def test_closure_is_asked_for_at_100_percent_only(steps):
    assert {step.progress for step in steps if step.act is Act.REQUEST_CLOSURE} == {100}


@pytest.mark.parametrize("unit", of_temper(Temper.EXCELLENT))
def test_the_excellent_hand_in_early(steps, unit):
    asked = handed_in(steps, unit, date(2020, 6, 30))

    assert len(asked) == 3
    assert max(asked.values()) < date(2020, 6, 30)


def test_most_of_the_steady_are_on_time(steps):
    asked = [
        day for unit in of_temper(Temper.STEADY) for day in handed_in(steps, unit, date(2020, 6, 30)).values()
    ]
    late = [day for day in asked if day > date(2020, 6, 30)]

    assert len(late) < len(asked) / 8


def test_most_of_the_late_are_late(steps):
    asked = [
        day for unit in of_temper(Temper.LATE) for day in handed_in(steps, unit, date(2020, 6, 30)).values()
    ]
    late = [day for day in asked if day > date(2020, 6, 30)]

    assert len(late) > len(asked) / 2


def test_two_laggards_hand_in_nothing(steps):
    laggards = of_temper(Temper.LAGGARD)

    assert len(laggards) == 2
    assert not any(step.act is Act.REQUEST_CLOSURE for step in steps if step.unit in laggards)


def test_one_dispute_is_answered_and_one_is_open_at_the_end(steps):
    ends = [told[-1].act for told in by_matter(steps).values() if told[0].act is Act.DISPUTE]

    assert len(ends) == 2
    assert ends.count(Act.DISPUTE) == 1


def test_each_plea_is_made_once_of_a_signed_duty_before_its_day(steps):
    pleas = [step for step in steps if step.act in (Act.ASK_EXTENSION, Act.ASK_HALT)]
    assert {step.unit for step in pleas} == set(PLEAS)
    for plea in pleas:
        signed = next(s for s in steps if s.key == plea.key and s.act is Act.RECEIVE)
        assert signed.at < plea.at
        if plea.act is Act.ASK_EXTENSION:
            assert plea.at.date() < DEADLINES[plea.key % 100 % 4] < plea.wanted_on
