"""The desk (工作台): what each role sees first. Also the two questions a monitor asks."""

from flask import Blueprint, Response, jsonify, render_template
from sqlalchemy import text

from tracker import clock
from tracker.accounts.permissions import Permission, can, requires, sees_all
from tracker.accounts.session import me
from tracker.db import db
from tracker.desk import queries
from tracker.reminders.queries import unread_count
from tracker.tasks.rules import WARN_WORKDAYS
from tracker.workdays import statutory

bp = Blueprint("desk", __name__)


@bp.get("/")
@requires(Permission.ENTER)
def index() -> str:
    today = clock.today()
    warn_until = statutory().add(today, WARN_WORKDAYS)
    user, sees = me(), can(me(), Permission.VIEW)
    boxes = []
    if can(user, Permission.ANSWER):
        boxes = queries.unit_boxes(user, today)
    elif sees_all(user):
        boxes = queries.office_boxes(today)
    return render_template(
        "desk/index.html",
        boxes=boxes,
        lights=queries.lights(user, today, warn_until) if sees else {},
        waiting=queries.reports_waiting() if can(user, Permission.JUDGE) else 0,
        problems=queries.problems_open(user) if sees else 0,
        units=queries.overdue_by_unit(today) if sees_all(user) else [],
        unread=unread_count(user),
        answers=can(user, Permission.ANSWER),
        judges=can(user, Permission.JUDGE),
    )


@bp.get("/health/live")
def live() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/health/ready")
def ready() -> Response:
    """The process answers and reaches its database."""
    db.session.execute(text("SELECT 1"))
    return jsonify(status="ok")
