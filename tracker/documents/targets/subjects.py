"""What a number counts (目标内容): the noun before it, behind it, or in the clause before."""

import re
from collections.abc import Sequence

from tracker.documents.targets import vocabulary as v
from tracker.documents.targets import whom
from tracker.documents.targets.judgement import SEPARATORS, Sight, bare_subject
from tracker.documents.targets.places import CLAUSE_END
from tracker.documents.targets.quantities import Kind, dimension
from tracker.documents.targets.target import Target

_REACH = 40  # characters before a clause in which the clause before it must lie
_LONGEST = 16
_NO_NOUN = re.compile("的?(?:[且和及与并或到赴由占]|用[于作来]|[^的\u4e00-\u9fffA-Za-z◇]|$)")
_NOUN_ENDS = "赴|到|至|达|得到|定期|开展|实施|进行|完成|建成|实现|$|，|、|；"
_NOUN = re.compile(f"[^，、；]{{1,14}}?(?={_NOUN_ENDS})")


def of(s: Sight, found: Sequence[Target]) -> str:
    """The subject of a number; ``found`` are the targets before it in its text. May be empty."""
    named = _before(s)
    after = _behind(s)
    is_round = s.q.unit in v.ROUNDS
    if not named:
        verb = v.VERB_AT_END.search(s.left)
        said = verb[0] if verb and is_round and not v.HOLLOW.match(verb[0]) else ""
        return said + after if after else _verb_of(s) or said_before(s, found)
    if not after:
        return named
    if named.endswith(("等", "为")) or s.left.endswith("的") or v.HOLLOW.search(named):
        return after
    if v.VERB_ONLY.match(named):
        return named + after if is_round else after
    if v.AREA.match(named) and not v.VERB_AT_START.match(after):
        return named + after
    if v.VERB_AT_END.search(named) and (is_round or not v.VERB_AT_START.match(after)):
        return after
    return named


def shared(s: Sight, found: Sequence[Target]) -> str:
    """What areas in a row are given shares of, said with the first or before it: 造林，甲县1亩、乙县2亩."""
    last = found[-1] if found else None
    if (
        last
        and last.for_
        and dimension(last.unit) == dimension(s.q.unit)
        and not re.search("[，；。！？\n]", s.line.shape[last.stop : s.q.start])
    ):
        return last.subject
    return _behind(s) or said_before(s, found)


def said_before(s: Sight, found: Sequence[Target]) -> str:
    """What the clause before speaks of: 认领微心愿，全年不少于300个."""
    text, shape, stop = s.line.text, s.line.shape, s.p.clause - 1
    low = max(0, stop - _REACH)
    start = max((mark.end() for mark in CLAUSE_END.finditer(shape, low, stop)), default=low)
    if stop < 1 or shape[stop] != "，" or (start and start == low):
        return ""
    if found and found[-1].stop > start:
        return found[-1].subject
    for verb in reversed(list(v.VERB_WITHIN.finditer(shape, start, stop))):
        at = verb.start() if s.q.unit in v.ROUNDS else verb.end()
        if verb.end() < stop and (said := bare_subject(shape[at:stop], text[at:stop])):
            return said
    said = bare_subject(shape[start:stop], text[start:stop])
    if 1 < len(said) <= _LONGEST:
        return said
    return found[-1].subject if found else ""


def _before(s: Sight) -> str:
    """The noun before the number, without the element it is set for each of."""
    start, stop = s.p.left, s.p.core
    if s.i and s.line.places[s.i - 1].after == start and s.left.endswith(("、", "和", "及")):
        return ""  # 3个示范镇、10个示范村
    if based := v.BOUND_OF_BASE.search(s.left):
        stop = start + based.start()  # 客流不超过承载量的80%
    elif doing := v.AT_LEAST_DOING.search(s.left):
        start += doing.start() + len("至少")  # 干部至少带队检查1次
    named = bare_subject(s.line.shape[start:stop], s.line.text[start:stop])
    each = whom.element(s)
    return bare_subject(named[len(each) :]) if each and named.startswith(each) else named


def _verb_of(s: Sight) -> str:
    """What is left of the words before the number when no noun is: 完成整治70%."""
    rest = "" if whom.element(s) else s.left.strip(SEPARATORS)[-8:]
    return "" if v.HOLLOW.search(rest) else rest


def _behind(s: Sight) -> str:
    """The noun after a number; of a share with a goal of its own behind it the things it is a share of."""
    if _NO_NOUN.match(s.right):
        return ""
    text = s.line.text[s.p.after : s.p.right]
    is_share_of = s.q.kind is Kind.SHARE and s.right.startswith("的") and s.has_number_after
    if is_share_of and (member := v.MEMBER.match(s.right, 1)):
        return text[1 : member.end()]
    skipped = len(s.right) - len(s.right.lstrip("的"))
    noun = _NOUN.match(s.right, skipped)
    return text[skipped : noun.end() if noun else skipped + 12]
