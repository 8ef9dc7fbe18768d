"""A backup comes back whole or not at all, and never over what is there without being told so."""

import errno
import hashlib
import io
import json
import os
import shutil
import tarfile

import pytest
from sqlalchemy import create_engine, make_url

from tests import make
from tests.conftest import NOW
from tracker import audit, files, leading
from tracker.accounts.models import User
from tracker.db import db
from tracker.errors import DomainError, Invalid
from tracker.files import StoredFile
from tracker.upkeep import backup, schema
from tracker.upkeep.restoring import restore


@pytest.fixture
def kept(migrated, tmp_path):
    """A backup with one person and one file; since then a second person came and the file was lost."""
    audit.record("user.edit", "修改用户", make.user(name="周听澜"), None, NOW)
    stored = files.store("佐证".encode(), "佐证.txt", "text/plain", None, NOW)
    db.session.commit()
    file = tmp_path / "kept.tar"
    assert backup.make(file, NOW).missing == 0
    files.path_of(stored).unlink()
    make.user(name="后来的人")
    db.session.commit()
    return file


def people():
    return db.session.scalars(db.select(User.name).order_by(User.id)).all()


def rewritten(file, change):
    """The backup with its members put through ``change(name, content)``; None leaves one out."""
    other = file.with_name("changed.tar")
    with tarfile.open(file) as old, tarfile.open(other, "w") as new:
        for member in old:
            name, content = member.name, old.extractfile(member).read()
            if (changed := change(name, content)) is not None:
                member.name, member.size = changed[0], len(changed[1])
                new.addfile(member, io.BytesIO(changed[1]))
    return other


def test_what_was_backed_up_comes_back_and_what_was_there_is_put_aside(migrated, kept):
    with pytest.raises(DomainError, match="这里已经有数据（2个用户）"):
        restore(kept, migrated, NOW, overwrite=False)
    assert people() == ["周听澜", "后来的人"]

    said, aside = restore(kept, migrated, NOW, overwrite=True)
    assert people() == ["周听澜"]
    stored = db.session.scalars(db.select(StoredFile)).one()
    proof = files.path_of(stored)
    assert proof.read_text() == "佐证"
    assert audit.verify() == audit.Verdict(said.events + 1, None)
    told = db.session.scalars(db.select(audit.Event).order_by(audit.Event.id.desc()).limit(1)).one()
    assert (told.words, told.details["events"]) == ("恢复备份", said.events)
    assert schema.current() == schema.head()
    assert {path.name for path in aside.iterdir()} >= {backup.DATABASES[said.engine]}

    make.user(name="又来的人")  # numbers go on where they were

    db.session.execute(db.delete(audit.Event))
    db.session.execute(db.delete(StoredFile))
    db.session.execute(db.delete(User))
    db.session.commit()
    proof.unlink()
    assert (
        restore(kept, migrated, NOW, overwrite=False)[1] is None
    )  # into an empty house without a further word
    assert people() == ["周听澜"]


def _newer(name, content):
    return name, content.replace(schema.head().encode(), b"9999") if name == "manifest.json" else content


def _other_engine(name, content):
    return name, content.replace(b"sqlite", b"other").replace(
        b"postgresql", b"other"
    ) if name == "manifest.json" else content


def _bent(name, content):
    return name, b"other" if name.startswith("files/") else content


def _without_database(name, content):
    return None if name.startswith("tracker.") else (name, content)


def _escaping(name, content):
    return ("files/../../evil" if name.startswith("files/") else name), content


