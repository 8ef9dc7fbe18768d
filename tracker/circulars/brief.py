"""What a circular's figures give one reader: a page for the leaders, an extract for a unit. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from tracker.circulars.compose import is_ahead
from tracker.circulars.figures import Board, Case, Figures, ProblemCase, SlipCase, Standing
from tracker.circulars.parts import Parts, plain
from tracker.circulars.shortcomings import LONG_OVERDUE, named_cases, told
from tracker.circulars.wording import compared_count, compared_share, rounded, share

CASES = 4  # longest overdue duties told on the leaders' page
CLAUSE = re.compile(r"[^。；\n]+")
NAMED = 4  # units of a board named ahead or behind there


class Fact(NamedTuple):
    """One figure in large type, and how it stands to the month before."""

    label: str
    value: str
    note: str


class BoardLine(NamedTuple):
    """One board on one line."""

    name: str
    units: int
    mean: str
    ahead: str
    behind: str


@dataclass(frozen=True)
class Brief:
    """领导一页纸."""

    title: str
    facts: tuple[Fact, ...]
    boards: tuple[BoardLine, ...]
    cases: tuple[str, ...]
    points: tuple[str, ...]


@dataclass(frozen=True)
class Extract:
    """摘录: what a circular says of one unit."""

    unit: str
    title: str
    standings: tuple[tuple[Board, Standing], ...]
    cases: tuple[Case, ...]
    slips: tuple[SlipCase, ...]
    problems: tuple[ProblemCase, ...]
    sentences: tuple[str, ...]  # of the circular, that name the unit


def brief(figures: Figures) -> Brief:
    """The month on one page: six figures, one line a board, the longest overdue, what to attend to."""
    return Brief(
        title=f"{figures.year}年{figures.month}月任务办理情况",
        facts=tuple(_facts(figures)),
        boards=tuple(map(_board, figures.boards)),
        cases=tuple(f"{told(case)}。" for case in named_cases(figures.cases, CASES)),
        points=tuple(_points(figures)),
    )


def extract(parts: Parts, figures: Figures, unit_id: int) -> Extract | None:
    """What the circular and its tables say of a unit; None when they do not know it."""
    standings = tuple((b, s) for b in figures.boards for s in b.standings if s.unit_id == unit_id)
    if not standings:
        return None
    name = standings[0][1].unit
    text = "\n".join(plain(parts).splitlines()[3:])
    return Extract(
        unit=name,
        title=f"{figures.year}年{figures.month}月任务办理情况通报摘录",
        standings=standings,
        cases=tuple(case for case in figures.cases if case.unit_id == unit_id),
        slips=tuple(slip for slip in figures.slips if slip.unit_id == unit_id),
        problems=tuple(case for case in figures.problems if case.unit_id == unit_id),
        sentences=tuple(f"{words.strip()}。" for words in CLAUSE.findall(text) if name in words),
    )


def _facts(figures: Figures) -> Iterator[Fact]:
    totals, lists, urging = figures.totals, figures.lists, figures.urging
    yield Fact("应办结", f"{totals.due}件", f"其中以前月份结转{totals.carried}件")
    yield Fact(
        "按时办结率",
        share(totals.on_time, totals.due) if totals.due else "—",
        compared_share(totals, figures.last).lstrip("，") if totals.due else "",
    )
    yield Fact("逾期未办结", f"{totals.overdue}件", compared_count(totals.overdue, figures.last).lstrip("，"))
    yield Fact("在账问题", f"{lists.open}个", f"当月登记{lists.registered}个，销号{lists.closed}个")
    yield Fact("督办单", f"{urging.slips}份", f"蓝{urging.blue}份，黄{urging.yellow}份，红{urging.red}份")
    yield Fact("下月到期", f"{totals.due_next}件", "")


def _board(board: Board) -> BoardLine:
    scores = [standing.score for standing in board.standings if standing.score is not None]
    mean = str(rounded(sum(scores, Decimal(0)) / len(scores), "0.01")) if scores else "—"
    ahead = [standing.unit for standing in board.standings if is_ahead(standing, board)]
    behind = [standing.unit for standing in board.standings if standing.is_behind]
    return BoardLine(board.name, len(board.standings), mean, _names(ahead), _names(behind))


def _names(units: list[str]) -> str:
    return "、".join(units[:NAMED]) + (f"等{len(units)}家" if len(units) > NAMED else "") if units else "—"


def _points(figures: Figures) -> Iterator[str]:
    long = [case for case in figures.cases if case.days >= LONG_OVERDUE]
    if long:
        units = list(dict.fromkeys(case.unit for case in long))
        yield f"逾期{LONG_OVERDUE}个工作日以上的{len(long)}件，涉及{_names(units)}。"
    waiting = [slip for slip in figures.slips if not slip.is_answered]
    if waiting:
        yield f"尚未回复的黄色、红色督办单{len(waiting)}份：{_names([slip.number for slip in waiting])}。"
    if figures.problems:
        yield f"超过整改时限的问题{len(figures.problems)}个，最久的逾期{figures.problems[0].days}个工作日。"
    if figures.totals.unconfirmed:
        yield f"在文件印发时已过时限、尚待核定的{figures.totals.unconfirmed}件，没有计入评分。"
