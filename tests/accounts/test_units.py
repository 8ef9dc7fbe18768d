import pytest

from tests import make
from tests.conftest import NOW, sign_in
from tracker.accounts.models import Board, Unit, UnitAlias, UnitGroup, UnitKind
from tracker.accounts.trail import timeline
from tracker.accounts.units import actions
from tracker.db import db
from tracker.errors import Invalid


@pytest.fixture(autouse=True)
def signed_in(client, administrator):
    sign_in(client, administrator)


@pytest.fixture
def three(app):
    return [make.unit(name) for name in ("定海区", "普陀区", "岱山县")]


def named(noun, name):
    return db.session.query(noun).filter_by(name=name).one()


def test_a_new_unit_stands_last_and_needs_no_short_name(client, three):
    client.post("/accounts/units/new", data={"name": "嵊泗县", "kind": "area", "parent": three[0].id})

    unit = named(Unit, "嵊泗县")
    assert (unit.short_name, unit.kind, unit.parent_id) == ("嵊泗县", UnitKind.AREA, three[0].id)
    assert unit.position == max(one.position for one in db.session.query(Unit))


@pytest.mark.parametrize("name", ["定海区", " 定海 区", "各县(区)", "定海"])
def test_a_name_stands_for_one_thing_only(client, three, name):
    make.group("各县（区）", *three)
    make.alias("定海", three[0])

    answer = client.post("/accounts/units/new", data={"name": name, "kind": "area", "parent": 0})

    assert answer.status_code == 422
    assert "系统会分不清" in answer.text


def test_an_edited_unit_keeps_before_and_after(client, three):
    data = {"name": "定海新区", "short_name": "定海", "kind": "department", "parent": three[1].id}

    client.post(f"/accounts/units/{three[0].id}", data=data)

    assert timeline(three[0])[-1].changes == [
        ("name", "定海区", "定海新区"),
        ("short_name", "定海区", "定海"),
        ("parent", "", "普陀区"),
    ]


def test_no_unit_is_above_itself(administrator, three):
    first, second, third = three
    same = {"kind": UnitKind.AREA, "short_name": ""}
    second.parent_id, third.parent_id = first.id, second.id

    with pytest.raises(Invalid) as refusal:
        actions.edit_unit(first, administrator, NOW, name="定海区", parent=third, **same)

    assert "下级" in refusal.value.fields["parent"]


def test_an_emptied_short_name_is_the_name(client, three):
    data = {"name": "定海区", "short_name": "", "kind": "department", "parent": 0}

    client.post(f"/accounts/units/{three[0].id}", data=data)

    assert three[0].short_name == "定海区"


def test_two_administrators_cannot_both_save_a_unit(client, three, monkeypatch):
    def overtake(unit, *_, **__):
        later = db.update(Unit).values(version=Unit.version + 1)
        db.session.execute(later, execution_options={"synchronize_session": False})
        unit.short_name = "定海"

    monkeypatch.setattr(actions, "edit_unit", overtake)
    answer = client.post(
        f"/accounts/units/{three[0].id}",
        data={"name": "定海市", "short_name": "定海", "kind": "area", "parent": 0},
    )

    assert answer.status_code == 409
    assert "他人刚刚处理过，请刷新后再试" in answer.text
    assert 'value="定海市"' in answer.text


@pytest.mark.parametrize(("position", "order"), [(1, "岱定普"), (2, "定岱普"), (3, "定普岱"), (99, "定普岱")])
def test_a_unit_is_moved_in_the_fixed_order(administrator, three, position, order):
    others = [unit for unit in db.session.query(Unit) if unit not in three]
    for unit in others:
        unit.position = 100  # the office stands behind
    db.session.commit()

    actions.place_unit(three[2], administrator, NOW, position)

    names = [unit.name[0] for unit in db.session.query(Unit).order_by(Unit.position) if unit in three]
    assert "".join(names) == order


def test_moving_to_where_it_is_leaves_no_trace(administrator, three):
    actions.place_unit(three[1], administrator, NOW, 1)
    traces = len(timeline(three[1]))

    actions.place_unit(three[1], administrator, NOW, 1)

    assert len(timeline(three[1])) == traces


@pytest.mark.parametrize("position", ["", "0", "-1", "x", "9" * 30])
def test_a_place_that_is_none_is_refused(client, three, position):
    assert client.post(f"/accounts/units/{three[0].id}/place", data={"position": position}).status_code == 422


def test_a_unit_with_people_is_not_deactivated(client, reporter):
    answer = client.post(f"/accounts/units/{reporter.unit_id}/deactivate")

    assert answer.status_code == 422
    assert "还有1名在用的用户" in answer.text


