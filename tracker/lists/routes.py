"""Pages of the three lists (问题清单、整改清单、责任清单) and of one account."""

from collections.abc import Callable

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, can, requires, sees_all
from tracker.accounts.queries import active_units, get_unit, unit_choices
from tracker.accounts.session import me
from tracker.accounts.trail import timeline
from tracker.db import db
from tracker.lists import actions, ledger, papers, queries
from tracker.lists.forms import ClosingForm, FindingsForm, PaceForm, ReasonForm, RegisterForm, RemedyForm
from tracker.lists.models import Pace, ProblemSource, Rectification, Severity
from tracker.lists.rules import Slot, together
from tracker.press import formats
from tracker.press.formats import Format
from tracker.web.forms import form_page
from tracker.workflow import RECTIFICATION, RectificationState

bp = Blueprint("lists", __name__, url_prefix="/lists")


@bp.get("/")
@requires(Permission.VIEW)
def index() -> Response:
    return redirect(url_for("lists.show_list", name="problems"))


@bp.get("/<any(problems,rectifications,responsibilities):name>")
@requires(Permission.VIEW)
def show_list(name: str) -> str:
    view, today, lists = ledger.ACCOUNTS.view(request.args), clock.today(), ledger.list_views()
    tallies = ledger.tallies(me(), view, today)
    whole = together(tallies.values())
    return render_template(
        "lists/index.html",
        name=name,
        lists=lists,
        cells=lists[name].cells,
        view=view,
        page=ledger.account_page(me(), view, whole.total, today, lists[name].keys),
        whole=whole,
        tallies=tallies,
        group_key=ledger.group_key,
        units=unit_choices() if sees_all(me()) else [],
        states=[(word.value, word.label) for word in (ledger.Scope.OPEN, *RectificationState)],
        words=ledger,
        Pace=Pace,
        ProblemSource=ProblemSource,
        Severity=Severity,
        Format=Format,
        may_register=can(me(), Permission.JUDGE),
    )


@bp.get("/<any(problems,rectifications,responsibilities):name>.<any(xlsx,pdf,docx):kind>")
@requires(Permission.VIEW)
def export(name: str, kind: str) -> Response:
    """What the list shows with these filters and groups, as a file."""
    view, today = ledger.ACCOUNTS.view(request.args), clock.today()
    wanted = papers.ListFile(ledger.list_views()[name], view, me(), today)
    file = formats.file(Format(kind), wanted, me().unit.name, current_app.config)
    called = f"{wanted.shown.title}{today:%Y%m%d}.{kind}"
    return send_file(file, Format(kind).media_type, as_attachment=True, download_name=called)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.JUDGE)
def register() -> Response:
    form = RegisterForm(found_on=clock.today(), accepting_unit=me().unit_id)
    form.offer(list(active_units()))
    page = form_page("lists/register.html", form)
    if not form.validate_on_submit():
        return page.answer()
    values = form.values
    problem = actions.register(
        actions.Findings(
            **values
            | {
                "source": ProblemSource(values["source"]),
                "severity": Severity(values["severity"]),
                "pace": Pace(values["pace"]),
                "is_common": bool(values["is_common"]),
                "kind": values["kind"] or "",
                "basis": values["basis"] or "",
                "unit": get_unit(values["unit"]),
                "accepting_unit": get_unit(values["accepting_unit"]),
            }
        ),
        me(),
        clock.now(),
    )
    db.session.commit()
    flash(f"已建账，账号{problem.number}")
    return redirect(url_for("lists.show", problem_id=problem.id))


@bp.get("/<int:problem_id>")
@requires(Permission.VIEW)
def show(problem_id: int) -> str:
    problem = queries.get_problem(me(), problem_id)
    rectification = problem.rectification
    return render_template(
        "lists/show.html",
        problem=problem,
        rectification=rectification,
        responsibility=problem.responsibility,
        steps={step.action: step for step in RECTIFICATION.available(rectification, me())},
        is_own=can(me(), Permission.ANSWER, rectification),
        remedy_form=RemedyForm(
            formdata=None, remedy=rectification.remedy, person=problem.responsibility.person
        ),
        pace_form=PaceForm(formdata=None, progress=rectification.progress),
        closing_form=ClosingForm(
            formdata=None, **{slot.slot.value: slot.text for slot in rectification.slots}
        ),
        checks=queries.site_checks(rectification),
        Slot=Slot,
        State=RectificationState,
        entries=timeline(problem, rectification),
    )


