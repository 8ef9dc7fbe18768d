"""Setting up and looking after the house: seed, user, verify-audit."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from tracker.cli.root import print_json, read, say, tracker, writes

ROLES = ("reporter", "head", "supervisor", "approver", "leader", "administrator", "auditor")


@tracker.command()
@click.option("--units-only", is_flag=True, help="只装入单位、别名、集合称谓、评价组和用户。")
@with_appcontext
@writes
def seed(units_only: bool) -> None:
    """装入演示城市；不加选项时还导入演示文件并演出几周的办理过程。"""
    from tracker import clock
    from tracker.db import db
    from tracker.seed import play
    from tracker.workdays import statutory

    play.load_city(clock.now())
    if not units_only:
        made = play.play(statutory())
        say("已装入演示数据：{tasks}个任务，{assignments}个承办项，{steps}步办理".format(**made))
    db.session.commit()
    click.echo("演示账号（密码都是 " + play.PASSWORD + "）：")
    for role, username, name in play.accounts():
        click.echo(f"  {username:<16}{role}  {name}")


@tracker.group()
def user() -> None:
    """建立用户：逐个（add），或从名单（import）。"""


@user.command("add")
@click.argument("username")
@click.option("--name", required=True, help="姓名。")
@click.option("--role", type=click.Choice(ROLES), required=True, help="角色。")
@click.option("--unit", "unit_name", required=True, help="单位名称；没有时先建立。")
@with_appcontext
@writes
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


@user.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="只核对名单，不写入。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON：新建的用户和一次性密码。")
@with_appcontext
@writes
def import_users(file: Path, check: bool, as_json: bool) -> int:
    """从 Excel 名单建立单位和用户，新用户的一次性密码显示在屏幕上。

    列名：用户名、姓名、角色、单位、单位简称、单位类别、上级单位、邮箱、电话。一行一人；新单位要写类别，
    只建立单位的行用户名空着。有一处不对，全部不写入；已有的单位和用户不改，可以重复运行。
    """
    from tracker import clock
    from tracker.db import db
    from tracker.upkeep import people

    made = people.take(read(file)[0], clock.now())
    new = [
        {"username": one.user.username, "name": one.user.name, "unit": one.user.unit.name}
        | ({} if check else {"password": one.password})
        for one in made.users
    ]
    units = [unit.name for unit in made.units]
    if check:
        db.session.rollback()
    db.session.commit()
    if as_json:
        print_json({"units": units, "users": new, "known": made.known})
    for one in [] if as_json else new:
        click.echo("\t".join(one.values()))
    verb = "将新建" if check else "新建"
    say(f"{verb}{len(units)}个单位、{len(new)}个用户，{made.known}个用户本来就有、没有改动")
    return 0


@tracker.command("verify-audit")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON：完好的条数、第一条不符的编号。")
@with_appcontext
def verify_audit(as_json: bool) -> int:
    """逐条核验留痕，发现被改动的记录；有被改动的，退出码为1。"""
    from tracker import audit

    verdict = audit.verify()
    if as_json:
        print_json(verdict._asdict())
        return 0 if verdict.broken_id is None else 1
    if verdict.broken_id is None:
        click.echo(f"留痕完整，共{verdict.events}条")
        return 0
    say(f"留痕被改动：第{verdict.broken_id}号记录与前文对不上，此前{verdict.events}条完好")
    return 1
