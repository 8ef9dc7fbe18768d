"""The ledger in files: workbook."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from tracker.cli.root import tracker
from tracker.errors import Invalid


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
