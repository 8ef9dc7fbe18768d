"""The administrator's page of the clockwork, and the two questions a watching machine asks."""

from flask import Blueprint, Response, jsonify, render_template, request
from sqlalchemy.exc import SQLAlchemyError

from tracker import clock, runs
from tracker.accounts.permissions import Permission, requires
from tracker.db import db
from tracker.monitor import queries
from tracker.monitor.queries import RUNS, Fares, Outcome
from tracker.reminders.channels.queries import backlog
from tracker.upkeep import schema
from tracker.web.pages import page_of

bp = Blueprint("monitor", __name__)


@bp.get("/monitor")
@requires(Permission.MANAGE)
def index() -> str:
    now, view = clock.now(), RUNS.view(request.args)
    waiting, failed = backlog()
    return render_template(
        "monitor/index.html",
        lines=queries.lines(now),
        keeper=runs.keeper(),
        is_kept=runs.is_kept(now),
        waiting=waiting,
        failed=failed,
        view=view,
        page=page_of(queries.history(view), view.number, view.size),
        names=queries.NAMES,
        now=now,
        Fares=Fares,
        Outcome=Outcome,
    )


@bp.get("/health/live")
def live() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/health/ready")
def ready() -> Response:
    """Whether this process can serve pages: 503 without its database or with another schema than its own.

    A silent scheduler and jobs that fail are told, and are no reason to take the pages away.
    """
    found = {"database": "ok", "schema": "ok", "scheduler": "ok", "jobs": "ok"}
    try:
        if schema.current() != schema.head():
            found["schema"] = "differs"
        else:
            found["scheduler"] = "ok" if runs.is_kept(clock.now()) else "silent"
            found["jobs"] = "failing" if runs.failing() else "ok"
    except SQLAlchemyError:
        db.session.rollback()
        found = dict.fromkeys(found, "unknown") | {"database": "unreachable"}
    serves = found["database"] == found["schema"] == "ok"
    status = "failing" if not serves else "ok" if set(found.values()) == {"ok"} else "degraded"
    answer = jsonify(status=status, **found)
    answer.status_code = 200 if serves else 503
    return answer
