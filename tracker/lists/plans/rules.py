"""What one item of a rectification plan says of an account, each fact with the words it was read in. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from tracker.documents import fields
from tracker.documents.fields import FieldKind
from tracker.lists.intake.rules import said_of

if TYPE_CHECKING:  # the documents' reader takes long to load
    from tracker.documents.deadlines import Deadline
    from tracker.documents.parsed import Parsed, Point

LONGEST_STAGE = 60
# Where the words of a field stand beside the form.
SENTENCES = {
    FieldKind.GOAL: "goal",
    FieldKind.MEASURES: "remedy",
    FieldKind.TIME: "deadline",
    FieldKind.PERSON: "person",
    FieldKind.RESPONSIBLE: "unit",
    FieldKind.LEAD: "lead_unit",
    FieldKind.COOPERATE: "supports",
    FieldKind.SUPERVISE: "accepting_unit",
}


@dataclass(frozen=True)
class Item:
    """One problem of a plan: ``typed`` fills the form, ``sentences`` tell where each fact was read."""

    place: int  # among the problems of the plan, from 1
    point: str  # 三（一）
    source: str  # the words of the whole item
    typed: Mapping[str, Any]
    units: tuple[str, ...]  # who is responsible, as written
    sentences: Mapping[str, str]


def items_of(text: str, parsed: "Parsed") -> list[Item]:
    """The problems of a plan in order; points that are orders and not faults are left out."""
    found = [point for point in parsed.points if _is_problem(text, point)]
    return [_item(place, text, point) for place, point in enumerate(found, 1)]


def _is_problem(text: str, point: "Point") -> bool:
    if point.title_is == "problem":
        return True
    kinds = {field.kind for field in fields.find(text[slice(*point.span)])}
    return FieldKind.PROBLEM in kinds or {FieldKind.GOAL, FieldKind.MEASURES} <= kinds


def _item(place: int, text: str, point: "Point") -> Item:
    source = text[slice(*point.span)].strip()
    said: dict[FieldKind, str] = {}
    sentences: dict[str, str] = {}
    for field in fields.find(source):
        value = source[field.value : field.stop].strip().rstrip("；;")
        said.setdefault(field.kind, value)
        if field.kind in SENTENCES:
            sentences.setdefault(SENTENCES[field.kind], source[field.start : field.stop].strip())
    problem = said.get(FieldKind.PROBLEM) or text[slice(*point.title_span)].strip(" 。\n")
    roles: dict[FieldKind, list[str]] = {}
    for unit in point.units:
        roles.setdefault(unit.role, []).append(unit.correction or unit.expansion or unit.name)
    owners = [*roles.get(FieldKind.LEAD, ()), *roles.get(FieldKind.RESPONSIBLE, ())]
    pace, deadline = _term(point.governing.deadline if point.governing else None)
    typed = {
        "text": f"{problem}。" if problem and problem[-1] not in "。！？" else problem,
        "goal": said.get(FieldKind.GOAL, ""),
        "remedy": said.get(FieldKind.MEASURES, ""),
        "person": said.get(FieldKind.PERSON, ""),
        "pace": pace,
        "deadline": deadline,
        "stages": said_of(_stages(point, deadline)),
        "supports": "、".join([*owners[1:], *roles.get(FieldKind.COOPERATE, ())]),
    }
    supervisors = roles.get(FieldKind.SUPERVISE, ())
    typed["accepting_name"] = supervisors[0] if supervisors else ""
    point_name = "".join(point.path) or point.number
    return Item(place, point_name, source, typed, tuple(owners), {"text": problem} | sentences)


def _term(deadline: "Deadline | None") -> tuple[str, date | None]:
    """Which pace and which day; 长期坚持 wins, since what is done for now goes on."""
    if deadline is None:
        return "dated", None
    if deadline.due is None and (deadline.open_ended or deadline.recurring):
        return "standing", None
    if deadline.due is None and deadline.immediate:
        return "immediate", None
    return "dated", deadline.due


def _stages(point: "Point", last: date | None) -> Iterator[tuple[date, str]]:
    """Measures with a day of their own before the last one."""
    for measure in point.measures:
        for time in () if measure.inherited else measure.times:
            due = time.deadline.due if time.deadline else None
            if due is not None and last is not None and due < last:
                text = " ".join((time.clause or measure.text).split()).strip("；。，")
                yield due, text[:LONGEST_STAGE]
