"""Pages of appeals: filed from a sheet, decided by another person, the outcome kept."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock, files
from tracker.accounts.permissions import Permission, can, permit, requires
from tracker.accounts.session import me
from tracker.accounts.trail import check_version, timeline
from tracker.db import db
from tracker.errors import NotFound
from tracker.media import ACCEPTED, fitting_name
from tracker.scores.appeals import actions, queries
from tracker.scores.appeals.forms import AppealForm
from tracker.scores.explain import said
from tracker.scores.facts import Wish
from tracker.scores.models import Appeal, ScoreSheet
from tracker.scores.queries import get_sheet
from tracker.scores.rules import LABELS
from tracker.web.forms import form_page, reason_given
from tracker.web.pages import page_of, whole
from tracker.workflow import APPEAL, EvaluationState

bp = Blueprint("appeals", __name__)


@bp.get("/appeals/")
@requires(Permission.RANK)
def index() -> str:
    page = page_of(queries.visible_to(me()), request.args.get("page", 1, type=whole) or 1, 50)
    return render_template("scores/appeals/index.html", page=page, label_of=label_of)


@bp.route("/sheets/<int:sheet_id>/appeal", methods=["GET", "POST"])
@requires(Permission.RANK)
def contest(sheet_id: int) -> Response:
    """提出申诉 by the unit's head; 登记更正 of a final month by the office."""
    sheet = get_sheet(me(), sheet_id)
    code, subject = request.values.get("line", ""), request.values.get("fact", "")
    fact = actions.fact_of(sheet, code, subject)
    is_late = sheet.evaluation.state is EvaluationState.FINAL
    permit(me(), Permission.EVALUATE if is_late else Permission.APPLY, sheet)
    form = AppealForm()
    if code in actions.ONLY_OUT:
        form.wish.choices = [choice for choice in form.wish.choices if choice.value == Wish.EXEMPT]
    page = form_page(
        "scores/appeals/new.html",
        form,
        sheet=sheet,
        code=code,
        fact=fact,
        said=said(fact),
        label=label_of(sheet, code),
        accepted_kinds=ACCEPTED,
    )
    if not form.validate_on_submit():
        return page.answer()
    now, upload = clock.now(), form.file.data
    file = files.take(upload, me(), now) if upload else None
    name = fitting_name(upload.filename, file.media_type) if file else ""
    claim = actions.Claim(code, subject, Wish(form.wish.data), form.grounds.data, file, name)
    appeal = actions.submit(sheet, claim, me(), now)
    return _done(appeal, "已登记更正，由另一位督查员裁定" if appeal.is_late else "已提出申诉，由另一人裁定")


@bp.get("/appeals/<int:appeal_id>")
@requires(Permission.RANK)
def show(appeal_id: int) -> str:
    appeal = queries.get_appeal(me(), appeal_id)
    steps = [
        step for step in APPEAL.available(appeal, me()) if not (step.action == "recall" and appeal.is_late)
    ]
    return render_template(
        "scores/appeals/show.html",
        appeal=appeal,
        label=label_of(appeal.sheet, appeal.code),
        steps=steps,
        may_evaluate=can(me(), Permission.EVALUATE),
        entries=timeline(appeal),
    )


@bp.get("/appeals/<int:appeal_id>/file")
@requires(Permission.RANK)
def show_file(appeal_id: int) -> Response:
    appeal = queries.get_appeal(me(), appeal_id)
    if appeal.file is None:
        raise NotFound("这件申诉没有附材料")
    return files.answer(appeal.file, appeal.file_name, shown="shown" in request.args)


@bp.post("/appeals/<int:appeal_id>/recall")
@requires(Permission.APPLY)
def recall(appeal_id: int) -> Response:
    appeal = _loaded(appeal_id)
    actions.recall(appeal, me(), clock.now())
    return _done(appeal, "已撤回申诉")


@bp.post("/appeals/<int:appeal_id>/uphold")
@requires(Permission.EVALUATE)
def uphold(appeal_id: int) -> Response:
    appeal = _loaded(appeal_id)
    actions.uphold(appeal, me(), clock.now(), reason_given())
    return _done(appeal, "申诉成立，在以后的月份更正" if appeal.is_late else "申诉成立，本组已经重新计分排名")


@bp.post("/appeals/<int:appeal_id>/refuse")
@requires(Permission.EVALUATE)
def refuse(appeal_id: int) -> Response:
    appeal = _loaded(appeal_id)
    actions.refuse(appeal, me(), clock.now(), reason_given())
    return _done(appeal, "申诉不成立，理由已记录")


def label_of(sheet: ScoreSheet, code: str) -> str:
    """What a line is called."""
    indicators = sheet.evaluation.model.rules["indicators"]
    return str(indicators[code]["label"] if code in indicators else LABELS.get(code, code))


def may_contest(sheet: ScoreSheet) -> bool:
    """Whether this person may contest what stands on the sheet, today."""
    evaluation = sheet.evaluation
    if evaluation.state is EvaluationState.FINAL:
        return can(me(), Permission.EVALUATE)
    is_open = evaluation.appeals_until is not None and clock.today() <= evaluation.appeals_until
    return is_open and can(me(), Permission.APPLY, sheet)


def _loaded(appeal_id: int) -> Appeal:
    appeal = queries.get_appeal(me(), appeal_id)
    check_version(appeal, request.form.get("version", type=int))
    return appeal


def _done(appeal: Appeal, words: str) -> Response:
    db.session.commit()
    flash(words)
    return redirect(url_for("scores.appeals.show", appeal_id=appeal.id))
