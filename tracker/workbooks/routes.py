"""The doors every workbook goes out and comes back through: kept, looked at, confirmed by who sent it."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any, NamedTuple

from flask import redirect, request, send_file, url_for
from werkzeug import Response

from tracker import clock, files
from tracker.accounts.session import me
from tracker.db import db
from tracker.web.sheets import WORKBOOK_TYPE
from tracker.workbooks import uploads
from tracker.workbooks.forms import UploadForm
from tracker.workbooks.tables import Sheet, sheets_of
from tracker.workbooks.uploads import Upload


class Doors(NamedTuple):
    """Those of one kind of workbook: what people call it, and what its tokens are signed for."""

    book: str
    use: str

    def keep(self, form: UploadForm, read: Callable[[Sequence[Sheet]], Any], about: int = 0) -> Response:
        """Nothing is written but the file: what it would change is shown first.

        ``read`` raises Invalid when the workbook is not of this kind.
        """
        content, name = form.file.data.read(), form.file.data.filename or f"{self.book}.xlsx"
        db.session.commit()  # others may write while a long file is being read
        read(sheets_of(content, self.book))
        file = files.store(content, name, WORKBOOK_TYPE, me(), clock.now())
        db.session.commit()
        token = uploads.token_of(Upload(file, name, about), self.use, clock.now())
        return redirect(url_for(".preview", token=token, **(request.view_args or {})))

    def kept(self, token: str, about: int | None = None) -> tuple[Upload, list[Sheet]]:
        """NotFound when the token is not this person's, is forged, too old or about something else."""
        upload = uploads.upload_of(token, self.use, clock.now(), about)
        path = upload.path
        db.session.commit()  # others may write while a long file is being read
        return upload, uploads.sheets_at(path, self.book)


def send(book: bytes, name: str) -> Response:
    """A workbook to be filled in."""
    return send_file(BytesIO(book), WORKBOOK_TYPE, as_attachment=True, download_name=name)
