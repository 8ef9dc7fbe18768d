import pytest

from tracker.documents.parse import parse

HEAD = "云溪市人民政府关于2021年重点工作的意见\n云政发〔2021〕3号\n"
SIGNED = "\n云溪市人民政府\n2021年3月1日\n"


def read(body):
    """The answer as JSON for a paper of 1 March 2021."""
    return parse(HEAD + body + SIGNED).as_json()


def only(body):
    (point,) = read(body)["points"]
    return point


def texts(point):
    return [measure["text"] for measure in point["measures"]]


def test_a_measure_is_a_sentence_without_title_and_clause():
    point = only("一、修路。改造国道5公里；养护县道。新建桥梁2座！（责任单位：市交通局）")

    assert point["title"] == "修路"
    assert texts(point) == ["改造国道5公里；养护县道", "新建桥梁2座"]


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("1.改造国道5公里。（市交通局负责）", "改造国道5公里"),
        ("1.改造国道5公里，6月底前完成\n责任单位：市交通局", "改造国道5公里，6月底前完成"),
        ("（1）制定方案（市交通局负责）。", "制定方案"),
        ("1.改造国道5公里（其中东县3公里）。（市交通局负责）", "改造国道5公里（其中东县3公里）"),
    ],
)
def test_a_paragraph_of_one_sentence_is_title_and_measure(body, title):
    point = only(body)

    assert (point["title"], texts(point)) == (title, [title])


def test_a_heading_on_its_own_line_is_no_measure():
    point = only("（一）修路\n改造国道5公里。\n养护县道。\n（市交通局负责）")

    assert (point["title"], texts(point)) == ("修路", ["改造国道5公里", "养护县道"])


def test_a_title_may_end_in_a_colon_or_a_halfwidth_dot():
    assert only("一、修路：改造国道。（市交通局负责）")["title"] == "修路"
    assert only("一、修路.改造国道.(市交通局负责)")["title"] == "修路"


def test_a_semicolon_parts_only_items():
    point = only(
        "一、抓好三项工作。一是修路（甲局负责）；二是修桥，架桥2座（乙局负责）；二是养护（丙局负责）。"
        "做好宣传；落实经费。（丁局负责）"
    )

    assert texts(point) == ["一是修路", "二是修桥，架桥2座", "二是养护", "做好宣传；落实经费"]
    assert [measure["responsible_units"] for measure in point["measures"]] == [
        ["甲局"],
        ["乙局"],
        ["丙局"],
        ["丁局"],
    ]
    assert point["responsible_units"] == []


def test_each_of_several_clauses_answers_for_the_sentences_before_it():
    point = only("（一）治水。清淤5公里。修堤2处。（市水利局）建站1座。（市住建局牵头，市财政局配合）")
    first, second, third = point["measures"]

    assert first["responsible_units"] == second["responsible_units"] == ["市水利局"]
    assert (third["lead_units"], third["roles"]) == (["市住建局"], {"cooperate": ["市财政局"]})
    assert (point["lead_units"], point["responsible_units"]) == ([], [])


def test_a_clause_on_its_own_line_answers_for_the_whole_point():
    point = only("1.治水。清淤5公里（市水利局负责）。修堤2处。\n责任单位：市住建局")

    assert point["responsible_units"] == ["市住建局"]
    assert [measure.get("responsible_units") for measure in point["measures"]] == [["市水利局"], None]


def test_the_time_of_a_clause_is_that_of_the_point_and_measures_inherit_it():
    point = only("1.治水。清淤5公里。5月15日前修堤。（责任单位：市水利局，完成时限：10月底前）")
    dredge, dyke = point["measures"]

    assert point["deadline"] == {"due": "2021-10-31"}
    assert dredge["inherited"]
    assert dredge["deadline"] == {"due": "2021-10-31"}
    assert dyke["deadline"] == {"due": "2021-05-15"}


def test_a_time_that_hangs_on_an_event_keeps_its_words():
    point = only("1.治水。清淤。（责任单位：市水利局；完成时限：开闸仪式前）")

    assert (point["deadline"], point["deadline_text"]) == (None, "开闸仪式前")


