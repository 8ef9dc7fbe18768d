"""Who: units (单位) with their aliases and groups, boards (评价组), users (用户) and their roles."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.words import Word


class UnitKind(Word):
    """What sort of organisation a unit is; the fixed order of units follows it."""

    AREA = "area", "县区和功能区"
    DEPARTMENT = "department", "市直部门"
    VERTICAL = "vertical", "垂直管理单位"
    ENTERPRISE = "enterprise", "企事业单位"
    MASS = "mass", "群团和社会组织"


class Role(Word):
    """What a user is to the house; GRANTS says what that allows."""

    REPORTER = "reporter", "填报员"
    HEAD = "head", "单位负责人"
    SUPERVISOR = "supervisor", "督查员"
    APPROVER = "approver", "审批人"
    LEADER = "leader", "领导"
    ADMINISTRATOR = "administrator", "系统管理员"
    AUDITOR = "auditor", "审计员"


class Unit(Base):
    """单位: an organisation that carries duties; withdrawn ones stay for the records."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    short_name: Mapped[str]
    kind: Mapped[UnitKind]
    position: Mapped[int]  # the fixed order of units, in lists and inside a tie
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    is_active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class UnitGroup(Base):
    """集合称谓: a collective name such as 各县（区） that stands for its members."""

    __tablename__ = "unit_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    is_open: Mapped[bool] = mapped_column(
        default=False
    )  # 等…成员单位: a person confirms the members each time
    members: Mapped[list["UnitGroupMember"]] = relationship(
        cascade="all, delete-orphan", order_by="UnitGroupMember.position"
    )

    @property
    def unit_ids(self) -> list[int]:
        return [member.unit_id for member in self.members]


class UnitGroupMember(Base):
    """One unit in one group, in order."""

    __tablename__ = "unit_group_members"

    group_id: Mapped[int] = mapped_column(ForeignKey("unit_groups.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    position: Mapped[int]
    unit: Mapped[Unit] = relationship()


class UnitAlias(Base):
    """别名: another way to write a unit or a group. The table decides, never a likeness."""

    __tablename__ = "unit_aliases"
    __table_args__ = (CheckConstraint("(unit_id IS NULL) <> (group_id IS NULL)", name="unit_or_group"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(unique=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("unit_groups.id"))
    unit: Mapped[Unit | None] = relationship()
    group: Mapped[UnitGroup | None] = relationship()


class Board(Base):
    """评价组: units compared with each other in the monthly evaluation."""

    __tablename__ = "boards"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int]
    is_active: Mapped[bool] = mapped_column(default=True)
    members: Mapped[list["BoardMember"]] = relationship(cascade="all, delete-orphan")


class BoardMember(Base):
    """A unit is in one board at most."""

    __tablename__ = "board_members"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"), index=True)
    unit: Mapped[Unit] = relationship()


class User(Base, UserMixin):  # type: ignore[misc]
    """用户: a person with one role in one unit."""

    __tablename__ = "users"
    __table_args__ = (Index(None, "unit_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[Role]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    password_hash: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    wants_mail: Mapped[bool] = mapped_column(default=True)  # digests by mail too, where there is an address
    phone: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    must_change_password: Mapped[bool] = mapped_column(default=True)
    session_version: Mapped[int] = mapped_column(default=1)  # rises with the password: other sessions end
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)

    @property
    def is_active(self) -> bool:
        """As Flask-Login asks it: a deactivated user is signed out."""
        return self.active

    def get_id(self) -> str:
        """What the session cookie carries; a changed password makes it worthless."""
        return f"{self.id}:{self.session_version}"


class SignInAttempt(Base):
    """A failed sign-in, kept to slow down guessing; ``key`` is an account name or an address."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index(None, "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    at: Mapped[datetime]
