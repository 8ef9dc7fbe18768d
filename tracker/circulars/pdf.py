"""A composed circular on paper by GB/T 9704-2012. No figure is computed here."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any, NamedTuple

from tracker.circulars import paper, tables, word
from tracker.circulars.brief import Extract, brief
from tracker.circulars.figures import Figures
from tracker.circulars.paper import CircularKind, Letterhead
from tracker.circulars.parts import Parts
from tracker.circulars.word import Imprint
from tracker.press import paper as sheet
from tracker.press import typeset
from tracker.press.fonts import Face, fonts

LAST = "last"  # anchor in the template: the line that carries the imprint
PIXEL = 96 / 25.4  # CSS pixels in a millimetre


class Printed(NamedTuple):
    """The two files of a circular."""

    pdf: bytes
    docx: bytes


def render(parts: Parts, figures: Figures, letterhead: Letterhead) -> bytes:
    """The PDF; the same input gives the same bytes. The first of a process loads WeasyPrint and fonts."""
    return _print(parts, figures, letterhead)[0]


def render_both(parts: Parts, figures: Figures, letterhead: Letterhead) -> Printed:
    """The PDF, and the Word document with its imprint where the PDF has it."""
    file, place = _print(parts, figures, letterhead)
    return Printed(file, word.render(parts, figures, letterhead, place))


def _print(parts: Parts, figures: Figures, letterhead: Letterhead) -> tuple[bytes, Imprint]:
    from tracker.press import printing  # brings WeasyPrint: only the process that prints pays for it

    place = Imprint.BELOW

    def revise(pages: Sequence[Any]) -> str | None:
        nonlocal place
        place = _place(pages)
        is_apart = place is Imprint.APART
        return html(parts, figures, letterhead, is_imprint_apart=True) if is_apart else None

    return printing.pdf(html(parts, figures, letterhead), letterhead.fonts_dir, revise), place


def html(parts: Parts, figures: Figures, letterhead: Letterhead, *, is_imprint_apart: bool = False) -> str:
    """The page that is printed. ``is_imprint_apart``: after a blank page, on the next even one."""
    faces = fonts(letterhead.fonts_dir)
    mark = paper.mark(letterhead)
    template = typeset.environment().get_template("circulars/paper.html")
    return template.render(
        parts=parts,
        figures=figures,
        letterhead=letterhead,
        boards={board.name: tables.board_table(board) for board in figures.boards},
        annexes=[
            (paper.title_lines(annex.title), tables.annex_table(annex.kind, figures))
            for annex in parts.annexes
        ],
        title_lines=paper.title_lines(parts.title),
        is_bulletin=letterhead.kind is CircularKind.BULLETIN,
        mark=mark,
        mark_offset=mark.top - typeset.ink_top(faces[Face.TITLE], mark.text) * mark.height,
        page_number=typeset.page_number(faces[Face.SONG]),
        signature=paper.signature(letterhead),
        dated=sheet.chinese_date(letterhead.dated_on),
        printed=sheet.chinese_date(letterhead.printed_on),
        is_imprint_apart=is_imprint_apart,
        qr_code=b64encode(letterhead.qr_code or b"").decode(),
        paper=sheet,
        faces=faces,
    )


def render_brief(title: str, figures: Figures, letterhead: Letterhead) -> bytes:
    """领导一页纸."""
    return _sheet("circulars/brief.html", title, figures, letterhead, brief=brief(figures))


def render_extract(title: str, extract: Extract, figures: Figures, letterhead: Letterhead) -> bytes:
    """One unit's extract."""
    return _sheet("circulars/extract.html", title, figures, letterhead, extract=extract)


def _sheet(name: str, title: str, figures: Figures, letterhead: Letterhead, **content: Any) -> bytes:
    from tracker.press import printing

    faces = fonts(letterhead.fonts_dir)
    page = typeset.environment().get_template(name)
    html = page.render(
        title="".join(title.splitlines()),
        letterhead=letterhead,
        dated=sheet.chinese_date(letterhead.dated_on),
        cutoff=sheet.chinese_date(figures.cutoff_on),
        page_number=typeset.page_number(faces[Face.SONG]),
        paper=sheet,
        faces=faces,
        **content,
    )
    return printing.pdf(html, letterhead.fonts_dir)


def _place(pages: Sequence[Any]) -> Imprint:
    """Where the imprint came to stand, or must: a full even page is followed by a blank one."""
    last, top = next(
        (number, page.anchors[LAST][1]) for number, page in enumerate(pages, 1) if LAST in page.anchors
    )
    if top <= sheet.TOP * PIXEL:
        last -= 1  # the line that carries the imprint stands alone
    if len(pages) == last:
        return Imprint.BELOW
    return Imprint.NEXT if last % 2 else Imprint.APART
