"""Pages of the monthly evaluation: the boards of a month, and each unit's score sheet."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, can, requires, sees_all
from tracker.accounts.session import me
from tracker.db import db
from tracker.scores import actions, queries
from tracker.scores.facts import Facts, behind
from tracker.scores.rules import LABELS
from tracker.scores.versions.routes import bp as versions
from tracker.workdays import statutory
from tracker.workflow import EVALUATION

bp = Blueprint("scores", __name__, url_prefix="/scores")
bp.register_blueprint(versions)


@bp.get("/")
@requires(Permission.RANK)
def index() -> str:
    months = queries.months()
    month = request.args.get("month", "")
    month = month if month in months else (months[0] if months else "")
    found = queries.evaluations(month) if month else []
    return render_template(
        "scores/index.html",
        months=months,
        month=month,
        evaluations=found,
        may_evaluate=can(me(), Permission.EVALUATE),
        sees_all=sees_all(me()),
        next_month=actions.last_closed_month(clock.now(), statutory()),
        steps={evaluation.id: EVALUATION.available(evaluation, me()) for evaluation in found},
    )


@bp.post("/<string(length=7):month>/evaluate")
@requires(Permission.EVALUATE)
def evaluate(month: str) -> Response:
    actions.evaluate(actions.a_month(month), me(), clock.now(), statutory())
    db.session.commit()
    flash(f"{month}已取数评价")
    return redirect(url_for("scores.index", month=month))


@bp.post("/<int:evaluation_id>/redo")
@requires(Permission.EVALUATE)
def redo(evaluation_id: int) -> Response:
    month = queries.get_evaluation(evaluation_id).month
    actions.reevaluate(month, me(), clock.now(), statutory())
    db.session.commit()
    flash(f"{month}已重新取数评价")
    return redirect(url_for("scores.index", month=month))


@bp.post("/<int:evaluation_id>/settle")
@requires(Permission.EVALUATE)
def settle(evaluation_id: int) -> Response:
    evaluation = queries.get_evaluation(evaluation_id)
    actions.settle(evaluation, me(), clock.now())
    db.session.commit()
    flash(f"{evaluation.board.name}{evaluation.month}已定稿")
    return redirect(url_for("scores.index", month=evaluation.month))


@bp.get("/sheets/<int:sheet_id>")
@requires(Permission.RANK)
def sheet(sheet_id: int) -> str:
    found = queries.get_sheet(me(), sheet_id)
    facts = Facts.from_json(found.facts)
    return render_template(
        "scores/sheet.html",
        sheet=found,
        labels=_labels(found.evaluation.model.rules),
        behind={line.code: behind(facts, line.code) for line in found.lines},
    )


def _labels(rules: dict[str, dict[str, dict[str, str]]]) -> dict[str, str]:
    """Code → what a line is called."""
    return LABELS | {code: row["label"] for code, row in rules["indicators"].items()}
