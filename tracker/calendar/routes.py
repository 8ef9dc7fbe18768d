"""The administrator's pages of the working calendar: a year at a glance, and importing its notice."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.session import me
from tracker.accounts.trail import timeline
from tracker.calendar import actions, queries
from tracker.calendar.forms import NoticeForm
from tracker.db import db
from tracker.errors import NotFound
from tracker.web.forms import form_page
from tracker.web.pages import whole
from tracker.workdays import read_from, statutory

FIRST, LAST = 2004, 2099  # what the calendar has pages for

bp = Blueprint("calendar", __name__, url_prefix="/calendar")
read_from(queries.current)


@bp.get("/")
@requires(Permission.MANAGE)
def index() -> str:
    year = request.args.get("year", clock.today().year, type=whole) or clock.today().year
    if not FIRST <= year <= LAST:
        raise NotFound(f"工作日历只有{FIRST}年至{LAST}年")
    workdays, notices = statutory(), queries.notices(year)
    months = queries.months(year, workdays)
    return render_template(
        "calendar/index.html",
        year=year,
        span=(FIRST, LAST),
        months=months,
        total=sum(workdays.is_workday(cell.day) for month in months for cell in month if cell),
        festivals=queries.festivals(year),
        estimated=workdays.is_estimated(year),
        notices=notices,
        entries=timeline(*notices) if notices else [],
    )


@bp.get("/import")
@requires(Permission.MANAGE)
def choose() -> Response:
    """Paste a notice; or begin with what a year was before one was imported."""
    earlier = request.args.get("before", type=whole)
    text = queries.get_notice(earlier).before if earlier else ""
    return form_page("calendar/import.html", NoticeForm(formdata=None, text=text)).answer()


@bp.post("/preview")
@requires(Permission.MANAGE)
def preview() -> Response:
    """What the text says and what would change; nothing is written."""
    form = NoticeForm()
    page = form_page("calendar/import.html", form)
    if not form.validate():
        return page.answer()
    plan = queries.plan(form.text.data)
    template = "calendar/import.html" if plan.faults else "calendar/preview.html"
    shown = render_template(template, form=form, plan=plan, seen=queries.latest_id())
    return make_response(shown, 422 if plan.faults else 200)


@bp.post("/import")
@requires(Permission.MANAGE)
def import_notice() -> Response:
    form = NoticeForm()
    page = form_page("calendar/import.html", form)
    if not form.validate():
        return page.answer()
    notice = actions.import_notice(form.text.data, me(), clock.now(), request.form.get("seen", type=whole))
    db.session.commit()
    flash(f"{notice.year}年的放假安排已导入，各处的工作日随即按新安排计算")
    return redirect(url_for(".index", year=notice.year))
