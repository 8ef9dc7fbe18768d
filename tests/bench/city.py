"""A deterministic city: 60 units, 120 users, any number of assignments with three reports and their trail."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from random import Random
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, insert, select
from werkzeug.datastructures import MultiDict

from tracker.accounts.models import Board, BoardMember, Role, Unit, UnitKind, User
from tracker.accounts.passwords import hashed
from tracker.audit import Event, _head, _link
from tracker.db import db
from tracker.documents.models import Document, DocumentKind, WorkPoint
from tracker.files import StoredFile
from tracker.reports.models import ProgressReport
from tracker.reports.rules import ReturnReason
from tracker.scores.actions import add_default_model
from tracker.tasks.ledger import LEDGER
from tracker.tasks.models import Assignment, DeadlineBasis, Duty, Level, Source, Task
from tracker.tasks.papers import LedgerFile
from tracker.web.sheets import Value
from tracker.workflow import REPORT, DocumentState, FilingState, State, TaskState

NOW = datetime(2020, 7, 6, 1, tzinfo=UTC)
PASSWORD = "bench-2020-bench"
UNITS, POINTS = 60, 40
CHUNK = 5000
SUPERVISOR, REPORTER = 1, 5
MONTHS = 3  # April to June 2020, a report in each
SENT, SENT_BACK, MENDED, ACCEPTED = 1, 8, 15, 22  # the first day of the week in which it happens
LABELS = {step.action: step.label for step in REPORT.steps}
STATES = (State.ISSUED, State.ACTIVE, State.ACTIVE, State.ACTIVE, State.CLOSING, State.CLOSED, State.CLOSED)


def build(assignments: int, overdue: int | None = None) -> None:
    """Fill the present, empty database. ``overdue``: how many running duties are past their deadline.

    Every assignment is on a task of its own point; ten units share a task.
    """
    chance = Random(assignments)
    units = [
        Unit(
            id=n,
            name=f"测试单位{n:02}",
            short_name=f"单位{n:02}",
            kind=UnitKind.AREA if n <= 10 else UnitKind.DEPARTMENT,
            position=n,
        )
        for n in range(1, UNITS + 1)
    ]
    db.session.add_all(units)
    boards = [Board(id=n, name=f"评价组{n}", position=n) for n in range(1, 4)]
    db.session.add_all(boards)
    db.session.flush()
    db.session.add_all(BoardMember(unit_id=unit.id, board_id=1 + unit.id % 3) for unit in units)
    secret = hashed(PASSWORD)
    roles = {1: Role.SUPERVISOR, 2: Role.APPROVER, 3: Role.LEADER, 4: Role.AUDITOR}
    for n in range(1, 2 * UNITS + 1):
        role = roles.get(n, Role.REPORTER if n % 2 else Role.HEAD)
        db.session.add(
            User(
                id=n,
                username=f"user{n}",
                name=f"用户{n}",
                role=role,
                unit_id=(n + 1) // 2,
                password_hash=secret,
                must_change_password=False,
            )
        )
    add_default_model(NOW)
    file = StoredFile(sha256="0" * 64, name="要点.txt", media_type="text/plain", size=1, stored_at=NOW)
    document = Document(
        id=1,
        kind=DocumentKind.WORK_POINTS,
        title="测试工作要点",
        number="测〔2020〕1号",
        issuer="测试",
        issued_on=date(2020, 1, 6),
        plan_year=2020,
        file=file,
        text="建成学校。" * 100,
        reading={"points": [], "next_key": 1},
        state=DocumentState.ADOPTED,
        imported_at=NOW,
        adopted_at=NOW,
    )
    db.session.add(document)
    db.session.flush()
    db.session.add_all(
        WorkPoint(id=n, document_id=1, position=n, number=str(n), title=f"第{n}项工作", start=0, stop=50)
        for n in range(1, POINTS + 1)
    )
    db.session.flush()
    tasks = -(-assignments // 10)
    _fill(Task, _tasks(tasks))
    rows = list(_assignments(assignments, overdue, chance))
    _fill(Assignment, iter(rows))
    _fill(ProgressReport, _reports(rows))
    _fill(Event, _events(rows))
    _advance_sequences()
    db.session.commit()


def lines() -> Iterator[tuple[Value, ...]]:
    """Every row of the ledger, as its file shows it."""
    file = LedgerFile(LEDGER.view(MultiDict()), None, NOW.date(), NOW.date())
    return (cells for _, cells in file._rows())


def _fill(model: Any, rows: Iterator[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == CHUNK:
            db.session.execute(insert(model), batch)
            batch = []
    if batch:
        db.session.execute(insert(model), batch)


def _tasks(count: int) -> Iterator[dict[str, Any]]:
    for n in range(1, count + 1):
        yield {
            "id": n,
            "source": Source.DOCUMENT,
            "work_point_id": 1 + n % POINTS,
            "position": n,
            "title": f"推进第{n}项任务，按节点完成建设和整改工作",
            "text": f"推进第{n}项任务，按节点完成建设和整改工作。",
            "start": 0,
            "stop": 10,
            "level": list(Level)[n % 3],
            "starts_on": date(2020, 1, 6),
            "deadline": _deadline(n),
            "deadline_text": "",
            "deadline_basis": DeadlineBasis.TEXT,
            "is_open_ended": False,
            "is_past_confirmed": True,
            "state": TaskState.PUBLISHED,
            "created_at": NOW,
            "version": 1,
        }


def _deadline(n: int) -> date:
    return date(2020, 3, 1) + timedelta(days=n * 7 % 305)


def _assignments(count: int, overdue: int | None, chance: Random) -> Iterator[dict[str, Any]]:
    late = 0
    for n in range(1, count + 1):
        task = (n - 1) // 10 + 1
        deadline, state = _deadline(task), chance.choice(STATES)
        is_late = deadline < NOW.date() and state in (State.ISSUED, State.ACTIVE)
        if is_late and overdue is not None and late >= overdue:
            state = State.CLOSED
        late += is_late
        handed_in = state in (State.CLOSING, State.CLOSED)
        submitted_on = min(deadline, date(2020, 7, 3)) if handed_in else None
        yield {
            "id": n,
            "task_id": task,
            "unit_id": 1 + (n * 7) % UNITS,
            "period": "",
            "duty": list(Duty)[n % 3],
            "state": state,
            "starts_on": date(2020, 1, 6),
            "original_deadline": deadline,
            "deadline": deadline,
            "progress": 100 if handed_in else chance.randrange(0, 90, 5),
            "issued_at": NOW,
            "received_at": None if state is State.ISSUED else NOW,
            "submitted_at": submitted_on and datetime(*submitted_on.timetuple()[:3], 4, tzinfo=UTC),
            "submitted_on": submitted_on,
            "closed_on": date(2020, 7, 3) if state is State.CLOSED else None,
            "version": 1,
        }


def _reports(assignments: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in assignments:
        for number in range(MONTHS):
            sent = _moment(number, MENDED if _is_sent_back(row) else SENT, row)
            is_open = _is_waiting(row, number)
            yield {
                "id": _report_id(row, number),
                "assignment_id": row["id"],
                "period": f"{sent:%Y-%m}",
                "progress": row["progress"] * (number + 1) // MONTHS,
                "text": "已按计划推进，各项工作正常开展。",
                "difficulties": "",
                "reason": "",
                "no_change": False,
                "state": FilingState.SUBMITTED if is_open else FilingState.ACCEPTED,
                "created_at": sent,
                "submitted_at": sent,
                "submitted_by_id": REPORTER,
                "reviewed_at": None if is_open else _moment(number, ACCEPTED, row),
                "reviewed_by_id": None if is_open else SUPERVISOR,
                "return_reason": "",
                "version": 1,
            }


def _events(assignments: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The trail of the reports in order: each week of a month has its step, each day a seventh of the units."""
    previous = _head()
    for number, first in product(range(MONTHS), (SENT, SENT_BACK, MENDED, ACCEPTED)):
        for weekday in range(7):
            for row in assignments[weekday::7]:
                for action, before, after in _steps(row, number, first):
                    is_return = action == "send_back"
                    why = {"return_reason": ReturnReason.EVIDENCE.value} if is_return else {}
                    event = {
                        "at": _moment(number, first, row),
                        "actor_id": SUPERVISOR if is_return or action == "accept" else REPORTER,
                        "kind": f"report.{action}",
                        "words": LABELS[action],
                        "subject_type": ProgressReport.__tablename__,
                        "subject_id": _report_id(row, number),
                        "reason": "请补充佐证材料" if is_return else "",
                        "details": {"state": [before, after]} | why,
                        "previous_hash": previous,
                    }
                    event["hash"] = previous = _link(SimpleNamespace(**event))
                    yield event


