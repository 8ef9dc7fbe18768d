"""建账 by hand, 更正, and the caller of a hot-line problem."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.queries import active_units
from tracker.accounts.session import me
from tracker.accounts.trail import last_word
from tracker.db import db
from tracker.documents.queries import directory
from tracker.errors import WrongState
from tracker.lists import actions, queries
from tracker.lists.intake.actions import amend as amend_account
from tracker.lists.intake.actions import findings_of, show_caller
from tracker.lists.intake.forms import AccountForm
from tracker.lists.intake.reading import entry_of, typed_of
from tracker.lists.links import actions as links
from tracker.lists.models import Problem, ProblemSource
from tracker.web.forms import form_page
from tracker.workflow import RectificationState

bp = Blueprint("intake", __name__)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.JUDGE)
def register() -> Response:
    form = AccountForm(found_on=clock.today(), unit=0, accepting_unit=me().unit_id)
    form.offer(active_units())
    page = form_page("lists/intake/form.html", form, problem=None, item=None)
    if not form.validate_on_submit():
        return page.answer()
    problem = actions.register(entry_of(form.said, directory()), me(), clock.now())
    links.link_numbers(problem, form.links.data or "", me(), clock.now())
    db.session.commit()
    flash(f"已建账，账号{problem.number}")
    return redirect(url_for("lists.show", problem_id=problem.id))


@bp.route("/<int:problem_id>/amend", methods=["GET", "POST"])
@requires(Permission.JUDGE)
def amend(problem_id: int) -> Response:
    problem = queries.get_problem(me(), problem_id)
    before = findings_of(problem)
    form = AccountForm(**typed_of(before))
    form.offer(active_units())
    del form.links
    if problem.rectification.state is not RectificationState.REGISTERED:
        form.fix_issued()
    if problem.source is ProblemSource.OVERDUE:
        del form.source
    page = form_page("lists/intake/form.html", form, item=None, problem=problem, version=_version(problem))
    if not form.validate_on_submit():
        return page.answer()
    if request.form.get("version", _version(problem)) != _version(problem):
        raise WrongState(f"您打开页面后，{last_word(problem)}；您这次的改动没有保存，请核对后再改")
    kept: dict[str, Any] = {"document": before.document, "document_point": before.document_point}
    kept["assignment"] = before.assignment
    amend_account(problem, entry_of(typed_of(before) | form.said, directory(), **kept), me(), clock.now())
    db.session.commit()
    flash("已更正，三张清单同时更新")
    return redirect(url_for("lists.show", problem_id=problem.id))


@bp.post("/<int:problem_id>/caller")
@requires(Permission.JUDGE)
def show_caller_of(problem_id: int) -> str:
    problem = queries.get_problem(me(), problem_id)
    caller = show_caller(problem, me(), clock.now())
    db.session.commit()
    return render_template("lists/intake/caller.html", problem=problem, caller=caller)


def _version(problem: Problem) -> str:
    """What the page showed: it stands in three records."""
    return f"{problem.version}-{problem.rectification.version}-{problem.responsibility.version}"
