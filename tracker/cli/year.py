"""The year: archive."""

import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from tracker.cli.root import tracker
from tracker.errors import Invalid, NotFound


@tracker.command()
@click.argument("year", type=click.IntRange(2000, 2099))
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def archive(year: int, file: Path) -> None:
    """把一年的台账、清单、佐证材料、通报、评价、督办单和留痕打成一个包，解开后打开首页即可查阅。"""
    from flask import current_app

    from tracker import clock
    from tracker.archives import contents
    from tracker.archives.packing import stream
    from tracker.workdays import statutory

    if contents.is_empty(year):
        raise NotFound(f"{year}年没有可以归档的记录")
    now = clock.now()
    found = contents.entries(year, now, statutory())
    months = contents.months(year)
    unfinished = file.with_name(f"{file.name}.unfinished")
    progress: Any = click.progressbar(
        length=len(found), label=f"{year}年归档", file=sys.stderr, hidden=not sys.stderr.isatty()
    )
    with progress as bar:
        pieces = stream(year, found, months, current_app.config["ISSUER"], now, lambda entry: bar.update(1))
        try:
            with unfinished.open("wb") as target:
                for piece in pieces:
                    target.write(piece)
            unfinished.replace(file)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise Invalid(f"写不了文件“{file}”：{error.strerror}") from None
    lost = sum(contents.is_missing(entry) for entry in found)
    click.echo(f"已归档{year}年的{len(found) - lost}个文件：{file}")
    if lost:
        raise NotFound(f"有{lost}个文件不在数据目录中，首页列出了是哪些；请从备份中恢复后重新归档")
