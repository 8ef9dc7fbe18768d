"""Pages of the review queue: one case in full with the next ones beside it, and 无变化 in bulk."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.queries import unit_choices
from tracker.accounts.session import me
from tracker.accounts.trail import last_word
from tracker.db import db
from tracker.reports.review import actions, queries
from tracker.reports.review.case import Case, case_of, last_touched
from tracker.reports.review.forms import SendBackForm
from tracker.reports.review.queries import QUEUE
from tracker.reports.review.rules import Kind, Part
from tracker.reports.rules import ReturnReason
from tracker.tasks.models import Assignment, Level
from tracker.tasks.queries import get_assignment
from tracker.web.forms import FormPage, form_page
from tracker.web.pages import View, whole
from tracker.workdays import statutory

bp = Blueprint("review", __name__, url_prefix="/review")

BESIDE = 10  # next cases shown beside the one that is open


@bp.get("/")
@requires(Permission.JUDGE)
def index() -> Response | str:
    """The oldest case that waits."""
    view = QUEUE.view(request.args)
    for first in queries.waiting(view, 1):
        case = case_of(get_assignment(me(), first.duty_id), statutory())
        if case is not None:
            return _page(case, view, SendBackForm(formdata=None)).answer()
    return _empty(view)


@bp.get("/<int:assignment_id>")
@requires(Permission.JUDGE)
def show(assignment_id: int) -> Response:
    view, duty = QUEUE.view(request.args), get_assignment(me(), assignment_id)
    case = case_of(duty, statutory())
    if case is None:
        flash(f"“{duty.task.title}”已不在待审核中：{last_word(last_touched(duty))}", "info")
        return _go_on(view, None)
    return _page(case, view, SendBackForm(formdata=None)).answer()


@bp.post("/<int:assignment_id>/accept")
@requires(Permission.JUDGE)
def accept(assignment_id: int) -> Response:
    view, duty = QUEUE.view(request.args), get_assignment(me(), assignment_id)
    case = case_of(duty, statutory())
    if case is None or case.stamp != request.form.get("seen", case.stamp):
        return _overtaken(duty, case, view)
    _page(case, view, SendBackForm(formdata=None))
    actions.accept(case, me(), clock.now())
    db.session.commit()
    flash(f"已{'办结' if case.kind is Kind.CLOSURE else '通过'}：{duty.unit.short_name}“{duty.task.title}”")
    return _go_on(view, case)


@bp.post("/<int:assignment_id>/send-back")
@requires(Permission.JUDGE)
def send_back(assignment_id: int) -> Response:
    view, duty = QUEUE.view(request.args), get_assignment(me(), assignment_id)
    case = case_of(duty, statutory())
    if case is None or case.stamp != request.form.get("seen", case.stamp):
        return _overtaken(duty, case, view)
    form = SendBackForm()
    page = _page(case, view, form)
    if not form.validate():
        return page.answer()
    actions.send_back(case, me(), clock.now(), ReturnReason(form.kind.data), form.reason.data or "")
    db.session.commit()
    flash(f"已退回：{duty.unit.short_name}“{duty.task.title}”")
    return _go_on(view, case)


@bp.get("/no-change")
@requires(Permission.JUDGE)
def unchanged() -> str:
    """All 无变化 that wait, ticked, for one decision."""
    return render_template(
        "reports/review/unchanged.html", reports=queries.unchanged(), total=queries.unchanged_count()
    )


@bp.post("/no-change")
@requires(Permission.JUDGE)
def accept_unchanged() -> Response:
    """通过 for those ticked; a box carries the report and the version that was shown: "12.3"."""
    seen = dict(_pair(said) for said in request.form.getlist("report"))
    settled = actions.accept_unchanged(seen, me(), clock.now())
    db.session.commit()
    if settled.accepted:
        flash(f"已通过{settled.accepted}件“无变化”")
    for words in settled.left:
        flash(f"没有处理，{words}", "warning")
    if not seen:
        flash("一件也没有勾选", "warning")
    return redirect(url_for(".unchanged" if queries.unchanged_count() else ".index"))


def _page(case: Case, view: View, form: SendBackForm) -> FormPage:
    """One case with what stands before and after it in the queue."""
    before = queries.waiting(view, 1, after=case.key, backwards=True)
    found = queries.counts(view)
    return form_page(
        "reports/review/show.html",
        form,
        case=case,
        view=view,
        total=found[view.get("kind")] if view.get("kind") else found.total(),
        following=queries.waiting(view, BESIDE, after=case.key),
        preceding=before[0] if before else None,
        unchanged=found[Kind.NO_CHANGE] if "unit" not in view.said else 0,
        may_decide=case.may_decide(me()),
        units=unit_choices(),
        Kind=Kind,
        Level=Level,
        Part=Part,
    )


def _empty(view: View) -> str:
    return render_template(
        "reports/review/empty.html", view=view, units=unit_choices(), Kind=Kind, Level=Level
    )


def _overtaken(duty: Assignment, case: Case | None, view: View) -> Response:
    """Somebody was faster: who did what, then the case as it stands now, or the next one."""
    words = last_word(last_touched(duty))
    advice = "请看过最新内容再办" if case else "下面是下一件"
    flash(f"“{duty.task.title}”：您打开页面后，{words}；您这次的操作没有生效，{advice}", "warning")
    return redirect(_address(duty.id, view)) if case else _go_on(view, None)


def _go_on(view: View, done: Case | None) -> Response:
    """To the case after the one that is done; after the last one to the oldest that was passed over."""
    after = queries.waiting(view, 1, after=done.key) if done else []
    following = next(iter(after or queries.waiting(view, 1)), None)
    return redirect(_address(following.duty_id, view) if following else url_for(".index") + view.href())


def _address(duty_id: int, view: View) -> str:
    return url_for(".show", assignment_id=duty_id) + view.href()


def _pair(said: str) -> tuple[int, int]:
    """(report id, version) of a ticked box; one that cannot be read names no report."""
    number, _, version = said.partition(".")
    try:
        return whole(number), whole(version)
    except ValueError:
        return 0, 0
