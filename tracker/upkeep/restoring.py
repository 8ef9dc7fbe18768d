"""Restoring a backup (恢复): checked whole before anything is touched; what was there is put aside."""

import os
import re
import shutil
import sqlite3
import tarfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import MetaData, inspect, select, text

from tracker import audit, leading
from tracker.clock import SHANGHAI
from tracker.db import db
from tracker.errors import DomainError, Invalid, is_full
from tracker.upkeep import schema
from tracker.upkeep.backup import (
    DATABASES,
    MANIFEST,
    RESTORED,
    Manifest,
    clear_away,
    digest_of,
    manifest_of,
    run_postgres,
    sqlite_path,
)

_FILE = re.compile(r"files/([0-9a-f]{2})/(\1[0-9a-f]{62})")
RUNNING = "程序还在运行，请先停止网页服务和定时任务，再恢复"


def restore(file: Path, app: Flask, now: datetime, *, overwrite: bool) -> tuple[Manifest, Path | None]:
    """恢复: put the backup in place of what is there; what it says of itself, where the old things lie now.

    Refused, with nothing changed: a file that is no whole backup, a newer schema, another kind of database, a
    program that still runs, and data that is already there unless ``overwrite``.
    """
    data_dir: Path = app.config["DATA_DIR"]
    with _opened(file) as tar, leading.candidate(app) as lock:
        manifest = manifest_of(tar)
        _check(manifest)
        if not lock.take() or _others_are_connected():
            raise DomainError(RUNNING)
        there = _what_is_there(data_dir)
        if there and not overwrite:
            raise DomainError(
                f"这里已经有数据（{there}），没有恢复。确实要用备份换掉它的，加上 --overwrite；"
                "现有数据会移到数据目录下的 replaced-… 中，不会删除"
            )
        clear_away(data_dir, ".restore-*", timedelta())
        _need_room(file, data_dir)
        with TemporaryDirectory(dir=data_dir, prefix=".restore-") as folder:
            _extract(tar, manifest, Path(folder))
            aside = data_dir / f"replaced-{now.astimezone(SHANGHAI):%Y%m%d-%H%M%S}" if there else None
            _exchange(Path(folder), manifest, data_dir, aside)
    upgrade()
    if last := db.session.scalar(select(audit.Event).order_by(audit.Event.id.desc()).limit(1)):
        audit.record(RESTORED, "恢复备份", last, None, now, made_at=manifest.made_at, events=manifest.events)
    return manifest, aside


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(file, mode="r:") as tar:
            yield tar
    except FileNotFoundError:
        raise Invalid(f"找不到文件“{file}”") from None
    except IsADirectoryError:
        raise Invalid(f"“{file}”是一个文件夹，请指定备份文件") from None
    except (tarfile.TarError, EOFError):
        raise Invalid(f"“{file}”不是督办台账的备份，或者文件已经损坏") from None
    except OSError as error:
        why = "磁盘已满" if is_full(error) else str(error)
        raise DomainError(f"恢复没有完成：{why}。原来的数据没有丢，在原处，或者在 replaced-… 中") from None


def _need_room(file: Path, data_dir: Path) -> None:
    wanted, free = file.stat().st_size, shutil.disk_usage(data_dir).free
    if free < wanted:
        words = f"恢复要{wanted / 1024**2:.1f} MB，{data_dir}所在的磁盘只剩{free / 1024**2:.1f} MB"
        raise DomainError(f"磁盘空间不够，没有恢复：{words}")


def _check(manifest: Manifest) -> None:
    if manifest.schema and not schema.is_known(manifest.schema):
        raise DomainError(f"这个备份的数据库结构（{manifest.schema}）比程序新，请先升级程序，再恢复")
    engine = db.engine.dialect.name
    if manifest.engine != engine:
        raise DomainError(f"备份来自 {manifest.engine}，现在设置的数据库是 {engine}，不能互相恢复")


def _what_is_there(data_dir: Path) -> str:
    """What a restored backup would replace, in words; "" for a fresh installation."""
    users = 0
    db.session.remove()
    if inspect(db.engine).has_table("users"):
        with db.engine.connect() as connection:
            users = connection.scalar(text("SELECT count(*) FROM users")) or 0
    stored = sum(1 for _ in (data_dir / "files").glob("??/*"))
    return "、".join([f"{users}个用户"] * bool(users) + [f"{stored}个文件"] * bool(stored))


