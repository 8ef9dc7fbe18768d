"""Pages of a bulk change: choose, preview, confirm, and undo."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, can, requires
from tracker.accounts.queries import active_units
from tracker.accounts.session import me
from tracker.accounts.trail import check_version, timeline
from tracker.db import db
from tracker.errors import Invalid
from tracker.tasks.bulk import actions, queries
from tracker.tasks.bulk.forms import ChangeForm
from tracker.tasks.bulk.queries import MOST, Change, Field
from tracker.tasks.demands.actions import breach_of
from tracker.tasks.ledger import LEDGER
from tracker.tasks.models import Assignment, BulkChange, Level
from tracker.tasks.rules import WARN_WORKDAYS
from tracker.web.forms import Form, FormPage, form_page
from tracker.web.pages import page_of, whole
from tracker.workdays import statutory

bp = Blueprint("bulk", __name__, url_prefix="/bulk")


@bp.get("/")
@requires(Permission.OVERSEE)
def index() -> str:
    """What was changed in bulk, newest first."""
    page = page_of(queries.past(), request.args.get("page", 1, type=whole) or 1, 20)
    return render_template("tasks/bulk/index.html", page=page, fields={one.value: one for one in Field})


@bp.get("/new")
@requires(Permission.JUDGE)
def choose() -> Response:
    """The duties ticked in the ledger, or all its filters leave, and what can be changed."""
    ids = _all_matching() if "all" in request.args else request.args.getlist("id", type=whole)
    if not ids:
        flash("请先在台账中勾选要调整的承办项")
        return redirect(url_for("tasks.index"))
    form = ChangeForm(formdata=None, rows=",".join(map(str, ids)))
    return _choice(form, queries.chosen(me(), form.seen)).answer()


@bp.post("/preview")
@requires(Permission.JUDGE)
def preview() -> str:
    """Row by row before → after; nothing is written."""
    form = ChangeForm()
    assignments = queries.chosen(me(), form.seen)
    _choice(form, assignments)
    change = queries.change_of(form.what.data or "", form.value.data or "")
    page = _preview(ChangeForm(formdata=None), change, assignments)
    return render_template(page.template, form=page.form, **page.context)


@bp.post("/")
@requires(Permission.JUDGE)
def make() -> Response:
    form = ChangeForm()
    change = queries.change_of(form.what.data or "", form.value.data or "")
    page = _preview(form, change, queries.chosen(me(), form.seen))
    if not form.validate():
        return page.answer()
    bulk = actions.make(change, form.seen, me(), clock.now(), form.reason.data or "")
    db.session.commit()
    flash(f"已调整{len(bulk.changes)}项")
    return redirect(url_for("tasks.bulk.show", bulk_id=bulk.id))


@bp.get("/<int:bulk_id>")
@requires(Permission.OVERSEE)
def show(bulk_id: int) -> Response:
    return _made(queries.get_bulk(bulk_id), Form(formdata=None)).answer()


@bp.post("/<int:bulk_id>/undo")
@requires(Permission.JUDGE)
def undo(bulk_id: int) -> Response:
    bulk = queries.get_bulk(bulk_id)
    _made(bulk, Form())
    check_version(bulk, request.form.get("version", type=int))
    actions.undo(bulk, me(), clock.now())
    db.session.commit()
    flash(f"已撤销，{len(bulk.changes)}项恢复原状")
    return redirect(url_for("tasks.bulk.show", bulk_id=bulk_id))


def _all_matching() -> list[int]:
    today = clock.today()
    warn_until = statutory().add(today, WARN_WORKDAYS)
    ids = queries.matching(me(), LEDGER.view(request.args), today, warn_until)
    if len(ids) > MOST:
        raise Invalid(f"筛选结果超过{MOST}项，一次最多调整{MOST}项，请回到台账缩小筛选范围")
    return ids


def _choice(form: ChangeForm, assignments: Sequence[Assignment]) -> FormPage:
    return form_page(
        "tasks/bulk/choose.html",
        form,
        assignments=assignments,
        units=active_units(),
        Level=Level,
        Field=Field,
    )


def _preview(form: ChangeForm, change: Change, assignments: Sequence[Assignment]) -> FormPage:
    """The preview as things are now: what it shows is what a confirmation names."""
    lines, now = queries.lines(change, assignments, clock.today()), clock.now()
    able = [line for line in lines if not line.obstacle]
    return form_page(
        "tasks/bulk/preview.html",
        form,
        change=change,
        able=able,
        breaches={line.assignment.id: breach_of(queries.asked_on(line, change), now) for line in able},
        unable=[line for line in lines if line.obstacle],
        rows=",".join(f"{line.assignment.id}:{line.thing(change.field).version}" for line in able),
        tasks=len({line.assignment.task_id for line in able}),
    )


def _made(bulk: BulkChange, form: Form) -> FormPage:
    return form_page(
        "tasks/bulk/show.html",
        form,
        bulk=bulk,
        field=Field(bulk.changes[0][2]),
        rows=queries.done(bulk),
        may_undo=bulk.undone_at is None and can(me(), Permission.JUDGE),
        entries=timeline(bulk),
    )
