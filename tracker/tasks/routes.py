"""Pages of the ledger (台账) and of a task; the steps of an assignment that ask for no report."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, can, requires, sees_all
from tracker.accounts.queries import active_unit_choices, active_units, board_choices, get_unit, unit_choices
from tracker.accounts.session import me
from tracker.accounts.trail import check_version, timeline
from tracker.db import db
from tracker.documents import actions as documents
from tracker.documents.comparison import goal
from tracker.documents.queries import directory, get_document
from tracker.documents.reading import plain
from tracker.errors import Invalid
from tracker.press import formats
from tracker.press.formats import Format
from tracker.tasks import actions, intake, ledger, papers, queries, recurring
from tracker.tasks.bulk.routes import bp as bulk
from tracker.tasks.demands import queries as demands
from tracker.tasks.demands.actions import breach_of
from tracker.tasks.demands.routes import bp as demand_pages
from tracker.tasks.demands.rules import Breach
from tracker.tasks.entry.routes import bp as entry
from tracker.tasks.forms import DisputeForm, ReportingForm, UnitForm
from tracker.tasks.models import Assignment, Duty, Ground, Level, Reporting, Task
from tracker.tasks.requests.routes import bp as requests
from tracker.tasks.rules import WARN_WORKDAYS, Light, Term, light, planned_progress
from tracker.web.forms import reason_given
from tracker.workdays import statutory
from tracker.workflow import TASK, State, TaskState

bp = Blueprint("tasks", __name__, url_prefix="/tasks")
bp.add_app_template_filter(goal)
bp.add_app_template_filter(plain)
bp.register_blueprint(entry)
bp.register_blueprint(requests)
bp.register_blueprint(bulk)
bp.register_blueprint(demand_pages)


@bp.get("/")
@requires(Permission.VIEW)
def index() -> str:
    today = clock.today()
    warn_until = statutory().add(today, WARN_WORKDAYS)
    view = ledger.LEDGER.view(request.args)
    document_id = view.get("document")
    return render_template(
        "tasks/index.html",
        view=view,
        page=ledger.ledger_page(me(), view, today, warn_until),
        lit=lambda row: light(row, row.submitted_on, today, warn_until),
        sources=ledger.sources(),
        points=ledger.points_of(document_id) if document_id else [],
        units=unit_choices() if sees_all(me()) else [],
        boards=board_choices() if sees_all(me()) else [],
        may_adjust=can(me(), Permission.JUDGE),
        can_enter=can(me(), Permission.READ),
        Level=Level,
        Light=Light,
        Term=Term,
        states=[(word.value, word.label) for word in (*State, ledger.Scope.ALL)],
        Duty=Duty,
        Format=Format,
    )


@bp.get("/ledger.<any(xlsx,pdf,docx):kind>")
@requires(Permission.VIEW)
def export(kind: str) -> Response:
    """What the ledger shows with these filters, as a file."""
    today = clock.today()
    warn_until = statutory().add(today, WARN_WORKDAYS)
    wanted = papers.LedgerFile(ledger.LEDGER.view(request.args), me(), today, warn_until)
    file = formats.file(Format(kind), wanted, me().unit.name, current_app.config)
    name = f"{papers.TITLE}{today:%Y%m%d}.{kind}"
    return send_file(file, Format(kind).media_type, as_attachment=True, download_name=name)


@bp.get("/<int:task_id>")
@requires(Permission.VIEW)
def show(task_id: int) -> str:
    task = queries.get_task(me(), task_id)
    today, carried = clock.today(), task.unit_ids
    warn_until = statutory().add(today, WARN_WORKDAYS)
    return render_template(
        "tasks/show.html",
        task=task,
        context=queries.context_of(task),
        lit=lambda duty: light(duty, duty.submitted_on, today, warn_until),
        plan=planned_progress(task.starts_on, task.deadline, today),
        sees_all=sees_all(me()),
        others=[unit for unit in active_unit_choices() if unit[0] not in carried]
        if can(me(), Permission.READ)
        else [],
        Duty=Duty,
        steps=[step for step in TASK.available(task, me()) if step.action == "withdraw"],
        cycle=recurring.in_words(task.recurrence),
        reportings=Reporting if _may_set_reporting(task) else (),
        hurried=demands.hurried([duty.id for duty in task.assignments]),
        joins_late=breach_of(actions.joins_by(task, today), clock.now()),
        reports_soon=_reports_soon(task),
        can_confirm=not task.is_past_confirmed and can(me(), Permission.JUDGE),
        entries=timeline(task),
    )


def _reports_soon(task: Task) -> dict[Reporting, Breach]:
    """Each rule whose first report would be asked for sooner than the rules of relief allow."""
    today, now = clock.today(), clock.now()
    rules = (Reporting.MONTHLY, Reporting.QUARTERLY) if _may_set_reporting(task) else ()
    found = {rule: breach_of(actions.reports_from(task, rule, today), now) for rule in rules}
    return {rule: breach for rule, breach in found.items() if breach}


@bp.post("/adopt/<int:document_id>")
@requires(Permission.READ)
def adopt(document_id: int) -> Response:
    document = get_document(document_id)
    documents.check_version(document, request.form.get("version", type=int))
    tasks = intake.adopt(document, directory(), me(), clock.now())
    db.session.commit()
    flash(f"已立项：{len(tasks)}个任务，{sum(len(task.assignments) for task in tasks)}个承办项")
    return redirect(url_for("tasks.index", document=document_id))


@bp.post("/<int:task_id>/confirm-past")
@requires(Permission.JUDGE)
def confirm_past(task_id: int) -> Response:
    task = queries.get_task(me(), task_id)
    actions.confirm_past(task, me(), clock.now())
    db.session.commit()
    flash("已确认按原时限督办，从下次评价起计分")
    return redirect(url_for("tasks.show", task_id=task_id))


@bp.post("/<int:task_id>/reporting")
@requires(Permission.READ)
def set_reporting(task_id: int) -> Response:
    task = queries.get_task(me(), task_id)
    check_version(task, request.form.get("version", type=int))
    form = ReportingForm()
    if not form.validate():
        raise Invalid("请选择填报要求")
    actions.set_reporting(task, form.reporting.data, me(), clock.now(), form.hurry.data or "")
    db.session.commit()
    flash(f"填报要求：{task.reporting.label}")
    return redirect(url_for("tasks.show", task_id=task_id))


@bp.post("/<int:task_id>/units")
@requires(Permission.READ)
def add_unit(task_id: int) -> Response:
    task = queries.get_task(me(), task_id)
    form = UnitForm()
    form.offer(active_units())
    if not form.validate():
        raise Invalid("请选择要增加的单位和职责")
    unit = get_unit(form.unit.data)
    actions.add_unit(task, unit, Duty(form.duty.data), me(), clock.now(), form.hurry.data or "")
    db.session.commit()
    flash(f"已增加承办单位：{unit.name}")
    return redirect(url_for("tasks.show", task_id=task_id))


@bp.post("/receive")
@requires(Permission.ANSWER)
def receive_all() -> Response:
    """签收 everything that waited for it in one's own unit when the page was shown."""
    waiting = queries.to_receive(me(), request.form.get("seen_at", type=_moment))
    for assignment in waiting:
        actions.receive(assignment, me(), clock.now())
    db.session.commit()
    flash(f"已签收{len(waiting)}项")
    return _back()


