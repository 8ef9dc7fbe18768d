"""The steps of one account, each posted from its page, and its files."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug import Response as Answer

from tracker import clock, files
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.queries import active_units, get_unit
from tracker.accounts.session import me
from tracker.accounts.trail import check_version
from tracker.db import db
from tracker.errors import Invalid
from tracker.lists.account import actions, closing, progress, queries
from tracker.lists.account.forms import (
    DisputeForm,
    ProgressForm,
    ReasonForm,
    ReopenForm,
    ReviewForm,
    SlotsForm,
    UpholdForm,
    VisitForm,
    plan_form,
    slots_form,
)
from tracker.lists.account.models import RectificationReport
from tracker.lists.account.page import page_of, proofs, seen_version
from tracker.lists.models import Problem, Rectification
from tracker.lists.queries import get_problem
from tracker.lists.rules import Slot
from tracker.reports import preview
from tracker.reports.rules import ReturnReason
from tracker.tasks.models import Ground

bp = Blueprint("account", __name__)


@bp.post("/<int:problem_id>/issue")
@requires(Permission.JUDGE)
def issue(problem_id: int) -> Answer:
    hurry = request.form.get("hurry", "")
    return _step(problem_id, lambda item: actions.issue(item, me(), clock.now(), hurry), "已交办")


@bp.post("/<int:problem_id>/receive")
@requires(Permission.ANSWER)
def receive(problem_id: int) -> Answer:
    said = "已认领，请拟定整改措施"
    return _step(problem_id, lambda item: actions.receive(item, me(), clock.now()), said)


@bp.post("/<int:problem_id>/dispute")
@requires(Permission.ANSWER)
def dispute(problem_id: int) -> Answer:
    form = DisputeForm()
    ground = Ground(form.ground.data) if form.ground.validate(form) else Ground.OTHER
    reason = form.reason.data or ""
    said = "异议已提出，答复前计时暂停"
    return _step(problem_id, lambda item: actions.dispute(item, me(), clock.now(), ground, reason), said)


@bp.post("/<int:problem_id>/uphold")
@requires(Permission.JUDGE)
def uphold(problem_id: int) -> Answer:
    problem, form = get_problem(me(), problem_id), UpholdForm()
    form.offer(list(active_units()))
    page = page_of(problem, uphold=form)
    if not form.validate():
        return page.answer()
    change = None
    if form.outcome.data == "reissue":
        unit, deadline = get_unit(form.unit.data), form.deadline.data
        change = actions.Change(unit, deadline, form.text.data or "", form.goal.data or "")
    item = _seen(problem)
    actions.uphold(item, me(), clock.now(), form.reason.data or "", change, form.hurry.data or "")
    return _done(problem_id, "异议成立，已改动并重新交办" if change else "异议成立，已中止")


@bp.post("/<int:problem_id>/overrule")
@requires(Permission.JUDGE)
def overrule(problem_id: int) -> Answer:
    return _step(
        problem_id, lambda item: actions.overrule(item, me(), clock.now(), _reason()), "异议不成立，仍待认领"
    )


@bp.post("/<int:problem_id>/remedy")
@requires(Permission.ANSWER)
def propose(problem_id: int) -> Answer:
    problem = get_problem(me(), problem_id)
    form = plan_form(problem.rectification.milestones)()
    page = page_of(problem, plan=form)
    if not form.validate():
        return page.answer()
    plan = actions.Plan(
        form.remedy.data or "",
        form.leader.data or "",
        form.person.data or "",
        form.phone.data or "",
        form.stages,
    )
    actions.propose(_seen(problem), me(), clock.now(), plan)
    return _done(problem_id, "措施已提交，等待审定")


@bp.post("/<int:problem_id>/approve")
@requires(Permission.JUDGE)
def approve(problem_id: int) -> Answer:
    return _step(problem_id, lambda item: actions.approve(item, me(), clock.now()), "措施已审定，进入整改")


@bp.post("/<int:problem_id>/reports")
@requires(Permission.ANSWER)
def report(problem_id: int) -> Answer:
    problem, form = get_problem(me(), problem_id), ProgressForm()
    quarters = queries.account_of(problem).quarters_open(clock.today())
    form.offer(problem.rectification.milestones, quarters)
    page = page_of(problem, progress=form)
    if not form.validate():
        return page.answer()
    said = progress.Progress(
        form.progress.data,
        form.text.data or "",
        int(form.milestone.data) if form.milestone.data else None,
        form.quarter.data or None,
        proofs(form.files.data, form.claim.data or ""),
    )
    progress.report(_seen(problem), me(), clock.now(), said)
    return _done(problem_id, "整改进展已填报")


@bp.post("/reports/<int:rectification_report_id>/recall")
@requires(Permission.ANSWER)
def recall(rectification_report_id: int) -> Answer:
    filed = queries.get_report(me(), rectification_report_id)
    progress.recall(filed, me(), clock.now())
    return _done(filed.rectification.problem_id, "已撤回，请修改后重新填报", "#progress-report")


@bp.post("/reports/<int:rectification_report_id>/accept")
@requires(Permission.JUDGE)
def accept(rectification_report_id: int) -> Answer:
    filed, form = _reviewed(rectification_report_id)
    progress.accept(filed, me(), clock.now(), form.answer.data or "")
    return _done(filed.rectification.problem_id, "整改进展已通过", "#reports")


@bp.post("/reports/<int:rectification_report_id>/send-back")
@requires(Permission.JUDGE)
def send_back_report(rectification_report_id: int) -> Answer:
    filed, form = _reviewed(rectification_report_id)
    kind, reason = ReturnReason(form.kind.data), form.answer.data or ""
    progress.send_back(filed, me(), clock.now(), kind, reason)
    return _done(filed.rectification.problem_id, "整改进展已退回，单位修改后会再报来", "#reports")


@bp.post("/<int:problem_id>/take-over")
@requires(Permission.ANSWER)
def take_over(problem_id: int) -> Answer:
    said = "已带入承办项的办结材料，请核对后由单位负责人申请销号"
    return _step(problem_id, lambda item: closing.take_over(item, me(), clock.now()), said)


@bp.post("/<int:problem_id>/slots")
@requires(Permission.ANSWER)
def save_slots(problem_id: int) -> Answer:
    """存销号材料, with files brought or taken off."""
    problem = get_problem(me(), problem_id)
    form = _slots_form(problem)
    page = page_of(problem, slots=form)
    if not form.validate():
        return page.answer()
    item = problem.rectification
    closing.save_slots(item, me(), clock.now(), _entries(form))
    if gone := request.form.get("remove", type=int):
        closing.remove_proof(queries.get_proof(me(), gone), item, me(), clock.now())
    return _done(problem_id, "销号材料已保存", "#closing")


@bp.post("/<int:problem_id>/request-closure")
@requires(Permission.APPLY)
def request_closure(problem_id: int) -> Answer:
    """申请销号. What was filled in is kept first, files too: a refusal costs nobody an upload."""
    problem = get_problem(me(), problem_id)
    form = _slots_form(problem)
    page = page_of(problem, slots=form)
    if not form.validate():
        return page.answer()
    item = _seen(problem)
    if f"{Slot.EFFECT}_text" in request.form:
        closing.save_slots(item, me(), clock.now(), _entries(form))
        db.session.commit()
        page_of(problem, slots=form)
    closing.request_closure(item, me(), clock.now())
    return _done(problem_id, "已申请销号，等待验收单位现场核查")


@bp.post("/<int:problem_id>/verify")
@requires(Permission.VERIFY)
def verify(problem_id: int) -> Answer:
    return _visit(problem_id, closing.verify, "核查通过，等待销号")


@bp.post("/<int:problem_id>/refuse")
@requires(Permission.VERIFY)
def refuse(problem_id: int) -> Answer:
    return _visit(problem_id, closing.refuse, "核查不通过，已退回责任单位")


@bp.post("/<int:problem_id>/send-back")
@requires(Permission.JUDGE)
def send_back(problem_id: int) -> Answer:
    return _step(problem_id, lambda item: actions.send_back(item, me(), clock.now(), _reason()), "已退回")


@bp.post("/<int:problem_id>/close")
@requires(Permission.JUDGE)
def close(problem_id: int) -> Answer:
    return _step(problem_id, lambda item: closing.close(item, me(), clock.now(), _reason()), "已销号")


@bp.post("/<int:problem_id>/reopen")
@requires(Permission.JUDGE)
def reopen(problem_id: int) -> Answer:
    problem, form = get_problem(me(), problem_id), ReopenForm()
    page = page_of(problem, reopen=form)
    if not form.validate():
        return page.answer()
    reason, hurry = form.reason.data or "", form.hurry.data or ""
    actions.reopen(_seen(problem), me(), clock.now(), reason, form.new_deadline.data, hurry)
    return _done(problem_id, "已恢复挂账，账号不变")


@bp.post("/<int:problem_id>/withdraw")
@requires(Permission.HALT)
def withdraw(problem_id: int) -> Answer:
    return _step(problem_id, lambda item: actions.withdraw(item, me(), clock.now(), _reason()), "已中止")


@bp.get("/proofs/<int:proof_id>")
@requires(Permission.VIEW)
def show_proof(proof_id: int) -> Response:
    """The file itself, to be saved; a picture may be ``shown``."""
    proof = queries.get_proof(me(), proof_id)
    return files.answer(proof.file, proof.name, shown="shown" in request.args)


@bp.get("/proofs/<int:proof_id>/view")
@requires(Permission.VIEW)
def view_proof(proof_id: int) -> str:
    """A page that shows what of a file can be shown."""
    proof = queries.get_proof(me(), proof_id)
    problem = get_problem(me(), queries.problem_of(proof))
    return render_template(
        "lists/proof.html", proof=proof, problem=problem, preview=preview.preview_of(proof.file)
    )


@bp.get("/proofs/<int:proof_id>/pages/<int:number>")
@requires(Permission.VIEW)
def show_proof_page(proof_id: int, number: int) -> Response:
    """One page of a PDF as a picture."""
    picture = preview.page_of(queries.get_proof(me(), proof_id).file, number)
    return Response(picture, mimetype="image/png", headers={"Content-Security-Policy": files.POLICY})


def _step(problem_id: int, verb: Callable[[Rectification], None], said: str) -> Answer:
    """Load, one verb, commit, and back to the account."""
    verb(_seen(get_problem(me(), problem_id)))
    return _done(problem_id, said)


def _visit(problem_id: int, verb: Callable[..., None], said: str) -> Answer:
    problem, form = get_problem(me(), problem_id), VisitForm()
    page = page_of(problem, visit=form)
    if not form.validate():
        return page.answer()
    visit = closing.Visit(
        form.findings.data or "", form.place.data or "", form.checked_on.data, proofs(form.photos.data)
    )
    verb(_seen(problem), me(), clock.now(), visit)
    return _done(problem_id, said)


def _seen(problem: Problem) -> Rectification:
    """The rectification, unless it has changed since the page was shown."""
    check_version(problem.rectification, seen_version())
    return problem.rectification


def _reviewed(report_id: int) -> tuple[RectificationReport, ReviewForm]:
    """A report as it stood on the page, and what its reviewer says; refusals come back on the page."""
    filed, form = queries.get_report(me(), report_id), ReviewForm()
    page_of(filed.rectification.problem, review=form)
    if not form.validate():
        raise Invalid("请选择退回原因，意见不超过2000个字")
    check_version(filed, seen_version())
    return filed, form


def _slots_form(problem: Problem) -> SlotsForm:
    return slots_form({slot.slot: slot for slot in problem.rectification.present_slots})()


def _entries(form: SlotsForm) -> dict[Slot, closing.SlotEntry]:
    entries = {}
    for slot in Slot:
        applies, text, uploads = form.entry(slot)
        entries[slot] = closing.SlotEntry(applies, text, proofs(uploads.data, slot.label))
    return entries


def _reason() -> str:
    return ReasonForm().reason.data or ""


def _done(problem_id: int, said: str, place: str = "") -> Answer:
    db.session.commit()
    flash(said)
    return redirect(url_for("lists.show", problem_id=problem_id) + place)
