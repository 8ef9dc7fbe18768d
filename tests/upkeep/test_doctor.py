"""The doctor: says of everything whether it is as it should be, and what to do where it is not."""

import os
import shutil
import socket
from datetime import timedelta
from pathlib import Path

import pytest

from tests import make
from tests.reminders.channels import servers
from tracker import clock, runs
from tracker.db import db
from tracker.runs import JobRun
from tracker.upkeep import doctor, jobs


@pytest.fixture
def examined(migrated):
    """What the doctor finds in words: name → the lines, those with an advice marked."""

    def look() -> dict[str, str]:
        found: dict[str, list[str]] = {}
        for one in doctor.examine(migrated, clock.now()):
            words = f"{one.words}！{one.advice}" if one.advice else one.words
            found.setdefault(one.name, []).append(words)
        return {name: "；".join(lines) for name, lines in found.items()}

    return look


def test_what_is_right_is_said_so_and_what_is_wrong_with_what_to_do(
    migrated, examined, monkeypatch, tmp_path
):
    migrated.config["DATA_DIR"].chmod(0o700)
    monkeypatch.setitem(migrated.config, "SECRET_KEY", "k" * 40)
    monkeypatch.setitem(migrated.config, "BACKUPS", 3)
    monkeypatch.setitem(migrated.config, "BASE_URL", "https://duban.example.gov.cn")
    monkeypatch.setitem(migrated.config, "SESSION_COOKIE_SECURE", True)
    runs.note_keeper("tracker-1 4711", clock.now())
    db.session.commit()
    jobs.back_up(clock.now())
    with servers.mail_server() as server:
        monkeypatch.setitem(migrated.config, "MAIL_URL", server.url)
        found = examined()
    assert "！" not in "".join(found.values()), found
    assert set(doctor.CHECKS) - {"网址", "时钟"} <= set(found)
    assert found["邮件"] == "服务器应答正常"

    migrated.config["DATA_DIR"].chmod(0o755)
    clock.set_start((clock.now() + timedelta(days=3)).isoformat())
    os.utime(doctor.backup.newest(migrated.config["BACKUP_DIR"]), (0, 0))
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{closed.getsockname()[1]}"
        for name, value in {
            "BACKUPS": 3,
            "BASE_URL": "https://duban.example.gov.cn",
            "FONTS_DIR": str(tmp_path / "fonts"),
            "MAIL_URL": url,
            "SECRET_KEY": "short",
            "SESSION_COOKIE_SECURE": False,
        }.items():
            monkeypatch.setitem(migrated.config, name, value)
        db.session.execute(db.text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.add(JobRun(name="digest", at=clock.now(), rows=0, error="磁盘已满"))
        make.failed_delivery()
        monkeypatch.setattr(doctor, "find_library", lambda name: None)
        monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(100, 99, 1))
        found = examined()
    for name, words in {
        "排版组件": "apt-get install libpango-1.0-0",
        "字体": "TRACKER_FONTS_DIR",
        "数据目录": "chmod 700",
        "数据库结构": "比程序（",
        "会话密钥": "TRACKER_SECRET_KEY",
        "邮件": "拒绝连接",
        "网址": "TRACKER_SECURE_COOKIES=1",
        "定时任务": "停了，最后一次见到是",
        "消息": "未送达1条！",
        "磁盘": "请清出空间",
        "备份": "已超过两天！",
    }.items():
        assert words in found[name], found[name]
    assert "digest 出错：磁盘已满" in found["定时任务"]


def test_the_commands_answer_in_chinese_and_with_their_code(command, app, tmp_path):
    sick = command("doctor")
    assert sick.code == 1
    assert "有问题\t数据库结构：还没有建立\n\t请运行 tracker db upgrade" in sick.out
    assert command("restore", tmp_path / "none.tar").code == 2
    in_memory = command("backup", Path(tmp_path, "x.tar"))
    if db.engine.dialect.name == "sqlite":
        assert (in_memory.code, in_memory.err) == (1, "数据库在内存中，不能备份\n")
    else:
        assert in_memory.out.startswith("已备份到")
