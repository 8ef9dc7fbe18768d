"""The clerk's words: typed in place, compared, put back, kept when the figures change; and their numbers."""

from dataclasses import replace

import pytest

from tests.circulars.june import JUNE
from tracker.circulars.bound import Stray, mentions, strays
from tracker.circulars.compose import compose
from tracker.circulars.parts import plain
from tracker.circulars.revision import merged, restored, rows_of, with_words

COMPOSED = compose(JUNE)
TOTALS = COMPOSED.sections[0].blocks[0].text


def said(**words: str):
    """June with other words: place (``p0_1`` for the second paragraph of the first section) → text."""
    return with_words(
        COMPOSED, {key.removeprefix("p").replace("_", "-"): text for key, text in words.items()}
    )


def rows(parts, section: int = 0):
    return rows_of(parts, COMPOSED)[section][1]


def test_what_was_not_touched_has_nothing_to_compare():
    assert not any(row.changes or row.is_gone for _, of in rows_of(COMPOSED, COMPOSED) for row in of)


def test_a_paragraph_made_two_is_compared_as_one_and_goes_back_as_one():
    parts = said(p0_0="第一段。\n第二段。")

    first, second, third = rows(parts)
    assert (first.text, first.changes) == ("第一段。", ())
    assert (second.text, second.source) == ("第二段。", "0-0")
    assert "".join(piece.text for piece in second.changes if piece.part != "new") == TOTALS
    assert not third.changes
    assert restored(parts, COMPOSED, "0-0") == COMPOSED


def test_a_paragraph_taken_out_is_still_known_and_can_be_put_back():
    parts = said(p0_0="", p2_1=" ")

    assert [row.is_gone for row in rows(parts)] == [True, False]
    assert rows(parts)[0].text == TOTALS
    assert restored(restored(parts, COMPOSED, "0-0"), COMPOSED, "2-1") == COMPOSED


def test_title_lead_and_headings_are_words_too():
    parts = said(title="关于六月\n办理情况的通报", lead="现予通报。")

    assert (parts.title, parts.lead) == ("关于六月\n办理情况的通报", "现予通报。")
    assert with_words(COMPOSED, {"heading-0": "一、总体情况"}).sections[0].heading == "一、总体情况"
    assert restored(restored(parts, COMPOSED, "title"), COMPOSED, "lead") == COMPOSED


@pytest.mark.parametrize("place", ["", "9-0", "0-99", "x", "0-", "addressee"])
def test_an_unknown_place_puts_nothing_back(place):
    parts = said(p0_0="第一段。")

    assert restored(parts, COMPOSED, place) == parts


def test_other_figures_change_what_nobody_touched_and_nothing_else():
    parts = said(p0_1="六月工作平稳。", p4_3="", title="关于六月的通报")
    anew = compose(replace(JUNE, totals=replace(JUNE.totals, due=110, overdue=18), cases=JUNE.cases[:3]))

    kept = merged(parts, COMPOSED, anew)

    assert kept.title == "关于六月的通报"
    assert kept.sections[0].blocks[0] == anew.sections[0].blocks[0]
    assert kept.sections[0].blocks[1].text == "六月工作平稳。"
    assert kept.sections[3] == anew.sections[3]
    assert [block.text[:2] for block in kept.sections[4].blocks] == ["1.", "2.", "3.", "5."]
    assert merged(COMPOSED, COMPOSED, anew) == anew


def test_a_paragraph_that_other_figures_bring_along_is_put_in_its_place():
    flat = replace(
        JUNE,
        boards=tuple(
            replace(b, standings=tuple(replace(s, moved=None) for s in b.standings)) for b in JUNE.boards
        ),
    )
    before = compose(flat)
    parts = with_words(before, {"2-0": "做得较好的单位见附表。"})

    kept = merged(parts, before, COMPOSED)

    assert [block.text[:6] for block in kept.sections[2].blocks] == [
        "做得较好的单",
        "名次比上月上",
        "滞后的单位：",
    ]


def test_numbers_are_known_by_what_they_count():
    text = "1.按时办结90件，占90.5%，比上月提高5个百分点（舟扶贫〔2020〕2号）。"

    assert [mention.words for mention in mentions(text)] == ["90件", "90.5%", "5个百分点"]


def found(**words: str) -> list[Stray]:
    return [stray for at in strays(said(**words), COMPOSED, JUNE).values() for stray in at]


def test_every_composed_number_is_a_figure():
    assert strays(COMPOSED, COMPOSED, JUNE) == {}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("其中按时办结90件", "其中按时办结91件", [Stray("91件", ("90件",))]),
        ("其中按时办结90件", "其中按期办好91件", [Stray("91件", ("90件",))]),
        (
            "占90%，比上月提高5个",
            "占95%，比上月提高6个",
            [Stray("95%", ("90%",)), Stray("6个百分点", ("5个百分点",))],
        ),
        ("占8%", "占8%，没有办结的以嵊泗县居多", []),
        ("占8%", "占8%；已约谈4家", []),  # a figure of the month, told once more
        ("占8%", "占8%；已走访33家", [Stray("33家", ())]),
        ("占8%", "占8%；全市共走访8888户", [Stray("8888户", ())]),
        ("占8%", "占8%；7月2日14时召开调度会1次", [Stray("1次", ())]),
        ("占8%", "占8%；见第3期简报、舟扶贫〔2020〕2号文件第12页，电话12345", []),
        ("占8%", "占8%；年收入8000元以下的已逐户明确", []),  # as the annex has it
    ],
)
def test_a_changed_number_is_found_and_a_new_one_must_be_a_figure(before, after, expected):
    assert before in TOTALS
    assert found(p0_0=TOTALS.replace(before, after)) == expected


def test_two_scores_that_were_exchanged_are_found():
    ahead = COMPOSED.sections[2].blocks[0].text
    wrong = ahead.replace("99.12", "98.40", 1)

    assert Stray("98.40分", ("99.12分",)) in found(p2_0=wrong)


def test_a_sentence_that_moved_keeps_its_numbers():
    totals, lists = (block.text for block in COMPOSED.sections[0].blocks)
    sentence, rest = totals.split("。", 1)

    assert found(p0_0=rest, p0_1=f"{sentence}。{lists}") == []


def test_a_text_kept_over_new_figures_is_held_against_them():
    parts = said(p0_0=TOTALS.replace("其中按时办结", "按时办结的"))
    anew = compose(replace(JUNE, totals=replace(JUNE.totals, on_time=89, late=3)))

    wrong = strays(merged(parts, COMPOSED, anew), anew, JUNE)["0-0"]
    assert Stray("90件", ("89件",)) in wrong
    assert plain(parts) != plain(anew)
