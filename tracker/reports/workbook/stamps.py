"""The 编号 of a row: which duty it is and how it stood when the workbook was made, sealed. Pure."""

from dataclasses import astuple, dataclass, fields

from tracker.workbooks.seals import opened, sealed

USE = "workbook"


@dataclass(frozen=True)
class Stamp:
    """A duty of a unit at one moment; ``target_id`` 0 for the duty itself, else one of its targets."""

    assignment_id: int
    unit_id: int
    version: int
    report_id: int  # the latest report in any state; 0 when there is none
    report_version: int
    target_id: int = 0


def code_of(stamp: Stamp, key: bytes) -> str:
    """12-3-1-0-0-0-k7qm2x9dfa: the numbers in clear, then the seal that nobody can make without the key."""
    return sealed(astuple(stamp), key, USE)


def stamp_of(code: str, key: bytes) -> Stamp | None:
    """The stamp a code says; None when it is none, or was changed."""
    numbers = opened(code, key, USE, len(fields(Stamp)))
    return Stamp(*numbers) if numbers else None
