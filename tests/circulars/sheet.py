"""A printed circular taken apart: lines of characters, rules and ink, in millimetres from the top left."""

import io
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pdfplumber
import pypdfium2

MM = 25.4 / 72
DPI = 300


@dataclass(frozen=True)
class Line:
    """Characters on one baseline; ``top`` and ``bottom`` of the square of the first one."""

    text: str
    font: str
    size: float  # points
    left: float
    right: float
    top: float
    bottom: float
    starts: tuple[float, ...]  # left edge of every character


@dataclass(frozen=True)
class Rule:
    """A filled bar."""

    left: float
    right: float
    top: float
    bottom: float
    colour: tuple[float, ...]

    @property
    def thickness(self) -> float:
        return self.bottom - self.top


class Sheets:
    """The pages of a PDF, counted from 1."""

    def __init__(self, file: bytes) -> None:
        self.file = file
        self.plumber = pdfplumber.open(io.BytesIO(file))
        self.pictures: dict[int, Any] = {}

    def __len__(self) -> int:
        return len(self.plumber.pages)

    @cached_property
    def numbers(self) -> range:
        return range(1, len(self) + 1)

    def lines(self, page: int, size: float | None = None) -> list[Line]:
        """Lines from the top, without blanks; only those that begin with characters of ``size`` points."""
        rows: dict[int, list[Any]] = {}
        for character in self.plumber.pages[page - 1].chars:
            if character["text"].strip():
                rows.setdefault(round(character["matrix"][5] * 10), []).append(character)
        lines = [_line(sorted(row, key=lambda c: c["x0"])) for _, row in sorted(rows.items(), reverse=True)]
        return [line for line in lines if size is None or abs(line.size - size) < 0.05]

    def line(self, page: int, begin: str) -> Line:
        """The first line of a page that begins with these words."""
        return next(line for line in self.lines(page) if line.text.startswith(begin))

    def page_of(self, words: str) -> int:
        """The first page with these words on one line."""
        return next(n for n in self.numbers if any(words in line.text for line in self.lines(n)))

    def rules(self, page: int) -> list[Rule]:
        bars = self.plumber.pages[page - 1].rects
        found = [
            Rule(*(bar[edge] * MM for edge in ("x0", "x1", "top", "bottom")), bar["non_stroking_color"])
            for bar in bars
        ]
        return sorted(found, key=lambda rule: rule.top)

    def ink(self, page: int, left: float, top: float, right: float, bottom: float) -> tuple[float, ...]:
        """What is really printed inside a window: its left, top, right and bottom edge."""
        scale = DPI / 25.4
        window = self._picture(page).crop(tuple(round(edge * scale) for edge in (left, top, right, bottom)))
        box = window.point(lambda level: 255 * (level < 128)).getbbox()
        return tuple(edge / scale + (left, top)[i % 2] for i, edge in enumerate(box))

    def _picture(self, page: int) -> Any:
        """A page as its green channel: black and red ink are dark in it."""
        if page not in self.pictures:
            document = pypdfium2.PdfDocument(self.file)
            self.pictures[page] = (
                document[page - 1].render(scale=DPI / 72).to_pil().convert("RGB").getchannel("G")
            )
            document.close()
        return self.pictures[page]


def _line(row: list[Any]) -> Line:
    first = row[0]
    return Line(
        text="".join(c["text"] for c in row),
        font=first["fontname"].split("+")[1],
        size=first["size"],
        left=first["x0"] * MM,
        right=row[-1]["x1"] * MM,
        top=first["top"] * MM,
        bottom=first["bottom"] * MM,
        starts=tuple(c["x0"] * MM for c in row),
    )
