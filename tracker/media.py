"""What an uploaded file is, by its content; its name is not asked. Pure."""

from io import BytesIO
from zipfile import BadZipFile, ZipFile

from tracker.errors import Invalid

MEBIBYTE = 1024 * 1024
MAX_BYTES = 20 * MEBIBYTE
OFFICE = "application/vnd.openxmlformats-officedocument."
WORD, SHEET = f"{OFFICE}wordprocessingml.document", f"{OFFICE}spreadsheetml.sheet"
ACCEPTED = "Word（docx）、Excel（xlsx）、PDF、图片（jpg、png）、文本（txt）和压缩包（zip）"

_BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_PARTS = (("word/document.xml", WORD), ("xl/workbook.xml", SHEET))
_MACROS = "vbaProject.bin"
_ENDINGS = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "text/plain": (".txt", ".csv", ".md"),
    "application/zip": (".zip",),
    WORD: (".docx",),
    SHEET: (".xlsx",),
}
_LONGEST_NAME = 120


def media_type_of(data: bytes, name: str, largest: int = MAX_BYTES) -> str:
    """The media type of an accepted file; Invalid, with ``name`` in the message, for any other.

    ``largest`` is in bytes.
    """
    if not data:
        raise Invalid(f"“{name}”是空文件，请检查后重新上传", files="空文件")
    if len(data) > largest:
        raise Invalid(f"“{name}”超过{largest // MEBIBYTE} MB，请压缩或拆分后重新上传", files="文件太大")
    for beginning, media_type in _BEGINNINGS:
        if data.startswith(beginning):
            return media_type
    if data.startswith(b"PK"):
        return _packed(data, name)
    if b"\0" not in data[:4096] and _is_text(data):
        return "text/plain"
    raise Invalid(f"“{name}”的类型不支持，请上传{ACCEPTED}", files="类型不支持")


def fitting_name(name: str, media_type: str) -> str:
    """The name without folders, ending as the content demands: 通知.html of text is 通知.html.txt.

    So that nothing that was taken for a text or a picture is run when it is opened after saving.
    """
    name = "".join(letter for letter in name.replace("\\", "/").rpartition("/")[2] if letter.isprintable())
    stem, dot, ending = name.rpartition(".")
    name = f"{stem[:_LONGEST_NAME]}{dot}{ending[:10]}" if stem else name[:_LONGEST_NAME]
    endings = _ENDINGS[media_type]
    return name if name.lower().endswith(endings) else f"{name or '材料'}{endings[0]}"


def _packed(data: bytes, name: str) -> str:
    try:
        with ZipFile(BytesIO(data)) as package:
            names = set(package.namelist())
    except (BadZipFile, ValueError, NotImplementedError, OSError):
        raise Invalid(f"“{name}”已损坏，请重新保存后上传", files="文件损坏") from None
    if any(part.endswith(_MACROS) for part in names):
        raise Invalid(f"“{name}”含有宏，请另存为不带宏的文件后上传", files="含有宏")
    return next((media_type for part, media_type in _PARTS if part in names), "application/zip")


def _is_text(data: bytes) -> bool:
    """UTF-8 or GB18030, and not a page or program in disguise: it is only ever served as plain text."""
    for encoding in ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
