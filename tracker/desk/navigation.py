"""The one navigation, by role: what stands at the top of every page."""

from functools import cache
from typing import NamedTuple

from flask import Flask, request, url_for

from tracker.accounts.models import Role
from tracker.accounts.permissions import GRANTS, Permission
from tracker.accounts.session import me
from tracker.reminders.queries import unread_count


class Entry(NamedTuple):
    """One line of the table: where it leads, what it says, who sees it."""

    endpoint: str
    label: str
    permission: Permission


class Link(NamedTuple):
    """An entry as this user sees it on this page."""

    url: str
    label: str
    is_current: bool
    waiting: int = 0  # messages not read yet


NAVIGATION = (
    Entry("desk.index", "工作台", Permission.ENTER),
    Entry("documents.index", "来源文件", Permission.READ),
    Entry("tasks.index", "台账", Permission.VIEW),
    Entry("rosters.index", "对象台账", Permission.VIEW),
    Entry("tasks.requests.extensions", "审批", Permission.GRANT),
    Entry("reports.index", "进展填报", Permission.VIEW),
    Entry("lists.index", "三张清单", Permission.VIEW),
    Entry("reminders.index", "督办提醒", Permission.VIEW),
    Entry("scores.index", "月度评价", Permission.RANK),
    Entry("circulars.index", "通报", Permission.RANK),
    Entry("accounts.units.index", "单位", Permission.MANAGE),
    Entry("accounts.units.create_alias", "别名", Permission.MANAGE),
    Entry("accounts.units.groups", "集合称谓", Permission.MANAGE),
    Entry("accounts.units.boards", "评价组", Permission.MANAGE),
    Entry("accounts.users", "用户", Permission.MANAGE),
    Entry("calendar.index", "工作日历", Permission.MANAGE),
    Entry("reminders.channels.index", "消息渠道", Permission.MANAGE),
    Entry("monitor.index", "运行监控", Permission.MANAGE),
    Entry("accounts.show_trail", "留痕", Permission.AUDIT),
)


def navigation() -> list[Link]:
    """The links the signed-in user may follow; the one whose part of the site this is, is current."""
    root = request.root_path
    links, here = _links(me().role, root), root + request.path
    current = max((url for url, _ in links if _leads_to(here, url, root)), key=len, default="")
    unread, inbox = unread_count(me()), url_for("reminders.index")
    return [Link(url, label, url == current, unread if url == inbox else 0) for url, label in links]


@cache
def _links(role: Role, root: str) -> list[tuple[str, str]]:
    """(address, label) of what a role may open; the same on every page of a site at ``root``."""
    return [
        (url_for(entry.endpoint), entry.label) for entry in NAVIGATION if role in GRANTS[entry.permission]
    ]


def _leads_to(here: str, url: str, root: str) -> bool:
    """Whether the page ``here`` is at ``url`` or below it; below the front page there is only itself."""
    return here == url or (url != f"{root}/" and here.startswith(url.rstrip("/") + "/"))


def install(app: Flask) -> None:
    app.jinja_env.globals["navigation"] = navigation
