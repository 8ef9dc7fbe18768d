"""Word 97-2003 documents (.doc): turned into something newer by LibreOffice or antiword, if present."""

import os
import signal
import subprocess
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from tracker.documents.readers import apart
from tracker.documents.readers.kinds import SAVE_AS_DOCX, Unreadable

LIBREOFFICE_SECONDS = 12  # these three together stay under what a web server waits for an answer
ANTIWORD_SECONDS = 4
READING_SECONDS = 10


def read(data: bytes) -> tuple[str, list[str]]:
    """The paragraphs and table rows of a .doc file.

    LibreOffice comes first although it takes a second: it keeps automatic numbers and nested tables.
    """
    libreoffice, antiword = which("soffice") or which("libreoffice"), which("antiword")
    if not libreoffice and not antiword:
        raise Unreadable(f"本系统未安装读取 doc 文件的程序，{SAVE_AS_DOCX}")
    with TemporaryDirectory(prefix="tracker-doc-") as folder:
        source = Path(folder, "source.doc")
        source.write_bytes(data)
        if libreoffice:
            profile = f"-env:UserInstallation=file://{folder}/profile"
            convert = ("--headless", "--convert-to", "docx", "--outdir", folder, str(source))
            _run((libreoffice, profile, *convert), LIBREOFFICE_SECONDS)
            if (converted := Path(folder, "source.docx")).exists():
                return apart.read("word", converted.read_bytes(), seconds=READING_SECONDS)
        if antiword:
            docbook = _run((antiword, "-x", "db", "-m", "UTF-8.txt", str(source)), ANTIWORD_SECONDS)
            if docbook:
                return apart.read("docbook", docbook, seconds=READING_SECONDS)
    raise Unreadable(f"doc 文件读不出文字，可能已损坏，{SAVE_AS_DOCX}")


def _run(words: tuple[str, ...], seconds: int) -> bytes:
    """What a program prints, empty when it fails or takes longer; nothing it started is left running."""
    program = subprocess.Popen(  # noqa: S603  fixed words and a file name of our own
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        printed, _ = program.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(program.pid, signal.SIGKILL)
        program.communicate()
        return b""
    return b"" if program.returncode else printed
