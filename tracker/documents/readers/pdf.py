"""PDF documents: their text as PDFium finds it, their ruled tables as pdfplumber does."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from ctypes import c_double
from io import BytesIO
from math import degrees
from typing import Any

import pdfplumber
import pypdfium2
from pypdfium2 import raw

from tracker.documents.readers.kinds import DAMAGED, ENCRYPTED, Unreadable
from tracker.documents.readers.layout import Letter, Line, Page, Table, cell_lines, lines_of, paragraphs
from tracker.documents.readers.rows import Cell

MAX_PAGES = 500
MAX_TABLE_PAGES = 60  # finding tables takes a quarter of a second a page
RULES = range(4, 3_000)  # strokes drawn on a page that may hold a table: fewer are a red rule, more a chart
SCANNED = 5  # a page with a picture and no more letters than these was scanned
LEANING = 5  # degrees; a line further from the edge of the page is a watermark or a seal
ILLEGIBLE = 0.3  # of the letters without a meaning make a paper unreadable

_SCAN = "PDF 是扫描件，里面没有文字，请上传原来的 Word 文档，或先用软件作文字识别（OCR）再上传"
_NO_CODES = "PDF 的字体没有文字编码，读出的是乱码，请上传原来的 Word 文档，或先用软件作文字识别（OCR）再上传"


def read(data: bytes) -> tuple[str, list[str]]:
    """The paragraphs and table rows of a .pdf file, and which pages had to be left out."""
    document = _open(data)
    if len(document) > MAX_PAGES:
        raise Unreadable(f"PDF 有 {len(document)} 页，超过 {MAX_PAGES} 页，请只保留需要的页后重新上传")
    finder = _TableFinder(data)
    pages: list[Page] = []
    scanned: list[int] = []
    text = ""
    for number, page in enumerate(document, start=1):
        letters, turned, width, height = _letters(page)
        text += "".join(letter.text for letter in letters)
        if len(letters) <= SCANNED and _count(page, raw.FPDF_PAGEOBJ_IMAGE):
            scanned.append(number)
        tables: list[Table] = []
        if letters and turned == page.get_rotation() and _count(page, raw.FPDF_PAGEOBJ_PATH) in RULES:
            tables, letters = finder.take(number, letters)
        blocks: list[Line | Table] = [*tables, *lines_of(letters)]
        pages.append(Page(width, height, sorted(blocks, key=lambda block: -block.top)))
        page.close()
    if scanned and len(text) <= SCANNED * len(pages):
        raise Unreadable(_SCAN)
    if sum(map(_is_illegible, text)) > ILLEGIBLE * len(text):
        raise Unreadable(_NO_CODES)
    return "\n".join(paragraphs(pages)), [*_scanned_note(scanned), *finder.notes]


def _open(data: bytes) -> Any:
    try:
        document = pypdfium2.PdfDocument(data)
        if len(document):
            return document
    except pypdfium2.PdfiumError as error:
        is_locked = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise Unreadable(ENCRYPTED if is_locked else DAMAGED) from error
    raise Unreadable(DAMAGED)


def _letters(page: Any) -> tuple[list[Letter], int, float, float]:
    """The characters that leave ink, how far the page must be turned clockwise for them to stand upright, and
    the size of the page then. Those at another angle, such as a watermark's, are left out.
    """
    width, height = page.get_size()
    if page.get_rotation() in (90, 270):
        width, height = height, width
    found: dict[int, list[Letter]] = {0: [], 90: [], 180: [], 270: []}
    for letter, angle in _drawn(page):
        if abs((angle + 45) % 90 - 45) <= LEANING:
            found[-90 * round(angle / 90) % 360].append(letter)
    turned = max(found, key=lambda quarter: len(found[quarter]))
    letters = [_turn(letter, turned, width, height) for letter in found[turned]]
    return (letters, turned, height, width) if turned in (90, 270) else (letters, turned, width, height)


def _drawn(page: Any) -> Iterator[tuple[Letter, float]]:
    """Each character as it was drawn on the unturned page, with the angle of its line in degrees."""
    text = page.get_textpage()
    box = raw.FS_RECTF()
    across, base = c_double(), c_double()
    lead = 0  # the first half of a character beyond the basic plane
    for index in range(raw.FPDFText_CountChars(text)):
        code = raw.FPDFText_GetUnicode(text, index)
        if 0xD800 <= code < 0xDC00:
            lead = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((lead & 0x3FF) << 10) + (code & 0x3FF)
        if chr(code).isspace() or code < 0x20 or code == 0xFFFE:
            continue
        raw.FPDFText_GetLooseCharBox(text, index, box)
        raw.FPDFText_GetCharOrigin(text, index, across, base)
        angle = degrees(raw.FPDFText_GetCharAngle(text, index))
        # Of a line that runs up or down the page the base is measured across it.
        origin = across.value if round(angle / 90) % 2 else base.value
        yield Letter(chr(code), box.left, box.bottom, box.right, box.top, origin), angle
    text.close()


def _turn(letter: Letter, turned: int, width: float, height: float) -> Letter:
    """A box of a page of this size on the same page turned clockwise."""
    text, left, bottom, right, top, base = letter
    if turned == 90:
        return Letter(text, bottom, width - right, top, width - left, width - base)
    if turned == 180:
        return Letter(text, width - right, height - top, width - left, height - bottom, height - base)
    if turned == 270:
        return Letter(text, height - top, left, height - bottom, right, base)
    return letter


def _count(page: Any, kind: int) -> int:
    return sum(1 for _ in page.get_objects(filter=[kind], max_depth=3))


def _is_illegible(letter: str) -> bool:
    return letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" or "\x7f" <= letter < "\xa0"


def _scanned_note(pages: Sequence[int]) -> list[str]:
    return [f"第 {'、'.join(map(str, pages))} 页是图片，未能读出文字，请对照原文补充。"] if pages else []


class _TableFinder:
    """Finds the ruled tables of one file; opens it for that when the first page asks."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._document: Any = None
        self._asked = 0
        self.notes: list[str] = []

    def take(self, number: int, letters: list[Letter]) -> tuple[list[Table], list[Letter]]:
        """The tables of page ``number``, from 1, and the letters that stand in none."""
        self._asked += 1
        if self._asked == MAX_TABLE_PAGES + 1:
            self.notes.append(f"第 {number} 页起的表格较多，按普通文字读出，请核对。")
        if self._asked > MAX_TABLE_PAGES:
            return [], letters
        try:
            self._document = self._document or pdfplumber.open(BytesIO(self._data))
            page = self._document.pages[number - 1]
            upright = [edge for edge in page.edges if edge["orientation"] == "v"]
            # The page end may cut a row in two and leave its box open there.
            ends = [*{edge["top"] for edge in upright}, *{edge["bottom"] for edge in upright}]
            closed = {"explicit_horizontal_lines": [min(ends), max(ends)]} if ends else {}
            boxes = [[_box(cell, page.height) for cell in table.cells] for table in page.find_tables(closed)]
            page.close()
        except Exception:  # pdfminer raises anything on files that PDFium reads; such tables stay lines
            return [], letters
        tables = []
        for cells in boxes:
            if table := _table(cells, letters):
                tables.append(table)
                letters = [letter for letter in letters if not any(_holds(cell, letter) for cell in cells)]
        return tables, letters


