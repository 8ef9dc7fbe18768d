"""The 编号 of a row: which duty it is and how it stood when the workbook was made, sealed. Pure."""

import hmac
import re
from base64 import b32encode
from dataclasses import astuple, dataclass

_LENGTH = 10  # characters of the seal: 50 bits
_CODE = re.compile(
    rf"(\d{{1,10}})-(\d{{1,10}})-(\d{{1,10}})-(\d{{1,10}})-(\d{{1,10}})-(\d{{1,10}})-([a-z2-7]{{{_LENGTH}}})"
)


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
    text = "-".join(map(str, astuple(stamp)))
    return f"{text}-{_seal(text, key)}"


def stamp_of(code: str, key: bytes) -> Stamp | None:
    """The stamp a code says; None when it is none, or was changed."""
    found = _CODE.fullmatch("".join(code.split()).lower())
    if found is None:
        return None
    *numbers, seal = found.groups()
    if not hmac.compare_digest(seal, _seal("-".join(numbers), key)):
        return None
    return Stamp(*map(int, numbers))


def _seal(text: str, key: bytes) -> str:
    digest = hmac.digest(key, f"workbook:{text}".encode(), "sha256")
    return b32encode(digest).decode().lower()[:_LENGTH]
