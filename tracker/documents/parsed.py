"""What was read in a document, in a form for people and programs: every fact with its place in the text."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tracker.documents.deadlines import Deadline, recurrence_rule
from tracker.documents.fields import FieldKind
from tracker.documents.targets import Target

Span = tuple[int, int]
Json = dict[str, Any]


@dataclass(frozen=True)
class Unit:
    """A unit as written, with its part.

    ``expansion`` is the full name where the prefix is elided, ``correction`` the right spelling.
    """

    name: str
    span: Span
    role: FieldKind
    expansion: str | None = None
    correction: str | None = None


@dataclass(frozen=True)
class Timed:
    """An expression of time and what it means; ``clause`` is the part of the sentence it governs.

    ``deadline`` is None when it hangs on something outside the paper (汛前).
    """

    deadline: Deadline | None
    text: str
    span: Span
    weak: bool = False
    clause: str = ""
    clause_span: Span | None = None


@dataclass(frozen=True)
class Measure:
    """One sentence that tells a task; ``inherited``: its time is that of the clause or the point."""

    text: str
    span: Span
    times: tuple[Timed, ...] = ()
    governing: Timed | None = None
    inherited: bool = False
    targets: tuple[Target, ...] = ()
    units: tuple[Unit, ...] = ()
    persons: tuple[str, ...] = ()
    in_text: tuple[Unit, ...] = ()
    background: bool = False


@dataclass(frozen=True)
class Point:
    """A numbered item with a responsibility clause of its own, and its measures.

    ``title_is`` is problem (the heading is a fault) or unit (the heading names who does what follows).
    """

    number: str
    title: str
    span: Span
    title_span: Span
    path: tuple[str, ...] = ()
    title_is: str | None = None
    units: tuple[Unit, ...] = ()
    persons: tuple[str, ...] = ()
    times: tuple[Timed, ...] = ()
    governing: Timed | None = None
    targets: tuple[Target, ...] = ()
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True)
class Parsed:
    """A document as read. All spans are [start, stop) in characters of the text given to the parser."""

    doc_number: str | None
    title: str
    issuers: tuple[str, ...]
    issued_on: date | None
    date_text: str | None
    print_date: date | None
    plan_year: int | None
    points: tuple[Point, ...]
    overall_targets: tuple[Target, ...] = ()
    general_deadlines: tuple[Timed, ...] = ()
    default_units: tuple[str, ...] = ()
    lead_rule: bool = False

    def as_json(self) -> Json:
        """What ``tracker parse --json`` prints; facts that are absent have no key, except the main ones."""
        units = [unit for point in self.points for unit in _all_units(point)]
        return _kept(
            {
                "doc_number": self.doc_number,
                "title": self.title,
                "issuer": self.issuers[0] if self.issuers else None,
                "date": self.issued_on.isoformat() if self.issued_on else None,
                "plan_year": self.plan_year,
                "points": [_point(point) for point in self.points],
                "overall_targets": [target.as_json() for target in self.overall_targets],
            },
            issuers=list(self.issuers) if len(self.issuers) > 1 else None,
            date_text=self.date_text,
            print_date=self.print_date.isoformat() if self.print_date else None,
            general_deadlines=[_timed(timed) for timed in self.general_deadlines],
            default_units=list(self.default_units),
            lead_rule=self.lead_rule,
            unit_expansions={unit.name: unit.expansion for unit in units if unit.expansion},
            unit_corrections={unit.name: unit.correction for unit in units if unit.correction},
        )


def _kept(always: Json, **perhaps: Any) -> Json:
    return always | {key: value for key, value in perhaps.items() if value}


def _all_units(point: Point) -> list[Unit]:
    return [*point.units, *(unit for measure in point.measures for unit in measure.units)]


def _point(point: Point) -> Json:
    return _kept(
        {
            "number": point.number,
            "title": point.title,
            **_units(point.units),
            "measures": [_measure(measure) for measure in point.measures],
            "span": list(point.span),
            "title_span": list(point.title_span),
        },
        path=list(point.path) if len(point.path) > 1 else None,
        title_is=point.title_is,
        roles=_roles(point.units),
        persons=list(point.persons),
        unit_spans=_unit_spans(point.units),
        targets=[target.as_json() for target in point.targets],
    ) | _time(point.governing, point.times, always=False)


def _measure(measure: Measure) -> Json:
    shown: Json = {"text": measure.text, "span": list(measure.span)}
    shown |= _time(measure.governing, measure.times, always=True)
    shown["targets"] = [target.as_json() for target in measure.targets]
    if measure.units:
        shown |= _units(measure.units)
    return _kept(
        shown,
        roles=_roles(measure.units),
        persons=list(measure.persons),
        unit_spans=_unit_spans(measure.units),
        inherited=measure.inherited,
        weak=bool(measure.times) and all(timed.weak for timed in measure.times),
        background=measure.background,
        in_text_units={
            key: names
            for key, role in (("lead", FieldKind.LEAD), ("participate", FieldKind.COOPERATE))
            if (names := _named(measure.in_text, role))
        },
    )


def _units(units: Iterable[Unit]) -> Json:
    """The leads and all that answer for the work, in order; those who only supervise are apart."""
    doing = [unit for unit in units if unit.role is not FieldKind.SUPERVISE]
    return {
        "lead_units": _named(doing, FieldKind.LEAD),
        "responsible_units": list(dict.fromkeys(unit.name for unit in doing)),
    }


def _roles(units: Iterable[Unit]) -> Json:
    shown = {
        "cooperate": _named(units, FieldKind.COOPERATE),
        "supervise": _named(units, FieldKind.SUPERVISE),
    }
    return {role: names for role, names in shown.items() if names}


def _named(units: Iterable[Unit], role: FieldKind) -> list[str]:
    return list(dict.fromkeys(unit.name for unit in units if unit.role is role))


def _unit_spans(units: Iterable[Unit]) -> Json:
    spans: Json = {}
    for unit in units:
        spans.setdefault(unit.name, list(unit.span))
    return spans


def _time(governing: Timed | None, times: tuple[Timed, ...], *, always: bool) -> Json:
    """The deadline that counts and, where several are named, all of them with what each governs."""
    shown: Json = {}
    if governing:
        shown = _timed(governing)
        shown["deadline_span"] = shown.pop("span")
        shown.pop("clause", None)
        shown.pop("clause_span", None)
    elif always:
        shown = {"deadline": None, "deadline_text": ""}
    if len(times) > 1:
        shown["deadlines"] = [_timed(timed) for timed in times]
    return shown


def _timed(timed: Timed) -> Json:
    deadline = timed.deadline
    shown: Json = {"deadline": None, "deadline_text": timed.text, "span": list(timed.span)}
    if deadline:
        rule = recurrence_rule(deadline)
        shown["deadline"] = deadline.as_json() | ({"rrule": rule} if rule else {})
    if timed.clause_span:
        shown |= {"clause": timed.clause, "clause_span": list(timed.clause_span)}
    return shown


def moved(target: Target, span: Span) -> Target:
    """The target at its place in the whole text."""
    return replace(target, start=span[0], stop=span[1])
