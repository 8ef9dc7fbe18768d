"""The circular as a Word document in the measures of GB/T 9704-2012: the same words, tables and places.

Written as XML, as the schema orders it. Lengths are twips, a twentieth of a point. The faces are named as the
standard's users name them; ``fontTable.xml`` says which free font stands in for one.
"""

import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import Enum
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from tracker.circulars import paper, tables
from tracker.circulars.figures import Figures
from tracker.circulars.paper import CircularKind, Letterhead
from tracker.circulars.parts import BlockKind, Parts
from tracker.press import paper as sheet
from tracker.press.fonts import OWN, STAND_INS, Face
from tracker.press.office import NOT_XML

SPACE = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
BOXES = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
DRAWN = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:wps="{BOXES}"'
)
MM = 1440 / 25.4
POINT = 20
GRID_LINE = 579  # 22 lines on 225 mm, rounded down so that the last still fits
GRID_CHARACTER = -848  # 28 characters of 16 points on 156 mm: a 4096th of a point closer each
TIGHT = -5  # twips between characters: 28 of 16 points on a line, which is then justified
INDENT = 632  # two characters
RED = "E60012"
BODY_FONT = "仿宋_GB2312"
NAMES = {
    Face.TITLE: "方正小标宋简体",
    Face.FANGSONG: BODY_FONT,
    Face.KAITI: "楷体_GB2312",
    Face.HEITI: "黑体",
    Face.SONG: "宋体",
}
THICK, THIN = 8, 6  # rules of the imprint in eighths of a point: 0.35 and 0.26 mm
IMPRINT_LINE = 8  # millimetres
COPIED_LINE, SLACK = 26, 3  # characters of a line behind 抄送：, and millimetres to spare above the imprint
EMU = 36000  # in a millimetre
CODE_PLACE, CODE_WIDTH = "@code@", 17  # the mark of the QR code, and its width in millimetres


class Imprint(Enum):
    """Where the imprint stands: on the page on which the text ends, on the next, or after a blank one."""

    BELOW = "below"
    NEXT = "next"
    APART = "apart"


def render(parts: Parts, figures: Figures, letterhead: Letterhead, imprint: Imprint) -> bytes:
    """The .docx; the same input gives the same bytes."""
    from docx import Document
    from docx.oxml import parse_xml

    document = Document()
    _prepare(document, parts, letterhead, "nextPage" if imprint is Imprint.BELOW else "evenPage")
    body = document.element.body
    last = body[-1]  # the properties of the section
    for part in _parts(parts, figures, letterhead, imprint):
        last.addprevious(parse_xml(part))
    if letterhead.qr_code is not None:
        _draw_code(document, letterhead.qr_code)
    _number_pages(document, is_last_bare=imprint is Imprint.APART)
    file = BytesIO()
    document.save(file)
    return _without_clock(file.getvalue())


def _parts(parts: Parts, figures: Figures, letterhead: Letterhead, imprint: Imprint) -> Iterator[str]:
    yield from _head(parts, letterhead)
    boards = {board.name: tables.board_table(board) for board in figures.boards}
    before = GRID_LINE - round(1.5 * MM)
    yield _paragraph(_run(f"{parts.addressee}："), before=before, is_indented=False)
    yield _paragraph(_run(parts.lead))
    for section in parts.sections:
        yield _paragraph(_run(section.heading, Face.HEITI), level=2, keeps=True)
        for block in section.blocks:
            if block.kind is BlockKind.HEADING:
                yield _paragraph(_run(block.text, Face.KAITI), level=3, keeps=True)
            elif block.kind is BlockKind.BOARD and block.text in boards:
                yield _table(boards[block.text])
                yield _gap(160)
            elif block.kind is BlockKind.TEXT:
                yield _paragraph(_run(block.text))
    yield from _notes(parts)
    if letterhead.kind is CircularKind.DOCUMENT:
        yield from _signature(letterhead)
    for number, annex in enumerate(parts.annexes, 1):
        mark = f"附件{number}" if len(parts.annexes) > 1 else "附件"
        yield _paragraph(_run(mark, Face.HEITI), level=2, is_indented=False, breaks=True)
        yield _title(paper.title_lines(annex.title), before=round(GRID_LINE * 0.8), after=GRID_LINE)
        yield _table(tables.annex_table(annex.kind, figures))
    if imprint is not Imprint.BELOW:
        yield f'<w:p {SPACE}><w:pPr><w:spacing w:line="20" w:lineRule="exact"/>{_section()}</w:pPr></w:p>'
    yield _imprint(letterhead)


