"""Stored files: every upload is kept once, under the hash of its bytes."""

import hashlib
import os
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO

from flask import Response, current_app, send_file
from sqlalchemy import ForeignKey, delete, select, union
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import FileStorage

from tracker.db import Base, db, insert_new
from tracker.errors import NotFound
from tracker.media import MEBIBYTE, media_type_of

# What a browser may show in place of saving it: nothing that can carry a script.
SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp"}
UNBOUND_KEPT = timedelta(days=7)  # uploads that nothing came of
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
    _write(place_of(sha256), data)
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
    path = place_of(file.sha256)
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


def forget_unbound(now: datetime) -> int:
    """Delete the rows that nothing refers to, days after they came; rows: files. Their bytes become strays.

    Such are uploads nobody went on with. Whatever is bound to anything at all stays.
    """
    references = [
        column
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.column.table is StoredFile.__table__ for key in column.foreign_keys)
    ]
    bound = union(*(select(column).where(column.is_not(None)) for column in references)).subquery()
    is_old = StoredFile.stored_at < now - UNBOUND_KEPT
    unbound = delete(StoredFile).where(is_old, StoredFile.id.not_in(select(bound)))
    return len(db.session.scalars(unbound.returning(StoredFile.id)).all())


def strays() -> list[Path]:
    """The files on disk without a row: what a crash, a refused upload or ``forget_unbound`` left behind."""
    known = set(db.session.scalars(select(StoredFile.sha256)))
    return [path for path in _folder().glob("??/*") if path.name not in known]


def remove(stray: Path, real: datetime) -> bool:
    """Take a file without a row off the disk; False when it was stored lately, and perhaps is being bound.

    ``real`` is the machine's own moment: so are the times of its files.
    """
    aside = stray.with_name(f".old-{stray.name}")
    with suppress(FileNotFoundError):
        if _is_old(stray, real):
            stray.rename(aside)  # from here on ``store`` writes it anew
            if _is_old(aside, real):
                aside.unlink()
                return True
            aside.rename(stray)
    return False


def _is_old(path: Path, real: datetime) -> bool:
    return real.timestamp() - path.stat().st_mtime > UNBOUND_KEPT.total_seconds()


def _folder() -> Path:
    return Path(current_app.config["DATA_DIR"], "files")


def place_of(sha256: str) -> Path:
    """Where the bytes of that hash lie, or would."""
    return _folder() / sha256[:2] / sha256


def _write(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` so that after a power cut there is the whole file or none."""
    with suppress(FileNotFoundError):
        if path.stat().st_size == len(data):
            os.utime(path)  # whoever removes what is old sees that it is wanted again
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
