"""What is decided before a page is laid out."""

from dataclasses import replace
from datetime import date

import pytest

from tests.circulars.june import AREAS, JUNE, PAPER
from tracker.circulars.paper import mark, signature, title_lines
from tracker.circulars.parts import AnnexKind
from tracker.circulars.tables import CASES, WORKS, annex_table, board_table
from tracker.press.paper import CHARACTER, WIDTH, width


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于工作要点任务办理情况的通报", ["关于工作要点任务办理情况的通报"]),
        ("关于2020年6月工作要点任务办理情况的通报", ["关于2020年6月工作要点任务", "办理情况的通报"]),
        (
            "舟山市扶贫开发工作领导小组办公室关于2020年6月工作要点任务办理情况的通报",
            ["舟山市扶贫开发工作领导小组办公室", "关于2020年6月工作要点任务", "办理情况的通报"],
        ),
        ("一行\n二行", ["一行", "二行"]),
        ("通" * 40, ["通" * 18, "通" * 18, "通" * 4]),
    ],
)
def test_a_title_breaks_by_meaning(title, lines):
    assert title_lines(title) == lines


@pytest.mark.parametrize(
    ("issuer", "height", "narrowing"), [("某办", 15, 1), ("舟山市扶贫开发工作领导小组办公室", 13.4, 0.62)]
)
def test_a_mark_is_narrowed_before_it_is_made_smaller(issuer, height, narrowing):
    made = mark(replace(PAPER, issuer=issuer))

    assert made.height == pytest.approx(height, abs=0.1)
    assert made.narrowing == pytest.approx(narrowing, abs=0.01)
    assert len(made.text) * made.height * made.narrowing <= WIDTH


def test_a_short_issuer_without_a_seal_stands_two_characters_from_the_right():
    place = signature(
        replace(PAPER, issuer="市扶贫开发工作领导小组", is_sealed=False, dated_on=date(2020, 7, 6))
    )

    assert place.issuer + width("市扶贫开发工作领导小组") == pytest.approx(WIDTH - 2 * CHARACTER)
    assert place.date - place.issuer == pytest.approx(2 * CHARACTER)


@pytest.mark.parametrize(
    "table",
    [board_table(AREAS), *(annex_table(kind, JUNE) for kind in AnnexKind)],
    ids=["board", "works", "cases"],
)
def test_columns_fill_the_type_area_and_rows_fill_the_columns(table):
    assert sum(column.width for column in table.columns) == WIDTH
    assert {len(row) for row in table.rows} == {len(table.columns)}


def test_the_tables_print_the_figures():
    assert board_table(AREAS).rows[0] == ("1", "岱山县", "98.40", "9", "9", "0", "升2位", "")
    assert board_table(AREAS).rows[-1] == (
        "—", "普陀山-朱家尖管委会", "99.00", "2", "2", "0", "—", "任务数较少，不排名",
    )  # fmt: skip
    banded = board_table(replace(AREAS, is_banded=True))
    assert banded.rows[4] == ("滞后", "嵊泗县", "71.50", "8", "5", "3", "")
    assert "较上月" not in [column.title for column in banded.columns]
    assert annex_table(AnnexKind.CASES, JUNE).rows[0] == (
        "1", "对年家庭人均收入8000元以下渔农户逐户明确责任部门", "嵊泗县", "责任", "5月31日", "20",
    )  # fmt: skip
    assert [column.title for column in WORKS] == ["序号", "工作内容", "牵头单位", "进展情况"]
    assert CASES[-1].title == "逾期天数"