def _head(parts: Parts, letterhead: Letterhead) -> Iterator[str]:
    mark, is_bulletin = paper.mark(letterhead), letterhead.kind is CircularKind.BULLETIN
    size = mark.height / sheet.POINT
    look = (
        f'<w:color w:val="{RED}"/><w:spacing w:val="{round(mark.spacing * MM)}"/>'
        f'<w:w w:val="{round(mark.narrowing * 100)}"/>'
    )
    line = round(mark.height * 1.1 * MM)
    yield _paragraph(
        _run(mark.text, Face.TITLE, size, look),
        before=round((mark.top - mark.height * 0.05) * MM),
        line=line,
        side="center",
        is_indented=False,
    )
    number = _run(letterhead.number or "　")
    if is_bulletin:
        yield _paragraph(number, before=GRID_LINE, side="center", is_indented=False)
        ends = _run(letterhead.issuer) + "<w:r><w:tab/></w:r>" + _run(sheet.chinese_date(letterhead.dated_on))
        stop = round((sheet.WIDTH - sheet.CHARACTER) * MM)
        tab = f'<w:tabs><w:tab w:val="right" w:pos="{stop}"/></w:tabs>'
        left = round(sheet.CHARACTER * MM)
        yield _paragraph(ends, before=GRID_LINE, left=left, is_indented=False, tabs=tab)
        yield _paragraph("", line=round(4 * MM), is_indented=False, rules=_rule("bottom", 12, RED))
    else:
        yield _paragraph(number, before=2 * GRID_LINE - round(2 * MM), side="center", is_indented=False)
        yield _paragraph("", line=round(3 * MM), is_indented=False, rules=_rule("bottom", 12, RED))
    yield _title(paper.title_lines(parts.title), before=2 * GRID_LINE, after=0, level=1)


def _title(lines: Iterable[str], before: int, after: int, level: int = 0) -> str:
    words = "<w:r><w:br/></w:r>".join(_run(line, Face.TITLE, 22) for line in lines)
    return _paragraph(
        words, before=before, after=after, line=34 * POINT, side="center", is_indented=False, level=level
    )


def _notes(parts: Parts) -> Iterator[str]:
    hang = round(3 * sheet.CHARACTER * MM)
    for number, annex in enumerate(parts.annexes, 1):
        said = f"{number}.{annex.title}" if len(parts.annexes) > 1 else annex.title
        words = f"附件：{said}" if number == 1 else said
        left = round(5 * sheet.CHARACTER * MM)
        hanging = hang if number == 1 else 0
        before = GRID_LINE if number == 1 else 0
        yield _paragraph(
            _run(words), before=before, left=left, hanging=hanging, is_indented=False, side="left"
        )


def _signature(letterhead: Letterhead) -> Iterator[str]:
    place = paper.signature(letterhead)
    lines = 2 if letterhead.is_sealed else 1
    issuer, dated = letterhead.issuer, sheet.chinese_date(letterhead.dated_on)
    yield _placed(_run(issuer), place.issuer, lines * GRID_LINE, keeps=True)
    yield _placed(_run(dated), place.date)


def _placed(words: str, left: float, before: int = 0, *, keeps: bool = False) -> str:
    """A line that begins so many millimetres from the left and may touch the right edge."""
    return _paragraph(
        words, before=before, left=round(left * MM), right=-200, side="left", is_indented=False, keeps=keeps
    )


