"""An uploaded workbook that was looked at and waits for the word of who uploaded it."""

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from tracker import files
from tracker.accounts.session import me
from tracker.db import db
from tracker.errors import NotFound
from tracker.files import StoredFile
from tracker.workbooks.tables import Sheet, sheets_of

KEPT = timedelta(days=1)  # how long a preview can be confirmed


class Upload(NamedTuple):
    """The file and what the person called it; ``about`` is what it was uploaded for, 0 where there is one."""

    file: StoredFile
    name: str
    about: int

    @property
    def path(self) -> Path:
        return files.path_of(self.file)


@lru_cache(maxsize=1)  # a path is the hash of the bytes
def sheets_at(path: Path, book: str) -> list[Sheet]:
    """What stands in an upload; the latest stays read, since it is looked at, then confirmed."""
    return sheets_of(path.read_bytes(), book)


def key() -> bytes:
    """What the rows of workbooks are sealed with."""
    return str(current_app.config["SECRET_KEY"]).encode()


def token_of(upload: Upload, use: str, now: datetime) -> str:
    """What a preview is confirmed with, by the same person within a day."""
    said = _serializer(use).dumps([upload.file.id, me().id, now.isoformat(), upload.name, upload.about])
    return said if isinstance(said, str) else said.decode()


def upload_of(token: str, use: str, now: datetime, about: int | None = None) -> Upload:
    """NotFound when the token is not this person's, is forged, too old or not ``about`` that."""
    try:
        file_id, user_id, at, name, meant = _serializer(use).loads(token)
    except (BadData, ValueError):
        file_id = user_id = meant = 0
        at = name = ""
    if user_id != me().id or about not in (None, meant) or now - datetime.fromisoformat(at) > KEPT:
        raise NotFound("这次核对已经过期，请重新上传")
    return Upload(db.session.get_one(StoredFile, file_id), name, meant)


def _serializer(use: str) -> URLSafeSerializer:
    return URLSafeSerializer(key(), salt=use)
