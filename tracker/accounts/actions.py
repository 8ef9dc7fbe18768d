"""What can be done with users and their passwords."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete

from tracker import audit
from tracker.accounts import passwords
from tracker.accounts.models import Role, SignInAttempt, Unit, User
from tracker.accounts.queries import active_administrators, by_username, failures_of
from tracker.accounts.rules import (
    ACCOUNT_LADDER,
    ADDRESS_LADDER,
    USERNAME,
    WINDOW,
    Rung,
    free_at,
    password_fault,
    waiting_words,
)
from tracker.accounts.trail import VERIFIED
from tracker.db import db
from tracker.errors import DomainError, Invalid


class TooManyAttempts(DomainError):
    """Somebody is guessing, or has forgotten: wait."""

    status = 429

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"登录失败次数过多，请{waiting_words(wait)}后再试；忘记密码请联系系统管理员重置")


def sign_in(username: str, password: str, address: str, now: datetime) -> User | None:
    """登录: the user, or None when name and password do not fit (the door commits that, too).

    Raises TooManyAttempts before the password is looked at, Invalid for a deactivated account.
    """
    keys = {f"account {username.strip().lower()[:64]}": ACCOUNT_LADDER, f"address {address}": ADDRESS_LADDER}
    for key, ladder in keys.items():
        _let_wait(key, ladder, now)
    user = by_username(username)
    if not passwords.matches(user and user.password_hash, password):
        db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - WINDOW))
        db.session.add_all(SignInAttempt(key=key, at=now) for key in keys)
        return None
    if user is None or not user.active:
        raise Invalid("账号已停用，如需继续使用请联系系统管理员")
    _forgive(user)
    return user


def change_password(user: User, actor: User, now: datetime, current: str, new: str) -> None:
    """修改密码: by the user; every other session of theirs ends."""
    if not passwords.matches(user.password_hash, current):
        raise Invalid("密码没有修改", current_password="当前密码不正确")  # noqa: S106 a message
    if current == new:
        raise Invalid("密码没有修改", new_password="新密码不能与当前密码相同")  # noqa: S106 a message
    _set_password(user, new, must_change=False)
    audit.record("user.change_password", "修改密码", user, actor, now)


def reset_password(user: User, actor: User, now: datetime, password: str) -> None:
    """重置密码: to one that must be changed at the next sign-in; the user's sessions end."""
    _set_password(user, password, must_change=True)
    _forgive(user)
    audit.record("user.reset_password", "重置密码", user, actor, now)


def create_user(
    actor: User | None,
    now: datetime,
    *,
    username: str,
    name: str,
    role: Role,
    unit: Unit,
    password: str,
    must_change_password: bool = True,
    email: str = "",
    phone: str = "",
) -> User:
    """新增用户, who signs in with ``password`` and, unless told otherwise, has to change it at once."""
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        words = "用户名为2至32个小写字母、数字、点、横线或下划线，以字母或数字开头"
        raise Invalid("用户没有保存", username=words)
    if by_username(username):
        raise Invalid("用户没有保存", username=f"用户名“{username}”已被使用，请换一个")
    user = User(username=username, name=name, role=role, unit=unit, email=email, phone=phone)
    user.session_version = 0
    _set_password(user, password, must_change=must_change_password)
    db.session.add(user)
    facts = {"username": username, "name": name, "role": role.label, "unit": unit.name}
    audit.record("user.create", "新增用户", user, actor, now, **facts)
    return user


def edit_user(user: User, actor: User, now: datetime, *, role: Role, **columns: Any) -> None:
    """修改用户: name, unit, email, phone and role; the last administrator stays one."""
    if role is not Role.ADMINISTRATOR:
        _keep_an_administrator(user, "role")
    changes = changed(user, role=role, **columns)
    if changes:
        audit.record("user.edit", "修改用户", user, actor, now, **changes)


def deactivate_user(user: User, actor: User, now: datetime) -> None:
    """停用用户: signed out everywhere; what they did stays theirs."""
    if user is actor:
        raise Invalid("不能停用您自己的账号，请由另一位系统管理员操作")
    _keep_an_administrator(user, "active")
    user.session_version += 1
    audit.record("user.deactivate", "停用用户", user, actor, now, **changed(user, active=False))


def activate_user(user: User, actor: User, now: datetime) -> None:
    """启用用户."""
    audit.record("user.activate", "启用用户", user, actor, now, **changed(user, active=True))


def verify_trail(actor: User, now: datetime) -> audit.Verdict:
    """核验留痕: walk the whole chain and put what was found on record."""
    verdict = audit.verify()
    audit.record(VERIFIED, "核验留痕", actor, actor, now, events=verdict.events, broken_id=verdict.broken_id)
    return verdict


def changed(row: Any, **columns: Any) -> dict[str, Any]:
    """Set columns and say what that changed: name -> [before, after], in words, as the trail keeps it."""
    changes = {}
    for name, after in columns.items():
        before = getattr(row, name)
        if before != after:
            setattr(row, name, after)
            changes[name] = [_in_words(before), _in_words(after)]
    return changes


def _in_words(value: Any) -> Any:
    if isinstance(value, Unit):
        return value.name
    if isinstance(value, date):
        return value.isoformat()
    return getattr(value, "label", value)


def _set_password(user: User, password: str, must_change: bool) -> None:
    if fault := password_fault(password, user.username):
        raise Invalid("密码不合要求", new_password=fault)
    user.password_hash = passwords.hashed(password)
    user.must_change_password = must_change
    user.session_version += 1


def _let_wait(key: str, ladder: Sequence[Rung], now: datetime) -> None:
    free = free_at(*failures_of(key, now), ladder)
    if free is not None and free > now:
        raise TooManyAttempts(free - now)


def _forgive(user: User) -> None:
    """The account's own failures are forgotten; those of the address are not."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.key == f"account {user.username}"))


def _keep_an_administrator(user: User, field: str) -> None:
    if user.role is Role.ADMINISTRATOR and user.active and active_administrators() == 1:
        words = "这是最后一位系统管理员，请先指定另一位"
        raise Invalid(words, **{field: words})
