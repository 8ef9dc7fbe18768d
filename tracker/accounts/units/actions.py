"""What can be done with units, their other names, collective names, and the boards they are compared in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker import audit
from tracker.accounts.actions import changed
from tracker.accounts.models import (
    Board,
    BoardMember,
    Unit,
    UnitAlias,
    UnitGroup,
    UnitGroupMember,
    UnitKind,
    User,
)
from tracker.accounts.queries import all_boards, all_units, bearer_of, people_of
from tracker.db import db
from tracker.errors import Invalid


def create_unit(
    actor: User | None,
    now: datetime,
    *,
    name: str,
    kind: UnitKind,
    short_name: str = "",
    parent: Unit | None = None,
) -> Unit:
    """新增单位, last in the fixed order."""
    _claim(name, "name")
    if short_name:
        _claim(short_name, "short_name")
    unit = Unit(
        name=name,
        short_name=short_name or name,
        kind=kind,
        parent_id=parent.id if parent else None,
        position=len(all_units()) + 1,
    )
    db.session.add(unit)
    audit.record("unit.create", "新增单位", unit, actor, now, name=name, kind=kind.label)
    return unit


def edit_unit(
    unit: Unit,
    actor: User,
    now: datetime,
    *,
    name: str,
    short_name: str,
    kind: UnitKind,
    parent: Unit | None,
) -> None:
    """修改单位. The old name is not kept as an alias by itself; add one where documents still use it."""
    short_name = short_name or name
    _claim(name, "name", unit)
    _claim(short_name, "short_name", unit)
    above, by_id = parent, {one.id: one for one in all_units()}
    while above is not None:
        if above is unit:
            raise Invalid("单位没有保存", parent="上级单位不能是本单位或它的下级")
        above = by_id.get(above.parent_id or 0)
    changes = changed(unit, name=name, short_name=short_name, kind=kind)
    former = by_id.get(unit.parent_id or 0)
    if former is not parent:
        unit.parent_id = parent.id if parent else None
        changes["parent"] = [former and former.name, parent and parent.name]
    if changes:
        audit.record("unit.edit", "修改单位", unit, actor, now, **changes)


def place_unit(unit: Unit, actor: User, now: datetime, position: int) -> None:
    """调整单位顺序: ``position`` from 1 in the fixed order of all units."""
    _place(all_units(), unit, position, "unit.place", "调整单位顺序", actor, now)


def deactivate_unit(unit: Unit, actor: User, now: datetime) -> None:
    """停用单位: it can be given nothing new; what it had stays in the records."""
    if people := people_of(unit):
        raise Invalid(f"“{unit.name}”还有{people}名在用的用户，请先停用这些用户或把他们调到其他单位")
    audit.record("unit.deactivate", "停用单位", unit, actor, now, **changed(unit, is_active=False))


def activate_unit(unit: Unit, actor: User, now: datetime) -> None:
    """启用单位."""
    audit.record("unit.activate", "启用单位", unit, actor, now, **changed(unit, is_active=True))


def create_alias(actor: User | None, now: datetime, text: str, of: Unit | UnitGroup) -> UnitAlias:
    """新增别名: another way to write a unit or a collective name."""
    _claim(text, "text")
    alias = UnitAlias(text=text, **{"unit" if isinstance(of, Unit) else "group": of})
    db.session.add(alias)
    audit.record("alias.create", "新增别名", alias, actor, now, text=text, stands_for=of.name)
    return alias


def remove_alias(alias: UnitAlias, actor: User, now: datetime) -> None:
    """删除别名; documents already read keep what was understood."""
    of = alias.unit or alias.group
    audit.record("alias.remove", "删除别名", alias, actor, now, text=alias.text, stands_for=of and of.name)
    db.session.delete(alias)


def create_group(
    actor: User | None, now: datetime, *, name: str, units: Sequence[Unit], is_open: bool = False
) -> UnitGroup:
    """新增集合称谓: a collective name and its members; an open one is confirmed each time it is used."""
    _claim(name, "name")
    members = [UnitGroupMember(unit=unit, position=place) for place, unit in enumerate(_members(units), 1)]
    group = UnitGroup(name=name, is_open=is_open, members=members)
    db.session.add(group)
    audit.record(
        "group.create", "新增集合称谓", group, actor, now, name=name, is_open=is_open, members=_names(units)
    )
    return group


def edit_group(
    group: UnitGroup, actor: User, now: datetime, *, name: str, units: Sequence[Unit], is_open: bool
) -> None:
    """修改集合称谓; documents already read keep what was understood."""
    _claim(name, "name", group)
    changes = changed(group, name=name, is_open=is_open)
    before, there = [member.unit for member in group.members], {m.unit_id: m for m in group.members}
    if before != _members(units):
        group.members = [there.get(unit.id) or UnitGroupMember(unit=unit) for unit in _members(units)]
        for place, member in enumerate(group.members, 1):
            member.position = place
        changes["members"] = [_names(before), _names(units)]
    if changes:
        audit.record("group.edit", "修改集合称谓", group, actor, now, **changes)


def remove_group(group: UnitGroup, actor: User, now: datetime) -> None:
    """删除集合称谓; documents already read keep what was understood."""
    if alias := db.session.scalar(select(UnitAlias).where(UnitAlias.group_id == group.id)):
        raise Invalid(f"别名“{alias.text}”还指向“{group.name}”，请先删除这个别名")
    names = _names([member.unit for member in group.members])
    audit.record("group.remove", "删除集合称谓", group, actor, now, name=group.name, members=names)
    db.session.delete(group)


def create_board(actor: User | None, now: datetime, *, name: str, units: Sequence[Unit]) -> Board:
    """新增评价组, last in order; a unit is in one board at most."""
    board = Board(name=name, position=len(all_boards()) + 1)
    _check_board(board, name, units)
    board.members = [BoardMember(unit=unit) for unit in units]
    db.session.add(board)
    audit.record("board.create", "新增评价组", board, actor, now, name=name, members=_names(units))
    return board


def edit_board(board: Board, actor: User, now: datetime, *, name: str, units: Sequence[Unit]) -> None:
    """修改评价组: from the next evaluation on; frozen ones stay."""
    _check_board(board, name, units)
    changes = changed(board, name=name)
    there = {member.unit_id: member for member in board.members}
    if there.keys() != {unit.id for unit in units}:
        changes["members"] = [_names([member.unit for member in board.members]), _names(units)]
        board.members = [there.get(unit.id) or BoardMember(unit=unit) for unit in units]
    if changes:
        audit.record("board.edit", "修改评价组", board, actor, now, **changes)


def place_board(board: Board, actor: User, now: datetime, position: int) -> None:
    """调整评价组顺序."""
    _place(all_boards(), board, position, "board.place", "调整评价组顺序", actor, now)


def deactivate_board(board: Board, actor: User, now: datetime) -> None:
    """停用评价组: no longer evaluated; its members stay in it."""
    audit.record("board.deactivate", "停用评价组", board, actor, now, **changed(board, is_active=False))


def activate_board(board: Board, actor: User, now: datetime) -> None:
    """启用评价组."""
    audit.record("board.activate", "启用评价组", board, actor, now, **changed(board, is_active=True))


def _claim(name: str, field: str, bearer: Unit | UnitGroup | None = None) -> None:
    if taken := bearer_of(name, apart_from=bearer):
        raise Invalid("没有保存：名称重复", **{field: f"“{name}”与{taken}重复，系统会分不清，请换一个"})


def _members(units: Sequence[Unit]) -> list[Unit]:
    """In the fixed order of units."""
    return sorted(units, key=lambda unit: (unit.position, unit.id))


def _names(units: Sequence[Unit]) -> str:
    return "、".join(unit.name for unit in _members(units))


def _place(
    rows: Sequence[Any], row: Any, position: int, kind: str, words: str, actor: User, now: datetime
) -> None:
    order = [one for one in rows if one is not row]
    before = list(rows).index(row) + 1
    order.insert(max(0, position - 1), row)
    for place, one in enumerate(order, 1):
        one.position = place
    if row.position != before:
        audit.record(kind, words, row, actor, now, position=[before, row.position])


def _check_board(board: Board, name: str, units: Sequence[Unit]) -> None:
    chosen = {unit.id for unit in units}
    for other in all_boards():
        if other is board:
            continue
        if other.name == name:
            raise Invalid("评价组没有保存", name=f"已有名为“{name}”的评价组")
        taken = [member.unit.name for member in other.members if member.unit_id in chosen]
        if taken:
            words = f"{'、'.join(taken)}已在“{other.name}”，一个单位只能在一个评价组"
            raise Invalid("评价组没有保存", units=words)
