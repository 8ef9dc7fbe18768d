"""What kind of file it is, told by its content: names lie."""

import re
import zipfile
from io import BytesIO

from tracker.documents.readers.kinds import DAMAGED, ENCRYPTED, SAVE_AS_DOCX, SUPPORTED, FileKind, Unreadable
from tracker.documents.readers.plain import decode

_UPLOAD = f"请上传 {SUPPORTED}文件"
_PACKED = f"这是压缩包，请解压后上传里面的文件。{_UPLOAD}"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_LOOK_AT = 65_536  # bytes of a text that tell whether it is a web page

# First bytes of other binary files people choose by mistake -> what to say.
_OTHERS = (
    ((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b"), _PACKED),
    (
        (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF"),
        f"图片里的文字不能直接读取，请上传图片的原文件，或先作文字识别。{_UPLOAD}",
    ),
)
# The folder or part an office program puts into its zip file -> the kind, or what to say.
_PARTS: tuple[tuple[str, FileKind | str], ...] = (
    ("xl/workbook.bin", "xlsb 工作簿不能直接读取，请用 Excel 或 WPS 打开，另存为 xlsx 后重新上传"),
    ("word/", FileKind.WORD),
    ("xl/", FileKind.SHEET),
    ("ppt/", f"演示文稿不能读取。{_UPLOAD}"),
    ("OFD.xml", "OFD 版式文件不能直接读取，请用阅读器转换为 PDF 或 Word 文档后重新上传"),
    ("content.xml", f"OpenDocument 文件不能直接读取，{SAVE_AS_DOCX}"),
)
# The name of a stream inside an OLE file -> the kind, or what to say.
_STREAMS: tuple[tuple[str, FileKind | str], ...] = (
    ("EncryptedPackage", ENCRYPTED),
    ("WordDocument", FileKind.OLD_WORD),
    ("Workbook", "xls 工作簿不能直接读取，请用 Excel 或 WPS 打开，另存为 xlsx 后重新上传"),
    ("PowerPoint Document", f"演示文稿不能读取。{_UPLOAD}"),
)
# What a text holds near its beginning -> the kind, or what to say; whatever is left is plain text.
_TEXTS: tuple[tuple[re.Pattern[str], int, FileKind | str], ...] = (  # pattern, how often at least, what
    (re.compile(r"\A\{\\rtf"), 1, f"RTF 文件不能直接读取，{SAVE_AS_DOCX}"),
    (re.compile(r"\A[^<]{0,500}^MIME-Version:", re.M), 1, f"网页归档（mht）不能直接读取，{SAVE_AS_DOCX}"),
    (re.compile(r"\A\s*<(?:!doctype\s+)?html\b", re.I), 1, FileKind.HTML),
    (
        re.compile(r"</?(?:html|head|body|meta|title|table|t[rdh]|div|p|span|br|font)\b", re.I),
        3,
        FileKind.HTML,
    ),
    (re.compile(r"\A\s*<\?xml\b"), 1, f"XML 文件不能直接读取，{SAVE_AS_DOCX}"),
)


def kind_of(data: bytes) -> FileKind:
    """The kind of a file. Raises Unreadable with what to do when it is none we read."""
    if b"%PDF-" in data[:1024]:
        return FileKind.PDF
    if data.startswith(_ZIP):
        names = _names(data)
        return _known(
            next((what for part, what in _PARTS if any(n.startswith(part) for n in names)), _PACKED)
        )
    if data.startswith(_OLE):
        streams = (what for name, what in _STREAMS if name.encode("utf-16-le") in data)
        return _known(next(streams, DAMAGED))
    if b"\0" in data:
        for beginnings, message in _OTHERS:
            if data.startswith(beginnings):
                raise Unreadable(message)
    text = decode(data[:_LOOK_AT])
    matching = (what for pattern, often, what in _TEXTS if len(pattern.findall(text)) >= often)
    return _known(next(matching, FileKind.TEXT))


def _names(data: bytes) -> list[str]:
    try:
        return zipfile.ZipFile(BytesIO(data)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
        raise Unreadable(DAMAGED) from error


def _known(what: FileKind | str) -> FileKind:
    if isinstance(what, FileKind):
        return what
    raise Unreadable(what)
