"""The command line: ``tracker …``. Exit codes: 0 done, 1 refused or failed, 2 bad input or usage."""

import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import click
from flask.cli import FlaskGroup, with_appcontext

from tracker.errors import DomainError, Invalid

P = ParamSpec("P")
R = TypeVar("R")

ROLES = ("reporter", "head", "supervisor", "approver", "leader", "administrator", "auditor")


def _create_app() -> Any:
    from tracker import create_app

    return create_app()


@click.group(cls=FlaskGroup, create_app=_create_app, add_version_option=False, help="督办台账的命令行。")
def tracker() -> None:
    """Root of the group; each command imports what it needs, so that a small one starts fast."""


def main() -> NoReturn:
    """Run a command; every refusal is one Chinese sentence on stderr and an exit code."""
    try:
        result = tracker.main(standalone_mode=False)
    except click.UsageError as error:
        _say(f"用法不对：{_usage_words(error)}\n运行 tracker --help 查看用法。")
        sys.exit(2)
    except click.ClickException as error:
        _say(error.format_message())
        sys.exit(1)
    except click.Abort:
        _say("已中断")
        sys.exit(1)
    except DomainError as error:
        _say(str(error))
        for field, message in getattr(error, "fields", {}).items():
            _say(f"  {field}：{message}")
        sys.exit(2 if isinstance(error, Invalid) else 1)
    except BrokenPipeError:
        sys.exit(1)
    sys.exit(result if isinstance(result, int) else 0)


def _say(message: str) -> None:
    click.echo(message, err=True)


