import pytest

from tracker.documents import markers
from tracker.documents.layout import in_lines
from tracker.documents.parse import parse
from tracker.text import fold


def points(raw):
    """(number, title) of every point."""
    return [(point.number, point.title) for point in parse(raw).points]


def paths(raw):
    return ["/".join(point.path) for point in parse(raw).points]


@pytest.mark.parametrize(
    ("line", "number", "value"),
    [
        ("一、修路", "一", 1),
        ("十二、修路", "十二", 12),
        ("五.修路", "五", 5),
        ("（三）修路", "（三）", 3),
        ("(三)修路", "（三）", 3),
        ("三）修路", "三）", 3),
        ("1.修路", "1", 1),
        ("12、修路", "12", 12),
        ("1。修路", "1", 1),
        ("1.2022年修路", "1", 1),
        ("（1）修路", "（1）", 1),
        ("1）修路", "1）", 1),
        ("①修路", "①", 1),
        ("1.1修路", "1.1", 1),
        ("第三条 修路", "第三条", 3),
    ],
)
def test_every_kind_of_number_is_known(line, number, value):
    text = fold(line).norm
    marker = markers.at(text, 0)

    assert (text[marker.start : marker.number_stop], marker.value) == (number, value)


@pytest.mark.parametrize("line", ["2021年修路", "1.2亿元", "修路", "第一，", "（民宿）", "1200个"])
def test_other_beginnings_are_no_numbers(line):
    assert markers.at(fold(line).norm, 0) is None


def test_points_are_the_lowest_numbers_that_carry_a_clause():
    raw = (
        "一、交通\n（一）公路\n1.修路。（市交通局负责）\n2.修桥。\n"
        "（1）选址（市规划局负责）。\n（2）施工（市交通局负责）。"
    )

    assert paths(raw) == ["一/（一）/1", "一/（一）/2/（1）", "一/（一）/2/（2）"]


def test_a_clause_behind_a_list_belongs_to_what_the_list_is_under():
    raw = (
        "1.办好体育\n（1）建球场2片。\n（2）修步道5公里。\n（责任单位：县教体局）\n"
        "2.办好文化\n（1）办节会1场。\n（2）修剧院1座。\n（责任单位：县文旅局）"
    )

    assert points(raw) == [("1", "办好体育"), ("2", "办好文化")]


def test_paragraphs_without_clause_among_points_are_points_too():
    raw = "一、修路。今年开工.\n二、修桥。架桥2座.(责任单位:交通处)\n三、养护。巡查道路"

    assert points(raw) == [("一", "修路"), ("二", "修桥"), ("三", "养护")]


def test_general_sections_are_no_points():
    raw = (
        "一、总体要求\n（一）指导思想。坚持安全第一。\n（二）工作目标。完成率达到90%以上。\n"
        "二、主要任务\n（三）修路。完成5公里。（市交通局负责）\n"
        "三、保障措施\n（四）加强组织领导。成立专班。\n（五）强化督查。每月通报。"
    )
    parsed = parse(raw)

    assert points(raw) == [("（三）", "修路")]
    assert [target.value for target in parsed.overall_targets] == [90]


def test_a_general_section_with_clauses_holds_points_all_the_same():
    raw = "一、主要预期目标\n1.增长6%。\n责任单位：市统计局\n二、工作要求\n2.定期通报。\n责任单位：市督查室"

    assert points(raw) == [("1", "增长6%"), ("2", "定期通报")]


def test_paragraphs_behind_the_last_clause_are_no_points_unless_they_stand_beside_it():
    plan = "一、重点任务\n（一）修路。（市交通局负责）\n（二）修桥。\n{}三、步骤\n（四）动员。召开会议。"

    assert points(plan.format("")) == [("（一）", "修路"), ("（二）", "修桥")]
    assert points(plan.format("二、养护\n（三）巡查道路。（市交通局负责）\n")) == [
        ("（一）", "修路"),
        ("（二）", "修桥"),
        ("（三）", "巡查道路"),
    ]


def test_numbers_may_run_on_or_begin_again_or_be_wrong():
    assert [n for n, _ in points("一、路\n1.修路。（甲局负责）\n二、桥\n2.修桥。（乙局负责）")] == ["1", "2"]
    assert [n for n, _ in points("一、路\n1.修路。（甲局负责）\n二、桥\n1.修桥。（乙局负责）")] == ["1", "1"]
    assert [n for n, _ in points("1.路。（甲局负责）\n3.桥。（乙局负责）\n3.隧道。（乙局负责）")] == [
        "1",
        "3",
        "3",
    ]


def test_remarks_of_a_covering_notice_are_no_points():
    raw = (
        "关于印发2021年工作要点的通知\n各县：\n印发给你们，并提出要求：\n一、各县于3月15日前报送方案。\n"
        "二、列第一位的责任单位为牵头单位。\n云溪县政府办公室\n2021年2月1日\n2021年工作要点\n"
        "一、修路。\n责任单位：县交通局、县财政局\n二、修桥。\n责任单位：县交通局"
    )
    parsed = parse(raw)

    assert points(raw) == [("一", "修路"), ("二", "修桥")]
    assert [timed.text for timed in parsed.general_deadlines] == ["3月15日前"]
    assert [unit.role for unit in parsed.points[0].units] == ["lead", "responsible"]


