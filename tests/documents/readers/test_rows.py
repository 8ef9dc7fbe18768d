"""The rows of a table and the lines inside one cell."""

import pytest

from tracker.documents.readers import rows
from tracker.documents.readers.rows import Cell


@pytest.mark.parametrize(
    ("lines", "cell"),
    [
        (["市水利局", "各乡镇"], "市水利局、各乡镇"),
        (["责任", "单位"], "责任单位"),
        (["完成编制。", "组织招标。"], "完成编制。组织招标。"),
        (["编制全县农村供水保障规划并报审；", "组织招标"], "编制全县农村供水保障规划并报审；组织招标"),
        (
            ["编制全县农村供水保障专项规划并报县政府审定", "组织招标"],
            "编制全县农村供水保障专项规划并报县政府审定。组织招标",
        ),
    ],
)
def test_become_a_list_a_word_or_sentences(lines, cell):
    assert rows.join(lines) == cell


def test_in_the_heading_are_always_one_word():
    table = [
        [Cell(["责任单位", "及责任人"]), Cell(["时限"])],
        [Cell(["市水利局", "张三"]), Cell(["年底"])],
    ]

    assert rows.lines(table) == ["责任单位及责任人\t时限", "市水利局张三\t年底"]
