"""下载表格, 上传, 核对, 确认写入: the Excel round trip of a roster."""

from io import BytesIO

from flask import Blueprint, flash, redirect, request, send_file, url_for
from werkzeug import Response

from tracker import clock, files
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.session import me
from tracker.db import db
from tracker.rosters import queries as rosters
from tracker.rosters.actions import tell_export
from tracker.rosters.forms import PurposeForm
from tracker.rosters.models import Roster
from tracker.rosters.workbook import actions, queries
from tracker.rosters.workbook.judgement import Book, book_of
from tracker.rosters.workbook.rules import MAX_LISTED, Outcome
from tracker.rosters.workbook.writing import workbook
from tracker.web.forms import FormPage, form_page
from tracker.web.sheets import WORKBOOK_TYPE
from tracker.workbooks import uploads
from tracker.workbooks.forms import ConfirmForm, UploadForm
from tracker.workbooks.tables import sheets_of
from tracker.workbooks.uploads import Upload

bp = Blueprint("workbook", __name__, url_prefix="/<int:roster_id>/workbook")

USE = "rosters.workbook"


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.FILL)
def upload(roster_id: int) -> Response:
    """Nothing is written but the file: what it would change is shown first."""
    roster = rosters.get_roster(me(), roster_id)
    form = UploadForm()
    total = len(queries.open_entries(me(), roster))
    page = form_page(
        "rosters/workbook/upload.html", form, roster=roster, shape=roster.shape, total=total, most=MAX_LISTED
    )
    if not form.validate_on_submit():
        return page.answer()
    content, name, shape = form.file.data.read(), form.file.data.filename or "台账.xlsx", roster.shape
    db.session.commit()  # others may write while a long file is being read
    sheets = sheets_of(content, "表格")
    book_of(sheets, shape, roster_id, uploads.key())
    file = files.store(content, name, WORKBOOK_TYPE, me(), clock.now())
    db.session.commit()
    token = uploads.token_of(Upload(file, name, roster_id), USE, clock.now())
    return redirect(url_for(".preview", roster_id=roster_id, token=token))


@bp.get("/entries.xlsx")
@requires(Permission.FILL)
def download(roster_id: int) -> Response:
    """With what is personal masked: what comes back masked is not changed."""
    return _book(rosters.get_roster(me(), roster_id), is_masked=True)


@bp.post("/full")
@requires(Permission.UNMASK)
def download_full(roster_id: int) -> Response:
    """The same in full: with a purpose, and written into the trail."""
    roster = rosters.get_roster(me(), roster_id)
    total = len(queries.open_entries(me(), roster))
    tell_export(roster, me(), clock.now(), PurposeForm().reason.data or "", total)
    db.session.commit()
    return _book(roster, is_masked=False)


@bp.get("/preview")
@requires(Permission.FILL)
def preview(roster_id: int) -> Response:
    token = request.args.get("token", "")
    roster = rosters.get_roster(me(), roster_id)
    upload, book = _kept(roster, token)
    return _page(roster, upload, book, ConfirmForm(formdata=None, token=token)).answer()


@bp.post("/confirm")
@requires(Permission.FILL)
def confirm(roster_id: int) -> Response:
    form = ConfirmForm()
    roster = rosters.get_roster(me(), roster_id)
    upload, book = _kept(roster, form.token.data or "")
    _page(roster, upload, book, form)
    taken = actions.take_in(roster, book, upload.file, upload.name, me(), clock.now())
    db.session.commit()
    flash(f"已写入：{taken.tally}" if taken.written else "没有要写入的内容，已经有的不会重复列入")
    return redirect(url_for("rosters.show", roster_id=roster_id))


def _book(roster: Roster, *, is_masked: bool) -> Response:
    today, found = clock.today(), queries.open_entries(me(), roster)
    asker = queries.asker_of(me())
    book = workbook(
        roster.title, roster.shape, asker, today, found, roster.id, uploads.key(), is_masked=is_masked
    )
    whose = "" if asker.unit_id is None else me().unit.short_name
    name = f"{whose}{roster.title}{'' if is_masked else '（完整）'}{today:%Y%m%d}.xlsx"
    return send_file(BytesIO(book), WORKBOOK_TYPE, as_attachment=True, download_name=name)


def _page(roster: Roster, upload: Upload, book: Book, form: ConfirmForm) -> FormPage:
    shown = queries.preview(me(), roster, book, clock.today())
    return form_page(
        "rosters/workbook/preview.html", form, roster=roster, preview=shown, name=upload.name, Outcome=Outcome
    )


def _kept(roster: Roster, token: str) -> tuple[Upload, Book]:
    """NotFound when the token is not this person's, is forged, too old or another roster's."""
    upload = uploads.upload_of(token, USE, clock.now(), roster.id)
    path, shape, roster_id = upload.path, roster.shape, roster.id
    db.session.commit()  # others may write while a long file is being read
    return upload, book_of(uploads.sheets_at(path, "表格"), shape, roster_id, uploads.key())