def test_a_time_in_the_brackets_of_a_heading_is_that_of_the_point():
    point = only("（一）摸底阶段（4月6日至4月20日）。全面摸底。（市水利局负责）")

    assert point["title"] == "摸底阶段"
    assert point["deadline"] == {"start": "2021-04-06", "due": "2021-04-20"}


def test_each_of_several_deadlines_knows_what_it_governs():
    point = only(
        "一、帮扶。对困难户逐户建档，4月底前明确联系人，在8月底前落实措施、年底前完成验收，并公示。（市民政局负责）"
    )
    (measure,) = point["measures"]

    assert [step["deadline"]["due"] for step in measure["deadlines"]] == [
        "2021-04-30",
        "2021-08-31",
        "2021-12-31",
    ]
    assert measure["deadlines"][0]["clause"] == "4月底前明确联系人"
    assert measure["deadline"] == {"due": "2021-12-31"}


def test_a_time_that_only_closes_a_clause_governs_what_stands_before_it():
    point = only("一、治水。清淤河道5公里，6月底前完成；修建堤防2处，10月底前完工。（市水利局负责）")
    first, second = point["measures"][0]["deadlines"]

    assert (first["clause"], second["clause"]) == ("清淤河道5公里，6月底前完成", "修建堤防2处，10月底前完工")


def test_two_days_in_one_piece_govern_it_together():
    point = only("一、评估。于6月底和年底前分别组织一次评估。（市安委办负责）")
    first, second = point["measures"][0]["deadlines"]

    assert first["clause"] == second["clause"] == "于6月底和年底前分别组织一次评估"


def test_the_unit_listed_first_leads_from_the_clause_that_says_so():
    before, rule, after = read(
        "1.修路。\n责任单位：甲局、乙局\n2.修桥。\n责任单位：丙局、丁局（列第一位者为牵头单位，下同）\n"
        "3.养护。\n责任单位：乙局、甲局"
    )["points"]

    assert (before["lead_units"], rule["lead_units"], after["lead_units"]) == ([], ["丙局"], ["乙局"])


def test_units_named_for_all_later_points_are_not_added_to_them():
    answer = read(
        "（一）修路。（市交通局牵头，各县政府负责落实。以下各项任务均需各县政府落实，不再一一列出）\n（二）修桥。（市交通局牵头）"
    )

    assert answer["default_units"] == ["各县政府"]
    assert answer["points"][1]["responsible_units"] == ["市交通局"]


@pytest.mark.parametrize(
    "rule",
    [
        "除已注明外，责任单位均为市水利局。",
        "未注明责任单位的，由市水利局负责。",
        "除另有说明外，牵头单位为市水利局。",
    ],
)
def test_a_default_clause_answers_for_points_that_name_nobody(rule):
    first, second = read(f"{rule}\n一、修堤8处。\n二、储备物资。储备块石。（责任单位：市应急局）")["points"]

    assert (first["responsible_units"], second["responsible_units"]) == (["市水利局"], ["市应急局"])


def test_a_clause_for_several_points_is_given_to_each():
    points = read(
        "一、治气\n1.治扬尘。\n2.治尾气。\n以上1-2项责任单位：市环保局\n二、治水\n3.建站。\n责任单位：市水利局"
    )["points"]

    assert [(p["number"], p["responsible_units"]) for p in points] == [
        ("1", ["市环保局"]),
        ("2", ["市环保局"]),
        ("3", ["市水利局"]),
    ]


def test_a_block_of_fields_about_a_fault():
    point = only(
        "（一）河道淤积严重，3处堤防破损。\n责任单位：县水利局、城关镇\n责任人：县水利局局长\n督导单位：县委督查室\n"
        "整改时限：2021年9月底\n整改目标：淤积清除率达到95%以上。\n整改措施：\n1.清淤5公里，6月底前完成。\n2.修复堤防；建立巡查制度。"
    )

    assert point["title_is"] == "problem"
    assert point["responsible_units"] == ["县水利局", "城关镇"]
    assert (point["persons"], point["roles"]) == (["县水利局局长"], {"supervise": ["县委督查室"]})
    assert [target["value"] for target in point["targets"]] == [95]
    assert texts(point) == ["清淤5公里，6月底前完成", "修复堤防", "建立巡查制度"]
    assert point["measures"][1]["deadline"] == {"due": "2021-09-30"}