def _imprint(letterhead: Letterhead) -> str:
    """A text box that ends on the bottom edge of the type area, whatever else stands on the page.

    Its words stand on its own bottom, so that the last rule is on that edge however high they come out.
    Measured from the page: some programs take the margin of a section of its own for another.
    """
    words, height = "".join(_imprint_lines(letterhead)), _imprint_height(letterhead)
    size = f'cx="{round(sheet.WIDTH * EMU)}" cy="{round(height * EMU)}"'
    top = round((sheet.TOP + sheet.HEIGHT - height) * EMU)
    box = (
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="0" '
        'locked="0" layoutInCell="1" allowOverlap="0"><wp:simplePos x="0" y="0"/>'
        '<wp:positionH relativeFrom="margin"><wp:align>left</wp:align></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{top}</wp:posOffset></wp:positionV>'
        f'<wp:extent {size}/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapTopAndBottom/>'
        '<wp:docPr id="1000" name="版记"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{BOXES}"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr>'
        f'<a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "<a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>"
        f"<wps:txbx><w:txbxContent>{words}</w:txbxContent></wps:txbx>"
        '<wps:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="b"><a:noAutofit/></wps:bodyPr>'
        "</wps:wsp></a:graphicData></a:graphic></wp:anchor>"
    )
    drawn = f'<mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
    return _paragraph(
        f"<w:r><mc:AlternateContent {DRAWN}>{drawn}</mc:AlternateContent></w:r>", line=20, is_indented=False
    )


def _imprint_lines(letterhead: Letterhead) -> Iterator[str]:
    """The rules are lines of their own, from edge to edge; the words stand one character in."""
    line, size = round(IMPRINT_LINE * MM), 14
    edge, width = size * POINT, round(sheet.WIDTH * MM)
    copied = _copied(letterhead)
    if letterhead.qr_code is not None:
        said = _run(f"扫码核验　验证码：{letterhead.code}", Face.FANGSONG, 10.5)
        place = f"<w:r><w:t>{CODE_PLACE}</w:t></w:r>"
        look = '<w:pPr><w:snapToGrid w:val="0"/><w:jc w:val="right"/></w:pPr>'
        yield f"<w:p {SPACE}>{look}{said}{place}</w:p>"
    yield _gap(20, _rule("bottom", THICK))
    if copied:
        hang = 3 * edge  # 抄送：
        words = _run(copied, size=size)
        yield _paragraph(
            words, line=line, left=edge + hang, right=edge, hanging=hang, side="left", is_indented=False
        )
        yield _gap(20, _rule("bottom", THIN))
    ends = (
        _run(letterhead.printed_by, size=size)
        + "<w:r><w:tab/></w:r>"
        + _run(f"{sheet.chinese_date(letterhead.printed_on)}印发", size=size)
    )
    tab = f'<w:tabs><w:tab w:val="right" w:pos="{width - edge}"/></w:tabs>'
    yield _paragraph(ends, line=line, left=edge, tabs=tab, side="left", is_indented=False)
    yield _gap(20, _rule("bottom", THICK))


def _copied(letterhead: Letterhead) -> str:
    return f"抄送：{'，'.join(letterhead.copied_to)}。" if letterhead.copied_to else ""


