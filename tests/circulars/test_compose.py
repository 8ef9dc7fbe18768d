"""What a circular says: the text word by word, and the same month told in other circumstances."""

import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.circulars.june import AREAS, JUNE, MEMBERS
from tracker.circulars.compose import compose
from tracker.circulars.figures import Board, Figures, ListTotals, Standing, Totals, Urging, from_json, to_json
from tracker.circulars.parts import AnnexKind, BlockKind, Parts, plain
from tracker.circulars.wording import share

NOTHING = Totals(units=13, tasks=31, assignments=218, due=0, on_time=0, late=0, overdue=0, due_next=0)
ORDERS = ("务必", "必须", "责令", "严禁", "要求各", "黑榜", "黑名单", "问责", "不得")


def section(figures: Figures, number: int) -> list[str]:
    """The paragraphs under the n-th heading, tables left out."""
    blocks = compose(figures).sections[number - 1].blocks
    return [block.text for block in blocks if block.kind is not BlockKind.BOARD]


def test_title_addressee_and_lead():
    parts = compose(JUNE)

    assert parts.title == "关于2020年6月工作要点任务办理情况的通报"
    assert parts.addressee.endswith("市扶贫开发工作领导小组各成员单位")
    assert parts.lead == (
        "按照《舟山市扶贫办2020年工作要点》（舟扶贫〔2020〕2号）确定的按月评价、通报机制，"
        "我办以督办台账中经审核的记录为依据，对2020年6月各单位任务办理情况进行了评价，"
        "数据截至2020年6月30日。现将有关情况通报如下："
    )


def test_a_month_without_a_source_document_cites_none():
    assert compose(replace(JUNE, basis="")).lead.startswith("按照按月评价、通报机制，我办")


def test_the_five_headings_stand_in_order():
    assert [part.heading for part in compose(JUNE).sections] == [
        "一、基本情况",
        "二、各组评价情况",
        "三、做得较好和滞后的单位",
        "四、存在的问题",
        "五、下一步提示",
    ]


def test_the_overview_gives_totals_with_shares_and_the_month_before():
    assert section(JUNE, 1) == [
        "截至6月30日，督办台账在册任务31项，由13家单位承办，形成承办项218件。"
        "6月应办结承办项100件（含以前月份结转的逾期件4件），其中按时办结90件，占90%，比上月提高5个百分点；"
        "超过时限办结2件，占2%；逾期未办结8件，占8%，件数与上月持平。",
        "6月，问题清单新登记问题8个，销号3个，月末在账5个；系统发出提醒45条，"
        "发出督办单3份，其中蓝色1份、黄色2份。",
    ]


def test_the_first_month_compares_with_nothing():
    assert "比上月" not in section(replace(JUNE, last=None), 1)[0]


@pytest.mark.parametrize(
    ("before", "words"), [(72, "与上月持平"), (76, "比上月下降5个百分点"), (63, "比上月提高11.2个百分点")]
)
def test_the_month_before_is_higher_lower_or_the_same(before, words):
    last = replace(NOTHING, due=80, on_time=before)

    assert words in section(replace(JUNE, last=last), 1)[0]


@pytest.mark.parametrize(("before", "words"), [(6, "，比上月增加2件。"), (9, "，比上月减少1件。")])
def test_overdue_duties_are_compared_by_their_number(before, words):
    last = replace(NOTHING, overdue=before)

    assert section(replace(JUNE, last=last), 1)[0].endswith(f"占8%{words}")


def test_a_month_in_which_nothing_is_due_says_so():
    calm = replace(JUNE, slips=(), problems=(), lists=ListTotals(0, 0, 0), urging=Urging(0, 0, 0, 0))
    quiet = replace(calm, totals=NOTHING, cases=())

    assert section(quiet, 1)[0].endswith("6月没有应办结的承办项。")
    assert section(quiet, 1)[1].endswith("系统发出提醒0条，没有发出督办单。")
    assert section(quiet, 4) == ["6月没有逾期未办结的承办项，也没有月末在账的问题。"]
    assert [annex.kind for annex in compose(quiet).annexes] == [AnnexKind.WORKS]


def test_duties_that_were_past_when_the_document_was_issued_are_set_apart():
    totals = replace(JUNE.totals, unconfirmed=6)

    assert section(replace(JUNE, totals=totals), 1)[0].endswith(
        "占8%，件数与上月持平。以上有6件在文件印发时已过时限，尚待核定，不计入评分。"
    )