def test_the_clause_of_a_fault_may_stand_before_its_measures():
    point = only(
        "①路灯损坏12盏。(牵头单位:镇扶贫办;责任单位:各村支部)\n整改措施:一是更换路灯12盏；二是每月检查一次。"
    )

    assert (point["title_is"], point["lead_units"]) == ("problem", ["镇扶贫办"])
    assert texts(point) == ["一是更换路灯12盏", "二是每月检查一次"]


def test_a_heading_may_be_the_unit():
    first, second = read(
        "一、职责分工\n(一)市工信局:统筹整治；每月25日前汇总进展。\n(二)各县(市、区)政府:落实经费。"
    )["points"]

    assert (first["title"], first["title_is"], first["responsible_units"]) == (
        "市工信局",
        "unit",
        ["市工信局"],
    )
    assert texts(first) == ["统筹整治", "每月25日前汇总进展"]
    assert second["responsible_units"] == ["各县(市、区)政府"]


def test_a_heading_of_several_units_names_each():
    point = only("一、职责分工\n（一）市工信局、市住建局：统筹整治。")

    assert (point["title"], point["title_is"]) == ("市工信局、市住建局", "unit")
    assert point["responsible_units"] == ["市工信局", "市住建局"]


def test_numbered_fields_belong_to_the_point_above_them():
    fault, road = read(
        "一、整治污水\n（一）存在问题：污水直排3处。\n（二）整改措施：封堵排口；新建管网5公里。\n"
        "（三）责任单位：县住建局、城关镇\n（四）整改时限：2021年9月底\n"
        "二、改造县道\n1.工作内容：改造县道5公里。\n2.责任单位：县交通局\n3.完成时限：10月底前"
    )["points"]

    assert (fault["title"], fault["title_is"]) == ("整治污水", "problem")
    assert fault["responsible_units"] == ["县住建局", "城关镇"]
    assert texts(fault) == ["封堵排口", "新建管网5公里"]
    assert fault["deadline"] == {"due": "2021-09-30"}
    assert (road["responsible_units"], texts(road)) == (["县交通局"], ["改造县道5公里"])
    assert road["deadline"] == {"due": "2021-10-31"}


@pytest.mark.parametrize(
    ("body", "title", "measures"),
    [
        (
            "一、项目名称：城区道路。建设内容：改造道路5公里。\n责任单位：区住建局",
            "城区道路",
            ["改造道路5公里"],
        ),
        ("1.任务：开展巡查。\n责任单位：县城管局", "开展巡查", ["开展巡查"]),
        (
            "1.存在问题：河道淤积3公里。\n整改措施：清淤3公里。\n责任单位：县水利局",
            "河道淤积3公里",
            ["清淤3公里"],
        ),
    ],
)
def test_a_caption_is_no_word_of_title_or_measure(body, title, measures):
    point = only(body)

    assert (point["title"], texts(point)) == (title, measures)


def test_without_a_clause_the_text_itself_may_put_a_unit_in_charge():
    first, second = read(
        "一、摸底。由市工信局牵头，市住建局、市交通局配合，全面摸底。\n二、整治。（市住建局负责）"
    )["points"]

    assert first["measures"][0]["lead_units"] == ["市工信局"]
    assert first["measures"][0]["roles"] == {"cooperate": ["市住建局", "市交通局"]}
    assert second["responsible_units"] == ["市住建局"]


def test_beside_a_clause_units_of_the_text_are_kept_apart():
    point = only("一、摸底。以县管委会牵头，妇联、教育等部门参与，开展走访。（责任单位：市农业农村局）")

    assert point["responsible_units"] == ["市农业农村局"]
    assert point["measures"][0]["in_text_units"] == {"lead": ["县管委会"], "participate": ["妇联", "教育"]}


def test_names_that_are_short_or_damaged_know_their_full_form():
    answer = read("一、办学。（省科技厅、工业和信息化厅负责）\n二、修路。（省交通运翰厅负责）")

    assert answer["unit_expansions"] == {"工业和信息化厅": "省工业和信息化厅"}
    assert answer["unit_corrections"] == {"省交通运翰厅": "省交通运输厅"}


def test_traditional_script_is_kept_as_written():
    point = only("一、政務公開。10月底前完成目錄。（縣政府辦公室牽頭，各鄉鎮政府配合）")

    assert (point["title"], point["lead_units"]) == ("政務公開", ["縣政府辦公室"])
    assert texts(point) == ["10月底前完成目錄"]


