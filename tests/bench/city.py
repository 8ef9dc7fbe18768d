"""A deterministic city: 60 units, 120 users, any number of assignments with three reports each."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from tracker.accounts.models import Board, BoardMember, Role, Unit, UnitKind, User
from tracker.accounts.passwords import hashed
from tracker.db import db
from tracker.documents.models import Document, DocumentKind, WorkPoint
from tracker.files import StoredFile
from tracker.reports.models import ProgressReport
from tracker.scores.actions import add_default_model
from tracker.tasks.models import Assignment, DeadlineBasis, Duty, Level, Source, Task
from tracker.workflow import DocumentState, FilingState, State, TaskState

NOW = datetime(2020, 7, 6, 1, tzinfo=UTC)
PASSWORD = "bench-2020-bench"
UNITS, POINTS = 60, 40
CHUNK = 5000
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
    db.session.commit()


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
        for number in range(3):
            is_last_open = number == 2 and row["state"] is State.ACTIVE and row["id"] % 50 == 0
            sent = datetime(2020, 4 + number, 10, 2, tzinfo=UTC)
            yield {
                "assignment_id": row["id"],
                "period": f"2020-0{4 + number}",
                "progress": row["progress"] * (number + 1) // 3,
                "text": "已按计划推进，各项工作正常开展。",
                "difficulties": "",
                "reason": "",
                "no_change": False,
                "state": FilingState.SUBMITTED if is_last_open else FilingState.ACCEPTED,
                "created_at": sent,
                "submitted_at": sent,
                "submitted_by_id": 5,
                "reviewed_at": None if is_last_open else sent + timedelta(days=1),
                "reviewed_by_id": None if is_last_open else 1,
                "return_reason": "",
                "version": 1,
            }
