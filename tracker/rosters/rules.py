"""Pure rules of a roster: its columns and steps, what a cell may say, what is masked, what is done."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tracker.errors import Invalid
from tracker.words import Word
from tracker.workbooks import figures
from tracker.workbooks.figures import Cell
from tracker.workbooks.tables import bare

LONGEST_NAME = 100  # characters of an object's name
LONGEST = 500  # of a text
LONGEST_PERSON = 50
MOST_COLUMNS, MOST_STEPS = 40, 12
SOON_WORKDAYS = 5  # a step is due soon within so many working days
# Headings the program itself puts over a roster.
RESERVED = frozenset({"编号", "序号", "责任单位", "状态", "操作", "reason"})
HIDDEN = "***"  # what a masked number, day or choice shows

_PARTS = re.compile(r"[、,，;；\n]+")
_IDENTITY = re.compile(r"[0-9]{14,17}[0-9Xx]")
_LONG_NUMBER = re.compile(r"[0-9+() （）\-]{7,}")
_KEY = re.compile(r"[cs]([0-9]+)")


class Kind(Word):
    """What a column holds."""

    TEXT = "text", "文字"
    DAY = "day", "日期"
    NUMBER = "number", "数字"
    CHOICE = "choice", "选项"
    UNIT = "unit", "单位"
    PERSON = "person", "人员"


@dataclass(frozen=True)
class Column:
    """A column as the supervisor defines it. ``key`` never changes, so a filled value is never lost."""

    key: str
    name: str
    kind: Kind = Kind.TEXT
    detail: str = ""  # a number's 计量单位; the choices, parted by 、
    is_personal: bool = False
    is_dropped: bool = False  # no longer shown; what was filled in stays

    @property
    def choices(self) -> list[str]:
        return [part.strip() for part in _PARTS.split(self.detail) if part.strip()]

    @property
    def measure(self) -> str:
        return self.detail if self.kind is Kind.NUMBER else ""

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "kind": self.kind.value}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Column":
        return cls(**{**said, "kind": Kind(said["kind"])})


@dataclass(frozen=True)
class RosterStep:
    """A step every object has to take by a day; ``column`` must then hold ``at_least`` so much."""

    key: str
    title: str
    due: str  # 2020-06-30; in a template 06-30: of the year of the task
    column: str = ""
    at_least: str = ""
    is_dropped: bool = False

    @property
    def due_on(self) -> date:
        return date.fromisoformat(self.due)

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self))

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "RosterStep":
        return cls(**said)


@dataclass(frozen=True)
class Shape:
    """What a roster asks of each object: the word for it, columns and steps."""

    object_name: str = "名称"  # the heading over the objects' own names: 户主, 村名
    measure: str = "个"  # what they are counted in: 户, 个
    is_name_personal: bool = False
    columns: tuple[Column, ...] = ()
    steps: tuple[RosterStep, ...] = ()

    @property
    def shown_columns(self) -> list[Column]:
        return [column for column in self.columns if not column.is_dropped]

    @property
    def open_steps(self) -> list[RosterStep]:
        """Those still asked for, in the order of their days."""
        return sorted((step for step in self.steps if not step.is_dropped), key=lambda step: step.due)

    @property
    def personal(self) -> list[Column]:
        return [column for column in self.columns if column.is_personal]

    def column(self, key: str) -> Column | None:
        return next((column for column in self.columns if column.key == key), None)

    def step(self, key: str) -> RosterStep | None:
        return next((step for step in self.steps if step.key == key), None)


class Stand(NamedTuple):
    """Where an object stands: the first step not done ("" when all are) and the day it is due."""

    step: str
    due_on: date


class Tally(NamedTuple):
    """How many objects there are and how far they are; those withdrawn do not count."""

    total: int = 0
    closed: int = 0
    closing: int = 0
    overdue: int = 0

    @property
    def share(self) -> int:
        """销号率: whole percent, never 100 while one is open."""
        return 100 * self.closed // self.total if self.total else 0

    @property
    def left(self) -> int:
        return self.total - self.closed


def sum_of(tallies: Iterable[Tally]) -> Tally:
    """Several together."""
    return Tally(*(sum(counts) for counts in zip(*tallies, strict=True)))


def days_of(extended: Mapping[str, Any]) -> dict[str, date]:
    """The days among what was granted to an object."""
    return {key: date.fromisoformat(said["due"]) for key, said in extended.items()}


def due_of(step: RosterStep, extended: Mapping[str, date]) -> date:
    """The day of a step for one object; ``extended`` is key of a step → the day granted to it."""
    return max(step.due_on, extended.get(step.key, step.due_on))


def stand_of(shape: Shape, done: Collection[str], extended: Mapping[str, date] | None = None) -> Stand:
    """The first step that is not in ``done``; after the last one its day stays: it is to be struck off."""
    days = [(due_of(step, extended or {}), step.key) for step in shape.open_steps]
    ahead = [day for day in days if day[1] not in done]
    due_on, step = min(ahead, key=lambda day: day[0]) if ahead else (max(days)[0], "")
    return Stand(step, due_on)


def missing_steps(shape: Shape, done: Collection[str]) -> list[str]:
    """Titles of the steps still to be done, in order."""
    return [step.title for step in shape.open_steps if step.key not in done]


def shortfall(shape: Shape, step: RosterStep, values: Mapping[str, str]) -> str:
    """Why a step cannot be done yet by the numbers, as a sentence; "" when it can."""
    column = shape.column(step.column)
    if column is None or not step.at_least:
        return ""
    said = values.get(column.key, "")
    goal = f"“{step.title}”须{column.name}达到{step.at_least}{column.measure}"
    if not said:
        return f"{goal}，请先填写{column.name}"
    if not figures.is_number(said):
        return f"{goal}，现在填的是“{said}”，请改为数字"
    return "" if Decimal(said) >= Decimal(step.at_least) else f"{goal}，现在是{said}{column.measure}"


def check_day(on: date, since: date, today: date) -> None:
    """Invalid when nothing can have been done on that day."""
    if on > today:
        raise Invalid(f"完成日期{on}晚于今天，请核对", done_on="晚于今天")
    if on < since:
        raise Invalid(f"完成日期{on}太早，应在{since}以后，请核对", done_on=f"早于{since}")


def identity_numbers(shape: Shape, values: Mapping[str, str]) -> set[str]:
    """The personal numbers (身份证号) among the values: with the name they say who it is."""
    said = (values.get(column.key, "") for column in shape.personal)
    return {value.upper() for value in said if _IDENTITY.fullmatch(value)}


def read_value(column: Column, cell: Cell, unit_named: Callable[[str], str | None]) -> str:
    """What a cell says, in the one way it is kept; "" for nothing. Invalid says what to write instead.

    ``unit_named`` gives the full name of a unit however it is written, None for an unknown one.
    """
    figures.refuse_formula(cell)
    if not cell.text.strip():
        return ""
    match column.kind:
        case Kind.DAY:
            return figures.day(cell).isoformat()
        case Kind.NUMBER:
            value = figures.amount(cell, column.measure)
            return "" if value is None else figures.plain(value)
        case Kind.CHOICE:
            said = figures.words(cell, LONGEST)
            if said not in column.choices:
                raise Invalid(f"“{said}”不在选项里，请选{'、'.join(column.choices)}")
            return said
        case Kind.UNIT:
            said = figures.words(cell, LONGEST_NAME)
            name = unit_named(said)
            if name is None:
                raise Invalid(f"没有叫“{said}”的单位，请写单位的全称或简称")
            return name
        case Kind.PERSON:
            return text_of(cell, LONGEST_PERSON)
        case _:
            return text_of(cell, LONGEST)


def text_of(cell: Cell, longest: int) -> str:
    """The words of a cell; a long number must have been written as text, or its last digits are gone."""
    figures.refuse_formula(cell)
    if cell.kind is figures.Kind.NUMBER and ("e" in cell.text or len(cell.text) > 15):
        raise Invalid("是数值格式，15位以后的数字已经丢失，请把这一格设为文本格式后重新填写")
    return figures.words(cell, longest)


def mask(column: Column | None, said: str) -> str:
    """张*, 3309********34, 138****5678, 定海***; ``column`` None is the object's name."""
    if not said:
        return ""
    if column is not None and column.kind not in (Kind.TEXT, Kind.PERSON):
        return HIDDEN
    if _IDENTITY.fullmatch(said):
        return f"{said[:4]}********{said[-2:]}"
    if _LONG_NUMBER.fullmatch(said):
        return said[:3] + "*" * max(len(said) - 7, 2) + said[-4:] if len(said) >= 10 else f"{said[:2]}*****"
    if len(said) <= 4:
        return said[0] + "*" * max(len(said) - 1, 1)
    return said[:2] + HIDDEN


