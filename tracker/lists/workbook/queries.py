"""A registration workbook held against the ledger: a few queries, however many rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.accounts.queries import active_units
from tracker.accounts.trail import last_word
from tracker.clock import local_date
from tracker.db import db
from tracker.documents.queries import directory
from tracker.errors import Invalid
from tracker.lists.intake.actions import DONE_WITH, findings_of
from tracker.lists.models import Problem, ProblemSource, Rectification
from tracker.lists.queries import visible_to
from tracker.lists.workbook.judgement import Ground, Standing, judge
from tracker.lists.workbook.rules import (
    HEADINGS,
    MAX_ROWS,
    MAX_WRITTEN,
    USE,
    Heading,
    Preview,
    Stamp,
)
from tracker.workbooks.figures import Cell, is_empty
from tracker.workbooks.problems import Problem as Flaw
from tracker.workbooks.seals import opened
from tracker.workbooks.tables import Sheet, Table, table_of
from tracker.workflow import RectificationState


@dataclass(frozen=True)
class Book:
    """The rows below the headings that were understood, with the stamps of those that have a code."""

    rows: Sequence[tuple[int, Mapping[Heading, Cell], Stamp | None]]
    flaws: Sequence[Flaw]
    columns: Sequence[tuple[str, str]]


def book_of(sheets: Sequence[Sheet], key: bytes) -> Book:
    """The first sheet that has problems in it, whoever made it. Invalid when none has."""
    tables = (table_of(sheet, HEADINGS, Heading.TEXT) for sheet in sheets)
    table = next((one for one in tables if one is not None), None)
    if table is None:
        raise Invalid(
            "找不到问题清单：表头里要有“问题描述”（或“存在问题”“问题内容”“问题”）一栏，和“涉及单位”“时限”等至少一栏"
        )
    flaws = [Flaw("", f"有两栏都当作同一项，其中一栏是“{said}”，请删去或改名") for said in table.twice]
    rows: list[tuple[int, Mapping[Heading, Cell], Stamp | None]] = []
    for number, cells in table.rows():
        code = cells.get(Heading.CODE)
        stamp, said = None, "" if code is None else "".join(code.text.split())
        if code is not None and said:
            numbers = opened(said, key, USE, len(Stamp._fields))
            if numbers is None:
                flaws.append(Flaw(code.address, "编号被改动过，不能确认是哪个账号；新增的行请把编号空着"))
                continue
            stamp = Stamp(*numbers)
        if stamp or any(not is_empty(cell) for name, cell in cells.items() if name in _FILLED):
            rows.append((number, cells, stamp))
    if len(rows) > MAX_ROWS:
        raise Invalid(f"一共{len(rows)}行，一次最多{MAX_ROWS}行，请分成几份上传")
    return Book(rows, flaws, _columns(table))


_FILLED = (Heading.TEXT, Heading.UNIT, Heading.GOAL, Heading.REMEDY, Heading.DEADLINE)


def _columns(table: Table[Heading]) -> list[tuple[str, str]]:
    """As the office headed them → as they are understood, for a person to look at."""
    heads = table.sheet.rows[table.first - 1][1]
    return [("".join(heads[letter].text.split()), name.label) for name, letter in table.columns.items()]


def preview(user: User, book: Book, source: ProblemSource, now: datetime) -> Preview:
    """What the rows would do to the accounts as they stand."""
    ground = _ground(user, book, source, now)
    plans = [judge(number, cells, stamp, ground) for number, cells, stamp in book.rows]
    plans = [
        replace(plan, problem_id=stamp.problem_id) if stamp else plan
        for plan, (_, _, stamp) in zip(plans, book.rows, strict=True)
    ]
    flaws = list(book.flaws)
    seen: dict[tuple[int, str], int] = {}
    for plan in plans:
        if plan.is_written and not plan.problem_id:
            key = plan.findings.unit.id, plan.findings.text
            if key in seen:
                flaws.append(
                    Flaw(f"第{plan.number}行", f"与第{seen[key]}行是同一个单位的同一个问题，请只保留一行")
                )
            seen[key] = plan.number
    found = Preview(plans, flaws, book.columns)
    if len(found.written) > MAX_WRITTEN:
        flaws.append(Flaw("", f"一次最多写入{MAX_WRITTEN}行，这份有{len(found.written)}行，请分成几份上传"))
    return found


def accounts_of(user: User, ids: Sequence[int]) -> dict[int, Problem]:
    """The accounts of these ids in sight."""
    found = db.session.scalars(visible_to(user).where(Problem.id.in_(ids)))
    return {problem.id: problem for problem in found}


def open_accounts(user: User) -> Sequence[Problem]:
    """What can still be amended: neither struck off nor withdrawn; the oldest first."""
    wanted = visible_to(user).where(Rectification.state.not_in(DONE_WITH))
    return db.session.scalars(wanted.order_by(Problem.id).limit(MAX_ROWS)).all()


def stamp_of(problem: Problem) -> Stamp:
    """Which account, and how it stands."""
    return Stamp(problem.id, problem.version, problem.rectification.version, problem.responsibility.version)


def _ground(user: User, book: Book, source: ProblemSource, now: datetime) -> Ground:
    standing = {
        id_: Standing(
            number=problem.number,
            findings=findings_of(problem),
            stamp=stamp_of(problem),
            is_issued=problem.rectification.state is not RectificationState.REGISTERED,
            is_done_with=problem.rectification.state in DONE_WITH,
            last_word=partial(last_word, problem),
        )
        for id_, problem in accounts_of(user, [s.problem_id for _, _, s in book.rows if s]).items()
    }
    new = [cells for _, cells, stamp in book.rows if stamp is None]
    texts = {cells[Heading.TEXT].text.replace("\r\n", "\n").replace("\r", "\n").strip() for cells in new}
    numbers = {cells[Heading.NUMBER].text.strip() for cells in new if Heading.NUMBER in cells}
    entered = db.session.execute(
        select(Problem.unit_id, Problem.text, Problem.number).where(
            Problem.text.in_(texts) | Problem.number.in_(numbers)
        )
    ).all()
    units = {unit.id: unit for unit in active_units()}
    return Ground(
        names=directory(),
        units=units,
        source=source,
        accepting_unit=user.unit,
        today=local_date(now),
        standing=standing,
        entered={(unit_id, text): number for unit_id, text, number in entered},
        numbers={number: text for _, text, number in entered},
    )
