"""The geometry of the month's charts: numbers in, places on paper out. Drawn by macros as SVG. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

WIDTH, NARROW = 720, 360  # of a chart, in its own units; the narrow one is for a telephone
NAME = 150  # for the name of a unit, left of its bar
ROW = 26  # height of a bar with its gap
MONTH = 40  # that a month needs below its place
FULL = 100  # points
STEPS = (0, 60, 70, 80, 90, 95, 100)  # of the distribution and the heat map: the shade of a cell


class Bar(NamedTuple):
    """One unit: its score as a bar, last month's as a mark."""

    name: str
    y: int
    length: float
    score: Decimal
    place: str
    mark: float | None  # where last month's score lies
    last: Decimal | None
    is_behind: bool
    is_own: bool


class Bars(NamedTuple):
    """排名条: bars from the left, longest first."""

    height: int
    bars: list[Bar]


class Cell(NamedTuple):
    """One unit's month in the heat map; ``shade`` 0 is none, then darker by the step."""

    month: str
    score: Decimal | None
    shade: int


class HeatRow(NamedTuple):
    """One unit through the months."""

    name: str
    cells: list[Cell]


class Trend(NamedTuple):
    """One line through the months: points of the polyline, and those to mark."""

    name: str
    points: str
    dots: list[tuple[float, float, str, Decimal]]
    is_own: bool


class Trends(NamedTuple):
    """走势: the months below, the scale at the left, from ``low`` to 100."""

    width: int
    low: int
    months: list[tuple[float, str]]
    scale: list[tuple[float, float, int]]  # where its line, where its number
    lines: list[Trend]


class Column(NamedTuple):
    """How many units fell between two steps."""

    label: str
    units: int
    x: float
    width: float
    y: float
    height: float
    middle: float
    above: float  # where its number stands


def bars(
    rows: Sequence[tuple[int, str, Decimal, str, bool]], last: Mapping[int, Decimal], own: int | None
) -> Bars:
    """``rows``: (unit id, name, score, place in words, 滞后) in the order of the table."""
    room = WIDTH - NAME - 70
    drawn = [
        Bar(
            name,
            index * ROW,
            round(_share(score) * room, 1),
            score,
            place,
            round(NAME + _share(last[unit_id]) * room, 1) if unit_id in last else None,
            last.get(unit_id),
            is_behind,
            unit_id == own,
        )
        for index, (unit_id, name, score, place, is_behind) in enumerate(rows)
    ]
    return Bars(len(rows) * ROW + 4, drawn)


def heat(
    units: Sequence[tuple[int, str]], months: Sequence[str], scores: Mapping[tuple[int, str], Decimal]
) -> list[HeatRow]:
    """Units by months."""
    return [
        HeatRow(name, [Cell(month, one, _shade(one)) for month, one in _row(id_, months, scores)])
        for id_, name in units
    ]


def trends(
    units: Sequence[tuple[int, str]],
    months: Sequence[str],
    scores: Mapping[tuple[int, str], Decimal],
    own: int | None,
    width: int = WIDTH,
    height: int = 220,
) -> Trends:
    """A line for each unit; a month without a score leaves a gap no wider than the line across it.

    Where there is little room every second month is named, the last always.
    """
    values = [value for (id_, _), value in scores.items() if any(id_ == one for one, _ in units)]
    low = min(90, int(min(values, default=Decimal(0))) // 10 * 10)
    left, right, top, bottom = 40, width - 20, 10, height - 30
    step = (right - left) / max(len(months) - 1, 1)
    at = {month: left + step * index for index, month in enumerate(months)}

    def down(value: Decimal) -> float:
        share = (min(Decimal(FULL), value) - low) / Decimal(FULL - low)
        return round(bottom - float(share) * (bottom - top), 1)

    lines = []
    for id_, name in units:
        dots = [
            (round(at[month], 1), down(scores[id_, month]), month, scores[id_, month])
            for month in months
            if (id_, month) in scores
        ]
        if dots:
            lines.append(Trend(name, " ".join(f"{x},{y}" for x, y, *_ in dots), dots, id_ == own))
    lines_at = [(down(Decimal(value)), value) for value in range(low, FULL + 1, 10)]
    scale = [(y, round(y + 4, 1), value) for y, value in lines_at]
    every = 1 if step >= MONTH else 2
    named = [(round(at[month], 1), month) for month in months[::-1][::every]]
    return Trends(width, low, named, scale, lines)


def distribution(scores: Sequence[Decimal], width: int = WIDTH, height: int = 150) -> list[Column]:
    """How many units fell into each step of the scores; over 100 counts in the last."""
    counts = [0] * (len(STEPS) - 1)
    for value in scores:
        counts[max(0, _shade(min(value, Decimal(99))) - 1) if value < FULL else -1] += 1
    most, room = max(counts, default=0) or 1, (width - 40) / len(counts)
    columns = []
    for index, (low, high, count) in enumerate(zip(STEPS, STEPS[1:], counts, strict=False)):
        tall = round((height - 50) * count / most, 1)
        x, y = round(20 + index * room, 1), round(height - 30 - tall, 1)
        label = f"{low}–{high}" if low else f"{high}以下"
        columns.append(
            Column(label, count, x + 6, round(room - 12, 1), y, tall, round(x + room / 2, 1), y - 5)
        )
    return columns


def _row(
    unit_id: int, months: Sequence[str], scores: Mapping[tuple[int, str], Decimal]
) -> list[tuple[str, Decimal | None]]:
    return [(month, scores.get((unit_id, month))) for month in months]


def _share(value: Decimal) -> float:
    return float(min(Decimal(FULL), max(Decimal(0), value))) / FULL


def _shade(value: Decimal | None) -> int:
    """1 for the lowest step, and so on; 0 without a score."""
    if value is None:
        return 0
    return max(1, sum(value >= step for step in STEPS[:-1]))
