"""Pure rules of a report: what must be said before it may be submitted, and what a closure needs."""

from collections.abc import Iterable, Sequence
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


def is_judged(reached: Reached) -> bool:
    """Whether numbers alone can tell; an approximate or unnumbered target is for people to judge."""
    return reached.comparison in _HOLDS and reached.wanted is not None


def is_met(reached: Reached) -> bool:
    """Whether a reading fulfils its target; true where only people can judge."""
    if not is_judged(reached) or reached.wanted is None:
        return True
    return reached.value is not None and bool(_HOLDS[reached.comparison](reached.value, reached.wanted))


def missing_for_submission(
    *, progress: int, previous: int, text: str, reason: str, no_change: bool, unclaimed: Sequence[str] = ()
) -> dict[str, str]:
    """Field → what is missing, in words for the reporter; empty when the report may go.

    ``unclaimed`` names the files of which nobody has said what they prove.
    """
    missing = {}
    if not 0 <= progress <= 100:
        missing["progress"] = "进展应在0到100之间"
    if not text.strip() and not no_change:
        missing["text"] = "请写明进展情况；没有变化时可直接点“无变化”"
    if progress < previous and not reason.strip():
        missing["reason"] = f"进展低于上次的{previous}%，请说明原因"
    if unclaimed:
        missing["files"] = f"请写明{'、'.join(f'“{name}”' for name in unclaimed)}证明什么"
    return missing


class Check(NamedTuple):
    """One line of what a closure needs: whether it stands, and what to say about it either way."""

    is_met: bool
    words: str
    by_report: bool = False  # only another report can meet it


def closure_checks(
    *,
    progress: int,
    evidence: int,
    readings: Iterable[Reached],
    grounds: str,
    unrated: Iterable[str] | None = None,
    objects_left: int | None = None,
) -> list[Check]:
    """What 申请办结 needs, line by line; a unit may ask when every line is met.

    ``readings`` are of this unit's targets; a short one needs written ``grounds``. ``unrated`` names the
    supports a lead unit has not rated yet; None where nobody is to be rated. ``objects_left`` is how many of
    the unit's own objects are not struck off; None where the task has no roster or the unit none on it.
    """
    readings = list(readings)
    short = [reached.subject for reached in readings if not is_met(reached)]
    checks = [
        Check(True, "进展达到100%")
        if progress == 100
        else Check(False, f"填报的进展是{progress}%，达到100%才能申请办结", by_report=True),
        Check(True, f"佐证材料{evidence}份")
        if evidence
        else Check(False, "还没有佐证材料，请在填报时附上", by_report=True),
    ]
    if short and not grounds.strip():
        checks.append(Check(False, f"{'、'.join(short)}未填报或未达到目标，请说明理由"))
    elif readings:
        checks.append(Check(True, "未达到的目标已说明理由" if short else "各项目标均已达到"))
    if objects_left is not None:
        words = f"对象台账还有{objects_left}个没有销号" if objects_left else "对象台账已全部销号"
        checks.append(Check(not objects_left, words))
    if unrated is not None:
        waiting = "、".join(unrated)
        checks.append(Check(not waiting, f"请评价配合单位：{waiting}" if waiting else "配合单位均已评价"))
    return checks
