"""What is wrong with an installation, and what to do about it: one line for each thing looked at."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from ctypes.util import find_library
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from tracker import clock, runs
from tracker.db import db
from tracker.press.fonts import fonts
from tracker.reminders.channels import mail, queries
from tracker.reminders.channels.base import ChannelError
from tracker.upkeep import backup, schema

LIBRARIES = {  # what prints the PDFs, and the Debian package each comes in
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
OLDEST_POSTGRES = 15
SHORTEST_KEY = 16
ROOM_LEFT = 1024**3  # bytes, beside another backup
MIGRATE = "请运行 tracker db upgrade"


class Finding(NamedTuple):
    """One thing that was looked at. ``advice`` says what to do; empty when it is as it should be."""

    name: str
    words: str
    advice: str = ""


Check = Callable[[Flask, datetime], Iterator[Finding]]


def examine(app: Flask, now: datetime) -> list[Finding]:
    """Look at everything; a check that breaks off is a finding too."""
    findings: list[Finding] = []
    for name, check in CHECKS.items():
        try:
            findings += check(app, now)
        except SQLAlchemyError as error:
            db.session.rollback()
            said = str(error).splitlines()[0]
            findings.append(
                Finding(name, f"数据库出错：{said}", "请核对 TRACKER_DATABASE_URL，看数据库是否启动")
                if check is _database
                else Finding(name, "没有查成，要先解决数据库的问题", "请先看“数据库”和“数据库结构”两项")
            )
        except Exception as error:  # the edge: a doctor tells of every illness
            words = f"检查时出错：{type(error).__name__} {error}".splitlines()[0]
            findings.append(Finding(name, words, "请查看运行日志"))
    return findings


def _libraries(app: Flask, now: datetime) -> Iterator[Finding]:
    missing = [package for library, package in LIBRARIES.items() if find_library(library) is None]
    if missing:
        yield Finding("排版组件", f"缺少{'、'.join(missing)}", f"请运行 apt-get install {' '.join(missing)}")
    else:
        yield Finding("排版组件", "齐备")


def _fonts(app: Flask, now: datetime) -> Iterator[Finding]:
    folder = app.config["FONTS_DIR"]
    found = fonts(Path(folder) if folder else None)
    if folder and not Path(folder).is_dir():
        yield Finding("字体", f"没有字体目录{folder}", "请建立目录，或改正 TRACKER_FONTS_DIR")
    for font in found.values():
        if font.path is None:
            yield Finding("字体", f"没有{font.face.label}", font.announcement)
    own = [face.label for face, font in found.items() if font.is_own]
    stand_ins = [face.label for face, font in found.items() if not font.is_own and font.path]
    words = [f"本单位字体：{'、'.join(own)}"] * bool(own) + [f"替代字体：{'、'.join(stand_ins)}"] * bool(
        stand_ins
    )
    yield Finding("字体", "；".join(words))


def _data_dir(app: Flask, now: datetime) -> Iterator[Finding]:
    folder: Path = app.config["DATA_DIR"]
    mode = stat.S_IMODE(folder.stat().st_mode)
    if not os.access(folder, os.W_OK):
        yield Finding("数据目录", f"{folder}不能写入", "请改正目录的所有者：chown -R tracker: 目录")
    elif strangers := _not_of(folder):
        words = f"{'、'.join(map(str, strangers[:3]))}不属于目录的所有者，程序可能写不了"
        yield Finding("数据目录", words, f"请运行 chown -R --reference={folder} {folder}")
    elif mode & 0o007:
        yield Finding("数据目录", f"{folder}对其他用户开放（{mode:o}）", f"请运行 chmod 700 {folder}")
    else:
        yield Finding("数据目录", f"{folder}可以写入，其他用户不能进入")


def _not_of(folder: Path) -> list[Path]:
    """What another user put there, such as root by a command run without as-tracker."""
    owner = folder.stat().st_uid
    return [path for path in sorted(folder.iterdir()) if path.stat().st_uid != owner]


def _database(app: Flask, now: datetime) -> Iterator[Finding]:
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "postgresql":
            major = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10000
            advice = "" if major >= OLDEST_POSTGRES else f"请升级到 PostgreSQL {OLDEST_POSTGRES} 或更新版本"
            yield Finding("数据库", f"PostgreSQL {major}，连接正常", advice)
        else:
            said = connection.scalar(text("PRAGMA quick_check(1)"))
            advice = "" if said == "ok" else "数据库文件损坏，请停止程序并从备份恢复：tracker restore"
            yield Finding("数据库", f"SQLite，文件{'完好' if said == 'ok' else '损坏'}", advice)


def _schema(app: Flask, now: datetime) -> Iterator[Finding]:
    at, head = schema.current(), schema.head()
    if at == head:
        yield Finding("数据库结构", f"{head}，与程序一致")
    elif at is None:
        yield Finding("数据库结构", "还没有建立", MIGRATE)
    elif schema.is_known(at):
        yield Finding("数据库结构", f"{at}，比程序（{head}）旧", MIGRATE)
    else:
        yield Finding("数据库结构", f"{at}，比程序（{head}）新", "请换用建立它的那个版本的程序或更新的版本")


def _secret_key(app: Flask, now: datetime) -> Iterator[Finding]:
    key = str(app.config["SECRET_KEY"])
    kept: Path = app.config["DATA_DIR"] / "secret_key"
    advice = "请另设 TRACKER_SECRET_KEY（随机的32个字符以上）" if len(key) < SHORTEST_KEY else ""
    if not advice and kept.exists() and stat.S_IMODE(kept.stat().st_mode) & 0o077:
        advice = f"密钥文件对其他用户开放，请运行 chmod 600 {kept}"
    yield Finding("会话密钥", "太短" if len(key) < SHORTEST_KEY else "已设置", advice)
    unreadable = [one.channel.label for one in queries.lines() if one.fault == queries.UNREADABLE]
    if unreadable:
        words = f"解不开{'、'.join(unreadable)}的密钥：会话密钥换过"
        yield Finding("渠道密钥", words, "请换回原来的会话密钥，或者在“消息渠道”页重新填写")


def _mail(app: Flask, now: datetime) -> Iterator[Finding]:
    settings = queries.house()
    if not settings["mail_url"]:
        yield Finding("邮件", "没有设置，只有站内消息")
        return
    try:
        mail.greet(settings)
    except ChannelError as error:
        yield Finding("邮件", str(error), "请核对 TRACKER_MAIL_URL，并请邮件管理员协助")
        return
    yield Finding("邮件", "服务器应答正常")
    address = urlsplit(app.config["BASE_URL"])
    if address.hostname in ("127.0.0.1", "localhost"):
        words = f"邮件里的网址是{app.config['BASE_URL']}，收件人打不开"
        yield Finding("网址", words, "请把 TRACKER_BASE_URL 设成用户打开本系统的网址")


def _cookies(app: Flask, now: datetime) -> Iterator[Finding]:
    if app.config["BASE_URL"].startswith("https:") and not app.config["SESSION_COOKIE_SECURE"]:
        yield Finding("网址", "经 HTTPS 访问，会话标识却可以明文传送", "请设 TRACKER_SECURE_COOKIES=1")


def _scheduler(app: Flask, now: datetime) -> Iterator[Finding]:
    keeper = runs.keeper()
    start = "请启动 tracker scheduler（systemctl start tracker-scheduler）"
    if keeper is None:
        yield Finding("定时任务", "从来没有运行过", start)
    elif not runs.is_kept(now):
        seen = keeper.seen_at.astimezone(clock.SHANGHAI)
        yield Finding("定时任务", f"停了，最后一次见到是{seen:%Y-%m-%d %H:%M}", start)
    else:
        yield Finding("定时任务", f"由{keeper.name}值守")
    for run in runs.failing():
        yield Finding("定时任务", f"{run.name} 出错：{run.error}", "请查看“运行监控”页和运行日志")
    waiting, failed = queries.backlog()
    advice = "请在“消息渠道”页查明原因，重新发送" if failed else ""
    yield Finding("消息", f"待发送{waiting}条，未送达{failed}条", advice)


def _disk(app: Flask, now: datetime) -> Iterator[Finding]:
    folder: Path = app.config["DATA_DIR"]
    stored = sum(path.stat().st_size for path in (folder / "files").glob("??/*"))
    free = shutil.disk_usage(folder).free
    words = f"剩余{free / 1024**3:.1f} GB，佐证材料等文件{stored / 1024**3:.1f} GB"
    advice = "请清出空间，或给数据目录换一块更大的磁盘" if free < ROOM_LEFT + stored else ""
    yield Finding("磁盘", words, advice)


def _backups(app: Flask, now: datetime) -> Iterator[Finding]:
    if not app.config["BACKUPS"]:
        yield Finding("备份", "没有启用自动备份（TRACKER_BACKUPS=0）")
        return
    newest = backup.newest(app.config["BACKUP_DIR"])
    if newest is None:
        yield Finding("备份", "还没有备份", "定时任务每夜自动备份；现在就要的，运行 tracker backup 文件")
    elif clock.real().timestamp() - newest.stat().st_mtime > timedelta(days=2).total_seconds():
        yield Finding("备份", f"最近的一份是{newest}，已超过两天", "请检查定时任务和“运行监控”页的“备份”")
    else:
        yield Finding("备份", f"最近的一份是{newest}")


def _clock(app: Flask, now: datetime) -> Iterator[Finding]:
    if app.config["CLOCK"]:
        yield Finding(
            "时钟",
            f"演示时钟，现在是{now.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}；正式使用不要设 TRACKER_CLOCK",
        )


CHECKS: dict[str, Check] = {
    "排版组件": _libraries,
    "字体": _fonts,
    "数据目录": _data_dir,
    "数据库": _database,
    "数据库结构": _schema,
    "会话密钥": _secret_key,
    "邮件": _mail,
    "网址": _cookies,
    "定时任务": _scheduler,
    "磁盘": _disk,
    "备份": _backups,
    "时钟": _clock,
}
