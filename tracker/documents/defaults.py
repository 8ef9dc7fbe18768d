"""Units that answer for every point that names none: 除已注明外，责任单位均为市水利局."""

import re

from tracker.documents import parties
from tracker.documents.clauses import Clause
from tracker.documents.fields import FieldKind

_UNITS = r"(?P<units>[^。；\n]{2,80}?)"
_BESIDES = r"(?:除[^，。；\n]{0,16}(?:注明|标明|列明|明确|说明|另有|外)[^，。；\n]{0,8}，)"
_UNNAMED = r"(?:未[^，。；\n]{0,4}(?:注明|标明|列明|明确)[^，。；\n]{0,12}的?，)"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_BESIDES}[^。；，\n]{{0,12}}?(?P<role>责任|牵头|承办|落实|实施)(?:单位|部门)(?:均|都|统一)?(?:为|是|由)?：?{_UNITS}(?:$|[。；\n])",
        rf"{_UNNAMED}(?:[^。；，\n]{{0,8}}?(?P<role>责任|牵头|承办)(?:单位|部门))?(?:均|都|统一)?[为是由]{_UNITS}(?:负责|落实|牵头)?(?:$|[。；\n])",
        rf"以下[^。；，\n]{{0,12}}?(?P<role>责任|牵头|承办)(?:单位|部门)(?:均|都|统一)(?:为|是){_UNITS}(?:$|[，。；\n])",
    )
)


def find(text: str) -> Clause | None:
    """The clause that holds for the points without one; its offsets are of ``text``."""
    for form in _FORMS:
        if found := form.search(text):
            role = FieldKind.LEAD if found["role"] == "牵头" else FieldKind.RESPONSIBLE
            said = parties.read(text, *found.span("units"), role)
            if said.parties and not said.others:
                return Clause(*found.span(), tuple(said.parties))
    return None
