"""The units and people of an office from one Excel sheet (名单): all of it or nothing."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from tracker.accounts import actions
from tracker.accounts.forms import MAIL, PHONE
from tracker.accounts.models import Role, Unit, UnitKind, User
from tracker.accounts.passwords import one_time
from tracker.accounts.queries import all_units, by_username
from tracker.accounts.units.actions import create_unit
from tracker.errors import Invalid
from tracker.words import Word
from tracker.workbooks.tables import Table, sheets_of, table_of


class Heading(Word):
    """The columns of the sheet."""

    USERNAME = "username", "用户名"
    NAME = "name", "姓名"
    ROLE = "role", "角色"
    UNIT = "unit", "单位"
    SHORT_NAME = "short_name", "单位简称"
    KIND = "kind", "单位类别"
    PARENT = "parent", "上级单位"
    MAIL = "mail", "邮箱"
    PHONE = "phone", "电话"


HEADINGS = {heading.label: heading for heading in Heading}
LONGEST = {Heading.NAME: 30, Heading.UNIT: 100, Heading.SHORT_NAME: 30, Heading.MAIL: 100}


class NewUser(NamedTuple):
    """Somebody who can sign in now, and what with, once."""

    user: User
    password: str


class Made(NamedTuple):
    """What a sheet brought; ``known`` people were there already and stay as they are."""

    units: list[Unit]
    users: list[NewUser]
    known: int


def take(data: bytes, now: datetime) -> Made:
    """导入名单. Invalid, row by row, when anything stands against it; nothing is to be committed then."""
    made = Made([], [], 0)
    units = {name: unit for unit in all_units() for name in (unit.name, unit.short_name)}
    faults: dict[str, str] = {}
    for number, cells in _table(data).rows():
        said = {heading: cells[heading].text.strip() if heading in cells else "" for heading in Heading}
        if not any(said.values()):
            continue
        try:
            made = _row(said, units, made, now)
        except Invalid as refusal:
            faults[f"row{number}"] = f"第{number}行：{'；'.join(refusal.fields.values()) or refusal}"
    if faults:
        raise Invalid("名单有几处要改，一行也没有写入", **faults)
    return made


def _table(data: bytes) -> Table[Heading]:
    for sheet in sheets_of(data, "名单"):
        if table := table_of(sheet, HEADINGS, Heading.UNIT):
            if table.twice:
                raise Invalid(f"名单里有重复的列：{'、'.join(table.twice)}")
            return table
    raise Invalid(f"没有找到名单：要有一行列名，{'、'.join(HEADINGS)}；其中“单位”必须有")


def _row(said: Mapping[Heading, str], units: dict[str, Unit], made: Made, now: datetime) -> Made:
    for heading, longest in LONGEST.items():
        if len(said[heading]) > longest:
            raise Invalid(f"{heading.label}最多{longest}个字")
    unit = units.get(said[Heading.UNIT])
    if unit is None:
        unit = _new_unit(said, units, now)
        units |= {unit.name: unit, unit.short_name: unit}
        made.units.append(unit)
    if not said[Heading.USERNAME]:
        if said[Heading.NAME] or said[Heading.ROLE]:
            raise Invalid("请填写用户名；只建立单位的行，姓名和角色也空着")
        return made
    known = by_username(said[Heading.USERNAME])
    if known is not None and all(known is not new.user for new in made.users):
        return made._replace(known=made.known + 1)
    made.users.append(_new_user(said, unit, now))
    return made


def _new_unit(said: Mapping[Heading, str], units: Mapping[str, Unit], now: datetime) -> Unit:
    name, parent = said[Heading.UNIT], said[Heading.PARENT]
    if not name:
        raise Invalid("请填写单位")
    if parent and parent not in units:
        raise Invalid(f"没有上级单位“{parent}”，它的行要写在前面")
    kinds = {kind.label: kind for kind in UnitKind}
    if (kind := kinds.get(said[Heading.KIND])) is None:
        raise Invalid(f"单位库中没有“{name}”；新单位要写单位类别：{'、'.join(kinds)}")
    above = units[parent] if parent else None
    return create_unit(None, now, name=name, short_name=said[Heading.SHORT_NAME], kind=kind, parent=above)


def _new_user(said: Mapping[Heading, str], unit: Unit, now: datetime) -> NewUser:
    roles = {role.label: role for role in Role}
    if not said[Heading.NAME]:
        raise Invalid("请填写姓名")
    if (role := roles.get(said[Heading.ROLE])) is None:
        raise Invalid(f"没有“{said[Heading.ROLE]}”这个角色；角色写：{'、'.join(roles)}")
    for heading, pattern in ((Heading.MAIL, MAIL), (Heading.PHONE, PHONE)):
        if said[heading] and not re.fullmatch(pattern, said[heading]):
            raise Invalid(f"{heading.label}“{said[heading]}”写法不对")
    password = one_time()
    user = actions.create_user(
        None,
        now,
        username=said[Heading.USERNAME],
        name=said[Heading.NAME],
        role=role,
        unit=unit,
        password=password,
        email=said[Heading.MAIL],
        phone=said[Heading.PHONE],
    )
    return NewUser(user, password)
