"""Words and records of a roster's workbook: an object as it stands, what a row would do, the whole. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from tracker.words import Word
from tracker.workbooks import plans

MAX_LISTED = 5_000  # objects of one workbook as it goes out
MAX_ROWS = 8_000  # of one that comes back
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
class Plan(plans.Plan):
    """What one row will do to its object."""

    WRITTEN = (Outcome.ADD, Outcome.CHANGE)
    entry_id: int = 0  # 0 for a new object
    unit_name: str = ""
    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)  # only those that change
    done: Mapping[str, date] = field(default_factory=dict)  # steps newly done, or done on another day
    requests: bool = False


@dataclass(frozen=True)
class Preview(plans.Preview[Plan]):
    """A workbook held against the roster."""

    measure: str = ""  # what the objects are counted in

    @property
    def tally(self) -> str:
        """列入3户，修改12户，步骤完成9项，申请销号2户."""
        written, measure = self.written, self.measure
        counts = {
            "列入{}" + measure: self.count(Outcome.ADD),
            "修改{}" + measure: self.count(Outcome.CHANGE),
            "步骤完成{}项": sum(len(plan.done) for plan in written),
            "申请销号{}" + measure: sum(plan.requests for plan in written),
        }
        return "，".join(words.replace("{}", str(count)) for words, count in counts.items() if count)
