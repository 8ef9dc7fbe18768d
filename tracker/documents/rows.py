"""The rows of a task table as work points."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracker.documents import clauses, parties, sentences
from tracker.documents.brackets import split as cut
from tracker.documents.clauses import Clause
from tracker.documents.facts import Facts
from tracker.documents.fields import UNIT_KINDS, FieldKind
from tracker.documents.names import is_name
from tracker.documents.parsed import Point, Span
from tracker.documents.points import Group, finished, tells
from tracker.documents.tables import Column, Row, Table


@dataclass(frozen=True)
class _Places:
    """Which columns hold what. ``work`` holds the measures, ``title`` the heading; often they are one."""

    number: int | None
    title: int
    work: int
    goals: tuple[int, ...]
    notes: tuple[int, ...]
    is_problem: bool


def points(facts: Facts, table: Table) -> list[Point]:
    """One point for each number; rows that repeat it or leave it out go on with the point before."""
    places = _places(facts.text, table)
    if not places:
        return []
    groups: list[list[Row]] = []
    last = ""
    for row in table.rows:
        number = _words(facts.text, row, places.number)
        if groups and places.number is not None and number in ("", last):
            groups[-1].append(row)
        elif row[places.title] or row[places.work]:
            groups.append([row])
        last = number or last
    return [_point(facts, table, places, rows) for rows in groups]


def _places(text: str, table: Table) -> _Places | None:
    def of(*kinds: Column | FieldKind) -> list[int]:
        return [n for kind in kinds for n, column in enumerate(table.columns) if column is kind]

    titles = of(FieldKind.PROBLEM, Column.TASK, FieldKind.MEASURES, FieldKind.GOAL, Column.TOPIC)
    if not titles:
        return None
    title = titles[0]
    work = (of(FieldKind.MEASURES) or of(Column.TASK)[-1:] or [title])[-1]
    is_problem = table.columns[title] is FieldKind.PROBLEM
    number = next(iter(of(Column.NUMBER)), None)
    if not is_problem and _repeats(text, table, title, number):
        title = work
    return _Places(
        number=number,
        title=title,
        work=work,
        goals=tuple(n for n in of(FieldKind.GOAL) if n not in (title, work)),
        notes=tuple(of(FieldKind.NOTE)),
        is_problem=is_problem,
    )


def _repeats(text: str, table: Table, place: int, number: int | None) -> bool:
    """Whether a column says the same of neighbouring tasks: it is a heading over several."""
    return any(
        _words(text, a, place) == _words(text, b, place)
        and (number is None or "" != _words(text, a, number) != _words(text, b, number) != "")
        for a, b in pairwise(table.rows)
    )


def _words(text: str, row: Row, place: int | None) -> str:
    cell = row[place] if place is not None else None
    return text[cell[0] : cell[1]] if cell else ""


def _point(facts: Facts, table: Table, places: _Places, rows: Sequence[Row]) -> Point:
    first = rows[0]
    cell = first[places.title] or first[places.work] or next(c for c in first if c)
    inner = _inner(facts.text, cell)
    hole = min((clause.start for clause in inner), default=cell[1])
    heading = sentences.title(facts.text, cell[0], min(hole, cell[1]))
    number = first[places.number] if places.number is not None else None
    cells = [c for row in rows for c in row if c]
    goals = [row[n] for row in rows for n in places.goals]
    point = Point(
        number=facts.words(*number) if number else "",
        title=facts.words(*heading),
        span=facts.folded.span(min(a for a, _ in cells), max(b for _, b in cells)),
        title_span=facts.folded.span(*heading),
        title_is="problem" if places.is_problem else None,
        targets=tuple(target for goal in goals if goal for target in facts.targets(*goal)),
    )
    groups = [_group(facts, table, places, row, heading) for row in rows]
    if len({_who(facts, group) for group in groups if group.clauses}) <= 1:
        spans = [span for group in groups for span in group.spans]
        groups = [Group(tuple(dict.fromkeys(spans)), groups[0].clauses)]
    return finished(facts, point, groups)


def _who(facts: Facts, group: Group) -> tuple[object, ...]:
    times = tuple(facts.words(*time) for clause in group.clauses for time in clause.times)
    return (*((unit.name, unit.role) for unit in facts.units(group.clauses)), times)


def _group(facts: Facts, table: Table, places: _Places, row: Row, heading: Span) -> Group:
    """The measures of one row with those who answer for them."""
    text = facts.text
    said: list[Clause] = []
    spans: list[Span] = []
    for place in dict.fromkeys((places.title, places.work)):
        if cell := row[place]:
            said += _inner(text, cell)
    holes = [(clause.start, clause.stop) for clause in said]
    if work := row[places.work]:
        spans = sentences.split(text, *work, holes, duties=table.columns[places.work] is FieldKind.MEASURES)
    if len(spans) > 1 and spans[0] == heading and not tells(facts, heading):
        spans = spans[1:]
    said += [
        clause
        for kind, cell in zip(table.columns, row, strict=True)
        if cell and (clause := _clause(text, kind, cell))
    ]
    said += [clause for place in places.notes if (cell := row[place]) and (clause := _note(text, cell))]
    return Group(tuple(spans), tuple(said), whole=False)


def _inner(text: str, cell: Span) -> list[Clause]:
    return [clause.moved(cell[0]) for clause in clauses.find(text[cell[0] : cell[1]])]


def _clause(text: str, kind: Column | FieldKind, cell: Span) -> Clause | None:
    """What a cell of a column of units, persons or times says."""
    start, stop = cell
    if kind in UNIT_KINDS and isinstance(kind, FieldKind):
        said = parties.read(text, start, stop, kind)
        return Clause(start, stop, tuple(said.parties), times=tuple(said.times))
    if kind is FieldKind.PERSON:
        return Clause(
            start, stop, persons=tuple((start + a, start + b) for a, b in cut(text[start:stop], "、，；。\n"))
        )
    return Clause(start, stop, times=(cell,)) if kind is FieldKind.TIME else None


def _note(text: str, cell: Span) -> Clause | None:
    """Remarks that give a unit its part: 市水利局牵头."""
    said = parties.read(text, *cell)
    if not said.roles_said or said.others or not all(is_name(party.name.text) for party in said.parties):
        return None
    return Clause(*cell, tuple(said.parties))
