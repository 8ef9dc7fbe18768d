"""Reading in a process of its own: what a hostile file breaks there, the house does not feel.

The libraries for PDF, Word and Excel run in C, can crash, loop or fill the memory, and talk to stderr. The
child has a limit on each, answers with JSON and ends; the parent never even loads those libraries.
"""

import faulthandler
import gc
import json
import logging
import multiprocessing
import os
import resource
import sys
import warnings
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path

from tracker.documents.readers.kinds import DAMAGED, TOO_COMPLEX, Unreadable

SECONDS = 25  # under the 30 seconds after which a web server gives a request up
MEMORY = 1536 * 1024**2  # bytes more than the parent had


def read(reader: str, data: bytes, *, seconds: int = SECONDS) -> tuple[str, list[str]]:
    """Text and notes of ``data`` as the module ``reader`` (of this package, if not named in full) reads them.

    Raises Unreadable: the reader's own refusal, or that the file is damaged or takes too long.
    """
    forks = multiprocessing.get_context("fork")
    ours, theirs = forks.Pipe(duplex=False)
    child = forks.Process(target=_answer, args=(theirs, reader, data, seconds), daemon=True)
    child.start()
    theirs.close()
    try:
        if not ours.poll(seconds):
            raise Unreadable(TOO_COMPLEX)
        answer = json.loads(ours.recv_bytes())
    except (EOFError, OSError) as error:
        raise Unreadable(DAMAGED) from error
    finally:
        child.kill()
        child.join()
        child.close()
        ours.close()
    if "refused" in answer:
        raise Unreadable(answer["refused"])
    return answer["text"], answer["notes"]


def _answer(theirs: Connection, reader: str, data: bytes, seconds: int) -> None:
    """In the child: read, and send the outcome whatever it is."""
    _confine(seconds)
    try:
        text, notes = import_module(reader if "." in reader else f"tracker.documents.readers.{reader}").read(
            data
        )
        answer = {"text": text, "notes": notes}
    except Unreadable as refusal:
        answer = {"refused": str(refusal)}
    except (MemoryError, RecursionError):
        answer = {"refused": TOO_COMPLEX}
    except Exception:  # this is the edge of the process: whatever a library says of a broken file means that
        answer = {"refused": DAMAGED}
    theirs.send_bytes(json.dumps(answer).encode())


def _confine(seconds: int) -> None:
    """Take from this process what reading a file does not need."""
    sys.setrecursionlimit(20_000)  # elements never closed lie in each other; libxml2 stops at 2048
    faulthandler.disable()
    gc.disable()  # objects of the parent, such as database connections, must not be finalised here
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, taken + MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
