"""From the evaluated month to the figures of its circular; circulars themselves."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Unit, User
from tracker.accounts.permissions import sees_all
from tracker.circulars import figures as f
from tracker.circulars.models import Circular, CircularReceipt
from tracker.circulars.paper import CircularKind
from tracker.db import db
from tracker.documents.models import Document, WorkPoint
from tracker.errors import NotFound
from tracker.lists.models import Problem, ProblemSource, Rectification
from tracker.reminders.models import Reminder
from tracker.reminders.slips.models import Slip
from tracker.reminders.slips.queries import issued_between
from tracker.reminders.slips.rules import Colour
from tracker.scores.actions import window_of
from tracker.scores.facts import Facts, Obligation
from tracker.scores.gathering import Window
from tracker.scores.models import Evaluation, ScoreSheet
from tracker.scores.queries import evaluations, facts_of, model_for
from tracker.scores.rules import band
from tracker.tasks.models import Assignment, Duty, Task
from tracker.workdays import Workdays
from tracker.workflow import CircularState, DocumentState, EvaluationState, SlipState, State, TaskState

SERIAL = {CircularKind.DOCUMENT: re.compile(r"〕(\d+)号$"), CircularKind.BULLETIN: re.compile(r"第(\d+)期$")}


def circulars() -> Select[Circular]:
    """All circulars, latest month first."""
    return select(Circular).order_by(Circular.month.desc(), Circular.id.desc())


def visible_to(user: User) -> Select[Circular]:
    """The office and the auditor see drafts too; a unit sees what was published."""
    return circulars() if sees_all(user) else circulars().where(Circular.state == CircularState.PUBLISHED)


def drafted_months() -> set[str]:
    """The months that have a circular; corrections have none of their own."""
    return set(db.session.scalars(select(Circular.month).where(Circular.corrects_id.is_(None))))


def get_circular(user: User, circular_id: int) -> Circular:
    """NotFound when absent or out of sight."""
    found = db.session.scalar(visible_to(user).where(Circular.id == circular_id))
    if found is None:
        raise NotFound("没有这份通报")
    return found


def of_month(month: str) -> Circular | None:
    """The circular of a month, if one was drafted."""
    return db.session.scalar(select(Circular).where(Circular.month == month, Circular.corrects_id.is_(None)))


def by_code(code: str) -> Circular | None:
    """A published circular by its 验证码."""
    return db.session.scalar(select(Circular).where(Circular.code == code))


def addressees(figures: f.Figures) -> set[int]:
    """Ids of the units a circular is delivered to: all it evaluates, and whoever has duties; in use."""
    evaluated = {s.unit_id for board in figures.boards for s in board.standings if s.unit_id}
    owing = select(Assignment.unit_id).where(Assignment.state != State.WITHDRAWN)
    found = db.session.scalars(
        select(Unit.id).where(Unit.is_active, or_(Unit.id.in_(evaluated), Unit.id.in_(owing)))
    )
    return set(found)


def receipts(circular: Circular) -> Sequence[CircularReceipt]:
    """Who got a circular and who read it, those who did not first."""
    return db.session.scalars(
        select(CircularReceipt)
        .where(CircularReceipt.circular_id == circular.id)
        .join(CircularReceipt.unit)
        .order_by(CircularReceipt.read_at.is_not(None), Unit.position)
        .options(joinedload(CircularReceipt.unit), joinedload(CircularReceipt.read_by))
    ).all()


def unread_ids(user: User) -> set[int]:
    """Ids of the circulars that wait for a first reader of the user's unit."""
    return set(
        db.session.scalars(
            select(CircularReceipt.circular_id).where(
                CircularReceipt.unit_id == user.unit_id, CircularReceipt.read_at.is_(None)
            )
        )
    )


def numbers(year: int | None = None) -> list[str]:
    """The numbers given, of whatever kind; of one year, or all."""
    found = db.session.scalars(
        select(Circular.number).where(Circular.number.is_not(None)).order_by(Circular.published_at)
    )
    return [number for number in found if number and (year is None or str(year) in number)]


def serials(kind: CircularKind, of_year: Iterable[str]) -> tuple[int, ...]:
    """The running numbers among these that belong to one kind."""
    pattern = SERIAL[kind]
    return tuple(int(found[1]) for number in of_year if (found := pattern.search(number)))


