"""What is made ready before printing: templates, the page number, a process of its own."""

import atexit
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, ParamSpec, TypeVar, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tracker.press import paper, worker
from tracker.press.fonts import Font

P = ParamSpec("P")
R = TypeVar("R")

TEMPLATES = Path(__file__).parents[2] / "templates"
NUMBER_DROP = 7  # of the page number's dashes below the type area


def in_process(render: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
    """``render`` in a process of its own, whose memory goes with it. Raises what ``render`` raises."""
    made: R = _PRESS.print((render, arguments, named))
    return made


class _Press:
    """The one printing process of this process: started when needed, and again when it has ended."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.owner = 0

    def print(self, job: Any) -> Any:
        with self.turn:
            try:
                file, error = self._ask(job)
            except (EOFError, OSError):  # it had just ended: a job changes nothing, so it is asked once more
                self.close()
                file, error = self._ask(job)
        if error is not None:
            raise error
        return file

    def _ask(self, job: Any) -> Any:
        process = self.process
        if process is None or process.poll() is not None or self.owner != os.getpid():
            self.close()
            command = [sys.executable, "-m", "tracker.press.worker"]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
            self.process, self.owner = process, os.getpid()
        worker.send(cast(BinaryIO, process.stdin), job)
        return worker.receive(cast(BinaryIO, process.stdout))

    def close(self) -> None:
        """Let the process end; a fork of this one leaves it to its owner."""
        if self.process is not None and self.owner == os.getpid():
            for pipe in (self.process.stdin, self.process.stdout):
                with suppress(OSError):
                    cast(BinaryIO, pipe).close()
            self.process.wait()
        self.process = None


_PRESS = _Press()
atexit.register(_PRESS.close)


@cache
def environment() -> Environment:
    """The templates of what is printed; a name a page does not know is an error."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page_number(font: Font) -> str:
    """CSS of the page number: 4号, one character in, its dashes where the standard wants them."""
    size = 14 * paper.POINT
    drop = NUMBER_DROP - ink_top(font, "—") * size
    return f"{font.css}; font-size: {size}mm; line-height: 1; vertical-align: top; padding: {drop}mm 1em 0"


@cache
def ink_top(font: Font, text: str) -> float:
    """Where the ink of a text begins in a line as high as its characters: parts of that height, from the top.

    The line centres the ascent and descent of the font, which differ from font to font.
    """
    from PIL import ImageFont

    size = 1000
    drawn = ImageFont.truetype(str(font.path), size, index=font.index)
    ascent, descent = drawn.getmetrics()
    baseline = (size - ascent - descent) / 2 + ascent
    return (baseline + drawn.getbbox(text, anchor="ls")[1]) / size
