"""Who may do what: one table, read by pages, commands and workflow alike."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask_login import login_required

from tracker.accounts.models import Role, User
from tracker.accounts.session import me
from tracker.errors import Forbidden
from tracker.words import Word

P = ParamSpec("P")
R = TypeVar("R")


class Scope(Word):
    """On which things a grant holds: the thing's property of that name lists the units."""

    OWN = "unit_ids", "本单位"
    ACCEPTING = "accepting_unit_ids", "本单位验收"
    LEADING = "leading_unit_ids", "本单位牵头"
    ALL = "all", "全部"


class Permission(Word):
    """What can be allowed."""

    ENTER = "enter", "登录使用"
    VIEW = "view", "查看台账"
    ANSWER = "answer", "签收填报"
    APPLY = "apply", "单位负责人申请"
    COMMENT = "comment", "留言督促"
    FILL = "fill", "填写对象台账"
    UNMASK = "unmask", "查看个人信息"
    READ = "read", "来源文件核对立项"
    JUDGE = "judge", "督查审核"
    OVERSEE = "oversee", "查看督办全局"
    GRANT = "grant", "审批延期"
    HALT = "halt", "缓办中止"
    VERIFY = "verify", "整改验收"
    EVALUATE = "evaluate", "月度评价"
    RANK = "rank", "查看评价"
    CIRCULATE = "circulate", "通报拟稿"
    SIGN = "sign", "通报签发"
    MANAGE = "manage", "系统管理"
    AUDIT = "audit", "查看留痕"


EVERYONE = dict.fromkeys(Role, Scope.ALL)
UNIT_ROLES = (Role.REPORTER, Role.HEAD)
OFFICE_ROLES = (Role.SUPERVISOR, Role.APPROVER, Role.LEADER)

GRANTS: dict[Permission, dict[Role, Scope]] = {
    Permission.ENTER: EVERYONE,
    Permission.VIEW: dict.fromkeys(UNIT_ROLES, Scope.OWN)
    | dict.fromkeys((*OFFICE_ROLES, Role.AUDITOR), Scope.ALL),
    Permission.ANSWER: dict.fromkeys(UNIT_ROLES, Scope.OWN),
    Permission.APPLY: {Role.HEAD: Scope.OWN},
    Permission.COMMENT: dict.fromkeys(UNIT_ROLES, Scope.LEADING) | dict.fromkeys(OFFICE_ROLES, Scope.ALL),
    Permission.FILL: dict.fromkeys(UNIT_ROLES, Scope.OWN) | {Role.SUPERVISOR: Scope.ALL},
    Permission.UNMASK: dict.fromkeys(UNIT_ROLES, Scope.OWN) | {Role.SUPERVISOR: Scope.ALL},
    Permission.READ: {Role.SUPERVISOR: Scope.ALL},
    Permission.JUDGE: {Role.SUPERVISOR: Scope.ALL},
    Permission.OVERSEE: dict.fromkeys(OFFICE_ROLES, Scope.ALL),
    Permission.GRANT: {Role.APPROVER: Scope.ALL},
    Permission.HALT: {Role.APPROVER: Scope.ALL},
    Permission.VERIFY: {Role.HEAD: Scope.ACCEPTING},
    Permission.EVALUATE: {Role.SUPERVISOR: Scope.ALL},
    Permission.RANK: dict.fromkeys(UNIT_ROLES, Scope.OWN)
    | dict.fromkeys((*OFFICE_ROLES, Role.AUDITOR), Scope.ALL),
    Permission.CIRCULATE: {Role.SUPERVISOR: Scope.ALL},
    Permission.SIGN: {Role.APPROVER: Scope.ALL},
    Permission.MANAGE: {Role.ADMINISTRATOR: Scope.ALL},
    Permission.AUDIT: {Role.AUDITOR: Scope.ALL},
}


def can(user: User, permission: Permission, thing: Any = None) -> bool:
    """Without ``thing``: may this role do it at all. With it: on this very thing."""
    scope = GRANTS[permission].get(user.role)
    if scope is None or scope is Scope.ALL or thing is None:
        return scope is not None
    units: Collection[int] = getattr(thing, scope.value)
    return user.unit_id in units


def permit(user: User, permission: Permission, thing: Any = None) -> None:
    """Raises Forbidden when ``can`` says no."""
    if not can(user, permission, thing):
        raise Forbidden(f"您没有“{permission.label}”的权限，如有需要请联系系统管理员")


def sees_all(user: User) -> bool:
    """Whether this person sees the whole ledger, not only the own unit's part."""
    return GRANTS[Permission.VIEW].get(user.role) is Scope.ALL


def requires(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Guard a route by role; the unit is checked again where the thing is known."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        @login_required  # type: ignore[untyped-decorator]
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            permit(me(), permission)
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate
