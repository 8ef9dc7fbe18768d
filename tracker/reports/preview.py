"""Looking at evidence without saving it: what of a stored file can be shown, and how.

Whatever has to be taken apart (PDF, Word, Excel) is opened in a process of its own, with limits on time and
memory; a browser is only ever given pictures and escaped text.
"""

import base64
from io import BytesIO
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

from tracker import files
from tracker.documents.readers import apart, plain
from tracker.documents.readers.kinds import Unreadable
from tracker.errors import Invalid, NotFound
from tracker.files import SHOWN, StoredFile
from tracker.media import SHEET, WORD
from tracker.reports import renderings

MOST_PAGES = 20
MOST_LETTERS = 20_000
MOST_NAMES = 200
SECONDS = 12  # for one file or page
WIDTH = 1200  # pixels of a page
_READERS = {WORD: "word", SHEET: "sheet"}


class Preview(NamedTuple):
    """What can be shown of a file; ``note`` says what cannot, or why nothing can."""

    is_picture: bool = False
    pages: int = 0  # pictures of pages, from 1
    text: str = ""
    names: tuple[str, ...] = ()  # what lies in an archive
    note: str = ""


def preview_of(file: StoredFile) -> Preview:
    """What to show of ``file``; never raises for what is in it."""
    if file.media_type in SHOWN:
        return Preview(is_picture=True)
    try:
        if file.media_type == "application/pdf":
            _, count = _page(file, 1)
            return Preview(pages=min(count, MOST_PAGES), note=_more(count, MOST_PAGES, "页"))
        with files.open_file(file) as stream:
            data = stream.read()
        if file.media_type == "application/zip":
            return _listed(data)
        if reader := _READERS.get(file.media_type):
            text, _ = apart.read(reader, data, seconds=SECONDS)
        else:
            text = plain.decode(data)
    except (Unreadable, BadZipFile, ValueError, OSError):
        return Preview(note="这份材料不能在网页中预览，请下载后查看。")
    return Preview(text=text[:MOST_LETTERS], note=_more(len(text), MOST_LETTERS, "字"))


def page_of(file: StoredFile, number: int) -> bytes:
    """Page ``number`` (from 1) of a PDF as PNG; NotFound past the last, Invalid where none can be shown."""
    if file.media_type != "application/pdf":
        raise Invalid("这份材料不能按页预览，请下载后查看")
    if not 1 <= number <= MOST_PAGES:
        raise NotFound("没有这一页")
    try:
        picture, _ = _page(file, number)
    except Unreadable as refusal:
        raise Invalid(str(refusal)) from refusal
    return picture


def read(data: bytes) -> tuple[str, list[str]]:
    """In the other process: one page of a PDF as Base64 of a PNG, and how many pages there are.

    The first byte of ``data`` is the number of the page, the rest is the file.
    """
    from pypdfium2 import PdfDocument

    number, document = data[0], PdfDocument(data[1:])
    count = len(document)
    if number > count:
        raise Unreadable("没有这一页")
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(3.0, WIDTH / max(width, 1), 3 * WIDTH / max(height, 1))
    picture = BytesIO()
    page.render(scale=scale).to_pil().save(picture, "PNG")
    return base64.b64encode(picture.getvalue()).decode(), [str(count)]


def _page(file: StoredFile, number: int) -> tuple[bytes, int]:
    """A page of a PDF as PNG, rendered the first time, and how many pages there are."""
    if found := renderings.kept(file.sha256, number):
        return found
    with files.open_file(file) as stream:
        data = stream.read()
    text, notes = apart.read(__name__, bytes([number]) + data, seconds=SECONDS)
    picture, count = base64.b64decode(text), int(notes[0])
    renderings.keep(file.sha256, number, picture, count)
    return picture, count


def _listed(data: bytes) -> Preview:
    """The table of contents of an archive; nothing in it is unpacked."""
    with ZipFile(BytesIO(data)) as package:
        names = tuple(_name(part.filename, part.flag_bits) for part in package.infolist())
    return Preview(names=names[:MOST_NAMES], note=_more(len(names), MOST_NAMES, "个文件"))


def _name(name: str, flags: int) -> str:
    """A name in an archive; those not marked as UTF-8 were most likely written in GB18030."""
    if flags & 0x800:
        return name
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name


def _more(count: int, shown: int, measure: str) -> str:
    return f"共{count}{measure}，只显示前{shown}{measure}，其余请下载后查看。" if count > shown else ""
