"""A text brought into lines: wrapped lines joined, papers copied without line breaks cut at their seams."""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from tracker.documents import fields, markers
from tracker.documents.labels import with_colons
from tracker.documents.markers import Marker
from tracker.text import Folded


class Line(NamedTuple):
    """A line that is not empty: [start, stop) of the normal form."""

    start: int
    stop: int


_STOPS = "。！？；：”）》"
_WIDEST = 60
_CANDIDATE = re.compile(
    r"(?<![第之年\d.])(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|\d{1,2}[.、]|（\d{1,2}）|[①-⑳])"
)
_REACH = 400  # how far back a field or a line may have begun
_NEAR = 40  # a heading is not longer
_AHEAD = 60  # how many markers further on the second of a list is looked for

_NAME = (
    r"[\u4e00-\u9fff]{2,28}?"
    r"(?:政府|办公室|办公厅|委员会|领导小组|指挥部|协会|中心|公司|大学|局|厅|委|部|院|会|办)"
)
_DAY = (
    r"(?:\d{4}|[二〇○零一三四五六七八九]{4})年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日"
)
_NO_HEADING = re.compile("[，。；]|^附")
_PAPER = "通知|函|意见|决定|通报|报告|批复|方案|要点|计划|清单|安排|办法|公告"
# Where a paper in one string has its seams: before a group named a, after one named b or to.
_SEAMS = (
    re.compile(
        r"(?P<b>[\u4e00-\u9fff·][〔（\[【](?:19|20)\d\d[〕）\]】]第?\d{1,5}号)(?=[^\s）》，。；、的（])"
    ),
    re.compile(rf"(?P<b>关于[^。\n]{{4,100}}?的(?:{_PAPER}))(?=(?P<to>[^。\n]{{2,90}}：))"),
    re.compile(rf"(?<=[。！）])(?P<a>{_NAME})(?P<b>{_DAY})(?![前起至到以止内-])"),
    re.compile(rf"(?<=[持进前底日])(?P<a>{_NAME})(?P<b>{_DAY})\s*\Z"),
    re.compile(
        r"^(?P<b>[^，。；：\n]{4,48}?(?:要点|方案|任务|计划|清单|分工|分解|安排|目标|举措|措施)(?:（[^（）\n]{1,20}）)?)"
        r"(?=为[^，。]|根据|按照|今年|(?:19|20)\d\d年(?:是|，)|[一1][、.]|（一）)",
        re.MULTILINE,
    ),
)
_HEAD = 1500  # characters in which a head is looked for


def in_lines(folded: Folded) -> Folded:
    """The text with a line end wherever a heading, a point or a signature begins, and none within a line."""
    labelled = with_colons(folded)
    joined = _without(labelled, _wraps(labelled.norm))
    parted = _broken(joined, _seams(joined.norm))
    parted = _broken(parted, _seams(parted.norm))  # a title shows only once its line has begun
    return _broken(parted, _glued(parted.norm))


def lines(text: str) -> list[Line]:
    """The lines that are not empty, without the blanks around them."""
    found = []
    for line in re.finditer(r"[^\n]+", text):
        words = line[0].strip(" ")
        if words.strip():
            start = line.start() + line[0].index(words)
            found.append(Line(start, start + len(words)))
    return found


def _without(folded: Folded, places: list[int]) -> Folded:
    """The text without the characters at ``places``."""
    if not places:
        return folded
    gone = set(places)
    kept = [at for at in range(len(folded.norm)) if at not in gone]
    offsets = array("L", (folded.offsets[at] for at in kept))
    return Folded(folded.raw, "".join(folded.norm[at] for at in kept), offsets)


def _broken(folded: Folded, places: list[int]) -> Folded:
    """The text with a line end before each of ``places`` (in order)."""
    if not places:
        return folded
    pieces: list[str] = []
    offsets = array("L")
    done = 0
    for at in places:
        pieces.append(folded.norm[done:at] + "\n")
        offsets.extend(folded.offsets[done:at])
        offsets.append(folded.offsets[at])
        done = at
    pieces.append(folded.norm[done:])
    offsets.extend(folded.offsets[done:])
    return Folded(folded.raw, "".join(pieces), offsets)


