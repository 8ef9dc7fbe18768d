"""A page of HTML becomes a PDF, with the fonts of the house and justified Chinese lines.

It brings WeasyPrint along, so import it where something is printed.
"""

import gc
import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import escape

from weasyprint import HTML, Document
from weasyprint.text.fonts import FontConfiguration

from tracker.errors import DomainError
from tracker.press import fonts, justify

OPTIONS = {"pdf_variant": "pdf/ua-1"}  # tagged, with title and language
ONE_AT_A_TIME = threading.Lock()  # the collector and WeasyPrint's log belong to the process
MISSING = ".notdef glyph"
Revise = Callable[[Sequence[Any]], str | None]


class MissingGlyph(DomainError):
    """No font has a character of the text."""

    status = 422


def pdf(html: str, folder: Path | None, revise: Revise = lambda pages: None) -> bytes:
    """The file, with the fonts of ``folder``; the same bytes for the same HTML.

    ``revise`` sees the pages laid out and answers with other HTML to be laid out instead, or None.
    Raises MissingGlyph rather than print an empty box.
    """
    justify.install()
    with ONE_AT_A_TIME, _collector_at_rest():
        return _print(html, folder, revise)


def _print(html: str, folder: Path | None, revise: Revise) -> bytes:
    document = _lay_out(html, folder)
    if better := revise(document.pages):
        document = _lay_out(better, folder)
    watch = _Watch()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(watch)
    try:
        file: bytes = document.write_pdf(**OPTIONS)
    finally:
        logger.removeHandler(watch)
    if watch.missing:
        characters = "、".join(dict.fromkeys(watch.missing))
        raise MissingGlyph(
            f"现有字体中没有这些字：{characters}。请在字体目录中放入含有这些字的字体，或者改写后再印制。"
        )
    return file


def _lay_out(html: str, folder: Path | None) -> Document:
    return HTML(string=html).render(font_config=_configuration(folder), **OPTIONS)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """No garbage collection while pages are made of some hundred thousand objects."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Watch(logging.Handler):
    """Keeps the characters that WeasyPrint reports as missing from every font."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.missing: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if MISSING in str(record.msg) and isinstance(record.args, tuple):
            self.missing.append(str(record.args[0]))


@cache
def _configuration(folder: Path | None) -> Any:
    """Fontconfig with these folders only and none of the machine's rules: every machine prints alike."""
    folders = [fonts.VENDORED, *([folder] if folder else []), *fonts.SYSTEM]
    listed = "".join(f"<dir>{escape(str(path))}</dir>" for path in folders)
    before = os.environ.get("FONTCONFIG_FILE")
    with TemporaryDirectory(prefix="tracker-fonts-") as place:
        file = Path(place) / "fonts.conf"
        file.write_text(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
            f'{listed}<cachedir>/var/cache/fontconfig</cachedir><cachedir prefix="xdg">fontconfig</cachedir>'
            "</fontconfig>",
            encoding="utf-8",
        )
        os.environ["FONTCONFIG_FILE"] = str(file)
        try:
            return FontConfiguration()
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before