def _usage_words(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"没有选项 {error.option_name}"
    if isinstance(error, click.MissingParameter):
        names = error.param.make_metavar(error.ctx) if error.param and error.ctx else ""
        return f"缺少参数 {names}"
    if isinstance(error, click.BadParameter):
        name = error.param.make_metavar(error.ctx) if error.param and error.ctx else ""
        return f"参数 {name} 的值不对：{error.message}"
    if error.message.startswith("No such command"):
        return "没有这个命令" + error.message.removeprefix("No such command").rstrip(".")
    return error.message


class Day(click.ParamType[date]):
    """A day as 2020-06-18."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}”不是日期，应写成 2020-06-18 这样", param, ctx)


class Month(click.ParamType[str]):
    """A month as 2020-06."""

    name = "YYYY-MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            date.fromisoformat(f"{value}-01")
        except ValueError:
            self.fail(f"“{value}”不是月份，应写成 2020-06 这样", param, ctx)
        return str(value)


class Moment(click.ParamType[datetime]):
    """A moment as 2020-07-06T09:00:00+08:00; without an offset it is Beijing time."""

    name = "MOMENT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        from tracker.clock import SHANGHAI

        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}”不是时刻，应写成 2020-07-06T09:00+08:00 这样", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _read(path: Path) -> tuple[bytes, str]:
    """Bytes and name of a file the user named; Invalid when it cannot be read."""
    try:
        return path.read_bytes(), path.name
    except IsADirectoryError:
        raise Invalid(f"“{path}”是一个文件夹，请指定文件") from None
    except FileNotFoundError:
        raise Invalid(f"找不到文件“{path}”") from None
    except OSError as error:
        raise Invalid(f"读不了文件“{path}”：{error.strerror}") from None


def _writes(command: Callable[P, R]) -> Callable[P, R]:
    """The command writes: with SQLite it waits its turn at the first statement, not in the middle."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        from tracker.db import writing

        with writing():
            return command(*args, **kwargs)

    return wrapped


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


@tracker.command(with_appcontext=False)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出识别结果（JSON，默认）。")
@click.option("--text", "as_text", is_flag=True, help="输出识别所依据的正文，区间即其字符位置。")
def parse(file: Path, as_json: bool, as_text: bool) -> None:
    """识别一个文件，只读不存。"""
    from tracker.documents import readers
    from tracker.documents.parse import parse as parse_text

    read = readers.read(*_read(file))
    for note in read.notes:
        _say(f"请留意：{note}")
    if as_text and not as_json:
        click.echo(read.text, nl=False)
    else:
        _print_json(parse_text(read.text).as_json())


@tracker.command(with_appcontext=False)
@click.option("--issued", type=Day(), required=True, help="成文日期。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@click.argument("phrases", nargs=-1, required=True, metavar="PHRASE…")
def deadline(issued: date, as_json: bool, phrases: tuple[str, ...]) -> None:
    """识别时限说法。"""
    from tracker.documents.deadlines import Base, resolve
    from tracker.text import fold
    from tracker.workdays import statutory

    base = Base(issued_on=issued, plan_year=issued.year, workdays=statutory())
    mentions = [resolve(fold(phrase).norm, base) for phrase in phrases]
    if as_json:
        _print_json(
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
@_writes
def import_file(file: Path, publish: bool, resolve: str | None, again: bool) -> int:
    """导入来源文件，可直接立项。"""
    from tracker import clock
    from tracker.db import db
    from tracker.documents import actions, queries
    from tracker.tasks import intake

    now = clock.now()
    document = actions.import_file(*_read(file), None, now, again=again)
    directory = queries.directory()
    if resolve:
        actions.resolve_members(document, directory, None, now)
    db.session.commit()
    reading = actions.reading(document)
    points = len(reading.points)
    click.echo(f"已导入《{document.title}》{document.number}：{points}个工作要点（文件{document.id}）")
    for note in reading.notes:
        _say(f"请留意：{note}")
    for flag in actions.flags(document, directory):
        _say(f"{'须处理' if flag.is_blocking else '请留意'}：{flag.message}")
    if not publish:
        return 0
    tasks = intake.adopt(document, directory, None, now, leaves_open_sets=True)
    duties = sum(len(task.assignments) for task in tasks)
    db.session.commit()
    if not resolve:
        _say("没有列全的成员单位未分配任务，请督查员在任务页“增加承办单位”中补上，或用 --resolve members")
    click.echo(f"已立项：{len(tasks)}个任务，{duties}个承办项")
    return 0


@tracker.command()
@click.option("--units-only", is_flag=True, help="只装入单位、别名、集合称谓、评价组和用户。")
@with_appcontext
@_writes
def seed(units_only: bool) -> None:
    """装入演示城市；不加选项时还导入演示文件并演出几周的办理过程。"""
    from tracker import clock
    from tracker.db import db
    from tracker.seed import play
    from tracker.workdays import statutory

    play.load_city(clock.now())
    if not units_only:
        made = play.play(statutory())
        _say("已装入演示数据：{tasks}个任务，{assignments}个承办项，{steps}步办理".format(**made))
    db.session.commit()
    click.echo("演示账号（密码都是 " + play.PASSWORD + "）：")
    for role, username, name in play.accounts():
        click.echo(f"  {username:<16}{role}  {name}")


@tracker.command()
@click.option("--at", type=Moment(), help="按这一刻运行，不写即现在。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON：任务名 → 写入行数。")
@with_appcontext
@_writes
def tick(at: datetime | None, as_json: bool) -> None:
    """把所有定时任务运行一遍；重复运行不会重复写入。"""
    from tracker import clock
    from tracker.scheduler import tick as run

    made = run(at or clock.now())
    if as_json:
        _print_json(made)
    else:
        for name, rows in made.items():
            click.echo(f"{name}\t{rows}")


@tracker.command()
@click.option("--at", type=Moment(), help="按这一刻运行，不写即现在。")
@with_appcontext
@_writes
def remind(at: datetime | None) -> None:
    """生成当天的提醒和汇总提醒。"""
    from tracker import clock
    from tracker.reminders import jobs

    now = at or clock.now()
    click.echo(f"提醒{jobs.remind(now)}条，汇总提醒{jobs.digest(now)}份")


@tracker.command()
@click.option("--at", type=Moment(), help="按这一刻运行，不写即现在。")
@with_appcontext
@_writes
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


@tracker.command()
@click.argument("month", type=Month())
@click.option("--again", is_flag=True, help="未定稿时重新取数。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@with_appcontext
@_writes
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
        _print_json({"month": month, "boards": [board_json(evaluation) for evaluation in found]})
        return
    if not found:
        _say("还没有评价组，请先在“评价组”中设置")
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
@_writes
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


@tracker.command()
@click.argument("unit")
@click.option(
    "--xlsx", "xlsx_file", type=click.Path(path_type=Path), required=True, help="写到这个 Excel 文件。"
)
@with_appcontext
def workbook(unit: str, xlsx_file: Path) -> None:
    """为一个单位（全称或简称）生成承办项填报表；填好后由该单位在网页上传。"""
    from flask import current_app

    from tracker import clock
    from tracker.accounts.queries import active_units
    from tracker.reports.workbook import queries
    from tracker.reports.workbook.writing import workbook as make

    found = next((one for one in active_units() if unit in (one.name, one.short_name)), None)
    if found is None:
        raise Invalid(f"没有名为“{unit}”的单位，请用单位库中的全称或简称")
    duties = queries.open_duties(found.id)
    key = str(current_app.config["SECRET_KEY"]).encode()
    try:
        xlsx_file.write_bytes(make(found.name, clock.today(), duties, key))
    except OSError as error:
        raise Invalid(f"写不了文件“{xlsx_file}”：{error.strerror}") from None
    click.echo(f"已生成{found.name}的填报表，共{len(duties)}项：{xlsx_file}")


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
        _say(f"预估：还没有{year}年的放假通知，以下只按法定节日推算，没有调休")
        days = [Day(day, False, name) for day, name in legal_days_off(year).items()]
    click.echo(write(year, days))


@calendar.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="只看会改什么，不写入。")
@with_appcontext
@_writes
def import_notice(file: Path, check: bool) -> int:
    """导入一年的放假通知（文本、Word、PDF、网页）。"""
    from tracker import clock
    from tracker.calendar import actions, queries
    from tracker.db import db
    from tracker.documents import readers

    text = readers.read(*_read(file)).text
    plan = queries.plan(text)
    if not check or plan.faults:
        actions.import_notice(text, None, clock.now())
    for day, before, after in plan.changes:
        click.echo(f"{day}\t{before}\t{after}")
    if plan.kept:
        _say(f"通知没有写到{'、'.join(plan.kept)}，保持原来的安排")
    if not check:
        db.session.commit()
    _say(f"{plan.reading.year}年：{len(plan.changes)}天{'将有改变，没有写入' if check else '有改变，已导入'}")
    return 0


@tracker.group()
def user() -> None:
    """用户。"""


@user.command("add")
@click.argument("username")
@click.option("--name", required=True, help="姓名。")
@click.option("--role", type=click.Choice(ROLES), required=True, help="角色。")
@click.option("--unit", "unit_name", required=True, help="单位名称；没有时先建立。")
@with_appcontext
@_writes
def add_user(username: str, name: str, role: str, unit_name: str) -> None:
    """建立用户，一次性密码显示在屏幕上；用来建立第一个系统管理员。"""
    from tracker import clock
    from tracker.accounts import actions
    from tracker.accounts.models import Role, Unit, UnitKind
    from tracker.accounts.passwords import one_time
    from tracker.db import db

    unit = db.session.scalar(db.select(Unit).filter_by(name=unit_name))
    if unit is None:
        unit = Unit(name=unit_name, short_name=unit_name, kind=UnitKind.DEPARTMENT, position=1)
        db.session.add(unit)
    password = one_time()
    actions.create_user(
        None, clock.now(), username=username, name=name, role=Role(role), unit=unit, password=password
    )
    db.session.commit()
    click.echo(f"已建立用户{username}，一次性密码：{password}（首次登录后须修改）")


@tracker.command("verify-audit")
@with_appcontext
def verify_audit() -> int:
    """逐条核验留痕链，发现被改动的记录。"""
    from tracker import audit

    verdict = audit.verify()
    if verdict.broken_id is None:
        click.echo(f"留痕完整，共{verdict.events}条")
        return 0
    _say(f"留痕被改动：第{verdict.broken_id}号记录与前文对不上，此前{verdict.events}条完好")
    return 1


if __name__ == "__main__":
    main()
