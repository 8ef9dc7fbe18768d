"""A reading (识别结果): what was read in a document, as a person has corrected it so far. Pure.

The whole is stored as JSON on the document, so that edits survive a reload, and becomes tasks when adopted.
Spans are [start, stop) in characters of the document's text. Keys name rows for as long as the reading lives:
points, tasks, units and targets share one series.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from tracker.words import Word

TITLE_LENGTH = 40  # of a title cut from a sentence
LONGEST_TITLE = 200  # of one a person writes
# How or why, before the sentence comes to what is to be done.
_CIRCUMSTANCE = re.compile("^(?:按照|根据|依据|围绕|结合|针对|利用|通过|为了?|以)[^，。；：]{2,}，(?=.{8})")
RATES = ("%", "‰", "个百分点", "成")
LARGEST = Decimal(10) ** 15


class Duty(Word):
    """What a unit is to a task. 责任 where the document marks no lead."""

    LEAD = "lead", "牵头"
    RESPONSIBLE = "responsible", "责任"
    SUPPORT = "support", "配合"


class DeadlineBasis(Word):
    """Why the deadline is what it is."""

    TEXT = "text", "文中写明"
    DOCUMENT_YEAR = "document_year", "按文件年度"
    PERSON = "person", "人工设定"


class Reporting(Word):
    """填报要求: when a task asks for reports. Daily and weekly do not exist (减负)."""

    AT_NODES = "at_nodes", "按节点"
    MONTHLY = "monthly", "按月"
    QUARTERLY = "quarterly", "按季"


@dataclass(frozen=True)
class UnitName:
    """A responsible unit as written. ``chosen``: unit ids a person named for it; None: ask the directory."""

    key: int
    text: str
    duty: Duty
    start: int | None = None
    stop: int | None = None
    chosen: tuple[int, ...] | None = None


@dataclass(frozen=True)
class TargetRow:
    """A target, or with ``scope`` (定海) the share of one unit of it."""

    key: int
    subject: str
    comparison: str
    value: str  # decimal digits; empty where the text gives no plain number
    value_text: str
    measure: str
    per: str = ""
    scope: str = ""
    start: int | None = None
    stop: int | None = None


@dataclass(frozen=True)
class DraftTask:
    """A task to be. ``units`` None: those of its point. ``deadline`` and ``starts_on`` are ISO days."""

    key: int
    title: str
    text: str
    start: int
    stop: int
    deadline: str | None
    basis: DeadlineBasis
    deadline_text: str = ""
    starts_on: str | None = None
    recurrence: str | None = None  # RFC 5545 RRULE
    reporting: Reporting = Reporting.AT_NODES
    is_open_ended: bool = False
    is_past_confirmed: bool = False
    deadline_start: int | None = None
    deadline_stop: int | None = None
    doubt: str = ""  # what a person should look at: 时限表述有歧义 …
    units: tuple[UnitName, ...] | None = None
    targets: tuple[TargetRow, ...] = ()
    is_dropped: bool = False
    task_id: int | None = None  # what it became

    @property
    def is_in_text(self) -> bool:
        """False where a person wrote it."""
        return self.start < self.stop


@dataclass(frozen=True)
class DraftPoint:
    """One work point with its units and tasks."""

    key: int
    number: str
    title: str
    start: int
    stop: int
    units: tuple[UnitName, ...]
    tasks: tuple[DraftTask, ...]
    is_dropped: bool = False
    title_stop: int = 0  # where marker and title end in the text


class Size(NamedTuple):
    """How much a reading holds; what is dropped does not count."""

    points: int
    tasks: int


@dataclass(frozen=True)
class Reading:
    """All work points in order. ``next_key`` is the first key not yet given out.

    ``notes`` say what of the file a person should know: what could not be read, what was left out.
    """

    points: tuple[DraftPoint, ...] = ()
    next_key: int = 1
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        stored: dict[str, Any] = _json(self)
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Reading":
        """The inverse of ``as_json``; the empty object is the empty reading."""
        points = tuple(_point(point) for point in stored.get("points", ()))
        return cls(points, stored.get("next_key", 1), tuple(stored.get("notes", ())))

    def tasks(self) -> Iterator[tuple[DraftPoint, DraftTask]]:
        """Every task that is not dropped, with its point."""
        for point in self.points:
            if not point.is_dropped:
                for task in point.tasks:
                    if not task.is_dropped:
                        yield point, task

    def size(self) -> "Size":
        """How many points and tasks it would make."""
        kept = list(self.tasks())
        return Size(len({point.key for point, _ in kept}), len(kept))

    def find_point(self, key: int) -> DraftPoint | None:
        return next((point for point in self.points if point.key == key), None)

    def find_task(self, key: int) -> DraftTask | None:
        return next((task for point in self.points for task in point.tasks if task.key == key), None)

    def find_unit(self, key: int) -> UnitName | None:
        lists = [units for point in self.points for units in unit_lists(point)]
        return next((unit for units in lists for unit in units if unit.key == key), None)

    def find_target(self, key: int) -> TargetRow | None:
        tasks = (task for point in self.points for task in point.tasks)
        return next((target for task in tasks for target in task.targets if target.key == key), None)


class Keys:
    """Gives rows their keys."""

    def __init__(self, next_key: int = 1) -> None:
        self.next = next_key

    def take(self) -> int:
        self.next += 1
        return self.next - 1


class Breakdown(NamedTuple):
    """A target and its shares. ``whole`` is None where the text gives shares without their sum."""

    whole: TargetRow | None
    parts: tuple[TargetRow, ...]

    @property
    def rows(self) -> tuple[TargetRow, ...]:
        return self.parts if self.whole is None else (self.whole, *self.parts)

    @property
    def total(self) -> Decimal:
        return sum((Decimal(part.value) for part in self.parts if part.value), Decimal(0))

    @property
    def adds_up(self) -> bool:
        """Whether the shares are parts of a sum; rates and growth are not."""
        part = next(iter(self.parts), None)
        return part is not None and part.measure not in RATES and part.comparison.strip("<>=~") == ""

    @property
    def difference(self) -> Decimal:
        """How much the shares fall short of the whole, negative when they exceed it; 0 without either."""
        if self.whole is None or not self.whole.value or not self.adds_up:
            return Decimal(0)
        return Decimal(self.whole.value) - self.total


def breakdowns(targets: Sequence[TargetRow]) -> list[Breakdown]:
    """Every target of a task with the shares of the same subject and measure; each row is in just one."""
    shares: dict[tuple[str, str], list[TargetRow]] = {}
    for target in targets:
        if target.scope:
            shares.setdefault((target.subject, target.measure), []).append(target)
    wholes = [
        Breakdown(target, tuple(shares.pop((target.subject, target.measure), ())))
        for target in targets
        if not target.scope
    ]
    return wholes + [Breakdown(None, tuple(parts)) for parts in shares.values()]


def is_number(text: str) -> bool:
    """Whether a column of twenty digits, four of them decimals, can keep it."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    return number.is_finite() and abs(number) < LARGEST and number == round(number, 4)


