"""The same paper comes out of every kind of file."""

import pytest

from tests.documents.readers import papers
from tests.documents.readers.papers import TEXT, bare
from tracker.documents.parse import parse
from tracker.documents.readers import FileKind, read


@pytest.mark.parametrize(
    ("build", "kind"),
    [
        (papers.as_docx, FileKind.WORD),
        (papers.as_old_word, FileKind.OLD_WORD),
        (papers.as_page, FileKind.HTML),
        (papers.as_sheet, FileKind.SHEET),
    ],
    ids=["docx", "doc", "html", "xlsx"],
)
def test_a_paper_reads_the_same_from_every_kind_of_file(build, kind):
    found = read(build(), "工作要点")

    assert bare(found.text) == bare(TEXT)
    assert (found.kind, found.notes) == (kind, ())


def test_a_printed_page_gives_whole_paragraphs_and_table_rows(pdf):
    found = read(pdf, "工作要点.pdf")

    assert bare(found.text) == bare(TEXT)
    assert "受益人口3.5万人" in found.text
    assert (found.kind, found.notes) == (FileKind.PDF, ())


def test_the_same_facts_are_found_in_the_paper_whatever_file_it_came_in(pdf):
    wanted = facts(TEXT)

    assert len(wanted) == 6
    for data in (papers.as_docx(), papers.as_old_word(), papers.as_page("gb2312"), papers.as_sheet(), pdf):
        assert facts(read(data, "工作要点").text) == wanted


def facts(text):
    """What the parser finds for every point, apart from wording and places in the text."""
    return [
        (point["number"], point["lead_units"], point["responsible_units"], dated(point["measures"]))
        for point in parse(text).as_json()["points"]
    ]


def dated(measures):
    return [
        (
            measure["deadline"],
            [(target["op"], target["value"], target["unit"]) for target in measure["targets"]],
        )
        for measure in measures
    ]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_plain_text_is_read_in_every_encoding_in_use(encoding):
    found = read(TEXT.replace("\n", "\r\n").encode(encoding), "工作要点.txt")

    assert found.text == TEXT
    assert found.kind is FileKind.TEXT


def test_the_name_of_a_file_decides_nothing():
    assert read(papers.as_docx(), "工作要点.pdf").kind is FileKind.WORD
    assert read(TEXT.encode(), "工作要点.docx").kind is FileKind.TEXT


def test_a_byte_lost_from_a_text_costs_one_character():
    data = TEXT.encode()
    place = data.index("农村公路".encode())

    found = read(data[:place] + data[place + 1 :], "工作要点.txt")

    assert bare(found.text)[7:] == bare(TEXT)[7:]


def test_characters_that_only_look_like_the_plain_ones_become_plain():
    assert (
        read("⼀、⽔利⼯程、⻓效机制\x00\ufeff\u2028二、".encode(), "x").text
        == "一、水利工程、长效机制\n二、"
    )


def test_reading_says_nothing_to_the_terminal(capfd, recwarn, pdf):
    sheet = "xl/worksheets/sheet1.xml"
    extended = papers.changed(  # openpyxl warns of extensions it does not know
        papers.as_sheet(),
        sheet,
        lambda part: part.replace(b"</worksheet>", b'<extLst><ext uri="{0}"/></extLst></worksheet>'),
    )

    read(extended, "x.xlsx")
    read(pdf.replace(b"/Type /Catalog", b"/Type /Katalog"), "x.pdf")

    assert capfd.readouterr() == ("", "")
    assert not recwarn.list
