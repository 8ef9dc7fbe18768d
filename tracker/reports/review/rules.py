"""Pure rules of a review: what changed between two texts, and whether something was handed in on time."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import NamedTuple

from tracker.words import Word
from tracker.workdays import Workdays


class Kind(Word):
    """What a unit asks a supervisor to decide."""

    REPORT = "report", "进展报送"
    CLOSURE = "closure", "申请办结"
    NO_CHANGE = "no_change", "无变化"


def kind_of(is_closing: bool, no_change: bool) -> Kind:
    """A report that comes with a request for closure is judged with it."""
    return Kind.CLOSURE if is_closing else Kind.NO_CHANGE if no_change else Kind.REPORT


class Part(Word):
    """What became of a stretch of text."""

    SAME = "same", "未改动"
    GONE = "gone", "删去"
    NEW = "new", "新增"


class Piece(NamedTuple):
    """A stretch of a text that was kept, left out or added."""

    part: Part
    text: str


LONGEST = 1200  # words of one changed passage compared word by word; a longer one is shown as replaced
_SENTENCES = re.compile(r"[^。；！？\n]*[。；！？\n]|[^。；！？\n]+")
_WORDS = re.compile(r"[A-Za-z]+|[0-9]+(?:[.,][0-9]+)*[%％]?|\s+|.", re.S)


def differences(before: str, after: str) -> list[Piece]:
    """How ``after`` came from ``before``: sentence by sentence, inside a changed passage word by word.

    A Chinese character is a word, and so is a whole number or a run of letters: 12 that became 15 is one
    change, not a half. The kept and the new pieces together are ``after``, the kept and the gone ``before``.
    """
    pieces: list[Piece] = []
    for old, new in _compared(_SENTENCES.findall(before), _SENTENCES.findall(after)):
        if old == new:
            pieces.append(Piece(Part.SAME, "".join(old)))
            continue
        gone, come = _WORDS.findall("".join(old)), _WORDS.findall("".join(new))
        if not gone or not come or len(gone) + len(come) > LONGEST:
            pieces += [Piece(Part.GONE, "".join(gone)), Piece(Part.NEW, "".join(come))]
            continue
        for left, right in _compared(gone, come, least=2):
            if left == right:
                pieces.append(Piece(Part.SAME, "".join(left)))
            else:
                pieces += [Piece(Part.GONE, "".join(left)), Piece(Part.NEW, "".join(right))]
    return list(_joined(pieces))


def workdays_late(handed_in_on: date, deadline: date | None, workdays: Workdays) -> int | None:
    """逾期 in working days, 0 when only days off lie between; None when on time or open-ended.

    The day of submission counts, never that of review.
    """
    if deadline is None or handed_in_on <= deadline:
        return None
    return workdays.between(deadline, handed_in_on)


def _compared(
    before: Sequence[str], after: Sequence[str], least: int = 1
) -> Iterator[tuple[list[str], list[str]]]:
    """Both sequences in step; what is equal for fewer than ``least`` words between changes is no anchor."""
    old: list[str] = []
    new: list[str] = []
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for tag, i, j, k, m in blocks:
        at_edge = (i, k) == (0, 0) or (j, m) == (len(before), len(after))
        if tag == "equal" and (j - i >= least or at_edge):
            if old or new:
                yield old, new
            yield list(before[i:j]), list(after[k:m])
            old, new = [], []
        else:
            old, new = [*old, *before[i:j]], [*new, *after[k:m]]
    if old or new:
        yield old, new


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Without empty pieces; neighbours of one kind are one."""
    last: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if last and last.part is piece.part:
            last = Piece(last.part, last.text + piece.text)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last
