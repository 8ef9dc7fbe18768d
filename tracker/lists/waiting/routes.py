"""One box of the desk in full."""

from flask import Blueprint, render_template, request

from tracker import clock
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.session import me
from tracker.errors import NotFound
from tracker.lists.waiting import queries
from tracker.lists.waiting.rules import Wait
from tracker.tasks.rules import WARN_WORKDAYS
from tracker.web.pages import whole
from tracker.workdays import statutory

bp = Blueprint("waiting", __name__, url_prefix="/waiting")


@bp.get("/<string:account_wait>")
@requires(Permission.VIEW)
def show(account_wait: str) -> str:
    if account_wait not in set(Wait):
        raise NotFound("三张清单没有这一栏")
    today, wait = clock.today(), Wait(account_wait)
    number = request.args.get("page", 1, type=whole) or 1
    page = queries.box_page(me(), wait, today, statutory().add(today, WARN_WORKDAYS), number)
    return render_template("lists/waiting.html", page=page, wait=wait)
