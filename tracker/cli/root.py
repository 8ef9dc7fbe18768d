"""What every command shares: the group, kinds of argument, reading, writing, saying."""

import json
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

from tracker.cli.chinese import ChineseGroup
from tracker.errors import Invalid

P = ParamSpec("P")
R = TypeVar("R")


def _create_app() -> Any:
    from tracker import create_app
    from tracker.upkeep import schema

    app = create_app()
    schema.install(app)
    return app


@click.group(
    cls=ChineseGroup,
    create_app=_create_app,
    add_version_option=False,
    help="督办台账的命令行。退出码：0 完成，1 被拒绝、没有成功或者查出问题，2 用法或者输入不对。",
)
def tracker() -> None:
    """Root of the group; each command imports what it needs, so that a small one starts fast."""


def say(message: str) -> None:
    click.echo(message, err=True)


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


def read(path: Path) -> tuple[bytes, str]:
    """Bytes and name of a file the user named; Invalid when it cannot be read."""
    try:
        return path.read_bytes(), path.name
    except IsADirectoryError:
        raise Invalid(f"“{path}”是一个文件夹，请指定文件") from None
    except FileNotFoundError:
        raise Invalid(f"找不到文件“{path}”") from None
    except OSError as error:
        raise Invalid(f"读不了文件“{path}”：{error.strerror}") from None


def write(path: Path, data: bytes) -> None:
    """Put a file where the user wants it; Invalid when that cannot be done."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise Invalid(f"写不了文件“{path}”：{error.strerror}") from None


def writes(command: Callable[P, R]) -> Callable[P, R]:
    """The command writes: with SQLite it waits its turn at the first statement, not in the middle."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        from tracker.db import writing

        with writing():
            return command(*args, **kwargs)

    return wrapped


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))
