"""The rows of a table as lines of text: cells parted by tabs, one row a line."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

MAX_COLUMNS = 200
LIST_ITEM = 20  # characters; a longer line in a cell is a sentence, not a name
_STOP = "。；;，,、：:！!？?．.（("
_SENTENCE = re.compile("[。；;！!？?]")


@dataclass
class Cell:
    """The lines of one cell and how many columns and rows it covers."""

    lines: Sequence[str] = ()
    columns: int = 1
    rows: int = 1

    @property
    def is_filled(self) -> bool:
        return any(line.strip() for line in self.lines)


def lines(rows: Iterable[Sequence[Cell]]) -> list[str]:
    """Each row as a line; a row with a single filled cell (a heading, a note) as that cell's own lines.

    A cell over several rows of one column speaks for each of them and is repeated; one over several
    columns stands once, so that the columns keep their places.
    """
    grid = [(row, [place for place, cell in enumerate(row) if cell.is_filled]) for row in _grid(rows)]
    used = [place for _, filled in grid if len(filled) > 1 for place in filled]
    width = slice(min(used), max(used) + 1) if used else slice(0)
    found: list[str] = []
    heading = True
    for row, filled in grid:
        if len(filled) > 1:
            found.append("\t".join(join(cell.lines, heading=heading) for cell in row[width]))
            heading = False
        else:
            found += [line for place in filled for line in row[place].lines]
    return found


def _grid(rows: Iterable[Sequence[Cell]]) -> Iterable[list[Cell]]:
    """The rows with one cell for each column they cover, and cells repeated in the rows they reach into."""
    reaching: dict[int, tuple[int, Cell]] = {}  # column -> how many more rows, which cell
    for row in rows:
        placed: list[Cell] = []
        below: dict[int, tuple[int, Cell]] = {}
        waiting = list(reversed(row))
        while waiting or any(column >= len(placed) for column in reaching):
            left, cell = reaching.get(len(placed), (0, waiting[-1] if waiting else Cell()))
            if left:
                below[len(placed)] = (left - 1, cell)
                placed.append(cell)
                continue
            if waiting:
                waiting.pop()
            columns = max(1, min(cell.columns, MAX_COLUMNS - len(placed)))
            for column in range(columns):
                below[len(placed)] = (cell.rows - 1, cell if columns == 1 else Cell())
                placed.append(Cell() if column else cell)
        reaching = {column: reach for column, reach in below.items() if reach[0] > 0}
        yield placed


def join(parts: Sequence[str], *, heading: bool = False) -> str:
    """The lines of one cell as one: names written under each other become a list, sentences stay sentences.

    The words of a column heading and very short lines (责任⏎单位) are one word broken by a narrow column.
    """
    kept = [part for part in (" ".join(part.split()) for part in parts) if part]
    text = "".join(kept[:1])
    for before, after in pairwise(kept):
        if heading or before[-1] in _STOP or min(len(before), len(after)) <= 2:
            text += after
        elif max(len(before), len(after)) <= LIST_ITEM and not _SENTENCE.search(before + after):
            text += "、" + after
        else:
            text += "。" + after
    return text