def test_each_board_has_its_heading_its_words_and_its_table():
    blocks = compose(JUNE).sections[1].blocks

    assert [block.kind for block in blocks] == [
        BlockKind.TEXT,
        *(BlockKind.HEADING, BlockKind.TEXT, BlockKind.BOARD) * 2,
    ]
    assert section(JUNE, 2) == [
        "6月分2个评价组对13家单位进行评价，按照评分办法第1版计算，每项得分均可在系统中查看依据。",
        "（一）县（区）、功能区组",
        "本组6家单位，6家参加评价，平均得分89.19分，最高99.00分，最低71.50分。"
        "居前的是岱山县、定海区、普陀区。普陀山-朱家尖管委会任务数较少，不排名。",
        "（二）成员单位组",
        "本组7家单位，6家参加评价，平均得分89.02分，最高99.12分，最低74.35分。"
        "居前的是市农业农村局、市人社局、市财政局。市红十字会不参与评价。",
    ]


def test_a_board_without_a_clear_gap_names_nobody_first():
    flat = replace(
        AREAS,
        standings=tuple(replace(s, rank=None, note="", is_behind=False) for s in AREAS.standings),
        note="本月无明显差距，不排名次。",
    )
    words = section(replace(JUNE, boards=(flat,)), 2)[-1]

    assert words.endswith("最低71.50分。本月无明显差距，不排名次。")
    assert "居前" not in words


def test_a_board_in_bands_counts_the_bands():
    words = section(replace(JUNE, boards=(replace(AREAS, is_banded=True),)), 2)[-1]

    assert "其中好3家、较好2家、滞后1家" in words
    assert "居前" not in words


def test_a_board_of_which_nothing_was_due_does_not_take_part():
    idle = Board("第三组", (Standing("市气象局", None, "", None, 0, 0, 0, note="不参与评价"),))

    assert section(replace(JUNE, boards=(idle,)), 2)[-1] == "本组1家单位本月均没有应办事项，不参与评价。"


def test_a_month_without_evaluation_says_so():
    assert section(replace(JUNE, boards=()), 2) == ["6月没有开展评价。"]


def test_good_and_lagging_units_are_named_with_score_and_rate():
    ahead, climbers, behind = section(JUNE, 3)

    assert ahead == (
        "做得较好的单位：县（区）、功能区组有岱山县（得分98.40分，按时办结率100%）；"
        "成员单位组有市农业农村局（得分99.12分，按时办结率100%）、市人社局（得分96.35分，按时办结率100%）、"
        "市财政局（得分96.35分，按时办结率100%）。"
    )
    assert climbers == "名次比上月上升较多的单位：岱山县（上升2位）、市人社局（上升3位）。"
    assert behind.startswith(
        "滞后的单位：县（区）、功能区组有嵊泗县（得分71.50分，按时办结率62.5%）；"
        "成员单位组有市民政局（得分74.35分，按时办结率66.7%）。"
    )


def test_a_rise_is_told_of_only_in_the_same_field_and_from_the_target_on():
    def climbers(**columns):
        boards = tuple(replace(board, **columns) for board in (AREAS, MEMBERS))
        return [line for line in section(replace(JUNE, boards=boards), 3) if line.startswith("名次")]

    assert climbers(ranked_before=9) == []
    assert climbers(ranked_before=None) == []
    assert climbers(target=Decimal(97)) == ["名次比上月上升较多的单位：岱山县（上升2位）。"]


def test_what_is_due_on_the_cut_off_day_is_told_apart_from_what_is_overdue():
    totals = replace(JUNE.totals, on_time=87, last_day=3)

    assert section(replace(JUNE, totals=totals), 1)[0].endswith("件数与上月持平；当日到期未办结3件，占3%。")


def test_nobody_lagging_is_said_in_words():
    boards = tuple(
        replace(board, standings=tuple(replace(s, is_behind=False) for s in board.standings))
        for board in (AREAS, MEMBERS)
    )

    assert section(replace(JUNE, boards=boards), 3)[-1] == "6月没有单位列为滞后。"


def test_a_unit_without_a_rank_is_not_praised_for_two_duties():
    assert "普陀山-朱家尖管委会" not in "".join(section(JUNE, 3))


def test_five_cases_are_told_and_the_rest_stands_in_the_annex():
    overdue = section(JUNE, 4)[0]

    assert overdue.startswith(
        "一是部分承办项逾期未办结。截至6月30日，4家单位有8件承办项逾期未办结，其中逾期10个工作日以上3件。"
        "嵊泗县承办的“对年家庭人均收入8000元以下渔农户逐户明确责任部门”，时限为5月31日，已逾期20个工作日；"
        "市民政局牵头的“完成低保边缘户认定标准‘两线合一’的衔接工作”，时限为6月5日，已逾期16个工作日；"
    )
    assert overdue.count("时限为") == 5
    assert overdue.endswith("其余3件见附件2。")


