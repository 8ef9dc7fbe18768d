"""The people of an office come from one sheet, all or none."""

import json

import pytest
import xlsxwriter

from tests import make
from tracker.accounts.models import Role, Unit, UnitKind, User
from tracker.accounts.passwords import matches
from tracker.db import db

HEADINGS = ("用户名", "姓名", "角色", "单位", "单位简称", "单位类别", "上级单位", "邮箱", "电话")


@pytest.fixture
def sheet(tmp_path):
    """Write a sheet under its headings; returns the file."""

    def write(*rows, headings=HEADINGS):
        with xlsxwriter.Workbook(tmp_path / "名单.xlsx") as book:
            page = book.add_worksheet()
            for number, row in enumerate([("某市督办系统名单",), headings, *rows]):
                page.write_row(number, 0, row)
        return tmp_path / "名单.xlsx"

    return write


def test_units_and_people_come_in_once_each_with_a_password(command, sheet):
    make.user(unit_=make.unit("市民政局"), username="zhou", name="周听澜")
    file = sheet(
        (
            "ding",
            "丁一",
            "单位负责人",
            "定海区",
            "定海",
            "县区和功能区",
            "",
            "ding@example.cn",
            "0580-1234567",
        ),
        ("", "", "", "定海区盐仓街道", "", "县区和功能区", "定海区"),
        ("zhou", "周听澜", "填报员", "市民政局"),
        (),
        ("an", "安和", "督查员", "定海"),
    )
    assert command("user", "import", file, "--check").code == 0
    assert db.session.scalars(db.select(User.username)).all() == ["zhou"]

    code, out, err = command("user", "import", file, "--json")

    assert (code, err) == (0, "新建2个单位、2个用户，1个用户本来就有、没有改动\n")
    made = {one["username"]: one for one in json.loads(out)["users"]}
    ding, an = (db.session.scalars(db.select(User).filter_by(username=name)).one() for name in ("ding", "an"))
    assert (ding.name, ding.role, ding.unit.name, ding.email) == (
        "丁一",
        Role.HEAD,
        "定海区",
        "ding@example.cn",
    )
    assert (an.unit, an.must_change_password) == (ding.unit, True)
    assert matches(ding.password_hash, made["ding"]["password"])
    street = db.session.scalars(db.select(Unit).filter_by(name="定海区盐仓街道")).one()
    assert (street.parent_id, street.kind) == (ding.unit_id, UnitKind.AREA)

    again = command("user", "import", file)
    assert (again.code, again.out, again.err) == (0, "", "新建0个单位、0个用户，3个用户本来就有、没有改动\n")


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_written(command, sheet):
    file = sheet(
        ("a b", "甲", "填报员", "甲局", "", "市直部门"),
        ("yi", "乙", "局长", "甲局"),
        ("bing", "丙", "填报员", "没有的局"),
        ("ding", "丁", "填报员", "甲局", "", "", "", "不是邮箱"),
        ("", "戊", "填报员", "甲局"),
        ("geng", "庚", "填报员", "甲局"),
        ("geng", "庚", "填报员", "甲局"),
    )
    code, out, err = command("user", "import", file)
    assert (code, out) == (2, "")
    for words in (
        "一行也没有写入",
        "第3行：用户名为2至32个",
        "第4行：没有“局长”这个角色；角色写：填报员、",
        "第5行：单位库中没有“没有的局”；新单位要写单位类别：县区和功能区、",
        "第6行：邮箱“不是邮箱”写法不对",
        "第7行：请填写用户名",
        "第9行：用户名“geng”已被使用",
    ):
        assert words in err
    assert [db.session.scalar(db.select(db.func.count(kind.id))) for kind in (User, Unit)] == [0, 0]
    assert "没有找到名单" in command("user", "import", sheet(headings=("甲", "乙"))).err
    (file.parent / "名单.txt").write_text("用户名", encoding="utf-8")
    assert "这不是 Excel 工作簿" in command("user", "import", file.parent / "名单.txt").err
