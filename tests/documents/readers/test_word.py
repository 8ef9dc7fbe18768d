"""Word: what it shows is read, what it only stores is not."""

from io import BytesIO

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image

from tests.documents.readers.papers import changed
from tracker.documents.readers import read


def opened(*elements, change=None):
    document = docx.Document()
    for element in elements:
        body = document.element.body
        body.insert(len(body) - 1, parse_xml(element.replace(">", f" {nsdecls('w', 'r')}>", 1)))
    file = BytesIO()
    document.save(file)
    data = file.getvalue()
    for part, edit in (change or {}).items():
        data = changed(data, part, edit)
    return read(data, "要点.docx").text.strip().split("\n")


def test_tracked_insertions_count_and_deletions_do_not():
    assert opened(
        "<w:p><w:r><w:t>6月</w:t></w:r><w:ins><w:r><w:t>30日</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>底</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>旧处</w:t></w:r></w:moveFrom><w:r><w:t>前完成</w:t></w:r></w:p>"
    ) == ["6月30日前完成"]


def test_a_deleted_paragraph_end_joins_two_paragraphs():
    assert opened(
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>一、完善路网，</w:t></w:r></w:p>",
        "<w:p><w:r><w:t>改善出行。</w:t></w:r></w:p>",
    ) == ["一、完善路网，改善出行。"]


def test_hidden_text_field_codes_and_pinyin_are_not_read():
    assert opened(
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>批注</w:t></w:r>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r><w:hyperlink><w:r><w:t>正</w:t></w:r></w:hyperlink>"
        "<w:r><w:ruby><w:rt><w:r><w:t>wén</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>文</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>"
    ) == ["正文"]


def test_soft_line_breaks_end_lines_and_tabs_are_blanks():
    assert opened(
        "<w:p><w:r><w:t>责任单位：</w:t><w:tab/><w:t>市水利局</w:t><w:br/><w:t>完成时限：年底</w:t></w:r></w:p>"
    ) == ["责任单位： 市水利局", "完成时限：年底"]


def test_a_text_box_stands_once_before_its_paragraph():
    box = "<w:txbxContent><w:p><w:r><w:t>云港市文件</w:t></w:r></w:p></w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    assert opened(
        f"<w:p><w:r><mc:AlternateContent {mc}><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        "<w:r><w:t>云政〔2024〕1号</w:t></w:r></w:p>"
    ) == ["云港市文件", "云政〔2024〕1号"]


def test_cells_merged_downwards_speak_for_every_row():
    def cell(words, more=""):
        return f"<w:tc><w:tcPr>{more}</w:tcPr><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>"

    wide, top, below = '<w:gridSpan w:val="3"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    assert opened(
        f"<w:tbl><w:tr>{cell('重点任务', wide)}</w:tr>"
        f"<w:tr>{cell('任务')}{cell('单位')}{cell('时限')}</w:tr>"
        f"<w:tr>{cell('修路')}{cell('市交通局', top)}{cell('6月底')}</w:tr>"
        f"<w:tr>{cell('架桥')}{cell('', below)}{cell('年底')}</w:tr></w:tbl>"
    ) == ["重点任务", "任务\t单位\t时限", "修路\t市交通局\t6月底", "架桥\t市交通局\t年底"]


def test_a_table_of_contents_is_left_out():
    assert opened(
        "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
        "<w:sdtContent><w:p><w:r><w:t>一、完善路网……1</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        "<w:p><w:r><w:t>一、完善路网</w:t></w:r></w:p>",
    ) == ["一、完善路网"]


def numbered(*paragraphs, levels, nums='<w:num w:numId="7"><w:abstractNumId w:val="7"/></w:num>'):
    """Paragraphs (num, level, text) in a document whose list 7 has ``levels`` (format, text, more)."""
    described = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (form, text, more) in enumerate(levels)
    )
    numbering = (
        f'<w:numbering {nsdecls("w")}><w:abstractNum w:abstractNumId="7">{described}</w:abstractNum>'
        f"{nums}</w:numbering>"
    )
    elements = [
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{num}"/></w:numPr></w:pPr>'
        f"<w:r><w:t>{text}</w:t></w:r></w:p>"
        for num, depth, text in paragraphs
    ]
    return opened(*elements, change={"word/numbering.xml": lambda _: numbering.encode()})


