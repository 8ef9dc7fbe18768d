"""The ledger, the three lists and rosters in files: export."""

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
    from tracker.web.pages import View

NAMES = ("ledger", "problems", "rectifications", "responsibilities", "roster")
FILE = click.Path(path_type=Path)


@tracker.command(short_help="导出督办台账、问题、整改、责任清单，或一本对象台账。")
@click.argument("name", type=click.Choice(NAMES), metavar="|".join(NAMES))
@click.argument("number", type=click.IntRange(1, 2**31 - 1), required=False, metavar="[编号]")
@click.option("--xlsx", type=FILE, help="写到这个 Excel 文件。")
@click.option("--pdf", type=FILE, help="写到这个 PDF 文件（A4 横向）。")
@click.option("--docx", type=FILE, help="写到这个 Word 文件（A4 横向）。")
@click.option("--view", "address", default="", help="只导出一部分：网页筛选、分组后网址中问号后面的内容。")
@click.option("--full", "purpose", default="", help="对象台账连同完整的个人信息；后面写用途，会记入留痕。")
@with_appcontext
def export(name: str, number: int | None, address: str, purpose: str, **files: Path | None) -> None:
    """导出督办台账（ledger）、问题、整改、责任清单（problems、rectifications、responsibilities）。

    或一本对象台账（roster 编号），个人信息遮盖。
    """
    from flask import current_app

    from tracker.press import formats

    wanted = {formats.Format(kind): path for kind, path in files.items() if path is not None}
    if not wanted:
        raise Invalid("请写明导出成什么文件：--xlsx、--pdf 或 --docx，后面写文件名；可以同时写几个")
    view = _view(name, number, purpose, MultiDict(parse_qsl(address.removeprefix("?"))))
    for form, path in wanted.items():
        file = formats.file(form, view, current_app.config["ISSUER"], current_app.config, waits=False)
        try:
            with file, path.open("wb") as target:
                copyfileobj(file, target)
        except OSError as error:
            raise Invalid(f"写不了文件“{path}”：{error.strerror}") from None
        click.echo(f"已导出：{path}")


def _view(name: str, number: int | None, purpose: str, said: MultiDict[str, str]) -> "Printable":
    from tracker import clock
    from tracker.lists import ledger, papers
    from tracker.tasks import ledger as duties
    from tracker.tasks import papers as duty_papers
    from tracker.tasks.rules import WARN_WORKDAYS
    from tracker.workdays import statutory

    if (name == "roster") != (number is not None) or (purpose and name != "roster"):
        raise Invalid("对象台账要写编号：tracker export roster 编号；其他清单不写编号，也没有 --full")
    today = clock.today()
    if number is not None:
        return _roster(number, purpose, said)
    if name == "ledger":
        view = duties.LEDGER.view(said or MultiDict({"state": duties.Scope.ALL.value}))
    else:
        view = ledger.ACCOUNTS.view(said)
    _check(view, said)
    if name == "ledger":
        return duty_papers.LedgerFile(view, None, today, statutory().add(today, WARN_WORKDAYS))
    return papers.ListFile(ledger.list_views()[name], view, None, today)


def _roster(number: int, purpose: str, said: MultiDict[str, str]) -> "Printable":
    from sqlalchemy import func

    from tracker import clock
    from tracker.db import db, writing
    from tracker.rosters import actions, queries
    from tracker.rosters.models import RosterEntry
    from tracker.rosters.papers import RosterFile
    from tracker.rosters.rules import SOON_WORKDAYS
    from tracker.workdays import statutory

    roster, today = queries.roster_numbered(number), clock.today()
    warn_until = statutory().add(today, SOON_WORKDAYS)
    view = queries.entries_listing(roster.shape).view(said)
    _check(view, said)
    if purpose.strip():
        wanted = queries.conditions(roster, view, today, warn_until)
        of_roster = RosterEntry.roster_id == number
        rows = db.session.scalar(db.select(func.count(RosterEntry.id)).where(of_roster, *wanted)) or 0
        db.session.commit()
        with writing():
            actions.tell_export(roster, None, clock.now(), purpose, rows)
            db.session.commit()
    return RosterFile(roster, view, None, today, warn_until, is_masked=not purpose.strip())


def _check(view: "View", said: MultiDict[str, str]) -> None:
    if strange := [*view.wrong, *(set(said) - set(view.listing.filters) - {"sort", "page", "size"})]:
        raise Invalid(f"--view 中看不懂：{'、'.join(strange)}；请从网页的网址中复制问号后面的内容")
