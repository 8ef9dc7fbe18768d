"""Units that the running text itself names as answerable: 由A牵头, 以A牵头，B、C参与, A会同B."""

import re

from tracker.documents import names
from tracker.documents.fields import FieldKind
from tracker.documents.names import is_name
from tracker.documents.parties import Party

_LEADING = re.compile(
    r"(?:由|以)(?P<units>[^，。；：由以\n]{2,60}?)(?P<role>牵头|负责|主办|承办|具体负责|统筹)(?!制定的|人)"
)
_TOGETHER = re.compile(
    r"由(?P<units>[^，。；：由以\n]{2,40}?会同[^，。；：由以\n]{2,40}?[局厅委办部院会心队])(?=[^、局厅委办])"
)
_HELPING = re.compile(r"，(?P<units>[^，。；：\n]{2,60}?)(?:积极|协同|密切)?(?:配合|参与|协助)(?=[，。；]|$)")


def find(text: str, start: int, stop: int) -> list[Party]:
    """The units that [start, stop) puts in charge, and those it says help them; offsets are of ``text``."""
    found: list[Party] = []
    for leading in _LEADING.finditer(text, start, stop):
        role = FieldKind.RESPONSIBLE if "负责" in leading["role"] else FieldKind.LEAD
        listed = _names(text, *leading.span("units"))
        found += [Party(name, role) for name in listed]
        helping = _HELPING.match(text, leading.end(), stop) if listed else None
        if helping:
            found += [Party(name, FieldKind.COOPERATE) for name in _names(text, *helping.span("units"))]
    for together in _TOGETHER.finditer(text, start, stop):
        listed = _names(text, *together.span("units"))
        found += [Party(name, FieldKind.RESPONSIBLE) for name in listed]
    return found


def _names(text: str, start: int, stop: int) -> list[names.Name]:
    listed = [name.moved(start) for name in names.split(text[start:stop].replace("会同", "、、"))]
    if not all(is_name(name.text) or len(name.text) <= 3 for name in listed):
        return []
    return listed
