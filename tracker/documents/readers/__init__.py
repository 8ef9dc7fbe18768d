"""Text out of uploaded files: ``read`` tells the kind by the content and hands it to one reader a format.

A new format is a module with ``read(data) -> (text, notes)``, a FileKind, a line in sniff.py and in READERS.
"""

import re
from collections.abc import Callable
from functools import partial

from tracker.documents.readers import apart, doc, plain
from tracker.documents.readers.kinds import (
    EMPTY,
    MAX_BYTES,
    MAX_CHARACTERS,
    SUPPORTED,
    FileKind,
    Read,
    Unreadable,
)
from tracker.documents.readers.sniff import kind_of
from tracker.documents.readers.tidy import tidy

__all__ = ["MAX_BYTES", "SUPPORTED", "FileKind", "Read", "Unreadable", "read"]

READERS: dict[FileKind, Callable[[bytes], tuple[str, list[str]]]] = {
    FileKind.TEXT: plain.read,
    FileKind.WORD: partial(apart.read, "word"),
    FileKind.OLD_WORD: doc.read,
    FileKind.PDF: partial(apart.read, "pdf"),
    FileKind.HTML: partial(apart.read, "html"),
    FileKind.SHEET: partial(apart.read, "sheet"),
}


def read(data: bytes, name: str) -> Read:
    """The text of an uploaded file; ``name`` only speaks in messages.

    Raises Unreadable, and nothing else, with a Chinese message that says why and what to do.
    """
    try:
        return _read(data)
    except Unreadable as refusal:
        shown = re.sub(r"[\x00-\x1f\x7f]", "", name)[-80:]
        raise Unreadable(f"无法读取“{shown}”：{refusal}。") from refusal


def _read(data: bytes) -> Read:
    if not data:
        raise Unreadable("文件是空的（0 字节），请检查文件是否传送完整")
    if len(data) > MAX_BYTES:
        raise Unreadable(f"文件超过 {MAX_BYTES // 1024**2} MB，请删去图片和与任务无关的内容后重新上传")
    kind = kind_of(data)
    text, notes = READERS[kind](data)
    text = tidy(text)
    if not text.strip():
        raise Unreadable(EMPTY)
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(f"文字超过 {MAX_CHARACTERS // 10_000} 万字，请只保留需要的部分后重新上传")
    return Read(text, kind, tuple(notes))