_Box = tuple[float, float, float, float]  # left, bottom, right, top


def _box(cell: tuple[float, float, float, float], height: float) -> _Box:
    """pdfplumber measures from the top of the page."""
    left, top, right, bottom = cell
    return left, height - bottom, right, height - top


def _holds(cell: _Box, letter: Letter) -> bool:
    left, bottom, right, top = cell
    return left <= (letter.left + letter.right) / 2 < right and bottom <= letter.middle < top


def _table(cells: list[_Box], letters: list[Letter]) -> Table | None:
    """The table of these cells; None when they are only boxes drawn round some text."""
    columns = _edges(cell[0] for cell in cells)
    rows = _edges(-cell[3] for cell in cells)
    grid = [[Cell() for _ in columns] for _ in rows]
    for cell in cells:
        left, bottom, right, top = cell
        filled = Cell(cell_lines((letter for letter in letters if _holds(cell, letter)), right - left))
        first, last = bisect(columns, left + 1) - 1, bisect(columns, right - 1) - 1
        for row in range(bisect(rows, 1 - top) - 1, bisect(rows, -bottom - 1)):
            grid[row][first] = filled
            if last > first:  # over several columns, so a heading: it is not repeated below
                break
    return Table(grid, max(cell[3] for cell in cells)) if len(columns) > 1 else None


def _edges(places: Iterator[float]) -> list[float]:
    """The places in order, those closer than two points as one."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > 2:
            found.append(place)
    return found
