"""What is checked before a circular is signed, and which rule each finding names."""

from dataclasses import replace

import pytest

from tests.circulars.june import AREAS, JUNE
from tracker.circulars.compose import compose
from tracker.circulars.lint import BINDING, GRANTED, RELIEF, Draft, Finding, characters, lint
from tracker.circulars.revision import with_words

COMPOSED = compose(JUNE)
UNITS = {standing.unit for board in JUNE.boards for standing in board.standings}
READY = Draft(
    parts=COMPOSED,
    generated=COMPOSED,
    figures=JUNE,
    code="舟扶贫办",
    units=UNITS,
    gone=set(),
    serials=(1, 2, 3),
    published=3,
    numbers={"舟扶贫办〔2020〕3号"},
    fewest=3,
    is_final=True,
    is_stale=False,
)


def found(text: str) -> list[Finding]:
    """What is said about one sentence, put in place of the last paragraph."""
    parts = with_words(COMPOSED, {"4-4": f"5.{text}"})
    return [finding for finding in lint(replace(READY, parts=parts)) if finding.key == "4-4"]


def test_a_composed_circular_is_ready_to_be_signed():
    assert lint(READY) == [Finding("本年已印发通报3份，这是第4份。", RELIEF)]


@pytest.mark.parametrize(
    ("text", "words", "source", "is_blocking"),
    [
        ("各县（区）党委、政府务必尽快完成。", "“务必”是对“各县”的指令", RELIEF, True),
        ("定海区人民政府必须尽快整改。", "“必须”是对“人民政府”的指令", RELIEF, True),
        ("各成员单位务必按时填报。", "“务必”是指令口气", RELIEF, False),
        ("市民政局登录次数偏少。", "“登录次数”不得作为评价依据", RELIEF, True),
        ("普陀区上传照片不及时。", "“上传照片”不得作为评价依据", RELIEF, True),
        ("普陀区获领导批示，加分后名次上升。", "“批示”不计入评价", RELIEF, False),
        ("岱山县税收收入排名靠前。", "“税收”是自行填报的经济数据", RELIEF, False),
        ("列入黑榜的单位请说明情况。", "不用“黑榜”的提法", RELIEF, False),
        ("普陀山-朱家尖管委会名列第一。", "普陀山-朱家尖管委会本月没有名次", GRANTED, True),
        ("普陀区逾期13件。", "“13件”在本月统计表中没有出处", BINDING, False),
        ("详见附件3。", "附件3不存在，本通报有2个附件", "GB/T 9704-2012《党政机关公文格式》", True),
        ("联系电话：××××。", "“××××”处还没有填写", "GB/T 9704-2012《党政机关公文格式》", True),
        ("此前舟扶贫办〔2020〕9号已作要求。", "舟扶贫办〔2020〕9号没有印发过", "公文编号管理要求", False),
    ],
)
def test_a_finding_names_the_words_and_the_rule(text, words, source, is_blocking):
    (finding,) = [finding for finding in found(text) if words in finding.message]

    assert (finding.source, finding.is_blocking) == (source, is_blocking)


@pytest.mark.parametrize(
    "text",
    [
        "请各县（区）党委、政府对照清单推进。",
        "“必须”二字见《务必办法》，乡镇（街道）已知悉。",
        "此前舟扶贫办〔2020〕3号已经通报。",
        "普陀山-朱家尖管委会任务数较少，不排名。",
        "详见附件2。",
    ],
)
def test_what_is_allowed_is_not_found(text):
    assert found(text) == []


def test_more_than_4000_characters_are_too_many():
    long = with_words(COMPOSED, {"4-4": "5." + "提示" * 2000})
    (finding, *_) = lint(replace(READY, parts=long))

    assert finding.is_blocking
    assert f"正文{characters(long)}字，超过4000字的上限，请压缩{characters(long) - 4000}字" in finding.message


def test_a_unit_ranked_with_two_obligations_is_found():
    first = replace(AREAS.standings[0], obligations=2)
    figures = replace(JUNE, boards=(replace(AREAS, standings=(first, *AREAS.standings[1:])), JUNE.boards[1]))

    assert lint(replace(READY, figures=figures))[0] == Finding(
        "岱山县本月应办事项只有2项，不足3项，不应排名。", GRANTED, True
    )
    assert lint(replace(READY, figures=figures, fewest=2)) == lint(READY)


def test_a_unit_that_was_renamed_is_found_in_the_text_and_in_the_tables():
    draft = replace(READY, units=UNITS - {"市人社局"} | {"市人力社保局"}, gone={"市人社局"})

    messages = [finding.message for finding in lint(draft)]
    assert "单位库中已经没有“市人社局”，请改用现在的名称。" in messages
    assert "统计表中的“市人社局”是取数时的名称，现在已经停用或者改名。" in messages


def test_numbers_that_do_not_count_on_are_found():
    parts = with_words(COMPOSED, {"4-1": "", "heading-1": "三、各组评价情况"})

    messages = [
        finding.message for finding in lint(replace(READY, parts=parts, serials=(1, 4), published=12))
    ]
    assert "五、下一步提示：“1.2.3.”的序号不连续，请核对。" in messages
    assert "第2个标题应以“二、”开头。" in messages
    assert "本年已编的文号缺第2、3号，请先查明。" in messages
    assert "本年已印发通报12份，这是第13份，超过每月一份，请考虑合并。" in messages


def test_figures_that_do_not_add_up_are_not_signed():
    first = replace(AREAS.standings[0], on_time=9, overdue=1)
    board = replace(AREAS, standings=(first, *AREAS.standings[1:]))
    wrong = replace(JUNE, totals=replace(JUNE.totals, overdue=9), boards=(board, JUNE.boards[1]))

    blocking = [finding.message for finding in lint(replace(READY, figures=wrong)) if finding.is_blocking]
    assert [message.partition("，")[0] for message in blocking] == [
        "应办结100件不等于按时90件、超时2件、逾期9件、当日到期0件之和",
        "逾期未办结9件",
        "岱山县应办结9件",
    ]


def test_an_evaluation_in_motion_keeps_the_circular_from_its_signature():
    moving = lint(replace(READY, is_final=False, is_stale=True))

    assert [finding.is_blocking for finding in moving] == [True, True, False]