def plain(value: str | Decimal) -> str:
    """A number without trailing zeros or exponent: 24, 91.5."""
    return f"{Decimal(value).normalize():f}"


def place_of(reading: Reading, key: int) -> str:
    """Where a row stands, for people: 三、全面摸排核查, 第2项; empty when it is no longer there."""
    for point in reading.points:
        here = f"{point.number}、{short(point.title)}"
        if key == point.key or any(unit.key == key for unit in point.units):
            return here
        for number, task in enumerate(point.tasks, start=1):
            rows: tuple[UnitName | TargetRow, ...] = (*(task.units or ()), *task.targets)
            if key == task.key or any(row.key == key for row in rows):
                return f"{here}，第{number}项"
    return ""


def found_at(text: str, words: str, near: int = 0) -> tuple[int, int]:
    """The span of ``words`` in the text, behind ``near`` if they are there; an empty one when nowhere."""
    start = text.find(words, near)
    start = text.find(words) if start < 0 else start
    return (start, start + len(words)) if start >= 0 else (near, near)


def units_of(point: DraftPoint, task: DraftTask) -> tuple[UnitName, ...]:
    """The task's own units, or those of its point."""
    return point.units if task.units is None else task.units


def owner_of(point: DraftPoint, task: DraftTask) -> int:
    """The key of whoever has the units of a task: the task itself, or its point."""
    return point.key if task.units is None else task.key


def unit_lists(point: DraftPoint) -> list[tuple[UnitName, ...]]:
    """The units of a point, then those its tasks have of their own."""
    return [point.units, *(task.units for task in point.tasks if task.units is not None)]


def with_tasks(point: DraftPoint, change: Callable[[DraftTask], DraftTask]) -> DraftPoint:
    """The point with every task changed."""
    return replace(point, tasks=tuple(change(task) for task in point.tasks))


def short(text: str) -> str:
    """A sentence cut to a title: what is to be done, in whole clauses if they fit, else as much as fits."""
    text = text.strip().rstrip("。；，、.;")
    if len(text) <= TITLE_LENGTH:
        return text
    text = _CIRCUMSTANCE.sub("", text)
    if len(text) <= TITLE_LENGTH:
        return text
    cut = max(text.rfind(stop, TITLE_LENGTH // 4, TITLE_LENGTH) for stop in "，；。：")
    return text[:cut] if cut > 0 else text[: TITLE_LENGTH - 1] + "…"


def _json(value: Any) -> Any:
    """Rows and tuples as JSON gives them back."""
    if isinstance(value, tuple):
        return [_json(part) for part in value]
    if isinstance(value, Reading | DraftPoint | DraftTask | UnitName | TargetRow):
        return {name: _json(part) for name, part in vars(value).items()}
    return value


def _point(stored: dict[str, Any]) -> DraftPoint:
    return DraftPoint(
        **stored
        | {"units": _unit_names(stored["units"]), "tasks": tuple(_task(task) for task in stored["tasks"])}
    )


def _task(stored: dict[str, Any]) -> DraftTask:
    return DraftTask(
        **stored
        | {
            "basis": DeadlineBasis(stored["basis"]),
            "reporting": Reporting(stored.get("reporting", Reporting.AT_NODES)),
            "units": None if stored["units"] is None else _unit_names(stored["units"]),
            "targets": tuple(TargetRow(**target) for target in stored["targets"]),
        }
    )


def _unit_names(stored: list[dict[str, Any]]) -> tuple[UnitName, ...]:
    return tuple(
        UnitName(**unit | {"duty": Duty(unit["duty"]), "chosen": None if chosen is None else tuple(chosen)})
        for unit in stored
        for chosen in [unit["chosen"]]
    )
