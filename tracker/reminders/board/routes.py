"""The page of the overdue board, and urging what is ticked on it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, can, requires
from tracker.accounts.queries import board_choices, unit_choices
from tracker.accounts.session import me
from tracker.db import db
from tracker.reminders.board import actions, queries
from tracker.reminders.board.queries import BOARD
from tracker.reminders.board.rules import workdays_late
from tracker.tasks.models import Duty, Level
from tracker.web.pages import SIZES, whole
from tracker.workdays import statutory

bp = Blueprint("board", __name__, url_prefix="/overdue")

NAMED = 5  # duties left that are named one by one


@bp.get("/")
@requires(Permission.OVERSEE)
def index() -> str:
    view, today, workdays = BOARD.view(request.args), clock.today(), statutory()
    units = queries.tallies(view, today, workdays)
    page = queries.page(view, units, today, workdays)
    ids = [row.id for row in page.rows]
    deadlines = {row.deadline for row in page.rows} | {unit.oldest for unit in units}
    return render_template(
        "reminders/board.html",
        view=view,
        page=page,
        tallies=units,
        by_unit={unit.unit_id: unit for unit in units},
        late=workdays_late(deadlines, today, workdays),
        contacts=queries.contacts(ids),
        urged=queries.urged_on(ids, today),
        grouped=queries.is_grouped(view),
        may_urge=can(me(), Permission.JUDGE),
        units=unit_choices(),
        boards=board_choices(),
        Level=Level,
        Duty=Duty,
    )


@bp.post("/urge")
@requires(Permission.JUDGE)
def urge() -> Response:
    """催办 what is ticked; twice is harmless."""
    ids = set(request.form.getlist("duty", type=whole)[: SIZES[-1]])
    urged = actions.urge(ids, me(), clock.now(), request.form.get("note", ""))
    db.session.commit()
    if urged.duties:
        flash(f"已催办{urged.duties}项，通知到{len(urged.people)}人（站内消息）")
    for words in urged.left[:NAMED]:
        flash(f"没有催办，{words}", "warning")
    if len(urged.left) > NAMED:
        flash(f"另有{len(urged.left) - NAMED}项没有催办，多为今天已经催办过的", "warning")
    if not ids:
        flash("一项也没有勾选", "warning")
    return redirect(url_for(".index") + BOARD.view(request.args).href(page=request.args.get("page", "")))
