import json
from collections import Counter
from pathlib import Path

import pytest

from tracker.accounts.models import Role, UnitKind
from tracker.seed import city

ROOT = Path(__file__).parents[2]
GOLD = ROOT.parent / "shared" / "corpus" / "seed.json"
DEMONSTRATION = ROOT / "tests" / "documents" / "samples" / "62_demonstration_work_points.json"

UNITS = {unit.name for unit in city.UNITS}
STANDS_FOR = {text: (unit.name,) for unit in city.UNITS for text in (unit.name, *unit.aliases)} | {
    text: group.members for group in city.GROUPS for text in (group.name, *group.aliases)
}


def named_in(gold):
    points = json.loads(gold.read_text(encoding="utf-8"))["points"]
    return {name for point in points for name in point["responsible_units"]}


def test_a_name_stands_for_one_thing_only():
    texts = [text for unit in city.UNITS for text in (unit.name, *unit.aliases)]
    texts += [text for group in city.GROUPS for text in (group.name, *group.aliases)]

    assert [text for text, count in Counter(texts).items() if count > 1] == []


def test_groups_boards_parents_and_users_know_only_units_of_the_city():
    named = [name for row in (*city.GROUPS, *city.BOARDS) for name in row.members]
    named += [user.unit for user in city.USERS] + [unit.parent for unit in city.UNITS if unit.parent]

    assert set(named) <= UNITS


def test_every_unit_but_the_office_is_in_one_board():
    placed = Counter(name for board in city.BOARDS for name in board.members)

    assert placed == Counter(UNITS - {city.OFFICE})


def test_units_stand_in_the_order_of_their_kinds():
    kinds = [unit.kind for unit in city.UNITS]

    assert kinds == sorted(kinds, key=list(UnitKind).index)


def test_every_unit_has_a_reporter_and_a_head_and_the_office_everyone_else():
    roles = Counter((user.unit, user.role) for user in city.USERS)

    assert all(roles[unit, role] == 1 for unit in UNITS for role in (Role.REPORTER, Role.HEAD))
    assert [roles[city.OFFICE, role] for role in list(Role)[2:]] == [3, 1, 1, 1, 1]


@pytest.mark.parametrize("column", ["username", "name"])
def test_no_two_users_share_a_name(column):
    assert len({getattr(user, column) for user in city.USERS}) == len(city.USERS)


def test_every_unit_of_the_demonstration_document_resolves():
    assert named_in(DEMONSTRATION) - STANDS_FOR.keys() == set()


@pytest.mark.skipif(not GOLD.exists(), reason="the reference corpus is not here")
def test_every_unit_of_the_origin_document_resolves():
    assert named_in(GOLD) - STANDS_FOR.keys() == set()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("各县（区）", 4),
        ("功能区管委会扶贫开发工作领导小组", 2),
        ("各县（区）、功能区管委会扶贫开发工作领导小组", 6),
        ("市、县（区）、功能区管委会扶贫开发工作领导小组", 7),
        ("扶贫开发工作领导小组成员单位", 30),
    ],
)
def test_collective_names_stand_for_their_members(text, count):
    assert len(STANDS_FOR[text]) == count


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("定海", "定海区"),
        ("普-朱管委会", "普陀山-朱家尖管委会"),
        ("人行舟山中心支行", "人行舟山市中心支行"),
        ("市人力资源和社会保障局", "市人社局"),
    ],
)
def test_other_spellings_stand_for_one_unit(text, name):
    assert STANDS_FOR[text] == (name,)
