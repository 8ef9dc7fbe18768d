"""What is made ready before printing: templates, the page number, a process of its own."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tracker.press import paper
from tracker.press.fonts import Font

P = ParamSpec("P")

TEMPLATES = Path(__file__).parents[2] / "templates"
NUMBER_DROP = 7  # of the page number's dashes below the type area


def in_process(render: Callable[P, bytes], *arguments: P.args, **named: P.kwargs) -> bytes:
    """``render`` in a process of its own, whose memory goes with it. Raises what ``render`` raises."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(render, *arguments, **named).result()


@cache
def environment() -> Environment:
    """The templates of what is printed; a name a page does not know is an error."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page_number(font: Font) -> str:
    """CSS of the page number: 4号, one character in, its dashes where the standard wants them."""
    size = 14 * paper.POINT
    drop = NUMBER_DROP - ink_top(font, "—") * size
    return f"{font.css}; font-size: {size}mm; line-height: 1; vertical-align: top; padding: {drop}mm 1em 0"


@cache
def ink_top(font: Font, text: str) -> float:
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
