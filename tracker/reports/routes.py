"""Pages of one duty and its reports: file, review, ask for closure, close."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock, files
from tracker.accounts.permissions import Permission, can, requires
from tracker.accounts.session import me
from tracker.db import db
from tracker.documents.comparison import goal
from tracker.reports import actions, queries
from tracker.reports.evidence import ACCEPTED, media_type_of
from tracker.reports.forms import ClosureForm, ReportForm, ReturnForm, report_form
from tracker.reports.models import ProgressReport
from tracker.reports.review.routes import bp as review
from tracker.reports.rules import ReturnReason
from tracker.reports.second_reviews.routes import bp as second_reviews
from tracker.reports.workbook.routes import bp as workbook
from tracker.tasks.models import Assignment
from tracker.tasks.queries import context_of, get_assignment
from tracker.tasks.requests.queries import asked_of
from tracker.tasks.rules import WARN_WORKDAYS, light, planned_progress
from tracker.web.forms import FormPage, form_page
from tracker.web.pages import page_of, whole
from tracker.workdays import statutory
from tracker.workflow import ASSIGNMENT, REPORT, FilingState, State

bp = Blueprint("reports", __name__, url_prefix="/reports")
bp.register_blueprint(review)
bp.register_blueprint(second_reviews)
bp.register_blueprint(workbook)

# The endpoint of each step of a duty: those that stand on reports are here, the others with the ledger.
STEP_ENDPOINTS = {
    "receive": "tasks.receive",
    "dispute": "tasks.dispute",
    "request_closure": "reports.request_closure",
    "send_back": "reports.refuse_closure",
    "close": "reports.close",
    "reopen": "tasks.reopen",
    "suspend": "tasks.suspend",
    "resume": "tasks.resume",
    "withdraw": "tasks.withdraw",
}


@bp.get("/")
@requires(Permission.VIEW)
def index() -> str:
    """待审核, oldest first; a unit sees where its own reports stand."""
    query = queries.queue(me()) if can(me(), Permission.JUDGE) else queries.latest_of_unit(me())
    number = request.args.get("page", 1, type=whole)
    page = page_of(query, number or 1, 20)
    return render_template(
        "reports/index.html",
        page=page,
        is_queue=can(me(), Permission.JUDGE),
        fills=can(me(), Permission.ANSWER),
        ReturnReason=ReturnReason,
    )


@bp.get("/duties/<int:assignment_id>")
@requires(Permission.VIEW)
def duty(assignment_id: int) -> Response:
    assignment = get_assignment(me(), assignment_id)
    return _page(assignment, _fresh_form(assignment)).answer()


@bp.post("/duties/<int:assignment_id>/reports")
@requires(Permission.ANSWER)
def submit(assignment_id: int) -> Response:
    """报送, 存草稿, or 报送并申请办结, by the button that was pressed."""
    assignment = get_assignment(me(), assignment_id)
    form = report_form(queries.wanted_of(assignment))()
    page = _page(assignment, form)
    if not form.validate():
        return page.answer()
    wish, now = request.form.get("wish", "submit"), clock.now()
    report = actions.draft(assignment, me(), now, _content(form))
    if wish != "draft":
        actions.submit(report, me(), now)
    if wish == "closure":
        actions.request_closure(assignment, me(), now, form.text.data or "")
    db.session.commit()
    flash({"draft": "草稿已保存", "closure": "已报送并申请办结"}.get(wish, "已报送，等待审核"))
    return redirect(url_for("reports.duty", assignment_id=assignment_id))


@bp.post("/duties/<int:assignment_id>/no-change")
@requires(Permission.ANSWER)
def report_no_change(assignment_id: int) -> Response:
    actions.report_no_change(get_assignment(me(), assignment_id), me(), clock.now())
    return _done(assignment_id, "已报送：无变化")


@bp.post("/duties/<int:assignment_id>/request-closure")
@requires(Permission.ANSWER)
def request_closure(assignment_id: int) -> Response:
    assignment = get_assignment(me(), assignment_id)
    _page(assignment, _fresh_form(assignment))
    actions.request_closure(assignment, me(), clock.now(), ClosureForm().grounds.data or "")
    return _done(assignment_id, "已申请办结")


@bp.post("/duties/<int:assignment_id>/refuse-closure")
@requires(Permission.JUDGE)
def refuse_closure(assignment_id: int) -> Response:
    form = ReturnForm()
    kind = ReturnReason(form.kind.data) if form.validate() else ReturnReason.OTHER
    assignment = get_assignment(me(), assignment_id)
    actions.refuse_closure(assignment, me(), clock.now(), kind, form.reason.data or "")
    return _done(assignment_id, "已退回")


@bp.post("/duties/<int:assignment_id>/close")
@requires(Permission.JUDGE)
def close(assignment_id: int) -> Response:
    actions.close(get_assignment(me(), assignment_id), me(), clock.now())
    return _done(assignment_id, "已办结")


@bp.post("/<int:report_id>/recall")
@requires(Permission.ANSWER)
def recall(report_id: int) -> Response:
    report = queries.get_report(me(), report_id)
    actions.recall(report, me(), clock.now())
    return _done(report.assignment_id, "已撤回，可以修改后再报")


@bp.post("/<int:report_id>/accept")
@requires(Permission.JUDGE)
def accept(report_id: int) -> Response:
    actions.accept(queries.get_report(me(), report_id), me(), clock.now())
    db.session.commit()
    flash("已通过")
    return _back(report_id)


@bp.post("/<int:report_id>/send-back")
@requires(Permission.JUDGE)
def send_back(report_id: int) -> Response:
    form = ReturnForm()
    kind = ReturnReason(form.kind.data) if form.validate() else ReturnReason.OTHER
    report = queries.get_report(me(), report_id)
    actions.send_back(report, me(), clock.now(), kind, form.reason.data or "")
    db.session.commit()
    flash("已退回")
    return _back(report_id)


@bp.get("/evidence/<int:evidence_id>")
@requires(Permission.VIEW)
def show_evidence(evidence_id: int) -> Response:
    evidence = queries.get_evidence(me(), evidence_id)
    return files.answer(evidence.file, evidence.name, shown="shown" in request.args)


@bp.post("/evidence/<int:evidence_id>/remove")
@requires(Permission.ANSWER)
def remove_evidence(evidence_id: int) -> Response:
    evidence = queries.get_evidence(me(), evidence_id)
    report = queries.get_report(me(), evidence.report_id)
    actions.remove_evidence(evidence, report, me(), clock.now())
    return _done(report.assignment_id, "已删除这份材料")


def _page(assignment: Assignment, form: ReportForm) -> FormPage:
    """The page of one duty; a refusal by a verb brings it back with what was typed."""
    today = clock.today()
    warn_until = statutory().add(today, WARN_WORKDAYS)
    reports = queries.of_assignment(me(), assignment.id)
    is_own = can(me(), Permission.ANSWER, assignment)
    asked = asked_of(me(), assignment, today)
    return form_page(
        "reports/duty.html",
        form,
        duty=assignment,
        asked=asked,
        context=context_of(assignment.task),
        colour=light(assignment, assignment.submitted_on, today, warn_until),
        plan=planned_progress(assignment.starts_on, assignment.deadline, today),
        wanted=[(t, q, goal(t)) for t, q in queries.wanted_of(assignment)],
        reports=[(report, REPORT.available(report, me())) for report in reports],
        draft=next((r for r in reports if r.state in (FilingState.DRAFT, FilingState.RETURNED)), None),
        is_waiting=any(report.state is FilingState.SUBMITTED for report in reports),
        may_report=is_own and assignment.state is State.ACTIVE,
        steps=_steps(assignment),
        step_endpoints=STEP_ENDPOINTS,
        entries=queries.story_of(assignment, [*reports, *asked.filings]),
        accepted_kinds=ACCEPTED,
        ReturnReason=ReturnReason,
    )


def _steps(assignment: Assignment) -> list[tuple[str, str, bool]]:
    """(action, label, needs a reason) of the buttons to show, each action once."""
    steps = {step.action: step for step in ASSIGNMENT.available(assignment, me())}
    shown = (step for step in steps.values() if step.action in STEP_ENDPOINTS)
    return [(step.action, step.label, step.reason) for step in shown]


def _fresh_form(assignment: Assignment) -> ReportForm:
    """Prefilled: with the open draft, or else with the last report, so that nobody types a thing twice."""
    kind = report_form(queries.wanted_of(assignment))
    last = queries.latest(
        assignment, FilingState.DRAFT, FilingState.RETURNED, FilingState.SUBMITTED, FilingState.ACCEPTED
    )
    if last is None:
        return kind(formdata=None, progress=assignment.progress)
    readings = {f"target_{reading.target_id}": reading.value for reading in last.readings}
    return kind(
        formdata=None,
        progress=last.progress,
        text=last.text,
        difficulties=last.difficulties,
        reason=last.reason if last.state is not FilingState.ACCEPTED else "",
        **readings,
    )


def _content(form: ReportForm) -> actions.Content:
    stored = []
    for upload in form.files.data or []:
        if upload and upload.filename:
            data = upload.read()
            media_type = media_type_of(data, upload.filename)
            file = files.store(data, upload.filename, media_type, me(), clock.now())
            stored.append((file, upload.filename, form.claim.data or ""))
    return actions.Content(
        progress=form.progress.data or 0,
        text=form.text.data or "",
        difficulties=form.difficulties.data or "",
        reason=form.reason.data or "",
        readings=form.readings,
        files=stored,
    )


def _done(assignment_id: int, said: str) -> Response:
    db.session.commit()
    flash(said)
    return redirect(url_for("reports.duty", assignment_id=assignment_id))


def _back(report_id: int) -> Response:
    """To the queue when the reviewer came from there, else to the duty."""
    referrer = request.referrer or ""
    if referrer.startswith(request.host_url + "reports/?") or referrer == request.host_url + "reports/":
        return redirect(url_for("reports.index"))
    report = db.session.get_one(ProgressReport, report_id)
    return redirect(url_for("reports.duty", assignment_id=report.assignment_id))
