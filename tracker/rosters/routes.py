"""Pages of rosters: all in sight, one with its objects, made, changed, kept as a template, exported."""

from dataclasses import replace
from datetime import date

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, can, requires, sees_all
from tracker.accounts.session import me
from tracker.accounts.trail import check_version
from tracker.db import db
from tracker.press import formats
from tracker.press.formats import Format
from tracker.rosters import actions, queries
from tracker.rosters.entries.routes import bp as entries
from tracker.rosters.entries.routes import list_context
from tracker.rosters.forms import PurposeForm, RosterForm, TemplateForm
from tracker.rosters.models import Roster
from tracker.rosters.papers import RosterFile
from tracker.rosters.rules import SOON_WORKDAYS, Shape, mask, of_year
from tracker.rosters.workbook.routes import bp as workbooks
from tracker.tasks.models import Task
from tracker.tasks.queries import get_task
from tracker.web.forms import FormPage, form_page
from tracker.web.pages import whole
from tracker.workdays import statutory
from tracker.workflow import TaskState

bp = Blueprint("rosters", __name__, url_prefix="/rosters")
bp.add_app_template_filter(mask, "masked")
bp.register_blueprint(entries)
bp.register_blueprint(workbooks)


@bp.get("/")
@requires(Permission.VIEW)
def index() -> str:
    view = queries.ROSTERS.view(request.args)
    page = queries.rosters_page(me(), view, clock.today())
    return render_template(
        "rosters/index.html",
        view=view,
        page=page,
        makes=can(me(), Permission.JUDGE),
        is_own=not sees_all(me()),
    )


@bp.get("/tasks/<int:task_id>")
@requires(Permission.VIEW)
def of_task(task_id: int) -> str:
    """The rosters of one task, for its page."""
    task = get_task(me(), task_id)
    own = None if sees_all(me()) else me().unit_id
    return render_template(
        "rosters/_of_task.html",
        task=task,
        lines=queries.of_task(task.id, clock.today(), own),
        makes=can(me(), Permission.JUDGE) and task.state is TaskState.PUBLISHED,
        is_own=own is not None,
    )


@bp.route("/new/<int:task_id>", methods=["GET", "POST"])
@requires(Permission.JUDGE)
def create(task_id: int) -> Response:
    """Begun with nothing, with a template, or with the dated nodes of the document."""
    task = get_task(me(), task_id)
    form = RosterForm()
    if not form.is_submitted():
        form = RosterForm(formdata=None)
        form.fill(*_proposal(task))
    page = _form_page(form, task, None)
    if not form.validate_on_submit() or request.form.get("more"):
        return page.answer()
    roster = actions.create(task, form.draft, me(), clock.now(), form.hurry.data or "")
    db.session.commit()
    flash("台账已建，各单位现在可以填写")
    return redirect(url_for(".show", roster_id=roster.id))


@bp.get("/<int:roster_id>")
@requires(Permission.VIEW)
def show(roster_id: int) -> str:
    roster = queries.get_roster(me(), roster_id)
    return render_template("rosters/show.html", **list_context(roster))


@bp.route("/<int:roster_id>/edit", methods=["GET", "POST"])
@requires(Permission.JUDGE)
def edit(roster_id: int) -> Response:
    roster = queries.get_roster(me(), roster_id)
    form = RosterForm()
    if not form.is_submitted():
        form = RosterForm(formdata=None)
        form.fill(roster.title, roster.note, roster.shape)
    page = _form_page(form, roster.task, roster)
    if not form.validate_on_submit() or request.form.get("more"):
        return page.answer()
    check_version(roster, request.form.get("version", type=int))
    actions.edit(roster, form.draft, me(), clock.now(), form.hurry.data or "")
    db.session.commit()
    flash("台账已调整，已经填写的内容都保留")
    return redirect(url_for(".show", roster_id=roster.id))


@bp.get("/<int:roster_id>/roster.<any(xlsx, pdf, docx):kind>")
@requires(Permission.VIEW)
def export(roster_id: int, kind: str) -> Response:
    """What the list shows with these filters, personal fields masked."""
    return _file(queries.get_roster(me(), roster_id), Format(kind), is_masked=True)


@bp.post("/<int:roster_id>/full-export")
@requires(Permission.UNMASK)
def export_full(roster_id: int) -> Response:
    """The same in full: with a purpose, and written into the trail."""
    roster = queries.get_roster(me(), roster_id)
    view = queries.entries_listing(roster.shape).view(request.args)
    total = queries.entries_page(me(), roster, view, *_days()).total
    actions.tell_export(roster, me(), clock.now(), PurposeForm().checked().reason.data or "", total)
    db.session.commit()
    return _file(roster, Format.XLSX, is_masked=False)


@bp.get("/templates")
@requires(Permission.JUDGE)
def templates() -> str:
    return render_template("rosters/templates.html", templates=queries.templates())


@bp.post("/templates/load")
@requires(Permission.JUDGE)
def load_templates() -> Response:
    number = actions.load_templates(me(), clock.now())
    db.session.commit()
    flash(f"装入了{number}个模板" if number else "随附的模板都已经有了")
    return redirect(url_for(".templates"))


@bp.post("/templates/<int:template_id>/remove")
@requires(Permission.JUDGE)
def remove_template(template_id: int) -> Response:
    actions.remove_template(queries.get_template(template_id), me(), clock.now())
    db.session.commit()
    flash("模板已删去，已建的台账不受影响")
    return redirect(url_for(".templates"))


@bp.post("/<int:roster_id>/template")
@requires(Permission.JUDGE)
def keep_template(roster_id: int) -> Response:
    roster = queries.get_roster(me(), roster_id)
    template = actions.keep_template(roster, TemplateForm().checked().name.data or "", me(), clock.now())
    db.session.commit()
    flash(f"已存为模板“{template.name}”")
    return redirect(url_for(".show", roster_id=roster_id))


def _days() -> tuple[date, date]:
    """Today, and the last day that is soon."""
    today = clock.today()
    return today, statutory().add(today, SOON_WORKDAYS)


def _proposal(task: Task) -> tuple[str, str, Shape]:
    """Title, note and shape a new roster begins with: of the template asked for, else of the nodes."""
    template_id = request.args.get("template", type=whole)
    if template_id is None:
        return f"{task.title}对象台账"[:100], "", Shape(steps=queries.dated_steps(task))
    template = queries.get_template(template_id)
    year = (task.deadline or clock.today()).year
    shape = template.shape
    return template.name, template.note, replace(shape, steps=of_year(shape.steps, year))


def _form_page(form: RosterForm, task: Task, roster: Roster | None) -> FormPage:
    form.make_room(2 if request.form.get("more") else 1)
    return form_page(
        "rosters/form.html",
        form,
        task=task,
        roster=roster,
        templates=[] if roster else queries.templates(),
        chosen=request.args.get("template", type=whole),
    )


def _file(roster: Roster, kind: Format, *, is_masked: bool) -> Response:
    """What the list shows with the filters of the address."""
    view = queries.entries_listing(roster.shape).view(request.args)
    wanted = RosterFile(roster, view, me(), *_days(), is_masked)
    file = formats.file(kind, wanted, me().unit.name, current_app.config)
    name = f"{roster.title}{'' if is_masked else '（完整）'}{wanted.today:%Y%m%d}.{kind}"
    return send_file(file, kind.media_type, as_attachment=True, download_name=name)
