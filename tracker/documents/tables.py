"""Tables of tasks: rows of cells parted by tabs, and tables a page copy has flattened to one cell a line."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.documents import fields, parties
from tracker.documents.fields import FieldKind
from tracker.documents.layout import Line
from tracker.documents.names import is_name
from tracker.words import Word

Span = tuple[int, int]


class Column(Word):
    """What stands in a column that is no field of a clause."""

    NUMBER = "number", "序号"
    TASK = "task", "任务"
    TOPIC = "topic", "类别"


Row = tuple[Span | None, ...]


@dataclass(frozen=True)
class Table:
    """A table of tasks: each row gives for each column the cell's place in the text, or None."""

    columns: tuple[Column | FieldKind, ...]
    rows: tuple[Row, ...]


_HEADS = (
    (
        Column.NUMBER,
        re.compile(r"序号|编号|序|项次|(?:项目|任务|问题|条目)(?:序号|编号)|No\.?", re.IGNORECASE),
    ),
    (Column.TOPIC, re.compile(r"类别|分类|类型|领域|板块|专项|大类|工作类别|任务类别|一级指标|所属.{2,6}")),
    (
        Column.TASK,
        re.compile(
            r".{0,8}(?:任务|事项|内容|要点|工作|项目|名称|指标|实事|举措)(?:名称|内容|描述|清单|分解)?|目标任务|工作目标|年度目标|具体目标"
        ),
    ),
)
_TEXT = frozenset(
    {Column.TASK, Column.TOPIC, FieldKind.GOAL, FieldKind.MEASURES, FieldKind.PROBLEM, FieldKind.NOTE}
)
_LONGEST_HEAD = 14
_NUMBER = re.compile(r"\d{1,3}|[一二三四五六七八九十]{1,3}|（[一二三四五六七八九十\d]{1,3}）")
_SUM = re.compile(r"合计|总计|小计")
_TIME_WORDS = re.compile(
    r"\d[年月日]|年底|年内|全年|长期|持续|季度|半年|每[月年周日季]|按[月季]|立行立改|立即|常态|已完成|[前起]$"
)
_TIME_LETTERS = re.compile(
    r"[\d年月日底前末上中下旬内季度半每周旬天一二三四五六至起止、，和及长期坚持续推进立行改即已完成全常态化按今明之以间\-~.:]"
)
_END_OF_TABLE = re.compile(r"说明[:：]|注[:：]|备注[:：]|填表|附件|联系人|（此件")
_SENTENCE = re.compile(r"[。；，：\d①-⑳]")
_ITEM = re.compile("[。；①-⑳]")
_ODD = 4  # characters in a cell of time that are not about time
_FEWEST = 3  # heads of a flattened table
_TALLEST = 60  # lines of one of its rows


def column(head: str) -> Column | FieldKind | None:
    """What a column of this head holds; None when it tells us nothing."""
    bare = re.sub(r"（[^（）]*）|[\s：]", "", head)
    if not 1 <= len(bare) <= _LONGEST_HEAD:
        return None
    kind = fields.kind_of(bare)
    if kind and kind is not FieldKind.GOAL:
        return kind
    return next((name for name, pattern in _HEADS if pattern.fullmatch(bare)), kind)


def find(text: str, rows: Sequence[Line]) -> tuple[list[Table], set[int]]:
    """The tables among the rows of a text, and the starts of the rows they take up."""
    tables: list[Table] = []
    taken: set[int] = set()
    index = 0
    while index < len(rows):
        words = text[rows[index].start : rows[index].stop]
        if "\t" in words and (columns := _heads([text[a:b] for a, b in cells_of(text, rows[index])])):
            table, stop = _tabbed(text, rows, index, columns)
        elif "\t" not in words and (columns := _stacked_heads(text, rows, index)):
            table, stop = _stacked(text, rows, index + len(columns), columns)
        else:
            index += 1
            continue
        if table.rows:
            tables.append(table)
            taken.update(row.start for row in rows[index:stop])
        index = max(stop, index + 1)
    return tables, taken


def _heads(heads: Sequence[str]) -> tuple[Column | FieldKind, ...]:
    """The columns of a head row; empty when the row is no head of a table of tasks."""
    kinds = [column(head) for head in heads]
    known = [kind for kind in kinds if kind]
    tells = any(kind not in _TEXT and kind is not Column.NUMBER for kind in known)
    if len(known) < 2 or len(known) * 2 < len([h for h in heads if h]) or not tells:
        return ()
    return tuple(kind or FieldKind.NOTE for kind in kinds)


def cells_of(text: str, row: Line) -> list[Span]:
    """The cells of a row parted by tabs, without the blanks around them."""
    spans = []
    at = row.start
    for cell in text[row.start : row.stop].split("\t"):
        words = cell.strip()
        first = at + (cell.index(words) if words else 0)
        spans.append((first, first + len(words)))
        at += len(cell) + 1
    return spans


