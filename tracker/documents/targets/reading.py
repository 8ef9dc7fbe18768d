"""Targets of one sentence or goals paragraph: which numbers are set as a goal, in which sense, for whom."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from tracker.documents.targets import words as w
from tracker.documents.targets.places import MASK, Place, is_partner, masked, places
from tracker.documents.targets.quantities import Kind, quantities

Value = int | float | str

_HOLLOW = "\0"  # fills a bracket that is read by itself
_DEEPEST = 4
_SEPARATORS = "、，；：。和及与以或并□\0且 "


@dataclass(frozen=True)
class Target:
    """One goal a number was set for.

    ``op`` is >=, <=, >, <, = or ~= (about), with growth or decrease before it for a change. ``value`` keeps the
    written scale of ``unit`` (1.2 亿元); ``value_text`` is what was written where that is not plain digits.
    ``for_`` is the area, unit or element a share of the whole is set for; ``whole`` names the subject of
    the total that a part divides. ``per``: the period of a rate (月). ``sla``: a response time;
    ``criterion``: a threshold inside a target; ``derived``: read from 消除…以下现象. ``repaired``: mended
    after scanning, to be shown. [start, stop) counts in the text given.
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
    whole: str | None = None

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


def find(text: str) -> list[Target]:
    """All targets of ``text`` (normal form of tracker.text; one sentence or a paragraph), in text order."""
    return sorted(_read(text, [], 0), key=lambda t: (t.start, t.stop))


def _read(text: str, carried: list[Target], depth: int) -> list[Target]:
    """Targets of a text and of the brackets in it; ``carried`` are the totals that a bracket divides."""
    outer, brackets = _hollowed(text) if depth < _DEEPEST else (text, [])
    found = _Reader(outer, carried).read()
    inner: list[Target] = []
    for start, stop in brackets:
        before = [t for t in found if t.stop <= start] or carried
        for t in _read(text[start:stop], before[-6:], depth + 1):
            inner.append(replace(t, start=t.start + start, stop=t.stop + start))
    return found + inner


