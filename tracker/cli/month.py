"""The month: evaluate, circular."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from tracker.cli.root import Month, print_json, say, tracker, writes
from tracker.errors import Invalid


@tracker.command()
@click.argument("month", type=Month())
@click.option("--again", is_flag=True, help="未定稿时重新取数。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@with_appcontext
@writes
def evaluate(month: str, again: bool, as_json: bool) -> None:
    """月度评价：取数、计分、排名。"""
    from tracker import clock
    from tracker.db import db
    from tracker.scores import actions
    from tracker.scores.queries import as_json as board_json
    from tracker.workdays import statutory

    run = actions.reevaluate if again else actions.evaluate
    found = run(month, None, clock.now(), statutory())
    db.session.commit()
    if as_json:
        print_json({"month": month, "boards": [board_json(evaluation) for evaluation in found]})
        return
    if not found:
        say("还没有评价组，请先在“评价组”中设置")
    for evaluation in found:
        click.echo(f"{evaluation.board.name}（截至{evaluation.cutoff_on:%Y-%m-%d}）{evaluation.note}")
        for sheet in evaluation.sheets:
            rank = sheet.rank or "—"
            score = "—" if sheet.score is None else f"{sheet.score:.2f}"
            click.echo(f"  {rank:>3}  {score:>6}  {sheet.unit.name}  {sheet.note}")


@tracker.command()
@click.argument("month", type=Month())
@click.option("--pdf", "pdf_file", type=click.Path(path_type=Path), required=True, help="PDF 写到这个文件。")
@with_appcontext
@writes
def circular(month: str, pdf_file: Path) -> None:
    """打印一个月的通报；还没有拟稿时先拟稿。"""
    from flask import current_app

    from tracker import clock
    from tracker.circulars import actions, queries
    from tracker.db import db
    from tracker.workdays import statutory

    now, house = clock.now(), actions.House.from_settings(current_app.config)
    found = queries.of_month(month) or actions.draft(month, house, None, now, statutory())
    db.session.commit()
    try:
        pdf_file.write_bytes(actions.paper(found, house, now))
    except OSError as error:
        raise Invalid(f"写不了文件“{pdf_file}”：{error.strerror}") from None
    click.echo(f"已打印《{found.title}》（{found.state.label}）：{pdf_file}")
