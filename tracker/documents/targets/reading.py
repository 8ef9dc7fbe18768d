"""Targets of one sentence or goals paragraph: what each number that is a goal says, and for whom."""

import re
from dataclasses import replace
from decimal import Decimal

from tracker.documents.targets import subjects, whom
from tracker.documents.targets import vocabulary as v
from tracker.documents.targets.judgement import (
    SEPARATORS,
    Line,
    Sight,
    bare_subject,
    criteria,
    is_goal,
    is_response_time,
    is_threshold_to_remove,
)
from tracker.documents.targets.places import groups, masked, places
from tracker.documents.targets.quantities import Kind, dimension, quantities
from tracker.documents.targets.target import Target

_HOLLOW = "\0"  # fills a bracket that is read by itself
_DEEPEST = 4
_NEAR = 40
_YEAR = re.compile(r"(20\d\d)年度?(?=[，全共我各本]|市|县|区|省)")


def find(text: str, *, year: int | None = None) -> list[Target]:
    """All targets of ``text`` (normal form of tracker.text; one sentence or a paragraph), in text order.

    ``year`` is the year of the paper: what a sentence says of an earlier year (2020年全市建成…) is no goal.
    """
    return sorted(_read(text, [], 0, year), key=lambda t: (t.start, t.stop))


