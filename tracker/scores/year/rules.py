"""年度得分: the mean of the months and the management score, each with its share. Pure and exact."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from tracker.scores.rules import rounded

NO_MONTH = "全年没有定稿的月度得分"
NO_MANAGEMENT = "日常管理分还没有评"


class YearScore(NamedTuple):
    """One unit's year. ``total`` None with the ``note`` that says why."""

    mean: Decimal | None
    total: Decimal | None
    note: str


def year_score(months: Sequence[Decimal], management: Decimal | None, model: Mapping[str, Any]) -> YearScore:
    """0.9 × mean + 0.1 × management as the model has it; halves up to two places, from the exact mean."""
    share, other = (Fraction(model["year"][name]) for name in ("mean", "management"))
    if not months:
        return YearScore(None, None, NO_MONTH)
    mean = Fraction(sum(map(Fraction, months))) / len(months)
    if management is None and other:
        return YearScore(rounded(mean, "0.01"), None, NO_MANAGEMENT)
    return YearScore(
        rounded(mean, "0.01"), rounded(share * mean + other * Fraction(management or 0), "0.01"), ""
    )


def ranks(totals: Sequence[Decimal | None]) -> list[int | None]:
    """Places of one board; equal totals share one and the next skips; None without a total."""
    placed = sorted((one for one in totals if one is not None), reverse=True)
    return [None if one is None else placed.index(one) + 1 for one in totals]
