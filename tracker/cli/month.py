"""The month: evaluate, circular."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import with_appcontext

from tracker.cli.root import Month, print_json, say, tracker, write, writes
from tracker.errors import Invalid, WrongState

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
@click.option("--pdf", "pdf_file", type=click.Path(path_type=Path), help="PDF 写到这个文件。")
@click.option("--docx", "docx_file", type=click.Path(path_type=Path), help="Word 写到这个文件。")
@click.option(
    "--brief", "brief_file", type=click.Path(path_type=Path), help="领导一页纸（PDF）写到这个文件。"
)
@click.option(
    "--kind",
    type=click.Choice(["document", "bulletin"]),
    help="还没有拟稿时的版式：document 文件（默认），bulletin 督查通报。",
)
@with_appcontext
@writes
def circular(
    month: str, pdf_file: Path | None, docx_file: Path | None, brief_file: Path | None, kind: str | None
) -> None:
    """打印一个月的通报；还没有拟稿时先拟稿，已经印发的取定版的文件。"""
    from flask import current_app

    from tracker import clock
    from tracker.circulars import actions, queries
    from tracker.circulars.paper import CircularKind
    from tracker.db import db, reading
    from tracker.workdays import statutory

    wanted = (pdf_file, docx_file, brief_file)
    if not any(wanted):
        raise Invalid("请用 --pdf、--docx 或者 --brief 指定要写的文件")
    now, house = clock.now(), actions.House.from_settings(current_app.config)
    found = queries.of_month(month)
    if found is not None and kind not in (None, found.kind):
        raise WrongState(f"{month}的通报已经按“{found.kind.label}”版式拟稿，不能换版式")
    if found is None:
        layout = CircularKind(kind or CircularKind.DOCUMENT)
        found = actions.draft(month, house, None, now, statutory(), layout)
    db.session.commit()
    with reading():  # nobody waits while it prints
        printed = actions.papers(found, house, now)
        brief = actions.brief(found, house, now) if brief_file else b""
        db.session.rollback()
    made = ((pdf_file, printed.pdf), (docx_file, printed.docx), (brief_file, brief))
    for file, content in made:
        if file is not None:
            write(file, content)
    names = "、".join(str(file) for file in wanted if file)
    click.echo(f"已打印《{''.join(found.title.splitlines())}》（{found.state.label}）：{names}")
