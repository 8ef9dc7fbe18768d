"""The same table as a Word document: landscape A4, repeated head, rows that stay whole, page x of y."""

from collections.abc import Iterator
from datetime import datetime, time
from io import BytesIO
from re import compile as pattern
from typing import Any
from xml.sax.saxutils import escape

from tracker.clock import SHANGHAI
from tracker.press.tables import WIDTH, TablePaper

# Names an office's Word knows; where a named font is missing, Word puts its own in its place.
TITLE, BODY, HEAD, NOTE = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
LATIN = "Times New Roman"
NOT_XML = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_MARGINS = "".join(
    f'<w:{side} w:w="{width}" w:type="dxa"/>'
    for side, width in (("top", 40), ("left", 70), ("bottom", 40), ("right", 70))
)


def render(table: TablePaper) -> bytes:
    """The .docx; the rows are written as XML, since python-docx would look at every cell one by one."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.oxml import parse_xml
    from docx.shared import Mm

    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin, section.bottom_margin, section.footer_distance = Mm(20), Mm(18), Mm(9)
    made = document.core_properties
    made.title, made.author, made.language, made.comments = table.title, table.unit, "zh-CN", ""
    made.created = made.modified = datetime.combine(table.as_of, time(), SHANGHAI)
    _set_normal(document)
    body = document.element.body
    parts = [
        _paragraph(table.title, TITLE, 44, "center", after=120),
        _ends(f"填报单位：{table.unit}", table.dated),
        _table(table),
        *(_paragraph(note, NOTE, 21, "left", before=60) for note in table.notes),
    ]
    for part in parts:
        body.insert(len(body) - 1, parse_xml(part))  # before the properties of the section
    footer = section.footer.paragraphs[0]
    footer._p.getparent().replace(footer._p, parse_xml(_page_number()))
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _set_normal(document: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    normal.paragraph_format.space_after = Pt(0)


def _table(table: TablePaper) -> str:
    twips = [round(share / 100 * WIDTH * 1440 / 25.4) for share in table.shares]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
    return (
        f'<w:tbl {_SPACE}><w:tblPr><w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:tblBorders>{_BORDERS}'
        f'</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>{_MARGINS}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(_rows(table, twips))}</w:tbl>"
    )


def _rows(table: TablePaper, twips: list[int]) -> Iterator[str]:
    head = [
        _cell(column.heading, width, HEAD, "center")
        for column, width in zip(table.columns, twips, strict=True)
    ]
    yield _row(head, "<w:tblHeader/>")
    sides = ["left" if column.is_text else "center" for column in table.columns]
    across = f'<w:gridSpan w:val="{len(twips)}"/>'
    for section in table.sections:
        if section.heading:
            grey = f'{across}<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>'
            yield _row([_cell(section.heading, sum(twips), HEAD, "left", grey, keeps=True)])
        for row in section.rows:
            look = "<w:strike/>" if row.is_off else ""
            yield _row(
                [
                    _cell(cell, width, "", side, look=look)
                    for cell, width, side in zip(row.cells, twips, sides, strict=True)
                ]
            )
    if not table.sections:
        yield _row([_cell("（无）", sum(twips), "", "center", across)])


def _row(cells: list[str], more: str = "") -> str:
    return f"<w:tr><w:trPr><w:cantSplit/>{more}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(
    text: str, width: int, font: str, side: str, more: str = "", look: str = "", *, keeps: bool = False
) -> str:
    keep = "<w:keepNext/>" if keeps else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{more}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr>{keep}<w:jc w:val="{side}"/></w:pPr>{_run(text, font, 21, look)}</w:p></w:tc>'
    )


def _run(text: str, font: str, half_points: int, look: str = "") -> str:
    """``look`` stands between the font and the size, as the schema orders them."""
    east = f' w:eastAsia="{font}"' if font else ""
    fonts = f'<w:rFonts w:hint="eastAsia" w:ascii="{LATIN}" w:hAnsi="{LATIN}"{east}/>'
    lines = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(NOT_XML.sub("", line))}</w:t>' for line in text.split("\n")
    )
    size = f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'
    return f"<w:r><w:rPr>{fonts}{look}{size}</w:rPr>{lines}</w:r>"


def _paragraph(
    text: str, font: str, half_points: int, side: str, before: int = 0, after: int = 0, *, space: str = _SPACE
) -> str:
    return (
        f'<w:p {space}><w:pPr><w:spacing w:before="{before}" w:after="{after}"/>'
        f'<w:jc w:val="{side}"/></w:pPr>'
        f"{_run(text, font, half_points)}</w:p>"
    )


def _ends(left: str, right: str) -> str:
    """A line with one text at its beginning and one at its end."""
    stop = round(WIDTH * 1440 / 25.4)
    return (
        f'<w:p {_SPACE}><w:pPr><w:tabs><w:tab w:val="right" w:pos="{stop}"/></w:tabs>'
        f'<w:spacing w:after="60"/></w:pPr>{_run(left, NOTE, 24)}'
        f"<w:r><w:tab/></w:r>{_run(right, NOTE, 24)}</w:p>"
    )


def _page_number() -> str:
    field = '<w:fldSimple w:instr="{0}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    said = (
        _run("第 ", "宋体", 21)
        + field.format("PAGE")
        + _run(" 页　共 ", "宋体", 21)
        + field.format("NUMPAGES")
        + _run(" 页", "宋体", 21)
    )
    return f'<w:p {_SPACE}><w:pPr><w:jc w:val="center"/></w:pPr>{said}</w:p>'