def _read(text: str, carried: list[Target], depth: int, year: int | None) -> list[Target]:
    """Targets of a text and of the brackets in it; ``carried`` are the totals that a bracket divides."""
    outer, brackets = _hollowed(text) if depth < _DEEPEST else (text, [])
    found = _Reader(outer, carried, year).read()
    inner: list[Target] = []
    at = 0
    for start, stop in brackets:
        while at < len(found) and found[at].stop <= start:
            at += 1
        totals = found[max(0, at - 6) : at] or carried
        for t in _read(text[start:stop], totals, depth + 1, year):
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

    def __init__(self, text: str, carried: list[Target], year: int | None) -> None:
        shape = masked(text)
        self.year = year
        self.line = Line(text, shape, places(shape))
        self.groups = groups(shape, self.line.places)
        self.found: list[Target] = []
        self.totals = list(carried)  # what a share may be a part of
        self.is_dividing = bool(carried)  # inside a breakdown: after 其中, in the bracket after a total
        self.divided_from = 0  # where the breakdown began
        self.names: list[str] = []  # whom the indicators being read belong to
        self.is_past = False  # 截至…: what follows are figures, not goals
        self.is_past_clause = False  # 现有…: only what stands in the same clause and its 其中
        self.distant_change = ""  # 压减…: holds on in the enumeration
        self.read_to = 0

    def read(self) -> list[Target]:
        found = criteria(self.line)
        for i in range(len(self.line.places)):
            s = Sight(self.line, i)
            self._move_to(s)
            if is_threshold_to_remove(s):
                self._add(s, derived=True)
            elif i in found:
                if found[i]:
                    self._add(s, criterion=True)
            elif self.is_past or self.is_past_clause:
                pass
            elif is_goal(s) or (s.q.kind is Kind.BARE and self._is_bare_share(s)):
                self._add(s)
            elif is_response_time(s):
                self._add(s, sla=True)
            self.read_to = s.p.after
        return self.found

    def _move_to(self, s: Sight) -> None:
        """Take in what was said since the number before."""
        between = self.line.shape[self.read_to : s.q.start]
        if not self.read_to or re.search("[；。！？\n]", between):
            self.is_past = self._begins_with_past_year(s)
        if re.search("[；。！？\n]", between):
            self.is_dividing, self.names = False, []
            self.totals = self.totals if re.search("[。！？\n]其中", between) else []
        if "其中" in between or re.search("[，、]含", between):
            self.is_dividing, self.names = bool(self.totals), []
            self.divided_from = s.q.start
        for clause in between.split("，"):
            if v.LASTING_PAST.search(clause):
                self.is_past = True
            elif v.FUTURE.search(clause):
                self.is_past = False
        self.is_past_clause = bool(v.PAST.search(s.lead)) or (self.is_past_clause and "其中" in between)

    def _begins_with_past_year(self, s: Sight) -> bool:
        """2020年，全市…: the sentence tells of a year before that of the paper."""
        text, low = self.line.text, max(0, s.p.clause - _NEAR)
        start = max(text.rfind(mark, low, s.q.start) + 1 for mark in "；。！？\n")
        said = _YEAR.match(text, start) if start or not low else None
        return bool(self.year and said and int(said[1]) < self.year)

    def _is_bare_share(self, s: Sight) -> bool:
        """其中云阳1.1、宁泉0.9: shares whose measure stands at the total only."""
        if not self.is_dividing or not self.totals:
            return False
        return bool(self._names_at(s.i, short=True)[0])

    def _add(self, s: Sight, *, criterion: bool = False, derived: bool = False, sla: bool = False) -> None:
        p, q, unit = s.p, s.q, s.q.unit
        names, subject, whole = ([], subjects.of(s, self.found), None) if sla else self._whose(s)
        if q.kind is Kind.BARE and whole:
            unit = whole.unit
        change = self._change(s)
        unit, period = _rate(unit, q.kind)
        if change and unit == "倍":
            q, unit = replace(q, value=q.value * 100, written=q.written or ""), "%"
        op = v.AT_LEAST if derived or (p.op == v.EXACT and v.HAS.search(s.lead)) else p.op
        readings = [(op, q.value)] if q.high is None else [(v.AT_LEAST, q.value), (v.AT_MOST, q.high)]
        for op, value in readings:
            target = Target(
                start=q.start,
                stop=p.after,
                subject=subject,
                op=change + op,
                value=_plain(value),
                unit=unit,
                per=period or whom.period(s),
                value_text=None if q.written is None else self.line.text[q.start : q.stop],
                sla=sla,
                criterion=criterion,
                derived=derived,
                repaired=q.repaired,
            )
            self.found += [replace(target, for_=name) for name in names] or [target]
            if not names and not whole:
                self.totals = [*self.totals[-5:], target]

    def _change(self, s: Sight) -> str:
        """growth, decrease or "" of a number."""
        self.distant_change = self._change_at_a_distance(s)
        if s.q.written and s.q.written.startswith("翻"):
            return v.GROWTH
        said = Sight(self.line, self.groups[s.i][0])
        is_share = s.q.kind is Kind.SHARE or s.q.unit == "倍"
        if s.p.change and not is_share and not s.p.compared and not said.noun:
            return ""  # 增加10个学位
        return s.p.change or self.distant_change

    def _change_at_a_distance(self, s: Sight) -> str:
        """压减煤炭消费6%、用电4%; 提高满意度5个百分点: the verb of change stands before its object."""
        if s.q.kind is not Kind.SHARE or s.p.level or s.p.change:
            return ""
        piece = s.left.rpartition("、")[2]
        lead = "[□，前底到]*(?:力争|确保|努力)?"
        if re.match(lead + "(?:压减|减少|削减|降低|压降|缩减|下降)", piece):
            return v.DECREASE
        if "百分点" in s.q.unit and re.match(lead + "(?:提高|提升|增加|上升|扩大)", piece):
            return v.GROWTH
        goes_on = s.left.startswith(("、", "和")) and not v.VERB_WITHIN.search(piece)
        return self.distant_change if goes_on and not re.search("率|比例|比重|占比", piece) else ""

    def _whose(self, s: Sight) -> tuple[list[str], str, Target | None]:
        """Names a number is set for, its subject, and the total it is a part of."""
        is_bare = s.q.kind is Kind.BARE and not s.is_stated
        same = [t for t in self.totals if is_bare or dimension(t.unit) == dimension(s.q.unit)]
        total = same[-1] if same else None
        subject = subjects.of(s, self.found)
        if respective := self._respective(s, total):
            name, said = respective
            return ([name], said or (total.subject if total else ""), total) if name else ([], said, None)
        names, said = self._names_at(s.i, short=self.is_dividing)
        if names and self._is_for(s, names):
            self.names = names
            return names, said or (total.subject if total else subjects.shared(s, self.found)), total
        each = whom.element(s)
        if self.is_dividing and not (each and each.startswith("每")):
            between = self.line.shape[self.read_to : s.p.core]
            if self.names and not s.noun and "，" not in between:
                return self.names, total.subject if total else subject, total
            self.names = []
            self.is_dividing = "，" not in between or "其中" in between or not self.read_to
            if self.is_dividing and total:
                return [], subject, total
        return ([each] if each else []), subject, None

    def _respective(self, s: Sight, total: Target | None) -> tuple[str, str] | None:
        """(area, subject) of a number in A、B分别新增4家、6家; the area is "" where A, B are the subjects."""
        first, last = self.groups[s.i]
        p, count = self.line.places[first], last - first + 1
        said = re.search("分别|依次", self.line.shape[p.left : p.q.start])
        if count == 1 or not said:
            return None
        head = self.line.text[p.left : p.left + said.start()]
        rest = bare_subject(self.line.text[p.left + said.end() : p.core])
        is_known = total is not None and total.stop <= p.q.start
        names, common = whom.names_in(head, inside=is_known, short=bool(rest) or is_known)
        if len(names) == count:
            return names[s.i - first], rest or common
        pieces = list(whom.split(head.strip(SEPARATORS)))
        return ("", bare_subject(pieces[s.i - first])) if len(pieces) == count else None

    def _is_for(self, s: Sight, names: list[str]) -> bool:
        """Whether a number is for the names: in a breakdown, 北礁县、望潮区各10艘, 北礁县30艘、望潮区25艘."""
        if len(names) > 1:
            said = self.line.shape[s.p.left : s.q.start]
            return bool(re.search("各|均|都|分别", said)) or (self.is_dividing and s.is_stated)
        if self.is_dividing and self._names_at(s.i, short=False)[0]:
            return True
        near = (s.i - 2, s.i - 1, s.i + 1, s.i + 2) if self.is_dividing else (s.i - 1, s.i + 1)
        return any(self._names_at(i, short=self.is_dividing)[0] for i in near)

    def _names_at(self, i: int, *, short: bool) -> tuple[list[str], str]:
        """Areas named before the i-th number of the breakdown being read, and what is said with them."""
        if not 0 <= i < len(self.line.places):
            return [], ""
        p = self.line.places[i]
        if self.is_dividing and p.q.start < self.divided_from:
            return [], ""
        return whom.names_in(self.line.text[p.left : p.core], inside=self.is_dividing, short=short)


def _rate(unit: str, kind: Kind) -> tuple[str, str | None]:
    """元/月 as 元 and 月; physical measures (吨/日) stay whole."""
    counted, stroke, period = unit.partition("/")
    is_rate = kind in (Kind.COUNT, Kind.MONEY) and period in ("年", "月", "周", "日", "天", "季度")
    return (counted, period) if stroke and is_rate else (unit, None)


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