def _steps(row: dict[str, Any], number: int, first: int) -> Iterator[tuple[str, str, str]]:
    """(action, from, to) of one report in the week that begins on day ``first``."""
    draft, submitted, accepted, returned = (
        FilingState.DRAFT,
        FilingState.SUBMITTED,
        FilingState.ACCEPTED,
        FilingState.RETURNED,
    )
    if first == SENT:
        yield "submit", draft, submitted
        if row["id"] % 40 == 1:
            yield "recall", submitted, draft
            yield "submit", draft, submitted
    elif first == ACCEPTED:
        if not _is_waiting(row, number):
            yield "accept", submitted, accepted
    elif _is_sent_back(row):
        yield ("submit", returned, submitted) if first == MENDED else ("send_back", submitted, returned)


def _moment(number: int, first: int, row: dict[str, Any]) -> datetime:
    return datetime(2020, 4 + number, first + (row["id"] - 1) % 7, 2, tzinfo=UTC)


def _report_id(row: dict[str, Any], number: int) -> int:
    return int((row["id"] - 1) * MONTHS + number + 1)


def _is_sent_back(row: dict[str, Any]) -> bool:
    return int(row["id"]) % 12 == 0


def _is_waiting(row: dict[str, Any], number: int) -> bool:
    return number == MONTHS - 1 and row["state"] is State.ACTIVE and row["id"] % 50 == 0


def _advance_sequences() -> None:
    """PostgreSQL does not count the ids that were given; what is stored next gets the one after the last."""
    if db.engine.dialect.name == "postgresql":
        for table in db.metadata.sorted_tables:
            if "id" in table.columns:
                last = select(func.max(table.c.id)).scalar_subquery()
                sequence = func.pg_get_serial_sequence(table.name, "id")
                db.session.execute(select(func.setval(sequence, func.coalesce(last, 1))))
