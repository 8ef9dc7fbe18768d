"""The command line: ``tracker …``. Exit codes: 0 done, 1 refused or failed, 2 bad input or usage."""

import sys
from typing import NoReturn

import click

from tracker.cli import calendar, clockwork, documents, house, ledger, lists, month, upkeep, year  # noqa: F401
from tracker.cli.root import say, tracker
from tracker.errors import DomainError, Invalid

__all__ = ["main", "tracker"]


def main() -> NoReturn:
    """Run a command; every refusal is one Chinese sentence on stderr and an exit code."""
    try:
        result = tracker.main(standalone_mode=False)
    except click.UsageError as error:
        say(f"用法不对：{_usage_words(error)}\n运行 tracker --help 查看用法。")
        sys.exit(2)
    except click.ClickException as error:
        say(error.format_message())
        sys.exit(1)
    except click.Abort:
        say("已中断")
        sys.exit(1)
    except DomainError as error:
        say(str(error))
        for message in getattr(error, "fields", {}).values():
            if message not in str(error):
                say(f"  {message}")
        sys.exit(2 if isinstance(error, Invalid) else 1)
    except BrokenPipeError:
        sys.exit(1)
    except Exception as error:
        if type(error).__name__ not in ("OperationalError", "ProgrammingError", "DatabaseError"):
            raise  # only what a database that is away or damaged, or has no tables yet, raises
        say(f"数据库出错：{str(error).splitlines()[0]}")
        say("新装的请先运行 tracker db upgrade；其他情况请用 tracker doctor 检查。")
        sys.exit(1)
    sys.exit(result if isinstance(result, int) else 0)


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