def _tabbed(
    text: str, rows: Sequence[Line], head: int, columns: tuple[Column | FieldKind, ...]
) -> tuple[Table, int]:
    """The table under a head row, and the index behind its last row."""
    found: list[Row] = []
    stop = head + 1
    for index in range(head + 1, len(rows)):
        words = text[rows[index].start : rows[index].stop]
        if "\t" not in words:
            if _END_OF_TABLE.match(words) or len(words) > 60:
                break
            continue
        cells = cells_of(text, rows[index])
        if _heads([text[a:b] for a, b in cells]):
            if [text[a:b] for a, b in cells] != [text[a:b] for a, b in cells_of(text, rows[head])]:
                break
            continue  # the head repeated on a new page
        stop = index + 1
        padded: list[Span | None] = [cell if cell[0] < cell[1] else None for cell in cells[: len(columns)]]
        found.append(tuple(padded + [None] * (len(columns) - len(padded))))
    return Table(columns, tuple(row for row in found if _is_task(text, row))), stop


def _is_task(text: str, row: Row) -> bool:
    words = [text[cell[0] : cell[1]] for cell in row if cell]
    return len(words) > 1 and not any(_SUM.fullmatch(word) for word in words[:2])


def _stacked_heads(text: str, rows: Sequence[Line], index: int) -> tuple[Column | FieldKind, ...]:
    heads: list[str] = []
    for row in rows[index : index + 12]:
        words = text[row.start : row.stop]
        if column(words) is None or (heads and _NUMBER.fullmatch(words)):
            break
        heads.append(words)
    columns = _heads(heads)
    return (
        columns
        if len(columns) >= _FEWEST and columns[0] in (Column.NUMBER, Column.TASK, Column.TOPIC)
        else ()
    )


def _stacked(
    text: str, rows: Sequence[Line], start: int, columns: tuple[Column | FieldKind, ...]
) -> tuple[Table, int]:
    """The table whose cells stand one under another from row ``start``, and the index behind it."""
    found: list[Row] = []
    stop = start
    for first, last in _stacks(text, rows, start, columns):
        row, used = _placed(text, rows[first:last], columns)
        found.append(row)
        stop = first + used
        if used < last - first:
            break
    return Table(columns, tuple(found)), stop


def _stacks(
    text: str, rows: Sequence[Line], start: int, columns: tuple[Column | FieldKind, ...]
) -> Iterator[tuple[int, int]]:
    """The stretches of rows that each hold one row of a flattened table."""
    first_head = text[rows[start - len(columns)].start : rows[start - len(columns)].stop]
    begun: int | None = None
    expected = 1
    end = len(rows)
    for n in range(start, len(rows)):
        words = text[rows[n].start : rows[n].stop]
        lost = n > start + 1 if begun is None else n - begun > _TALLEST
        if _END_OF_TABLE.match(words) or words == first_head:
            end = n
            break
        if columns[0] is not Column.NUMBER:
            if (n - start + 1) % len(columns) == 0:
                yield n - len(columns) + 1, n + 1
        elif words == str(expected):
            if begun is not None:
                yield begun, n
            begun, expected = n, expected + 1
        elif lost:
            end = n
            break
    if begun is not None:
        yield begun, end


def _placed(text: str, rows: Sequence[Line], columns: tuple[Column | FieldKind, ...]) -> tuple[Row, int]:
    """The cells of one flattened row, and how many of its lines fit; empty cells left no line behind."""
    cells: list[Span | None] = [None] * len(columns)
    at = 0
    used = 0
    for n, row in enumerate(rows):
        words = text[row.start : row.stop]
        place = (
            n
            if len(rows) == len(columns) and _fits(columns[n], words)
            else _next(text, columns, at, n, words, cells)
        )
        if place is None:
            break
        cell = cells[place]
        cells[place] = (cell[0] if cell else row.start, row.stop)
        at, used = place, n + 1
    return tuple(cells), used


def _next(
    text: str,
    columns: tuple[Column | FieldKind, ...],
    at: int,
    n: int,
    words: str,
    cells: Sequence[Span | None],
) -> int | None:
    """The column a line belongs to: the next one its words fit, else the one being read."""
    if n == 0:
        return 0
    if n == 1 and columns[0] is Column.NUMBER:
        return 1
    ahead = [c for c in range(at + 1, len(columns)) if columns[c] not in _TEXT and _fits(columns[c], words)]
    cell = cells[at]
    goes_on = bool(cell) and text[cell[1] - 1] in "、，" if cell else False
    if ahead and not goes_on:
        return ahead[0]
    if columns[at] in _TEXT or goes_on:
        return at
    if _fits(columns[at], words) and columns[at] is not FieldKind.TIME:
        return at
    return next((c for c in range(at + 1, len(columns)) if columns[c] in _TEXT), None)


def _fits(kind: Column | FieldKind, words: str) -> bool:
    """Whether a line may be a cell of a column of this kind."""
    if kind is Column.NUMBER:
        return bool(_NUMBER.fullmatch(words))
    if kind is FieldKind.TIME:
        odd = _TIME_LETTERS.sub("", words)
        return bool(_TIME_WORDS.search(words)) and len(odd) <= _ODD and not _ITEM.search(odd)
    if kind is FieldKind.PERSON:
        return len(words) <= 24 and not is_name(words) and not _SENTENCE.search(words)
    if kind in fields.UNIT_KINDS:
        said = parties.read(words, 0, len(words), FieldKind.RESPONSIBLE)
        return (
            bool(said.parties)
            and not said.others
            and not said.times
            and all(is_name(p.name.text) for p in said.parties)
        )
    return True
