"""下载登记表, 上传登记表或已有的清单, 核对, 确认写入."""

from io import BytesIO

from flask import Blueprint, flash, redirect, request, send_file, url_for
from werkzeug import Response

from tracker import clock, files
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
from tracker.web.sheets import WORKBOOK_TYPE
from tracker.workbooks import uploads
from tracker.workbooks.forms import ConfirmForm
from tracker.workbooks.tables import sheets_of
from tracker.workbooks.uploads import Upload

bp = Blueprint("workbook", __name__, url_prefix="/workbook")

SOURCES = list(ProblemSource)


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.JUDGE)
def upload() -> Response:
    """Nothing is written but the file: what it would enter is shown first."""
    form = ListUploadForm()
    page = form_page("lists/workbook/upload.html", form)
    if not form.validate_on_submit():
        return page.answer()
    content, name = form.file.data.read(), form.file.data.filename or f"{MAIN}.xlsx"
    db.session.commit()  # others may write while a long file is being read
    queries.book_of(sheets_of(content, "登记表"), uploads.key())
    file = files.store(content, name, WORKBOOK_TYPE, me(), clock.now())
    db.session.commit()
    about = SOURCES.index(ProblemSource(form.source.data))
    token = uploads.token_of(Upload(file, name, about), USE, clock.now())
    return redirect(url_for(".preview", token=token, about=about))


@bp.get("/problems.xlsx")
@requires(Permission.JUDGE)
def download() -> Response:
    today = clock.today()
    accounts = [(one.number, queries.stamp_of(one), findings_of(one)) for one in queries.open_accounts(me())]
    book = workbook(today, accounts, uploads.key())
    return send_file(
        BytesIO(book), WORKBOOK_TYPE, as_attachment=True, download_name=f"{MAIN}{today:%Y%m%d}.xlsx"
    )


@bp.get("/preview")
@requires(Permission.JUDGE)
def preview() -> Response:
    token, about = request.args.get("token", ""), request.args.get("about", 0, type=int)
    kept = uploads.upload_of(token, USE, clock.now(), about)
    return _page(kept, _book(kept), ConfirmForm(formdata=None, token=token)).answer()


@bp.post("/confirm")
@requires(Permission.JUDGE)
def confirm() -> Response:
    form, about = ConfirmForm(), request.form.get("about", 0, type=int)
    kept = uploads.upload_of(form.token.data or "", USE, clock.now(), about)
    book = _book(kept)
    _page(kept, book, form)
    taken = actions.take_in(book, SOURCES[about], kept.file, kept.name, me(), clock.now())
    db.session.commit()
    flash(f"已写入：{taken.tally}" if taken.written else "没有要写入的内容，已经挂账的不会重复建账")
    return redirect(url_for("lists.show_list", name="problems", sort="-number"))


def _book(kept: Upload) -> queries.Book:
    path = kept.path
    db.session.commit()  # others may write while a long file is being read
    return queries.book_of(uploads.sheets_at(path, "登记表"), uploads.key())


def _page(kept: Upload, book: queries.Book, form: ConfirmForm) -> FormPage:
    return form_page(
        "lists/workbook/preview.html",
        form,
        preview=queries.preview(me(), book, SOURCES[kept.about], clock.now()),
        name=kept.name,
        about=kept.about,
        source=SOURCES[kept.about],
        Outcome=Outcome,
    )
