"""Whether a number is set as a goal: a table of refusals and what each kind of measure has to show."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from tracker.documents.targets import vocabulary as v
from tracker.documents.targets.places import MASK, Place
from tracker.documents.targets.quantities import Kind, Quantity

_MARKS = "、，；：。□\0 "
SEPARATORS = _MARKS + "和及与以或并且"


@dataclass(frozen=True)
class Line:
    """A text on one level of brackets: as it is, masked, and the numbers in it."""

    text: str
    shape: str
    places: list[Place]


class Sight:
    """What can be seen around the i-th number of a line."""

    def __init__(self, line: Line, i: int) -> None:
        self.line, self.i = line, i
        self.p: Place = line.places[i]
        self.q: Quantity = self.p.q
        self.left = line.shape[self.p.left : self.p.core]
        self.right = line.shape[self.p.after : self.p.right]
        self.head = line.shape[self.p.clause : self.p.core]
        self.lead = line.shape[self.p.clause : self.q.start]
        self.is_bounded = self.p.bound not in ("", v.ABOUT)
        self.is_stated = self.is_bounded or self.p.level or bool(self.p.change)

    @cached_property
    def noun(self) -> str:
        """What stands before the number, without verbs and words of emphasis."""
        return bare_subject(self.left)

    @cached_property
    def follows_verb(self) -> bool:
        return bool(v.VERB_AT_END.search(self.left))

    @cached_property
    def has_noun_after(self) -> bool:
        return bool(self.right) and not self.right.startswith((MASK, "的", "且", "占"))

    @cached_property
    def has_number_after(self) -> bool:
        """Whether another number is set for the same noun: 300兆瓦项目2个."""
        places = self.line.places
        if self.i + 1 == len(places) or places[self.i + 1].left != self.p.after:
            return False
        between = self.line.shape[self.p.after : places[self.i + 1].core]
        return bool(between) and "、" not in between and not v.VERB_WITHIN.search(between)

    @cached_property
    def has_equal_after(self) -> bool:
        """Whether the next goal of an enumeration follows: 家庭农场100家以上、合作社20家以上."""
        places = self.line.places
        if not self.noun or self.right[:1] not in ("、", "和", "及") or self.i + 1 == len(places):
            return False
        following = places[self.i + 1]
        behind = self.line.shape[following.after : following.right]
        return not behind or behind[0] in "、和及"


def bare_subject(shape: str, text: str | None = None) -> str:
    """The noun before a number without what leads up to it; names hidden in ``shape`` stay as in ``text``."""
    start, stop = 0, len(shape)
    while stop > start and shape[stop - 1] in SEPARATORS:
        stop -= 1
    while start < stop and (m := v.LEADING.match(shape, start, stop)):
        start = m.end()
    if ending := v.TRAILING.search(shape, start, stop):
        stop = ending.start()
    return (text or shape)[start:stop].strip(_MARKS)


def is_goal(s: Sight) -> bool:
    """Whether the number is a goal, as far as its own clause tells."""
    if any(refuses(s) for refuses in REFUSALS):
        return False
    return EVIDENCE[s.q.kind](s)


def criteria(line: Line) -> dict[int, bool]:
    """Numbers that only say which things are meant; True where they belong to a share (…的村占91%)."""
    found: dict[int, bool] = {}
    for i in range(len(line.places) - 1, -1, -1):
        s = Sight(line, i)
        if s.right.startswith("的") and not v.GOAL_AFTER.match(s.right):
            is_share = s.q.kind is Kind.SHARE and not s.p.bound and not s.p.level and not s.noun
            if not is_share and not (s.follows_verb and s.right != "的"):
                found[i] = bool(v.SHARE_OF_ALL.match(s.right))
        elif i + 1 in found and v.JOINED.match(s.right):
            found[i] = found[i + 1]
    return found


def is_response_time(s: Sight) -> bool:
    """1小时内上报."""
    if s.q.kind is not Kind.TIME or s.p.suffix != v.AT_MOST or s.q.high is not None:
        return False
    if s.q.unit in ("年", "周", "岁", "周岁") or v.NO_RESPONSE.search(s.lead):
        return False
    is_event = bool(v.RESPONSE_TO.search(s.lead))
    if s.q.unit in ("小时", "个小时", "分钟", "秒", "秒钟"):
        return bool(s.right) or is_event
    return is_event or bool(v.RESPONSE.match(s.right))


def is_threshold_to_remove(s: Sight) -> bool:
    """消除8000元以下现象."""
    return s.p.suffix == v.AT_MOST and bool(re.search("消除|清零", s.head))


def _is_vague(s: Sight) -> bool:
    return s.q.vague


def _is_finding(s: Sight) -> bool:
    return (
        not s.is_stated and bool(v.FOUND_BEFORE.search(s.left)) and not v.PUT_RIGHT.search(s.lead + s.right)
    )


def _is_announced_otherwise(s: Sight) -> bool:
    return bool(v.NEVER_BEFORE.search(s.left) or v.NEVER_BEFORE.search(s.lead, s.p.left - s.p.clause))


def _is_attribute(s: Sight) -> bool:
    return not s.is_stated and bool(v.ATTRIBUTE_BEFORE.search(s.left))


def _is_by_standard(s: Sight) -> bool:
    return not s.is_stated and "按" in s.lead and bool(v.BY_STANDARD.match(s.right))


def _names_no_work(s: Sight) -> bool:
    return s.q.kind is not Kind.TIME and bool(v.NEVER_AFTER.match(s.right))


def _counts_paper(s: Sight) -> bool:
    if s.is_stated or s.p.suffix or s.q.unit not in v.PAPER_UNITS or not v.PAPER_AFTER.match(s.right):
        return False
    return not v.DONE.search(s.left) and not v.PUT_RIGHT.search(s.right)


def _is_class_of_things(s: Sight) -> bool:
    """60米以上渔船, 引进1亿元以上项目10个: the number tells which, not how many."""
    if (
        s.q.kind in (Kind.SHARE, Kind.TIME)
        or s.p.bound
        or s.p.level
        or not s.p.suffix
        or not s.has_noun_after
    ):
        return False
    if s.has_equal_after:
        return False
    return s.has_number_after or not (s.follows_verb or v.VERB_AT_START.match(s.right))


def _is_size_of_things(s: Sight) -> bool:
    """1000亩连片基地5个."""
    is_size = s.q.kind in (Kind.SIZE, Kind.MONEY)
    return is_size and not s.is_stated and not s.p.suffix and s.has_noun_after and s.has_number_after


REFUSALS: tuple[Callable[[Sight], bool], ...] = (
    _is_vague,
    _is_finding,
    _is_announced_otherwise,
    _is_attribute,
    _is_by_standard,
    _names_no_work,
    _counts_paper,
    _is_class_of_things,
    _is_size_of_things,
)


def _count(s: Sight) -> bool:
    """Chinese numerals are so common in set phrases that evidence is asked for."""
    if s.q.unit == "类" and (not s.noun or (s.has_noun_after and s.right[0] not in SEPARATORS)):
        return False  # 对12类场所, but 归集证照120类
    if not s.q.han or s.is_stated or s.p.suffix:
        return True
    if s.q.unit == "期" and v.PHASE_AFTER.match(s.right):
        return False
    is_shared = bool(v.PERIOD.search(s.lead) or v.HAS.search(s.lead) or re.search("[各每]|分别", s.lead))
    if s.q.value == 1 and s.q.high is None:
        if s.q.unit in ("次", "场", "轮", "期", "座", "所", "家", "条", "处", "艘", "辆", "台", "名"):
            return is_shared or s.follows_verb
        return is_shared and s.follows_verb and s.q.unit in ("个", "支", "人", "份", "项", "篇", "遍", "件")
    ends = not s.right and bool(s.noun) and s.q.unit not in ("期", "批", "轮", "届")
    return is_shared or s.follows_verb or ends


def _size(s: Sight) -> bool:
    return True


def _money(s: Sight) -> bool:
    if v.POLICY_AFTER.match(s.right) or (v.POLICY_BEFORE.search(s.head) and not s.p.level):
        return False
    if v.INVESTMENT.search(s.head):
        return False
    is_work = v.MONEY_WORK.search(s.head) or v.VERB_WITHIN.search(s.left)
    is_compared = s.noun and (s.is_bounded or s.p.suffix)
    return bool(s.p.level or s.p.change or is_work or is_compared)


def _time(s: Sight) -> bool:
    """A length of time only where a level, a comparison or a change is stated (压缩至3个工作日以内)."""
    if s.q.unit.endswith("岁") or s.p.suffix == v.AT_MOST:
        return s.p.level
    if v.TERM_BEFORE.search(s.left) or (v.TERM_AFTER.match(s.line.shape, s.q.stop) and not s.p.bound):
        return False
    return s.is_stated


def _share(s: Sight) -> bool:
    if v.POLICY_AFTER.match(s.right) or v.PAID_AFTER.match(s.line.shape, s.p.after):
        return False
    return bool(s.p.bound or s.p.level) or not v.RATE_OF_POLICY.search(s.head)


def _bare(s: Sight) -> bool:
    """An index: 价格指数控制在103左右."""
    return bool(s.noun) and (s.p.level or bool(s.p.bound and s.p.suffix))


EVIDENCE: dict[Kind, Callable[[Sight], bool]] = {
    Kind.COUNT: _count,
    Kind.SIZE: _size,
    Kind.MONEY: _money,
    Kind.TIME: _time,
    Kind.SHARE: _share,
    Kind.BARE: _bare,
}
