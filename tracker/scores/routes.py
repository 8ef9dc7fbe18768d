"""Pages of the monthly evaluation: the boards of a month, and each unit's score sheet."""

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, can, requires, sees_all
from tracker.accounts.queries import active_unit_choices
from tracker.accounts.session import me
from tracker.db import db
from tracker.errors import NotFound
from tracker.scores import actions, queries
from tracker.scores.appeals.queries import of_sheet, waiting
from tracker.scores.appeals.routes import bp as appeals
from tracker.scores.appeals.routes import may_contest
from tracker.scores.forms import FalsehoodForm
from tracker.scores.information.routes import bp as information
from tracker.scores.rules import band
from tracker.scores.standings import standings
from tracker.scores.telling import tell, try_month
from tracker.scores.versions.routes import bp as versions
from tracker.scores.workbook import month_book
from tracker.scores.year.routes import bp as year
from tracker.tasks.queries import get_assignment
from tracker.web.forms import form_page
from tracker.web.pages import whole
from tracker.web.sheets import WORKBOOK_TYPE
from tracker.workdays import statutory
from tracker.workflow import EVALUATION

bp = Blueprint("scores", __name__, url_prefix="/scores")
bp.register_blueprint(appeals)
bp.register_blueprint(information)
bp.register_blueprint(versions)
bp.register_blueprint(year)


@bp.get("/")
@requires(Permission.RANK)
def index() -> str:
    months = queries.months()
    month = request.args.get("month", "")
    month = month if month in months else (months[0] if months else "")
    found = queries.evaluations(month) if month else []
    waits = {evaluation.id: actions.hindrance(evaluation, clock.now()) for evaluation in found}
    return render_template(
        "scores/index.html",
        months=months,
        month=month,
        standings=standings(found, me()),
        may_evaluate=can(me(), Permission.EVALUATE),
        sees_all=sees_all(me()),
        next_month=actions.last_closed_month(clock.now(), statutory()),
        running=actions.running_month(clock.now(), statutory()),
        waiting=waiting(),
        steps={
            one.id: [
                step
                for step in EVALUATION.available(one, me())
                if step.action != "settle" or not waits[one.id]
            ]
            for one in found
        },
        waits=waits,
    )


@bp.get("/<string(length=7):month>.xlsx")
@requires(Permission.RANK)
def workbook(month: str) -> Response:
    """The month with formulas that work the scores out again; a unit gets its own part."""
    found = queries.evaluations(actions.a_month(month))
    if not found:
        raise NotFound(f"{month}还没有取数评价")
    own = None if sees_all(me()) else me().unit_id
    return send_file(
        month_book(found, queries.facts_of(found), own),
        mimetype=WORKBOOK_TYPE,
        as_attachment=True,
        download_name=f"{month}月度评价.xlsx",
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
    return render_template(
        "scores/sheet.html",
        sheet=found,
        told=tell(found),
        band=band(found.score, found.is_behind, found.evaluation.model.rules),
        appeals={(one.code, one.subject): one for one in of_sheet(found)},
        may_contest=may_contest(found),
        may_prove=can(me(), Permission.EVALUATE),
    )


@bp.route("/falsehoods/<int:assignment_id>", methods=["GET", "POST"])
@requires(Permission.EVALUATE)
def prove(assignment_id: int) -> Response:
    """查实虚报 about one duty."""
    duty, form = get_assignment(me(), assignment_id), FalsehoodForm()
    page = form_page("scores/falsehood.html", form, duty=duty)
    if not form.validate_on_submit():
        return page.answer()
    actions.prove_false(duty, me(), clock.now(), form.reason.data)
    db.session.commit()
    flash("已登记查实虚报，计入本月评价；单位可以申诉")
    return redirect(url_for("reports.duty", assignment_id=assignment_id))


@bp.get("/now")
@requires(Permission.RANK)
def trial() -> str:
    """试算: what a unit's running month would give if it were cut off today."""
    unit_id = request.args.get("unit", type=whole) if sees_all(me()) else me().unit_id
    tried = try_month(unit_id or me().unit_id, clock.now(), statutory())
    return render_template(
        "scores/trial.html", tried=tried, units=active_unit_choices() if sees_all(me()) else []
    )