def _hollowed(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text with the brackets that hold a number emptied, and where their contents stand."""
    pieces: list[str] = []
    brackets: list[tuple[int, int]] = []
    depth, opened, done = 0, 0, 0
    for m in re.finditer("[（）]", text):
        if m[0] == "（":
            depth += 1
            if depth == 1:
                opened = m.end()
        elif depth:
            depth -= 1
            if depth == 0 and quantities(text[opened : m.start()]):
                pieces += [text[done:opened], _HOLLOW * (m.start() - opened)]
                brackets.append((opened, m.start()))
                done = m.start()
    return "".join(pieces) + text[done:], brackets


class _Reader:
    """Reads one level of brackets from left to right, remembering what was said before."""

    def __init__(self, text: str, carried: list[Target]) -> None:
        self.text = text
        self.shape = masked(text)
        self.places = places(self.shape)
        self.found: list[Target] = []
        self.totals = list(carried)  # what a share may be a part of
        self.dividing = bool(carried)  # inside a breakdown: after 其中, in the bracket after a total
        self.names: list[str] = []  # whom the indicators being read belong to
        self.past = False  # 截至…: what follows are figures, not goals
        self.read_to = 0

    def read(self) -> list[Target]:
        criteria = self._criteria()
        for i, p in enumerate(self.places):
            self._move_to(p)
            if i in criteria:
                if criteria[i]:
                    self._add(i, p, criterion=True)
            elif p.suffix == w.AT_MOST and re.search("消除|清零", self.shape[p.clause : p.core]):
                self._add(i, p, derived=True)
            elif self._is_goal(i, p):
                self._add(i, p)
            elif sla := self._response_time(p):
                self.found.append(sla)
            self.read_to = p.after
        return self.found

    # -- what was said on the way

    def _move_to(self, p: Place) -> None:
        between = self.shape[self.read_to : p.q.start]
        if re.search("[；。！？\n]", between):
            self.past, self.dividing, self.names = False, False, []
            self.totals = self.totals if re.search("[。！？\n]其中", between) else []
        if "其中" in between or re.search("[，、]含", between):
            self.dividing, self.names = bool(self.totals), []
        for clause in re.split("，", between):
            if w.LASTING_PAST.search(clause):
                self.past = True
            elif w.FUTURE.search(clause):
                self.past = False

    # -- is the number a goal

    def _criteria(self) -> dict[int, bool]:
        """Numbers that only say which things are meant; True where they belong to a share (…的村占91%)."""
        found: dict[int, bool] = {}
        for i in range(len(self.places) - 1, -1, -1):
            p = self.places[i]
            right = self.shape[p.after : p.right]
            if right.startswith("的") and not w.GOAL_AFTER.match(right):
                if self._is_share_of_all(p) or (self._verb_before(p) and right[1:]):
                    continue
                found[i] = bool(w.SHARE_OF_ALL.match(right))
            elif i + 1 in found and re.match("(?:且|并且|和|同时|以及|、|或)", right) and right:
                found[i] = found[i + 1]
        return found

    def _is_share_of_all(self, p: Place) -> bool:
        """91%以上的村: a share, not a criterion, when no figure is named before it."""
        return p.q.kind is Kind.SHARE and not p.bound and not p.level and not self._noun(p)

    def _verb_before(self, p: Place) -> bool:
        return bool(w.VERB_AT_END.search(self.shape, max(p.left, p.core - 8), p.core))

    def _noun(self, p: Place) -> str:
        """What stands before the number, without the verbs and words of emphasis."""
        return _bare_subject(self.shape[p.left : p.core])

    def _is_goal(self, i: int, p: Place) -> bool:
        q, shape = p.q, self.shape
        left, right = shape[p.left : p.core], shape[p.after : p.right]
        if q.vague or self.past or w.PAST.search(shape, p.clause, p.q.start):
            return False
        if w.NOT_BEFORE.search(left) or w.NOT_BEFORE.search(shape[p.left : q.start]):
            return False
        stated = bool(p.bound or p.level or p.change)
        if not stated and w.ATTRIBUTE_BEFORE.search(left):
            return False
        if q.kind is Kind.TIME:
            return self._is_goal_of_time(p)
        if w.NOT_AFTER.match(right):
            return False
        if (
            w.NOT_AFTER_UNLESS_DONE.match(right)
            and q.unit in "个项条类件种"
            and not w.DONE.search(left)
            and not stated
        ):
            return False
        noun_follows = (
            bool(right)
            and not right.startswith((MASK, "的", "且", "占"))
            or self.text[p.after : p.after + 1] == "“"
        )
        if q.kind is not Kind.SHARE and p.suffix and noun_follows and not p.bound and not p.level:
            if not self._verb_before(p) and not w.VERB_AT_START.match(right):
                return False  # 60米以上渔船
            if self._number_follows(i, p):
                return False  # 引进1亿元以上项目10个
        if (
            q.kind in (Kind.SIZE, Kind.MONEY)
            and not stated
            and not p.suffix
            and noun_follows
            and self._number_follows(i, p)
        ):
            return False  # 1000亩连片基地5个
        if q.kind is Kind.MONEY:
            return self._is_goal_of_money(p)
        if q.kind is Kind.SHARE:
            head = shape[p.clause : p.core]
            return not w.POLICY_AFTER.match(right) and not (
                re.search("(?:按|按照|给予)[^，]*$", head) and not p.bound
            )
        if q.han and not stated and not p.suffix:
            return self._is_goal_in_words(p)
        return True

    def _number_follows(self, i: int, p: Place) -> bool:
        """Whether another number is set for the same noun: 300兆瓦项目2个."""
        if i + 1 == len(self.places) or self.places[i + 1].left != p.after:
            return False
        between = self.shape[p.after : self.places[i + 1].core]
        return bool(between) and "、" not in between and not w.VERB_WITHIN.search(between)

    def _is_goal_of_time(self, p: Place) -> bool:
        """A length of time is a goal only when a comparison or a change is stated before it (压缩至3个工作日以内)."""
        within = self.shape.startswith(("内", "以内", "之内"), p.q.stop)
        if w.TIME_NOT_AFTER.match(self.shape, p.q.stop) and not p.bound:
            return False
        if within:
            return p.level
        if w.TIME_ATTRIBUTE.search(self.shape, p.left, p.core):
            return False
        return bool(p.bound or p.level or p.change)

    def _is_goal_of_money(self, p: Place) -> bool:
        head, right = self.shape[p.clause : p.core], self.shape[p.after : p.right]
        if w.POLICY_AFTER.match(right):
            return False
        if w.POLICY_HEAD.search(head) and not p.level:
            return False
        if re.search("(?:^|[，、□总])(?:计划|概算|预计|拟|需)?投资$", head):
            return False
        return bool(
            p.level or p.change or w.MONEY_VERB.search(head) or ((p.bound or p.suffix) and self._noun(p))
        )

    def _is_goal_in_words(self, p: Place) -> bool:
        """一次, 两家: Chinese numerals are so common in set phrases that evidence is asked for."""
        head = self.shape[p.clause : p.q.start]
        each = bool(
            w.PERIOD.search(head)
            or w.EACH.search(head)
            or w.HAVE.search(head)
            or re.search("[各每]|分别", head)
        )
        verb = bool(w.VERB_AT_END.search(self.shape, max(p.left, p.core - 8), p.core))
        if p.q.value == 1 and p.q.high is None:
            if p.q.unit in ("次", "场", "轮", "期"):
                return each or verb
            if p.q.unit in ("座", "所", "家", "条", "处", "艘", "辆", "台", "名"):
                return each or verb
            return each and verb and p.q.unit in ("个", "支", "人", "份", "项", "篇", "遍", "件")
        ends = p.right == p.after and bool(self._noun(p)) and p.q.unit not in ("期", "批", "轮", "届")
        return each or verb or ends

    def _response_time(self, p: Place) -> Target | None:
        """1小时内上报."""
        q, shape = p.q, self.shape
        if q.kind is not Kind.TIME or p.suffix != w.AT_MOST or q.high is not None or q.unit in ("年", "周"):
            return None
        head, right = shape[p.clause : p.q.start], shape[p.after : p.right]
        if w.SLA_NOT.search(head) or self.past:
            return None
        short = q.unit in ("小时", "个小时", "分钟", "秒", "秒钟") and bool(right or w.SLA_EVENT.search(head))
        if not short and not w.SLA_EVENT.search(head) and not w.SLA_DEED.match(right):
            return None
        subject = self._noun(p) or right[:8]
        return Target(
            q.start, p.after, subject, w.AT_MOST, _value(q.value), q.unit, value_text=q.written, sla=True
        )

    # -- what the goal says

    def _add(self, i: int, p: Place, *, criterion: bool = False, derived: bool = False) -> None:
        q, unit = p.q, p.q.unit
        names, subject, whole = self._whose(i, p)
        change = p.change or self._change_at_a_distance(p)
        if change and q.kind is not Kind.SHARE and unit != "倍" and not p.compared and not self._noun(p):
            change = ""  # 增加10个学位
        if change and unit == "倍":
            q, unit = replace(q, value=q.value * 100, written=self.text[q.start : q.stop]), "%"
        if q.written and q.written.startswith("翻"):
            change = w.GROWTH
        op = w.AT_LEAST if derived or self._has(p) and p.op == w.EXACT else p.op
        readings = [(op, q.value)] if q.high is None else [(w.AT_LEAST, q.value), (w.AT_MOST, q.high)]
        whom: list[str | None] = [*names] or [None]
        for name in whom:
            for reading, value in readings:
                target = Target(
                    q.start, p.after, subject, change + reading, _value(value), unit, name, self._period(p),
                    q.written and self.text[q.start : q.stop],
                    criterion=criterion, derived=derived, repaired=q.repaired, whole=whole.subject if whole else None,
                )  # fmt: skip
                self.found.append(target)
                if whole is None and name is None:
                    self.totals.append(target)

    def _has(self, p: Place) -> bool:
        return bool(w.HAVE.search(self.shape, p.left, p.q.start))

    def _change_at_a_distance(self, p: Place) -> str:
        """压减煤炭消费6%, 提高满意度5个百分点: the verb of change stands before its object."""
        if p.q.kind is not Kind.SHARE or p.level:
            return ""
        piece = self.shape[p.left : p.core].rpartition("、")[2]
        if re.match("[□，前底到]*(?:力争|确保|努力)?(?:压减|减少|削减|降低|压降|缩减|下降)", piece):
            return w.DECREASE
        if "百分点" in p.q.unit and re.match(
            "[□，前底到]*(?:力争|确保|努力)?(?:提高|提升|增加|上升|扩大)", piece
        ):
            return w.GROWTH
        return ""

    def _period(self, p: Place) -> str | None:
        found = None
        for m in w.PERIOD.finditer(self.shape, p.clause, p.q.start):
            found = {"季": "季度"}.get(m[1], m[1])
        return found

    # -- for whom, and what of

    def _whose(self, i: int, p: Place) -> tuple[list[str], str, Target | None]:
        """Names a number is set for, its subject, and the total it is a part of."""
        total = self._total(p)
        if respective := self._respective(i, total):
            name, subject = respective
            return (
                ([name] if name else []),
                subject or (total.subject if total else ""),
                total if name else None,
            )
        left = self.text[p.left : p.core]
        names, rest = _names(left, short=self.dividing)
        if names and (self.dividing or self._is_one_of_many(i, p, names)):
            self.names = names
            return names, rest or (total.subject if total else self._subject(p)), total
        if self.dividing:
            if self.names and not self._noun(p) and "，" not in left:
                return self.names, total.subject if total else self._subject(p), total
            self.names = []
            if (
                "，" in self.shape[self.read_to : p.left + 1]
                and self.read_to
                and "其中" not in self.shape[self.read_to : p.left]
            ):
                self.dividing = False
            elif total:
                return [], self._subject(p), total
        if each := self._each(p):
            return [each], self._subject(p), None
        return [], self._subject(p), None

    def _respective(self, i: int, total: Target | None) -> tuple[str, str] | None:
        """(area, subject) of the i-th number in A、B分别新增4家、6家; the area is "" where A, B are the subjects."""
        first, last = i, i
        while first and is_partner(self.shape, self.places[first], self.places[first - 1]):
            first -= 1
        while last + 1 < len(self.places) and is_partner(
            self.shape, self.places[last + 1], self.places[last]
        ):
            last += 1
        p = self.places[first]
        said = re.search("分别|依次", self.shape[p.left : p.q.start])
        if first == last or not said:
            return None
        head, rest = self.text[p.left : p.left + said.start()], self.text[p.left + said.end() : p.core]
        rest = _bare_subject(rest)
        total = total if total and total.stop <= p.q.start else None
        names, common = _names(head, short=bool(rest or total))
        if len(names) == last - first + 1:
            return names[i - first], rest or common
        pieces = list(_split_names(head.strip(_SEPARATORS)))
        if len(pieces) == last - first + 1:
            return "", _bare_subject(pieces[i - first])
        return None

    def _is_one_of_many(self, i: int, p: Place, names: list[str]) -> bool:
        """Outside a breakdown: 北礁县30艘、望潮区25艘, 北礁县、望潮区各10艘."""
        if len(names) > 1:
            return bool(re.search("各|均|都|分别", self.shape[p.left : p.q.start]))
        return self._begins_with_area(i - 1) or self._begins_with_area(i + 1)

    def _total(self, p: Place) -> Target | None:
        same = [t for t in self.totals if _dimension(t.unit) == _dimension(p.q.unit)]
        return same[-1] if same else None

    def _begins_with_area(self, i: int) -> bool:
        if not 0 <= i < len(self.places):
            return False
        p = self.places[i]
        return bool(_names(self.text[p.left : p.core], short=False)[0])

    def _each(self, p: Place) -> str | None:
        """The element a number is set for each of: 每个乡镇, 有劳动能力的家庭 in 确保…至少有1人."""
        shape = self.shape
        found = None
        for m in w.EACH.finditer(shape, p.clause, p.core):
            found = self.text[m.start() : m.end()]
        if found and p.q.kind is not Kind.MONEY:
            return found
        if re.search("(?:至少有|都有|均有)$", shape[p.left : p.q.start]):
            bearer = w.WHO.split(shape[p.clause : p.core])[-1].strip(_SEPARATORS)
            at = shape.rfind(bearer, p.clause, p.core) if bearer else -1
            return self.text[at : at + len(bearer)] if at >= 0 else None
        if (
            p.q.kind is Kind.COUNT
            and not self._period(p)
            and (m := w.ALL_OF.search(shape[p.clause : p.core]))
        ):
            return self.text[p.clause + m.start(1) : p.clause + m.end(1)]
        return None

    def _subject(self, p: Place) -> str:
        left, right = self.text[p.left : p.core], self.shape[p.after : p.right]
        named = _bare_subject(self.shape[p.left : p.core], self.text[p.left : p.core])
        follows = _object(self.text[p.after : p.right], right)
        if named and not (follows and named.endswith(("等", "为"))):
            return named
        if follows:
            return follows
        verb = left.strip(_SEPARATORS)[-8:]
        return verb or (self.found[-1].subject if self.found else "")


def _value(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _dimension(unit: str) -> str:
    return unit.lstrip("百千万亿十") or unit


def _bare_subject(shape: str, text: str | None = None) -> str:
    """The noun before a number without the words that lead up to it; names hidden in ``shape`` stay."""
    text = shape if text is None else text
    start, stop = 0, len(shape)
    while stop > start and (shape[stop - 1] in _SEPARATORS):
        stop -= 1
    while start < stop:
        m = w.LIGHT.match(shape, start, stop)
        if m is None or m.end() == start:
            break
        start = m.end()
    return text[start:stop].strip(_SEPARATORS)


def _object(text: str, shape: str) -> str:
    """The noun after a number: 名城区教师到… gives 城区教师."""
    shape = shape.lstrip("的")
    text = text[len(text) - len(shape) :]
    m = re.match("[^，、；□]{1,14}?(?=赴|到|至|以上|开展|实施|进行|完成|$|，|、|；)", shape)
    return text[: m.end()] if m else text[:12]


def _names(text: str, *, short: bool) -> tuple[list[str], str]:
    """Areas or units that the text before a share names, and the subject said with them.

    ``short`` names without 县, 区 … are believed inside a breakdown only.
    """
    text = re.sub("^.*?其中[：，]?", "", text).strip(_SEPARATORS)
    rest = ""
    if each := re.match(
        "([^各]{2,60}?)(?:[两三四五六2-6]个?(?:县（?区?）?|区|市|镇|地))?(?:各|分别)(.*)$", text
    ):
        text, rest = each[1], _bare_subject(each[2])
    pieces = [piece.strip(_SEPARATORS) for piece in _split_names(text)]
    names: list[str] = []
    for n, piece in enumerate(pieces):
        bare = piece
        while verb := w.VERB_AT_END.search(bare):
            bare = bare[: verb.start()]
        if _is_area(bare, short=short):
            names.append(bare)
        elif n == len(pieces) - 1 and (m := w.AREA_THEN.match(piece)) and _is_area(m[1], short=False):
            names.append(m[1])
            rest = rest or _bare_subject(m[2])
        else:
            return [], ""
    return names, rest


def _split_names(text: str) -> Iterator[str]:
    """Cut at 、 和 及 与 outside brackets."""
    depth, start = 0, 0
    for at, c in enumerate(text):
        depth += (c == "（") - (c == "）")
        if c in "、和及与" and depth <= 0:
            yield text[start:at]
            start = at + 1
    yield text[start:]


def _is_area(name: str, *, short: bool) -> bool:
    if w.AREA_CLASS.match(name):
        return True
    if w.AREA_KIND.match(name):
        return short
    if w.VERB_WITHIN.match(name):
        return False
    if general := w.NOT_AN_AREA.search(name):
        name = name[: general.start()]
    elif w.AREA_NAME.match(name):
        return True
    return short and bool(w.SHORT_NAME.match(name)) and not w.NOUNISH.search(name)
