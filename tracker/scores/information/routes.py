"""The page of the information assessment: why it is off; when it is on, the month's items and tallies."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.models import Unit
from tracker.accounts.permissions import Permission, can, requires
from tracker.accounts.queries import unit_choices
from tracker.accounts.session import me
from tracker.db import db
from tracker.scores.actions import a_month
from tracker.scores.information import actions, queries
from tracker.scores.information.forms import entry_form
from tracker.scores.information.rules import MOST, MOST_SENT, NOTE, POINTS, Use
from tracker.web.forms import FormPage, form_page, reason_given

bp = Blueprint("information", __name__, url_prefix="/information")


@bp.get("/")
@requires(Permission.RANK)
def index() -> Response:
    return _page().answer()


@bp.post("/")
@requires(Permission.EVALUATE)
def enter() -> Response:
    page, month = _page(), a_month(_month())
    form = page.form
    if not form.validate():
        return page.answer()
    unit = db.session.get_one(Unit, form.unit_id.data)
    actions.enter(unit, month, form.title.data, Use(form.use.data), me(), clock.now())
    return _done(f"已登记{unit.short_name}的信息", month)


@bp.post("/<int:information_id>/strike")
@requires(Permission.EVALUATE)
def strike(information_id: int) -> Response:
    entry = queries.get_entry(information_id)
    actions.strike(entry, me(), clock.now(), reason_given())
    return _done("已划去，留痕里仍有记录", entry.month)


@bp.post("/switch-on")
@requires(Permission.EVALUATE)
def switch_on() -> Response:
    actions.switch(True, me(), clock.now(), reason_given())
    return _done("已启用信息报送考核，理由已记录", "")


@bp.post("/switch-off")
@requires(Permission.EVALUATE)
def switch_off() -> Response:
    actions.switch(False, me(), clock.now(), reason_given())
    return _done("已停用信息报送考核，理由已记录", "")


def _month() -> str:
    return request.values.get("month") or f"{clock.today():%Y-%m}"


def _page() -> FormPage:
    month, on = a_month(_month()), queries.is_on()
    found = queries.entries(month) if on else []
    return form_page(
        "scores/information/index.html",
        entry_form(),
        month=month,
        is_on=on,
        note=NOTE,
        switches=queries.switches(),
        entries=found,
        tallies=queries.tallies(found) if on else [],
        names=dict(unit_choices()),
        points=POINTS,
        most_sent=MOST_SENT,
        most=MOST,
        uses=list(Use),
        may_edit=can(me(), Permission.EVALUATE),
    )


def _done(words: str, month: str) -> Response:
    db.session.commit()
    flash(words)
    return redirect(url_for(".index", month=month or None))