@bp.post("/<int:problem_id>/issue")
@requires(Permission.JUDGE)
def issue(problem_id: int) -> Response:
    return _step(problem_id, lambda item: actions.issue(item, me(), clock.now()), "已交办")


@bp.post("/<int:problem_id>/receive")
@requires(Permission.ANSWER)
def receive(problem_id: int) -> Response:
    return _step(problem_id, lambda item: actions.receive(item, me(), clock.now()), "已认领，请拟定整改措施")


@bp.post("/<int:problem_id>/dispute")
@requires(Permission.ANSWER)
def dispute(problem_id: int) -> Response:
    return _step(problem_id, lambda item: actions.dispute(item, me(), clock.now(), _reason()), "异议已提出")


@bp.post("/<int:problem_id>/uphold")
@requires(Permission.JUDGE)
def uphold(problem_id: int) -> Response:
    return _step(
        problem_id, lambda item: actions.uphold(item, me(), clock.now(), _reason()), "异议成立，已中止"
    )


@bp.post("/<int:problem_id>/overrule")
@requires(Permission.JUDGE)
def overrule(problem_id: int) -> Response:
    return _step(problem_id, lambda item: actions.overrule(item, me(), clock.now(), _reason()), "异议不成立")


@bp.post("/<int:problem_id>/remedy")
@requires(Permission.ANSWER)
def propose(problem_id: int) -> Response:
    form = RemedyForm()
    return _step(
        problem_id,
        lambda item: actions.propose(item, me(), clock.now(), form.remedy.data or "", form.person.data or ""),
        "措施已提交，等待审定",
    )


@bp.post("/<int:problem_id>/approve")
@requires(Permission.JUDGE)
def approve(problem_id: int) -> Response:
    return _step(problem_id, lambda item: actions.approve(item, me(), clock.now()), "措施已审定，进入整改")


@bp.post("/<int:problem_id>/reports")
@requires(Permission.ANSWER)
def report_progress(problem_id: int) -> Response:
    form = PaceForm()
    progress = form.progress.data if form.validate() else -1
    return _step(
        problem_id,
        lambda item: actions.report_progress(
            item, me(), clock.now(), progress if progress is not None else -1, form.text.data or ""
        ),
        "整改进展已填报",
    )


@bp.post("/<int:problem_id>/request-closure")
@requires(Permission.APPLY)
def request_closure(problem_id: int) -> Response:
    form = ClosingForm()
    slots = {name: value or "" for name, value in form.values.items()}
    return _step(
        problem_id, lambda item: actions.request_closure(item, me(), clock.now(), slots), "已申请销号"
    )


@bp.post("/<int:problem_id>/verify")
@requires(Permission.VERIFY)
def verify(problem_id: int) -> Response:
    findings = FindingsForm().findings.data or ""
    return _step(problem_id, lambda item: actions.verify(item, me(), clock.now(), findings), "核查通过")


@bp.post("/<int:problem_id>/send-back")
@requires(Permission.JUDGE)
def send_back(problem_id: int) -> Response:
    return _step(problem_id, lambda item: actions.send_back(item, me(), clock.now(), _reason()), "已退回")


@bp.post("/<int:problem_id>/close")
@requires(Permission.JUDGE)
def close(problem_id: int) -> Response:
    return _step(problem_id, lambda item: actions.close(item, me(), clock.now(), _reason()), "已销号")


@bp.post("/<int:problem_id>/reopen")
@requires(Permission.JUDGE)
def reopen(problem_id: int) -> Response:
    return _step(problem_id, lambda item: actions.reopen(item, me(), clock.now(), _reason()), "已恢复挂账")


@bp.post("/<int:problem_id>/withdraw")
@requires(Permission.HALT)
def withdraw(problem_id: int) -> Response:
    return _step(problem_id, lambda item: actions.withdraw(item, me(), clock.now(), _reason()), "已中止")


def _step(problem_id: int, verb: Callable[[Rectification], None], said: str) -> Response:
    """Load, one verb, commit, and back to the account."""
    verb(queries.get_problem(me(), problem_id).rectification)
    db.session.commit()
    flash(said)
    return redirect(url_for("lists.show", problem_id=problem_id))


def _reason() -> str:
    return ReasonForm().reason.data or ""