def test_targets_of_the_whole_paper_stand_apart():
    answer = read("2021年，全市粮食产量稳定在30万吨以上。\n一、种粮。种麦5万亩。（市农业农村局负责）")

    assert [(t["value"], t["unit"]) for t in answer["overall_targets"]] == [(30, "万吨")]
    assert [(t["value"], t["unit"]) for t in answer["points"][0]["measures"][0]["targets"]] == [(5, "万亩")]


def test_a_paper_dated_in_the_autumn_before_plans_for_its_title_year():
    raw = (
        "关于印发2022年计划的通知\n云林〔2021〕9号\n"
        "一、造林。3月底前造林5万亩。（责任单位：市林业局）\n云溪市林业局\n2021年11月3日"
    )

    assert parse(raw).as_json()["points"][0]["measures"][0]["deadline"] == {"due": "2022-03-31"}


def test_a_paper_without_any_date_takes_the_year_its_deadlines_name():
    raw = (
        "云溪县整改方案\n1.修堤，2022年6月底前完成。（县水利局负责）\n2.清淤，10月底前完成。（县水利局负责）"
    )

    assert parse(raw).as_json()["points"][1]["measures"][0]["deadline"] == {"due": "2022-10-31"}


def test_a_table_with_tabs():
    first, second = read(
        "序号\t重点任务\t责任单位\t完成时限\t备注\n"
        "1\t关闭养殖场34家（琴溪镇12家、高坪乡22家）\t县农业局，琴溪镇、高坪乡\t10月中旬\t县农业局牵头\n"
        "一、宣传类\n"
        "2\t开展宣传。举办讲座5场。\t县委宣传部、县教育局\t3月、9月\n"
        "合计\t\t\t"
    )["points"]

    assert (first["number"], first["title"]) == ("1", "关闭养殖场34家（琴溪镇12家、高坪乡22家）")
    assert (first["lead_units"], first["responsible_units"]) == (
        ["县农业局"],
        ["县农业局", "琴溪镇", "高坪乡"],
    )
    assert first["deadline"] == {"due": "2021-10-20"}
    assert [step["deadline"]["due"] for step in second["deadlines"]] == ["2021-03-31", "2021-09-30"]
    assert (second["title"], texts(second)) == ("开展宣传", ["举办讲座5场"])


def test_a_table_with_columns_for_every_part():
    point = only(
        "序号\t项目名称\t建设内容\t分管领导\t牵头单位\t配合单位\t完成时限\n"
        "1\t学校工程\t新建学校12所。\t李副区长\t区教育局\t区住建局，各镇人民政府、街道办事处\t12月底"
    )

    assert (point["title"], texts(point)) == ("学校工程", ["新建学校12所"])
    assert (point["lead_units"], point["persons"]) == (["区教育局"], ["李副区长"])
    assert point["roles"] == {"cooperate": ["区住建局", "各镇人民政府、街道办事处"]}


def test_rows_of_one_number_are_one_point():
    point = only(
        "序号\t任务\t具体措施\t责任单位\t完成时限\n"
        "1\t治水\t清淤5公里\t县水利局\t6月底\n"
        "1\t治水\t修堤2处\t县住建局\t10月底"
    )

    assert point["title"] == "治水"
    assert [measure["responsible_units"] for measure in point["measures"]] == [["县水利局"], ["县住建局"]]
    assert [measure["deadline"]["due"] for measure in point["measures"]] == ["2021-06-30", "2021-10-31"]


def test_a_table_of_faults():
    point = only(
        "序号\t存在问题\t整改措施\t整改目标\t责任单位\t整改时限\n"
        "1\t河道淤积3公里\t清淤3公里；建立巡查制度\t淤积清除率100%\t县水利局\t立行立改"
    )

    assert (point["title_is"], texts(point)) == ("problem", ["清淤3公里", "建立巡查制度"])
    assert [target["value"] for target in point["targets"]] == [100]


