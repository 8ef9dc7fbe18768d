"""Labels without their colon."""

import pytest

from tracker.documents.labels import with_colons
from tracker.documents.parse import parse
from tracker.text import fold


def mended(raw):
    return with_colons(fold(raw)).norm


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("责任单位 市交通局、市财政局", "责任单位：市交通局、市财政局"),
        ("责任单位　市交通局", "责任单位：市交通局"),
        ("责任单位市交通局、市财政局", "责任单位：市交通局、市财政局"),
        ("责任单位\n市交通局", "责任单位：市交通局"),
        ("责任单位\t市交通局", "责任单位：市交通局"),
        ("修路。 牵头单位 市交通局 配合单位 市财政局", "修路。牵头单位：市交通局配合单位：市财政局"),
        ("（责任单位 市交通局 完成时限 6月底前）", "（责任单位：市交通局完成时限：6月底前）"),
        ("完成时限 长期坚持", "完成时限：长期坚持"),
        ("完成时限2021年6月", "完成时限：2021年6月"),
        ("责任人 李某", "责任人：李某"),
    ],
)
def test_a_label_before_its_value_is_given_a_colon(raw, text):
    assert mended(raw) == text


@pytest.mark.parametrize(
    "raw",
    [
        "责任单位：市交通局",
        "责任单位（部门）：市交通局",
        "各责任单位要高度重视",
        "责任单位 要 加强领导",
        "落实责任单位市交通局的职责",
        "完成时限服从质量",
        "责任人要到场",
        "任务\t责任单位\t完成时限\n修路\t市交通局\t6月底",
        "任务\n责任单位\n完成时限\n2021年修路",
        "责任单位",
        "完成时限\n1\n修路",
    ],
)
def test_other_words_are_left_as_they_are(raw):
    assert mended(raw) == fold(raw).norm


def test_the_value_keeps_its_place():
    raw = "一、修路。改造国道。\n牵头单位 市交通局\n完成时限 2021年6月底\n二、修桥。\n牵头单位 市住建局"
    road, bridge = parse(raw).as_json()["points"]

    assert [raw[slice(*span)] for span in road["unit_spans"].values()] == ["市交通局"]
    assert (road["lead_units"], road["deadline"]) == (["市交通局"], {"due": "2021-06-30"})
    assert [measure["text"] for measure in road["measures"]] == ["改造国道"]
    assert bridge["lead_units"] == ["市住建局"]
