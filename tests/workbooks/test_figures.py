"""What people type where a number is asked for."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import Invalid
from tracker.reports.workbook.rules import Wish
from tracker.workbooks.figures import (
    Cell,
    Kind,
    amount,
    chosen,
    is_yes,
    percent,
    refuse_formula,
    words,
)


def text(said: str) -> Cell:
    return Cell("E7", Kind.TEXT, said)


def number(said: str, *, is_percent: bool = False) -> Cell:
    return Cell("E7", Kind.NUMBER, said, is_percent)


@pytest.mark.parametrize(
    "cell",
    [
        number("50"),
        number("50.0"),
        number("0.5", is_percent=True),
        text("50"),
        text("50%"),
        text(" 50 % "),
        text("５０"),
        text("５０％"),
        text("50．0"),
    ],
)
def test_fifty_is_fifty_however_it_is_written(cell):
    assert percent(cell) == 50


@pytest.mark.parametrize(
    "cell",
    [
        text("五十"),
        text("约50"),
        text("50-60"),
        text("0.5"),
        text("5²"),
        text("1e1"),
        number("0.5"),
        number("50.5"),
        number("-1"),
        number("101"),
        number("inf"),
        number("nan"),
        number("1e+300"),
        Cell("E7", Kind.DAY, "2020-01-02"),
    ],
)
def test_what_is_no_percent_is_refused_in_words(cell):
    with pytest.raises(Invalid, match="0到100"):
        percent(cell)


def test_an_empty_cell_means_nothing():
    assert percent(text(" ")) is None
    assert amount(text(""), "所") is None
    assert chosen(text(""), Wish) is None


@given(st.integers(0, 100), st.sampled_from(["{}", "{}%", " {} ％", "{}.0", "{}.00%"]))
def test_every_percent_is_read_back(value, layout):
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    assert percent(text(layout.format(value))) == value
    assert percent(text(layout.format(value).translate(wide))) == value
    assert percent(number(f"{value / 100:.15g}", is_percent=True)) == value


@given(st.decimals(0, 10**11, places=4))
def test_every_amount_is_read_back(value):
    for said in (f"{value:f}", f"{value:,f}", f"{value:f}所"):
        assert amount(text(said), "所") == value
    assert amount(number(f"{float(value):.15g}"), "所") == value


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading(said):
    for meaning in (percent, lambda cell: amount(cell, "所"), is_yes, lambda cell: chosen(cell, Wish)):
        with suppress(Invalid):  # and nothing else
            meaning(text(said))


@pytest.mark.parametrize("cell", [text("91%"), text("91"), number("91"), number("0.91", is_percent=True)])
def test_a_percent_is_an_amount_where_the_measure_is_one(cell):
    assert amount(cell, "%") == 91


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (text("3%"), "百分号"),
        (text("三所"), "看不懂"),
        (text("3万"), "看不懂"),
        (number("-3"), "不小于0"),
        (number("0.00001"), "小数太长"),
        (number("1e+16"), "太大"),
        (Cell("E7", Kind.DAY, "2020-03-01"), "是日期"),
    ],
)
def test_what_is_no_amount_is_refused_in_words(cell, reason):
    with pytest.raises(Invalid, match=reason):
        amount(cell, "所")


def test_thousands_and_the_own_measure_are_understood():
    assert amount(text("1，234.5 所"), "所") == Decimal("1234.5")


def test_a_formula_is_never_taken():
    with pytest.raises(Invalid, match="是公式"):
        refuse_formula(Cell("E7", Kind.FORMULA))
    with pytest.raises(Invalid, match="#REF!"):
        refuse_formula(Cell("E7", Kind.FAULT, "#REF!"))


def test_choices_are_what_the_list_offers():
    assert is_yes(text(" 是 "))
    assert not is_yes(text("已签收"))
    assert chosen(text("报送"), Wish) is Wish.SUBMIT
    with pytest.raises(Invalid, match="“报送”、“存草稿”"):
        chosen(text("上报"), Wish)
    with pytest.raises(Invalid, match="请选“是”"):
        is_yes(text("对"))


def test_a_number_may_stand_where_words_are_asked_for():
    assert words(number("12"), 10) == "12"
    assert words(number("0.5", is_percent=True), 10) == "50%"
    assert words(text(" 一行\r\n二行 "), 10) == "一行\n二行"
    with pytest.raises(Invalid, match="有11个字"):
        words(text("一" * 11), 10)
