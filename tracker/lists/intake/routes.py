"""建账 by hand, 更正, and the caller of a hot-line problem."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.queries import active_units, get_unit
from tracker.accounts.session import me
from tracker.accounts.trail import last_word
from tracker.db import db
from tracker.documents.queries import directory
from tracker.errors import Invalid, WrongState
from tracker.lists import actions, queries
from tracker.lists.actions import Findings
from tracker.lists.intake.actions import amend as amend_account
from tracker.lists.intake.actions import findings_of, show_caller
from tracker.lists.intake.forms import AccountForm
from tracker.lists.intake.rules import said_of, stages_of, units_of
from tracker.lists.links import actions as links
from tracker.lists.models import Pace, Problem, ProblemSource, Severity
from tracker.web.forms import form_page
from tracker.workflow import RectificationState

bp = Blueprint("intake", __name__)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.JUDGE)
def register() -> Response:
    form = AccountForm(found_on=clock.today(), accepting_unit=me().unit_id)
    form.offer(active_units())
    page = form_page("lists/intake/form.html", form, problem=None)
    if not form.validate_on_submit():
        return page.answer()
    problem = actions.register(_findings(form.said), me(), clock.now())
    links.link_numbers(problem, form.links.data or "", me(), clock.now())
    db.session.commit()
    flash(f"已建账，账号{problem.number}")
    return redirect(url_for("lists.show", problem_id=problem.id))


@bp.route("/<int:problem_id>/amend", methods=["GET", "POST"])
@requires(Permission.JUDGE)
def amend(problem_id: int) -> Response:
    problem = queries.get_problem(me(), problem_id)
    before = findings_of(problem)
    form = AccountForm(**_typed(before))
    form.offer(active_units())
    del form.links
    if problem.rectification.state is not RectificationState.REGISTERED:
        form.fix_issued()
    if problem.source is ProblemSource.OVERDUE:
        del form.source
    page = form_page("lists/intake/form.html", form, problem=problem, version=_version(problem))
    if not form.validate_on_submit():
        return page.answer()
    if request.form.get("version", _version(problem)) != _version(problem):
        raise WrongState(f"您打开页面后，{last_word(problem)}；您这次的改动没有保存，请核对后再改")
    amend_account(problem, _findings(_typed(before) | form.said, before), me(), clock.now())
    db.session.commit()
    flash("已更正，三张清单同时更新")
    return redirect(url_for("lists.show", problem_id=problem.id))


@bp.post("/<int:problem_id>/caller")
@requires(Permission.JUDGE)
def show_caller_of(problem_id: int) -> str:
    problem = queries.get_problem(me(), problem_id)
    caller = show_caller(problem, me(), clock.now())
    db.session.commit()
    return render_template("lists/intake/caller.html", problem=problem, caller=caller)


def _typed(findings: Findings) -> dict[str, Any]:
    """An account as the form shows it."""
    return {
        **vars(findings),
        "unit": findings.unit.id,
        "accepting_unit": findings.accepting_unit.id,
        "is_common": "1" if findings.is_common else "",
        "lead_unit": "" if findings.lead_unit in (None, findings.unit) else str(findings.lead_unit.id),
        "supports": "、".join(unit.name for unit in findings.supports),
        "stages": said_of(findings.stages),
    }


def _findings(said: dict[str, Any], before: Findings | None = None) -> Findings:
    """What the form says; Invalid tells at which field it cannot be understood."""
    names = directory()
    typed = {name: said[name] for name in ("text", "kind", "basis", "goal", "source_number", "caller")}
    people = {name: said[name] for name in ("remedy", "leader", "person", "phone", "content")}
    return Findings(
        **typed,
        **people,
        source=ProblemSource(said["source"]),
        found_on=said["found_on"],
        source_on=said["source_on"] or None,
        unit=get_unit(said["unit"]),
        severity=Severity(said["severity"]),
        is_common=bool(said["is_common"]),
        pace=Pace(said["pace"]),
        deadline=said["deadline"] or None,
        stages=_at("stages", stages_of, said["stages"]),
        lead_unit=get_unit(int(said["lead_unit"])) if said["lead_unit"] else None,
        supports=tuple(map(get_unit, _at("supports", units_of, said["supports"], names))),
        accepting_unit=get_unit(said["accepting_unit"]),
        document=before.document if before else None,
        document_point=before.document_point if before else None,
        assignment=before.assignment if before else None,
    )


def _at(field: str, read: Any, *said: Any) -> Any:
    """``read`` of what was typed; a refusal is put beside the field."""
    try:
        return read(*said)
    except Invalid as fault:
        raise Invalid(str(fault), **{field: str(fault)}) from fault


def _version(problem: Problem) -> str:
    """What the page showed: it stands in three records."""
    return f"{problem.version}-{problem.rectification.version}-{problem.responsibility.version}"
