"""What is done at night: purging, verifying the trail, backing up."""

import json
import os
import tarfile
from datetime import timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tracker import audit, clock, files
from tracker.accounts.models import SignInAttempt
from tracker.db import db
from tracker.errors import DomainError
from tracker.files import StoredFile
from tracker.reminders.models import Channel, Delivery, Outcome
from tracker.reports.models import Evidence
from tracker.upkeep import jobs

LONG_AGO = NOW - timedelta(days=40)


def store(words, at, real_days=40):
    """A stored file whose bytes have lain on the disk for so many real days."""
    stored = files.store(words.encode(), f"{words}.txt", "text/plain", None, at)
    db.session.commit()
    age(files.path_of(stored), real_days)
    return stored


def age(path, days):
    then = clock.real().timestamp() - days * 86400
    os.utime(path, (then, then))


def test_what_nobody_needs_is_purged_once_and_the_rest_stays():
    evidence = store("佐证", LONG_AGO)
    make.report(make.assignment(make.unit()), evidence=[Evidence(file=evidence, name="佐证.txt")])
    abandoned, lately = store("没有用上", LONG_AGO), store("刚刚上传", NOW, real_days=0)
    paths = {one.name: files.path_of(one) for one in (evidence, abandoned, lately)}
    stray = paths["佐证.txt"].with_name("0" * 64)
    stray.write_bytes(b"half")
    age(stray, 40)
    for at in (LONG_AGO, NOW):
        db.session.add(SignInAttempt(key="account zhou", at=at))
        message = {"channel": Channel.MAIL, "address": "a@b.cn", "outcome": Outcome.FAILED, "next_at": at}
        db.session.add(Delivery(message_id=f"test-{at.isoformat()}", **message))
    proof = make.failed_delivery(next_at=LONG_AGO)
    audit.record("user.edit", "修改用户", proof, None, LONG_AGO)
    db.session.commit()
    events = db.session.scalar(db.select(db.func.count(audit.Event.id)))

    assert jobs.purge(NOW) == 1 + 1 + 1 + 2  # attempt, test message, row, and two files on the disk
    assert jobs.purge(NOW) == 0

    assert set(db.session.scalars(db.select(StoredFile.name))) == {"佐证.txt", "刚刚上传.txt"}
    assert [path.is_file() for path in paths.values()] == [True, False, True]
    assert not stray.exists()
    assert db.session.scalars(db.select(SignInAttempt.at)).all() == [NOW]
    assert db.session.get(Delivery, proof.id) is not None
    assert db.session.scalar(db.select(db.func.count(audit.Event.id))) == events


def test_a_file_that_is_stored_again_meanwhile_stays():
    abandoned = store("没有用上", LONG_AGO)
    path = files.path_of(abandoned)
    assert files.forget_unbound(NOW) == 1
    assert files.strays() == [path]
    files.store("没有用上".encode(), "又来了.txt", "text/plain", None, NOW)
    assert not files.remove(path, clock.real())
    assert path.read_text() == "没有用上"


def test_a_sound_trail_is_verified_in_silence_and_a_changed_one_fails_in_sight(supervisor):
    for number in range(3):
        audit.record("user.edit", "修改用户", supervisor, None, NOW, number=number)
    db.session.commit()
    assert jobs.verify_audit(NOW) == 0

    first = db.session.scalar(db.select(db.func.min(audit.Event.id)))
    db.session.execute(db.update(audit.Event).where(audit.Event.id == first).values(reason="改过"))
    db.session.commit()
    with pytest.raises(DomainError, match=f"第{first}号记录"):
        jobs.verify_audit(NOW)


def test_one_backup_a_night_the_latest_few_are_kept_and_what_is_lost_or_cut_off_is_noticed(own_app):
    own_app.config["BACKUPS"] = 3
    supervisor = make.user()
    for number in range(3):
        audit.record("user.edit", "修改用户", supervisor, None, NOW, number=number)
    stored = files.store("佐证".encode(), "佐证.txt", "text/plain", None, NOW)
    db.session.commit()

    for hours in range(0, 5 * 24, 12):
        assert jobs.back_up(NOW + timedelta(hours=hours)) == (hours % 24 == 0)
    found = sorted(own_app.config["BACKUP_DIR"].iterdir())
    names = [f"tracker-202007{day:02}.tar" for day in (8, 9, 10)]
    assert [path.name for path in found] == names
    assert found[0].stat().st_mode & 0o077 == 0
    with tarfile.open(found[0]) as tar:
        assert json.load(tar.extractfile("manifest.json"))["events"] == 3
        assert not [name for name in tar.getnames() if "secret" in name]
    assert jobs.verify_audit(NOW) == 0

    last = db.session.scalar(db.select(db.func.max(audit.Event.id)))
    db.session.execute(db.text("DELETE FROM events WHERE id = :last"), {"last": last})
    db.session.commit()
    with pytest.raises(DomainError, match="截去"):
        jobs.verify_audit(NOW)

    files.path_of(stored).unlink()
    with pytest.raises(DomainError, match="1个文件不在数据目录中"):
        jobs.back_up(NOW + timedelta(days=5))
    assert (own_app.config["BACKUP_DIR"] / "tracker-20200711.tar").exists()