def names(figures: f.Figures) -> tuple[set[str], set[str]]:
    """(names of units in use, names under which no unit is in use any more)."""
    rows = db.session.execute(select(Unit.name, Unit.is_active)).all()
    used = {row.name for row in rows if row.is_active}
    printed = {standing.unit for board in figures.boards for standing in board.standings}
    printed |= {case.unit for case in figures.cases}
    return used, ({row.name for row in rows} | printed) - used


def is_final(month: str) -> bool:
    """Whether every board of the month is settled."""
    found = evaluations(month)
    return bool(found) and all(evaluation.state is EvaluationState.FINAL for evaluation in found)


def fewest(month: str) -> int:
    """From how many obligations a unit is ranked, as the model of the month has it."""
    model = model_for(month)
    return int(model.rules["minimum_obligations"]) if model else 0


def is_stale(month: str, figures: f.Figures) -> bool:
    """Whether the month's evaluation has other facts, scores or ranks than the figures."""
    found = evaluations(month)
    now = {(s.unit_id, s.score, s.rank) for one in found for s in one.sheets}
    drafted = {(s.unit_id, s.score, s.rank) for board in figures.boards for s in board.standings}
    return now != drafted or tuple(one.facts_hash for one in found) != figures.facts


def figures_of(month: str, addressee: str, workdays: Workdays) -> f.Figures:
    """All figures of an evaluated month; NotFound when it has not been evaluated yet."""
    found = evaluations(month)
    if not found:
        raise NotFound(f"{month}还没有评价，请先取数评价，再拟通报")
    window = window_of(month, workdays)
    before = _previous(month)
    last = evaluations(before)
    year, number = (int(part) for part in month.split("-"))
    facts = facts_of(found)
    names = {row[0]: row[1] for row in db.session.execute(select(Unit.id, Unit.name))}
    return f.Figures(
        year=year,
        month=number,
        cutoff_on=window.cutoff_on,
        basis=_basis(window),
        addressee=addressee,
        model_version=found[0].model.version,
        totals=_totals(facts, window, workdays),
        last=_totals(facts_of(last), window_of(before, workdays), workdays) if last else None,
        boards=tuple(_board(evaluation, last) for evaluation in found),
        cases=tuple(_cases(facts, names)),
        lists=_lists(window),
        urging=_urging(window),
        works=tuple(_works(window)),
        slips=tuple(_slips(window)),
        problems=tuple(_problems(facts, names)),
        facts=tuple(evaluation.facts_hash for evaluation in found),
    )