@bp.post("/assignments/<int:assignment_id>/receive")
@requires(Permission.ANSWER)
def receive(assignment_id: int) -> Response:
    return _step(assignment_id, lambda duty: actions.receive(duty, me(), clock.now()), "已签收")


@bp.post("/assignments/<int:assignment_id>/dispute")
@requires(Permission.ANSWER)
def dispute(assignment_id: int) -> Response:
    form = DisputeForm()
    kind = Ground(form.kind.data) if form.validate() else Ground.OTHER
    return _step(
        assignment_id,
        lambda duty: actions.dispute(duty, me(), clock.now(), kind, form.reason.data or ""),
        "异议已提出，答复前计时暂停",
    )


@bp.post("/assignments/<int:assignment_id>/reopen")
@requires(Permission.JUDGE)
def reopen(assignment_id: int) -> Response:
    return _step(
        assignment_id, lambda duty: actions.reopen(duty, me(), clock.now(), reason_given()), "已恢复办理"
    )


@bp.post("/assignments/<int:assignment_id>/suspend")
@requires(Permission.HALT)
def suspend(assignment_id: int) -> Response:
    return _step(
        assignment_id, lambda duty: actions.suspend(duty, me(), clock.now(), reason_given()), "已缓办"
    )


@bp.post("/assignments/<int:assignment_id>/resume")
@requires(Permission.HALT)
def resume(assignment_id: int) -> Response:
    return _step(assignment_id, lambda duty: actions.resume(duty, me(), clock.now()), "已恢复")


@bp.post("/assignments/<int:assignment_id>/withdraw")
@requires(Permission.HALT)
def withdraw(assignment_id: int) -> Response:
    return _step(
        assignment_id, lambda duty: actions.withdraw(duty, me(), clock.now(), reason_given()), "已中止"
    )


def _step(assignment_id: int, verb: Callable[[Assignment], object], said: str) -> Response:
    """Load, one verb, commit, and back to where the button was."""
    assignment = queries.get_assignment(me(), assignment_id)
    check_version(assignment, request.form.get("version", type=int))
    verb(assignment)
    db.session.commit()
    flash(said)
    return _back()


def _moment(said: str) -> datetime:
    """An aware moment as a page wrote it; raises ValueError."""
    return datetime.fromisoformat(said).astimezone(UTC)


def _may_set_reporting(task: Task) -> bool:
    is_open = task.state is TaskState.PUBLISHED and not queries.latest_period(task)
    return is_open and can(me(), Permission.READ)


def _back() -> Response:
    """To the page the step was taken from, if it is one of ours."""
    referrer = request.referrer or ""
    return redirect(referrer if referrer.startswith(request.host_url) else url_for("tasks.index"))