def test_a_duty_due_on_the_cut_off_day_is_not_called_zero_days_late():
    case = replace(JUNE.cases[0], deadline=JUNE.cutoff_on, days=0)

    assert "时限为6月30日，到期未办结。" in section(replace(JUNE, cases=(case,)), 4)[0]


def test_a_single_problem_is_not_counted_off():
    calm = replace(JUNE, lists=ListTotals(0, 0, 0), slips=(), problems=())
    one = replace(calm, cases=JUNE.cases[:1], totals=replace(JUNE.totals, late=0))

    (words,) = section(one, 4)

    assert words.startswith("部分承办项逾期未办结")


def test_slips_and_late_problems_are_told_of_by_number():
    _overdue, _late, urged, lists = section(JUNE, 4)

    assert urged == (
        "三是部分事项经督办后才推进。6月发出黄色、红色督办单2份，"
        "涉及市民政局1份（督黄〔2020〕1号，已回复）；嵊泗县1份（督黄〔2020〕2号，尚未回复）。"
    )
    assert lists == (
        "四是问题整改销号慢于登记。6月末问题清单在账5个，当月销号3个，超过整改时限的1个。"
        "嵊泗县“三个村的集体经营性收入没有入账”（账号2020-0003），整改时限为6月15日，已逾期11个工作日。"
    )


def test_two_slips_of_one_unit_are_told_of_together():
    first, second = JUNE.slips
    both = replace(JUNE, slips=(first, replace(second, unit=first.unit)))

    assert (
        "市民政局2份（督黄〔2020〕1号、督黄〔2020〕2号，其中督黄〔2020〕2号尚未回复）" in section(both, 4)[2]
    )


def test_the_next_steps_remind_and_ask():
    assert section(JUNE, 5) == [
        "1.请有逾期承办项的4家单位对照附件2逐件推进，完成后及时申请办结，并附佐证材料；"
        "推进中有困难的，请告我办协调。",
        "2.提示各单位，7月将有25件承办项到期，请提前安排；预计不能按期完成的，请在时限之前提出延期申请。",
        "3.月末在账的5个问题，请牵头单位对照整改措施推进，具备条件的及时申请销号。",
        "4.进展按任务节点填报，没有变化的选择“无变化”即可，不需要另行报送材料。",
        "5.对本通报数据有疑问的，请与我办联系；经核实需要更正的，在下月通报中更正。",
    ]


def test_december_looks_to_january():
    assert "1月将有25件承办项到期" in section(replace(JUNE, month=12), 5)[1]


def test_a_circular_gives_no_orders():
    assert not [word for word in ORDERS if word in plain(compose(JUNE))]


def test_an_only_annex_has_no_number_in_the_text():
    alone = replace(JUNE, works=())

    assert [annex.title for annex in compose(alone).annexes] == ["逾期未办结承办项清单（2020年6月）"]
    assert "其余3件见附件。" in section(alone, 4)[0]


def test_every_number_of_the_text_is_a_figure_or_follows_from_figures():
    derived = {
        "90%", "2%", "8%", "5", "100%", "62.5%", "66.7%",  # shares and their difference
        "89.19", "89.02",  # means of the boards
        "6", "7", "1", "2", "3", "4", "8", "10", "13",  # counts of boards, units and cases, months, numbering
    }  # fmt: skip
    told = set(re.findall(r"\d+(?:\.\d+)?%?", plain(compose(JUNE))))
    known = set(re.findall(r"\d+(?:\.\d+)?", str(to_json(JUNE))))

    assert told <= known | derived


@pytest.mark.parametrize(
    ("part", "whole", "printed"), [(1, 8, "12.5%"), (1, 3, "33.3%"), (1, 2, "50%"), (1, 16, "6.3%")]
)
def test_shares_round_halves_up_and_drop_a_zero(part, whole, printed):
    assert share(part, whole) == printed


def test_figures_and_parts_survive_the_database():
    parts = compose(JUNE)

    assert from_json(Figures, to_json(JUNE)) == JUNE
    stored = from_json(Parts, json.loads(json.dumps(to_json(parts))))
    assert stored == parts
    assert stored.annexes[0].kind is AnnexKind.WORKS
    assert to_json(JUNE)["boards"][0]["standings"][0]["score"] == str(Decimal("98.40"))