def test_what_does_not_fit_or_comes_while_the_program_runs_changes_nothing(
    migrated, kept, tmp_path, monkeypatch
):
    for change, words in (
        (_newer, "比程序新"),
        (_other_engine, "备份来自 other"),
        (_bent, "与原来的不同"),
        (_without_database, "数据库不完整"),
        (_escaping, "不该有的内容"),
    ):
        with pytest.raises(DomainError, match=words):
            restore(rewritten(kept, change), migrated, NOW, overwrite=True)
    for content in (b"", b"no tar at all" * 100):
        (tmp_path / "x.tar").write_bytes(content)
        with pytest.raises(Invalid, match="已经损坏"):
            restore(tmp_path / "x.tar", migrated, NOW, overwrite=True)
    with pytest.raises(Invalid, match="是一个文件夹"):
        restore(tmp_path, migrated, NOW, overwrite=True)
    with pytest.raises(Invalid, match="找不到文件"):
        restore(tmp_path / "none.tar", migrated, NOW, overwrite=True)

    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(9, 8, 1))
        with pytest.raises(DomainError, match="磁盘空间不够，没有恢复：恢复要"):
            restore(kept, migrated, NOW, overwrite=True)

    with leading.candidate(migrated) as scheduler:
        assert scheduler.take()
        with pytest.raises(DomainError, match="先停止网页服务和定时任务"):
            restore(kept, migrated, NOW, overwrite=True)
    web = create_engine(db.engine.url)
    with web.connect() as connection:
        connection.execute(db.text("SELECT 1 FROM users"))
        connection.rollback()
        with pytest.raises(DomainError, match="先停止网页服务和定时任务"):
            restore(kept, migrated, NOW, overwrite=True)
    web.dispose()
    with pytest.raises(Invalid, match="已经存在"):
        backup.make(kept, NOW)
    with pytest.raises(Invalid, match="没有目录"):
        backup.make(tmp_path / "none" / "x.tar", NOW)
    assert people() == ["周听澜", "后来的人"]


def test_the_password_of_postgresql_is_handed_over_apart_and_whole():
    url = make_url("postgresql+psycopg://tracker:ge%40heim@db:5433/tracker?sslmode=require")
    assert backup.spoken_of(url) == ("postgresql://tracker@db:5433/tracker?sslmode=require", "ge@heim")
    assert backup.spoken_of(make_url("postgresql+psycopg:///tracker")) == ("postgresql:///tracker", "")


def _spoiled(name, content):
    """A database that is what its hash says and cannot be put back."""
    if name == "manifest.json":
        engine = json.loads(content)["engine"]
        content = json.dumps(json.loads(content) | {"sha256": hashlib.sha256(SPOILED[engine]).hexdigest()})
        return name, content.encode()
    return name, content if name.startswith("files/") else SPOILED[
        "sqlite" if "sqlite" in name else "postgresql"
    ]


SPOILED = {"sqlite": b"SQLite format 3\0" + bytes(600), "postgresql": b"PGDMP" + bytes(600)}


def test_a_database_that_cannot_be_put_back_leaves_the_old_one(migrated, kept):
    with pytest.raises(DomainError):
        restore(rewritten(kept, _spoiled), migrated, NOW, overwrite=True)
    assert people() == ["周听澜", "后来的人"]


def test_what_was_killed_leaves_nothing_behind_for_long(migrated, kept, tmp_path):
    half = migrated.config["DATA_DIR"] / ".restore-half"
    old, young = tmp_path / ".backup-old", tmp_path / ".backup-young"
    for folder in (half, old, young):
        folder.mkdir()
        (folder / "part").write_bytes(b"half")
    os.utime(old, (0, 0))

    backup.make(tmp_path / "again.tar", NOW)
    restore(kept, migrated, NOW, overwrite=True)

    assert [folder.exists() for folder in (half, old, young)] == [False, False, True]


def test_a_full_disk_is_said_and_leaves_no_half_backup(migrated, tmp_path, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "add", full)
    with pytest.raises(DomainError, match="备份没有写成：磁盘已满"):
        backup.make(tmp_path / "x.tar", NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_program_mixed_of_two_versions_moves_no_schema(command, monkeypatch, tmp_path):
    mixed = shutil.copytree(schema.MIGRATIONS, tmp_path / "migrations")
    (mixed / "versions" / "9999_other.py").write_text("revision = '9999'\ndown_revision = '0001'\n")
    monkeypatch.setattr(schema, "MIGRATIONS", mixed)
    schema._revisions.cache_clear()
    schema.head.cache_clear()
    try:
        code, _, err = command("db", "upgrade")
    finally:
        schema._revisions.cache_clear()
        schema.head.cache_clear()
    assert (code, "不要解开在旧版本上面" in err) == (1, True)
