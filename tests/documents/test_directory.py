"""From names as written to units: the table decides, likeness only suggests."""

import pytest

from tests import make
from tests.documents.readings import directory
from tracker.documents import queries
from tracker.documents.directory import Match
from tracker.errors import Invalid


@pytest.mark.parametrize(
    ("name", "match", "ids"),
    [
        ("市教育局", Match.UNIT, (4,)),
        ("定海", Match.UNIT, (1,)),
        ("各县(区)", Match.GROUP, (1, 2)),
        ("成员单位", Match.OPEN, ()),
        ("市林业局", Match.UNKNOWN, ()),
        ("", Match.UNKNOWN, ()),
    ],
)
def test_a_name_is_looked_up_in_any_width(name, match, ids):
    assert directory().resolve(name) == (match, ids)


def test_what_a_person_chose_wins():
    assert directory().resolve("市林业局", [6, 1, 77]) == (Match.CHOSEN, (1, 6))


def test_likely_names_are_suggested_the_likeliest_first():
    names = directory().names_of(directory().suggest("市教育和体育局"))
    assert names[0] == "市教育局"
    assert directory().suggest("完全不相干的称呼") == []


def test_an_open_set_proposes_the_members_of_the_table():
    assert directory().members("成员单位") == (4, 5, 6)
    assert directory().members("市林业局") == ()


# As the database has it


def test_units_aliases_and_groups_are_found_by_every_name():
    school, sea = make.unit("市教育局", short_name="教育局"), make.unit("市海洋与渔业局", short_name="海渔局")
    make.alias("市教育体育局", school)
    areas = make.group("各县（区）", sea, school)
    make.alias("县（区）", areas)

    found = queries.directory()

    assert found.resolve("教育局").unit_ids == (school.id,)
    assert found.resolve("市教育体育局").unit_ids == (school.id,)
    assert found.resolve("县(区)") == (Match.GROUP, (school.id, sea.id))


def test_a_unit_out_of_use_is_not_found():
    make.unit("市旅游委", is_active=False)
    assert queries.directory().resolve("市旅游委").match is Match.UNKNOWN


def test_an_alias_is_given_to_an_exact_name_only():
    school, areas = make.unit("市教育局"), make.group("各县（区）", make.unit("定海区"))

    assert queries.bearer(" 市教育局 ") == school
    assert queries.bearer("各县（区）") == areas
    with pytest.raises(Invalid, match="没有名为"):
        queries.bearer("教育")
