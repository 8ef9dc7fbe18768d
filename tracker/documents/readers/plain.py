"""Plain text: which of the encodings in use it is written in."""

import codecs
import re

from tracker.documents.readers.kinds import Unreadable

BOMS = (  # the longer first: the mark of UTF-32 LE begins with that of UTF-16 LE
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# A letter lost in copying must not turn a whole UTF-8 file into GB18030 gibberish; a GB18030 file read as
# UTF-8 loses nearly every letter beyond ASCII.
TOLERATED_LOSS = 0.1
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LEGIBLE = re.compile(r"[\t\n\r\x20-\x7e\u2010-\u2027\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def decode(data: bytes) -> str:
    """``data`` as text: by its byte order mark, else UTF-8, else GB18030, else UTF-16 without mark.

    Raises Unreadable when it is no text in any of them.
    """
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return _checked(data[len(mark) :].decode(encoding, "replace"))
    if b"\0" in data and (text := _without_mark(data)):
        return text
    for encoding in ("utf-8", "gb18030"):
        text = data.decode(encoding, "replace")
        if loss(text) <= TOLERATED_LOSS:
            return _checked(text)
    raise Unreadable("文字编码无法识别，请用记事本打开，另存为 UTF-8 编码的文本后重新上传")


def read(data: bytes) -> tuple[str, list[str]]:
    """The text of a plain text file, as it is."""
    return decode(data), []


def loss(text: str) -> float:
    """The share of the letters beyond ASCII that could not be decoded, 0..1."""
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return text.count("\ufffd") / foreign if foreign else 0.0


def _without_mark(data: bytes) -> str:
    """UTF-16 without a byte order mark; empty when it is not that."""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = data.decode(encoding, "replace")
        if len(_LEGIBLE.findall(text)) >= 0.9 * len(text):
            return text
    return ""


def _checked(text: str) -> str:
    """``text``, unless so much of it is control characters that it is some other kind of file."""
    if len(_NOT_TEXT.findall(text)) > 0.01 * len(text) + 2 or loss(text) > TOLERATED_LOSS:
        raise Unreadable("文件不是文本，无法读取，请检查是否选错了文件")
    return text
