"""The page of what the office asked of the units in a month (减负情况)."""

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.accounts.permissions import Permission, requires, sees_all
from tracker.accounts.queries import unit_choices
from tracker.accounts.session import me
from tracker.tasks.demands import queries
from tracker.tasks.demands.queries import DEMANDS
from tracker.tasks.demands.rules import Kind
from tracker.web.filters import month as month_words
from tracker.web.pages import page_of

bp = Blueprint("demands", __name__, url_prefix="/demands")

MONTHS = 12  # so many to choose from


@bp.get("/")
@requires(Permission.VIEW)
def index() -> str:
    """One month's demands, this one if none is named; the office also sees of whom and by whom how many."""
    months = queries.latest_months(clock.today(), MONTHS)
    asked = MultiDict(request.args)
    asked.setdefault("month", months[0])
    view, oversees = DEMANDS.view(asked), sees_all(me())
    month = view.get("month") or months[0]
    return render_template(
        "tasks/demands/index.html",
        view=view,
        month=month,
        months=[(one, month_words(one)) for one in sorted({month, *months}, reverse=True)],
        page=page_of(queries.demands(me(), view), view.number, view.size),
        oversees=oversees,
        units=unit_choices(),
        by_unit=queries.by_unit(month) if oversees else (),
        by_person=queries.by_person(month) if oversees else (),
        Kind=Kind,
    )
