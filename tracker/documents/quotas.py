"""Tables of shares (指标分解表): a row for each area, a column for each indicator."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tracker.documents import tables, targets
from tracker.documents.layout import Line
from tracker.documents.targets import Target

Span = tuple[int, int]
_AREA_HEAD = re.compile(
    r"地区|区域|区县|县区|市县|县市区|镇街|乡镇|单位|责任单位|实施单位|承担单位|地区名称|单位名称|乡镇名称"
    r"|(?:各?[市州县区镇乡]|街道)(?:（[^（）]{1,8}）)?"
)
_NUMBER_HEAD = re.compile("序号|编号|序")
_TOTAL = re.compile("合计|总计|小计|总数|全[省市州县区镇]")
_SETS = re.compile("任务|目标|计划|指标|分解|分配|安排|新[增建]")
_TELLS = re.compile("完成情况|已完成|完成数|实际|现状|累计|上年|去年|存量|现有|基数|进度")
_FEWEST = 2  # rows of areas
_NEAR = 60
_LONGEST = 24  # characters of the name of an area


@dataclass(frozen=True)
class Quotas:
    """One table at [start, stop) and its targets; all offsets are of the text."""

    start: int
    stop: int
    targets: tuple[Target, ...]


def find(text: str, rows: Sequence[Line]) -> tuple[list[Quotas], set[int]]:
    """The tables of shares among the rows of a text, and the starts of the rows they take up."""
    found: list[Quotas] = []
    taken: set[int] = set()
    index = 0
    while index < len(rows):
        table, stop = _tabbed(text, rows, index) or _stacked(text, rows, index) or (None, index + 1)
        if table:
            found.append(table)
            taken.update(row.start for row in rows[index:stop])
        index = stop
    return found, taken


def _tabbed(text: str, rows: Sequence[Line], index: int) -> tuple[Quotas, int] | None:
    """The table whose head is the row ``index``, and the index behind its last row."""
    heads = tables.cells_of(text, rows[index])
    skipped = 1 if _NUMBER_HEAD.fullmatch(text[slice(*heads[0])]) else 0
    if len(heads) < skipped + 2 or not _is_head(text, heads[skipped:]):
        return None
    found: list[list[Span]] = []
    for row in rows[index + 1 :]:
        cells = tables.cells_of(text, row)
        area = next(
            (cell for cell in cells[skipped::-1] if cell[0] < cell[1]), cells[0]
        )  # 合计 may stand first
        if len(cells) > len(heads) or not _is_area(text, area):
            break
        found.append([area, *cells[skipped + 1 :]])
    return _table(text, rows, index, heads[skipped:], found, index + 1 + len(found))


def _stacked(text: str, rows: Sequence[Line], index: int) -> tuple[Quotas, int] | None:
    """The same where the page put one cell on a line; it must have lost none."""
    if "\t" in text[rows[index].start : rows[index].stop]:
        return None
    heads: list[Span] = [rows[index]]
    for row in rows[index + 1 : index + 12]:
        if not targets.measure_of(text[row.start : row.stop])[1]:
            break
        heads.append(row)
    if len(heads) < 2 or not _is_head(text, heads):
        return None
    found: list[list[Span]] = []
    at = index + len(heads)
    while at + len(heads) <= len(rows):
        cells: list[Span] = list(rows[at : at + len(heads)])
        if not _is_area(text, cells[0]) or not all(re.search(r"\d|^[-/]$", text[a:b]) for a, b in cells[1:]):
            break
        found.append(cells)
        at += len(heads)
    return _table(text, rows, index, heads, found, at)


def _is_head(text: str, heads: Sequence[Span]) -> bool:
    """Whether cells head areas and indicators with their measures."""
    area, *indicators = (text[a:b] for a, b in heads)
    return bool(_AREA_HEAD.fullmatch(area)) and any(targets.measure_of(head)[1] for head in indicators)


def _sets_goals(text: str, rows: Sequence[Line], index: int, heads: Sequence[Span]) -> bool:
    """Whether the heads, or the line above them, say that something is to be done; else it is a report."""
    above = text[rows[index - 1].start : rows[index - 1].stop] if index else ""
    said = above[-_NEAR:] + "".join(text[a:b] for a, b in heads)
    return bool(_SETS.search(said)) and not _TELLS.search(said)


def _is_area(text: str, cell: Span) -> bool:
    word = text[slice(*cell)]
    return bool(_TOTAL.fullmatch(word)) or (len(word) <= _LONGEST and targets.names_area(word))


def _table(
    text: str,
    rows: Sequence[Line],
    index: int,
    heads: Sequence[Span],
    found: Sequence[Sequence[Span]],
    after: int,
) -> tuple[Quotas, int] | None:
    if len(found) < _FEWEST:
        return None
    start, stop = rows[index].start, rows[after - 1].stop
    goals = _targets(text, heads, found) if _sets_goals(text, rows, index, heads) else ()
    return Quotas(start, stop, tuple(goals)), after


def _targets(text: str, heads: Sequence[Span], rows: Sequence[Sequence[Span]]) -> Iterator[Target]:
    for area, *cells in rows:
        name = text[slice(*area)]
        whom = None if _TOTAL.fullmatch(name) else name
        for head, (a, b) in zip(heads[1:], cells, strict=False):
            for target in targets.find_in_cell(text[slice(*head)], text[a:b]):
                yield replace(target, start=a + target.start, stop=a + target.stop, for_=whom)
