"""The demonstration document keeps the structure and the facts of its origin."""

import re
from pathlib import Path

import pytest

TEXT = (Path(__file__).parents[2] / "tracker" / "seed" / "work_points.txt").read_text(encoding="utf-8")
POINTS = re.findall(r"^([一二三四五六七八九十][、.].*)$", TEXT, re.MULTILINE)


def test_ten_points_each_end_with_their_units():
    assert len(POINTS) == 10
    assert all(re.search(r"（责任单位：.*）$", point) for point in POINTS)


def test_the_fifth_is_numbered_with_a_dot_and_the_sixth_follows_an_empty_line():
    assert POINTS[4].startswith("五.")
    assert f"\n\n{POINTS[5]}" in TEXT


def test_the_quotas_add_up_to_the_totals():
    quotas = re.findall(r"新建(\d)家不少于(\d+)人", POINTS[4])

    assert len(quotas) == 6
    assert [sum(map(int, column)) for column in zip(*quotas, strict=True)] == [15, 90]
    assert "15家以上" in POINTS[4]
    assert "90人以上" in POINTS[4]


@pytest.mark.parametrize("words", ["5月底前", "6月底前", "年底前"])
def test_point_three_has_three_nodes(words):
    assert words in POINTS[2]


def test_the_bank_is_spelt_in_two_ways_and_the_last_point_names_an_open_set():
    assert "人行舟山市中心支行" in POINTS[6]
    assert "人行舟山中心支行" in POINTS[8]
    assert "等扶贫开发工作领导小组成员单位）" in POINTS[9]
