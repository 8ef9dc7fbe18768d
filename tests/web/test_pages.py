from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from tests import make
from tracker.accounts.models import Unit, UnitKind
from tracker.web.pages import SIZES, Listing, Page, day, page_of, rows_of, whole, words

UNITS = Listing(
    sorts={"position": (Unit.position, Unit.id), "name": (Unit.name, Unit.id)},
    usual="position",
    filters={"q": words, "kind": UnitKind, "parent": whole, "since": day},
)


def view(**args):
    return UNITS.view(MultiDict(args))


@pytest.mark.parametrize(("asked", "given", "rows"), [(1, 1, 10), (2, 2, 3), (9, 2, 3), (0, 1, 10)])
def test_a_page_out_of_range_is_the_nearest(app, asked, given, rows):
    for number in range(13):
        make.unit(f"单位{number}")

    page = page_of(select(Unit).order_by(Unit.id), asked, size=10)

    assert (page.number, len(page.rows), page.total, page.last) == (given, rows, 13, 2)


def test_a_page_holds_ten_to_two_hundred_rows(app):
    assert page_of(select(Unit), 1, size=3).size == 10
    assert page_of(select(Unit), 1, size=100_000).size == 200


def test_a_query_of_columns_gives_rows(app):
    make.unit("市教育局")

    page = rows_of(select(Unit.name, Unit.kind).order_by(Unit.id), 1)

    assert page.rows == [("市教育局", UnitKind.DEPARTMENT)]


def test_an_empty_list_has_one_page_without_rows():
    page = Page([], 1, 0, 50)
    assert (page.last, page.first_row, page.last_row, page.numbers) == (1, 0, 0, [1])


def test_far_pages_are_left_out_of_the_numbers():
    assert Page([], 8, 731, 20).numbers == [1, None, 6, 7, 8, 9, 10, None, 37]
    assert Page([], 2, 80, 20).numbers == [1, 2, 3, 4]


def test_the_address_is_read():
    asked = view(q=" 教育 ", kind="area", parent="3", since="2020-06-30", sort="-name", page="4", size="20")

    assert dict(asked.values) == {"q": "教育", "kind": UnitKind.AREA, "parent": 3, "since": date(2020, 6, 30)}
    assert (asked.sort, asked.number, asked.size) == ("-name", 4, 20)
    assert [str(column) for column in asked.order()] == ["units.name DESC", "units.id DESC"]


def test_what_cannot_be_read_is_left_out_and_named():
    asked = view(
        kind="planet", parent="-1", since="2020-06-31", q="长" * 101, sort="password", page="x", size="7"
    )

    assert (dict(asked.values), dict(asked.said)) == ({}, {})
    assert sorted(asked.wrong) == ["kind", "parent", "q", "since"]
    assert (asked.sort, asked.number, asked.size) == ("position", 1, 50)


def test_links_keep_the_view_and_leave_out_what_is_usual():
    asked = view(kind="area", page="3", size="20")

    assert asked.href(page=2) == "?kind=area&size=20&page=2"
    assert asked.href(kind="") == "?size=20"
    assert asked.bare_href() == "?size=20"
    assert asked.sort_href("name") == "?kind=area&sort=name&size=20"
    assert view(sort="name").sort_href("name") == "?sort=-name"
    assert view(sort="-name").sort_href("name") == "?sort=name"


@given(st.dictionaries(st.sampled_from(["q", "kind", "parent", "since", "sort", "page", "size"]), st.text()))
def test_no_address_breaks_a_list(args):
    asked = view(**args)

    assert asked.size in SIZES
    assert asked.number >= 1
    asked.order()
    assert UNITS.view(MultiDict(args)).href() == asked.href()