def test_two_papers_on_one_page_give_the_points_of_both():
    raw = (
        "2021年水利计划\n一、修堤。（责任单位：县水利局）\n二、清淤。（责任单位：县水利局）\n"
        "2021年林业计划\n一、造林。（责任单位：县林业局）"
    )

    assert points(raw) == [("一", "修堤"), ("二", "清淤"), ("一", "造林")]


@pytest.mark.parametrize(
    "end",
    [
        "联系人：王某，电话0000-1234567",
        "附件：1.分工表\n2.进度表",
        "云溪市水利局\n2021年3月2日",
        "云溪市水利局办公室2021年3月2日印发",
        "抄送：市委办公室。",
        "（此件公开发布）",
        "说明：单位排名不分先后。",
        "扫一扫在手机打开当前页\n责任编辑：李某",
        "各单位要高度重视，抓好落实。",
    ],
)
def test_what_follows_the_last_point_is_none_of_its_measures(end):
    last = parse(
        f"一、修路。完成5公里。（责任单位：市交通局）\n二、修桥。完成2座。（责任单位：市交通局）\n\n{end}"
    ).points[1]

    assert [measure.text for measure in last.measures] == ["完成2座"]


def test_points_in_one_string_are_parted():
    raw = (
        "一、改善条件(一)改造校舍。完成12栋。责任单位：基建处配合单位：后勤处完成时限：2021年11月30日"
        "(二)购置设备。采购40套。责任单位：资产处完成时限：11月30日完成安装调试。二、培养人才(三)培训教师。"
        "办班2期。(人事处负责)1、一期培训不算。云溪市教育局2021年9月1日"
    )

    assert points(raw) == [("(一)", "改造校舍"), ("(二)", "购置设备"), ("(三)", "培训教师")]


@pytest.mark.parametrize(
    "raw",
    ["完成改造5处。对一、二级公路养护。", "增长3.5%。", "按照第（一）项要求办理。", "一是修路；二是修桥。"],
)
def test_a_sentence_is_not_cut_at_what_only_looks_like_a_number(raw):
    assert in_lines(fold(raw)).norm == fold(raw).norm


def test_lines_wrapped_at_the_width_of_a_page_are_joined():
    wrapped = [
        "一、加快推进城乡供水一体化工程建设步伐",
        "。完成水厂新建改造任务二十三座并且全部投",
        "入使用，铺设输水管道一百二十公里以上连通",
        "全部乡镇，解决九万六千名农村居民饮用水的",
        "问题。（责任单位：市水利局、市住房和城乡",
        "建设局）",
        "二、持续提升城市防洪排涝能力和应急处置水",
        "平。疏浚河道三十四条并且建立常态管护的机",
        "制。（责任单位：市水利局）",
    ]
    parsed = parse("\n".join(wrapped))

    assert [unit.name for unit in parsed.points[0].units] == ["市水利局", "市住房和城乡建设局"]
    assert parsed.points[1].title == "持续提升城市防洪排涝能力和应急处置水平"


def test_a_short_list_is_not_taken_for_wrapped_lines():
    parsed = parse(
        "云溪县2021年水利重点工作任务分解表\n云水发〔2021〕3号\n"
        "一、修复河道堤防八处\n责任单位：县水利局河道管理股，县财政局\n"
        "二、新建乡镇供水站\n责任单位：县水利局农水股，县财政局\n"
        "三、巡查全县水库山塘\n责任单位：县水利局工管股，县应急局"
    )

    assert parsed.title == "云溪县2021年水利重点工作任务分解表"
    assert parsed.doc_number == "云水发〔2021〕3号"


def test_a_line_that_ends_in_a_comma_goes_on():
    (point,) = parse("1.种茶。新增茶园5000亩，\n建设加工厂2座。\n责任单位：县供销社").points

    assert [measure.text for measure in point.measures] == ["新增茶园5000亩，建设加工厂2座"]


def test_a_plan_without_any_unit_has_its_paragraphs_as_points():
    raw = (
        "云溪县2021年工作要点\n一、修路\n（一）改造国道。完成5公里。\n（二）改造县道。\n"
        "二、工作要求\n（一）加强领导。"
    )

    assert points(raw) == [("（一）", "改造国道"), ("（二）", "改造县道")]


@pytest.mark.parametrize(
    "raw",
    [
        "关于召开会议的通知\n各县：\n一、会议时间：2021年1月12日。\n二、会议地点：三楼会议室。\n三、请于1月11日前报送回执。",
        "关于公布优秀单位的通报\n一、优秀单位（10个）\n市财政局、市教育局\n二、先进个人\n张某（市公安局）、李某（市水利局）",
        "关于项目的批复\n你局请示收悉。由县交投公司负责实施，于2022年6月底前完成。",
    ],
)
def test_other_papers_have_no_points(raw):
    assert points(raw) == []
