"""Pages of extensions, halts and objections: asked for by one, answered by another."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, url_for
from werkzeug import Response
from werkzeug.datastructures import FileStorage

from tracker import clock, files
from tracker.accounts.permissions import Permission, can, requires
from tracker.accounts.queries import active_units, get_unit
from tracker.accounts.session import me
from tracker.accounts.trail import check_version
from tracker.db import db
from tracker.errors import NotFound
from tracker.media import ACCEPTED, media_type_of
from tracker.tasks import actions as duties
from tracker.tasks.demands.rules import earliest_due
from tracker.tasks.models import Answer, Assignment, Duty, Extension, HaltKind, HaltRequest
from tracker.tasks.queries import get_assignment, get_task, open_objection
from tracker.tasks.requests import actions, queries, rules
from tracker.tasks.requests.forms import AnswerForm, ExtensionForm, GrantForm, HaltForm
from tracker.tasks.rules import planned_progress
from tracker.web.filters import day as day_words
from tracker.web.filters import weekday
from tracker.web.forms import Form, FormPage, ReasonForm, form_page, reason_given
from tracker.web.pages import day, page_of, whole
from tracker.workdays import statutory

bp = Blueprint("requests", __name__)


@bp.route("/assignments/<int:assignment_id>/extend", methods=["GET", "POST"])
@requires(Permission.APPLY)
def extend(assignment_id: int) -> Response:
    assignment, today = get_assignment(me(), assignment_id), clock.today()
    recalled = queries.draft_of(assignment) if can(me(), Permission.APPLY, assignment) else None
    form = ExtensionForm(
        wanted_on=recalled and recalled.wanted_on, reason=recalled.reason if recalled else ""
    )
    waiting = queries.is_waiting(Extension, assignment)
    page = form_page(
        "tasks/requests/extend.html",
        form,
        duty=assignment,
        matter=assignment,
        back=url_for("reports.duty", assignment_id=assignment.id),
        recalled=recalled,
        granted=queries.grants_of([assignment.id]).get(assignment.id, 0),
        obstacle=rules.hindrance(
            rules.DUTY, assignment.state, assignment.deadline, today, is_waiting=waiting
        ),
        file_of=_file_of,
        **about_wish(assignment.deadline, form),
    )
    if not form.validate_on_submit():
        return page.answer()
    check_version(assignment, request.form.get("version", type=int))
    extension = actions.ask_extension(assignment, me(), clock.now(), wish_of(form))
    db.session.commit()
    flash("延期申请已提交，等待审批" + ("；这是临期申请，会如实标明" if extension.is_late else ""))
    return _to_duty(assignment)


@bp.get("/requests/rest-day")
@requires(Permission.APPLY)
def rest_day() -> str:
    """A hint beside the date while it is being chosen; empty on a working day."""
    return _rest_day(request.args.get("wanted_on"))


@bp.post("/requests/extensions/<int:extension_id>/recall")
@requires(Permission.APPLY)
def recall_extension(extension_id: int) -> Response:
    extension = queries.get_extension(me(), extension_id)
    actions.recall_extension(extension, me(), clock.now())
    db.session.commit()
    flash("延期申请已撤回，可以修改后再报")
    return _to_duty(extension.assignment)


@bp.get("/requests/extensions/<int:extension_id>/file")
@requires(Permission.VIEW)
def show_file(extension_id: int) -> Response:
    extension = queries.get_extension(me(), extension_id)
    if extension.file is None:
        raise NotFound("这份延期申请没有附件")
    return files.answer(extension.file, extension.file_name, shown="shown" in request.args)


@bp.get("/requests/")
@requires(Permission.GRANT)
def extensions() -> Response:
    """延期审批, oldest first."""
    return _extensions(GrantForm(formdata=None)).answer()


@bp.post("/requests/extensions/<int:extension_id>/accept")
@requires(Permission.GRANT)
def accept_extension(extension_id: int) -> Response:
    extension, form = queries.get_extension(me(), extension_id), GrantForm()

    def accept(reason: str) -> str:
        actions.grant(extension, me(), clock.now(), form.granted_on.data, reason)
        return f"已同意延期至{day_words(extension.granted_on)}"

    return _decided(extension, _extensions(form, extension), accept)


@bp.post("/requests/extensions/<int:extension_id>/refuse")
@requires(Permission.GRANT)
def refuse_extension(extension_id: int) -> Response:
    extension = queries.get_extension(me(), extension_id)

    def refuse(reason: str) -> str:
        actions.refuse_extension(extension, me(), clock.now(), reason)
        return "已答复：不予延期，按原时限办理"

    return _decided(extension, _extensions(GrantForm(), extension), refuse)


@bp.route("/assignments/<int:assignment_id>/halt", methods=["GET", "POST"])
@requires(Permission.JUDGE)
def ask_halt(assignment_id: int) -> Response:
    assignment = get_assignment(me(), assignment_id)
    kinds = queries.halts_from(assignment)
    form = HaltForm(kind=kinds[0] if kinds else None)
    form.offer(kinds or list(HaltKind))
    page = form_page("tasks/requests/halt.html", form, duty=assignment, kinds=kinds)
    if not form.validate_on_submit():
        return page.answer()
    check_version(assignment, request.form.get("version", type=int))
    actions.ask_halt(assignment, me(), clock.now(), form.kind.data, form.reason.data)
    db.session.commit()
    flash(f"已报请{form.kind.data.label}，等待审批")
    return _to_duty(assignment)


@bp.post("/requests/halts/<int:halt_id>/recall")
@requires(Permission.JUDGE)
def recall_halt(halt_id: int) -> Response:
    halt = queries.get_halt(halt_id)
    actions.recall_halt(halt, me(), clock.now())
    db.session.commit()
    flash("停办申请已撤回")
    return _to_duty(halt.assignment)


@bp.get("/requests/halts/")
@requires(Permission.HALT)
def halts() -> Response:
    """停办审批, oldest first."""
    return _halts(ReasonForm(formdata=None)).answer()


@bp.post("/requests/halts/<int:halt_id>/accept")
@requires(Permission.HALT)
def accept_halt(halt_id: int) -> Response:
    halt = queries.get_halt(halt_id)

    def accept(reason: str) -> str:
        actions.accept_halt(halt, me(), clock.now(), reason)
        return f"已同意{halt.kind.label}"

    return _decided(halt, _halts(ReasonForm(), halt), accept)


@bp.post("/requests/halts/<int:halt_id>/refuse")
@requires(Permission.HALT)
def refuse_halt(halt_id: int) -> Response:
    halt = queries.get_halt(halt_id)

    def refuse(reason: str) -> str:
        actions.refuse_halt(halt, me(), clock.now(), reason)
        return f"已答复：不同意{halt.kind.label}"

    return _decided(halt, _halts(ReasonForm(), halt), refuse)


@bp.route("/assignments/<int:assignment_id>/objection", methods=["GET", "POST"])
@requires(Permission.JUDGE)
def answer_objection(assignment_id: int) -> Response:
    assignment = get_assignment(me(), assignment_id)
    task = assignment.task
    form = AnswerForm(unit=assignment.unit_id, duty=assignment.duty, title=task.title)
    form.offer([assignment.unit, *(one for one in active_units() if one.id not in task.unit_ids)])
    paused = (clock.today() - assignment.paused_on).days if assignment.paused_on else 0
    objection = open_objection(assignment)
    page = form_page(
        "tasks/requests/objection.html",
        form,
        duty=assignment,
        objection=objection,
        paused_days=paused,
        earliest=earliest_due(clock.now().astimezone(clock.SHANGHAI), statutory()),
    )
    if not form.validate_on_submit():
        return page.answer()
    check_version(assignment, request.form.get("version", type=int))
    _answer(assignment, form)
    db.session.commit()
    flash(f"已答复：{Answer(form.answer.data).label}")
    return _to_duty(assignment)


@bp.post("/<int:task_id>/withdraw")
@requires(Permission.HALT)
def withdraw_task(task_id: int) -> Response:
    task = get_task(me(), task_id)
    check_version(task, request.form.get("version", type=int))
    ended = actions.withdraw_task(task, me(), clock.now(), reason_given())
    db.session.commit()
    flash(f"任务已中止，{ended}个未办结的承办项一并中止")
    return redirect(url_for("tasks.show", task_id=task_id))


def _decided(thing: Extension | HaltRequest, page: FormPage, verb: Callable[[str], str]) -> Response:
    """Decide one of a queue by a verb that is given the words and says what became of it."""
    if not page.form.validate():
        return page.answer()
    check_version(thing, request.form.get("version", type=int))
    said = verb(page.form.reason.data or "")
    db.session.commit()
    flash(said)
    queue = "extensions" if isinstance(thing, Extension) else "halts"
    return redirect(url_for(f"tasks.requests.{queue}"))


def _extensions(form: GrantForm, answered: Extension | None = None) -> FormPage:
    """The queue; the one being ``answered`` keeps what was typed."""
    page = page_of(queries.queue(Extension), request.args.get("page", 1, type=whole) or 1, 20)
    duty_ids = [extension.assignment_id for extension in page.rows]
    today, calendar = clock.today(), statutory()
    return form_page(
        "tasks/requests/extensions.html",
        form,
        page=page,
        here="extensions",
        answered_id=answered and answered.id,
        file_of=_file_of,
        accept=lambda one: url_for(".accept_extension", extension_id=one.id),
        refuse=lambda one: url_for(".refuse_extension", extension_id=one.id),
        grants=queries.grants_of(duty_ids),
        plan=lambda duty: planned_progress(duty.starts_on, duty.deadline, today),
        is_workday=calendar.is_workday,
        extensions_waiting=page.total,
        halts_waiting=queries.halts_waiting(),
    )


def _halts(form: Form, answered: HaltRequest | None = None) -> FormPage:
    page = page_of(queries.queue(HaltRequest), request.args.get("page", 1, type=whole) or 1, 20)
    today = clock.today()
    return form_page(
        "tasks/requests/halts.html",
        form,
        page=page,
        answered_id=answered and answered.id,
        plan=lambda duty: planned_progress(duty.starts_on, duty.deadline, today),
        extensions_waiting=queries.extensions_waiting(),
    )


def about_wish(deadline: date | None, form: ExtensionForm) -> dict[str, Any]:
    """What the page of any extension tells beside the form."""
    return {
        "late": deadline and rules.is_late(clock.today(), deadline, statutory()),
        "accepted_kinds": ACCEPTED,
        "largest": current_app.config["MAX_UPLOAD_MB"],
        "hint": _rest_day(form.wanted_on.data and form.wanted_on.data.isoformat()),
    }


def wish_of(form: ExtensionForm) -> actions.Wish:
    """What was asked for, its file stored."""
    upload: FileStorage | None = form.file.data
    if not upload or not upload.filename:
        return actions.Wish(form.wanted_on.data, form.reason.data)
    data = upload.read()
    stored = files.store(data, upload.filename, media_type_of(data, upload.filename), me(), clock.now())
    return actions.Wish(form.wanted_on.data, form.reason.data, stored, upload.filename)


def _answer(assignment: Assignment, form: AnswerForm) -> None:
    """The verb that the chosen answer calls for."""
    now, reason = clock.now(), form.reason.data
    match Answer(form.answer.data):
        case Answer.OVERRULED:
            duties.overrule(assignment, me(), now, reason)
        case Answer.WITHDRAWN:
            duties.uphold(assignment, me(), now, reason)
        case Answer.REISSUED:
            change = duties.Reissue(
                deadline=form.deadline.data,
                unit=get_unit(form.unit.data),
                duty=Duty(form.duty.data),
                title=form.title.data or "",
            )
            duties.uphold(assignment, me(), now, reason, change, form.hurry.data or "")


def _file_of(extension: Extension) -> str:
    return url_for(".show_file", extension_id=extension.id)


def _rest_day(said: str | None) -> str:
    """That a day is no working day, and which the next one is; empty otherwise."""
    try:
        wanted_on = day(said or "")
    except ValueError:
        return ""
    if wanted_on <= clock.today() or statutory().is_workday(wanted_on):
        return ""
    following = statutory().on_or_after(wanted_on)
    words = f"{day_words(wanted_on)}（{weekday(wanted_on)}）是休息日，"
    words += f"下一个工作日是{day_words(following)}（{weekday(following)}）"
    if statutory().is_estimated(following.year):
        words += f"；{following.year}年的放假安排还没有公布，按预估"
    return words


def _to_duty(assignment: Assignment) -> Response:
    return redirect(url_for("reports.duty", assignment_id=assignment.id))
