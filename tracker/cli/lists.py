"""The ledger and the three lists in files: export."""

from pathlib import Path
from shutil import copyfileobj
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import click
from flask.cli import with_appcontext
from werkzeug.datastructures import MultiDict

from tracker.cli.root import tracker
from tracker.errors import Invalid

if TYPE_CHECKING:
    from tracker.press.formats import Printable

NAMES = ("ledger", "problems", "rectifications", "responsibilities")
FILE = click.Path(path_type=Path)


@tracker.command()
@click.argument("name", type=click.Choice(NAMES), metavar="|".join(NAMES))
@click.option("--xlsx", type=FILE, help="写到这个 Excel 文件。")
@click.option("--pdf", type=FILE, help="写到这个 PDF 文件（A4 横向）。")
@click.option("--docx", type=FILE, help="写到这个 Word 文件（A4 横向）。")
@click.option("--view", "address", default="", help="只导出一部分：网页筛选、分组后网址中问号后面的内容。")
@with_appcontext
def export(name: str, address: str, **files: Path | None) -> None:
    """导出督办台账（ledger）或问题、整改、责任清单（problems、rectifications、responsibilities）。"""
    from flask import current_app

    from tracker.press import formats

    wanted = {formats.Format(kind): path for kind, path in files.items() if path is not None}
    if not wanted:
        raise Invalid("请写明导出成什么文件：--xlsx、--pdf 或 --docx，后面写文件名；可以同时写几个")
    view = _view(name, MultiDict(parse_qsl(address.removeprefix("?"))))
    for form, path in wanted.items():
        file = formats.file(form, view, current_app.config["ISSUER"], current_app.config, waits=False)
        try:
            with file, path.open("wb") as target:
                copyfileobj(file, target)
        except OSError as error:
            raise Invalid(f"写不了文件“{path}”：{error.strerror}") from None
        click.echo(f"已导出：{path}")


def _view(name: str, said: MultiDict[str, str]) -> "Printable":
    from tracker import clock
    from tracker.lists import ledger, papers
    from tracker.tasks import ledger as duties
    from tracker.tasks import papers as duty_papers
    from tracker.tasks.rules import WARN_WORKDAYS
    from tracker.workdays import statutory

    today = clock.today()
    if name == "ledger":
        view = duties.LEDGER.view(said or MultiDict({"state": duties.Scope.ALL.value}))
    else:
        view = ledger.ACCOUNTS.view(said)
    if strange := [*view.wrong, *(set(said) - set(view.listing.filters) - {"sort", "page", "size"})]:
        raise Invalid(f"--view 中看不懂：{'、'.join(strange)}；请从网页的网址中复制问号后面的内容")
    if name == "ledger":
        return duty_papers.LedgerFile(view, None, today, statutory().add(today, WARN_WORKDAYS))
    return papers.ListFile(ledger.list_views()[name], view, None, today)
