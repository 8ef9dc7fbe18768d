"""信息报送考核 as data: what an item of information gives, and why all of it is switched off. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from tracker.words import Word

NOTE = (
    "领导批示、信息采用、经验推广默认不计分：近年的减负规定不许拿报送数量、批示数量排名打分，"
    "不许以此考核基层。2020年的工作要点写有成员单位和县（区）的扶贫信息考核机制，"
    "所以保留这个模型，但出厂时关闭，也不并入月度评价的得分。确需启用的，请写明依据，理由会长期保留、各单位都能看到。"
)


class Use(Word):
    """采用情况: how far an item went."""

    SENT = "sent", "报送"
    CITY = "city", "市级采用"
    PROVINCE = "province", "省级采用"
    NATION = "nation", "国家级采用"


POINTS = {Use.SENT: Decimal("0.5"), Use.CITY: Decimal(2), Use.PROVINCE: Decimal(4), Use.NATION: Decimal(8)}
MOST_SENT = Decimal(5)  # a month, for what was only sent: quantity does not pay
MOST = Decimal(30)  # a month, for everything


class Tally(NamedTuple):
    """One unit's month: how many items of each use, and the points they give."""

    unit_id: int
    uses: Counter[Use]
    points: Decimal
    rank: int | None  # None: nothing is entered


def points_of(uses: Counter[Use]) -> Decimal:
    """The points of a month: those of what was only sent are capped apart."""
    sent = min(MOST_SENT, POINTS[Use.SENT] * uses[Use.SENT])
    used = sum((POINTS[use] * n for use, n in uses.items() if use is not Use.SENT), Decimal(0))
    return min(MOST, sent + used)


def ranked(unit_ids: Sequence[int], items: Iterable[tuple[int, Use]]) -> list[Tally]:
    """The units of one board, most points first; equal ones share a rank and the next one skips."""
    uses: dict[int, Counter[Use]] = {unit_id: Counter() for unit_id in unit_ids}
    for unit_id, use in items:
        if unit_id in uses:
            uses[unit_id][use] += 1
    order = sorted(unit_ids, key=lambda one: -points_of(uses[one]))
    points = [points_of(uses[unit_id]) for unit_id in order]
    return [
        Tally(unit_id, uses[unit_id], score, points.index(score) + 1 if uses[unit_id] else None)
        for unit_id, score in zip(order, points, strict=True)
    ]
