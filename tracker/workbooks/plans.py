"""What each row of a workbook that came back would do, what stands against it, and the whole. Pure."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from tracker.errors import DomainError, Invalid, WrongState
from tracker.words import Word
from tracker.workbooks.figures import Cell, refuse_formula
from tracker.workbooks.problems import Problem, gathered

MAX_TOLD = 200  # rows a preview shows one by one
_ROW = re.compile(r"(?:第|[A-Z]+)(\d+)")  # in 第7行 and A7
Name = TypeVar("Name")
Value = TypeVar("Value")


@dataclass(frozen=True)
class Plan:
    """What one row will do: nothing at all when there are problems."""

    number: int  # of the row
    title: str
    outcome: Word
    changes: tuple[tuple[str, str | None, str], ...] = ()  # field, before, after
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    WRITTEN: ClassVar[Collection[Word]]  # the outcomes that write something

    @property
    def is_written(self) -> bool:
        return self.outcome in self.WRITTEN and not self.problems

    @property
    def is_told(self) -> bool:
        """Whether a person should look at the row."""
        return (self.is_written or bool(self.notes)) and not self.problems


AnyPlan = TypeVar("AnyPlan", bound=Plan)


@dataclass(frozen=True)
class Preview(Generic[AnyPlan]):
    """A workbook held against what stands: row by row what would happen, or why nothing can."""

    plans: Sequence[AnyPlan]
    flaws: Sequence[Problem] = ()  # of the workbook as a whole

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(places, message) of everything that stands against it; the same message is said once."""
        return gathered((*self.flaws, *(problem for plan in self.plans for problem in plan.problems)))

    @property
    def faulty_rows(self) -> int:
        """How many rows have something against them; 0 where it stands against the workbook as a whole."""
        flawed = (_ROW.match(flaw.place) for flaw in self.flaws)
        return len({int(row[1]) for row in flawed if row} | {p.number for p in self.plans if p.problems})

    @property
    def written(self) -> list[AnyPlan]:
        return [plan for plan in self.plans if plan.is_written]

    @property
    def told(self) -> list[AnyPlan]:
        """The rows to look at: those to be written and those with a note; the first of many."""
        return [plan for plan in self.plans if plan.is_told][:MAX_TOLD]

    @property
    def untold(self) -> int:
        """How many more there are."""
        return max(0, sum(plan.is_told for plan in self.plans) - MAX_TOLD)

    @property
    def folded(self) -> list[AnyPlan]:
        """The rows with which nothing happens."""
        return [plan for plan in self.plans if not (plan.is_told or plan.problems)]

    def count(self, outcome: Word) -> int:
        return sum(plan.outcome is outcome and not plan.problems for plan in self.plans)

    def check(self) -> None:
        """WrongState when anything stands against it."""
        if self.problems:
            raise WrongState("有内容需要修改，整份都没有写入；请按下面的提示改好，再重新上传")

    def take(self, write: Callable[[AnyPlan], None]) -> None:
        """``write`` every row that is to be written. WrongState when one, for whatever reason, cannot be."""
        for plan in self.written:
            try:
                write(plan)
            except DomainError as refusal:
                raise WrongState(f"第{plan.number}行“{plan.title}”：{refusal}。整份都没有写入") from refusal


class Judge(Generic[Name]):
    """One row while it is being judged; problems are gathered, so that all are told at once."""

    def __init__(self, number: int, cells: Mapping[Name, Cell], code: Name) -> None:
        self.number, self.cells, self.code = number, cells, code
        self.problems: list[Problem] = []
        self.refused: set[Name] = set()
        self.notes: list[str] = []

    def said(self, name: Name) -> str:
        """What stands in a cell, without the blanks around it; nothing without the column."""
        return self.cells[name].text.strip() if name in self.cells else ""

    def read(self, name: Name, meaning: Callable[[Cell], Value], cell: Cell | None = None) -> Value | None:
        """What a cell means; None without the column, and when it means nothing (which is then told)."""
        cell = cell or self.cells.get(name)
        if cell is None:
            return None
        try:
            refuse_formula(cell)
            return meaning(cell)
        except Invalid as refusal:
            self.refuse(name, str(refusal), cell)
            return None

    def refuse(self, name: Name, message: str, cell: Cell | None = None) -> None:
        """Against a cell; where the column is missing, against the row."""
        self.refused.add(name)
        cell = cell or self.cells.get(name) or self.cells.get(self.code)
        self.problems.append(Problem(cell.address if cell else f"第{self.number}行", message))