def _wraps(text: str) -> list[int]:
    """The line ends within a sentence: after a comma, and where paragraphs break at the width of a page."""
    rows = lines(text)
    cut_off = _full_width(text, rows)
    return [
        row.stop
        for row, after in pairwise(rows)
        if (row in cut_off or text[row.stop - 1] in "，、")
        and after.start == row.stop + 1
        and "\t" not in text[row.start : after.stop]
        and not markers.at(text, after.start)
        and not fields.LABEL.match(text, after.start)
    ]


def _full_width(text: str, rows: list[Line]) -> set[Line]:
    """The rows as wide as the page that end without a stop; none unless there are many."""
    if len(rows) < 8:
        return set()
    widths = [_width(text[row.start : row.stop]) for row in rows]
    full = sorted(widths)[int(len(widths) * 0.9)]
    cut_off = {
        row
        for row, width in zip(rows, widths, strict=True)
        if full - 2 <= width <= full + 2
        and text[row.stop - 1] not in _STOPS
        and not fields.LABEL.match(text, row.start)
    }
    return cut_off if 15 <= full <= _WIDEST and len(cut_off) >= max(5, len(rows) * 0.3) else set()


def _width(words: str) -> float:
    return sum(0.5 if character.isascii() else 1 for character in words)


def _seams(text: str) -> list[int]:
    """Where head, body, signature and annex of a paper in one string meet."""
    places: set[int] = set()
    for seam in _SEAMS:
        stop = len(text) if "a" in seam.groupindex else min(_HEAD, len(text))
        for found in seam.finditer(text, 0, stop):
            places.update(_edges(found))
    return sorted(at for at in places if 0 < at < len(text) and text[at] != "\n" and text[at - 1] != "\n")


def _edges(found: re.Match[str]) -> Iterator[int]:
    groups = found.groupdict()
    if groups.get("a"):
        yield found.start("a")
        yield found.start("b")
    yield found.end("b")
    if groups.get("to"):
        yield found.end("to")


def _glued(text: str) -> list[int]:
    """Where a point begins in the middle of a line."""
    found = [marker for c in _CANDIDATE.finditer(text) if (marker := markers.at(text, c.start()))]
    labels = [field.start for field in fields.find(text)]
    last: dict[int, int] = {}  # rank -> number of the point read last at that depth, within its section
    ever: dict[int, int] = {}  # the same, where the numbers run on from section to section
    begun = 0  # where the piece of the line before the marker begins
    places = []
    for index, marker in enumerate(found):
        begun = max(begun, marker.start - _REACH)
        starts_line = marker.start == 0 or text[marker.start - 1] in "\n\t"
        if starts_line or (
            marker.value in (1, last.get(marker.rank, 0) + 1, ever.get(marker.rank, 0) + 1)
            and _begins(text, found, index, labels, max(begun, text.rfind("\n", begun, marker.start) + 1))
        ):
            last = {rank: value for rank, value in last.items() if rank < marker.rank}
            last[marker.rank] = ever[marker.rank] = marker.value
            begun = marker.stop
            if not starts_line:
                places.append(marker.start)
    return places


def _begins(text: str, found: list[Marker], index: int, labels: list[int], begun: int) -> bool:
    """Whether a marker within a line begins a point there: after a sentence, a field, or a short heading."""
    marker = found[index]
    before = text[marker.start - 1]
    if marker.rank >= 5:
        return before in "。！？"
    if text.startswith("附", begun):
        return False
    if before in "。！？）" or (before == "；" and marker.rank < 3):
        return True
    sentence = max(begun, text.rfind("。", begun, marker.start) + 1)
    label = bisect_left(labels, marker.start)
    if label and labels[label - 1] >= sentence:
        return True
    piece = text[begun : marker.start]
    heading = len(piece) <= _NEAR and not _NO_HEADING.search(piece)
    if marker.value > 1:
        return heading and marker.rank == 2
    if heading and index and found[index - 1].stop == begun and len(piece) > 2:
        return marker.rank == 2 or text[marker.stop - 1] == "."
    return (before == "：" or heading or marker.rank == 1) and _goes_on(text, found, index)


def _goes_on(text: str, found: list[Marker], index: int) -> bool:
    """Whether the second point of a list follows its first, at the end of a sentence."""
    first = found[index]
    for marker in found[index + 1 : index + _AHEAD]:
        if marker.rank == first.rank:
            return marker.value == 2 and text[marker.start - 1] in "。！？）；\n"
    return False
