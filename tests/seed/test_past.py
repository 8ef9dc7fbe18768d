from datetime import date, timedelta

import pytest

from tests.seed.test_story import FOLLOWS
from tracker.documents.parse import parse
from tracker.seed import city
from tracker.seed.monthly import LISTS, WERE
from tracker.seed.past import tell
from tracker.seed.story import Act, Matter, Temper
from tracker.workdays import statutory

NAMES = {text for unit in city.UNITS for text in (unit.name, *unit.aliases)} | {
    text for group in city.GROUPS for text in (group.name, *group.aliases)
}


@pytest.mark.parametrize("one", LISTS, ids=lambda one: one.month)
def test_every_sentence_of_a_list_is_a_task_of_its_month_for_units_of_the_city(one):
    points = parse(one.text(1)).as_json()["points"]

    measures = [measure for point in points for measure in point["measures"]]
    assert len(measures) == sum(words.count("前") for words, _ in one.points) == 13
    assert all(measure["deadline"]["due"].startswith(one.month) for measure in measures)
    assert {name for point in points for name in point["responsible_units"]} <= NAMES


def test_units_that_were_different_are_told_for_every_list():
    assert WERE.keys() <= {unit.name for unit in city.UNITS}
    assert {len(tempers) for tempers in WERE.values()} == {len(LISTS)}


@pytest.mark.parametrize("temper", Temper)
def test_a_duty_of_the_past_is_told_in_order_and_ends_closed_before_the_play(temper):
    for one in LISTS:
        for days in (8, 12, 15):
            deadline = statutory().add(one.issued_on, days)
            for unit in city.UNITS:
                told = list(
                    tell(Matter(1, unit.name, one.issued_on, deadline), one.issued_on, temper, statutory())
                )
                assert told == sorted(told, key=lambda step: step.at)
                before = None
                for step in told:
                    assert step.act in FOLLOWS.get(before, set()), told
                    before = step.act
                assert before is Act.CLOSE
                assert told[-1].at.date() <= min(date(2020, 6, 18), deadline + timedelta(days=30))