def keeps_mask(cell_text: str, masked: str, before: str) -> bool:
    """Whether a masked value came back as it went out: then it is unchanged. Invalid for half a mask."""
    if cell_text in (masked, before):
        return True
    if "*" in cell_text:
        raise Invalid("还是遮盖过的内容，请填写完整内容，或者恢复原样")
    return False


def asked_on(before: Shape, after: Shape, known: Collection[str]) -> date | None:
    """The first day a change of the steps asks something for; None when it asks for nothing new.

    A step asks when it is new, used again or brought forward; not by one of the ``known`` days.
    """
    was = {step.key: step.due for step in before.open_steps}
    new = [
        step.due_on
        for step in after.open_steps
        if step.due < was.get(step.key, "9") and step.due not in known
    ]
    return min(new, default=None)


def with_keys(before: Shape, after: Shape) -> Shape:
    """``after`` with keys for what is new, and with what was left out of it kept as dropped."""
    columns = list(after.columns)
    steps = list(after.steps)
    columns += [replace(c, is_dropped=True) for c in before.columns if c.key not in {o.key for o in columns}]
    steps += [replace(s, is_dropped=True) for s in before.steps if s.key not in {o.key for o in steps}]
    keys = [column.key for column in columns] + [step.key for step in steps]
    used = [int(found[1]) for key in keys if (found := _KEY.fullmatch(key))]
    number = max(used, default=0)
    for at, column in enumerate(columns):
        if not column.key:
            number += 1
            columns[at] = replace(column, key=f"c{number}")
    names = {column.name: column.key for column in columns}
    for at, step in enumerate(steps):
        step = replace(step, column=names.get(step.column, step.column))
        if not step.key:
            number += 1
            step = replace(step, key=f"s{number}")
        steps[at] = step
    return replace(after, columns=tuple(columns), steps=tuple(steps))