_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


def _others_are_connected() -> bool:
    """Whether a web worker still holds the database open."""
    db.session.remove()
    db.engine.dispose()
    if db.engine.dialect.name == "postgresql":
        for _ in range(10):  # a connection that was closed just now is listed for some moments more
            with db.engine.connect() as connection:
                others = connection.scalar(text(_OTHERS)) or 0
            if others <= 1:  # one more is ours: it holds the lock
                return False
            time.sleep(0.2)
        return True
    path = sqlite_path()
    if not path.exists():
        return False
    with closing(sqlite3.connect(path, timeout=1)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE")  # refused while anybody else has it open
        except sqlite3.OperationalError:
            return True
        except sqlite3.DatabaseError:
            return False  # damaged: perhaps why a backup is wanted
    return False


def _extract(tar: tarfile.TarFile, manifest: Manifest, folder: Path) -> None:
    """Write everything to ``folder``. Invalid unless each part is there and is what its hash says."""
    database = DATABASES[manifest.engine]
    for member in tar:
        if member.name == MANIFEST:
            continue
        name = _FILE.fullmatch(member.name)
        if not member.isfile() or not (name or member.name == database):
            raise Invalid(f"备份里有不该有的内容（{member.name[:80]}），没有恢复")
        place = folder / member.name
        place.parent.mkdir(parents=True, exist_ok=True)
        content = tar.extractfile(member)
        with place.open("wb") as out:
            shutil.copyfileobj(content, out)  # type: ignore[arg-type]  # a file has content
        if name is not None and digest_of(place) != name[2]:
            raise Invalid(f"备份已经损坏：文件{name[2][:12]}…与原来的不同，没有恢复")
    if not (folder / database).exists() or digest_of(folder / database) != manifest.sha256:
        raise Invalid("备份已经损坏：数据库不完整，没有恢复")
    if manifest.engine == "sqlite" and not _is_sound(folder / database):
        raise Invalid("备份已经损坏：数据库不完整，没有恢复")


def _is_sound(database: Path) -> bool:
    with closing(sqlite3.connect(database)) as connection:
        try:
            found: tuple[str] = connection.execute("PRAGMA quick_check").fetchone()
        except sqlite3.DatabaseError:
            return False
    return found == ("ok",)


def _exchange(folder: Path, manifest: Manifest, data_dir: Path, aside: Path | None) -> None:
    """From here on the old things lie in ``aside`` and the new ones in their place."""
    old, new = data_dir / "files", folder / "files"
    db.session.remove()
    db.engine.dispose()  # an open connection would stay with the old file
    if aside is not None:
        aside.mkdir(mode=0o700)
    if manifest.engine == "sqlite":
        path = sqlite_path()
        for part in (Path(f"{path}{end}") for end in ("-wal", "-shm", "-journal")):
            if part.exists():
                shutil.move(part, aside / part.name) if aside else part.unlink()
        if aside is not None and path.exists():
            os.link(path, aside / path.name)  # the place is never empty: a start would make a new database
        os.replace(folder / DATABASES["sqlite"], path)
    else:
        kept = None if aside is None else aside / DATABASES["postgresql"]
        if kept is not None:
            run_postgres("pg_dump", "--format=custom", "--no-owner", f"--file={kept}")
        _empty()
        try:
            _fill(folder / DATABASES["postgresql"])
        except DomainError:
            if kept is not None:
                _fill(kept)
            raise
    if old.exists():
        old.rename(aside / "files") if aside else shutil.rmtree(old)
    if new.exists():
        new.rename(old)


def _fill(dump: Path) -> None:
    """Everything or nothing of a dump, into an empty database."""
    how = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
    run_postgres("pg_restore", *how, dump)


def _empty() -> None:
    """Drop every table, also those a later schema added."""
    found = MetaData()
    with db.engine.begin() as connection:
        found.reflect(connection)
        found.drop_all(connection)
    db.engine.dispose()
