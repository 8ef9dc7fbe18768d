"""What each row of a registration workbook would enter or amend, and what stands against it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, TypeVar

from tracker.accounts.models import Unit
from tracker.documents.directory import Directory
from tracker.errors import Invalid
from tracker.lists.actions import Findings, faults
from tracker.lists.intake.actions import told
from tracker.lists.intake.forms import ISSUED
from tracker.lists.intake.rules import changes, day_of, stages_of, unit_of, units_of
from tracker.lists.models import Pace, ProblemSource, Severity
from tracker.lists.rules import immediate_deadline
from tracker.lists.workbook.rules import NO_GOAL, Heading, Outcome, Plan, Stamp
from tracker.text import fold
from tracker.words import Word
from tracker.workbooks.figures import Cell, Kind, words
from tracker.workbooks.plans import Judge

LONGEST, SHORT = 2000, 50
Value = TypeVar("Value")
COMMON = {"共性": True, "共性问题": True, "是": True, "个性": False, "个性问题": False, "否": False}
FREE = (  # fields that are text as written
    Heading.SOURCE_NUMBER,
    Heading.CALLER,
    Heading.KIND,
    Heading.BASIS,
    Heading.REMEDY,
    Heading.LEADER,
    Heading.PERSON,
    Heading.PHONE,
    Heading.CONTENT,
)
LONG = (Heading.BASIS, Heading.REMEDY, Heading.CONTENT)


@dataclass(frozen=True)
class Standing:
    """An account as it stands: what it says, whether its unit has it already, who did the last thing."""

    number: str
    findings: Findings
    stamp: Stamp
    is_issued: bool
    is_done_with: bool
    last_word: Callable[[], str]


@dataclass(frozen=True)
class Ground:
    """What the rows are held against."""

    names: Directory
    units: Mapping[int, Unit]
    source: ProblemSource  # of rows that name none
    accepting_unit: Unit  # likewise
    today: date
    standing: Mapping[int, Standing]
    entered: Mapping[tuple[int, str], str]  # (unit, text) → account number
    numbers: Mapping[str, str]  # account number → text


def judge(number: int, cells: Mapping[Heading, Cell], stamp: Stamp | None, ground: Ground) -> Plan:
    """One row; ``stamp`` is what its code says, None for a new one."""
    return _Judge(number, cells, ground).plan(stamp)


class _Judge(Judge[Heading]):
    """A row and the account it names, or would open."""

    def __init__(self, number: int, cells: Mapping[Heading, Cell], ground: Ground) -> None:
        super().__init__(number, cells, Heading.CODE)
        self.ground = ground

    def plan(self, stamp: Stamp | None) -> Plan:
        standing = self.ground.standing.get(stamp.problem_id) if stamp else None
        if stamp and standing is None:
            self.refuse(Heading.CODE, "这个账号不在您的查看范围内，请重新下载登记表")
        before = standing.findings if standing else None
        found = self._findings(before)
        if self.problems:
            self._hold_against_rules(found)
            return self._as(Outcome.IDLE)
        if standing is None:
            return self._new(found)
        return self._amended(found, standing, stamp)

    def _hold_against_rules(self, found: Findings) -> None:
        """What else is wrong, column by column; nothing is said of a day counted from one not understood."""
        after = {Heading.DEADLINE, Heading.SOURCE_ON} if Heading.FOUND_ON in self.refused else set()
        for field, message in faults(found, self.ground.today).items():
            if Heading(field) not in self.refused | after:
                self.refuse(Heading(field), message)

    def _new(self, found: Findings) -> Plan:
        number = self.said(Heading.NUMBER)
        if number in self.ground.numbers and self.ground.numbers[number] != found.text:
            self.refuse(Heading.NUMBER, "这个账号已在账上；要更正，请用“下载登记表”得到的表格，不要删去编号")
        if twin := self.ground.entered.get((found.unit.id, found.text)):
            self.notes.append(f"已经挂账，账号{twin}，不重复建账")
            return self._as(Outcome.TAKEN)
        self._hold_against_rules(found)
        return self._as(Outcome.REGISTER, found)

    def _amended(self, found: Findings, standing: Standing, stamp: Stamp | None) -> Plan:
        before = standing.findings
        rows = {name: (old, new) for name, (old, new) in changes(told(before), told(found)).items()}
        if found.caller != before.caller:
            rows["caller"] = ("", "已更正")
        if not rows:
            return self._as(Outcome.IDLE)
        if stamp != standing.stamp:
            self.refuse(Heading.CODE, f"您下载之后，{standing.last_word()}，请重新下载登记表，把改动抄过去")
        elif standing.is_done_with:
            self.refuse(Heading.CODE, f"账号{standing.number}已销号或中止，不能再更正")
        elif standing.is_issued:
            for field in ISSUED:
                if getattr(found, field) != getattr(before, field):
                    self.refuse(Heading(field), "已交办的账号不能在这里改这一栏：异议、延期另走程序")
        self._hold_against_rules(found)
        told_rows = tuple((name, old, new) for name, (old, new) in rows.items())
        return replace(self._as(Outcome.AMEND, found), changes=told_rows)

    def _findings(self, before: Findings | None) -> Findings:
        """The row as it would be entered; columns that are not there keep what stands.

        With problems it is only fit to look for more of them.
        """
        said: dict[str, Any] = {}
        for heading in FREE:
            longest = LONGEST if heading in LONG else SHORT
            said[heading.value] = self.read(heading, partial(words, longest=longest))
        said["text"] = self.read(Heading.TEXT, lambda cell: words(cell, LONGEST))
        said["goal"] = self.read(Heading.GOAL, lambda cell: words(cell, LONGEST))
        said["source"] = self._choice(Heading.SOURCE, ProblemSource)
        said["severity"] = self._choice(Heading.SEVERITY, Severity)
        said["is_common"] = self.read(Heading.IS_COMMON, _common)
        said["found_on"] = self.read(Heading.FOUND_ON, _day)
        said["source_on"] = self.read(Heading.SOURCE_ON, _day)
        said["unit"] = self._unit(Heading.UNIT)
        said["lead_unit"] = self._unit(Heading.LEAD_UNIT)
        said["accepting_unit"] = self._unit(Heading.ACCEPTING_UNIT)
        said["supports"] = self._supports()
        said["stages"] = self.read(Heading.STAGES, lambda cell: stages_of(words(cell, LONGEST)))
        pace, deadline = self._term(said["found_on"] or (before.found_on if before else self.ground.today))
        said["pace"], said["deadline"] = pace, deadline
        if before is not None:
            kept = {name: value for name, value in said.items() if self._has(name)}
            return replace(before, **_complete(kept, before))
        if said["unit"] is None and said["lead_unit"] is not None:
            said["unit"], said["lead_unit"] = said["lead_unit"], None
        if not said["text"] and Heading.TEXT not in self.refused:
            self.refuse(Heading.TEXT, "没有写问题描述")
        if said["unit"] is None and self.refused.isdisjoint((Heading.UNIT, Heading.LEAD_UNIT)):
            self.refuse(Heading.UNIT, "请填写涉及单位（责任单位）")
        if said["source"] is ProblemSource.OVERDUE:
            self.refuse(Heading.SOURCE, "逾期任务由系统自动挂账，请选其他来源")
        if not said["goal"] and Heading.GOAL not in self.refused:
            said["goal"] = NO_GOAL
            self.notes.append(f"没有写整改目标，按“{NO_GOAL}”登记")
        if pace is None and self.refused.isdisjoint((Heading.PACE, Heading.DEADLINE)):
            self.refuse(Heading.DEADLINE, "请填写时限，或者在“时间类别”写立行立改、长期坚持")
        said["stages"] = said["stages"] or ()
        said["source"] = said["source"] or self.ground.source
        said["severity"] = said["severity"] or Severity.ORDINARY
        said["found_on"] = said["found_on"] or self.ground.today
        said["accepting_unit"] = said["accepting_unit"] or self.ground.accepting_unit
        said["is_common"] = bool(said["is_common"])
        if said["lead_unit"] == said["unit"]:
            said["lead_unit"] = None
        return Findings(**_worded(said))

    def _term(self, found_on: date) -> tuple[Pace | None, date | None]:
        """时间类别 and 时限: each may say what belongs to the other; a phrase is read as in a document."""
        kind = self.said(Heading.PACE)
        pace = next((one for one in Pace if one.label in kind), None)
        if kind and pace is None:
            labels = "、".join(one.label for one in Pace)
            self.refuse(Heading.PACE, f"“{kind[:20]}”不对，请填{labels}")
        phrase = "".join(self.said(Heading.DEADLINE).split())
        day = self.read(Heading.DEADLINE, lambda c: _deadline(c, found_on))
        if (
            day is not None
            and self.cells[Heading.DEADLINE].kind is Kind.TEXT
            and f"{day}" not in phrase
            and pace is not Pace.STANDING
        ):
            self.notes.append(f"时限“{phrase[:20]}”读作{day}")
        if pace is None and phrase:
            pace = next((one for one in (Pace.STANDING, Pace.IMMEDIATE) if one.label in phrase), None)
        if pace is None and day is not None:
            pace = Pace.DATED
        if pace is Pace.IMMEDIATE and day and day > immediate_deadline(found_on) and not kind:
            pace = Pace.DATED
        return pace, None if pace is Pace.STANDING else day

    def _supports(self) -> tuple[Unit, ...]:
        ids = self.read(Heading.SUPPORTS, lambda cell: units_of(words(cell, LONGEST), self.ground.names))
        return tuple(self.ground.units[id_] for id_ in ids or ())

    def _unit(self, heading: Heading) -> Unit | None:
        id_ = self.read(heading, lambda cell: _one_unit(words(cell, LONGEST), self.ground.names))
        return None if id_ is None else self.ground.units[id_]

    def _choice(self, heading: Heading, choices: type[Value]) -> Value | None:
        return self.read(heading, lambda cell: _word(cell, choices))

    def _has(self, name: str) -> bool:
        """Whether the workbook has the column; pace and deadline tell of each other."""
        if name in ("pace", "deadline"):
            return Heading.PACE in self.cells or Heading.DEADLINE in self.cells
        return Heading(name) in self.cells

    def _as(self, outcome: Outcome, found: Findings | None = None) -> Plan:
        title = " ".join(self.said(Heading.TEXT).split())[:40]
        return Plan(self.number, title, outcome, (), tuple(self.notes), tuple(self.problems), findings=found)


MUST = {
    "text",
    "goal",
    "source",
    "severity",
    "found_on",
    "unit",
    "accepting_unit",
    "pace",
    "is_common",
    "caller",
}
TEXTS = {"text", "goal", *(heading.value for heading in FREE)}


def _complete(kept: dict[str, Any], before: Findings) -> Any:
    """Empty cells of what an account must have keep what stands."""
    kept = {name: value for name, value in kept.items() if value not in (None, "") or name not in MUST}
    if kept.get("lead_unit", "") is None or kept.get("lead_unit") == kept.get("unit", before.unit):
        kept["lead_unit"] = kept.get("unit", before.unit)
    if "pace" in kept and kept["pace"] is not Pace.STANDING and kept.get("deadline") is None:
        kept["deadline"] = before.deadline
    if not kept.get("content", "x"):
        kept["content"] = before.content
    return _worded(kept)


def _worded(said: dict[str, Any]) -> Any:
    """Empty texts as texts."""
    return {name: "" if value is None and name in TEXTS else value for name, value in said.items()}


def _deadline(cell: Cell, found_on: date) -> date | None:
    said = cell.text.strip()
    if not said:
        return None
    if cell.kind is Kind.NUMBER:
        raise Invalid(f"“{said[:20]}”不是日期，应写成 2020-07-10 这样")
    try:
        return day_of(said)
    except Invalid:
        from tracker.documents.deadlines import Base, resolve  # here: it takes long to load

        mention = resolve(fold(said).norm, Base(issued_on=found_on, plan_year=found_on.year))
        if mention and mention.deadline and (mention.deadline.due or mention.deadline.is_state):
            return mention.deadline.due
        raise


def _day(cell: Cell) -> date | None:
    said = cell.text.strip()
    return day_of(said) if said else None


def _common(cell: Cell) -> bool | None:
    said = "".join(cell.text.split())
    if said and said not in COMMON:
        raise Invalid(f"“{said[:20]}”不对，请填共性或者个性")
    return COMMON.get(said)


def _word(cell: Cell, choices: Any) -> Any:
    said = "".join(cell.text.split())
    if not said:
        return None
    found: list[Word] = [one for one in choices if one.label == said] or [
        one for one in choices if said in one.label or one.label in said
    ]
    if len(found) != 1:
        labels = "、".join(one.label for one in choices)
        raise Invalid(f"“{said[:20]}”不对，请填其中一个：{labels}")
    return found[0]


def _one_unit(said: str, names: Directory) -> int | None:
    ids = units_of(said, names)
    if not ids:
        return None
    if len(ids) > 1:
        raise Invalid("写了几个单位：一个账号对一个单位，请分行，或者把其余的移到“配合单位”")
    return unit_of(said, names)
