"""Who there is: users, units and their other names."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from tracker.accounts.models import (
    Board,
    BoardMember,
    Role,
    SignInAttempt,
    Unit,
    UnitAlias,
    UnitGroup,
    UnitGroupMember,
    UnitKind,
    User,
)
from tracker.accounts.rules import WINDOW, name_key
from tracker.db import Base, ask, db
from tracker.errors import NotFound
from tracker.web.pages import Listing, View, whole, words
from tracker.words import Word

Noun = TypeVar("Noun", bound=Base)


class Active(Word):
    """Whether a unit or user is in use, as a filter."""

    YES = "yes", "启用"
    NO = "no", "停用"


USERS = Listing(
    sorts={
        "name": (User.name, User.id),
        "username": (User.username,),
        "role": (User.role, User.id),
        "unit": (Unit.position, User.id),
    },
    usual="unit",
    filters={"q": words, "role": Role, "unit": whole, "active": Active},
)
UNITS = Listing(
    sorts={
        "position": (Unit.position, Unit.id),
        "name": (Unit.name,),
        "kind": (Unit.kind, Unit.position, Unit.id),
    },
    usual="position",
    filters={"q": words, "kind": UnitKind, "active": Active},
    size=100,
)
ALIASES = Listing(
    sorts={"text": (UnitAlias.text,), "unit": (Unit.position, UnitGroup.name, UnitAlias.id)},
    usual="unit",
    filters={"q": words},
    size=100,
)


def by_session(user_id: str) -> User | None:
    """The user a session cookie names, unless deactivated or the password has changed since."""
    named = re.fullmatch("([0-9]{1,9}):([0-9]+)", user_id)
    user = db.session.scalar(_BY_ID, {"id": int(named[1])}) if named else None
    return user if user and user.active and user.get_id() == user_id else None


def by_username(username: str) -> User | None:
    return db.session.scalar(select(User).where(User.username == username.strip().lower()))


def failures_of(key: str, now: datetime) -> tuple[int, datetime | None]:
    """How many recent failures an account or address has, and when the last one was."""
    count, last = db.session.execute(
        select(func.count(), func.max(SignInAttempt.at)).where(
            SignInAttempt.key == key, SignInAttempt.at > now - WINDOW
        )
    ).one()
    return count, last


def users(view: View) -> Select[User]:
    """The users a view of ``USERS`` asks for."""
    query = select(User).join(User.unit)
    if words := view.get("q"):
        query = query.where(or_(*(c.icontains(words, autoescape=True) for c in (User.name, User.username))))
    if view.get("role"):
        query = query.where(User.role == view.get("role"))
    if view.get("unit"):
        query = query.where(User.unit_id == view.get("unit"))
    if view.get("active"):
        query = query.where(User.active.is_(view.get("active") is Active.YES))
    return query.order_by(*view.order())


def units(view: View) -> Select[Unit]:
    """The units a view of ``UNITS`` asks for."""
    query = select(Unit)
    if words := view.get("q"):
        columns = (Unit.name, Unit.short_name)
        query = query.where(or_(*(column.icontains(words, autoescape=True) for column in columns)))
    if view.get("kind"):
        query = query.where(Unit.kind == view.get("kind"))
    if view.get("active"):
        query = query.where(Unit.is_active.is_(view.get("active") is Active.YES))
    return query.order_by(*view.order())


def aliases(view: View) -> Select[UnitAlias]:
    """The aliases a view of ``ALIASES`` asks for, found by themselves or by what they stand for."""
    query = select(UnitAlias).outerjoin(UnitAlias.unit).outerjoin(UnitAlias.group)
    if words := view.get("q"):
        columns = (UnitAlias.text, Unit.name, UnitGroup.name)
        query = query.where(or_(*(column.icontains(words, autoescape=True) for column in columns)))
    return query.options(contains_eager(UnitAlias.unit), contains_eager(UnitAlias.group)).order_by(
        *view.order()
    )


def all_units() -> Sequence[Unit]:
    """Every unit in the fixed order, deactivated ones too."""
    return db.session.scalars(select(Unit).order_by(Unit.position, Unit.id)).all()


def active_units() -> Sequence[Unit]:
    """The units that can be given something, in the fixed order."""
    query = select(Unit).where(Unit.is_active.is_(True)).order_by(Unit.position, Unit.id)
    return db.session.scalars(query).all()


def all_groups() -> Sequence[UnitGroup]:
    members = selectinload(UnitGroup.members).joinedload(UnitGroupMember.unit)
    return db.session.scalars(select(UnitGroup).options(members).order_by(UnitGroup.name)).all()


def all_boards() -> Sequence[Board]:
    members = selectinload(Board.members).joinedload(BoardMember.unit)
    query = select(Board).options(members).order_by(Board.position, Board.id)
    return db.session.scalars(query).all()


def unit_choices() -> list[tuple[int, str]]:
    """(id, name) of every unit in the fixed order, for a filter."""
    return [(row[0], row[1]) for row in ask(_UNIT_CHOICES)]


def active_unit_choices() -> list[tuple[int, str]]:
    """(id, name) of the units that can be given something, in the fixed order."""
    return [(row[0], row[1]) for row in ask(_ACTIVE_UNIT_CHOICES)]


def board_choices() -> list[tuple[int, str]]:
    """(id, name) of every board in order, for a filter."""
    return [(row[0], row[1]) for row in ask(_BOARD_CHOICES)]


# Made once: building a statement costs more than running it, and these are on every list.
_UNIT_CHOICES = select(Unit.id, Unit.name).order_by(Unit.position, Unit.id)
_ACTIVE_UNIT_CHOICES = _UNIT_CHOICES.where(Unit.is_active.is_(True))
_BY_ID = select(User).where(User.id == bindparam("id"))
_BOARD_CHOICES = select(Board.id, Board.name).order_by(Board.position, Board.id)


def bearer_of(name: str, apart_from: Unit | UnitGroup | UnitAlias | None = None) -> str | None:
    """Who already bears a name, as a phrase; None when it is free. Widths, brackets and blanks are one."""
    wanted = name_key(name)
    for unit in all_units():
        if unit is not apart_from and wanted in (name_key(unit.name), name_key(unit.short_name)):
            return f"单位“{unit.name}”"
    for group in all_groups():
        if group is not apart_from and wanted == name_key(group.name):
            return f"集合称谓“{group.name}”"
    for alias in db.session.scalars(select(UnitAlias)):
        if alias is not apart_from and wanted == name_key(alias.text):
            return f"别名“{alias.text}”"
    return None


def places(apart_from: Board | None = None) -> dict[int, str]:
    """Unit id -> name of the board the unit is in."""
    boards = [board for board in all_boards() if board is not apart_from]
    return {member.unit_id: board.name for board in boards for member in board.members}


def units_without_board() -> list[Unit]:
    placed = places()
    return [unit for unit in active_units() if unit.id not in placed]


def people_of(unit: Unit) -> int:
    """How many active users sit in a unit."""
    query = select(func.count()).select_from(User).where(User.unit_id == unit.id, User.active.is_(True))
    return db.session.scalar(query) or 0


def active_administrators() -> int:
    query = select(func.count()).where(User.role == Role.ADMINISTRATOR, User.active.is_(True))
    return db.session.scalar(query) or 0


def get_user(user_id: int) -> User:
    return _get(User, user_id, "没有这个用户")


def get_unit(unit_id: int) -> Unit:
    return _get(Unit, unit_id, "没有这个单位")


def get_group(group_id: int) -> UnitGroup:
    return _get(UnitGroup, group_id, "没有这个集合称谓")


def get_alias(alias_id: int) -> UnitAlias:
    return _get(UnitAlias, alias_id, "没有这个别名")


def get_bearer(said: str) -> Unit | UnitGroup:
    """The unit of "unit-3", the group of "group-2"."""
    noun, _, number = said.partition("-")
    return get_unit(int(number)) if noun == "unit" else get_group(int(number))


def get_board(board_id: int) -> Board:
    return _get(Board, board_id, "没有这个评价组")


def _get(noun: type[Noun], row_id: int, absent: str) -> Noun:
    row = db.session.get(noun, row_id)
    if row is None:
        raise NotFound(absent)
    return row
