"""The Word document: the measures of the standard as Word knows them, and the same words as the PDF."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from tests.circulars.june import JUNE, PAPER, with_works
from tracker.circulars import word
from tracker.circulars.compose import compose
from tracker.circulars.paper import CircularKind
from tracker.circulars.parts import plain
from tracker.circulars.verification import qr_code
from tracker.circulars.word import Imprint

MM = 56.69  # twips in a millimetre


def printed(imprint=Imprint.NEXT, figures=JUNE, **letterhead):
    return word.render(compose(figures), figures, replace(PAPER, **letterhead), imprint)


@pytest.fixture(scope="module")
def file() -> bytes:
    return printed()


@pytest.fixture(scope="module")
def june(file):
    return Document(io.BytesIO(file))


def near(value: float) -> object:
    return pytest.approx(value, abs=0.2)


def place(paragraph, name: str, of: str) -> float:
    """A length of a paragraph in millimetres: of its ``w:ind`` or ``w:spacing``."""
    return int(paragraph._p.pPr.find(qn(f"w:{of}")).get(qn(f"w:{name}"), 0)) / MM


def line(document, begin: str):
    return next(p for p in document.paragraphs if p.text.startswith(begin))


def test_a_page_is_a4_with_the_type_area_and_a_grid_of_22_lines_of_28_characters(june):
    for section in june.sections:
        assert (section.page_width.mm, section.page_height.mm) == (near(210), near(297))
        edges = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
        assert [edge.mm for edge in edges] == [near(37), near(26), near(35), near(28)]
        grid = section._sectPr.find(qn("w:docGrid"))
        assert grid.get(qn("w:type")) == "linesAndChars"
        assert 22 * int(grid.get(qn("w:linePitch"))) / MM == pytest.approx(225, abs=0.5)
        character = 16 + int(grid.get(qn("w:charSpace"))) / 4096  # points
        assert 28 * character * 25.4 / 72 == pytest.approx(156, abs=0.1)


def test_lines_of_text_are_as_high_as_the_grid_and_28_characters_fit(june):
    text = line(june, "截至6月30日")

    assert place(text, "line", "spacing") == pytest.approx(225 / 22, abs=0.02)
    assert place(text, "firstLine", "ind") == near(2 * 156 / 28)
    assert text._p.pPr.find(qn("w:jc")).get(qn("w:val")) == "both"
    closer = june.styles["Normal"].element.rPr.find(qn("w:spacing")).get(qn("w:val"))
    assert 27.9 < 28 * (16 + int(closer) / 20) / (156 / 25.4 * 72) * 28 < 28.1


def test_it_says_what_the_pdf_says(june):
    said = [p.text.replace("\n", "") for p in june.paragraphs]
    for words in plain(compose(JUNE)).splitlines():
        assert words in said, words
    assert "附件：1.工作要点任务进展情况表（2020年6月）" in said
    assert [[cell.text for cell in table.rows[1].cells][1] for table in june.tables[:4]] == [
        "岱山县",
        "市农业农村局",
        JUNE.works[0].text,
        JUNE.cases[0].task,
    ]


def test_faces_are_named_and_their_stand_ins_listed(file, june):
    faces = {
        "舟山市扶贫开发工作领导小组办公室文件": "方正小标宋简体",
        "一、基本情况": "黑体",
        "（一）": "楷体_GB2312",
        "按照": "仿宋_GB2312",
    }
    for begin, face in faces.items():
        fonts = line(june, begin).runs[0]._r.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == face
    table = zipfile.ZipFile(io.BytesIO(file)).read("word/fontTable.xml").decode()
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="FandolFang R' in table


def test_mark_rule_and_title_stand_where_the_standard_wants_them(june):
    mark, title = june.paragraphs[0], line(june, "关于2020年6月")
    rule = june.paragraphs[2]._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))

    assert mark.runs[0].font.color.rgb == (0xE6, 0x00, 0x12)
    assert place(mark, "before", "spacing") == pytest.approx(35, abs=1.5)
    assert (rule.get(qn("w:color")), rule.get(qn("w:sz"))) == ("E60012", "12")
    assert title.runs[0].font.size.pt == 22
    assert title.text == "关于2020年6月工作要点任务\n办理情况的通报"
    assert title._p.pPr.find(qn("w:outlineLvl")).get(qn("w:val")) == "0"


def test_tables_repeat_their_head_and_tear_no_row():
    works = Document(io.BytesIO(printed(figures=with_works(60)))).tables[2]

    assert len(works.rows) == 61
    assert works.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in works.rows)


def test_page_numbers_stand_outside_and_not_behind_a_blank_page(june):
    assert june.settings.odd_and_even_pages_header_footer
    odd, even = june.sections[0].footer.paragraphs[0], june.sections[0].even_page_footer.paragraphs[0]
    for footer, side in ((odd, "right"), (even, "left")):
        assert footer.text.startswith("— ")
        assert "PAGE" in footer._p.xml
        assert footer._p.pPr.find(qn("w:ind")).get(qn(f"w:{side}")) == "280"
    apart = Document(io.BytesIO(printed(Imprint.APART))).sections[-1]
    assert (apart.even_page_footer.paragraphs[0].text, apart.footer.paragraphs[0].text) == ("", "")


@pytest.mark.parametrize(("imprint", "sections"), [(Imprint.BELOW, 1), (Imprint.NEXT, 2), (Imprint.APART, 2)])
def test_the_imprint_ends_with_its_last_rule_on_the_bottom_edge_of_an_even_page(imprint, sections):
    document = Document(io.BytesIO(printed(imprint)))
    (box,) = document.element.body.iter(f"{{{word.BOXES}}}txbx")
    sizes = [border.get(qn("w:sz")) for edge in box.iter(qn("w:pBdr")) for border in edge]

    assert len(document.sections) == sections
    kind = document.sections[-1]._sectPr.find(qn("w:type")).get(qn("w:val"))
    assert kind == ("nextPage" if sections == 1 else "evenPage")
    assert sizes == ["8", "6", "8"]  # eighths of a point: 0.35, 0.26, 0.35 mm
    (place,) = document.element.body.iter(qn("wp:anchor"))
    top, height = place.find(f"{qn('wp:positionV')}/{qn('wp:posOffset')}"), place.find(qn("wp:extent"))
    assert (int(top.text) + int(height.get("cy"))) / 36000 == pytest.approx(37 + 225, abs=0.01)
    assert box.getparent().find(f"{{{word.BOXES}}}bodyPr").get("anchor") == "b"
    lines = [Paragraph(line, document._body).text for line in box.iter(qn("w:p"))]
    assert [line for line in lines if line] == [
        f"抄送：{'，'.join(PAPER.copied_to)}。",
        f"{PAPER.issuer}\t2020年7月6日印发",
    ]


def test_the_code_and_its_picture_stand_in_the_imprint():
    document = Document(io.BytesIO(printed(code="K7M4-9QRT", qr_code=qr_code("http://127.0.0.1/"))))
    (box,) = document.element.body.iter(f"{{{word.BOXES}}}txbx")

    assert "验证码：K7M4-9QRT" in "".join(text.text for text in box.iter(qn("w:t")))
    assert len(list(box.iter(qn("pic:pic")))) == 1
    ids = [one.get("id") for one in document.element.body.iter(qn("wp:docPr"))]
    assert len(ids) == len(set(ids)) == 2


def test_a_bulletin_has_its_issue_in_the_head_and_no_signature():
    bulletin = Document(io.BytesIO(printed(kind=CircularKind.BULLETIN, number="2020年第7期")))

    assert [p.text for p in bulletin.paragraphs[:3]] == [
        "督查通报",
        "2020年第7期",
        f"{PAPER.issuer}\t2020年7月6日",
    ]
    assert not [p for p in bulletin.paragraphs if p.text == PAPER.issuer]


def test_the_same_month_gives_the_same_bytes(file, june):
    assert printed() == file
    made = june.core_properties
    assert (made.title, made.author) == ("关于2020年6月工作要点任务办理情况的通报", PAPER.issuer)
    assert made.created == datetime(2020, 7, 6, tzinfo=UTC)


def test_what_is_no_xml_is_left_out():
    parts = replace(compose(JUNE), lead="甲\x0b&乙<丙")
    file = word.render(parts, JUNE, PAPER, Imprint.NEXT)

    assert line(Document(io.BytesIO(file)), "甲").text == "甲&乙<丙"