def test_a_deactivated_unit_is_offered_nowhere_but_where_it_is(client, three):
    board = make.board("县区组", three[0])
    client.post(f"/accounts/units/{three[0].id}/deactivate")

    assert ">定海区<" not in client.get("/accounts/users/new").text
    assert ">定海区" not in client.get("/accounts/boards/new").text
    assert "定海区" in client.get(f"/accounts/boards/{board.id}").text

    client.post(f"/accounts/units/{three[0].id}/activate")
    assert "定海区" in client.get("/accounts/users/new").text


# Aliases


def test_an_alias_stands_for_a_unit_or_a_group(client, three):
    group = make.group("各县（区）", *three)

    client.post("/accounts/aliases", data={"text": "定海", "of": f"unit-{three[0].id}"})
    client.post("/accounts/aliases", data={"text": "各区县", "of": f"group-{group.id}"})

    aliases = {alias.text: alias.unit or alias.group for alias in db.session.query(UnitAlias)}
    assert aliases == {"定海": three[0], "各区县": group}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"text": "", "of": "unit"}, "请填写别名"),
        ({"text": "定海", "of": ""}, "请选择"),
        ({"text": "定海", "of": "unit-999999"}, "请在列出的里面选择"),
        ({"text": "普陀区", "of": "unit"}, "系统会分不清"),
    ],
)
def test_a_wrong_alias_comes_back_above_the_list(client, three, data, words):
    make.alias("普陀", three[1])
    of = f"unit-{three[0].id}" if data["of"] == "unit" else data["of"]

    answer = client.post("/accounts/aliases", data=data | {"of": of})

    assert answer.status_code == 422
    assert words in answer.text
    assert "普陀" in answer.text


def test_a_removed_alias_leaves_its_trace(client, auditor, three):
    alias = make.alias("定海", three[0])

    client.post(f"/accounts/aliases/{alias.id}/remove")

    assert db.session.query(UnitAlias).count() == 0
    sign_in(client, auditor)
    assert "删除别名" in client.get("/accounts/trail").text


# Collective names


def test_members_are_kept_in_the_order_of_units(client, three):
    data = {"name": "各县（区）", "units": [three[2].id, three[0].id], "is_open": "y"}

    client.post("/accounts/groups/new", data=data)

    group = named(UnitGroup, "各县（区）")
    assert group.unit_ids == [three[0].id, three[2].id]
    assert group.is_open


def test_members_come_and_go_with_a_trace(client, three):
    group = make.group("各县（区）", three[0], three[1])

    client.post(
        f"/accounts/groups/{group.id}", data={"name": "各县（区）", "units": [three[1].id, three[2].id]}
    )

    assert group.unit_ids == [three[1].id, three[2].id]
    assert timeline(group)[-1].changes == [("members", "定海区、普陀区", "普陀区、岱山县")]


def test_a_group_an_alias_points_at_is_not_removed(client, three):
    group = make.group("各县（区）", *three)
    alias = make.alias("各区县", group)

    assert "请先删除这个别名" in client.post(f"/accounts/groups/{group.id}/remove").text

    client.post(f"/accounts/aliases/{alias.id}/remove")
    client.post(f"/accounts/groups/{group.id}/remove")
    assert db.session.query(UnitGroup).count() == 0


# Boards


def test_a_unit_is_in_one_board_at_most(client, three):
    make.board("县区组", three[0])

    answer = client.post("/accounts/boards/new", data={"name": "部门组", "units": [three[0].id, three[1].id]})

    assert answer.status_code == 422
    assert "定海区已在“县区组”" in answer.text
    assert db.session.query(Board).count() == 1


def test_a_board_changes_its_members(client, three):
    board = make.board("县区组", three[0], three[1])

    client.post(f"/accounts/boards/{board.id}", data={"name": "区组", "units": [three[1].id, three[2].id]})

    assert {member.unit_id for member in board.members} == {three[1].id, three[2].id}
    assert timeline(board)[-1].changes == [
        ("name", "县区组", "区组"),
        ("members", "定海区、普陀区", "普陀区、岱山县"),
    ]
    assert "定海区" in client.get("/accounts/boards").text


def test_boards_are_ordered_and_rest(client):
    first, second = make.board("甲组"), make.board("乙组")

    client.post(f"/accounts/boards/{second.id}/place", data={"position": 1})
    client.post(f"/accounts/boards/{first.id}/deactivate")

    assert (second.position, first.position, first.is_active) == (1, 2, False)
    client.post(f"/accounts/boards/{first.id}/activate")
    assert first.is_active


def test_two_boards_do_not_bear_one_name(client):
    make.board("甲组")

    assert "已有名为" in client.post("/accounts/boards/new", data={"name": "甲组"}).text
