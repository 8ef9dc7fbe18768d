"""Justification of Chinese lines, which WeasyPrint 70 lacks: it widens spaces, and Chinese has none.

A line is spread between its Chinese characters; digits and words stay together. One function of WeasyPrint is
replaced; where it is not the function we know, nothing is replaced and lines end ragged.
"""

import inspect
import logging
import re
from typing import Any, Self

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text.ffi import TO_UNITS, ffi, pango
from weasyprint.text.line_break import Layout

log = logging.getLogger(__name__)

# Ideographs and full-width punctuation; not the long dash and the ellipsis, whose halves must touch.
SPREADABLE = re.compile("[⺀-鿿豈-﫿︰-﹏！-｠“”‘’·\U00020000-\U0003ffff]+")


class SpreadLayout(Layout):  # type: ignore[misc]
    """A line of text whose Chinese characters stand ``spread`` (in CSS pixels) further apart."""

    spread: float

    @classmethod
    def of(cls, layout: Layout, spread: float) -> Self:
        """A line that is laid out, spread; Pango hears of it when the line is drawn."""
        widened = cls.__new__(cls)
        widened.__dict__.update(layout.__dict__, spread=spread)
        return widened

    def set_text(self, text: str, justify: bool = False) -> None:
        super().set_text(text)
        spacing = 0 if self.style["letter_spacing"] == "normal" else self.style["letter_spacing"]
        attributes = pango.pango_layout_get_attributes(self.layout)
        if attributes == ffi.NULL:
            attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
        for run in SPREADABLE.finditer(text):
            attribute = pango.pango_attr_letter_spacing_new(round((spacing + self.spread) * TO_UNITS))
            attribute.start_index = len(text[: run.start()].encode())
            attribute.end_index = attribute.start_index + len(run[0].encode())
            pango.pango_attr_list_change(attributes, attribute)
        pango.pango_layout_set_attributes(self.layout, attributes)


def install() -> None:
    """Teach WeasyPrint to justify Chinese; a second call changes nothing."""
    original = inline.justify_line
    if getattr(original, "is_ours", False):
        return
    if list(inspect.signature(original).parameters) != ["context", "line", "extra_width"]:
        log.warning("weasyprint.justify_line has changed; Chinese lines are not justified")
        return

    def justify_line(context: Any, line: Any, extra_width: float) -> None:
        gaps = _gaps(line)
        if gaps > 0:
            _spread(line, extra_width / gaps, 0)
        else:
            original(context, line, extra_width)

    justify_line.is_ours = True  # type: ignore[attr-defined]
    inline.justify_line = justify_line


def _gaps(box: Any) -> float:
    """How many times the spread fits into a line: a gap to a neighbour that does not spread counts half."""
    if isinstance(box, boxes.TextBox):
        runs = list(SPREADABLE.finditer(box.text))
        edges = sum(run.start() == 0 for run in runs) + sum(run.end() == len(box.text) for run in runs)
        return sum(len(run[0]) for run in runs) - edges / 2
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        return sum(map(_gaps, box.children))
    return 0


def _spread(box: Any, spread: float, shift: float) -> float:
    """Move a box by ``shift`` and spread its text; returns the shift of what follows it."""
    if isinstance(box, boxes.TextBox):
        box.position_x += shift
        added = spread * _gaps(box)
        if added:
            box.pango_layout, box.width = SpreadLayout.of(box.pango_layout, spread), box.width + added
        return shift + added
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        box.position_x += shift
        before = shift
        for child in box.children:
            if child.is_in_normal_flow():
                shift = _spread(child, spread, shift)
        box.width += shift - before
        return shift
    box.translate(shift, 0)
    return shift
