"""Responsibility clauses: who does it, who helps and until when, in a bracket or on lines of their own."""

import re
from dataclasses import dataclass, replace

from tracker.documents import fields, parties
from tracker.documents.brackets import Pair, mask, pairs
from tracker.documents.brackets import split as cut
from tracker.documents.fields import CLAUSE_KINDS, UNIT_KINDS, Field, FieldKind
from tracker.documents.names import Name, is_name, stands_alone
from tracker.documents.parties import Party, Reading


@dataclass(frozen=True)
class Clause:
    """A clause at [start, stop) of the text it was found in; all other offsets are of that text too.

    ``parties`` are the units in order, ``times`` what is said about when, ``defaults`` units that answer for
    all later points, ``first_leads`` the rule that the unit listed first leads.
    """

    start: int
    stop: int
    parties: tuple[Party, ...] = ()
    persons: tuple[tuple[int, int], ...] = ()
    times: tuple[tuple[int, int], ...] = ()
    defaults: tuple[Name, ...] = ()
    first_leads: bool = False
    covers_above: bool = False  # 以上各项责任单位：… answers for all points before it

    def moved(self, by: int) -> "Clause":
        """The same with all offsets counted from ``by`` characters earlier."""
        return replace(
            self,
            start=self.start + by,
            stop=self.stop + by,
            parties=tuple(p._replace(name=p.name.moved(by)) for p in self.parties),
            persons=tuple((a + by, b + by) for a, b in self.persons),
            times=tuple((a + by, b + by) for a, b in self.times),
            defaults=tuple(name.moved(by) for name in self.defaults),
        )


_NO_CLAUSE = re.compile(
    r"以下简称|简称|下称|详?见|不?含|其中|包括|即|注：|此件|附[件表后]|原|第[一二三四五]|[例比]?如[：，]|例如"
)
_AFTER_SENTENCE = frozenset("。；！？\n\t”）》%")
_BEFORE_END = frozenset("。；！\n")
_BOUNDARY = frozenset("。；！？，、\n\t ）】]”")
_DEPARTMENT = re.compile("(?:[局厅委办部院署站队处会]|中心)$")
_LEVELLED = re.compile("各|[国省市州盟县区旗镇]")
_ABOVE = re.compile(r"(?:以上|上述|前述)[^。；：\n]{0,12}$")
_LOOSE = " \t\n。；，、）】]"
_OPENING_LABEL = re.compile(rf"[（【\[](?:{fields.LABEL.pattern})")
_BREAK = re.compile(r"[、，；：\n]")
_SHORTEST = 6  # characters of a task before a bare list of units; fewer are the name of a person or office
_REACH = 200  # how far a clause that lost one of its brackets may go


def find(text: str) -> list[Clause]:
    """The clauses of a text in normal form, in order; none overlaps another."""
    matched = pairs(text, lambda opening: bool(_OPENING_LABEL.match(text, opening)))
    found = [clause for pair in _outermost(matched) if (clause := _bracket(text, pair))]
    found += _halves(text, matched)
    found += _lines(_blanked(text, found))
    return sorted(found, key=lambda clause: clause.start)


def _blanked(text: str, found: list[Clause]) -> str:
    """The text with line ends in place of the clauses found, of the same length."""
    rest = list(text)
    for clause in found:
        rest[clause.start : clause.stop] = "\n" * (clause.stop - clause.start)
    return "".join(rest)


def _outermost(matched: list[Pair]) -> list[Pair]:
    """The brackets that stand in no other pair of marks."""
    outer: list[Pair] = []
    for pair in matched:
        if not outer or pair.start >= outer[-1].stop:
            outer.append(pair)
    return [pair for pair in outer if pair.mark in "（【["]


def _bracket(text: str, pair: Pair) -> Clause | None:
    """The clause in a bracket; None when the bracket holds something else."""
    start, stop = pair.start + 1, pair.stop - 1
    content = text[start:stop]
    if not content or _NO_CLAUSE.match(content):
        return None
    labels = [label for label in fields.find(content) if label.kind in CLAUSE_KINDS]
    if labels:
        labels = [
            f._replace(start=f.start + start, value=f.value + start, stop=f.stop + start) for f in labels
        ]
        before = parties.read(text, start, labels[0].start)
        return _labelled(text, pair.start, pair.stop, labels, before)
    said = parties.read(text, start, stop)
    if pair.mark != "（" or not (_says_who(said) or _lists_units(text, pair, said)):
        return None
    return _made(pair.start, pair.stop, [said])


def _made(start: int, stop: int, readings: list[Reading]) -> Clause:
    return Clause(
        start,
        stop,
        tuple(party for said in readings for party in said.parties),
        times=tuple(time for said in readings for time in said.times),
        defaults=tuple(name for said in readings for name in said.defaults),
        first_leads=any(said.first_leads for said in readings),
    )


def _says_who(said: Reading) -> bool:
    """Whether a list has words such as 牵头 or 负责, and mostly names before them."""
    known = sum(is_name(party.name.text) for party in said.parties)
    return bool(said.roles_said and known * 2 >= len(said.parties) > 0 and said.others <= len(said.parties))