def test_a_table_flattened_to_one_cell_a_line():
    first, second, third = read(
        "序号\n\n任务内容\n\n分管领导\n\n责任单位\n\n完成时限\n\n"
        "1\n\n建成村庄6个。（牵头单位：市住建局）\n\n①编制规划。\n\n②4月底前完成招标。\n\n周副市长\n\n市农业农村局、各县政府\n\n12月底前\n\n"
        "2\n\n开展巡查\n\n市城管局\n\n长期\n\n"
        "3\n\n整治道路48公里\n\n李副市长\n\n市交通局、\n市公安局\n\n4月底前、10月底前\n\n说明：排名不分先后。"
    )["points"]

    assert texts(first) == ["建成村庄6个", "编制规划", "4月底前完成招标"]
    assert (first["lead_units"], first["persons"]) == (["市住建局"], ["周副市长"])
    assert (second["responsible_units"], second["deadline"]) == (["市城管局"], {"open_ended": True})
    assert third["responsible_units"] == ["市交通局", "市公安局"]
    assert len(third["deadlines"]) == 2


AREAS = "地区\t造林（万亩）\t抚育（亩）\n合计\t3\t900\n东县\t1.8\t500\n西县\t1.2\t-"
SHARES = [
    *(("造林", 3, "万亩", None), ("抚育", 900, "亩", None)),
    *(("造林", 1.8, "万亩", "东县"), ("抚育", 500, "亩", "东县"), ("造林", 1.2, "万亩", "西县")),
]


def shares(targets):
    return [(target["subject"], target["value"], target["unit"], target["for"]) for target in targets]


def test_a_table_of_areas_and_indicators_gives_the_shares_of_its_point():
    point = only(f"一、造林。造林3万亩，任务分解如下：\n{AREAS}\n（责任单位：市林业局，东县、西县政府）")

    assert shares(point["targets"]) == SHARES
    assert texts(point) == ["造林3万亩，任务分解如下"]
    assert point["responsible_units"] == ["市林业局", "东县", "西县政府"]


@pytest.mark.parametrize("table", [AREAS, AREAS.replace("\t-", "\t0").replace("\t", "\n")])
def test_an_annex_of_areas_and_indicators_holds_for_the_whole_paper(table):
    raw = HEAD + "一、造林。造林3万亩。（责任单位：市林业局）" + SIGNED + "附件\n造林任务分解表\n" + table
    found = parse(raw).as_json()

    assert shares(found["overall_targets"])[:5] == SHARES
    assert [raw[slice(*t["span"])] for t in found["overall_targets"]][:3] == ["3", "900", "1.8"]
    assert texts(found["points"][0]) == ["造林3万亩"]


def test_a_table_may_number_its_areas_and_put_the_sum_last():
    table = "序号\t县（区）\t造林任务（万亩）\n1\t东县\t1.8\n2\t西县\t\n合计\t\t3"
    point = only(f"一、造林。（责任单位：市林业局）\n{table}")

    assert shares(point["targets"]) == [("造林任务", 1.8, "万亩", "东县"), ("造林任务", 3, "万亩", None)]


def test_a_table_of_what_was_done_gives_no_targets_and_no_measures():
    point = only(f"一、造林。\n去年完成情况：\n{AREAS}\n今年造林3万亩。（责任单位：市林业局）")

    assert "targets" not in point
    assert texts(point)[-1] == "今年造林3万亩"
    assert not any("东县" in words for words in texts(point))


def test_every_fact_has_its_place_in_the_text():
    raw = HEAD + "一、 治 水。６月底前清淤5公里（其中东县3公里）。(责任单位:市 水利局)" + SIGNED
    point = parse(raw).as_json()["points"][0]
    (measure,) = point["measures"]

    def words(span):
        return raw[span[0] : span[1]]

    assert words(point["title_span"]) == "治 水"
    assert words(point["unit_spans"]["市 水利局"]) == "市 水利局"
    assert words(measure["span"]) == measure["text"] == "６月底前清淤5公里（其中东县3公里）"
    assert words(measure["deadline_span"]) == "６月底前"
    assert all(str(target["value"]) in words(target["span"]) for target in measure["targets"])


@pytest.mark.parametrize(
    "raw", ["", "\n", "（", "一、", "责任单位：", "序号\t责任单位\n", "\ufeff", "1\n2\n3"]
)
def test_next_to_nothing_is_read_as_nothing(raw):
    assert parse(raw).as_json()["overall_targets"] == []
