"""Looking after an installation: backup, restore, doctor."""

from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from tracker.cli.root import print_json, say, tracker


@tracker.command()
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def backup(file: Path) -> int:
    """把数据库和全部文件备份成一个文件，不用停机；会话密钥不在其中，要另外保管。"""
    from tracker import clock
    from tracker.upkeep.backup import make

    made = make(file.absolute(), clock.now())
    said = made.manifest
    click.echo(f"已备份到 {file}：{said.users}个用户，{said.events}条留痕，{said.files - made.missing}个文件")
    if made.missing:
        say(f"有{made.missing}个文件不在数据目录中，没有备份到，请尽快从以前的备份中找回")
    return 1 if made.missing else 0


@tracker.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--overwrite", is_flag=True, help="已经有数据也恢复；现有数据移到数据目录下的 replaced-… 中。")
@with_appcontext
def restore(file: Path, overwrite: bool) -> int:
    """从备份恢复，恢复前须停止网页服务和定时任务；较旧的数据库结构自动升级。"""
    from flask import current_app

    from tracker import audit, clock
    from tracker.db import db
    from tracker.reminders.channels.queries import UNREADABLE, lines
    from tracker.upkeep.restoring import restore as put_back

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    said, aside = put_back(file, app, clock.now(), overwrite=overwrite)
    db.session.commit()
    made_at = f"{datetime.fromisoformat(said.made_at).astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
    click.echo(f"已恢复 {made_at} 的备份：{said.users}个用户，{said.events}条留痕，{said.files}个文件")
    if aside is not None:
        click.echo(f"原来的数据在 {aside}，确认无误后可以删除")
    if any(line.fault == UNREADABLE for line in lines()):
        say("会话密钥与备份时的不同，消息渠道的密钥读不出来：请换回原来的密钥，或者在“消息渠道”页重新填写")
    verdict = audit.verify()
    if verdict.broken_id is not None:
        say(f"备份里的留痕被改动过：第{verdict.broken_id}号记录与前文对不上")
        return 1
    click.echo(f"留痕完整，共{verdict.events}条")
    return 0


@tracker.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON：每项的名称、情况、怎么办（空即正常）。")
@with_appcontext
def doctor(as_json: bool) -> int:
    """检查安装是否正常：组件、字体、数据库、密钥、邮件、定时任务、磁盘、备份；有问题的写明怎么办，退出码为1。"""
    from flask import current_app

    from tracker import clock
    from tracker.upkeep.doctor import examine

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    found = examine(app, clock.now())
    if as_json:
        print_json([one._asdict() for one in found])
    for one in [] if as_json else found:
        click.echo(f"{'有问题' if one.advice else '正常'}\t{one.name}：{one.words}")
        if one.advice:
            click.echo(f"\t{one.advice}")
    return 1 if any(one.advice for one in found) else 0
