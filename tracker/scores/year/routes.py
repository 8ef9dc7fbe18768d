"""The year's page and workbook; a unit sees its own row."""

from decimal import Decimal

from flask import Blueprint, flash, redirect, request, send_file, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.models import Unit
from tracker.accounts.permissions import Permission, can, requires, sees_all
from tracker.accounts.session import me
from tracker.db import db
from tracker.errors import Invalid
from tracker.scores.year import actions, queries
from tracker.scores.year.forms import rate_form
from tracker.scores.year.queries import BoardYear
from tracker.scores.year.workbook import year_book
from tracker.web.forms import FormPage, form_page
from tracker.web.pages import whole
from tracker.web.sheets import WORKBOOK_TYPE

bp = Blueprint("year", __name__, url_prefix="/year")


@bp.get("/")
@requires(Permission.RANK)
def index() -> Response:
    return _page(_year()).answer()


@bp.post("/")
@requires(Permission.EVALUATE)
def rate() -> Response:
    year = _year()
    page = _page(year)
    form = page.form
    if not form.validate():
        return page.answer()
    unit = db.session.get_one(Unit, form.unit_id.data)
    actions.rate(unit, year, Decimal(form.score.data), form.grounds.data, me(), clock.now())
    db.session.commit()
    flash(f"已评{unit.short_name}{year}年日常管理分")
    return redirect(url_for(".index", year=year))


@bp.get("/<int:year>.xlsx")
@requires(Permission.RANK)
def workbook(year: int) -> Response:
    boards = _visible(year)
    if not boards:
        raise Invalid(f"{year}年还没有定稿的月度评价")
    book = year_book(year, boards, queries.months_of(year), queries.rules_of(year))
    name = f"{year}年度评价.xlsx"
    return send_file(book, mimetype=WORKBOOK_TYPE, as_attachment=True, download_name=name)


def _year() -> int:
    year = request.values.get("year", type=whole)
    found = queries.years()
    return year if year in found else found[0] if found else clock.today().year


def _page(year: int) -> FormPage:
    return form_page(
        "scores/year/index.html",
        rate_form(),
        year=year,
        years=queries.years(),
        months=queries.months_of(year),
        boards=_visible(year),
        rules=queries.rules_of(year),
        may_edit=can(me(), Permission.EVALUATE),
        sees_all=sees_all(me()),
    )


def _visible(year: int) -> list[BoardYear]:
    """A unit sees its own row, with its place; the office sees all."""
    boards, user = queries.board_years(year), me()
    if sees_all(user):
        return boards
    own = [BoardYear(one.name, [row for row in one.rows if row.unit.id == user.unit_id]) for one in boards]
    return [one for one in own if one.rows]
