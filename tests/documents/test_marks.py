"""The text lit up: every character once, escaped, in elements that nest, whatever the marks."""

import re
from html import unescape
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents.readings import BUILD, SITE, TEXT, directory, reading
from tracker.documents.marks import Block, Mark, blocks, mark_up
from tracker.documents.proof import Proof


class Reader(HTMLParser):
    """Reads the marks back: the text, and the characters each key covers."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.open: list[str] = []
        self.covered: dict[str, set[int]] = {}

    def handle_starttag(self, tag, attrs):
        assert tag == "span"
        self.open.append(dict(attrs)["data-key"])

    def handle_endtag(self, tag):
        self.open.pop()

    def handle_data(self, data):
        for key in self.open:
            self.covered.setdefault(key, set()).update(range(len(self.text), len(self.text) + len(data)))
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def test_a_mark_inside_another_is_nested():
    html = mark_up(
        "六月底前建成",
        Block(
            0,
            6,
            (
                Mark(0, 6, "k1", "m-task"),
                Mark(0, 4, "d1", "m-deadline"),
            ),
        ),
    )
    assert html == (
        '<span class="m m-task" data-key="k1" tabindex="-1">'
        '<span class="m m-deadline" data-key="d1" tabindex="-1">六月底前</span>建成</span>'
    )


def test_a_mark_that_sticks_out_is_cut_where_the_other_ends():
    html = mark_up(
        "abcdef",
        Block(
            0,
            6,
            (
                Mark(0, 4, "k1", "x"),
                Mark(2, 6, "k2", "x"),
            ),
        ),
    )

    assert read(html).covered == {"k1": {0, 1, 2, 3}, "k2": {2, 3, 4, 5}}
    assert html.count('data-key="k2"') == 2
    assert html.count("tabindex") == 2  # the second half is no stop for the keyboard


def test_what_is_in_the_text_stays_text():
    html = mark_up('<script>alert("&")</script>', Block(0, 27, (Mark(3, 12, 'k"1', "m"),)))
    assert "<script" not in html
    assert read(html).text == '<script>alert("&")</script>'
    assert 'data-key="k&#34;1"' in html


def test_a_number_stands_before_its_mark_outside_the_text():
    html = mark_up("建成", Block(0, 2, (Mark(0, 2, "k1", "m-task", number="一·1"),)))
    assert 'data-number="一·1"' in html
    assert read(html).text == "建成"


def test_a_mark_over_a_cut_goes_on_behind_it():
    first, second = (mark_up("abcdef", block) for block in blocks(6, [3], [Mark(2, 5, "k1", "m")]))
    assert (read(first).covered, read(second).covered) == ({"k1": {2}}, {"k1": {0, 1}})


def test_a_whole_reading_lights_its_rows():
    proof = Proof(TEXT, reading(), directory(), None)

    covered = read("".join(map(proof.lit, proof.blocks))).covered

    assert {f"k{SITE}", f"k{BUILD}"} <= covered.keys()
    assert "".join(TEXT[i] for i in sorted(covered[f"k{SITE}"])) == "6月底前选址"


places = st.integers(-5, 60)
marks = st.lists(
    st.builds(Mark, places, places, st.sampled_from(["k1", "k2", "d1", "k<"]), st.just("m")), max_size=12
)
texts = st.text(st.sampled_from("一二<>&\"'\n \tab"), max_size=50)


@settings(max_examples=300, deadline=None)
@given(texts, marks, st.lists(places, max_size=4))
def test_every_character_stands_there_once_whatever_is_marked(text, some, cuts):
    parts = blocks(len(text), cuts, some)

    joined = "".join(mark_up(text, part) for part in parts)
    assert read(joined).text == text
    assert unescape(re.sub("<[^>]*>", "", joined)) == text
    assert [part.start for part in parts] == sorted({0, *(cut for cut in cuts if 0 < cut < len(text))})
    expected: dict[str, set[int]] = {}
    for mark in some:
        if inside := set(range(max(mark.start, 0), min(mark.stop, len(text)))):
            expected.setdefault(mark.key, set()).update(inside)
    assert read(joined).covered == expected
