"""A backup (备份): the database and every stored file in one tar file, consistent while the program runs.

First a snapshot of the database, then the files it knows: their bytes never change, and were on disk before
their rows. The program's secret key is left out on purpose, so that who finds a backup opens no channel's
secrets; it has to be kept elsewhere.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import URL, func, select

from tracker import files
from tracker.accounts.models import User
from tracker.audit import FIRST, Event
from tracker.clock import SHANGHAI, real
from tracker.db import db
from tracker.errors import DomainError, Invalid, is_full
from tracker.files import StoredFile
from tracker.upkeep import schema

FORMAT = 1
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "tracker.sqlite3", "postgresql": "tracker.pgdump"}  # what each is called in the tar
RESTORED = "trail.restore"  # the event that tells of a restoring
NIGHTLY = "tracker-????????.tar"


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself; the first thing in it."""

    format: int
    made_at: str
    engine: str
    schema: str
    sha256: str  # of the database
    files: int
    users: int  # these three as they stood just before
    events: int
    last_hash: str  # of the latest event


@dataclass(frozen=True)
class Made:
    """What was backed up; ``missing`` files have a row and no bytes."""

    manifest: Manifest
    missing: int


def name_of(now: datetime) -> str:
    """The nightly backup's name, by its day in Beijing."""
    return f"tracker-{now.astimezone(SHANGHAI):%Y%m%d}.tar"


def make(file: Path, now: datetime) -> Made:
    """Back everything up to ``file``, which appears when it is complete.

    Invalid when it exists or cannot be written; DomainError when the database cannot be copied.
    """
    if file.exists():
        raise Invalid(f"“{file}”已经存在，没有覆盖，请换一个文件名")
    if not file.parent.is_dir():
        raise Invalid(f"没有目录“{file.parent}”，请先建立")
    clear_away(file.parent, ".backup-*", timedelta(days=1))
    try:
        with TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
            made = _write(Path(folder), now)
            os.rename(Path(folder, "backup.tar"), file)
    except PermissionError:
        raise Invalid(f"不能写入目录“{file.parent}”，请检查权限") from None
    except (OSError, sqlite3.Error) as error:
        raise DomainError(f"备份没有写成：{'磁盘已满' if is_full(error) else error}") from None
    return made


def clear_away(folder: Path, pattern: str, age: timedelta) -> None:
    """Remove what a backup or a restoring that was killed left half done."""
    for left in folder.glob(pattern):
        if real().timestamp() - left.stat().st_mtime >= age.total_seconds():
            shutil.rmtree(left, ignore_errors=True)


def newest(folder: Path) -> Path | None:
    """The latest nightly backup."""
    return max(folder.glob(NIGHTLY), default=None)


def prune(folder: Path, copies: int) -> None:
    """Keep the latest so many of the nightly backups."""
    for old in sorted(folder.glob(NIGHTLY))[:-copies]:
        old.unlink()


def manifest_of(tar: tarfile.TarFile) -> Manifest:
    """What an opened backup says of itself. Invalid when it is none."""
    try:
        member = tar.next()
        if member is None or member.name != MANIFEST or (content := tar.extractfile(member)) is None:
            raise ValueError
        said: dict[str, Any] = json.load(content)
        if said["format"] > FORMAT:
            raise DomainError("这个备份是更新版本的程序做的，请先升级程序，再恢复")
        return Manifest(**said)
    except (tarfile.TarError, ValueError, TypeError, KeyError):
        raise Invalid("这不是督办台账的备份，或者文件已经损坏") from None


def is_cut_off(folder: Path) -> bool:
    """Whether the newest nightly backup's latest event is gone, and no restoring since says why."""
    file = newest(folder)
    if file is None:
        return False
    with suppress(OSError, tarfile.TarError, DomainError), tarfile.open(file) as tar:
        said = manifest_of(tar)
        last, made_at = said.last_hash, datetime.fromisoformat(said.made_at)
        explains = (Event.hash == last) | ((Event.kind == RESTORED) & (Event.at > made_at))
        return last != FIRST and not db.session.scalar(select(Event.id).where(explains).limit(1))
    return False  # a damaged backup is another matter


def _write(folder: Path, now: datetime) -> Made:
    engine = db.engine.dialect.name
    copy = folder / DATABASES[engine]
    counted: dict[str, Any] = {
        "users": db.session.scalar(select(func.count(User.id))) or 0,
        "events": db.session.scalar(select(func.count(Event.id))) or 0,
        "last_hash": db.session.scalar(select(Event.hash).order_by(Event.id.desc()).limit(1)) or FIRST,
    }
    db.session.rollback()
    (_dump if engine == "postgresql" else _copy)(copy)
    stored = db.session.scalars(select(StoredFile).order_by(StoredFile.id)).all()
    manifest = Manifest(
        format=FORMAT,
        made_at=now.isoformat(),
        engine=engine,
        schema=schema.current() or "",
        sha256=digest_of(copy),
        files=len(stored),
        **counted,
    )
    hashes = [one.sha256 for one in stored]
    db.session.rollback()  # nothing is held while the files are copied
    missing = 0
    with os.fdopen(os.open(folder / "backup.tar", os.O_CREAT | os.O_WRONLY, 0o600), "wb") as out:
        with tarfile.open(fileobj=out, mode="w") as tar:
            said = json.dumps(asdict(manifest), indent=1).encode()
            head = tarfile.TarInfo(MANIFEST)
            head.size, head.mtime = len(said), int(now.timestamp())
            tar.addfile(head, BytesIO(said))
            tar.add(copy, copy.name)
            for sha256 in hashes:
                try:
                    tar.add(files.place_of(sha256), f"files/{sha256[:2]}/{sha256}")
                except FileNotFoundError:
                    missing += 1
        out.flush()
        os.fsync(out.fileno())
    copy.unlink()
    return Made(manifest, missing)


def _copy(copy: Path) -> None:
    """SQLite: its own way of copying while others write; the copy is one file without a journal."""
    path = sqlite_path()
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")


def _dump(copy: Path) -> None:
    run_postgres("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={copy}")


def sqlite_path() -> Path:
    """Where the SQLite file is. DomainError when it is nowhere."""
    path = db.engine.url.database
    if not path or path == ":memory:":
        raise DomainError("数据库在内存中，不能备份")
    return Path(path)


def run_postgres(program: str, *arguments: str | Path) -> None:
    """Run one of PostgreSQL's own programs on our database; its password is not among the arguments."""
    if shutil.which(program) is None:
        raise DomainError(f"没有找到 {program}，请安装 PostgreSQL 的客户端软件（Debian：postgresql-client）")
    address, password = spoken_of(db.engine.url)
    done = subprocess.run(  # noqa: S603  our own words, and an address from the settings
        [program, f"--dbname={address}", *arguments],
        env=os.environ | ({"PGPASSWORD": password} if password else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or [f"{done.returncode}"])[0]
        raise DomainError(f"{program} 没有成功：{said}")


def spoken_of(url: URL) -> tuple[str, str]:
    """The address of a database as PostgreSQL's own programs read it, and its password apart."""
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    return bare.render_as_string(), str(url.password or "")


def digest_of(file: Path) -> str:
    """The SHA-256 of a file, read in pieces."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
