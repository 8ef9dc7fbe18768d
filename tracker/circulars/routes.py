"""Pages of the circular: draft, words, signatures, paper."""

import hashlib
from io import BytesIO
from typing import NamedTuple

from flask import (
    Blueprint,
    current_app,
    flash,
    make_response,
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
from tracker.circulars.actions import DOCX, House
from tracker.circulars.bound import strays
from tracker.circulars.forms import CodeForm, CorrectionForm, FileForm, KindForm, WordsForm
from tracker.circulars.lint import characters
from tracker.circulars.models import Circular
from tracker.circulars.paper import CircularKind
from tracker.circulars.parts import Parts
from tracker.circulars.revision import changes_of, rows_of, with_words
from tracker.db import db, reading, will_write
from tracker.errors import Invalid, NotFound, WrongState
from tracker.files import StoredFile
from tracker.press.fonts import announcements
from tracker.scores.queries import months
from tracker.web.forms import FormPage, form_page, reason_given
from tracker.web.pages import page_of, whole
from tracker.workdays import statutory
from tracker.workflow import CIRCULAR, CircularState

bp = Blueprint("circulars", __name__, url_prefix="/circulars")

PRINTINGS = 5  # before a circular gives way to others that are published in the same moment


@bp.get("/")
@requires(Permission.RANK)
def index() -> str:
    page = page_of(queries.visible_to(me()), request.args.get("page", 1, type=whole) or 1, 20)
    drafted = queries.drafted_months()
    waiting = [month for month in months() if month not in drafted] if can(me(), Permission.CIRCULATE) else []
    return render_template(
        "circulars/index.html",
        page=page,
        waiting=waiting,
        kinds=CircularKind,
        unread=queries.unread_ids(me()),
    )


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
    """A circular; the first time somebody of a unit opens it is the receipt."""
    db.session.rollback()  # what read the user: the transaction that writes begins anew and waits its turn
    will_write(True)
    circular = queries.get_circular(me(), circular_id)
    actions.mark_read(circular, me(), clock.now())
    db.session.commit()
    will_write(False)  # nobody waits for the page
    return _page(circular).answer()


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
    actions.send_back(queries.get_circular(me(), circular_id), me(), clock.now(), reason_given())
    return _done(circular_id, "已退回拟稿")


@bp.post("/<int:circular_id>/sign")
@requires(Permission.SIGN)
def sign(circular_id: int) -> Response:
    actions.sign(queries.get_circular(me(), circular_id), _house(), me(), clock.now())
    return _done(circular_id, "已签发")


@bp.post("/<int:circular_id>/refuse")
@requires(Permission.SIGN)
def refuse(circular_id: int) -> Response:
    actions.refuse(queries.get_circular(me(), circular_id), me(), clock.now(), reason_given())
    return _done(circular_id, "已退回拟稿")


@bp.post("/<int:circular_id>/corrections")
@requires(Permission.CIRCULATE)
def draft_correction(circular_id: int) -> Response:
    """更正: a circular of its own, drafted from what was wrong and what is right."""
    circular = queries.get_circular(me(), circular_id)
    words = CorrectionForm().checked().words.data or ""
    correction = actions.draft_correction(circular, words, me(), clock.now())
    db.session.commit()
    flash("已拟更正，请核对文字")
    return redirect(url_for("circulars.show", circular_id=correction.id))


@bp.post("/<int:circular_id>/publish")
@requires(Permission.CIRCULATE)
def publish(circular_id: int) -> Response:
    """印发: printed while others write, then numbered in a moment; printed again if the number is gone."""
    for _ in range(PRINTINGS):
        db.session.rollback()
        with reading():
            now = clock.now()
            copy = actions.print_copy(queries.get_circular(me(), circular_id), _house(), now)
            db.session.rollback()
        circular = queries.get_circular(me(), circular_id)
        if actions.publish(circular, copy, _house(), me(), now):
            return _done(circular_id, f"已印发，文号{circular.number}")
    raise WrongState("同时有好几份通报在印发，这一份还没有印发，请稍后再试")


@bp.get("/<int:circular_id>.pdf")
@requires(Permission.RANK)
def paper(circular_id: int) -> Response:
    """The frozen file once published; before that, the draft as it stands."""
    circular = queries.get_circular(me(), circular_id)
    if circular.file is not None:
        return files.answer(circular.file, f"{circular.title}.pdf")
    return _printed(actions.paper(circular, _house(), clock.now()), circular.title)


@bp.get("/<int:circular_id>.docx")
@requires(Permission.RANK)
def word(circular_id: int) -> Response:
    """The same as a Word document."""
    circular = queries.get_circular(me(), circular_id)
    if circular.word_file is not None:
        return files.answer(circular.word_file, f"{circular.title}.docx")
    return _printed(actions.papers(circular, _house(), clock.now()).docx, circular.title, "docx", DOCX)


@bp.route("/verify", methods=["GET", "POST"])
def ask_code() -> Response:
    """核验, for anybody: a form for the code; it leads to the code's own page."""
    form = CodeForm()
    page = form_page("circulars/verify.html", form)
    if not form.validate_on_submit():
        return page.answer()
    return redirect(url_for("circulars.show_code", code=form.code.data[:40]))


@bp.route("/verify/<string(maxlength=40):code>", methods=["GET", "POST"])
def show_code(code: str) -> Response:
    """What the paper with this code says of itself; a file sent along is compared, and not kept."""
    asked = CodeForm(formdata=None, code=code)
    form_page("circulars/verify.html", asked)  # a refusal brings it back
    circular = actions.verify(code, request.remote_addr or "", clock.now())
    db.session.commit()
    if circular is None:
        raise Invalid("没有这个验证码对应的通报，请对照原件上的验证码核对")
    form = FileForm()
    kept = [file for file in (circular.file, circular.word_file) if file is not None]
    page = form_page("circulars/verified.html", form, circular=circular, kept=kept, verdict=None)
    if not form.validate_on_submit():
        return page.answer()
    sent = hashlib.sha256(form.file.data.read()).hexdigest()
    same = next((file for file in kept if file.sha256 == sent), None)
    page.context["verdict"] = Verdict(form.file.data.filename or "", sent, same)
    return make_response(render_template(page.template, form=form, **page.context))


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
        receipts=queries.receipts(circular) if sees_all(me()) else [],
        may_correct=can(me(), Permission.CIRCULATE) and circular.state is CircularState.PUBLISHED,
        corrections=[c for c in circular.corrections if sees_all(me()) or c.number],
        steps=CIRCULAR.available(circular, me()),
        entries=timeline(circular),
    )


class Verdict(NamedTuple):
    """What became of a file that was held against a published one."""

    name: str
    sha256: str
    same_as: StoredFile | None


def _printed(file: bytes, name: str, ending: str = "pdf", media_type: str = "application/pdf") -> Response:
    return send_file(BytesIO(file), media_type, download_name=f"{''.join(name.splitlines())}.{ending}")


def _house() -> House:
    return House.from_settings(current_app.config)


def _done(circular_id: int, said: str) -> Response:
    db.session.commit()
    flash(said)
    return redirect(url_for("circulars.show", circular_id=circular_id))
