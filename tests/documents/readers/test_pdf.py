"""Pages of print, where nothing says what a paragraph is."""

from io import BytesIO

import pypdfium2
import pytest
import weasyprint

from tests.documents.readers.papers import TEXT, as_scan, bare
from tracker.documents.readers import read


def printed(body, style=""):
    base = '@page { size: A4; margin: 30mm } body { font: 16pt/28pt "Noto Serif CJK SC" } p { margin: 0 }'
    return weasyprint.HTML(string=f"<style>{base}{style}</style>{body}").write_pdf()


def opened(body, style=""):
    return read(printed(body, style), "要点.pdf")


def test_a_table_goes_on_over_the_page_with_its_head_repeated_and_a_row_cut_in_two():
    tall = "建设" * 260
    found = opened(
        "<table><thead><tr><td>序号<td>任务<td>单位</thead>"
        f"<tr><td>1<td>{tall}<td>市水利局<tr><td>2<td>修路<td>市交通局</table>",
        "table { border-collapse: collapse } td { border: 1pt solid; padding: 3pt }",
    )

    assert bare(found.text) == ["序号\t任务\t单位", f"1\t{tall}\t市水利局", "2\t修路\t市交通局"]


def test_paragraphs_without_indent_are_told_by_their_markers_and_short_last_lines():
    paragraphs = [
        f"{number}.完善农村路网，" + "改善出行条件，" * number + "年底前完成。" for number in range(1, 12)
    ]

    assert bare(opened("".join(f"<p>{words}</p>" for words in paragraphs)).text) == paragraphs


@pytest.mark.parametrize("turned", [0, 90])
def test_text_drawn_upwards_is_read_whether_or_not_the_page_is_turned(turned):
    style = """@page { margin: 0 } div { position: absolute; left: 20mm; top: 250mm; width: 220mm;
               transform: rotate(-90deg); transform-origin: 0 0 } td { border: 1pt solid }"""
    body = "<div><p>一、完善路网</p><table><tr><td>序号<td>任务<tr><td>1<td>修路</table></div>"
    document = pypdfium2.PdfDocument(printed(body, style))
    document[0].set_rotation(turned)
    file = BytesIO()
    document.save(file)

    found = bare(read(file.getvalue(), "要点.pdf").text)

    assert found[0].startswith("一、完善路网")
    assert turned == 0 or found[1:] == ["序号\t任务", "1\t修路"]


def test_a_watermark_across_the_page_is_not_read():
    mark = '<div style="position: fixed; top: 100mm; transform: rotate(-40deg); color: #ccc">内部资料</div>'

    assert bare(opened(f"{mark}<p>一、完善路网</p>").text) == ["一、完善路网"]


def test_characters_beyond_the_basic_plane_survive():
    assert bare(opened("<p>𬒈山镇、𠮷水村</p>").text) == ["𬒈山镇、𠮷水村"]


def test_pages_that_are_pictures_are_named_beside_what_could_be_read(pdf):
    document = pypdfium2.PdfDocument(pdf)
    pages = len(document)
    document.import_pages(pypdfium2.PdfDocument(as_scan()))
    file = BytesIO()
    document.save(file)

    found = read(file.getvalue(), "要点.pdf")

    assert found.notes == (f"第 {pages + 1} 页是图片，未能读出文字，请对照原文补充。",)
    assert bare(found.text) == bare(TEXT)
