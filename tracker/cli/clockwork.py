"""The clockwork by hand: tick, remind, deliver, scheduler."""

from datetime import datetime

import click
from flask.cli import with_appcontext

from tracker.cli.root import Moment, print_json, say, tracker, writes


@tracker.command()
@click.option("--at", type=Moment(), help="按这一刻运行，不写即现在。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON：任务名 → 写入行数。")
@with_appcontext
@writes
def tick(at: datetime | None, as_json: bool) -> int:
    """把所有定时任务运行一遍；重复运行不会重复写入。不用常驻进程的，可由 cron 每个工作日9点运行。"""
    from tracker import clock
    from tracker.scheduler import run_all

    ran = run_all(at or clock.now(), keep=at is None)
    if as_json:
        print_json({run.name: run.rows for run in ran})
    for run in ran:
        if not as_json:
            click.echo(f"{run.name}\t{run.rows}")
        if run.error:
            say(f"{run.name} 没有成功：{run.error}")
    return 1 if any(run.error for run in ran) else 0


@tracker.command()
@click.option("--at", type=Moment(), help="按这一刻运行，不写即现在。")
@with_appcontext
@writes
def remind(at: datetime | None) -> None:
    """生成当天的提醒和汇总提醒。"""
    from tracker import clock
    from tracker.reminders import jobs

    now = at or clock.now()
    click.echo(f"提醒{jobs.remind(now)}条，汇总提醒{jobs.digest(now)}份")


@tracker.command()
@click.option("--at", type=Moment(), help="按这一刻运行，不写即现在。")
@with_appcontext
@writes
def deliver(at: datetime | None) -> int:
    """把待发送的消息发出去：邮件、群机器人、短信等；发不出去的稍后自动再发。"""
    from tracker import clock
    from tracker.reminders import jobs
    from tracker.reminders.channels import queries

    tried = jobs.deliver(at or clock.now())
    waiting, failed = queries.backlog()
    click.echo(f"发送了{tried}条，待发送{waiting}条，未送达{failed}条")
    return 1 if failed else 0


@tracker.command()
@with_appcontext
def scheduler() -> None:
    """运行定时任务，直到收到结束信号；可开多个，只有一个在工作。"""
    import logging

    from flask import current_app

    from tracker.scheduler import serve

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    serve(current_app._get_current_object())  # type: ignore[attr-defined]
