"""The command line: ``tracker …``. Exit codes: 0 done, 1 refused or failed, 2 bad input or usage."""

import sys
from typing import NoReturn

import click

from tracker.cli import calendar, clockwork, documents, house, ledger, lists, month, upkeep, year  # noqa: F401
from tracker.cli.chinese import speak_chinese
from tracker.cli.root import say, tracker
from tracker.errors import DomainError, Invalid, is_full

__all__ = ["main", "tracker"]

speak_chinese(tracker)


def main() -> NoReturn:
    """Run a command; every refusal is one Chinese sentence on stderr and an exit code."""
    try:
        result = tracker.main(prog_name="tracker", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        say(error.message)
        sys.exit(2)
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "tracker"
        words = error.format_message().replace("'. ", "'。").removesuffix(".")
        say(f"用法不对：{words}\n运行 {path} --help 查看用法。")
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
        if is_full(error):
            say("磁盘已满，没有写成；请清出空间以后再运行一次")
            sys.exit(1)
        if type(error).__name__ not in ("OperationalError", "ProgrammingError", "DatabaseError"):
            raise  # only what a database that is away or damaged, or has no tables yet, raises
        say(f"数据库出错：{str(error).splitlines()[0]}")
        say("新装的请先运行 tracker db upgrade；其他情况请用 tracker doctor 检查。")
        sys.exit(1)
    sys.exit(result if isinstance(result, int) else 0)
