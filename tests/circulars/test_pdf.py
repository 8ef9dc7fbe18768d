"""The printed circular, measured against GB/T 9704-2012 (millimetres; points for sizes of type)."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from tests.circulars.june import JUNE, PAPER, WORKS, with_works
from tests.circulars.sheet import Line, Sheets
from tracker.circulars import pdf
from tracker.circulars.compose import compose
from tracker.circulars.figures import Figures
from tracker.circulars.paper import CircularKind, Letterhead
from tracker.circulars.parts import Block, Section
from tracker.press.printing import MissingGlyph
from tracker.press.typeset import in_process

TOP, BOTTOM, LEFT, RIGHT = 37, 262, 28, 184  # the type area
PITCH, CHARACTER = 225 / 22, 156 / 28
BODY, TITLE, SMALL = 16, 22, 14
RED = (0.9, 0.0, 0.07)
FANGSONG, KAITI, HEITI, XIAOBIAOSONG = (
    "FandolFang",
    "FandolKai",
    "Tracker-Hei",
    "Tracker-Song-Bold",
)


def near(value: float, within: float = 0.5) -> object:
    return pytest.approx(value, abs=within)


def printed(figures: Figures = JUNE, letterhead: Letterhead = PAPER) -> Sheets:
    return Sheets(pdf.render(compose(figures), figures, letterhead))


@pytest.fixture(scope="module")
def june() -> Sheets:
    return printed()


@pytest.fixture(scope="module")
def unsealed() -> Sheets:
    return printed(letterhead=replace(PAPER, is_sealed=False, issuer="舟山市扶贫办"))


@pytest.fixture(scope="module")
def long_text() -> Sheets:
    """Nothing but full lines: 700 characters in one paragraph and a name with rare ones in the next."""
    parts = compose(JUNE)
    full = Section("一、基本情况", (Block("通" * 700), Block("联系人：𬭚㑇䶮，" + "报" * 60)))
    return Sheets(pdf.render(replace(parts, sections=(full,), annexes=()), JUNE, PAPER))


def body(lines: list[Line]) -> list[Line]:
    return [line for line in lines if line.font == FANGSONG and line.size == near(BODY, 0.05)]


def test_every_page_is_a4_and_only_page_numbers_leave_the_type_area(june):
    for number in june.numbers:
        page = june.plumber.pages[number - 1]
        assert (page.width, page.height) == (near(595.28, 0.1), near(841.89, 0.1))
        for line in june.lines(number):
            if not line.text.startswith("—" + str(number)):
                assert line.left >= LEFT - 0.1, line
                assert line.right <= RIGHT + 0.3, line
                assert line.top >= TOP, line
                assert line.bottom <= BOTTOM, line


def test_a_page_has_22_lines_of_28_characters(long_text):
    full = body(long_text.lines(2))

    assert len(full) == 22
    assert all(len(line.text) == 28 for line in full if set(line.text) == {"通"})
    assert full[0].top == near(TOP + (PITCH - 16 * 25.4 / 72) / 2, 0.05)
    for above, below in pairwise(full):
        assert below.top - above.top == near(PITCH, 0.02)


def test_characters_of_a_full_line_stand_5_571_apart_from_edge_to_edge(long_text):
    line = body(long_text.lines(2))[3]

    assert (line.left, line.right) == (near(LEFT, 0.05), near(RIGHT, 0.15))
    for before, after in pairwise(line.starts):
        assert after - before == near(CHARACTER, 0.02)


def test_lines_are_justified_but_for_the_last_of_a_paragraph(june):
    for number in (2, 3, 4):
        for line, following in pairwise(body(june.lines(number))):
            if following.left == near(LEFT, 0.05):  # it goes on
                assert line.right == near(RIGHT, 0.25), line.text


def test_digits_are_not_torn_apart_by_justification(june):
    line = june.line(4, "时限为")
    ten = line.text.index("20个")

    assert line.starts[ten + 1] - line.starts[ten] < CHARACTER / 2


def test_paragraphs_are_indented_by_two_characters(june):
    assert june.line(1, "按照").left == near(LEFT + 2 * CHARACTER, 0.05)


def test_the_mark_is_red_on_one_line_and_35_below_the_type_area(june):
    (mark,) = [line for line in june.lines(1) if line.text == f"{PAPER.issuer}文件"]
    left, top, right, _ = june.ink(1, 0, 0, 210, 100)
    colour = next(c["non_stroking_color"] for c in june.plumber.pages[0].chars if c["size"] > 30)

    assert mark.font == XIAOBIAOSONG
    assert colour == pytest.approx(RED, abs=0.01)
    assert top == near(TOP + 35, 0.2)
    assert (left + right) / 2 == near((LEFT + RIGHT) / 2)
    assert left > LEFT
    assert right < RIGHT


def test_the_number_stands_two_lines_below_the_mark_in_the_middle(june):
    number = june.line(1, "舟扶贫办")
    *_, mark_bottom = june.ink(1, 0, 0, 210, 100)

    assert number.text == "舟扶贫办〔2020〕7号"
    assert number.font == FANGSONG
    assert (number.left + number.right) / 2 == near((LEFT + RIGHT) / 2)
    assert 2 * PITCH <= number.top - mark_bottom <= 2.5 * PITCH


def test_the_red_rule_is_156_wide_and_4_below_the_number(june):
    (rule,) = june.rules(1)

    assert (rule.left, rule.right) == (near(LEFT, 0.05), near(RIGHT, 0.05))
    assert rule.colour == pytest.approx(RED, abs=0.01)
    assert rule.top - june.line(1, "舟扶贫办").bottom == near(4, 0.1)


def test_the_title_is_22_points_two_lines_below_the_rule_in_the_middle(june):
    first, second = june.lines(1, TITLE)
    (rule,) = june.rules(1)
    _, ink_top, _, _ = june.ink(1, LEFT, rule.bottom + 1, RIGHT, first.bottom)

    assert (first.text, second.text) == ("关于2020年6月工作要点任务", "办理情况的通报")
    assert first.font == XIAOBIAOSONG
    assert 2 * PITCH <= ink_top - rule.bottom <= 2.5 * PITCH
    for line in (first, second):
        assert (line.left + line.right) / 2 == near((LEFT + RIGHT) / 2)


def test_the_addressee_stands_one_line_below_the_title_at_the_left(june):
    title, addressee = june.lines(1, TITLE)[-1], june.line(1, "各县（区）")

    assert addressee.left == near(LEFT, 0.05)
    assert PITCH <= addressee.top - title.bottom <= 2 * PITCH
    assert june.line(1, "贫开发").text.endswith("：")


def test_headings_are_heiti_and_kaiti_behind_two_characters(june):
    first, second = june.line(2, "二、"), june.line(2, "（一）")

    assert (first.font, first.size) == (HEITI, near(BODY, 0.05))
    assert (second.font, second.size) == (KAITI, near(BODY, 0.05))
    assert first.left == second.left == near(LEFT + 2 * CHARACTER, 0.05)


def test_the_annex_note_stands_one_line_below_the_text_without_a_final_point(june):
    page = june.page_of("附件：1.")
    note = june.line(page, "附件：")
    above = [line for line in body(june.lines(page)) if line.top < note.top][-1]

    assert note.left == near(LEFT + 2 * CHARACTER, 0.05)
    assert note.top - above.top == near(2 * PITCH, 0.05)
    assert note.text == "附件：1.工作要点任务进展情况表（2020年6月）"
    assert june.line(page, "2.逾期").left == near(LEFT + 5 * CHARACTER, 0.1)


def test_a_long_issuer_with_a_seal_ends_at_the_edge_over_a_centred_date(june):
    page = june.page_of("附件：1.")
    issuer, day = june.line(page, PAPER.issuer), june.line(page, "2020年7月6日")

    assert issuer.right == near(RIGHT, 0.2)
    assert (issuer.left + issuer.right) / 2 == near((day.left + day.right) / 2)
    assert day.top - issuer.top == near(PITCH, 0.05)


def test_with_a_seal_the_date_ends_four_characters_from_the_right():
    sheets = printed(letterhead=replace(PAPER, issuer="舟山市扶贫开发工作领导小组"))
    page = sheets.page_of("附件：1.")
    issuer, day = sheets.line(page, "舟山市"), sheets.line(page, "2020年7月6日")

    assert day.right == near(RIGHT - 4 * CHARACTER)
    assert (issuer.left + issuer.right) / 2 == near((day.left + day.right) / 2)


def test_without_a_seal_the_date_begins_two_characters_after_the_issuer(unsealed):
    page = unsealed.page_of("附件：1.")
    issuer, day = unsealed.line(page, "舟山市扶贫办"), unsealed.line(page, "2020年7月6日")
    note = unsealed.line(page, "2.逾期")

    assert day.right == near(RIGHT - 2 * CHARACTER)  # as long as the issuer: it moves both to the left
    assert day.left - issuer.left == near(2 * CHARACTER, 0.1)
    assert issuer.top - note.top == near(2 * PITCH, 0.05)


def test_each_annex_begins_a_page_with_its_title_on_the_third_line(june):
    for mark_text in ("附件1", "附件2"):
        page = next(n for n in june.numbers if june.lines(n)[0].text == mark_text)
        mark, title = june.lines(page)[:2]
        assert (mark.font, mark.left) == (HEITI, near(LEFT, 0.05))
        assert mark.top >= TOP
        assert mark.bottom <= TOP + PITCH + 0.5
        assert (title.font, title.size) == (XIAOBIAOSONG, near(TITLE, 0.05))
        assert (title.left + title.right) / 2 == near((LEFT + RIGHT) / 2)
        _, ink_top, _, ink_bottom = june.ink(page, LEFT, title.top - 1, RIGHT, title.bottom)
        assert ink_top >= TOP + 2 * PITCH
        assert ink_bottom <= TOP + 3 * PITCH


def test_a_long_annex_repeats_its_head_and_tears_no_row():
    sheets = printed(with_works(60))
    rows = []
    for number in sheets.numbers:
        for table in sheets.plumber.pages[number - 1].extract_tables():
            if "工作内容" in table[0]:
                assert table[0] == ["序号", "工作内容", "牵头单位", "进展情况"]
                rows += [["".join((cell or "").split()) for cell in row] for row in table[1:]]

    expected = [WORKS[i % len(WORKS)] for i in range(60)]
    assert rows == [[str(i), *("".join(cell.split()) for cell in row)] for i, row in enumerate(expected, 1)]


def test_page_numbers_stand_7_below_the_type_area_on_the_outer_side(june):
    for number in june.numbers:
        *_, line = june.lines(number)
        _, dash_top, *_ = june.ink(number, line.left, BOTTOM + 1, line.left + 4, 297)

        assert line.text == f"—{number}—"
        assert (line.font, line.size) == ("Tracker-Song", near(SMALL, 0.05))
        assert dash_top == near(BOTTOM + 7, 0.2)
        one_in = SMALL * 25.4 / 72
        if number % 2:
            assert line.right == near(RIGHT - one_in, 0.1)
        else:
            assert line.left == near(LEFT + one_in, 0.1)


def short(lines: int) -> Sheets:
    """A circular without annexes, of so many lines under one heading."""
    section = Section("一、基本情况", (Block("一行。"),) * lines)
    return Sheets(pdf.render(replace(compose(JUNE), sections=(section,), annexes=()), JUNE, PAPER))


def imprint(sheets: Sheets) -> int:
    """The page of the imprint, whose measures are checked on the way."""
    page = len(sheets)
    first, between, last = sheets.rules(page)[-3:]
    copied, printer = sheets.line(page, "抄送："), sheets.line(page, f"{PAPER.printed_by}2020年7月6日印发")

    assert [rule.thickness for rule in (first, between, last)] == pytest.approx([0.35, 0.25, 0.35], abs=0.01)
    assert last.bottom == near(BOTTOM, 0.05)
    for rule in (first, between, last):
        assert (rule.left, rule.right) == (near(LEFT, 0.05), near(RIGHT, 0.05))
    for line in (copied, printer):
        assert (line.font, line.size) == (FANGSONG, near(SMALL, 0.05))
        assert line.left == near(LEFT + SMALL * 25.4 / 72, 0.1)
    assert printer.right == near(RIGHT - SMALL * 25.4 / 72, 0.2)
    return page


def test_the_imprint_follows_an_odd_page_on_the_next(june):
    page = imprint(june)

    assert page % 2 == 0
    assert june.lines(page)[0].text.startswith("抄送")


def test_the_imprint_stands_below_the_text_of_an_even_page_with_room():
    sheets = short(15)
    page = imprint(sheets)

    assert page == 2
    assert not sheets.lines(page)[0].text.startswith("抄送")


def test_an_even_page_without_room_is_followed_by_a_blank_one_and_an_unnumbered_imprint():
    sheets = short(18)
    page = imprint(sheets)

    assert page == 4
    assert sheets.page_of("2020年7月6日") == 2
    assert not sheets.lines(3)
    assert not any(line.text.startswith("—") for line in sheets.lines(page))


def test_a_rare_character_prints_and_leaves_the_line_pitch_alone(long_text):
    page = long_text.page_of("𬭚㑇䶮")
    lines = [line for line in body(long_text.lines(page)) if line.text[0] in "通联报"]

    assert len(lines) > 3
    for above, below in pairwise(lines):
        assert below.top - above.top == near(PITCH, 0.02)


def test_a_character_that_no_font_has_is_an_error_not_an_empty_box():
    parts = compose(JUNE)

    with pytest.raises(MissingGlyph, match="没有这些字：\U0010fffd"):
        pdf.render(replace(parts, lead="\U0010fffd"), JUNE, PAPER)


def test_a_bulletin_carries_its_issue_issuer_and_day_in_the_head():
    sheets = printed(letterhead=replace(PAPER, kind=CircularKind.BULLETIN, number="2020年第7期"))
    mark, issue, issuer, *_ = sheets.lines(1)

    assert (mark.text, issue.text) == ("督查通报", "2020年第7期")
    assert issuer.text == f"{PAPER.issuer}2020年7月6日"
    assert sheets.page_of("附件：1.") == sheets.page_of("在下月通报中更正")
    assert not [n for n in sheets.numbers[1:-1] if any(line.text == PAPER.issuer for line in sheets.lines(n))]
    imprint(sheets)


def test_words_in_the_text_are_not_markup():
    parts = replace(compose(JUNE), lead="<b>甲</b>&乙")

    assert Sheets(pdf.render(parts, JUNE, PAPER)).line(1, "<b>甲</b>&乙")


def test_the_file_is_tagged_titled_and_has_an_outline(june):
    catalog = june.plumber.doc.catalog
    titles = [title for _, title, *_ in june.plumber.doc.get_outlines()]

    assert catalog["MarkInfo"]["Marked"] is True
    assert catalog["Lang"] == b"zh-CN"
    assert june.plumber.metadata["Title"] == "关于2020年6月工作要点任务办理情况的通报"
    assert june.plumber.metadata["Author"] == PAPER.issuer
    assert june.plumber.metadata["CreationDate"] == "D:20200706"
    assert titles[:2] == ["关于2020年6月工作要点任务办理情况的通报", "一、基本情况"]
    assert "附件1" in titles


def test_the_same_month_gives_the_same_bytes_also_in_a_process_of_its_own(june):
    parts = compose(JUNE)

    assert pdf.render(parts, JUNE, PAPER) == june.file
    assert in_process(pdf.render, parts, JUNE, PAPER) == june.file


def test_another_process_reports_a_missing_character_as_well():
    parts = replace(compose(JUNE), lead="\U0010fffd")

    with pytest.raises(MissingGlyph):
        in_process(pdf.render, parts, JUNE, replace(PAPER, dated_on=date(2020, 7, 7)))
