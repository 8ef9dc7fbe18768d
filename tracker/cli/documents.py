"""Reading documents: parse, deadline, import."""

from datetime import date
from pathlib import Path

import click
from flask.cli import with_appcontext

from tracker.cli.root import Day, print_json, read, say, tracker, writes


@tracker.command(with_appcontext=False)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出识别结果（JSON，默认）。")
@click.option("--text", "as_text", is_flag=True, help="输出识别所依据的正文，区间即其字符位置。")
def parse(file: Path, as_json: bool, as_text: bool) -> None:
    """识别一个文件，只读不存。"""
    from tracker.documents import readers
    from tracker.documents.parse import parse as parse_text

    found = readers.read(*read(file))
    for note in found.notes:
        say(f"请留意：{note}")
    if as_text and not as_json:
        click.echo(found.text, nl=False)
    else:
        print_json(parse_text(found.text).as_json())


@tracker.command(with_appcontext=False)
@click.option("--issued", type=Day(), required=True, help="成文日期。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@click.argument("phrases", nargs=-1, required=True, metavar="说法…")
def deadline(issued: date, as_json: bool, phrases: tuple[str, ...]) -> None:
    """识别时限说法。"""
    from tracker.documents.deadlines import Base, resolve
    from tracker.text import fold
    from tracker.workdays import statutory

    base = Base(issued_on=issued, plan_year=issued.year, workdays=statutory())
    mentions = [resolve(fold(phrase).norm, base) for phrase in phrases]
    if as_json:
        print_json(
            [
                {"phrase": phrase, "deadline": mention and mention.deadline and mention.deadline.as_json()}
                for phrase, mention in zip(phrases, mentions, strict=True)
            ]
        )
        return
    for phrase, mention in zip(phrases, mentions, strict=True):
        words = mention.deadline.words() if mention and mention.deadline else "没有可以确定的时限"
        click.echo(f"{phrase}\t{words}")


@tracker.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--publish", is_flag=True, help="没有待处理事项时直接立项。")
@click.option(
    "--resolve",
    type=click.Choice(["members"]),
    help="members：“等…成员单位”按单位库中的成员确定。",
)
@click.option("--again", is_flag=True, help="同一文件已导入过也再导入一次。")
@with_appcontext
@writes
def import_file(file: Path, publish: bool, resolve: str | None, again: bool) -> int:
    """导入来源文件，可直接立项。"""
    from tracker import clock
    from tracker.db import db
    from tracker.documents import actions, queries
    from tracker.tasks import intake

    now = clock.now()
    document = actions.import_file(*read(file), None, now, again=again)
    directory = queries.directory()
    if resolve:
        actions.resolve_members(document, directory, None, now)
    db.session.commit()
    reading = actions.reading(document)
    points = len(reading.points)
    click.echo(f"已导入《{document.title}》{document.number}：{points}个工作要点（文件{document.id}）")
    for note in reading.notes:
        say(f"请留意：{note}")
    for flag in actions.flags(document, directory):
        say(f"{'须处理' if flag.is_blocking else '请留意'}：{flag.message}")
    if not publish:
        return 0
    tasks = intake.adopt(document, directory, None, now, leaves_open_sets=True)
    duties = sum(len(task.assignments) for task in tasks)
    db.session.commit()
    if not resolve:
        say("没有列全的成员单位未分配任务，请督查员在任务页“增加承办单位”中补上，或用 --resolve members")
    click.echo(f"已立项：{len(tasks)}个任务，{duties}个承办项")
    return 0
