"""Look-backs: those to be held, and what was found."""

from collections.abc import Callable

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.session import me
from tracker.db import db
from tracker.lists.account.closing import Visit
from tracker.lists.account.forms import HeldForm, LookBackForm, ReasonForm
from tracker.lists.account.page import page_of, proofs
from tracker.lists.look_backs import actions, queries
from tracker.lists.queries import get_problem
from tracker.web.pages import page_of as rows_of
from tracker.web.pages import whole

bp = Blueprint("look_backs", __name__)


@bp.get("/look-backs")
@requires(Permission.OVERSEE)
def index() -> str:
    """Those to be held, the soonest first, and the latest that were held."""
    page = rows_of(queries.planned(), request.args.get("page", 1, type=whole) or 1, 50)
    settings = current_app.config
    return render_template(
        "lists/look_backs.html",
        page=page,
        held=queries.held(),
        share=settings["LOOK_BACK_SHARE"],
        months=settings["LOOK_BACK_MONTHS"],
    )


@bp.post("/<int:problem_id>/look-backs")
@requires(Permission.JUDGE)
def plan(problem_id: int) -> Response:
    problem, form = get_problem(me(), problem_id), LookBackForm()
    page = page_of(problem, look_back=form)
    if not form.validate():
        return page.answer()
    actions.plan(problem.rectification, me(), clock.now(), form.due_on.data, form.why.data or "")
    return _done(problem_id, "已安排回头看")


@bp.post("/look-backs/<int:look_back_id>/hold")
@requires(Permission.JUDGE)
def hold(look_back_id: int) -> Response:
    return _held(look_back_id, lambda one, visit, *_: actions.hold(one, me(), clock.now(), visit), "整改巩固")


@bp.post("/look-backs/<int:look_back_id>/fail")
@requires(Permission.JUDGE)
def fail(look_back_id: int) -> Response:
    said = "问题反弹，已按原账号恢复挂账"
    return _held(look_back_id, lambda one, *found: actions.fail(one, me(), clock.now(), *found), said)


@bp.post("/look-backs/<int:look_back_id>/drop")
@requires(Permission.JUDGE)
def drop(look_back_id: int) -> Response:
    look_back = queries.get_look_back(me(), look_back_id)
    actions.drop(look_back, me(), clock.now(), ReasonForm().reason.data or "")
    return _done(look_back.closure.rectification.problem_id, "已取消回头看")


def _held(look_back_id: int, verb: Callable[..., None], said: str) -> Response:
    look_back = queries.get_look_back(me(), look_back_id)
    problem, form = look_back.closure.rectification.problem, HeldForm()
    page = page_of(problem, held=form)
    if not form.validate():
        return page.answer()
    visit = Visit(
        form.findings.data or "", form.place.data or "", form.checked_on.data, proofs(form.photos.data)
    )
    verb(look_back, visit, form.again_by.data, form.hurry.data or "")
    return _done(problem.id, said)


def _done(problem_id: int, said: str) -> Response:
    db.session.commit()
    flash(said)
    return redirect(url_for("lists.show", problem_id=problem_id) + "#after")
