"""What each row of a roster's workbook would do, and what stands against it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tracker.errors import Invalid
from tracker.rosters.rules import (
    LONGEST_NAME,
    Column,
    Shape,
    check_day,
    identity_numbers,
    keeps_mask,
    mask,
    missing_steps,
    read_value,
    shortfall,
    text_of,
)
from tracker.rosters.workbook.rules import (
    CODE,
    MAX_ROWS,
    NAME,
    NUMBER,
    REQUEST,
    UNIT,
    USE,
    WISH,
    Asker,
    Outcome,
    Plan,
    Stamp,
    Standing,
)
from tracker.workbooks import figures
from tracker.workbooks.figures import Cell
from tracker.workbooks.plans import Judge
from tracker.workbooks.problems import Problem
from tracker.workbooks.seals import opened
from tracker.workbooks.tables import Sheet, table_of

Cells = Mapping[str, Cell]
Known = tuple[int, str, tuple[tuple[str, str], ...]]  # unit, name, values of an object
Person = tuple[int, str, str]  # unit, name, personal number


class Row(NamedTuple):
    """A row that says something; ``stamp`` None for a new object."""

    number: int
    stamp: Stamp | None
    cells: Cells


class Book(NamedTuple):
    """The rows of a workbook, and what is wrong with it as a whole."""

    rows: Sequence[Row]
    flaws: Sequence[Problem]


class World(NamedTuple):
    """What rows are held against."""

    shape: Shape
    asker: Asker
    since: date  # the first day a step can have been done
    today: date
    standings: Mapping[int, Standing]  # those the rows name, in sight
    known: Mapping[Known, int]  # what is on the roster already → its 序号
    names: frozenset[tuple[int, str]]  # (unit, name) of the same
    persons: Mapping[Person, tuple[int, int]]  # who is on the roster by name and number → id, 序号
    unit_named: Callable[[str], tuple[int, str] | None]
    last_word: Callable[[int], str]  # who did the last thing to an object


def book_of(sheets: Sequence[Sheet], shape: Shape, roster_id: int, key: bytes) -> Book:
    """The rows by the headings of the roster. Invalid when there is no sheet of ours."""
    headings = {CODE: CODE, NUMBER: NUMBER, UNIT: UNIT, shape.object_name: NAME, WISH: WISH}
    headings |= {column.name: column.key for column in shape.shown_columns}
    headings |= {step.title: step.key for step in shape.open_steps}
    table = next((found for sheet in sheets if (found := table_of(sheet, headings, NAME))), None)
    if table is None:
        raise Invalid(f"找不到有“{CODE}”和“{shape.object_name}”两栏的工作表，请用从本台账下载的表格填写")
    if CODE not in table.columns:
        raise Invalid(f"缺少“{CODE}”一栏，不知道哪一行是哪一个。请重新下载表格，把内容抄过去")
    if table.twice:
        names = "、".join(f"“{name}”" for name in dict.fromkeys(table.twice))
        return Book([], [Problem("", f"有两栏都叫{names}，请删去一栏")])
    rows, flaws, seen = [], [], dict[int, int]()
    for number, cells in table.rows():
        code = cells[CODE]
        if not any(cell.text.strip() for name, cell in cells.items() if name not in (NUMBER, UNIT)):
            continue
        if not code.text.strip():
            rows.append(Row(number, None, cells))
            continue
        numbers = opened(code.text, key, USE, len(Stamp._fields))
        stamp = Stamp(*numbers) if numbers else None
        if stamp is None or stamp.roster_id != roster_id:
            flaws.append(
                Problem(code.address, "编号被改动过，或不是这本台账的，请重新下载表格，把这一行抄过去")
            )
        elif stamp.entry_id in seen:
            flaws.append(Problem(code.address, f"与第{seen[stamp.entry_id]}行是同一个，请只保留一行"))
        else:
            seen[stamp.entry_id] = number
            rows.append(Row(number, stamp, cells))
    if len(rows) > MAX_ROWS:
        raise Invalid(f"表格超过{MAX_ROWS}行，请分成几份上传")
    if not rows and not flaws:
        flaws.append(Problem("", "表格里没有填写的行，填好后再上传"))
    return Book(rows, flaws)


def judge(rows: Sequence[Row], world: World) -> list[Plan]:
    """Every row held against the roster; new rows against each other too."""
    plans = []
    new: dict[Known, int] = {}
    named: dict[Person, int] = {}
    for row in rows:
        judged = _Judge(row, world, named)
        if row.stamp is not None:
            plans.append(judged.known_object(row.stamp))
            continue
        plan, said = judged.new_object()
        if plan.outcome is Outcome.ADD and not plan.problems:
            twin = new.setdefault(said, row.number)
            if twin != row.number:
                judged.refuse(NAME, f"与第{twin}行完全相同，请只保留一行")
                plan = judged.plan(Outcome.IDLE, plan.title)
        plans.append(plan)
    return plans


class _Judge(Judge[str]):
    """A row and the object it names, or would add."""

    def __init__(self, row: Row, world: World, named: dict[Person, int]) -> None:
        super().__init__(row.number, row.cells, CODE)
        self.row, self.world, self.shape = row, world, world.shape
        self.named = named  # whom the rows above list → number of the row

    def new_object(self) -> tuple[Plan, Known]:
        nothing: Known = (0, "", ())
        name = self.read(NAME, lambda cell: text_of(cell, LONGEST_NAME)) or ""
        if not name and not self.problems:
            self.refuse(NAME, f"请填写{self.shape.object_name}")
        unit = self._unit()
        values = {
            column.key: value for column in self.shape.shown_columns if (value := self._value(column, ""))
        }
        done = self._done({}, values)
        requests = self._requests(done)
        if self.problems or unit is None:
            return self.plan(Outcome.IDLE, name), nothing
        said: Known = (unit[0], name, tuple(sorted(values.items())))
        shown = mask(None, name) if self.shape.is_name_personal else name
        if said in self.world.known:
            return self.plan(Outcome.TAKEN, f"序号{self.world.known[said]} {shown}"), said
        self._refuse_double(unit[0], name, values)
        if self.problems:
            return self.plan(Outcome.IDLE, shown), nothing
        if (unit[0], name) in self.world.names:
            self.notes.append("台账里已有同名的，请核对是不是同一个")
        changes = self._changes(None, name, values, done, requests)
        if self.world.asker.unit_id is None:
            changes = ((UNIT, "", unit[1]), *changes)
        plan = self.plan(Outcome.ADD, shown, unit[1], name, values, done, requests, changes)
        return plan, said

    def known_object(self, stamp: Stamp) -> Plan:
        now = self.world.standings.get(stamp.entry_id)
        if now is None:
            self.refuse(CODE, "不是本单位的对象，或已经交给别的单位，请删去这一行")
            return self.plan(Outcome.IDLE, "")
        shown = mask(None, now.name) if self.shape.is_name_personal else now.name
        title = f"序号{now.number} {shown}"
        name = self._name(now)
        values = {}
        for column in self.shape.shown_columns:
            before = now.values.get(column.key, "")
            said = self._value(column, before)
            if said is not None and said != before:
                values[column.key] = said
        unit = self._unit(now)
        done = self._done(now.done, {**now.values, **values})
        requests = self._requests({**now.done, **done}) and now.state == "active"
        if self.problems:
            return self.plan(Outcome.IDLE, title)
        moves = unit is not None and unit[0] != now.unit_id
        changes = self._changes(now, name, values, done, requests)
        if moves and unit is not None:
            changes = ((UNIT, now.unit_name, unit[1]), *changes)
        if not changes:
            return self.plan(Outcome.TAKEN if stamp.version != now.version else Outcome.IDLE, title)
        if now.state != "active":
            self.refuse(
                CODE, f"这一行{now.state.label}，不能改动（{self.world.last_word(now.id)}），请恢复原样"
            )
        elif stamp.version != now.version:
            last = self.world.last_word(now.id)
            self.refuse(CODE, f"下载以后这一行有改动（{last}），请重新下载后再填，或删去这一行")
        becomes = {**now.values, **values}
        if (
            moves
            or name != now.name
            or identity_numbers(self.shape, now.values) != identity_numbers(self.shape, becomes)
        ):
            self._refuse_double(unit[0] if unit else now.unit_id, name, becomes, now.id)
        if self.problems:
            return self.plan(Outcome.IDLE, title)
        unit_name = unit[1] if moves and unit else ""
        return self.plan(Outcome.CHANGE, title, unit_name, name, values, done, requests, changes)

    def _refuse_double(self, unit_id: int, name: str, values: Mapping[str, str], but: int = 0) -> None:
        """One whose name and personal number its unit has on the roster, or in a row above, already."""
        for column in self.shape.personal:
            for number in identity_numbers(self.shape, {column.key: values.get(column.key, "")}):
                person = (unit_id, name, number)
                there = self.world.persons.get(person)
                where = f"台账序号{there[1]}" if there and there[0] != but else ""
                if not where and self.named.setdefault(person, self.number) != self.number:
                    where = f"第{self.named[person]}行"
                if where:
                    place = column.key if column.key in self.cells else NAME
                    self.refuse(place, f"与{where}的{self.shape.object_name}同名、同身份证号，请不要重复列入")

    def _name(self, now: Standing) -> str:
        def meaning(cell: Cell) -> str:
            masked = mask(None, now.name) if self.shape.is_name_personal else now.name
            said = text_of(cell, LONGEST_NAME)
            return now.name if keeps_mask(said, masked, now.name) else said

        if NAME in self.row.cells and not self.row.cells[NAME].text.strip():
            self.refuse(NAME, f"请填写{self.shape.object_name}；不再列入的，请督查员在网页上移出")
        return self.read(NAME, meaning) or now.name

    def _unit(self, now: Standing | None = None) -> tuple[int, str] | None:
        """The unit of the row; the own one for a unit, which may not name another."""
        asker, said = self.world.asker, self.said(UNIT)
        found = self.world.unit_named(said) if said else None
        if said and found is None:
            self.refuse(UNIT, f"没有叫“{said}”的单位，请写单位的全称或简称")
        if asker.unit_id is not None:
            if found and found[0] != asker.unit_id:
                self.refuse(UNIT, "只能填写本单位的对象，责任单位请写本单位，或者留空")
            return asker.unit_id, asker.unit_name
        if not said and now is None:
            self.refuse(UNIT, "请填写责任单位")
        return found or ((now.unit_id, now.unit_name) if now else None)

    def _value(self, column: Column, before: str) -> str | None:
        """What a column says; None where the sheet has no such column or it cannot be read."""

        def unit_named(said: str) -> str | None:
            found = self.world.unit_named(said)
            return found[1] if found else None

        def meaning(cell: Cell) -> str:
            if column.is_personal and keeps_mask(cell.text.strip(), mask(column, before), before):
                return before
            return read_value(column, cell, unit_named)

        return self.read(column.key, meaning)

    def _done(self, before: Mapping[str, date], values: Mapping[str, str]) -> dict[str, date]:
        """The steps that are newly done, or done on another day than was said."""
        found = {}
        for step in self.shape.open_steps:
            cell = self.row.cells.get(step.key)
            if cell is None:
                continue
            if not cell.text.strip():
                if step.key in before:
                    self.refuse(step.key, "这一步已经完成，要取消请在网页上办，表格里请恢复日期")
                continue
            on = self.read(step.key, figures.day)
            if on is None or on == before.get(step.key):
                continue
            try:
                check_day(on, self.world.since, self.world.today)
            except Invalid as refusal:
                self.refuse(step.key, str(refusal))
                continue
            if short := shortfall(self.shape, step, values):
                self.refuse(step.key, short)
            else:
                found[step.key] = on
        return found

    def _requests(self, done: Mapping[str, date]) -> bool:
        said = self.said(WISH)
        if not said:
            return False
        if said != REQUEST:
            self.refuse(WISH, f"“{said[:20]}”不对，请选“{REQUEST}”，或者留空")
        elif not self.world.asker.may_request:
            self.refuse(WISH, "申请销号由责任单位办理，请留空")
        elif not self.problems and (missing := missing_steps(self.shape, done)):
            self.refuse(WISH, f"还有步骤没有完成日期：{'、'.join(missing)}，不能申请销号")
        return said == REQUEST

    def _changes(
        self,
        now: Standing | None,
        name: str,
        values: Mapping[str, str],
        done: Mapping[str, date],
        requests: bool,
    ) -> tuple[tuple[str, str, str], ...]:
        """(heading, before, after) as a person is shown it: masked where it must be."""
        said = []
        if now is not None and name != now.name:
            pair = (now.name, name)
            if self.shape.is_name_personal:
                pair = (mask(None, now.name), mask(None, name))
            said.append((self.shape.object_name, *pair))
        for key, after in values.items():
            column = self.shape.column(key)
            before = now.values.get(key, "") if now else ""
            if column is not None and column.is_personal:
                before, after = mask(column, before), mask(column, after)
            said.append((column.name if column else key, before, after))
        for step in self.shape.open_steps:
            if step.key in done:
                was = now.done.get(step.key) if now else None
                said.append((step.title, was.isoformat() if was else "", done[step.key].isoformat()))
        if requests:
            said.append((WISH, "", REQUEST))
        return tuple(said)

    def plan(
        self,
        outcome: Outcome,
        title: str,
        unit_name: str = "",
        name: str = "",
        values: Mapping[str, str] | None = None,
        done: Mapping[str, date] | None = None,
        requests: bool = False,
        changes: tuple[tuple[str, str, str], ...] = (),
    ) -> Plan:
        return Plan(
            number=self.row.number,
            entry_id=self.row.stamp.entry_id if self.row.stamp else 0,
            title=title,
            outcome=outcome,
            unit_name=unit_name,
            name=name,
            values=values or {},
            done=done or {},
            requests=requests,
            changes=changes,
            problems=tuple(self.problems),
            notes=tuple(self.notes),
        )
