"""The year package for whoever signs for the office."""

from flask import Blueprint, Response, current_app, stream_with_context

from tracker import clock
from tracker.accounts.permissions import Permission, requires
from tracker.archives import contents
from tracker.archives.packing import stream
from tracker.errors import NotFound
from tracker.workdays import statutory

bp = Blueprint("archives", __name__, url_prefix="/archives")


@bp.get("/<int:year>.zip")
@requires(Permission.SIGN)
def package(year: int) -> Response:
    """年度归档, sent while it is being packed."""
    if not 2000 <= year < 2100 or contents.is_empty(year):
        raise NotFound(f"{year}年没有可以归档的记录")
    now = clock.now()
    found = contents.entries(year, now, statutory())
    pieces = stream(year, found, contents.months(year), current_app.config["ISSUER"], now)
    named = {"Content-Disposition": f"attachment; filename*=UTF-8''duban-{year}.zip"}
    return Response(stream_with_context(pieces), mimetype="application/zip", headers=named)
