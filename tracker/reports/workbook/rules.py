"""Words and records of the 填报表: columns, a duty as it stands, a row as filled, what it will do. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tracker.reports.workbook.stamps import Stamp
from tracker.words import Word
from tracker.workbooks import plans
from tracker.workbooks.figures import Cell

MAX_DUTIES = 2_000
MAX_WRITTEN = 500  # rows of one confirmation: seconds of work
LONGEST = 5000  # characters of one text, as on the page


class Heading(Word):
    """The columns that are read back, found by their words wherever they stand."""

    CODE = "code", "编号"
    SIGN = "sign", "签收"
    PROGRESS = "progress", "本次进展%"
    NO_CHANGE = "no_change", "无变化"
    TEXT = "text", "进展情况"
    DIFFICULTIES = "difficulties", "困难"
    ASKS = "asks", "需协调事项"
    REASON = "reason", "进展降低原因"
    WISH = "wish", "操作"
    AMOUNT = "amount", "本次填报数"


class Wish(Word):
    """操作: what is to be done with a row; nothing when it is left empty."""

    SUBMIT = "submit", "报送"
    DRAFT = "draft", "存草稿"


class Outcome(Word):
    """What becomes of a row."""

    SUBMIT = "submit", "报送"
    NO_CHANGE = "no_change", "报送（无变化）"
    DRAFT = "draft", "存草稿"
    RECEIVE = "receive", "签收"
    TAKEN = "taken", "已办过"
    IDLE = "idle", "不动"


WRITTEN = (Outcome.SUBMIT, Outcome.NO_CHANGE, Outcome.DRAFT, Outcome.RECEIVE)


@dataclass(frozen=True)
class Filled:
    """What a report says: ``readings`` is target id → value."""

    progress: int = 0
    text: str = ""
    difficulties: str = ""
    asks: str = ""
    reason: str = ""
    readings: Mapping[int, Decimal] = field(default_factory=dict)


class Latest(NamedTuple):
    """The latest report on a duty, in any state."""

    id: int
    version: int
    state: Word
    filled: Filled
    no_change: bool
    sent_on: date | None
    unclaimed: tuple[str, ...] = ()  # its files that say not yet what they prove

    @property
    def is_sent(self) -> bool:
        return self.state in ("submitted", "accepted")


class Wanted(NamedTuple):
    """A target the unit reports on; ``goal`` is what it should reach, in words."""

    id: int
    subject: str
    goal: str
    measure: str


@dataclass(frozen=True)
class Standing:
    """A duty as it stands now."""

    id: int
    unit_id: int
    version: int
    state: Word
    point: str  # 工作要点
    title: str
    duty: Word
    starts_on: date
    deadline: date | None
    progress: int  # accepted
    latest: Latest | None = None
    wanted: tuple[Wanted, ...] = ()

    @property
    def stamp(self) -> Stamp:
        latest = (self.latest.id, self.latest.version) if self.latest else (0, 0)
        return Stamp(self.id, self.unit_id, self.version, *latest)

    @property
    def filled(self) -> Filled:
        """What the row starts with, so that nobody types a thing twice: the latest draft or report."""
        if self.latest is None:
            return Filled(progress=self.progress)
        is_done = self.latest.state == "accepted"
        return replace(self.latest.filled, reason="") if is_done else self.latest.filled


@dataclass(frozen=True)
class Row:
    """One row of the main sheet; ``cells`` has a cell for every column the sheet has."""

    number: int
    stamp: Stamp
    cells: Mapping[Heading, Cell]
    amounts: Mapping[int, Cell] = field(default_factory=dict)  # target id → cell of the sheet 指标


@dataclass(frozen=True)
class Plan(plans.Plan):
    """What one row will do to its duty."""

    WRITTEN = WRITTEN
    assignment_id: int = 0
    signs: bool = False
    filled: Filled = field(default_factory=Filled)


@dataclass(frozen=True)
class Preview(plans.Preview[Plan]):
    """A 填报表 held against the ledger."""

    @property
    def tally(self) -> str:
        """报送3项，签收2项."""
        counts = [(outcome.label, self.count(outcome)) for outcome in WRITTEN]
        counts[-1] = (Outcome.RECEIVE.label, sum(plan.signs for plan in self.written))
        return "，".join(f"{label}{count}项" for label, count in counts if count)
