"""Words and records of a roster's workbook: an object as it stands, what a row would do, the whole. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from tracker.rosters.rules import Shape
from tracker.words import Word
from tracker.workbooks.problems import Problem, gathered

MAX_LISTED = 5_000  # objects of one workbook as it goes out
MAX_ROWS = 8_000  # of one that comes back
MAX_TOLD = 200  # rows a preview shows one by one
USE = "roster"  # what the codes of the rows are sealed for
CODE, NUMBER, UNIT, NAME, WISH, STATE = "编号", "序号", "责任单位", "name", "操作", "状态"
REQUEST = "申请销号"


class Stamp(NamedTuple):
    """Which object a row is, and the version it had when the workbook was made."""

    roster_id: int
    entry_id: int
    version: int


@dataclass(frozen=True)
class Standing:
    """An object as it stands now; ``done`` is key of a step → day."""

    id: int
    version: int
    number: int
    unit_id: int
    unit_name: str
    name: str
    values: Mapping[str, str]
    done: Mapping[str, date]
    state: Word


class Asker(NamedTuple):
    """Who sends the workbook: a unit for itself, or the office for all (``unit_id`` None)."""

    unit_id: int | None
    unit_name: str
    may_request: bool


class Outcome(Word):
    """What becomes of a row."""

    ADD = "add", "列入"
    CHANGE = "change", "修改"
    TAKEN = "taken", "已有"
    IDLE = "idle", "不动"


@dataclass(frozen=True)
class Plan:
    """What one row will do: nothing at all when there are problems."""

    number: int  # of the row
    entry_id: int  # 0 for a new object
    title: str
    outcome: Outcome
    unit_name: str = ""
    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)  # only those that change
    done: Mapping[str, date] = field(default_factory=dict)  # steps newly done, or done on another day
    requests: bool = False
    changes: tuple[tuple[str, str, str], ...] = ()  # heading, before, after
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_written(self) -> bool:
        return self.outcome in (Outcome.ADD, Outcome.CHANGE) and not self.problems


@dataclass(frozen=True)
class Preview:
    """A workbook held against the roster."""

    shape: Shape
    plans: Sequence[Plan]
    flaws: Sequence[Problem] = ()

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(places, message) of everything that stands against it."""
        return gathered((*self.flaws, *(problem for plan in self.plans for problem in plan.problems)))

    @property
    def written(self) -> list[Plan]:
        return [plan for plan in self.plans if plan.is_written]

    @property
    def told(self) -> list[Plan]:
        """The rows to look at: those to be written and those with a note; the first of many."""
        return [plan for plan in self.plans if plan.is_written or plan.notes][:MAX_TOLD]

    @property
    def untold(self) -> int:
        """How many rows to be written are not shown one by one."""
        return max(0, sum(bool(plan.is_written or plan.notes) for plan in self.plans) - MAX_TOLD)

    def count(self, outcome: Outcome) -> int:
        return sum(plan.outcome is outcome for plan in self.plans)

    @property
    def tally(self) -> str:
        """列入3户，修改12户，步骤完成9项，申请销号2户."""
        written, measure = self.written, self.shape.measure
        counts = {
            "列入{}" + measure: sum(plan.outcome is Outcome.ADD for plan in written),
            "修改{}" + measure: sum(plan.outcome is Outcome.CHANGE for plan in written),
            "步骤完成{}项": sum(len(plan.done) for plan in written),
            "申请销号{}" + measure: sum(plan.requests for plan in written),
        }
        return "，".join(words.replace("{}", str(count)) for words, count in counts.items() if count)
