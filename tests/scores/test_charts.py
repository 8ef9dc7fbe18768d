"""The geometry of the charts, and what is said beside a board."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from tracker.scores import charts
from tracker.scores.formula import DEFAULT_MODEL
from tracker.scores.standings import remarks

JUNE = ["2020-05", "2020-06"]
SCORES = {
    (1, "2020-05"): Decimal(90),
    (1, "2020-06"): Decimal("95.5"),
    (2, "2020-06"): Decimal(45),
}


def test_bars_are_as_long_as_the_scores_and_carry_last_month_s_mark():
    drawn = charts.bars(
        [(1, "甲局", Decimal(100), "第1名", False), (2, "乙局", Decimal(50), "第2名", True)],
        {1: Decimal(90)},
        2,
    )
    first, second = drawn.bars
    assert (first.length, second.length) == (500, 250)
    assert (first.mark, second.mark) == (600, None)
    assert (second.is_own, second.is_behind, second.y - first.y) == (True, True, charts.ROW)


def test_a_score_over_the_scale_ends_at_its_end():
    assert charts.bars([(1, "甲局", Decimal(103), "", False)], {}, None).bars[0].length == 500


def test_the_heat_map_has_a_cell_for_each_month():
    first, second = charts.heat([(1, "甲局"), (2, "乙局")], JUNE, SCORES)
    assert [cell.shade for cell in first.cells] == [5, 6]
    assert [cell.shade for cell in second.cells] == [0, 1]


def test_lines_run_from_left_to_right_and_higher_is_better():
    drawn = charts.trends([(1, "甲局"), (2, "乙局"), (3, "丙局")], JUNE, SCORES, own=2)
    assert [line.name for line in drawn.lines] == ["甲局", "乙局"]
    (x, y, *_), (later, higher, *_) = drawn.lines[0].dots
    assert (x < later, higher < y, drawn.low) == (True, True, 40)
    assert drawn.lines[1].is_own


def test_the_narrow_lines_end_within_their_width_and_name_every_second_month():
    year = [f"2020-{month:02}" for month in range(1, 13)]
    drawn = charts.trends([(1, "甲局")], year, {(1, month): Decimal(90) for month in year}, 1, charts.NARROW)
    assert [month for _, month in drawn.months] == year[::-1][::2]
    assert drawn.lines[0].dots[-1][0] == charts.NARROW - 20
    columns = charts.distribution([Decimal(90)], charts.NARROW)
    assert columns[-1].x + columns[-1].width <= charts.NARROW - 20


def test_the_distribution_counts_every_unit_once():
    scores = [Decimal(one) for one in ("0", "59.99", "60", "94.99", "95", "100", "103")]
    columns = charts.distribution(scores)
    assert [(column.label, column.units) for column in columns] == [
        ("60以下", 2),
        ("60–70", 1),
        ("70–80", 0),
        ("80–90", 0),
        ("90–95", 1),
        ("95–100", 3),
    ]


def board(*rows, note=""):
    """(score, rank, obligations) of each sheet."""
    sheets = [
        SimpleNamespace(score=None if score is None else Decimal(score), rank=rank, obligations=count)
        for score, rank, count in rows
    ]
    return SimpleNamespace(sheets=sheets, note=note)


@pytest.mark.parametrize(
    ("rows", "note", "words"),
    [
        ([("90", 1, 6530), ("100", 2, 22)] * 3, "", "多的6530件、少的22件"),
        ([("90", None, 2), ("91", 1, 5)], "", "1家到期事项不到3件"),
        ([("90", 1, 5), ("91", 2, 5)], "", "参加排名的只有2家"),
        ([(None, None, 0), ("91", 1, 5)], "", "1家本月没有到期事项"),
        (
            [("99", None, 5), ("100", None, 5), ("80", None, 5)],
            "本月无明显差距，不排名次",
            "3家中2家在99分以上",
        ),
        ([("99", 1, 5), ("80", 2, 5), ("70", 3, 5)], "", "3家中1家在99分以上，分差很小"),
    ],
)
def test_what_limits_a_comparison_is_said(rows, note, words):
    assert any(words in said for said in remarks(board(*rows, note=note), DEFAULT_MODEL))


def test_a_board_that_can_be_compared_needs_no_remark():
    assert remarks(board(*((str(80 + n), n + 1, 10 + n) for n in range(6))), DEFAULT_MODEL) == []
