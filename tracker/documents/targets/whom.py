"""Areas, units and elements that a number is set for: 其中定海4家, 每个乡镇1名."""

import re
from collections.abc import Iterator

from tracker.documents.targets import vocabulary as v
from tracker.documents.targets.judgement import SEPARATORS, Sight, bare_subject
from tracker.documents.targets.quantities import Kind

_EACH_OF = re.compile("([^各]{2,60}?)(?:[两三四五六2-6]个?(?:县（?区?）?|区|市|镇|地))?(?:各|分别)(.*)$")


def names_in(text: str, *, inside: bool, short: bool) -> tuple[list[str], str]:
    """Areas or units named before a share, and the subject said with them (北礁县、望潮区各创建海岛).

    ``inside`` a breakdown kinds of areas (城区, 海岛乡镇) count too; ``short``: names without 县, 区 … do.
    """
    text = text.rpartition("其中")[2].strip(SEPARATORS)
    rest = ""
    if each := _EACH_OF.match(text):
        text, rest = each[1], bare_subject(each[2])
    pieces = [piece.strip(SEPARATORS) for piece in split(text)]
    names: list[str] = []
    for n, piece in enumerate(pieces):
        bare = _without_verbs(piece)
        if n == 0 and (led := _after_work(bare)):
            rest, bare = bare_subject(bare[: -len(led)]), led
        headed = v.AREA_THEN.match(piece) if n == len(pieces) - 1 else None
        if _is_area(bare, inside=inside, short=short):
            names.append(bare)
        elif headed and _is_area(headed[1], inside=False, short=False):
            names.append(headed[1])
            rest = rest or bare_subject(headed[2])
        else:
            return [], ""
    return names, rest


def split(text: str) -> Iterator[str]:
    """Cut at 、 和 及 与 outside brackets."""
    depth, start = 0, 0
    for at, c in enumerate(text):
        depth += (c == "（") - (c == "）")
        if c in "、和及与" and depth <= 0:
            yield text[start:at]
            start = at + 1
    yield text[start:]


def element(s: Sight) -> str | None:
    """The element a number is set for each of: 每个乡镇, 各县（区）, the family in 确保家庭至少有1人."""
    text, p = s.line.text, s.p
    each = list(v.EACH.finditer(s.line.shape, p.clause, p.core))
    if each and s.q.kind is not Kind.MONEY:
        return text[each[-1].start() : each[-1].end()]
    is_person = s.q.unit in ("人", "名") and bool(s.right) and v.AT_LEAST_ONE_PERSON.search(s.lead)
    if v.HAS_EACH.search(s.lead) or is_person:
        start = p.clause
        for word in v.SEE_TO.finditer(s.line.shape, p.clause, p.core):
            start = word.end()
        return text[start : p.core].strip(SEPARATORS) or None
    if s.q.kind is Kind.COUNT and not period(s) and (m := v.ALL_OF.search(s.head)):
        return text[p.clause + m.start(1) : p.clause + m.end(1)]
    return None


def period(s: Sight) -> str | None:
    """年, 月, 季度 …: the period of a rate."""
    found = v.PERIOD.findall(s.lead)
    return {"季": "季度"}.get(found[-1], found[-1]) if found else None


def _after_work(name: str) -> str:
    """石桥镇 of 油菜种植石桥镇; "" where no work stands before an area."""
    for verb in reversed(list(v.VERB_WITHIN.finditer(name))):
        if verb.start() and v.AREA.match(name, verb.end()) and not v.NOT_AN_AREA.search(name, verb.end()):
            return name[verb.end() :]
    return ""


def _without_verbs(name: str) -> str:
    while verb := v.VERB_AT_END.search(name):
        name = name[: verb.start()]
    return name


def _is_area(name: str, *, inside: bool, short: bool) -> bool:
    if v.AREA_CLASS.match(name):
        return True
    if v.AREA_KIND.match(name):
        return inside
    if v.VERB_WITHIN.match(name):
        return False
    if general := v.NOT_AN_AREA.search(name):
        name = name[: general.start()]
    elif v.AREA.match(name):
        return True
    return short and bool(v.SHORT_NAME.match(name)) and not v.THING.search(name)
