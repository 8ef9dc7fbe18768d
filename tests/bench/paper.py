"""``python -m tests.bench.paper``: what a circular costs on paper, and whether the memory comes back."""

import os
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.circulars.june import PAPER, with_works
from tracker.circulars import pdf
from tracker.circulars.compose import compose
from tracker.circulars.figures import Figures
from tracker.press.typeset import in_process

ROUNDS = 7
GOALS = {"circular with one table of 20 rows": 0.25, "circular with an annex of 200 rows": 1.3}


def resident() -> float:
    """MiB of this process, as a web worker would have them."""
    status = Path(f"/proc/{os.getpid()}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def median(work: Callable[[], object]) -> float:
    work()  # the first loads WeasyPrint and the fonts
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def circulars() -> dict[str, Figures]:
    plain = replace(with_works(20), boards=(), cases=())
    return dict(zip(GOALS, (plain, with_works(200)), strict=True))


def rows() -> list[tuple[str, str, str]]:
    """(work, measured, goal) as ``bin/bench`` prints them."""
    before = resident()
    found = []
    for name, figures in circulars().items():
        parts = compose(figures)
        seconds = median(lambda p=parts, f=figures: in_process(pdf.render, p, f, PAPER))
        found.append((name, f"{seconds:.2f} s", f"{GOALS[name]} s"))
    found.append(("memory a web worker keeps of it", f"{resident() - before:.0f} MiB", ""))
    return found


if __name__ == "__main__":
    for name, measured, goal in rows():
        print(f"{name:45}{measured:>10}{goal:>10}")