def _previous(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-01') - timedelta(days=1):%Y-%m}"


def _in_hand(window: Window) -> tuple[Any, ...]:
    """Duties that began by the cut-off, as in the totals, and were not closed before the month began."""
    return (
        Assignment.state != State.WITHDRAWN,
        Assignment.starts_on <= window.cutoff_on,
        or_(Assignment.closed_on.is_(None), Assignment.closed_on > window.after),
    )


def _basis(window: Window) -> str:
    """The documents whose tasks the month was about; of more than two the latest."""
    rows = db.session.execute(
        select(Document.title, Document.number)
        .where(
            Document.state == DocumentState.ADOPTED,
            Document.id.in_(
                select(WorkPoint.document_id)
                .join(Task, Task.work_point_id == WorkPoint.id)
                .join(Assignment, Assignment.task_id == Task.id)
                .where(*_in_hand(window))
            ),
        )
        .order_by(Document.issued_on.desc(), Document.id.desc())
    ).all()
    said = [f"《{title}》" + (f"（{number}）" if number else "") for title, number in rows[:2][::-1]]
    return f"{said[-1]}等{len(rows)}份文件" if len(rows) > 2 else "、".join(said)


def _duties(facts: dict[int, Facts]) -> Iterable[tuple[int, Obligation]]:
    """Unit id and duty, those not scored included: the circular counts what the ledger shows."""
    for unit_id, found in facts.items():
        for duty in (*found.duties, *found.unconfirmed, *found.unnoticed):
            yield unit_id, duty


def _totals(facts: dict[int, Facts], window: Window, workdays: Workdays) -> f.Totals:
    duties = [duty for _, duty in _duties(facts)]
    late = sum(1 for duty in duties if not duty.met and duty.handed_in_on)
    overdue = sum(map(_is_overdue, duties))
    following = window_of(f"{window.cutoff_on.replace(day=28) + timedelta(days=7):%Y-%m}", workdays)
    counted = (Assignment.state.not_in((State.WITHDRAWN, State.SUSPENDED)),)
    return f.Totals(
        units=db.session.scalar(
            select(func.count(func.distinct(Assignment.unit_id))).where(
                *counted, Assignment.starts_on <= window.cutoff_on
            )
        )
        or 0,
        tasks=db.session.scalar(
            select(func.count(Task.id)).where(
                Task.state == TaskState.PUBLISHED, Task.starts_on <= window.cutoff_on
            )
        )
        or 0,
        assignments=db.session.scalar(
            select(func.count(Assignment.id)).where(*counted, Assignment.starts_on <= window.cutoff_on)
        )
        or 0,
        due=len(duties),
        on_time=sum(1 for duty in duties if duty.met),
        late=late,
        overdue=overdue,
        due_next=db.session.scalar(
            select(func.count(Assignment.id)).where(
                *counted,
                Assignment.state != State.CLOSED,
                Assignment.deadline > following.after,
                Assignment.deadline <= following.cutoff_on,
            )
        )
        or 0,
        carried=sum(
            date.fromisoformat(duty.due_on) <= window.after
            for found in facts.values()
            for duty in found.duties
        ),
        unconfirmed=sum(len(found.unconfirmed) for found in facts.values()),
        unnoticed=sum(len(found.unnoticed) for found in facts.values()),
        last_day=sum(not (duty.met or duty.handed_in_on or duty.late_workdays) for duty in duties),
    )


def _is_overdue(duty: Obligation) -> bool:
    """逾期未办结: what an appeal made met is not, nor is what may still be handed in today."""
    return not duty.met and not duty.handed_in_on and duty.late_workdays > 0


def _ranks(found: Sequence[Evaluation]) -> dict[int, int]:
    return {sheet.unit_id: sheet.rank for one in found for sheet in one.sheets if sheet.rank is not None}


def _board(evaluation: Evaluation, last: Sequence[Evaluation]) -> f.Board:
    facts, ranks = facts_of([evaluation]), _ranks(last)
    before = next((one for one in last if one.board_id == evaluation.board_id), None)
    sheets = sorted(evaluation.sheets, key=_place)
    return f.Board(
        name=evaluation.board.name,
        standings=tuple(_standing(sheet, facts[sheet.unit_id], ranks) for sheet in sheets),
        note=evaluation.note,
        is_banded=evaluation.is_banded,
        ranked_before=len(_ranks([before])) if before else None,
        target=Decimal(evaluation.model.rules["behind"]["score"]),
    )


def _place(sheet: ScoreSheet) -> tuple[bool, int, int]:
    """By the rank an appeal may have changed, then the fixed order of units; who has none comes last."""
    if sheet.rank is None:
        return True, 0, sheet.position
    return False, sheet.rank, sheet.unit.position


def _standing(sheet: ScoreSheet, facts: Facts, last: dict[int, int]) -> f.Standing:
    duties = facts.duties  # 承办项, as in the text; rectifications have their own lines there
    moved = last[sheet.unit_id] - sheet.rank if sheet.rank and sheet.unit_id in last else None
    return f.Standing(
        unit=sheet.unit.name,
        rank=sheet.rank,
        band=_band(sheet),
        score=sheet.score,
        due=len(duties),
        on_time=sum(1 for duty in duties if duty.met),
        overdue=sum(map(_is_overdue, duties)),
        moved=moved,
        is_behind=sheet.is_behind,
        note=sheet.note,
        obligations=len(duties) + len(facts.rectifications),
        unit_id=sheet.unit_id,
    )


def _band(sheet: ScoreSheet) -> str:
    """档次, as the month's formula has it."""
    word = band(sheet.score, sheet.is_behind, sheet.evaluation.model.rules)
    return word.label if word else ""


def _cases(facts: dict[int, Facts], names: dict[int, str]) -> Iterable[f.Case]:
    cases = [
        f.Case(
            unit=names[unit_id],
            duty=Duty(duty.duty).label,
            task=duty.title,
            deadline=date.fromisoformat(duty.due_on),
            days=duty.late_workdays,
            unit_id=unit_id,
        )
        for unit_id, duty in _duties(facts)
        if _is_overdue(duty)
    ]
    return sorted(cases, key=lambda case: -case.days)


def _slips(window: Window) -> Iterable[f.SlipCase]:
    """The yellow and red slips of the window, in order of issue; withdrawn ones are no slips."""
    query = (
        select(Slip)
        .where(
            Slip.issued_at > window.opens_at,
            Slip.issued_at <= window.closes_at,
            Slip.colour.in_((Colour.YELLOW, Colour.RED)),
            Slip.state != SlipState.WITHDRAWN,
        )
        .order_by(Slip.id)
        .options(joinedload(Slip.unit), joinedload(Slip.assignment).joinedload(Assignment.task))
    )
    for slip in db.session.scalars(query):
        is_answered = slip.replied_at is not None and slip.replied_at <= window.closes_at
        yield f.SlipCase(slip.unit.name, slip.title, slip.assignment.task.title, is_answered, slip.unit_id)


def _problems(facts: dict[int, Facts], names: dict[int, str]) -> Iterable[f.ProblemCase]:
    """Rectifications late at the cut-off; those of overdue duties are told of as duties already."""
    late = [
        (unit_id, int(item.subject.partition(":")[2]), item)
        for unit_id, found in facts.items()
        for item in found.rectifications
        if not item.handed_in_on and item.late_workdays
    ]
    numbers = {
        row[0]: row[1]
        for row in db.session.execute(
            select(Rectification.id, Problem.number)
            .join(Rectification.problem)
            .where(Rectification.id.in_([key for _, key, _ in late]), Problem.source != ProblemSource.OVERDUE)
        )
    }
    cases = [
        f.ProblemCase(
            unit=names[unit_id],
            number=numbers[key],
            text=item.title,
            deadline=date.fromisoformat(item.due_on),
            days=item.late_workdays,
            unit_id=unit_id,
        )
        for unit_id, key, item in late
        if key in numbers
    ]
    return sorted(cases, key=lambda case: (-case.days, case.number))


def _lists(window: Window) -> f.ListTotals:
    def count(*conditions: Any) -> int:
        return (
            db.session.scalar(select(func.count(Problem.id)).join(Problem.rectification).where(*conditions))
            or 0
        )

    registered = Problem.registered_at <= window.closes_at
    closed_in = Rectification.closed_on.between(window.after + timedelta(days=1), window.cutoff_on)
    still_open = Rectification.closed_on.is_(None) | (Rectification.closed_on > window.cutoff_on)
    return f.ListTotals(
        registered=count(registered, Problem.registered_at > window.opens_at),
        closed=count(closed_in),
        open=count(registered, still_open),
    )


def _urging(window: Window) -> f.Urging:
    slips: Counter[str] = Counter()
    for by_colour in issued_between(window.opens_at, window.closes_at).values():
        slips.update(by_colour)
    return f.Urging(_reminders(window), slips[Colour.BLUE], slips[Colour.YELLOW], slips[Colour.RED])


def _reminders(window: Window) -> int:
    return (
        db.session.scalar(
            select(func.count(Reminder.id)).where(
                Reminder.made_on > window.after, Reminder.made_on <= window.cutoff_on
            )
        )
        or 0
    )


def _works(window: Window) -> Iterable[f.WorkRow]:
    """One line a task in hand: who leads (or is named first), and how far its units have come."""
    in_hand = select(Assignment.task_id).where(*_in_hand(window))
    rows = db.session.execute(
        select(Task.id, Task.title, Assignment.state, Assignment.duty, Assignment.progress, Unit.name)
        .join(Assignment, Assignment.task_id == Task.id)
        .join(Unit, Assignment.unit_id == Unit.id)
        .where(Task.state == TaskState.PUBLISHED, Assignment.state != State.WITHDRAWN, Task.id.in_(in_hand))
        .order_by(Task.work_point_id, Task.position, Task.id, Assignment.id)
    )
    tasks: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        tasks[row.id].append(row)
    for duties in tasks.values():
        leads = [duty.name for duty in duties if duty.duty is Duty.LEAD] or [duties[0].name]
        rest = len(duties) - len(leads)
        closed = sum(1 for duty in duties if duty.state is State.CLOSED)
        mean = sum(duty.progress for duty in duties) // len(duties)
        yield f.WorkRow(
            text=duties[0].title,
            lead="、".join(leads) + (f"等{len(duties)}家" if rest else ""),
            progress=f"{len(duties)}家中{closed}家办结，平均进展{mean}%",
        )
