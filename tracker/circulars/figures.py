"""What a circular is made from: one month's measured facts, frozen before a word is written. Pure."""

from dataclasses import asdict, dataclass, is_dataclass
from datetime import date
from decimal import Decimal
from types import UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from tracker.words import Word

Record = TypeVar("Record")


@dataclass(frozen=True)
class Standing:
    """One unit's line in the table of its board."""

    unit: str
    rank: int | None  # None: not ranked, ``note`` says why
    band: str  # 好, 较好, 一般, 滞后; "" without a score
    score: Decimal | None  # None: nothing was due
    due: int  # 应办结 in the month, with what was overdue from before
    on_time: int
    overdue: int
    moved: int | None = None  # places gained since last month, negative when lost; None: no comparison
    is_behind: bool = False  # on the 滞后 list
    note: str = ""
    obligations: int | None = None  # duties and rectifications behind the score; None: not known
    unit_id: int | None = None


@dataclass(frozen=True)
class Board:
    """评价组: units compared with each other, in the order in which the table prints them."""

    name: str
    standings: tuple[Standing, ...]
    note: str = ""  # why nobody is ranked, a full sentence; empty when the board is ranked
    is_banded: bool = False  # show 档次 instead of 名次
    ranked_before: int | None = None  # how many were ranked in the month before
    target: Decimal | None = None  # 目标: the score the month's formula asks of everybody


@dataclass(frozen=True)
class Totals:
    """The month in whole: duties due = on time + late + overdue + those whose last day is the cut-off.

    What was overdue from earlier months is due again in this one.
    """

    units: int
    tasks: int
    assignments: int
    due: int
    on_time: int
    late: int  # closed in the end, after the deadline
    overdue: int  # past the deadline and still open at the cut-off
    due_next: int  # falling due in the month after
    carried: int = 0  # of those due, how many were overdue from earlier months
    unconfirmed: int = 0  # of those due: past when their document was issued, not confirmed, not scored
    unnoticed: int = 0  # of those due: late, but the unit had notice only after the deadline; not scored
    last_day: int = 0  # open at the cut-off, and still in time: no working day has passed since the deadline

    @property
    def adds_up(self) -> bool:
        return self.due == self.on_time + self.late + self.overdue + self.last_day


@dataclass(frozen=True)
class ListTotals:
    """三张清单: problems entered and struck off in the month, and those on the books at its end."""

    registered: int
    closed: int
    open: int


@dataclass(frozen=True)
class Urging:
    """催办督办: what was sent to the units in the month."""

    reminders: int
    blue: int
    yellow: int
    red: int

    @property
    def slips(self) -> int:
        return self.blue + self.yellow + self.red


@dataclass(frozen=True)
class Case:
    """One duty past its deadline and still open at the cut-off."""

    unit: str
    duty: str  # 牵头, 责任, 配合
    task: str
    deadline: date
    days: int  # working days overdue
    unit_id: int | None = None


@dataclass(frozen=True)
class SlipCase:
    """督办单: one yellow or red slip of the month, by its number."""

    unit: str
    number: str  # 督红〔2020〕1号
    task: str
    is_answered: bool  # replied to by the cut-off
    unit_id: int | None = None


@dataclass(frozen=True)
class ProblemCase:
    """A problem on the books whose rectification is past its deadline at the cut-off."""

    unit: str
    number: str  # 账号
    text: str
    deadline: date
    days: int  # working days overdue
    unit_id: int | None = None


@dataclass(frozen=True)
class WorkRow:
    """One line of the annex: 工作内容, 牵头单位, 进展情况."""

    text: str
    lead: str
    progress: str


@dataclass(frozen=True)
class Figures:
    """One month, complete: text, tables and annexes of the circular are written from this alone."""

    year: int
    month: int
    cutoff_on: date
    basis: str  # the source documents as cited: 《…工作要点》（…〔2020〕2号）
    addressee: str  # without the colon
    model_version: int
    totals: Totals
    last: Totals | None  # the month before; None in the first month
    boards: tuple[Board, ...]
    cases: tuple[Case, ...]  # longest overdue first
    lists: ListTotals
    urging: Urging
    works: tuple[WorkRow, ...]
    slips: tuple[SlipCase, ...] = ()  # yellow and red ones, in order of issue
    problems: tuple[ProblemCase, ...] = ()  # longest overdue first
    facts: tuple[str, ...] = ()  # fingerprints of the evaluations they were taken from


def to_json(record: Any) -> dict[str, Any]:
    """A dataclass of this room as a JSON object: days as ISO text, decimals as text, tuples as lists."""
    return {name: _plain(value) for name, value in asdict(record).items()}


def from_json(kind: type[Record], stored: dict[str, Any]) -> Record:
    """The dataclass that ``to_json`` made; a missing key takes its default, an unknown one is a KeyError."""
    record: Record = _typed(kind, stored)
    return record


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, Decimal | date) else value


def _typed(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(kind) is UnionType:
        (kind,) = (option for option in get_args(kind) if option is not type(None))
    if get_origin(kind) is tuple:
        return tuple(_typed(get_args(kind)[0], inner) for inner in value)
    if is_dataclass(kind):
        hints, build = get_type_hints(kind), cast(Any, kind)
        return build(**{name: _typed(hints[name], inner) for name, inner in value.items()})
    if kind is date:
        return date.fromisoformat(value)
    is_word = isinstance(kind, type) and issubclass(kind, Word)
    return kind(value) if is_word or kind is Decimal else value
