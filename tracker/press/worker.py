"""The process that prints: ``python -m tracker.press.worker``, kept warm between two jobs, gone when idle.

Jobs come in and files go out through pipes, each as a length and a pickle; only the process that started this
one holds the other ends.
"""

import ctypes
import gc
import os
import pickle
import select
from contextlib import suppress
from typing import Any, BinaryIO

IDLE = 60.0  # seconds without a job after which the process ends and its memory goes back
LENGTH = 8


def send(pipe: BinaryIO, message: Any) -> None:
    data = pickle.dumps(message)
    pipe.write(len(data).to_bytes(LENGTH, "big") + data)
    pipe.flush()


def receive(pipe: BinaryIO) -> Any:
    """The next message; EOFError when the other side is gone."""
    size = int.from_bytes(_exactly(pipe, LENGTH), "big")
    return pickle.loads(_exactly(pipe, size))  # noqa: S301  from our own parent or child


def _exactly(pipe: BinaryIO, size: int) -> bytes:
    """So many bytes; not one more, which ``select`` would not see any longer."""
    parts: list[bytes] = []
    while size:
        part = pipe.read(size)
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _tidy() -> None:
    """After the answer is out: the pages of the job are thrown away, and their memory goes back."""
    gc.collect()
    with suppress(AttributeError):  # only glibc keeps freed memory to itself, and only glibc has this
        ctypes.CDLL(None).malloc_trim(0)


def main() -> None:
    """Work until nobody asks any more."""
    jobs: Any = os.fdopen(os.dup(0), "rb", buffering=0)
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no result
    while select.select([jobs], [], [], IDLE)[0]:
        try:
            render, arguments, named = receive(jobs)
        except EOFError:
            return
        answer: tuple[Any, Exception | None]
        try:
            answer = (render(*arguments, **named), None)
        except Exception as error:
            answer = (None, error)  # it is raised where the job came from
        send(results, answer)
        del answer, arguments, named
        _tidy()


if __name__ == "__main__":
    main()
