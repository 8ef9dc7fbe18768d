"""A target as read: what is counted, how it is compared, how much, and for whom."""

from dataclasses import dataclass

Value = int | float | str


@dataclass(frozen=True)
class Target:
    """One goal a number was set for; [start, stop) counts in the text given.

    ``op`` is >=, <=, >, <, = or ~= (about), with growth or decrease before it for a change. ``value`` keeps
    the written scale of ``unit`` (1.2 亿元); ``value_text`` is what stands there where that is not plain
    digits. ``for_`` is the area, unit or element a share is set for. ``per`` is the period of a rate (月).
    ``sla``: a response time; ``criterion``: a threshold inside a target; ``derived``: from 消除…以下现象.
    ``repaired``: mended after scanning, so a person should look.
    """

    start: int
    stop: int
    subject: str
    op: str
    value: Value
    unit: str
    for_: str | None = None
    per: str | None = None
    value_text: str | None = None
    sla: bool = False
    criterion: bool = False
    derived: bool = False
    repaired: bool = False

    def as_json(self) -> dict[str, object]:
        """The shape of ``tracker parse --json``; marks that do not apply are absent."""
        marks = {
            "per": self.per,
            "value_text": self.value_text,
            "sla": self.sla,
            "criterion": self.criterion,
            "derived": self.derived,
            "repaired": self.repaired,
        }
        return {
            "subject": self.subject,
            "op": self.op,
            "value": self.value,
            "unit": self.unit,
            "for": self.for_,
            **{name: mark for name, mark in marks.items() if mark},
            "span": [self.start, self.stop],
        }
