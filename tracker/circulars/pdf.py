"""A composed circular on paper by GB/T 9704-2012. No figure is computed here."""

from collections.abc import Sequence
from typing import Any

from tracker.circulars import paper, tables
from tracker.circulars.brief import Extract, brief
from tracker.circulars.compose import Parts
from tracker.circulars.figures import Figures
from tracker.circulars.paper import CircularKind, Letterhead
from tracker.press import paper as sheet
from tracker.press import typeset
from tracker.press.fonts import Face, fonts

LAST = "last"  # anchor in the template: the line that carries the imprint
PIXEL = 96 / 25.4  # CSS pixels in a millimetre


def render(parts: Parts, figures: Figures, letterhead: Letterhead) -> bytes:
    """The PDF; the same input gives the same bytes. The first of a process loads WeasyPrint and fonts."""
    from tracker.press import printing  # brings WeasyPrint: only the process that prints pays for it

    def revise(pages: Sequence[Any]) -> str | None:
        is_homeless = _is_imprint_homeless(pages)
        return html(parts, figures, letterhead, is_imprint_apart=True) if is_homeless else None

    return printing.pdf(html(parts, figures, letterhead), letterhead.fonts_dir, revise)


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


def _is_imprint_homeless(pages: Sequence[Any]) -> bool:
    """Whether the text ends on an even page without room for the imprint: a blank page then comes first."""
    last, top = next(
        (number, page.anchors[LAST][1]) for number, page in enumerate(pages, 1) if LAST in page.anchors
    )
    if top <= sheet.TOP * PIXEL:
        last -= 1  # the line that carries the imprint stands alone
    return last % 2 == 0 and len(pages) > last