def _imprint_height(letterhead: Letterhead) -> float:
    """Millimetres of the page that are kept for it."""
    copied = _copied(letterhead)
    lines = 1 + (max(1, -(-(len(copied) - 3) // COPIED_LINE)) if copied else 0)
    return lines * IMPRINT_LINE + (CODE_WIDTH if letterhead.qr_code is not None else 0) + SLACK


def _rule(side: str, size: int, colour: str = "000000") -> str:
    """A rule along a paragraph, in eighths of a point."""
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'


def _draw_code(document: Any, picture: bytes) -> None:
    """The QR code in place of its mark."""
    from docx.shared import Mm
    from docx.text.paragraph import Paragraph

    mark = next(text for text in document.element.body.iter(f"{{{_W}}}t") if text.text == CODE_PLACE)
    run = mark.getparent()
    drawn = Paragraph(run.getparent(), document._body).add_run()
    drawn.add_picture(BytesIO(picture), width=Mm(CODE_WIDTH))
    run.getparent().remove(run)


def _table(table: tables.Table) -> str:
    widths = [round(column.width * MM) for column in table.columns]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    head = "".join(
        _cell(column.title, width, Face.HEITI, "center")
        for column, width in zip(table.columns, widths, strict=True)
    )
    rows = "".join(
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + "".join(
            _cell(cell, width, Face.FANGSONG, "left" if column.is_text else "center")
            for cell, width, column in zip(row, widths, table.columns, strict=True)
        )
        + "</w:tr>"
        for row in table.rows
    )
    return (
        f'<w:tbl {SPACE}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f'<w:top w:w="70" w:type="dxa"/><w:left w:w="68" w:type="dxa"/>'
        f'<w:bottom w:w="70" w:type="dxa"/><w:right w:w="68" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>{rows}</w:tbl>"
    )


def _cell(text: str, width: int, face: Face, side: str) -> str:
    words = _paragraph(_run(text, face, 10.5), line=15 * POINT, side=side, is_indented=False)
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{words}</w:tc>'
    )


def _paragraph(
    words: str,
    *,
    before: int = 0,
    after: int = 0,
    line: int = GRID_LINE,
    left: int = 0,
    right: int = 0,
    hanging: int = 0,
    rules: str = "",
    side: str = "both",
    level: int = 0,
    tabs: str = "",
    is_indented: bool = True,
    keeps: bool = False,
    breaks: bool = False,
) -> str:
    """A paragraph of lines so high; ``level`` is for the outline.

    The lines are exact and off the grid, which they match: programs differ in what a grid does to digits.
    """
    indent = ""
    if is_indented:
        indent = f'<w:ind w:firstLine="{INDENT}"/>'
    elif left or right or hanging:
        indent = f'<w:ind w:left="{left}" w:right="{right}" w:hanging="{hanging}"/>'
    height = f' w:line="{line}" w:lineRule="exact"'
    look = (
        ("<w:keepNext/>", keeps),
        ("<w:pageBreakBefore/>", breaks),
        (f"<w:pBdr>{rules}</w:pBdr>", bool(rules)),
        (tabs, True),
        ('<w:snapToGrid w:val="0"/>', True),
        (f'<w:spacing w:before="{before}" w:after="{after}"{height}/>{indent}<w:jc w:val="{side}"/>', True),
        (f'<w:outlineLvl w:val="{level - 1}"/>', level > 0),
    )
    return (
        f"<w:p {SPACE}><w:pPr>{''.join(part for part, is_wanted in look if is_wanted)}</w:pPr>{words}</w:p>"
    )


def _gap(height: int, rules: str = "") -> str:
    return _paragraph("", line=height, is_indented=False, rules=rules)


def _run(text: str, face: Face = Face.FANGSONG, size: float = 16, look: str = "") -> str:
    """Words in one face; ``look`` stands between the font and the size, as the schema orders them."""
    name = NAMES[face]
    font = f'<w:rFonts w:hint="eastAsia" w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}"/>'
    half = round(size * 2)
    words = escape(NOT_XML.sub("", text))
    return (
        f'<w:r><w:rPr>{font}{look}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/></w:rPr>'
        f'<w:t xml:space="preserve">{words}</w:t></w:r>'
    )


def _section() -> str:
    """The text's section ends here; the imprint's begins on an even page."""
    return f"<w:sectPr>{_sizes('nextPage')}</w:sectPr>"


def _sizes(kind: str) -> str:
    top, right, bottom, left = (
        round(edge * MM) for edge in (sheet.TOP, sheet.RIGHT, sheet.BOTTOM, sheet.LEFT)
    )
    return (
        f'<w:type w:val="{kind}"/><w:pgSz w:w="11906" w:h="16838"/>'
        f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}" w:header="851" '
        f'w:footer="{round(23.8 * MM)}" w:gutter="0"/>'
        f'<w:docGrid w:type="linesAndChars" w:linePitch="{GRID_LINE}" w:charSpace="{GRID_CHARACTER}"/>'
    )


def _prepare(document: Any, parts: Parts, letterhead: Letterhead, kind: str) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn
    from docx.shared import Pt

    made = document.core_properties
    made.title, made.author, made.language = "".join(parts.title.splitlines()), letterhead.issuer, "zh-CN"
    made.comments, made.last_modified_by = "", letterhead.issuer
    made.created = made.modified = datetime(*letterhead.dated_on.timetuple()[:3], tzinfo=UTC)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = BODY_FONT, Pt(16)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY_FONT)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(0), 1.0
    spacing = normal.element.get_or_add_pPr().find(qn("w:spacing"))
    for apart in ("autoSpaceDE", "autoSpaceDN"):  # no gap between Chinese and digits
        spacing.addprevious(parse_xml(f'<w:{apart} {SPACE} w:val="0"/>'))
    normal.element.rPr.find(qn("w:sz")).addprevious(parse_xml(f'<w:spacing {SPACE} w:val="{TIGHT}"/>'))
    settings = document.settings.element
    settings.insert(0, parse_xml(f"<w:evenAndOddHeaders {SPACE}/>"))
    section = document.element.body[-1]
    for child in list(section):
        section.remove(child)
    for child in parse_xml(f"<w:sectPr {SPACE}>{_sizes(kind)}</w:sectPr>"):
        section.append(child)
    _name_fonts(document)


