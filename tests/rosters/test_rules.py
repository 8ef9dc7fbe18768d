"""What a cell may say, what is masked, where an object stands."""

from dataclasses import replace

import pytest

from tests.make import HOUSEHOLDS
from tracker.errors import Invalid
from tracker.rosters.rules import (
    Column,
    Kind,
    RosterStep,
    Shape,
    Tally,
    check_shape,
    keeps_mask,
    mask,
    missing_steps,
    of_year,
    read_value,
    shortfall,
    stand_of,
    with_keys,
)
from tracker.workbooks import figures
from tracker.workbooks.figures import Cell

TEXT, NUMBER, DAY = (
    Column("c1", "住址"),
    Column("c2", "收入", Kind.NUMBER, "元"),
    Column("c3", "日期", Kind.DAY),
)
CHOICE = Column("c4", "原因", Kind.CHOICE, "因病、因残，其他")
UNIT = Column("c5", "部门", Kind.UNIT)
UNITS = {"民政局": "市民政局", "市民政局": "市民政局"}


@pytest.mark.parametrize(
    ("column", "said", "kept"),
    [
        (TEXT, " 定海区 盐仓街道 ", "定海区 盐仓街道"),
        (NUMBER, "８,０００元", "8000"),
        (NUMBER, "8000.50", "8000.5"),
        (DAY, "2020年5月8日", "2020-05-08"),
        (DAY, "20200508", "2020-05-08"),
        (CHOICE, "因残", "因残"),
        (UNIT, "民政局", "市民政局"),
        (DAY, "  ", ""),
    ],
)
def test_a_value_is_kept_in_one_way(column, said, kept):
    assert read_value(column, Cell("A1", text=said), UNITS.get) == kept


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        (NUMBER, Cell("A1", text="很多"), "看不懂"),
        (DAY, Cell("A1", text="5月底"), "不是日期"),
        (DAY, Cell("A1", text="2020-02-30"), "不存在"),
        (CHOICE, Cell("A1", text="因懒"), "请选因病、因残、其他"),
        (UNIT, Cell("A1", text="市某局"), "没有叫“市某局”的单位"),
        (TEXT, Cell("A1", figures.Kind.NUMBER, "3.30902198001012e+17"), "文本格式"),
        (TEXT, Cell("A1", figures.Kind.FORMULA, ""), "公式"),
        (TEXT, Cell("A1", text="长" * 501), "最多500个字"),
    ],
)
def test_what_a_cell_may_not_say_is_refused_with_advice(column, cell, words):
    with pytest.raises(Invalid, match=words):
        read_value(column, cell, UNITS.get)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("张三", "张*"),
        ("欧阳修文", "欧***"),
        ("330902198001011234", "3309********34"),
        ("33090219800101123X", "3309********3X"),
        ("13800005678", "138****5678"),
        ("2600123", "26*****"),
        ("定海区盐仓街道虹桥村", "定海***"),
        ("", ""),
    ],
)
def test_personal_data_is_masked(said, shown):
    assert mask(None, said) == shown


def test_a_masked_number_or_choice_shows_nothing():
    assert mask(NUMBER, "8000") == mask(CHOICE, "因病") == "***"


def test_a_mask_that_comes_back_changes_nothing_and_half_a_mask_is_refused():
    assert keeps_mask("张*", "张*", "张三")
    assert keeps_mask("张三", "张*", "张三")
    assert not keeps_mask("李四", "张*", "张三")
    with pytest.raises(Invalid, match="遮盖"):
        keeps_mask("李*", "张*", "张三")


def test_an_object_stands_at_the_first_step_not_done():
    assert stand_of(HOUSEHOLDS, ()).step == "s5"
    assert stand_of(HOUSEHOLDS, ["s6"]).step == "s5"
    done = stand_of(HOUSEHOLDS, ["s5", "s6", "s7"])
    assert (done.step, str(done.due_on)) == ("", "2020-12-31")
    assert missing_steps(HOUSEHOLDS, ["s6"]) == ["明确责任部门", "人均收入8000元以上"]


def test_a_step_with_a_number_needs_it_reached():
    step = HOUSEHOLDS.step("s7")
    assert "先填写人均收入" in shortfall(HOUSEHOLDS, step, {})
    assert "现在是7999元" in shortfall(HOUSEHOLDS, step, {"c4": "7999"})
    assert shortfall(HOUSEHOLDS, step, {"c4": "8000"}) == ""


def test_the_share_is_never_whole_while_one_is_open():
    assert (Tally(200, 199).share, Tally(3, 3).share, Tally().share) == (99, 100, 0)


def test_what_is_left_out_of_a_change_is_dropped_and_keys_are_never_given_twice():
    after = replace(HOUSEHOLDS, columns=(Column("", "电话", is_personal=True),))
    shape = with_keys(HOUSEHOLDS, after)
    assert [column.name for column in shape.shown_columns] == ["电话"]
    assert shape.column("c4") == replace(HOUSEHOLDS.column("c4"), is_dropped=True)
    assert shape.shown_columns[0].key == "c8"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"steps": ()}, "至少要有一个步骤"),
        ({"columns": (Column("c1", "原因", Kind.CHOICE, "因病"),)}, "至少两个选项"),
        ({"columns": (Column("c1", "户主"),)}, "都叫“户主”"),
        ({"columns": (Column("c1", "状态"),)}, "系统自带"),
        ({"steps": (RosterStep("s1", "达标", "2020-12-31", "c1", "5"),)}, "应是本台账的数字栏"),
        ({"steps": (RosterStep("s1", "达标", "2020-12-31", "", "5"),)}, "同时选一个数字栏"),
    ],
)
def test_a_shape_that_cannot_be_filled_in_is_refused(changes, words):
    good = Shape("户主", "户", steps=(RosterStep("s1", "达标", "2020-12-31"),))
    with pytest.raises(Invalid, match=words):
        check_shape(replace(good, **changes))


def test_a_templates_days_get_a_year():
    steps = of_year((RosterStep("s1", "甲", "02-29"), RosterStep("s2", "乙", "06-30")), 2021)
    assert [step.due for step in steps] == ["2021-02-28", "2021-06-30"]