def test_automatic_numbers_are_counted_again():
    assert numbered(
        (7, 0, "总体要求"),
        (7, 1, "目标"),
        (7, 2, "公路"),
        (7, 2, "桥梁"),
        (7, 1, "原则"),
        (7, 0, "任务"),
        (7, 1, "供水"),
        (7, 2, "水质"),
        (0, 0, "没有编号"),
        levels=[
            ("chineseCountingThousand", "%1、", ""),
            ("chineseCounting", "（%2）", ""),
            ("decimal", "%3.", ""),
        ],
    ) == [
        *("一、总体要求", "（一）目标", "1.公路", "2.桥梁", "（二）原则"),
        *("二、任务", "（一）供水", "1.水质", "没有编号"),
    ]


def test_a_list_may_go_on_through_the_sections():
    assert numbered(
        *[(7, 0, "甲"), (7, 1, "子"), (7, 0, "乙"), (7, 1, "丑")],
        levels=[("chineseCounting", "%1、", ""), ("decimal", "%2.", '<w:lvlRestart w:val="0"/>')],
    ) == ["一、甲", "1.子", "二、乙", "2.丑"]


def test_a_second_instance_of_a_list_may_start_anew():
    again = (
        '<w:num w:numId="7"><w:abstractNumId w:val="7"/></w:num>'
        '<w:num w:numId="8"><w:abstractNumId w:val="7"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    assert numbered(
        *[(7, 0, "甲"), (7, 0, "乙"), (8, 0, "丙"), (8, 0, "丁")],
        levels=[("decimal", "(%1)", "")],
        nums=again,
    ) == ["(1)甲", "(2)乙", "(1)丙", "(2)丁"]


def test_a_number_of_several_levels_and_a_bullet():
    assert numbered(
        *[(7, 0, "章"), (7, 1, "节"), (7, 2, "点")],
        levels=[
            ("chineseCounting", "第%1章", ""),
            ("decimal", "%1.%2", "<w:isLgl/>"),
            ("bullet", "\uf0b7", ""),
        ],
    ) == ["第一章章", "1.1 节", "点"]


def test_a_style_may_number_its_paragraphs():
    document = docx.Document()
    for words in ("完善路网", "改善供水"):
        document.add_paragraph(words, style="List Number")
    file = BytesIO()
    document.save(file)

    assert read(file.getvalue(), "x").text.strip() == "1.完善路网\n2.改善供水"


@pytest.mark.parametrize(
    ("form", "twelfth"),
    [
        ("chineseCountingThousand", "十二"),
        ("chineseLegalSimplified", "壹拾贰"),
        ("decimalEnclosedCircle", "⑫"),
        ("decimalFullWidth", "１２"),
        ("upperRoman", "XII"),
        ("lowerLetter", "l"),
        ("ideographTraditional", "12"),
        ("decimalZero", "12"),
    ],
)
def test_numbers_come_in_many_scripts(form, twelfth):
    lines = numbered(*[(7, 0, "任务")] * 12, levels=[(form, "（%1）", "")])

    assert lines[-1] == f"（{twelfth}）任务"


def test_tracked_changes_and_pictures_are_told():
    picture, document, file = BytesIO(), docx.Document(), BytesIO()
    Image.new("L", (60, 80)).save(picture, "PNG")
    document.add_paragraph("一、修路。")
    document.add_picture(picture)
    document.element.body[0].append(
        parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>年底前完成。</w:t></w:r></w:ins>")
    )
    document.save(file)

    changes, pictures = read(file.getvalue(), "要点.docx").notes

    assert "修订标记" in changes
    assert "1 张图片" in pictures
