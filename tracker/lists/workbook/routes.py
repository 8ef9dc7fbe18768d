"""下载登记表, 上传登记表或已有的清单, 核对, 确认写入."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.session import me
from tracker.db import db
from tracker.lists.intake.actions import findings_of
from tracker.lists.models import ProblemSource
from tracker.lists.workbook import actions, queries
from tracker.lists.workbook.forms import ListUploadForm
from tracker.lists.workbook.rules import USE, Outcome
from tracker.lists.workbook.writing import MAIN, workbook
from tracker.web.forms import FormPage, form_page
from tracker.workbooks import uploads
from tracker.workbooks.forms import ConfirmForm
from tracker.workbooks.routes import Doors, send
from tracker.workbooks.uploads import Upload

bp = Blueprint("workbook", __name__, url_prefix="/workbook")

DOORS = Doors("登记表", USE)
SOURCES = list(ProblemSource)


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.JUDGE)
def upload() -> Response:
    form = ListUploadForm()
    page = form_page("lists/workbook/upload.html", form)
    if not form.validate_on_submit():
        return page.answer()
    about = SOURCES.index(ProblemSource(form.source.data))
    return DOORS.keep(form, lambda sheets: queries.book_of(sheets, uploads.key()), about)


@bp.get("/problems.xlsx")
@requires(Permission.JUDGE)
def download() -> Response:
    today = clock.today()
    accounts = [(one.number, queries.stamp_of(one), findings_of(one)) for one in queries.open_accounts(me())]
    return send(workbook(today, accounts, uploads.key()), f"{MAIN}{today:%Y%m%d}.xlsx")


@bp.get("/preview")
@requires(Permission.JUDGE)
def preview() -> Response:
    return _page(ConfirmForm(request.args))[0].answer()


@bp.post("/confirm")
@requires(Permission.JUDGE)
def confirm() -> Response:
    _, upload, book = _page(ConfirmForm())
    taken = actions.take_in(book, SOURCES[upload.about], upload.file, upload.name, me(), clock.now())
    db.session.commit()
    flash(f"已写入：{taken.tally}" if taken.written else "没有要写入的内容，已经挂账的不会重复建账")
    return redirect(url_for("lists.show_list", name="problems", sort="-number"))


def _page(form: ConfirmForm) -> tuple[FormPage, Upload, queries.Book]:
    upload, sheets = DOORS.kept(form.token.data or "")
    book, source = queries.book_of(sheets, uploads.key()), SOURCES[upload.about]
    shown = queries.preview(me(), book, source, clock.now())
    page = form_page(
        "lists/workbook/preview.html",
        form,
        preview=shown,
        name=upload.name,
        source=source,
        Outcome=Outcome,
    )
    return page, upload, book
