"""What changed between two texts, and what is on time."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.reports.review.rules import LONGEST, Part, Piece, differences, workdays_late
from tracker.workdays import statutory

SAME, GONE, NEW = Part.SAME, Part.GONE, Part.NEW
WORDS = st.text("村户完成建设12。，；a 3%\n", max_size=60)


@given(before=WORDS, after=WORDS)
def test_nothing_is_lost_and_nothing_invented(before, after):
    pieces = differences(before, after)
    assert "".join(text for part, text in pieces if part is not NEW) == before
    assert "".join(text for part, text in pieces if part is not GONE) == after
    assert all(text for _, text in pieces)
    assert all(one.part is not two.part for one, two in pairwise(pieces))


@given(WORDS)
def test_a_text_does_not_differ_from_itself(text):
    assert differences(text, text) == ([Piece(SAME, text)] if text else [])


def test_a_number_changes_as_a_whole():
    assert differences("已完成12户。其余在办。", "已完成15户。其余在办。") == [
        (SAME, "已完成"),
        (GONE, "12"),
        (NEW, "15"),
        (SAME, "户。其余在办。"),
    ]


def test_a_new_sentence_stands_alone():
    assert differences("名单已建立。", "名单已建立。首批已落实。") == [
        (SAME, "名单已建立。"),
        (NEW, "首批已落实。"),
    ]


def test_a_single_character_in_common_holds_nothing_together():
    assert differences("正在开会研究", "已经会签完毕") == [(GONE, "正在开会研究"), (NEW, "已经会签完毕")]


def test_a_very_long_passage_is_shown_as_replaced():
    before, after = "甲" * LONGEST, "乙甲" * LONGEST
    assert differences(before, after) == [(GONE, before), (NEW, after)]


@pytest.mark.parametrize(
    ("handed_in", "late"),
    [
        (date(2020, 7, 9), None),
        (date(2020, 7, 10), None),  # the last day is on time, a Friday
        (date(2020, 7, 12), 0),  # only a week-end lies between
        (date(2020, 7, 13), 1),
        (date(2020, 7, 17), 5),
    ],
)
def test_lateness_is_counted_in_working_days(handed_in, late):
    assert workdays_late(handed_in, date(2020, 7, 10), statutory()) == late


def test_what_has_no_deadline_is_never_late():
    assert workdays_late(date(2030, 1, 1), None, statutory()) is None
