"""What a read file is, the limits it is held to, and the refusal every reader speaks."""

from dataclasses import dataclass

from tracker.errors import Invalid
from tracker.words import Word

MAX_BYTES = 20 * 1024 * 1024
MAX_CHARACTERS = 2_000_000
SUPPORTED = "Word（docx、doc）、PDF、Excel（xlsx）、网页（html）和纯文本（txt）"


class FileKind(Word):
    """What a file is by its content; its name is not asked."""

    TEXT = "text", "纯文本"
    WORD = "word", "Word 文档"
    OLD_WORD = "old_word", "Word 97-2003 文档"
    PDF = "pdf", "PDF 文档"
    HTML = "html", "网页"
    SHEET = "sheet", "Excel 工作簿"


@dataclass(frozen=True)
class Read:
    """The text of a file: one paragraph or table row a line, cells parted by tabs.

    ``notes`` are Chinese sentences about what could not be read although the rest could.
    """

    text: str
    kind: FileKind
    notes: tuple[str, ...] = ()


class Unreadable(Invalid):
    """The file cannot be read; the message says why and what to do."""


DAMAGED = "文件已损坏或不完整，请用原来的软件打开检查，另存一份后重新上传"
ENCRYPTED = "文件设有密码，请取消密码、另存后重新上传"
SAVE_AS_DOCX = "请用 Word 或 WPS 打开，另存为 docx 后重新上传"
EMPTY = "文件里没有文字，请检查是否选错了文件"
TOO_COMPLEX = "文件内容过大或过于复杂，请删去与任务无关的内容，或只保留需要的部分后重新上传"
