"""The tables of a circular as columns and cells of text, the same for every file it is printed to. Pure."""

from dataclasses import dataclass
from typing import NamedTuple

from tracker.circulars.figures import Board, Case, Figures, Standing
from tracker.circulars.parts import AnnexKind


class Column(NamedTuple):
    """``width`` in millimetres; the widths of a table add up to the 156 mm of the type area."""

    title: str
    width: int
    is_text: bool = False  # words, set flush left; everything else is centred


@dataclass(frozen=True)
class Table:
    """Rows of cells under their columns."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


WORKS = (
    Column("序号", 10),
    Column("工作内容", 66, is_text=True),
    Column("牵头单位", 34, is_text=True),
    Column("进展情况", 46, is_text=True),
)
CASES = (
    Column("序号", 10),
    Column("任务", 62, is_text=True),
    Column("承办单位", 38, is_text=True),
    Column("职责", 10),
    Column("完成时限", 18),
    Column("逾期天数", 18),
)


def board_table(board: Board) -> Table:
    """二、各组评价情况: one line a unit. Ranks, or bands where the board shows bands.

    The move against last month has its column only where somebody has moved or stayed.
    """
    has_moves = not board.is_banded and any(standing.moved is not None for standing in board.standings)
    columns = (
        Column("档次" if board.is_banded else "名次", 12),
        Column("单位", 39 if has_moves else 46, is_text=True),
        Column("得分", 15),
        Column("应办结", 14),
        Column("按时", 12),
        Column("逾期", 12),
        *([Column("较上月", 15)] if has_moves else []),
        Column("备注", 37 if has_moves else 45, is_text=True),
    )
    return Table(columns, tuple(_standing(standing, board, has_moves) for standing in board.standings))


def annex_table(kind: AnnexKind, figures: Figures) -> Table:
    """The rows of an annex, numbered from 1."""
    if kind is AnnexKind.WORKS:
        works = enumerate(figures.works, 1)
        return Table(
            WORKS, tuple((str(number), work.text, work.lead, work.progress) for number, work in works)
        )
    return Table(CASES, tuple(_case(number, case) for number, case in enumerate(figures.cases, 1)))


def _case(number: int, case: Case) -> tuple[str, ...]:
    deadline = f"{case.deadline.month}月{case.deadline.day}日"
    return (str(number), case.task, case.unit, case.duty, deadline, str(case.days))


def _standing(standing: Standing, board: Board, has_moves: bool) -> tuple[str, ...]:
    place = standing.band if board.is_banded else str(standing.rank or "")
    return (
        place or "—",
        standing.unit,
        "—" if standing.score is None else str(standing.score),
        str(standing.due),
        str(standing.on_time),
        str(standing.overdue),
        *([_moved(standing.moved)] if has_moves else []),
        standing.note,
    )


def _moved(places: int | None) -> str:
    if places is None:
        return "—"
    return "持平" if not places else f"升{places}位" if places > 0 else f"降{-places}位"
