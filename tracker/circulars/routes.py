"""Pages of the circular: draft, words, signatures, paper."""

from io import BytesIO

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug import Response

from tracker import clock, files
from tracker.accounts.permissions import Permission, can, requires
from tracker.accounts.session import me
from tracker.accounts.trail import timeline
from tracker.circulars import actions, queries
from tracker.circulars.actions import House
from tracker.circulars.compose import plain
from tracker.circulars.forms import ReasonForm
from tracker.db import db
from tracker.errors import WrongState
from tracker.press.fonts import announcements
from tracker.scores.queries import months
from tracker.web.pages import page_of, whole
from tracker.workdays import statutory
from tracker.workflow import CIRCULAR, CircularState

bp = Blueprint("circulars", __name__, url_prefix="/circulars")


@bp.get("/")
@requires(Permission.RANK)
def index() -> str:
    page = page_of(queries.visible_to(me()), request.args.get("page", 1, type=whole) or 1, 20)
    drafted = queries.drafted_months()
    waiting = [month for month in months() if month not in drafted] if can(me(), Permission.CIRCULATE) else []
    return render_template("circulars/index.html", page=page, waiting=waiting)


@bp.post("/<string(length=7):month>/draft")
@requires(Permission.CIRCULATE)
def draft(month: str) -> Response:
    circular = actions.draft(month, _house(), me(), clock.now(), statutory())
    db.session.commit()
    flash("已拟稿，请核对文字")
    return redirect(url_for("circulars.show", circular_id=circular.id))


@bp.get("/<int:circular_id>")
@requires(Permission.RANK)
def show(circular_id: int) -> str:
    circular = queries.get_circular(me(), circular_id)
    parts = actions.parts_of(circular)
    return render_template(
        "circulars/show.html",
        circular=circular,
        parts=parts,
        figures=actions.figures_of(circular),
        characters=len("".join(plain(parts).split())),
        blocks=actions.blocks_of(circular),
        stand_ins=announcements(_house().fonts_dir),
        may_edit=can(me(), Permission.CIRCULATE) and circular.state is CircularState.DRAFT,
        steps=CIRCULAR.available(circular, me()),
        entries=timeline(circular),
    )


@bp.post("/<int:circular_id>/edit")
@requires(Permission.CIRCULATE)
def edit(circular_id: int) -> Response:
    """改稿: paragraphs by their place; an emptied one goes, a line break makes a new one."""
    circular = queries.get_circular(me(), circular_id)
    if request.form.get("version", type=int) != circular.version:
        raise WrongState("他人刚刚改过这份通报，请刷新后再改；您改动的文字还在上一页，可以返回复制")
    actions.edit(circular, actions.with_words(circular, request.form), me(), clock.now())
    return _done(circular_id, "已保存")


@bp.post("/<int:circular_id>/redraft")
@requires(Permission.CIRCULATE)
def redraft(circular_id: int) -> Response:
    circular = queries.get_circular(me(), circular_id)
    actions.redraft(circular, _house(), me(), clock.now(), statutory())
    return _done(circular_id, "已按最新数字重新拟稿")


@bp.post("/<int:circular_id>/check")
@requires(Permission.CIRCULATE)
def check(circular_id: int) -> Response:
    actions.check(queries.get_circular(me(), circular_id), me(), clock.now())
    return _done(circular_id, "已核稿")


@bp.post("/<int:circular_id>/send-back")
@requires(Permission.CIRCULATE)
def send_back(circular_id: int) -> Response:
    reason = ReasonForm().reason.data or ""
    actions.send_back(queries.get_circular(me(), circular_id), me(), clock.now(), reason)
    return _done(circular_id, "已退回拟稿")


@bp.post("/<int:circular_id>/sign")
@requires(Permission.SIGN)
def sign(circular_id: int) -> Response:
    actions.sign(queries.get_circular(me(), circular_id), me(), clock.now())
    return _done(circular_id, "已签发")


@bp.post("/<int:circular_id>/publish")
@requires(Permission.CIRCULATE)
def publish(circular_id: int) -> Response:
    circular = queries.get_circular(me(), circular_id)
    actions.publish(circular, _house(), me(), clock.now())
    return _done(circular_id, f"已印发，文号{circular.number}")


@bp.get("/<int:circular_id>.pdf")
@requires(Permission.RANK)
def paper(circular_id: int) -> Response:
    """The frozen file once published; before that, the draft as it stands."""
    circular = queries.get_circular(me(), circular_id)
    if circular.file is not None:
        return files.answer(circular.file, f"{circular.title}.pdf")
    printed = actions.paper(circular, _house(), clock.now())
    return send_file(BytesIO(printed), "application/pdf", download_name=f"{circular.title}.pdf")


def _house() -> House:
    return House.from_settings(current_app.config)


def _done(circular_id: int, said: str) -> Response:
    db.session.commit()
    flash(said)
    return redirect(url_for("circulars.show", circular_id=circular_id))
