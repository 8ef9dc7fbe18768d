"""Pages of the three lists (问题清单、整改清单、责任清单) and of one account."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, can, requires, sees_all
from tracker.accounts.queries import active_units, get_unit, unit_choices
from tracker.accounts.session import me
from tracker.db import db
from tracker.lists import actions, ledger, papers, queries
from tracker.lists.account import page as account
from tracker.lists.account.routes import bp as account_steps
from tracker.lists.extensions.routes import bp as extensions
from tracker.lists.forms import RegisterForm
from tracker.lists.look_backs.routes import bp as look_backs
from tracker.lists.models import Pace, ProblemSource, Severity
from tracker.lists.notices.routes import bp as notices
from tracker.lists.rules import together
from tracker.lists.supervision.routes import bp as supervision
from tracker.press import formats
from tracker.press.formats import Format
from tracker.web.forms import form_page
from tracker.workflow import RectificationState

bp = Blueprint("lists", __name__, url_prefix="/lists")
for part in (account_steps, extensions, look_backs, notices, supervision):
    bp.register_blueprint(part)


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
def show(problem_id: int) -> Response:
    return account.page_of(queries.get_problem(me(), problem_id)).answer()
