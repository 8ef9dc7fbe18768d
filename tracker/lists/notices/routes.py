"""Public notice of one account, posted from its page."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.session import me
from tracker.db import db
from tracker.lists.account.page import page_of
from tracker.lists.notices import actions, queries
from tracker.lists.notices.forms import AnswerForm, NoticeForm, ObjectionForm
from tracker.lists.queries import get_problem
from tracker.workdays import statutory

bp = Blueprint("notices", __name__)


@bp.post("/<int:problem_id>/notice")
@requires(Permission.JUDGE)
def give(problem_id: int) -> Response:
    problem, form = get_problem(me(), problem_id), NoticeForm()
    page = page_of(problem, notice=form)
    if not form.validate():
        return page.answer()
    place, starts_on, days = form.notice_place.data or "", form.starts_on.data, form.days.data
    actions.give(problem.rectification, me(), clock.now(), place, starts_on, days, statutory())
    return _done(problem_id, "公示已登记，期满且没有未答复的异议才能销号")


@bp.post("/<int:problem_id>/notice/objections")
@requires(Permission.JUDGE)
def enter_objection(problem_id: int) -> Response:
    problem, form = get_problem(me(), problem_id), ObjectionForm()
    page = page_of(problem, objection=form)
    if not form.validate():
        return page.answer()
    notice, said = queries.notice_of(problem), form.objection.data or ""
    actions.enter_objection(notice, me(), clock.now(), form.raised_on.data, form.raised_by.data or "", said)
    return _done(problem_id, "公示异议已登记，请答复")


@bp.post("/notice-objections/<int:objection_id>/answer")
@requires(Permission.JUDGE)
def answer_objection(objection_id: int) -> Response:
    objection = queries.get_objection(me(), objection_id)
    problem, form = objection.notice.rectification.problem, AnswerForm()
    page = page_of(problem, answer=form)
    if not form.validate():
        return page.answer()
    actions.answer_objection(objection, me(), clock.now(), form.answer.data or "")
    return _done(problem.id, "公示异议已答复")


def _done(problem_id: int, said: str) -> Response:
    db.session.commit()
    flash(said)
    return redirect(url_for("lists.show", problem_id=problem_id) + "#notice")
