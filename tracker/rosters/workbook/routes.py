"""下载表格, 上传, 核对, 确认写入: the Excel round trip of a roster."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug import Response

from tracker import clock
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
from tracker.workbooks import uploads
from tracker.workbooks.forms import ConfirmForm, UploadForm
from tracker.workbooks.routes import Doors, send
from tracker.workbooks.uploads import Upload

bp = Blueprint("workbook", __name__, url_prefix="/<int:roster_id>/workbook")

DOORS = Doors("表格", "rosters.workbook")


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.FILL)
def upload(roster_id: int) -> Response:
    roster = rosters.get_roster(me(), roster_id)
    form, shape = UploadForm(), roster.shape
    total = len(queries.open_entries(me(), roster))
    page = form_page(
        "rosters/workbook/upload.html", form, roster=roster, shape=shape, total=total, most=MAX_LISTED
    )
    if not form.validate_on_submit():
        return page.answer()
    return DOORS.keep(form, lambda sheets: book_of(sheets, shape, roster_id, uploads.key()), roster_id)


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
    tell_export(roster, me(), clock.now(), PurposeForm().checked().reason.data or "", total)
    db.session.commit()
    return _book(roster, is_masked=False)


@bp.get("/preview")
@requires(Permission.FILL)
def preview(roster_id: int) -> Response:
    return _page(rosters.get_roster(me(), roster_id), ConfirmForm(request.args))[0].answer()


@bp.post("/confirm")
@requires(Permission.FILL)
def confirm(roster_id: int) -> Response:
    roster = rosters.get_roster(me(), roster_id)
    _, upload, book = _page(roster, ConfirmForm())
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
    return send(book, name)


def _page(roster: Roster, form: ConfirmForm) -> tuple[FormPage, Upload, Book]:
    roster_id, shape = roster.id, roster.shape
    upload, sheets = DOORS.kept(form.token.data or "", roster_id)
    book = book_of(sheets, shape, roster_id, uploads.key())
    shown = queries.preview(me(), roster, book, clock.today())
    page = form_page(
        "rosters/workbook/preview.html", form, roster=roster, preview=shown, name=upload.name, Outcome=Outcome
    )
    return page, upload, book
