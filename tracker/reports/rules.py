"""Pure rules of a report: what must be said before it may be submitted, and what a closure needs."""

from collections.abc import Iterable
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import NamedTuple

from tracker.words import Word


class ReturnReason(Word):
    """Why a report is sent back; the first three count against data quality in the score."""

    EMPTY = "empty", "内容空泛"
    EVIDENCE = "evidence", "佐证不符"
    BASIS = "basis", "口径有误"
    OTHER = "other", "其他"


QUALITY_RETURNS = frozenset({ReturnReason.EMPTY, ReturnReason.EVIDENCE, ReturnReason.BASIS})

# How a reading is held against a target. A bare number is fulfilled when reached (达到70%).
_HOLDS = {">=": ge, ">": gt, "<=": le, "<": lt, "=": ge, "growth>=": ge, "growth>": gt, "growth=": ge}
_HOLDS |= {"decrease>=": ge, "decrease>": gt, "decrease=": ge, "growth<=": le, "decrease<=": le}


class Reached(NamedTuple):
    """What a unit has reached of one target, next to what it should."""

    subject: str
    comparison: str
    wanted: Decimal | None
    value: Decimal | None


def is_met(reached: Reached) -> bool:
    """Whether a reading fulfils its target; an approximate or unnumbered target is for people to judge."""
    holds = _HOLDS.get(reached.comparison)
    if holds is None or reached.wanted is None:
        return True
    return reached.value is not None and bool(holds(reached.value, reached.wanted))


def missing_for_submission(
    *, progress: int, previous: int, text: str, reason: str, no_change: bool
) -> dict[str, str]:
    """Field → what is missing, in words for the reporter; empty when the report may go."""
    missing = {}
    if not 0 <= progress <= 100:
        missing["progress"] = "进展应在0到100之间"
    if not text.strip() and not no_change:
        missing["text"] = "请写明进展情况；没有变化时可直接点“无变化”"
    if progress < previous and not reason.strip():
        missing["reason"] = f"进展低于上次的{previous}%，请说明原因"
    return missing


def missing_for_closure(
    *, progress: int, evidence: int, readings: Iterable[Reached], grounds: str
) -> list[str]:
    """What still stands against 申请办结, in words; empty when the unit may ask."""
    missing = []
    if progress < 100:
        missing.append(f"最近一次填报的进展是{progress}%，达到100%才能申请办结")
    if not evidence:
        missing.append("还没有佐证材料，请在填报时附上")
    short = [reached.subject for reached in readings if not is_met(reached)]
    if short and not grounds.strip():
        missing.append(f"{'、'.join(short)}未填报或未达到目标，请说明理由")
    return missing
