"""The facts of one unit's month, as they are frozen: flat records, and the corrections made to them. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from tracker.words import Word


class Obligation(NamedTuple):
    """One duty or rectification that counts this month: due in the window, or overdue from before.

    ``met``: handed in on or before its due day and not refused. ``late_workdays``: working days past due
    when it was handed in, or at the cut-off if it was not. ``early_workdays``: handed in so many before.
    """

    subject: str  # "assignment:12", "problem:3"
    title: str
    due_on: str
    duty: str
    level: str
    met: bool
    handed_in_on: str | None = None  # None: not by the cut-off
    late_workdays: int = 0
    early_workdays: int = 0
    exempt: str = ""  # why it is set aside; see ``Exemption``


class Running(NamedTuple):
    """One duty under way at the cut-off: actual against planned progress, percent."""

    subject: str
    title: str
    duty: str
    level: str
    progress: int
    plan: int


class DueReport(NamedTuple):
    """One report that was due in the window."""

    subject: str
    title: str
    due_on: str
    on_time: bool


class Note(NamedTuple):
    """One thing that is only counted: a returned report, a slip, a proven falsehood."""

    subject: str  # "report:7", "slip:3"
    about: str  # the duty it is about: "assignment:12"
    title: str
    on: str
    kind: str = ""  # of a slip its colour


class Correction(NamedTuple):
    """What a decision about an earlier, final month gives or takes in this one."""

    subject: str  # "appeal:4"
    title: str
    month: str
    points: str  # exact, as text


class Exemption(Word):
    """Why an obligation stands outside numerator and denominator."""

    DISPUTED = "disputed", "异议中"
    SUSPENDED = "suspended", "缓办"
    UNCONFIRMED = "unconfirmed", "过期时限未经确认"
    UNNOTICED = "unnoticed", "时限后才送达，不算逾期"
    APPEAL = "appeal", "申诉成立，不计入"


class Wish(Word):
    """What an appeal asks to have changed about one fact."""

    MET = "met", "应按办到计"
    EXEMPT = "exempt", "不应计入"


@dataclass(frozen=True)
class Facts:
    """All that is known of one unit's month. As JSON it is the frozen snapshot."""

    duties: tuple[Obligation, ...] = ()
    rectifications: tuple[Obligation, ...] = ()
    running: tuple[Running, ...] = ()
    reports: tuple[DueReport, ...] = ()
    submitted: int = 0  # reports sent
    returned: tuple[Note, ...] = ()  # of those, sent back for want of quality
    slips: tuple[Note, ...] = ()
    falsehoods: tuple[Note, ...] = ()
    unconfirmed: tuple[Obligation, ...] = ()  # past at registration, not yet confirmed: named
    unnoticed: tuple[Obligation, ...] = ()  # late, but notice came after the deadline: named, never scored
    set_aside: tuple[Obligation, ...] = ()  # duties in dispute or suspended
    corrections: tuple[Correction, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As it is kept: a record becomes the list of its columns when it is written down."""
        return dict(vars(self))

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Facts":
        """The inverse of ``as_json``; also of what the first version kept, which named every field."""
        columns: dict[str, Any] = dict(stored)
        if "yellow_slips" in columns:
            columns["slips"] = [
                Note("", "", _UNLISTED, "", colour)
                for colour in ("yellow", "red")
                for _ in range(columns.pop(f"{colour}_slips"))
            ]
            for name in ("returned", "falsehoods"):
                columns[name] = [Note("", "", _UNLISTED, "")] * columns[name]
        for name in columns.keys() & _ROWS.keys():
            columns[name] = tuple(_record(_ROWS[name], row) for row in columns[name])
        return cls(**columns)

    @property
    def obligations(self) -> int:
        return len(self.duties) + len(self.rectifications)


_UNLISTED = "未逐项记录"
_ROWS: dict[str, Any] = {
    "duties": Obligation,
    "rectifications": Obligation,
    "running": Running,
    "reports": DueReport,
    "returned": Note,
    "slips": Note,
    "falsehoods": Note,
    "unconfirmed": Obligation,
    "unnoticed": Obligation,
    "set_aside": Obligation,
    "corrections": Correction,
}


def _record(kind: Any, row: Any) -> Any:
    return kind(**row) if isinstance(row, dict) else kind._make(row)


# Line of a sheet → where its facts stand.
BEHIND = {
    "A": "duties",
    "P": "running",
    "F": "reports",
    "Z": "rectifications",
    "Q": "returned",
    "late": "duties",
    "yellow": "slips",
    "red": "slips",
    "falsehood": "falsehoods",
    "early": "duties",
    "correction": "corrections",
}


def behind(facts: Facts, code: str) -> tuple[Any, ...]:
    """The facts a line of the sheet was computed from."""
    rows = getattr(facts, BEHIND[code])
    match code:
        case "late":
            return tuple(row for row in rows if not row.met)
        case "early":
            return tuple(row for row in rows if row.met and row.early_workdays)
        case "yellow" | "red":
            return tuple(row for row in rows if row.kind == code)
    return tuple(rows)


def corrected(facts: Facts, code: str, subject: str, wish: Wish) -> Facts:
    """The facts after one of them was put right; the same facts when there is no such one.

    A met duty is neither late nor behind its plan; a note that is taken back is gone either way.
    """
    name = BEHIND[code]
    mend: Callable[[Any], Any] = _MET.get(name, lambda _: None) if wish is Wish.MET else lambda _: None
    columns: dict[str, Any] = {name: _changed(getattr(facts, name), subject, mend)}
    if name == "duties" and wish is Wish.EXEMPT:  # then it is not measured against its plan either
        columns["running"] = _changed(facts.running, subject, lambda _: None)
        out = (row._replace(exempt=Exemption.APPEAL.value) for row in facts.duties if row.subject == subject)
        columns["set_aside"] = (*facts.set_aside, *out)
    return replace(facts, **columns)


def _changed(rows: Iterable[Any], subject: str, mend: Callable[[Any], Any]) -> tuple[Any, ...]:
    mended = (mend(row) if row.subject == subject else row for row in rows)
    return tuple(row for row in mended if row is not None)


def _in_time(row: Obligation) -> Obligation:
    return row._replace(met=True, late_workdays=0)


_MET: dict[str, Callable[[Any], Any]] = {
    "duties": _in_time,
    "rectifications": _in_time,
    "running": lambda row: row._replace(progress=max(row.progress, row.plan)),
    "reports": lambda row: row._replace(on_time=True),
}
