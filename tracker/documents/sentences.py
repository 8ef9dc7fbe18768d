"""Sentences of a point: where one ends, which marks in front of it are no words of it, and its title."""

import re
from collections.abc import Iterable, Sequence

from tracker.documents import markers
from tracker.documents.brackets import mask, pairs

Span = tuple[int, int]
_END = "。！？\n\t"
# Parts of a list inside a sentence that are sentences of their own.
_ITEM = re.compile(
    r"[一二三四五六七八九十]{1,2}是|（\d{1,2}）|[①-⑳]|\d{1,2}[.、](?!\d)|第[一二三四五六七八九十]，"
)
_GOES_ON = re.compile("今后|并|同时|下一步")
_LOST_STOP = re.compile(r"(?<=\d)\.(?=[\u4e00-\u9fff])")
_EDGE = " \t\n，；：、。．)）"
_ITEM_RANKS = (2, 3, 5, 6)
_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]")
# Labels in front of the task itself, no words of it.
_CAPTION = re.compile(
    r"(?:(?:项目|任务|工作|事项|问题|措施)名称|(?:工作|主要|建设|具体|任务|重点|推进)(?:内容|任务|事项)|任务|事项|内容"
    r"|(?:存在|反馈|具体|主要|突出)?问题(?:表现|描述)?)：(?=[^\n])"
)
_TITLE_STOPS = "。！\n\t"
_LONGEST_HEAD = 36  # characters before a colon that can be a title


def split(text: str, start: int, stop: int, holes: Sequence[Span], *, duties: bool = False) -> list[Span]:
    """The sentences of [start, stop) around ``holes`` (clauses), without their marks and final stops.

    ； parts a sentence only before 一是, （1）, ①, 1.; in a list of ``duties`` always.
    """
    found: list[Span] = []
    for a, b in _between(start, stop, holes):
        found += _in_stretch(text, a, b, duties)
    return found


def _between(start: int, stop: int, holes: Iterable[Span]) -> list[Span]:
    """The stretches of [start, stop) outside of the holes."""
    stretches = []
    at = start
    for a, b in sorted(holes):
        if b <= at or a >= stop:
            continue
        stretches.append((at, a))
        at = b
    stretches.append((at, stop))
    return [(a, b) for a, b in stretches if a < b]


def _in_stretch(text: str, start: int, stop: int, duties: bool) -> list[Span]:
    words = text[start:stop]
    covered = mask(words, pairs(words))
    lost = {found.start() for found in _LOST_STOP.finditer(words) if not markers.at(words, found.start() - 1)}
    found: list[Span] = []
    begun = 0
    for at, character in enumerate(words):
        if covered[at] and character != "\n":
            continue
        ends = character in _END or at in lost
        if character == "；":
            ends = (duties and not _GOES_ON.match(words, at + 1)) or bool(_ITEM.match(words, at + 1))
        if ends:
            found += _trimmed(text, start + begun, start + at)
            begun = at + 1
    return found + _trimmed(text, start + begun, stop)


def _trimmed(text: str, start: int, stop: int) -> list[Span]:
    """The sentence without marks around it and without its number; nothing when no word is left."""
    while start < stop and text[start] in _EDGE:
        start += 1
    marker = markers.at(text, start)
    if marker and marker.rank in _ITEM_RANKS:
        start = min(marker.stop, stop)
        while start < stop and text[start] in _EDGE:
            start += 1
    if caption := _CAPTION.match(text, start, stop):
        start = caption.end()
    while start < stop and text[stop - 1] in " \t\n，；：、。":
        stop -= 1
    return [(start, stop)] if _WORD.search(text, start, stop) else []


def title(text: str, start: int, stop: int) -> Span:
    """The title at the head of [start, stop): up to the first 。 or ： outside brackets, or a line's end."""
    if caption := _CAPTION.match(text, start, stop):
        start = caption.end()
    line = text.find("\n", start, stop)
    last = stop if line < 0 else line
    words = text[start:last]
    covered = mask(words, pairs(words))
    for at, character in enumerate(words):
        if covered[at]:
            continue
        if character in _TITLE_STOPS or (_LOST_STOP.match(words, at) and at > 2):
            last = start + at
            break
        if character == "：" and at <= _LONGEST_HEAD and "，" not in words[:at]:
            last = start + at
            break
    while start < last and text[last - 1] in " \t，；：、。":
        last -= 1
    return start, last
