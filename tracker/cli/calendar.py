"""The working calendar: show a year, import a notice."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from tracker.cli.root import read, say, tracker, writes


class _Years(click.Group):
    """A year in place of a command shows it: ``tracker calendar 2026``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        return super().resolve_command(ctx, ["show", *args] if args[0].isdecimal() else args)


@tracker.group(cls=_Years)
def calendar() -> None:
    """工作日历：tracker calendar 2026 显示一年的放假和调休。"""


@calendar.command("show")
@click.argument("year", type=click.IntRange(2004, 2099))
@with_appcontext
def show_year(year: int) -> None:
    """显示一年的放假和调休，写成可以再导入的样子。"""
    from tracker.calendar import queries
    from tracker.calendar.rules import Day, write
    from tracker.workdays import legal_days_off

    days = queries.days_of(year)
    if not days:
        say(f"预估：还没有{year}年的放假通知，以下只按法定节日推算，没有调休")
        days = [Day(day, False, name) for day, name in legal_days_off(year).items()]
    click.echo(write(year, days))


@calendar.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="只看会改什么，不写入。")
@with_appcontext
@writes
def import_notice(file: Path, check: bool) -> int:
    """导入一年的放假通知（文本、Word、PDF、网页）。"""
    from tracker import clock
    from tracker.calendar import actions, queries
    from tracker.db import db
    from tracker.documents import readers

    text = readers.read(*read(file)).text
    plan = queries.plan(text)
    if not check or plan.faults:
        actions.import_notice(text, None, clock.now())
    for day, before, after in plan.changes:
        click.echo(f"{day}\t{before}\t{after}")
    if plan.kept:
        say(f"通知没有写到{'、'.join(plan.kept)}，保持原来的安排")
    if not check:
        db.session.commit()
    say(f"{plan.reading.year}年：{len(plan.changes)}天{'将有改变，没有写入' if check else '有改变，已导入'}")
    return 0
