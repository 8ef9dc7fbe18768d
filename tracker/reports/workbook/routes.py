"""下载填报表, 上传填报表, 核对, 确认提交: the Excel round trip of a unit's open duties."""

from io import BytesIO
from typing import NamedTuple

from flask import Blueprint, flash, redirect, request, send_file, url_for
from werkzeug import Response

from tracker import clock, files
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.session import me
from tracker.db import db
from tracker.files import StoredFile
from tracker.reports.workbook import actions, queries, reading
from tracker.reports.workbook.rules import Outcome
from tracker.reports.workbook.writing import workbook
from tracker.web.forms import FormPage, form_page
from tracker.web.sheets import WORKBOOK_TYPE
from tracker.workbooks import uploads
from tracker.workbooks.forms import ConfirmForm, UploadForm
from tracker.workbooks.uploads import Upload

bp = Blueprint("workbook", __name__, url_prefix="/workbook")

USE = "reports.workbook"


class Kept(NamedTuple):
    """An uploaded workbook that waits to be confirmed by who uploaded it."""

    file: StoredFile
    name: str  # as the unit called it
    book: reading.Book


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.ANSWER)
def upload() -> Response:
    """Nothing is written but the file: what it would change is shown first."""
    form = UploadForm()
    page = form_page("reports/workbook/upload.html", form, total=len(queries.open_duties(me().unit_id)))
    if not form.validate_on_submit():
        return page.answer()
    upload = form.file.data
    content, name = upload.read(), upload.filename or "填报表.xlsx"
    db.session.commit()  # others may write while a long file is being read
    reading.read(content, uploads.key())
    file = files.store(content, name, WORKBOOK_TYPE, me(), clock.now())
    db.session.commit()
    return redirect(url_for(".preview", token=_token(file, name)))


@bp.get("/duties.xlsx")
@requires(Permission.ANSWER)
def download() -> Response:
    unit, today = me().unit, clock.today()
    book = workbook(unit.name, today, queries.open_duties(unit.id), uploads.key())
    name = f"{unit.short_name}承办项填报表{today:%Y%m%d}.xlsx"
    return send_file(BytesIO(book), WORKBOOK_TYPE, as_attachment=True, download_name=name)


@bp.get("/preview")
@requires(Permission.ANSWER)
def preview() -> Response:
    token = request.args.get("token", "")
    return _page(_kept(token), ConfirmForm(formdata=None, token=token)).answer()


@bp.post("/confirm")
@requires(Permission.ANSWER)
def confirm() -> Response:
    form = ConfirmForm()
    kept = _kept(form.token.data or "")
    _page(kept, form)
    taken = actions.take_in(kept.book, kept.file, kept.name, me(), clock.now())
    db.session.commit()
    flash(
        f"填报表已提交：{taken.tally}"
        if taken.written
        else "这份填报表没有要写入的内容，已经报送过的不会重复报送"
    )
    return redirect(url_for("reports.index"))


def _page(kept: Kept, form: ConfirmForm) -> FormPage:
    shown = queries.preview(me().unit_id, kept.book)
    return form_page("reports/workbook/preview.html", form, preview=shown, name=kept.name, Outcome=Outcome)


def _token(file: StoredFile, name: str) -> str:
    return uploads.token_of(Upload(file, name, 0), USE, clock.now())


def _kept(token: str) -> Kept:
    """NotFound when the token is not this person's, is forged or too old."""
    upload = uploads.upload_of(token, USE, clock.now())
    path = upload.path
    db.session.commit()  # others may write while a long file is being read
    sheets = uploads.sheets_at(path, "填报表")
    return Kept(upload.file, upload.name, reading.rows_of(sheets, uploads.key()))
