"""Pages of one duty and its reports: file, review, ask for closure, close."""

from collections.abc import Sequence
from decimal import Decimal

from flask import (
    Blueprint,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug import Response

from tracker import clock, files
from tracker.accounts.permissions import Permission, can, requires, sees_all
from tracker.accounts.session import me
from tracker.accounts.trail import Entry, check_version
from tracker.db import db
from tracker.documents.comparison import goal
from tracker.documents.reading import plain
from tracker.errors import DomainError, Invalid, NotFound
from tracker.media import ACCEPTED, fitting_name
from tracker.reports import actions, preview, queries
from tracker.reports.forms import CommentForm, ReportForm, ReturnForm, report_form
from tracker.reports.models import ProgressReport
from tracker.reports.review.routes import bp as review
from tracker.reports.rules import ReturnReason
from tracker.reports.second_reviews.routes import bp as second_reviews
from tracker.reports.workbook.routes import bp as workbook
from tracker.rosters.queries import tally_of
from tracker.tasks.demands import queries as demands
from tracker.tasks.models import Assignment, Duty, Ground
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
def index() -> Response | str:
    """Where a unit's own reports stand; who judges them goes to the review queue."""
    if can(me(), Permission.JUDGE):
        return redirect(url_for("reports.review.index"))
    page = page_of(queries.latest_of_unit(me()), request.args.get("page", 1, type=whole) or 1, 20)
    return render_template("reports/index.html", page=page, fills=can(me(), Permission.ANSWER))


@bp.get("/duties/<int:assignment_id>")
@requires(Permission.VIEW)
def duty(assignment_id: int) -> Response:
    assignment = get_assignment(me(), assignment_id)
    standing = queries.standing_of(me(), assignment)
    return _page(assignment, standing, _fresh_form(assignment, standing)).answer()


@bp.post("/duties/<int:assignment_id>/reports")
@requires(Permission.ANSWER)
def submit(assignment_id: int) -> Response:
    """报送, or 报送并申请办结, by the button that was pressed."""
    assignment = get_assignment(me(), assignment_id)
    standing = queries.standing_of(me(), assignment)
    form = _form_of(standing)()
    page = _page(assignment, standing, form)
    if not form.validate():
        return page.answer()
    check_version(assignment, request.form.get("version", type=int))
    wants_closure, now = request.form.get("wish") == "closure", clock.now()
    content, seen = _content(form, assignment), request.form.get("seen")
    if not (wants_closure and actions.is_known(assignment, content)):
        actions.submit(actions.draft(assignment, me(), now, content, seen), me(), now)
    if wants_closure:
        actions.request_closure(assignment, me(), now, form.grounds.data or "", form.verdicts)
    return _done(assignment_id, "已报送并申请办结，等待审核" if wants_closure else "已报送，等待审核")


@bp.post("/duties/<int:assignment_id>/draft")
@requires(Permission.ANSWER)
def save_draft(assignment_id: int) -> Response:
    """存草稿, with files brought or taken off; a page that saves by itself asks for JSON and stays."""
    if request.accept_mimetypes.best != "application/json":
        assignment = get_assignment(me(), assignment_id)
        standing = queries.standing_of(me(), assignment)
        form = _form_of(standing)()
        page = _page(assignment, standing, form)
        if not form.validate():
            return page.answer()
        _keep(assignment, form)
        return _done(assignment_id, "草稿已保存", "#report")
    try:
        assignment = get_assignment(me(), assignment_id)
        form = _form_of(queries.standing_of(me(), assignment))()
        form.validate()
        _keep(assignment, form)
        db.session.commit()
    except DomainError as refusal:
        db.session.rollback()
        answer = jsonify(message=str(refusal))
        answer.status_code = refusal.status
        return answer
    standing = queries.standing_of(me(), assignment)
    draft = queries.open_draft(standing.newest)
    form, checks = _fresh_form(assignment, standing), actions.closure_checks(standing, draft)
    return jsonify(
        said=f"已自动保存 {clock.now().astimezone(clock.SHANGHAI):%H:%M}",
        seen=queries.mark(standing.newest),
        evidence=render_template("reports/_evidence.html", form=form, draft=draft, duty=assignment),
        checklist=render_template("reports/_checklist.html", checks=checks),
    )


@bp.post("/duties/<int:assignment_id>/no-change")
@requires(Permission.ANSWER)
def report_no_change(assignment_id: int) -> Response:
    assignment = get_assignment(me(), assignment_id)
    check_version(assignment, request.form.get("version", type=int))
    actions.report_no_change(assignment, me(), clock.now(), request.form.get("seen"))
    return _done(assignment_id, "已报送：无变化")


@bp.post("/duties/<int:assignment_id>/request-closure")
@requires(Permission.ANSWER)
def request_closure(assignment_id: int) -> Response:
    """申请办结 on the report that has been sent."""
    assignment = get_assignment(me(), assignment_id)
    standing = queries.standing_of(me(), assignment)
    form = _form_of(standing)()
    _page(assignment, standing, form)
    check_version(assignment, request.form.get("version", type=int))
    actions.request_closure(assignment, me(), clock.now(), form.grounds.data or "", form.verdicts)
    return _done(assignment_id, "已申请办结")


@bp.post("/duties/<int:assignment_id>/ratings")
@requires(Permission.ANSWER)
def rate(assignment_id: int) -> Response:
    """评价配合, while the lead's own duty is not closed; what was typed above it is kept as a draft."""
    assignment = get_assignment(me(), assignment_id)
    standing = queries.standing_of(me(), assignment)
    form = _form_of(standing)()
    _page(assignment, standing, form)
    check_version(assignment, request.form.get("version", type=int))
    if "text" in request.form:
        form.validate()
        _keep(assignment, form)
    actions.rate(assignment, me(), clock.now(), form.verdicts)
    return _done(assignment_id, "对配合单位的评价已保存")


@bp.post("/duties/<int:assignment_id>/comments")
@requires(Permission.COMMENT)
def comment(assignment_id: int) -> Response:
    """留言 on the duty of a support."""
    assignment = get_assignment(me(), assignment_id)
    actions.comment(assignment, me(), clock.now(), CommentForm().text.data or "")
    return _done(assignment_id, "留言已发出，该单位在办理过程中可以看到")


@bp.post("/duties/<int:assignment_id>/refuse-closure")
@requires(Permission.JUDGE)
def refuse_closure(assignment_id: int) -> Response:
    form = ReturnForm()
    kind = ReturnReason(form.kind.data) if form.validate() else ReturnReason.OTHER
    assignment = get_assignment(me(), assignment_id)
    check_version(assignment, request.form.get("version", type=int))
    actions.refuse_closure(assignment, me(), clock.now(), kind, form.reason.data or "")
    return _done(assignment_id, "已退回")


@bp.post("/duties/<int:assignment_id>/close")
@requires(Permission.JUDGE)
def close(assignment_id: int) -> Response:
    assignment = get_assignment(me(), assignment_id)
    check_version(assignment, request.form.get("version", type=int))
    actions.close(assignment, me(), clock.now())
    return _done(assignment_id, "已办结")


@bp.post("/<int:report_id>/recall")
@requires(Permission.ANSWER)
def recall(report_id: int) -> Response:
    report = queries.get_report(me(), report_id)
    check_version(report, request.form.get("version", type=int))
    actions.recall(report, me(), clock.now())
    return _done(report.assignment_id, "已撤回，可以修改后再报", "#report")


@bp.post("/<int:report_id>/accept")
@requires(Permission.JUDGE)
def accept(report_id: int) -> Response:
    report = queries.get_report(me(), report_id)
    check_version(report, request.form.get("version", type=int))
    actions.accept(report, me(), clock.now())
    db.session.commit()
    flash("已通过")
    return _back(report_id)


@bp.post("/<int:report_id>/send-back")
@requires(Permission.JUDGE)
def send_back(report_id: int) -> Response:
    form = ReturnForm()
    kind = ReturnReason(form.kind.data) if form.validate() else ReturnReason.OTHER
    report = queries.get_report(me(), report_id)
    check_version(report, request.form.get("version", type=int))
    actions.send_back(report, me(), clock.now(), kind, form.reason.data or "")
    db.session.commit()
    flash("已退回")
    return _back(report_id)


@bp.get("/evidence/<int:evidence_id>")
@requires(Permission.VIEW)
def show_evidence(evidence_id: int) -> Response:
    """The file itself, to be saved; a picture may be ``shown``."""
    evidence = queries.get_evidence(me(), evidence_id)
    return files.answer(evidence.file, evidence.name, shown="shown" in request.args)


@bp.get("/evidence/<int:evidence_id>/view")
@requires(Permission.VIEW)
def view_evidence(evidence_id: int) -> str:
    """A page that shows what of a file can be shown."""
    evidence = queries.get_evidence(me(), evidence_id)
    report = queries.get_report(me(), evidence.report_id)
    return render_template(
        "reports/evidence.html", evidence=evidence, report=report, preview=preview.preview_of(evidence.file)
    )


@bp.get("/evidence/<int:evidence_id>/pages/<int:number>")
@requires(Permission.VIEW)
def show_page(evidence_id: int, number: int) -> Response:
    """One page of a PDF as a picture."""
    evidence = queries.get_evidence(me(), evidence_id)
    picture = preview.page_of(evidence.file, number)
    return Response(picture, mimetype="image/png", headers={"Content-Security-Policy": files.POLICY})


def _page(assignment: Assignment, standing: queries.Standing, form: ReportForm) -> FormPage:
    """The page of one duty; a refusal by a verb brings it back with what was typed."""
    today = clock.today()
    warn_until = statutory().add(today, WARN_WORKDAYS)
    is_own = can(me(), Permission.ANSWER, assignment)
    asked = asked_of(me(), assignment, today)
    reports, supports, newest = standing.reports, standing.supports, standing.newest
    draft = queries.open_draft(newest) if is_own else None
    entries = queries.story_of(assignment, [*reports, *asked.filings], supports)
    may_report = is_own and assignment.state is State.ACTIVE
    checks = actions.closure_checks(standing, newest) if may_report else []
    return form_page(
        "reports/duty.html",
        form,
        duty=assignment,
        asked=asked,
        hurried=demands.hurried([assignment.id]),
        context=context_of(assignment.task),
        colour=light(assignment, assignment.submitted_on, today, warn_until),
        plan=planned_progress(assignment.starts_on, assignment.deadline, today),
        wanted=[(t, q, goal(t)) for t, q in standing.wanted],
        reports=[(report, REPORT.available(report, me())) for report in reports if report is not draft],
        draft=draft,
        returned=_return_of(draft, entries),
        seen=request.form.get("seen") or queries.mark(newest),
        is_waiting=newest is not None and newest.state is FilingState.SUBMITTED,
        may_report=may_report,
        checks=checks,
        awaits_report=any(check.by_report for check in checks),
        supports=supports,
        may_rate=is_own and bool(supports) and assignment.state in (State.ACTIVE, State.CLOSING),
        objects=tally_of(assignment, today),
        rating=queries.rating_of(assignment) if assignment.duty is Duty.SUPPORT else None,
        may_comment=can(me(), Permission.COMMENT, assignment),
        doubles=queries.duplicates_of(reports) if sees_all(me()) else {},
        steps=_steps(assignment),
        step_endpoints=STEP_ENDPOINTS,
        entries=entries,
        accepted_kinds=ACCEPTED,
        largest=current_app.config["MAX_UPLOAD_MB"],
        ReturnReason=ReturnReason,
        Ground=Ground,
    )


def _return_of(draft: ProgressReport | None, entries: Sequence[Entry]) -> Entry | None:
    """The step by which the report was sent back, with its reason."""
    if draft is None or draft.state is not FilingState.RETURNED:
        return None
    about = (
        e for e in reversed(entries) if (e.subject_type, e.subject_id) == (draft.__tablename__, draft.id)
    )
    return next((entry for entry in about if entry.words == "退回"), None)


def _steps(assignment: Assignment) -> list[tuple[str, str, bool]]:
    """(action, label, needs a reason) of the buttons to show, each action once."""
    steps = {step.action: step for step in ASSIGNMENT.available(assignment, me())}
    shown = (step for step in steps.values() if step.action in STEP_ENDPOINTS)
    return [(step.action, step.label, step.reason) for step in shown]


def _form_of(standing: queries.Standing) -> type[ReportForm]:
    """The form of a duty, with a field for each target, file of the draft, and support to rate."""
    draft = queries.open_draft(standing.newest)
    return report_form(
        standing.wanted, draft.evidence if draft else (), standing.supports, standing.last_values
    )


def _fresh_form(assignment: Assignment, standing: queries.Standing) -> ReportForm:
    """Prefilled: with the open draft, or else with the last report, so that nobody types a thing twice."""
    if not can(me(), Permission.ANSWER, assignment):
        return ReportForm(formdata=None)
    kind, last = _form_of(standing), standing.newest
    struck_off = standing.objects.share if standing.objects else 0
    if last is None:
        return kind(formdata=None, progress=max(assignment.progress, struck_off))
    readings = {f"target_{reading.target_id}": Decimal(plain(reading.value)) for reading in last.readings}
    is_open = last.state in queries.OPEN
    return kind(
        formdata=None,
        progress=last.progress if is_open else max(last.progress, struck_off),
        text=last.text,
        difficulties=last.difficulties,
        asks=last.asks if is_open else "",  # asked once, answered once
        reason=last.reason if is_open else "",
        grounds=last.grounds,
        **readings,
    )


def _keep(assignment: Assignment, form: ReportForm) -> None:
    """Write the draft; a number half typed does not keep the rest from being saved."""
    for name, errors in form.errors.items():
        if not name.startswith(("progress", "target_")):
            raise Invalid("；".join(errors))
    now = clock.now()
    report = actions.draft(assignment, me(), now, _content(form, assignment), request.form.get("seen"))
    if gone := request.form.get("remove", type=int):
        evidence = next((evidence for evidence in report.evidence if evidence.id == gone), None)
        if evidence is None:
            raise NotFound("这份材料已经不在草稿中")
        actions.remove_evidence(evidence, report, me(), now)


def _content(form: ReportForm, assignment: Assignment) -> actions.Content:
    stored = []
    for upload in form.files.data or []:
        if upload and upload.filename:
            file = files.take(upload, me(), clock.now())
            stored.append((file, fitting_name(upload.filename, file.media_type), form.claim.data or ""))
    progress = form.progress.data if not form.progress.errors else None
    if progress is None:
        draft = queries.open_draft(queries.newest(assignment))
        progress = draft.progress if draft else assignment.progress
    return actions.Content(
        progress=progress,
        text=form.text.data or "",
        difficulties=form.difficulties.data or "",
        asks=form.asks.data or "",
        reason=form.reason.data or "",
        grounds=form.grounds.data or "",
        readings=form.readings,
        files=stored,
        claims=form.claims,
    )


def _done(assignment_id: int, said: str, place: str = "") -> Response:
    db.session.commit()
    flash(said)
    return redirect(url_for("reports.duty", assignment_id=assignment_id) + place)


def _back(report_id: int) -> Response:
    """To the queue when the reviewer came from there, else to the duty."""
    referrer = request.referrer or ""
    if referrer.startswith(request.host_url + "reports/?") or referrer == request.host_url + "reports/":
        return redirect(url_for("reports.index"))
    report = db.session.get_one(ProgressReport, report_id)
    return redirect(url_for("reports.duty", assignment_id=report.assignment_id))