def _lists_units(text: str, pair: Pair, said: Reading) -> bool:
    """Whether a bracket is a bare list of units that stands where a clause stands."""
    units = [party.name.text for party in said.parties]
    if not units or said.others or not all(map(is_name, units)) or not any(map(stands_alone, units)):
        return False
    if pair.start == 0 or text[pair.start - 1] in _AFTER_SENTENCE:
        return True
    ends = pair.stop == len(text) or text[pair.stop] in _BEFORE_END
    levelled = len(units) > 1 or bool(_LEVELLED.match(units[0]))
    before = text[max(0, pair.start - _SHORTEST) : pair.start]
    of_a_name = _DEPARTMENT.search(before) or _BREAK.search(before)
    return ends and levelled and not of_a_name and any(map(_DEPARTMENT.search, units))


def _labelled(text: str, start: int, stop: int, labels: list[Field], before: Reading) -> Clause:
    """The clause at [start, stop) that consists of fields; ``before`` was read in front of the first."""
    readings = [before]
    persons: list[tuple[int, int]] = []
    for label in labels:
        if label.kind in UNIT_KINDS:
            readings.append(parties.read(text, label.value, label.stop, label.kind))
        elif label.kind is FieldKind.PERSON:
            value = text[label.value : label.stop]
            people = [_trimmed(text, label.value + a, label.value + b) for a, b in cut(value, "、，；。\n")]
            persons += [person for person in people if person[0] < person[1]]
        elif (time := _trimmed(text, label.value, label.stop))[0] < time[1]:
            readings.append(Reading(times=[time]))
    above = _ABOVE.search(text, max(0, labels[0].start - 16), labels[0].start)
    return replace(_made(start, stop, readings), persons=tuple(persons), covers_above=bool(above))


def _trimmed(text: str, start: int, stop: int) -> tuple[int, int]:
    while start < stop and text[start] in _LOOSE:
        start += 1
    while (
        start < stop and text[stop - 1] in _LOOSE and (text[stop - 1] != "）" or "（" not in text[start:stop])
    ):
        stop -= 1
    return start, stop


def _halves(text: str, matched: list[Pair]) -> list[Clause]:
    """Clauses without label one bracket of which was lost."""
    paired = {at for pair in matched for at in (pair.start, pair.stop - 1)}
    found: list[Clause] = []
    done = 0
    for mark in re.finditer("[（）]", text):
        at = mark.start()
        if at in paired or at < done:
            continue
        if mark[0] == "（":
            start, stop = at, min(_line_end(text, at), at + _REACH)
            said = parties.read(text, at + 1, stop)
        else:
            start, stop = max(done, at - _REACH), at + 1
            start = max(start, *(text.rfind(end, start, at) + 1 for end in "。；\n"))
            said = parties.read(text, start, at)
        if _says_who(said) and not said.others and not fields.LABEL.search(text, start, stop):
            found.append(_made(start, stop, [said]))
            done = stop
    return found


def _lines(text: str) -> list[Clause]:
    """Clauses whose labels stand in the open: 责任单位：… on a line or at the end of a paragraph."""
    covered = mask(text, [pair for pair in pairs(text) if pair.mark in "（《“"])
    runs: list[list[Field]] = []
    end = -1  # of the field just before, if it belongs to a clause
    for label in fields.find(text):
        if covered[label.start] or not (
            label.start in (0, end) or text[label.start - 1] in _BOUNDARY or label.kind in UNIT_KINDS
        ):
            continue
        if label.kind not in CLAUSE_KINDS:
            end = -1
            continue
        value = label._replace(stop=_value_end(text, covered, label))
        if end >= 0 and not text[end : label.start].strip(_LOOSE):
            runs[-1].append(value)
        else:
            runs.append([value])
        end = value.stop
    return [_run(text, run) for run in runs]


def _run(text: str, run: list[Field]) -> Clause:
    start, stop = run[0].start, run[-1].stop
    if above := _ABOVE.search(text, max(0, start - 16), start):
        start = above.start()
    if start and text[start - 1] in "（【[":
        start -= 1
    while stop < len(text) and text[stop] in "。；）":
        stop += 1
    return _labelled(text, start, stop, run, Reading())


def _value_end(text: str, covered: bytearray, label: Field) -> int:
    """Where a value ends: at a stop, at the next label, at its line's end unless the list goes on."""
    at = label.value
    while at < label.stop and text[at] in " \t\n":
        at += 1
    while at < label.stop:
        line = min(_line_end(text, at), label.stop)
        full_stop = text.find("。", at, line)
        while full_stop >= 0 and covered[full_stop]:
            full_stop = text.find("。", full_stop + 1, line)
        if full_stop >= 0:
            return full_stop
        if line >= label.stop or text[line - 1] not in "、，" or text[line + 1 : line + 2] in ("", "\n"):
            return line
        at = line + 1
    return label.stop


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
