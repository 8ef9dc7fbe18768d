"""A composed circular on paper by GB/T 9704-2012. No figure is computed here."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tracker.circulars import paper, tables
from tracker.circulars.compose import Parts
from tracker.circulars.figures import Figures
from tracker.circulars.fonts import Face, Font, fonts
from tracker.circulars.paper import CircularKind, Letterhead

TEMPLATES = Path(__file__).parents[2] / "templates"
NUMBER_DROP = 7  # of the page number's dashes below the type area
LAST = "last"  # anchor in the template: the line that carries the imprint
PIXEL = 96 / 25.4  # CSS pixels in a millimetre


def render(parts: Parts, figures: Figures, letterhead: Letterhead) -> bytes:
    """The PDF; the same input gives the same bytes. The first of a process loads WeasyPrint and fonts."""
    from tracker.circulars import press  # brings WeasyPrint: only the process that prints pays for it

    def revise(pages: Sequence[Any]) -> str | None:
        is_homeless = _is_imprint_homeless(pages)
        return html(parts, figures, letterhead, is_imprint_apart=True) if is_homeless else None

    return press.pdf(html(parts, figures, letterhead), letterhead.fonts_dir, revise)


def render_in_process(parts: Parts, figures: Figures, letterhead: Letterhead) -> bytes:
    """``render`` in a process of its own, whose memory goes with it. Raises what ``render`` raises."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(render, parts, figures, letterhead).result()


def html(parts: Parts, figures: Figures, letterhead: Letterhead, *, is_imprint_apart: bool = False) -> str:
    """The page that is printed. ``is_imprint_apart``: after a blank page, on the next even one."""
    faces = fonts(letterhead.fonts_dir)
    mark = paper.mark(letterhead)
    template = _environment().get_template("circulars/paper.html")
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
        mark_offset=mark.top - _ink_top(faces[Face.TITLE], mark.text) * mark.height,
        page_number=_page_number(faces[Face.SONG]),
        signature=paper.signature(letterhead),
        dated=paper.chinese_date(letterhead.dated_on),
        printed=paper.chinese_date(letterhead.printed_on),
        is_imprint_apart=is_imprint_apart,
        paper=paper,
        faces=faces,
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _is_imprint_homeless(pages: Sequence[Any]) -> bool:
    """Whether the text ends on an even page without room for the imprint: a blank page then comes first."""
    last, top = next(
        (number, page.anchors[LAST][1]) for number, page in enumerate(pages, 1) if LAST in page.anchors
    )
    if top <= paper.TOP * PIXEL:
        last -= 1  # the line that carries the imprint stands alone
    return last % 2 == 0 and len(pages) > last


def _page_number(font: Font) -> str:
    """CSS of the page number: 4号, one character in, its dashes where the standard wants them."""
    size = 14 * paper.POINT
    drop = NUMBER_DROP - _ink_top(font, "—") * size
    return f"{font.css}; font-size: {size}mm; line-height: 1; vertical-align: top; padding: {drop}mm 1em 0"


@cache
def _ink_top(font: Font, text: str) -> float:
    """Where the ink of a text begins in a line as high as its characters: parts of that height, from the top.

    The line centres the ascent and descent of the font, which differ from font to font.
    """
    if font.path is None:
        return 0
    from PIL import ImageFont

    size = 1000
    drawn = ImageFont.truetype(str(font.path), size, index=font.index)
    ascent, descent = drawn.getmetrics()
    baseline = (size - ascent - descent) / 2 + ascent
    return (baseline + drawn.getbbox(text, anchor="ls")[1]) / size
