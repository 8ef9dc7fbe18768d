"""下载填报表, 上传填报表, 核对, 确认提交: the Excel round trip of a unit's open duties."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.session import me
from tracker.db import db
from tracker.reports.workbook import actions, queries
from tracker.reports.workbook.reading import Book, rows_of
from tracker.reports.workbook.rules import Outcome
from tracker.reports.workbook.writing import workbook
from tracker.web.forms import FormPage, form_page
from tracker.workbooks import uploads
from tracker.workbooks.forms import ConfirmForm, UploadForm
from tracker.workbooks.routes import Doors, send
from tracker.workbooks.uploads import Upload

bp = Blueprint("workbook", __name__, url_prefix="/workbook")

DOORS = Doors("填报表", "reports.workbook")


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.ANSWER)
def upload() -> Response:
    form = UploadForm()
    page = form_page("reports/workbook/upload.html", form, total=len(queries.open_duties(me().unit_id)))
    if not form.validate_on_submit():
        return page.answer()
    return DOORS.keep(form, lambda sheets: rows_of(sheets, uploads.key()))


@bp.get("/duties.xlsx")
@requires(Permission.ANSWER)
def download() -> Response:
    unit, today = me().unit, clock.today()
    book = workbook(unit.name, today, queries.open_duties(unit.id), uploads.key())
    return send(book, f"{unit.short_name}承办项填报表{today:%Y%m%d}.xlsx")


@bp.get("/preview")
@requires(Permission.ANSWER)
def preview() -> Response:
    return _page(ConfirmForm(request.args))[0].answer()


@bp.post("/confirm")
@requires(Permission.ANSWER)
def confirm() -> Response:
    _, upload, book = _page(ConfirmForm())
    taken = actions.take_in(book, upload.file, upload.name, me(), clock.now())
    db.session.commit()
    flash(
        f"填报表已提交：{taken.tally}"
        if taken.written
        else "这份填报表没有要写入的内容，已经报送过的不会重复报送"
    )
    return redirect(url_for("reports.index"))


def _page(form: ConfirmForm) -> tuple[FormPage, Upload, Book]:
    upload, sheets = DOORS.kept(form.token.data or "")
    book = rows_of(sheets, uploads.key())
    shown = queries.preview(me().unit_id, book)
    page = form_page("reports/workbook/preview.html", form, preview=shown, name=upload.name, Outcome=Outcome)
    return page, upload, book
