"""Whether the shares of a total add up to it; a mismatch is shown, never mended."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tracker.documents.targets.quantities import Kind, dimension, measure_kind
from tracker.documents.targets.target import Target

_SCALES = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}


@dataclass(frozen=True)
class SumCheck:
    """A total and the sum of its shares, both in the measure of the total."""

    subject: str
    unit: str
    total: Decimal
    sum: Decimal
    whole: Target
    parts: tuple[Target, ...]

    @property
    def agrees(self) -> bool:
        return self.sum == self.total

    @property
    def difference(self) -> Decimal:
        """What the shares have too much; negative: what they lack."""
        return self.sum - self.total


def breakdown_sums(targets: Iterable[Target]) -> list[SumCheck]:
    """One check for every total that is divided among two or more areas or units.

    Only what can be added is: no percentages, changes, indices or figures for each element (每个村1名).
    """
    found: list[SumCheck] = []
    targets = list(targets)
    for whole in targets:
        if whole.for_ is not None or whole.whole is not None or not _adds_up(whole):
            continue
        parts = tuple(
            t
            for t in targets
            if t.for_
            and t.whole == whole.subject
            and _adds_up(t)
            and dimension(t.unit) == dimension(whole.unit)
        )
        if len(parts) > 1:
            scale = _scale(whole.unit)
            total = sum((_exact(t) * _scale(t.unit) for t in parts), Decimal(0)) / scale
            found.append(SumCheck(whole.subject, whole.unit, _exact(whole), total, whole, parts))
    return found


def _adds_up(target: Target) -> bool:
    if (
        measure_kind(target.unit) in (Kind.SHARE, Kind.TIME)
        or "/" in target.unit
        or target.unit in ("", "分", "倍")
    ):
        return False
    each = target.for_ is not None and target.for_.startswith(("每", "各"))
    return not each and not target.sla and target.op in (">=", "<=", "=", "~=", ">", "<")


def _exact(target: Target) -> Decimal:
    return Decimal(str(target.value))


def _scale(unit: str) -> Decimal:
    scale = Decimal(1)
    for c in unit[: len(unit) - len(dimension(unit))]:
        scale *= _SCALES[c]
    return scale
