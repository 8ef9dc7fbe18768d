"""The command line: ``tracker …``. Exit codes: 0 done, 1 refused or failed, 2 bad input or usage."""

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from flask.cli import FlaskGroup, with_appcontext

from tracker.errors import DomainError, Invalid


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


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


@tracker.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出识别结果（JSON，默认）。")
@click.option("--text", "as_text", is_flag=True, help="输出识别所依据的正文，区间即其字符位置。")
def parse(file: Path, as_json: bool, as_text: bool) -> None:
    """识别一个文件，只读不存。"""
    from tracker.documents import readers
    from tracker.documents.parse import parse as parse_text

    text = readers.read(*_read(file)).text
    if as_text and not as_json:
        click.echo(text, nl=False)
    else:
        _print_json(parse_text(text).as_json())


@tracker.command()
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
