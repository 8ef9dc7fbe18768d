"""从整改方案建账: the problems of a plan one by one, each next to its sentences."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.queries import active_units
from tracker.accounts.session import me
from tracker.db import db
from tracker.documents.directory import Directory, Match
from tracker.documents.models import Document
from tracker.documents.queries import directory, get_document
from tracker.lists import actions
from tracker.lists.intake.forms import AccountForm
from tracker.lists.intake.reading import entry_of
from tracker.lists.intake.rules import unknown
from tracker.lists.links import actions as links
from tracker.lists.models import ProblemSource
from tracker.lists.plans import queries
from tracker.lists.plans.rules import Item
from tracker.web.forms import form_page

bp = Blueprint("plans", __name__, url_prefix="/plans")


@bp.get("/")
@requires(Permission.JUDGE)
def index() -> str:
    return render_template("lists/plans/index.html", plans=queries.plans())


@bp.get("/<int:document_id>")
@requires(Permission.JUDGE)
def show(document_id: int) -> str:
    document = get_document(document_id)
    return render_template(
        "lists/plans/show.html",
        document=document,
        items=queries.items(document),
        entered=queries.entered(document, me()),
    )


@bp.route("/<int:document_id>/<int:place>", methods=["GET", "POST"])
@requires(Permission.JUDGE)
def register(document_id: int, place: int) -> Response:
    document = get_document(document_id)
    item, names = queries.get_item(document, place), directory()
    form = AccountForm(**_typed(document, item, names))
    form.offer(active_units())
    page = form_page(
        "lists/intake/form.html",
        form,
        problem=None,
        document=document,
        item=item,
        entered=queries.entered(document, me()).get(item.point, ()),
        doubts=[unknown(name, names) for name in item.units if names.resolve(name).match is Match.UNKNOWN],
    )
    if not form.validate_on_submit():
        return page.answer()
    findings = entry_of(form.said, names, document=document, document_point=item.point)
    problem = actions.register(findings, me(), clock.now())
    links.link_numbers(problem, form.links.data or "", me(), clock.now())
    db.session.commit()
    flash(f"已建账，账号{problem.number}")
    return redirect(url_for(".show", document_id=document.id, _anchor=f"item-{place}"))


def _typed(document: Document, item: Item, names: Directory) -> dict[str, object]:
    """The form as it is first shown: what was read in the plan."""
    owners = [id_ for name in item.units for id_ in names.resolve(name).unit_ids]
    accepting = names.resolve(str(item.typed["accepting_name"])).unit_ids
    found_on = min(document.issued_on or clock.today(), clock.today())
    return dict(item.typed) | {
        "source": ProblemSource.INSPECTION,
        "found_on": found_on,
        "unit": owners[0] if owners else 0,
        "accepting_unit": accepting[0] if accepting else me().unit_id,
        "basis": f"《{document.title}》{item.point}",
    }
