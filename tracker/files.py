"""Stored files: every upload is kept once, under the hash of its bytes."""

import hashlib
import os
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO

from flask import Response, current_app, send_file
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import FileStorage

from tracker.db import Base, db, insert_new
from tracker.errors import NotFound
from tracker.media import MEBIBYTE, media_type_of

# What a browser may show in place of saving it: nothing that can carry a script.
SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp"}
POLICY = "default-src 'none'; sandbox"


class StoredFile(Base):
    """The bytes of one file, on disk under their hash; names and claims belong to whoever refers to it."""

    __tablename__ = "stored_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    stored_at: Mapped[datetime]
    stored_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


def store(data: bytes, name: str, media_type: str, actor: Any, now: datetime) -> StoredFile:
    """Keep ``data`` and return its row; the same bytes give the row they already have, with its first name.

    The bytes are on disk before the row can be committed: a rollback or crash leaves at worst a file without
    a row. ``actor`` is a user, or None for the system.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    _write(_path(sha256), data)
    row = {
        "sha256": sha256,
        "name": name,
        "media_type": media_type,
        "size": len(data),
        "stored_at": now,
        "stored_by_id": actor and actor.id,
    }
    insert_new(StoredFile, [row])  # two who upload the same file at once share one row
    return db.session.scalars(select(StoredFile).where(StoredFile.sha256 == sha256)).one()


def take(upload: FileStorage, actor: Any, now: datetime) -> StoredFile:
    """Check what a person sent and keep it; Invalid when its kind or size is not accepted."""
    data, name = upload.read(), upload.filename or ""
    upload.close()
    media_type = media_type_of(data, name, current_app.config["MAX_UPLOAD_MB"] * MEBIBYTE)
    return store(data, name, media_type, actor, now)


def path_of(file: StoredFile) -> Path:
    """Where the bytes lie. NotFound when they are missing from the data directory."""
    path = _path(file.sha256)
    if not path.is_file():
        raise NotFound(f"文件“{file.name}”不在数据目录中，请联系系统管理员从备份中恢复")
    return path


def open_file(file: StoredFile) -> BinaryIO:
    """The bytes, for reading."""
    return path_of(file).open("rb")


def answer(file: StoredFile, name: str | None = None, *, shown: bool = False) -> Response:
    """The file to be saved under ``name``, or its own; a picture may be ``shown`` in the browser instead."""
    response = send_file(
        path_of(file),
        mimetype=file.media_type,
        as_attachment=not (shown and file.media_type in SHOWN),
        download_name=name or file.name,
        etag=file.sha256,
        last_modified=file.stored_at,
    )
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _path(sha256: str) -> Path:
    return Path(current_app.config["DATA_DIR"], "files", sha256[:2], sha256)


def _write(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` so that after a power cut there is the whole file or none."""
    if path.is_file() and path.stat().st_size == len(data):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    for folder in (path.parent, path.parent.parent):
        _flush(folder)


def _flush(folder: Path) -> None:
    """Make the names in a folder as durable as the bytes of its files."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
