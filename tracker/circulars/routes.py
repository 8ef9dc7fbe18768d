"""Pages of the circular: draft, words, signatures, paper."""

from io import BytesIO

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from werkzeug import Response

from tracker import clock, files
from tracker.accounts.permissions import Permission, can, requires, sees_all
from tracker.accounts.session import me
from tracker.accounts.trail import check_version, timeline
from tracker.circulars import actions, queries
from tracker.circulars.actions import House
from tracker.circulars.bound import strays
from tracker.circulars.compose import Parts
from tracker.circulars.forms import KindForm, ReasonForm, WordsForm
from tracker.circulars.lint import characters
from tracker.circulars.models import Circular
from tracker.circulars.paper import CircularKind
from tracker.circulars.revision import changes_of, rows_of, with_words
from tracker.db import db
from tracker.errors import Invalid, NotFound
from tracker.press.fonts import announcements
from tracker.scores.queries import months
from tracker.web.forms import FormPage, form_page
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
    return render_template("circulars/index.html", page=page, waiting=waiting, kinds=CircularKind)


@bp.post("/<string(length=7):month>/draft")
@requires(Permission.CIRCULATE)
def draft(month: str) -> Response:
    form = KindForm()
    if not form.validate():
        raise Invalid("请选择版式：文件，或者督查通报")
    circular = actions.draft(month, _house(), me(), clock.now(), statutory(), CircularKind(form.kind.data))
    db.session.commit()
    flash("已拟稿，请核对文字")
    return redirect(url_for("circulars.show", circular_id=circular.id))


@bp.get("/<int:circular_id>")
@requires(Permission.RANK)
def show(circular_id: int) -> Response:
    return _page(queries.get_circular(me(), circular_id)).answer()


@bp.post("/<int:circular_id>/edit")
@requires(Permission.CIRCULATE)
def edit(circular_id: int) -> Response:
    """改稿: paragraphs by their place; the button of a paragraph puts its composed words back."""
    circular = queries.get_circular(me(), circular_id)
    typed = with_words(actions.parts_of(circular), request.form)
    _page(circular, typed)  # what was typed comes back with a refusal
    check_version(circular, request.form.get("version", -1, type=int))
    actions.edit(circular, typed, me(), clock.now())
    source = request.form.get("restore", "")
    if source:
        actions.restore(circular, source, me(), clock.now())
    return _done(circular_id, "已恢复自动生成的文字" if source else "已保存")


@bp.post("/<int:circular_id>/redraft")
@requires(Permission.CIRCULATE)
def redraft(circular_id: int) -> Response:
    circular = queries.get_circular(me(), circular_id)
    actions.redraft(circular, _house(), me(), clock.now(), statutory())
    return _done(circular_id, "已按最新数字重新拟稿，改过的文字没有动")


@bp.post("/<int:circular_id>/check")
@requires(Permission.CIRCULATE)
def check(circular_id: int) -> Response:
    actions.check(queries.get_circular(me(), circular_id), _house(), me(), clock.now())
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
    actions.sign(queries.get_circular(me(), circular_id), _house(), me(), clock.now())
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
    return _printed(actions.paper(circular, _house(), clock.now()), circular.title)


@bp.get("/<int:circular_id>/brief.pdf")
@requires(Permission.OVERSEE)
def brief(circular_id: int) -> Response:
    """领导一页纸."""
    circular = queries.get_circular(me(), circular_id)
    return _printed(actions.brief(circular, _house(), clock.now()), f"{circular.month}任务办理情况一页纸")


@bp.get("/<int:circular_id>/units/<int:addressee_id>.pdf")
@requires(Permission.RANK)
def extract(circular_id: int, addressee_id: int) -> Response:
    """What the circular says of one unit; a unit reads its own."""
    circular = queries.get_circular(me(), circular_id)
    if not sees_all(me()) and me().unit_id != addressee_id:
        raise NotFound("没有这份摘录，或不在您的查看范围内")
    return _printed(
        actions.extract(circular, addressee_id, _house(), clock.now()), f"{circular.title}（摘录）"
    )


def _page(circular: Circular, typed: Parts | None = None) -> FormPage:
    """The circular; ``typed`` are words that are not saved yet."""
    parts, generated = typed or actions.parts_of(circular), actions.generated_of(circular)
    figures = actions.figures_of(circular)
    is_open = sees_all(me()) and circular.state is not CircularState.PUBLISHED
    findings = actions.findings(circular, _house(), clock.now()) if is_open else []
    units = {s.unit_id: s.unit for board in figures.boards for s in board.standings if s.unit_id}
    return form_page(
        "circulars/show.html",
        WordsForm(),
        circular=circular,
        parts=parts,
        title_changes=changes_of(parts.title, generated.title) if is_open else (),
        lead_changes=changes_of(parts.lead, generated.lead) if is_open else (),
        sections=rows_of(parts, generated if is_open else parts),
        strays=strays(parts, generated, figures) if is_open else {},
        findings=findings,
        faults=sum(finding.is_blocking for finding in findings),
        characters=characters(parts),
        stand_ins=announcements(_house().fonts_dir),
        may_edit=can(me(), Permission.CIRCULATE) and circular.state is CircularState.DRAFT,
        may_oversee=can(me(), Permission.OVERSEE),
        extracts=[one for one in units.items() if sees_all(me()) or one[0] == me().unit_id],
        steps=CIRCULAR.available(circular, me()),
        entries=timeline(circular),
    )


def _printed(file: bytes, name: str) -> Response:
    return send_file(BytesIO(file), "application/pdf", download_name=f"{''.join(name.splitlines())}.pdf")


def _house() -> House:
    return House.from_settings(current_app.config)


def _done(circular_id: int, said: str) -> Response:
    db.session.commit()
    flash(said)
    return redirect(url_for("circulars.show", circular_id=circular_id))