def check_shape(shape: Shape) -> None:
    """Invalid when a roster of this shape could not be filled in."""
    columns, steps = shape.shown_columns, shape.open_steps
    names = [shape.object_name, *(column.name for column in columns), *(step.title for step in steps)]
    found_by = [bare(name) for name in names]  # in a workbook
    twice = next((name for name in names if found_by.count(bare(name)) > 1), None)
    reserved = next((name for name in names if bare(name) in RESERVED or not bare(name)), None)
    if twice:
        raise Invalid(f"有两栏都叫“{twice}”，请改成不同的名称（括号里的字不算）")
    if reserved:
        raise Invalid(f"“{reserved}”是系统自带的栏目，或者没有字，请换一个名称")
    if not steps:
        raise Invalid("至少要有一个步骤，每个步骤有完成时限")
    for column in columns:
        if column.kind is Kind.CHOICE and len(column.choices) < 2:
            raise Invalid(f"“{column.name}”是选项，请写出至少两个选项，用顿号分开")
    numbers = {column.key or column.name for column in columns if column.kind is Kind.NUMBER}
    numbers |= {column.name for column in columns if column.kind is Kind.NUMBER}
    for step in steps:
        if bool(step.column) != bool(step.at_least):
            raise Invalid(f"步骤“{step.title}”的达标条件要同时选一个数字栏、填一个数")
        if step.column and step.column not in numbers:
            raise Invalid(f"步骤“{step.title}”的达标栏应是本台账的数字栏")


def of_year(steps: Sequence[RosterStep], year: int) -> tuple[RosterStep, ...]:
    """A template's steps with days of ``year``; a 29 February that year does not have is the 28th."""
    return tuple(replace(step, due=_in_year(step.due, year)) for step in steps)


def _in_year(due: str, year: int) -> str:
    try:
        return date.fromisoformat(f"{year}-{due[-5:]}").isoformat()
    except ValueError:
        return f"{year}-02-28"
