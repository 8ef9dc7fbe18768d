import pytest

from tracker.documents.names import is_name, split


def written(text):
    return [name.text for name in split(text)]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("市教育局、市财政局，市残联；市总工会", ["市教育局", "市财政局", "市残联", "市总工会"]),
        ("市自然资源和规划局、市人力资源和社会保障局", ["市自然资源和规划局", "市人力资源和社会保障局"]),
        ("省政务和数据局和省财政厅", ["省政务和数据局", "省财政厅"]),
        ("州教育局及州直相关单位", ["州教育局", "州直相关单位"]),
        ("县委宣传部与县文旅局以及县教育局", ["县委宣传部", "县文旅局", "县教育局"]),
        ("市财政局（国资委）、市交通委（市道运局）", ["市财政局（国资委）", "市交通委（市道运局）"]),
    ],
)
def test_lists_are_cut_between_names_and_never_inside_one(text, units):
    assert written(text) == units


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("市民政局、市残联等", ["市民政局", "市残联"]),
        ("市民政局等部门", ["市民政局"]),
        ("省科技厅等有关部门和单位", ["省科技厅"]),
        ("市中医院等医疗机构", ["市中医院"]),
        ("市水利局等3个部门，各县（市、区）政府", ["市水利局", "各县（市、区）政府"]),
        ("市水利局等防汛指挥部成员单位", ["市水利局", "防汛指挥部成员单位"]),
        ("农业农村部、商务部等和各省级人民政府", ["农业农村部", "商务部", "各省级人民政府"]),
        ("省教育厅、各高等学校", ["省教育厅", "各高等学校"]),
    ],
)
def test_and_so_on_is_dropped_but_a_body_named_after_it_stays(text, units):
    assert written(text) == units


@pytest.mark.parametrize(
    "group",
    [
        "各区、县级市",
        "各县、区人民政府",
        "各区、县（市）政府",
        "各县（市、区）党委、政府",
        "各县（市、区）党委和政府",
        "各中小学、幼儿园",
        "各有关部门和单位",
        "各乡镇人民政府、街道办事处",
        "各市、县人民政府",
        "市、县（区）、功能区管委会防汛指挥部",
        "各村、社区",
    ],
)
def test_a_piece_that_cannot_stand_alone_joins_its_neighbour(group):
    assert written(f"市水利局、{group}，市气象局") == ["市水利局", group, "市气象局"]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("各县（区）、功能区管委会防汛指挥部", ["各县（区）", "功能区管委会防汛指挥部"]),
        ("青石县、白沙区、云溪县政府", ["青石县", "白沙区", "云溪县政府"]),
        ("各区政府，示范区、经济技术开发区管委会", ["各区政府", "示范区", "经济技术开发区管委会"]),
        ("各街道、区直有关部门", ["各街道", "区直有关部门"]),
        ("市委、市政府", ["市委", "市政府"]),
    ],
)
def test_a_piece_that_can_stand_alone_is_cut_off_although_the_suffix_is_shared(text, units):
    assert written(text) == units


def test_an_elided_prefix_is_read_from_the_neighbour_but_not_across_a_comma():
    names = split("省科技厅、工业和信息化厅，商务厅")

    assert [name.expansion for name in names] == [None, "省工业和信息化厅", None]


def test_a_collective_prefix_is_read_from_the_neighbour_too():
    assert split("各县（市、区）市场监管局、教育局")[1].expansion == "各县（市、区）教育局"


@pytest.mark.parametrize(
    ("damaged", "right"),
    [
        ("省交通运翰厅", "省交通运输厅"),
        ("省生‘态环境厅", "省生态环境厅"),
        ("市水利局", None),
        ("市青少年宫", None),
    ],
)
def test_a_damaged_name_stays_as_written_and_knows_its_right_spelling(damaged, right):
    (name,) = split(damaged)

    assert (name.text, name.correction) == (damaged, right)


def test_names_say_where_they_stand():
    text = "由市教育局、市体育局等部门"

    assert [text[name.start : name.stop] for name in split(text)] == ["市教育局", "市体育局"]


@pytest.mark.parametrize(
    "text", ["市水利局", "各有关单位", "云溪街道", "城建专班", "国网青石供电公司", "市财政局（国资委）"]
)
def test_units_and_collectives_are_names(text):
    assert is_name(text)


@pytest.mark.parametrize("text", ["民宿", "见附件", "应保尽保的对象", "局", "加快建设。市水利局"])
def test_other_words_are_not(text):
    assert not is_name(text)
