"""The month: evaluate, circular."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import with_appcontext

from tracker.cli.root import Month, print_json, say, tracker, writes
from tracker.errors import Invalid

Step = Callable[[int, int], None]


@tracker.command()
@click.argument("month", type=Month())
@click.option("--again", is_flag=True, help="未定稿时重新取数。")
@click.option("--check", is_flag=True, help="只核对：重算每个数，并与冻结的事实和留痕对照；对不上退出码为1。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@with_appcontext
@writes
def evaluate(month: str, again: bool, check: bool, as_json: bool) -> int:
    """月度评价：取数、计分、排名；或者核对已经冻结的月份。"""
    from tracker import clock
    from tracker.db import db
    from tracker.scores import actions
    from tracker.scores.queries import as_json as board_json
    from tracker.workdays import statutory

    if check:
        return _check(month, as_json)
    run = actions.reevaluate if again else actions.evaluate
    with _bar(f"{month}取数评价", hidden=as_json) as step:
        found = run(month, None, clock.now(), statutory(), step)
        db.session.commit()
    if as_json:
        print_json({"month": month, "boards": [board_json(evaluation) for evaluation in found]})
        return 0
    if not found:
        say("还没有评价组，请先在“评价组”中设置")
    for evaluation in found:
        click.echo(f"{evaluation.board.name}（截至{evaluation.cutoff_on:%Y-%m-%d}）{evaluation.note}")
        for sheet in evaluation.sheets:
            rank = sheet.rank or "—"
            score = "—" if sheet.score is None else f"{sheet.score:.2f}"
            click.echo(f"  {rank:>3}  {score:>6}  {sheet.unit.name}  {sheet.note}")
    return 0


def _check(month: str, as_json: bool) -> int:
    """Exit code 1, and what is wrong in words, when a frozen month is not as it was."""
    from tracker.scores.checking import check_month

    with _bar(f"{month}核对", hidden=as_json) as step:
        wrong = check_month(month, step)
    if as_json:
        print_json({"month": month, "wrong": wrong})
    for words in [] if as_json else wrong:
        say(words)
    if not wrong and not as_json:
        click.echo(f"{month}各组的事实、得分、名次重算相同，与留痕相符")
    return 1 if wrong else 0


@contextmanager
def _bar(label: str, *, hidden: bool) -> Iterator[Step]:
    """A bar on a terminal; each step says how much is done and how much there is."""
    quiet = hidden or not sys.stderr.isatty()
    with click.progressbar(length=100, label=label, file=sys.stderr, hidden=quiet) as bar:

        def step(done: int, whole: int) -> None:
            bar.update(100 * done // max(whole, 1) - bar.pos)

        yield step


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
