"""One work point: its title, its measures, and who answers for which until when."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.documents import fields, in_text, names, selection, sentences
from tracker.documents.clauses import Clause
from tracker.documents.facts import Facts, chief
from tracker.documents.fields import CLAUSE_KINDS, Field, FieldKind
from tracker.documents.outline import Node
from tracker.documents.parsed import Measure, Point, Span, Timed
from tracker.documents.parties import Party

_FAULT = re.compile("整改|治理|整治")
_DATE_BRACKET = re.compile(r"（(?P<when>[^（）\n]{2,30})）$")
_DAYS = re.compile(r"[月日底]|季度|半年|年内|全年|长期")
_ORDINAL = re.compile("[一二三四五六七八九十]{1,2}是")
_FACT = re.compile(r"(?:截至|截止|目前|近年来|近几年|去年|上年|过去|自.{2,16}以来)")
_ORDER = re.compile(r"要|将|力争|确保|完成|推进|加强|开展|[前底内]")


@dataclass(frozen=True)
class Group:
    """Sentences that some clauses answer for; ``whole``: these answer for the whole point."""

    spans: tuple[Span, ...]
    clauses: tuple[Clause, ...] = ()
    whole: bool = True


def read(facts: Facts, node: Node, default: Clause | None = None) -> Point:
    """The point that a node of the outline is; ``default`` names who answers where it names nobody."""
    text = facts.text
    holes = [(clause.start, clause.stop) for clause in node.clauses]
    first_hole = min((start for start, _ in holes if start >= node.body), default=node.end)
    start, stop = sentences.title(text, node.body, min(first_hole, node.stop))
    blocks = _blocks(text, node)
    heading, dated = _without_date(facts, start, stop)
    kind = _kind_of_title(text, node, blocks, text[start:stop])
    spans = _sentences(facts, node, heading, stop, holes, blocks, kind)
    goals = [block for block in blocks if block.kind is FieldKind.GOAL]
    point = Point(
        number=facts.words(node.start, node.marker.number_stop),
        title=facts.words(*heading),
        span=facts.folded.span(node.start, node.end),
        title_span=facts.folded.span(*heading),
        path=path(facts, node),
        title_is=kind,
        times=tuple(dated),
        targets=tuple(target for goal in goals for target in facts.targets(goal.value, goal.stop)),
    )
    if kind == "unit":
        named = [Party(name.moved(start), FieldKind.RESPONSIBLE) for name in names.split(text[start:stop])]
        point = replace(point, units=tuple(facts.unit(party) for party in named))
    point = finished(facts, point, grouped(text, spans, node.clauses), in_text_counts=not node.clauses)
    if default and not point.units and not any(measure.units for measure in point.measures):
        point = replace(point, units=facts.units([default]))
    return point


def path(facts: Facts, node: Node) -> tuple[str, ...]:
    """The numbers of the node and of those it lies in, from the top."""
    numbers: list[str] = []
    each: Node | None = node
    while each:
        numbers.insert(0, facts.words(each.start, each.marker.number_stop))
        each = each.parent
    return tuple(numbers)


def grouped(text: str, spans: Sequence[Span], clauses: Sequence[Clause]) -> list[Group]:
    """The sentences with the clauses that answer for them.

    A clause answers for the sentences since the clause before it; one that follows no sentence goes with the
    clause before it. A clause in front of all sentences, and one on a line of its own behind others that
    stand in the text, answers for the whole point.
    """
    groups: list[tuple[list[Span], list[Clause]]] = []
    ahead: list[Clause] = []
    waiting = list(spans)
    for clause in sorted(clauses, key=lambda c: c.start):
        before = [span for span in waiting if span[0] < clause.start]
        waiting = waiting[len(before) :]
        if before:
            groups.append((before, [clause]))
        elif groups:
            groups[-1][1].append(clause)
        else:
            ahead.append(clause)
    if len(groups) == 1 and not ahead:
        return [Group((*groups[0][0], *waiting), tuple(groups[0][1]))]
    shared = ahead
    if len(groups) > 1 and _starts_line(text, groups[-1][1][0]) and not _starts_line(text, groups[0][1][0]):
        rest, last = groups.pop()
        shared = [*ahead, *last]
        waiting = rest + waiting
    parts = [Group(tuple(members), tuple(own), whole=False) for members, own in groups]
    return [Group(tuple(waiting), tuple(shared)), *parts]


def finished(facts: Facts, point: Point, groups: Sequence[Group], *, in_text_counts: bool = False) -> Point:
    """The point with its measures, and the units and times that hold for the whole of it."""
    shared = [clause for group in groups if group.whole for clause in group.clauses]
    times = [*point.times, *facts.field_times(time for clause in shared for time in clause.times)]
    governing = chief(times)
    measures: list[tuple[int, Measure]] = []
    for group in groups:
        own = () if group.whole else group.clauses
        units, persons = facts.units(own), facts.persons(own)
        due = chief(facts.field_times(time for clause in own for time in clause.times)) or governing
        for span in group.spans:
            measure = replace(_measure(facts, span, due), units=units, persons=persons)
            measures.append((span[0], _with_in_text(facts, measure, span, counts=in_text_counts)))
    return replace(
        point,
        units=facts.units(shared) or point.units,
        persons=facts.persons(shared),
        times=tuple(times),
        governing=governing,
        measures=tuple(measure for _, measure in sorted(measures, key=lambda pair: pair[0])),
    )


def tells(facts: Facts, heading: Span) -> bool:
    """Whether a heading with text under it orders something itself: it names a number or a day."""
    return bool(facts.targets(*heading)) or any(t.deadline and not t.weak for t in facts.times(*heading))


def _starts_line(text: str, clause: Clause) -> bool:
    return clause.start == 0 or text[clause.start - 1] == "\n"


def _measure(facts: Facts, span: Span, due: Timed | None) -> Measure:
    """One sentence; ``due`` is the time it takes over when it names none of its own."""
    ordinal = _ORDINAL.match(facts.text, *span)
    told = (ordinal.end() if ordinal else span[0], span[1])
    times = facts.times(*told)
    governing = chief(times)
    inherited = bool(due) and not (governing and governing.deadline)
    words = facts.text[span[0] : span[1]]
    return Measure(
        text=facts.words(*span),
        span=facts.folded.span(*span),
        times=tuple(times),
        governing=due if inherited else governing,
        inherited=inherited,
        targets=facts.targets(*told),
        background=bool(_FACT.match(words)) and not times and not _ORDER.search(words),
    )


def _with_in_text(facts: Facts, measure: Measure, span: Span, *, counts: bool) -> Measure:
    """The measure with the units its own words put in charge; ``counts``: no clause names any."""
    said = tuple(facts.unit(party) for party in in_text.find(facts.text, *span))
    if not said:
        return measure
    return replace(measure, units=measure.units or said) if counts else replace(measure, in_text=said)


def _blocks(text: str, node: Node) -> list[Field]:
    """The fields of a node that are no clause (整改目标：, 整改措施：), each with its value."""
    region = text[node.body : node.end]
    opening = [f for f in fields.find(region) if f.start and region[f.start - 1] in "\n。；）.、"]
    stops = [f.start for f in opening[1:]] + [len(region)]
    return [
        Field(f.kind, f.start + node.body, f.value + node.body, stop + node.body)
        for f, stop in zip(opening, stops, strict=False)
        if f.kind not in CLAUSE_KINDS
    ]


def _kind_of_title(text: str, node: Node, blocks: Sequence[Field], title: str) -> str | None:
    if any(b.kind is FieldKind.MEASURES and _FAULT.match(text, b.start) for b in blocks):
        return "problem"
    if not node.clauses and selection.is_unit_heading(text, node, title):
        return "unit"
    return None


def _without_date(facts: Facts, start: int, stop: int) -> tuple[Span, list[Timed]]:
    """The heading without a bracket at its end that says when, and that time."""
    bracket = _DATE_BRACKET.search(facts.text, start, stop)
    if not bracket or not _DAYS.search(bracket["when"]):
        return (start, stop), []
    times = facts.times(*bracket.span("when"), field=True)
    if sum(len(timed.text) for timed in times) * 2 < len(bracket["when"]):
        return (start, stop), []
    return (start, bracket.start()), times


def _sentences(
    facts: Facts,
    node: Node,
    heading: Span,
    title_stop: int,
    holes: Sequence[Span],
    blocks: Sequence[Field],
    kind: str | None,
) -> list[Span]:
    """The measures of a node. Its title is one too when the paragraph says nothing else."""
    text = facts.text
    planned = [block for block in blocks if block.kind is FieldKind.MEASURES]
    if planned:
        return [s for b in planned for s in sentences.split(text, b.value, b.stop, holes, duties=True)]
    around = [*holes, *facts.apart, *((block.start, block.stop) for block in blocks)]
    line = text.find("\n", node.body, node.stop)
    line_end = node.stop if line < 0 else line
    first = sentences.split(text, title_stop, line_end, around, duties=kind == "unit")
    more = sentences.split(text, line_end, node.end, around, duties=kind == "unit")
    if first or kind or (more and not tells(facts, heading)):
        return first + more
    return [heading, *more]
