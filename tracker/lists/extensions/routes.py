"""Extensions of rectifications: asked for and answered on pages like those of the duties' extensions."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug import Response

from tracker import clock, files
from tracker.accounts.permissions import Permission, permit, requires
from tracker.accounts.session import me
from tracker.accounts.trail import check_version
from tracker.db import db
from tracker.errors import NotFound
from tracker.lists.extensions import actions, queries
from tracker.lists.extensions.models import RectificationExtension
from tracker.lists.extensions.rules import RECTIFICATION
from tracker.lists.queries import get_problem
from tracker.tasks.requests import actions as requests
from tracker.tasks.requests.forms import ExtensionForm, GrantForm
from tracker.tasks.requests.queries import extensions_waiting, halts_waiting
from tracker.tasks.requests.routes import about_wish, wish_of
from tracker.tasks.requests.rules import hindrance
from tracker.web.forms import FormPage, form_page
from tracker.web.pages import page_of, whole
from tracker.workdays import statutory
from tracker.workflow import FilingState

bp = Blueprint("extensions", __name__)


@bp.get("/extensions")
@requires(Permission.GRANT)
def index() -> Response:
    """What waits for an answer, asked first first."""
    return _queue(GrantForm(formdata=None)).answer()


@bp.route("/<int:problem_id>/extend", methods=["GET", "POST"])
@requires(Permission.APPLY)
def ask(problem_id: int) -> Response:
    problem, today = get_problem(me(), problem_id), clock.today()
    item = problem.rectification
    permit(me(), Permission.APPLY, item)
    recalled = queries.of_account(item, FilingState.DRAFT)
    form = ExtensionForm(
        wanted_on=recalled and recalled.wanted_on, reason=recalled.reason if recalled else ""
    )
    waits = queries.of_account(item, FilingState.SUBMITTED) is not None
    page = form_page(
        "lists/extend.html",
        form,
        problem=problem,
        matter=item,
        back=url_for("lists.show", problem_id=problem.id),
        recalled=recalled,
        granted=queries.grants_of([item.id]).get(item.id, 0),
        obstacle=hindrance(RECTIFICATION, item.state, item.deadline, today, is_waiting=waits),
        file_of=_file_of,
        **about_wish(item.deadline, form),
    )
    if not form.validate_on_submit():
        return page.answer()
    check_version(item, request.form.get("version", type=int))
    extension = actions.ask(item, me(), clock.now(), wish_of(form))
    db.session.commit()
    flash("延期申请已提交，等待审批" + ("；这是临期申请，会如实标明" if extension.is_late else ""))
    return redirect(url_for("lists.show", problem_id=problem_id))


@bp.get("/extensions/<int:rectification_extension_id>/file")
@requires(Permission.VIEW)
def show_file(rectification_extension_id: int) -> Response:
    extension = queries.get_extension(me(), rectification_extension_id)
    if extension.file is None:
        raise NotFound("这份延期申请没有附件")
    return files.answer(extension.file, extension.file_name, shown="shown" in request.args)


@bp.post("/extensions/<int:rectification_extension_id>/recall")
@requires(Permission.APPLY)
def recall(rectification_extension_id: int) -> Response:
    extension = queries.get_extension(me(), rectification_extension_id)
    requests.recall_extension(extension, me(), clock.now())
    db.session.commit()
    flash("延期申请已撤回，可以修改后再报")
    return redirect(url_for("lists.show", problem_id=extension.rectification.problem_id))


@bp.post("/extensions/<int:rectification_extension_id>/accept")
@requires(Permission.GRANT)
def accept(rectification_extension_id: int) -> Response:
    extension, form = queries.get_extension(me(), rectification_extension_id), GrantForm()
    page = _queue(form, extension)
    if not form.validate():
        return page.answer()
    check_version(extension, request.form.get("version", type=int))
    requests.grant(extension, me(), clock.now(), form.granted_on.data, form.reason.data or "")
    db.session.commit()
    flash(f"已同意延期至{extension.granted_on}")
    return redirect(url_for(".index"))


@bp.post("/extensions/<int:rectification_extension_id>/refuse")
@requires(Permission.GRANT)
def refuse(rectification_extension_id: int) -> Response:
    extension, form = queries.get_extension(me(), rectification_extension_id), GrantForm()
    page = _queue(form, extension)
    if not form.validate():
        return page.answer()
    check_version(extension, request.form.get("version", type=int))
    requests.refuse_extension(extension, me(), clock.now(), form.reason.data or "")
    db.session.commit()
    flash("已答复：不予延期，按原时限办理")
    return redirect(url_for(".index"))


def _queue(form: GrantForm, answered: RectificationExtension | None = None) -> FormPage:
    """What waits; the one being ``answered`` keeps what was typed."""
    page = page_of(queries.waiting(), request.args.get("page", 1, type=whole) or 1, 20)
    return form_page(
        "lists/extensions.html",
        form,
        page=page,
        here="rectifications",
        answered_id=answered and answered.id,
        file_of=_file_of,
        accept=lambda one: url_for(".accept", rectification_extension_id=one.id),
        refuse=lambda one: url_for(".refuse", rectification_extension_id=one.id),
        grants=queries.grants_of([one.rectification_id for one in page.rows]),
        is_workday=statutory().is_workday,
        rectifications_waiting=page.total,
        extensions_waiting=extensions_waiting(),
        halts_waiting=halts_waiting(),
    )


def _file_of(extension: RectificationExtension) -> str:
    return url_for(".show_file", rectification_extension_id=extension.id)
