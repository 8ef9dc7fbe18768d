"""The page on who struck off what."""

from flask import Blueprint, render_template, request

from tracker.accounts.permissions import Permission, requires
from tracker.lists.supervision import queries
from tracker.web.pages import page_of
from tracker.workdays import statutory

bp = Blueprint("supervision", __name__, url_prefix="/supervision")


@bp.get("/")
@requires(Permission.OVERSEE)
def index() -> str:
    view = queries.STRIKE_OFFS.view(request.args)
    page = page_of(queries.strike_offs(view), view.number, view.size)
    workdays = statutory()
    return render_template(
        "lists/supervision.html",
        view=view,
        closers=queries.closers(view, workdays),
        page=page,
        rows=[(closure, queries.workdays_to_close(closure, workdays)) for closure in page.rows],
        people=queries.people(),
        quick=queries.QUICK_WORKDAYS,
    )
