"""Lines of print put together again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.documents.readers.layout import Letter, Page, Table, lines_of, paragraphs
from tracker.documents.readers.rows import Cell

EM = 16.0
LEFT, RIGHT = 80.0, 80.0 + 28 * EM
TOP = 730.0


def words(text, left, y):
    return [Letter(letter, left + EM * n, y, left + EM * (n + 1), y + EM, y) for n, letter in enumerate(text)]


def page(*rows, head="", foot=""):
    """A page of rows (indent in characters, text), 28 characters wide."""
    letters = words(head, LEFT, 790) + words(foot, 280, 60)
    for number, (indent, text) in enumerate(rows):
        letters += words(text, LEFT + indent * EM, TOP - number * 29)
    return Page(595, 842, lines_of(letters))


FULL = "建设" * 14


def test_a_paragraph_begins_with_an_indent_and_goes_on_over_the_page():
    pages = [page((2, FULL[:26]), (0, FULL)), page((0, FULL), (0, "完成。"), (2, "二、供水。"))]

    assert paragraphs(pages) == [FULL[:26] + FULL + FULL + "完成。", "二、供水。"]


def test_page_numbers_and_running_heads_fall_away_but_not_what_is_merely_repeated():
    pages = [
        page((2, f"{number}、完善路网。"), head="云港市文件汇编", foot=f"—{number}—") for number in (1, 2, 3)
    ]

    assert paragraphs(pages) == ["1、完善路网。", "2、完善路网。", "3、完善路网。"]


def test_letters_on_one_base_are_one_line_however_closely_their_boxes_fit():
    tight = [
        Letter("“", 80, 426, 96, 430, 414),
        Letter("一", 96, 419, 112, 420, 414),
        Letter("2", 112, 411, 120, 425, 414),
    ]

    assert [line.text for line in lines_of([*tight, *words("下行", 80, 390)])] == ["“一2", "下行"]


def test_what_a_browser_prints_round_a_page_falls_away():
    pages = [page((0, FULL), (0, "修路。"), head="2026/11/23,17:20云港市", foot="https://yg.test/a1/2")]

    assert paragraphs(pages) == [FULL + "修路。"]


def test_a_line_that_says_something_is_no_running_head():
    pages = [page((0, FULL), (0, "修路。"), foot="完成时限：年底前") for _ in range(2)]

    assert paragraphs(pages) == [FULL + "修路。", "完成时限：年底前"] * 2


def test_a_larger_heading_is_not_joined_to_the_text_below():
    heading = [
        Letter("题", LEFT + 22 * n, TOP + 40, LEFT + 22 * (n + 1), TOP + 62, TOP + 40) for n in range(20)
    ]
    body = words(FULL, LEFT, TOP) + words("完成。", LEFT, TOP - 29)

    assert paragraphs([Page(595, 842, lines_of(heading + body))]) == ["题" * 20, FULL + "完成。"]


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("（责任单位：" + FULL[:22], "市水利局）", True),
        (FULL[:27] + "，", "一、二季度完成", True),
        (FULL[:27] + "。", "二、改善供水", False),
        (FULL, "责任单位：市水利局", False),
        (FULL, "各有关单位：", True),
        (FULL[:20], "改善供水", False),
    ],
)
def test_without_indents_the_words_decide(before, after, joined):
    found = paragraphs([page(*[(0, FULL)] * 5, (0, "完成。"), (0, before), (0, after))])

    assert (before + after in found) is joined


def test_a_paragraph_set_in_as_a_whole_stays_one():
    block = [(0, FULL), (0, "完成。"), (4, FULL[:24]), (4, FULL[:24]), (4, "落实。")]

    assert paragraphs([page(*block)]) == [FULL + "完成。", FULL[:24] * 2 + "落实。"]


def test_tables_on_following_pages_are_one_table():
    def table(*rows):
        return Table([[Cell([cell] if cell else []) for cell in row] for row in rows], 700)

    pages = [
        Page(595, 842, [table(("序号", "任务"), ("1", "修路至北屿"))]),
        Page(595, 842, [table(("序号", "任务"), ("", "县城"), ("2", "架桥"))]),
    ]

    assert paragraphs(pages) == ["序号\t任务", "1\t修路至北屿县城", "2\t架桥"]


@given(
    st.lists(
        st.builds(
            lambda text, left, bottom, wide, high: Letter(
                text, left, bottom, left + wide, bottom + high, bottom
            ),
            st.characters(),
            st.floats(-10, 600),
            st.floats(-10, 900),
            st.floats(0, 30),
            st.floats(0, 30),
        ),
        max_size=40,
    )
)
def test_letters_anywhere_make_some_text(letters):
    found = paragraphs([Page(595, 842, lines_of(letters)), Page(595, 842, [])])

    assert isinstance("".join(found), str)
