"""Extensions of rectifications: asked for on the account's page, answered on a page of their own."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.session import me
from tracker.db import db
from tracker.lists.account.page import page_of
from tracker.lists.extensions import actions, queries
from tracker.lists.extensions.forms import ExtensionForm, GrantForm
from tracker.lists.queries import get_problem
from tracker.web.pages import page_of as rows_of
from tracker.web.pages import whole

bp = Blueprint("extensions", __name__)


@bp.get("/extensions")
@requires(Permission.GRANT)
def index() -> str:
    """What waits for an answer, asked first first."""
    page = rows_of(queries.waiting(), request.args.get("page", 1, type=whole) or 1, 50)
    return render_template("lists/extensions.html", page=page)


@bp.post("/<int:problem_id>/extensions")
@requires(Permission.APPLY)
def ask(problem_id: int) -> Response:
    problem, form = get_problem(me(), problem_id), ExtensionForm()
    page = page_of(problem, extension=form)
    if not form.validate():
        return page.answer()
    wanted_on, reason = form.wanted_on.data, form.extension_reason.data or ""
    actions.ask(problem.rectification, me(), clock.now(), wanted_on, reason)
    db.session.commit()
    flash("延期申请已提交，等待审批；批准之前仍按现在的时限")
    return redirect(url_for("lists.show", problem_id=problem_id))


@bp.post("/extensions/<int:rectification_extension_id>/recall")
@requires(Permission.APPLY)
def recall(rectification_extension_id: int) -> Response:
    extension = queries.get_extension(me(), rectification_extension_id)
    actions.recall(extension, me(), clock.now())
    db.session.commit()
    flash("延期申请已撤回")
    return redirect(url_for("lists.show", problem_id=extension.rectification.problem_id))


@bp.post("/extensions/<int:rectification_extension_id>/accept")
@requires(Permission.GRANT)
def accept(rectification_extension_id: int) -> Response:
    extension, form = queries.get_extension(me(), rectification_extension_id), GrantForm()
    day = form.granted_on.data if form.validate() else None
    actions.accept(extension, me(), clock.now(), day, form.reason.data or "")
    db.session.commit()
    flash("已同意延期")
    return redirect(url_for(".index"))


@bp.post("/extensions/<int:rectification_extension_id>/refuse")
@requires(Permission.GRANT)
def refuse(rectification_extension_id: int) -> Response:
    extension = queries.get_extension(me(), rectification_extension_id)
    actions.refuse(extension, me(), clock.now(), GrantForm().reason.data or "")
    db.session.commit()
    flash("不予延期，时限不变")
    return redirect(url_for(".index"))
