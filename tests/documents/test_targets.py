"""Targets: every form of number that is a goal, and the many that are not."""

from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.documents import targets
from tracker.text import fold

CASES = [
    tuple(field.strip() for field in line.split("|"))
    for line in Path(__file__).with_name("targets.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
PIECES = st.sampled_from(
    [
        *"一两个家%的占、，；。（）“”和至-/第l0",
        *(
            "1",
            "2.5",
            "30",
            "十五",
            "100%",
            "万亩",
            "亿元",
            "个百分点",
            "小时内",
            "以上",
            "以下",
            "左右",
            "2020年",
        ),
        *(
            "不少于",
            "达到",
            "增长",
            "比上年",
            "分别",
            "其中",
            "每个村",
            "每月",
            "定海",
            "望潮区",
            "新增",
            "1000/.",
        ),
    ]
)


def read(text, **kwargs):
    """Targets as short lines: op value unit @whom, marks in front."""
    lines = []
    for t in targets.find(fold(text).norm, **kwargs):
        mark = "sla " if t.sla else "criterion " if t.criterion else "derived " if t.derived else ""
        lines.append(f"{mark}{t.op} {t.value} {t.unit}".strip() + (f" @{t.for_}" if t.for_ else ""))
    return lines


@pytest.mark.parametrize(("shows", "text", "expected"), CASES)
def test_a_sentence_gives_its_targets_and_nothing_else(shows, text, expected):
    assert "; ".join(read(text)) == expected, shows


def test_a_target_says_what_it_is_and_where_it_stands():
    text = "每月开展一次岸线巡查，新增泊位12个"

    rounds, berths = (t.as_json() for t in targets.find(text))

    assert rounds == {
        "subject": "岸线巡查",
        "op": "=",
        "value": 1,
        "unit": "次",
        "for": None,
        "per": "月",
        "value_text": "一次",
        "span": [4, 6],
    }
    assert text[slice(*berths["span"])] == "12个"
    assert berths["subject"] == "新增泊位"


def test_an_indicator_said_once_holds_for_all_areas():
    found = targets.find("新增基地9家（其中望海4家不少于24人、临港5家不少于30人）")

    assert [(t.subject, t.for_, t.unit) for t in found if t.unit == "家"] == [
        ("新增基地", None, "家"),
        ("新增基地", "望海", "家"),
        ("新增基地", "临港", "家"),
    ]


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("打造应用场景20个、应急队伍3支", ["应用场景", "应急队伍"]),
        ("渔船在线率达到98%，整治完成率达到100%", ["渔船在线率", "整治完成率"]),
        ("推进以工代赈项目5个，创建和美乡村3个", ["以工代赈项目", "和美乡村"]),
        ("5年内引进专家20名，汛期期间储备沙袋3万条", ["专家", "沙袋"]),
        ("90%以上的行政村集体年收入达到20万元以上", ["行政村", "行政村集体年收入"]),
        ("80%以上的学校达到标准化", ["学校"]),
        ("年收入20万元以上的村占比达到60%", ["年收入", "村占比"]),
        ("低保标准调整为每月900元", ["低保标准"]),
        ("危桥改造完成25座，供水能力新增2万吨", ["危桥改造", "供水能力"]),
        ("客流不超过承载量的80%，干部每周至少带队检查1次", ["客流", "带队检查"]),
        ("每个场馆设置1个医疗点，每户困难家庭至少有1名干部上门走访", ["医疗点", "干部上门走访"]),
        ("对大客车开展一次安全体检，每季度更新一次名录", ["安全体检", "更新名录"]),
        ("发动企业认领心愿，全年不少于300个", ["心愿"]),
        ("会同公安部门抽查旅行社，每月不少于2次", ["抽查旅行社"]),
        ("建设中试基地，每个县至少1个", ["中试基地"]),
        ("完成老城区12公里管网改造", ["老城区管网改造"]),
        ("种植油菜，石桥镇1.2万亩、柳林镇1万亩", ["油菜", "油菜"]),
        ("石桥镇种植小麦2万亩、柳林镇1万亩", ["种植小麦", "种植小麦"]),
        ("每千人口拥有托位3个", ["每千人口拥有托位"]),
        ("完成外贸出口50亿元，同比增长10%", ["外贸出口", "外贸出口"]),
        ("打造3个示范镇、10个示范村", ["示范镇", "示范村"]),
        ("引导100家企业上云", ["企业上云"]),
        ("石桥镇、柳林镇各建设1个站点", ["站点", "站点"]),
    ],
)
def test_a_subject_is_what_is_counted_and_no_half_word(text, subjects):
    assert [t.subject for t in targets.find(fold(text).norm)] == subjects


def test_a_mended_number_is_marked_for_a_person_to_see():
    (mended,) = targets.find("整治完成率达到1000/.")

    assert (mended.value, mended.value_text, mended.repaired) == (100, "1000/.", True)


def test_figures_of_an_earlier_year_are_no_goals():
    text = "2021年，全市建成站点30个；2022年新建站点45个"

    assert read(text, year=2022) == ["= 45 个"]
    assert read(text, year=2021) == ["= 30 个", "= 45 个"]


def test_a_rate_is_counted_per_period():
    fee, filled = targets.find("补贴标准提高到300元/月，处理能力达到500吨/日")

    assert (fee.unit, fee.per) == ("元", "月")
    assert (filled.unit, filled.per) == ("吨/日", None)


@pytest.mark.parametrize(
    ("head", "cell", "expected"),
    [
        ("新增床位（张）", "300", ("新增床位", "=", 300, "张", "300")),
        ("新增床位（单位：张）", "≥300", ("新增床位", ">=", 300, "张", "300")),
        ("接待游客/万人次", "2.2", ("接待游客", "=", 2.2, "万人次", "2.2")),
        ("覆盖率（%）", "90以上", ("覆盖率", ">=", 90, "%", "90以上")),
        ("工作任务", "建成站点3个", ("站点", "=", 3, "个", "3个")),
    ],
)
def test_a_bare_number_takes_the_measure_of_its_column(head, cell, expected):
    (t,) = targets.find_in_cell(head, cell)

    assert (t.subject, t.op, t.value, t.unit, cell[t.start : t.stop]) == expected


@pytest.mark.parametrize(
    ("head", "cell"), [("序号", "3"), ("完成时限（月）", "6"), ("新增床位（张）", "-"), ("备注", "见附件2")]
)
def test_other_cells_are_no_targets(head, cell):
    assert targets.find_in_cell(head, cell) == []


@settings(deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_row_of_words_is_read_within_its_bounds(text):
    for t in targets.find(text):
        assert 0 <= t.start < t.stop <= len(text)
        assert t.op.removeprefix("growth").removeprefix("decrease") in (">=", "<=", ">", "<", "=", "~=")
        assert isinstance(t.value, int | float)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_is_too_strange(text):
    targets.find(text)
    targets.find_in_cell(text, text[::-1])


@settings(max_examples=30, deadline=None)
@given(PIECES, PIECES)
def test_the_cost_grows_with_the_length_only(one, other):
    text = (one + other) * 400
    began = process_time()
    targets.find(text)
    short = process_time() - began

    began = process_time()
    targets.find(text * 8)

    assert process_time() - began < 24 * short + 0.5