def _name_fonts(document: Any) -> None:
    """fontTable.xml: which free font stands in for a named one, and the other names it goes by."""
    part = next(p for p in document.part.package.iter_parts() if str(p.partname).endswith("fontTable.xml"))
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{",".join((STAND_INS[face].family, *OWN[face]))}"/>'
        '<w:charset w:val="86"/><w:pitch w:val="variable"/></w:font>'
        for face, name in NAMES.items()
    )
    part._blob = f'<?xml version="1.0" encoding="UTF-8"?><w:fonts {SPACE}>{fonts}</w:fonts>'.encode()


def _number_pages(document: Any, *, is_last_bare: bool) -> None:
    """One character in on the outer side, between dashes; the imprint after a blank page has none."""
    from docx.oxml import parse_xml

    first, last = document.sections[0], document.sections[-1]
    for footer, side in ((first.footer, "right"), (first.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        old = footer.paragraphs[0]._p
        words = f"{_run('— ', Face.SONG, 14)}{_field()}{_run(' —', Face.SONG, 14)}"
        indent = f'<w:ind w:{side}="280"/>'
        look = f'<w:pPr><w:snapToGrid w:val="0"/>{indent}<w:jc w:val="{side}"/></w:pPr>'
        old.getparent().replace(old, parse_xml(f"<w:p {SPACE}>{look}{words}</w:p>"))
    if is_last_bare and last is not first:
        for footer in (last.footer, last.even_page_footer):
            footer.is_linked_to_previous = False


def _field() -> str:
    song = NAMES[Face.SONG]
    font = f'<w:rFonts w:ascii="{song}" w:hAnsi="{song}" w:eastAsia="{song}"/>'
    look = f'<w:rPr>{font}<w:sz w:val="28"/></w:rPr>'
    return f'<w:fldSimple w:instr=" PAGE "><w:r>{look}<w:t>1</w:t></w:r></w:fldSimple>'


def _without_clock(data: bytes) -> bytes:
    """The same archive with one fixed moment in place of the real one."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for name in packed.namelist():
            again.writestr(
                zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), packed.read(name), zipfile.ZIP_DEFLATED
            )
    return out.getvalue()


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
