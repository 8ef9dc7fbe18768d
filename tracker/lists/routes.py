"""Pages of the three lists (问题清单、整改清单、责任清单) and of one account."""

from flask import Blueprint, current_app, redirect, render_template, request, send_file, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, can, requires, sees_all
from tracker.accounts.queries import unit_choices
from tracker.accounts.session import me
from tracker.lists import ledger, papers, queries
from tracker.lists.account import page as account
from tracker.lists.account.routes import bp as account_steps
from tracker.lists.extensions.routes import bp as extensions
from tracker.lists.groups.routes import bp as groups
from tracker.lists.intake.routes import bp as intake
from tracker.lists.links.routes import bp as links
from tracker.lists.look_backs.routes import bp as look_backs
from tracker.lists.models import Pace, ProblemSource, Severity
from tracker.lists.notices.routes import bp as notices
from tracker.lists.plans.routes import bp as plans
from tracker.lists.rules import together
from tracker.lists.settings.routes import bp as settings
from tracker.lists.supervision.routes import bp as supervision
from tracker.lists.waiting.routes import bp as waiting
from tracker.lists.workbook.routes import bp as workbook
from tracker.press import formats
from tracker.press.formats import Format
from tracker.tasks.models import Assignment
from tracker.workflow import RectificationState

bp = Blueprint("lists", __name__, url_prefix="/lists")
for part in (account_steps, extensions, look_backs, notices, supervision, waiting):
    bp.register_blueprint(part)
for entering in (groups, intake, links, plans, settings, workbook):
    bp.register_blueprint(entering)


@bp.app_template_global()
def accounts_of(duty: Assignment) -> list[queries.OfDuty]:
    """For the page of a duty, which lies upstream: the accounts it entered when it was overdue."""
    return queries.accounts_of(me(), duty)


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
        page=ledger.account_page(me(), view, tallies, today, lists[name].keys),
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
        longest=formats.LONGEST,
        address_of=lambda kind: url_for(".export", name=name, kind=kind) + view.href(),
        may_register=can(me(), Permission.JUDGE),
        oversees=can(me(), Permission.OVERSEE),
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


@bp.get("/<int:problem_id>")
@requires(Permission.VIEW)
def show(problem_id: int) -> Response:
    return account.page_of(queries.get_problem(me(), problem_id)).answer()
