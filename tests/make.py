"""Builders for tests: each returns a stored row with plain, readable defaults; keywords set other columns.

They commit into the test's savepoint, so that a rollback in the program does not erase them.
"""

import hashlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import func, select

from tracker.accounts.models import (
    Board,
    BoardMember,
    Role,
    Unit,
    UnitAlias,
    UnitGroup,
    UnitGroupMember,
    UnitKind,
    User,
)
from tracker.clock import local_date
from tracker.db import Base, db
from tracker.documents.models import Document, DocumentKind, WorkPoint
from tracker.documents.queries import directory
from tracker.files import StoredFile
from tracker.lists.account.models import Closure
from tracker.lists.models import (
    Pace,
    Problem,
    ProblemGroup,
    ProblemLink,
    ProblemSource,
    Rectification,
    Responsibility,
)
from tracker.numbers import next_in
from tracker.reminders.models import Channel, Delivery, Outcome, Summary
from tracker.reminders.slips.models import Proposal, Slip
from tracker.reminders.slips.rules import Colour, Rung
from tracker.reports.models import ProgressReport
from tracker.rosters.models import Roster, RosterEntry, RosterMark
from tracker.rosters.rules import Column, Kind, RosterStep, Shape, stand_of
from tracker.tasks.entry.orders import read_order
from tracker.tasks.models import (
    Assignment,
    BulkChange,
    DeadlineBasis,
    Duty,
    Extension,
    HaltKind,
    HaltRequest,
    Quota,
    Source,
    Target,
    Task,
)
from tracker.workflow import DocumentState, EntryState, FilingState, RectificationState, State, TaskState

START = datetime(2020, 6, 18, 1, 0, tzinfo=UTC)  # when things came to be, if a test does not say otherwise
OFFICE = "市政府督查室"

Row = TypeVar("Row", bound=Base)


def _keep(row: Row) -> Row:
    db.session.add(row)
    db.session.commit()
    return row


def _next(model: type[Base]) -> int:
    """A number no row of ``model`` has yet."""
    return db.session.scalar(select(func.count()).select_from(model)) + 1


# Who


def unit(name: str = "市发展改革委", **columns: Any) -> Unit:
    """The unit of that name, made when it does not exist."""
    found = db.session.scalar(select(Unit).filter_by(name=name))
    if found is not None:
        return found
    columns = {"short_name": name, "kind": UnitKind.DEPARTMENT, "position": _next(Unit)} | columns
    return _keep(Unit(name=name, **columns))


def alias(text: str, of: Unit | UnitGroup) -> UnitAlias:
    return _keep(UnitAlias(text=text, **{"unit" if isinstance(of, Unit) else "group": of}))


def group(name: str = "各县（区）", *members: Unit, **columns: Any) -> UnitGroup:
    rows = [UnitGroupMember(unit=member, position=position) for position, member in enumerate(members)]
    return _keep(UnitGroup(name=name, members=rows, **columns))


def board(name: str = "市直部门组", *members: Unit, **columns: Any) -> Board:
    rows = [BoardMember(unit=member) for member in members]
    return _keep(Board(name=name, members=rows, **{"position": _next(Board)} | columns))


def user(role: Role = Role.REPORTER, unit_: Unit | None = None, **columns: Any) -> User:
    """For ``sign_in``. Reporters and heads sit in the default unit, the others in the office."""
    number = _next(User)
    if unit_ is None:
        unit_ = unit() if role in (Role.REPORTER, Role.HEAD) else unit(OFFICE)
    defaults = {
        "username": f"{role.value}{number}",
        "name": f"{role.label}{number}",
        "password_hash": "",
        "must_change_password": False,
    }
    return _keep(User(role=role, unit=unit_, **defaults | columns))


# What


def stored_file(content: bytes = b"", name: str = "材料.txt", **columns: Any) -> StoredFile:
    """The record of a file; its bytes are not on disk."""
    content = content or f"file {_next(StoredFile)}".encode()
    defaults = {"media_type": "text/plain", "size": len(content), "stored_at": START}
    return _keep(StoredFile(sha256=hashlib.sha256(content).hexdigest(), name=name, **defaults | columns))


def document(**columns: Any) -> Document:
    """来源文件, waiting to be proofread; ``state=DocumentState.ADOPTED`` for an adopted one."""
    defaults: dict[str, Any] = {
        "kind": DocumentKind.WORK_POINTS,
        "title": "2020年工作要点",
        "number": "〔2020〕2号",
        "issuer": "市领导小组",
        "issued_on": date(2020, 6, 18),
        "plan_year": 2020,
        "text": "一、建成三所学校。（责任单位：市发展改革委）",
        "reading": {},
        "imported_at": START,
    }
    if columns.get("state") is DocumentState.ADOPTED:
        defaults["adopted_at"] = START
    columns.setdefault("file", columns.get("file_id") is None and stored_file())
    return _keep(Document(**defaults | columns))


def work_point(document_: Document | None = None, **columns: Any) -> WorkPoint:
    document_ = document_ or document(state=DocumentState.ADOPTED)
    position = len(document_.work_points) + 1
    defaults = {"position": position, "number": str(position), "title": "建设学校", "start": 0, "stop": 22}
    return _keep(WorkPoint(document=document_, **defaults | columns))


def task(**columns: Any) -> Task:
    """任务, published; without a work point unless one is given."""
    point = columns.get("work_point")
    defaults = {
        "source": Source.DOCUMENT if point else Source.MEETING,
        "position": 1,
        "title": "建成三所学校",
        "text": "建成三所学校。",
        "starts_on": date(2020, 6, 18),
        "deadline": None if columns.get("is_open_ended") else date(2020, 12, 31),
        "deadline_text": "",
        "deadline_basis": DeadlineBasis.DOCUMENT_YEAR,
        "state": TaskState.PUBLISHED,
        "created_at": START,
    }
    return _keep(Task(**defaults | columns))


def draft(text: str = "由市发展改革委负责，9月底前建成三所学校。", **columns: Any) -> Task:
    """A task entered by hand and not issued yet; what ``text`` orders is read."""
    unit()
    read = read_order(text, local_date(START), directory())
    return task(state=TaskState.DRAFT, text=text, reading=read.as_json(), **columns)


def assignment(unit_: Unit | None = None, task_: Task | None = None, **columns: Any) -> Assignment:
    """承办项 of ``unit_`` on a task of its own; dates follow the task and the state unless given.

    ``deadline``, ``level`` and ``title`` also shape the task that is made for it.
    """
    shaping = {name: columns.pop(name) for name in ("level", "title", "is_past_confirmed") if name in columns}
    if "deadline" in columns and task_ is None:
        shaping["deadline"] = columns["deadline"]
    task_ = task_ or task(**shaping)
    defaults: dict[str, Any] = {
        "duty": Duty.LEAD,
        "starts_on": task_.starts_on,
        "original_deadline": columns.get("deadline", task_.deadline),
        "deadline": task_.deadline,
        "issued_at": START,
    }
    state = columns.get("state", State.ISSUED)
    if state is not State.ISSUED:
        defaults["received_at"] = START
    if state in (State.DISPUTED, State.SUSPENDED):
        defaults["paused_on"] = local_date(START)
    if state in (State.CLOSING, State.CLOSED):
        submitted_at = columns.get("submitted_at", START + timedelta(days=7))
        defaults |= {"progress": 100, "submitted_at": submitted_at, "submitted_on": local_date(submitted_at)}
    if state is State.CLOSED:
        defaults["closed_on"] = defaults["submitted_on"] + timedelta(days=1)
    return _keep(Assignment(task=task_, unit=unit_ or unit(), **defaults | columns))


def target(task_: Task | None = None, **columns: Any) -> Target:
    """目标: at least three of something."""
    defaults = {"subject": "学校", "comparison": "=", "value": Decimal(3), "value_text": "3", "measure": "所"}
    return _keep(Target(task=task_ or task(), **defaults | columns))


def quota(target_: Target, unit_: Unit, value: int | Decimal, comparison: str = "=") -> Quota:
    return _keep(Quota(target=target_, unit=unit_, value=Decimal(value), comparison=comparison))


HOUSEHOLDS = Shape(
    "户主",
    "户",
    is_name_personal=True,
    columns=(
        Column("c1", "身份证号", is_personal=True),
        Column("c2", "致困原因", Kind.CHOICE, "因病、因残、其他"),
        Column("c3", "责任部门", Kind.UNIT),
        Column("c4", "人均收入", Kind.NUMBER, "元"),
    ),
    steps=(
        RosterStep("s5", "明确责任部门", "2020-05-31"),
        RosterStep("s6", "落实帮扶措施", "2020-07-31"),
        RosterStep("s7", "人均收入8000元以上", "2020-12-31", "c4", "8000"),
    ),
)


def roster(task_: Task | None = None, shape: Shape = HOUSEHOLDS, **columns: Any) -> Roster:
    """对象台账 of households: who answers for each by May, a measure by July, 8000 yuan by December."""
    defaults = {"title": "困难户台账", "created_at": START}
    row = Roster(task=task_ or task(), **defaults | columns)
    row.shape = shape
    return _keep(row)


def roster_entry(roster_: Roster, unit_: Unit, *done: str, **columns: Any) -> RosterEntry:
    """One object of ``unit_``, with the steps ``done`` marked; ``values`` are by the key of a column."""
    stand = stand_of(roster_.shape, done)
    state = columns.get("state", EntryState.ACTIVE)
    defaults: dict[str, Any] = {
        "number": next_in(f"roster {roster_.id}"),
        "name": "张三",
        "values": {},
        "step": stand.step,
        "due_on": stand.due_on,
        "created_at": START,
    }
    if state in (EntryState.CLOSING, EntryState.CLOSED):
        defaults["applied_at"] = START
    if state is EntryState.CLOSED:
        defaults["closed_on"] = local_date(START)
    marks = [RosterMark(step=step, done_on=local_date(START), marked_at=START) for step in done]
    return _keep(RosterEntry(roster=roster_, unit=unit_, marks=marks, **defaults | columns))


# What is said about it


def report(assignment_: Assignment | None = None, **columns: Any) -> ProgressReport:
    """进展填报, submitted; ``state=FilingState.ACCEPTED`` for a reviewed one."""
    state = columns.get("state", FilingState.SUBMITTED)
    defaults: dict[str, Any] = {
        "period": "2020-07",
        "progress": 50,
        "text": "两所学校已开工。",
        "state": state,
        "created_at": START,
    }
    if state is not FilingState.DRAFT:
        defaults["submitted_at"] = START + timedelta(days=14)
    if state in (FilingState.ACCEPTED, FilingState.RETURNED):
        defaults["reviewed_at"] = columns.get("submitted_at", defaults["submitted_at"]) + timedelta(days=1)
    assignment_ = assignment_ or assignment(state=State.ACTIVE)
    return _keep(ProgressReport(assignment=assignment_, **defaults | columns))


def extension(assignment_: Assignment, **columns: Any) -> Extension:
    """延期, waiting for an answer: a month more."""
    defaults = {
        "deadline": assignment_.deadline,
        "wanted_on": assignment_.deadline + timedelta(days=30),
        "reason": "汛期停工",
        "state": FilingState.SUBMITTED,
        "created_at": START,
        "submitted_at": START,
    }
    return _keep(Extension(assignment=assignment_, **defaults | columns))


def halt_request(assignment_: Assignment, **columns: Any) -> HaltRequest:
    """停办申请, waiting for an answer: a suspension."""
    defaults = {
        "kind": HaltKind.SUSPEND,
        "reason": "台风影响",
        "state": FilingState.SUBMITTED,
        "created_at": START,
        "submitted_at": START,
    }
    return _keep(HaltRequest(assignment=assignment_, **defaults | columns))


def bulk_change(assignment_: Assignment, made_by: User) -> BulkChange:
    """批量调整 of one deadline, from a month later."""
    day = assignment_.deadline
    row = ["assignments", assignment_.id, "deadline", str(day + timedelta(days=30)), str(day)]
    return _keep(BulkChange(reason="会议议定", changes=[row], made_at=START, made_by=made_by))


def problem(unit_: Unit | None = None, accepting: Unit | None = None, **columns: Any) -> Problem:
    """问题 with its rectification and responsibility; ``rectification=…`` sets that one's columns."""
    unit_ = unit_ or unit()
    rectification = {
        "goal": "三所学校按期建成",
        "pace": Pace.DATED,
        "deadline": date(2020, 7, 31),
        "state": RectificationState.REGISTERED,
    } | columns.pop("rectification", {})
    rectification.setdefault("original_deadline", rectification["deadline"])
    _sign(rectification)
    defaults: dict[str, Any] = {
        "number": f"2020-{_next(Problem):04}",
        "source": ProblemSource.OVERDUE if columns.get("assignment") else ProblemSource.INSPECTION,
        "found_on": date(2020, 7, 1),
        "text": "三所学校均未开工。",
        "kind": "进度滞后",
        "basis": "现场督查",
        "registered_at": START,
    }
    if columns.get("assignment"):
        defaults["assignment_deadline"] = columns["assignment"].deadline
    return _keep(
        Problem(
            unit=unit_,
            rectification=Rectification(**rectification),
            responsibility=Responsibility(
                lead_unit=unit_, accepting_unit=accepting or unit(OFFICE), text="牵头整改"
            ),
            **defaults | columns,
        )
    )


def closure(rectification: Rectification, **columns: Any) -> Closure:
    """销号 by three people, of a rectification as it stands."""
    people = {
        f"{step}_by_id": getattr(rectification, f"{step}_by_id") or user(role, unit(OFFICE)).id
        for step, role in (("applied", Role.HEAD), ("verified", Role.HEAD), ("closed", Role.SUPERVISOR))
    }
    defaults = {"deadline": rectification.deadline, "closed_on": rectification.closed_on or local_date(START)}
    defaults |= dict.fromkeys(("applied_at", "verified_at", "closed_at"), START)
    return _keep(Closure(rectification=rectification, **people | defaults | columns))


def _sign(rectification: dict[str, Any]) -> None:
    """Who must have signed in this state, if the test names nobody."""
    state = rectification["state"]
    so_far = {RectificationState.CLOSING: 1, RectificationState.VERIFIED: 2, RectificationState.CLOSED: 3}
    signers = (("applied", Role.HEAD), ("verified", Role.HEAD), ("closed", Role.SUPERVISOR))
    for step, role in signers[: so_far.get(state, 0)]:
        if f"{step}_by_id" not in rectification:
            rectification[f"{step}_by_id"] = user(role, unit(OFFICE)).id
        if step != "closed":
            rectification.setdefault(f"{step}_at", START)
    if state is RectificationState.DISPUTED:
        rectification.setdefault("paused_on", local_date(START))


def proposal(assignment_: Assignment, rung: Rung = Rung.YELLOW, **columns: Any) -> Proposal:
    """升级建议 about one duty, open."""
    defaults = {
        "key": f"duty:{assignment_.id}:{rung}:{assignment_.deadline}",
        "rule": "late",
        "facts": [["依据", "逾期1至5个工作日"]],
        "made_at": START,
    }
    defaults |= {"assignment": assignment_, "unit": assignment_.unit}
    return _keep(Proposal(rung=rung, **defaults | columns))


def slip(assignment_: Assignment, colour: Colour = Colour.YELLOW, **columns: Any) -> Slip:
    """督办单 about one duty, waiting for an answer; its file is not on disk unless one is given."""
    defaults: dict[str, Any] = {
        "year": 2020,
        "number": _next(Slip),
        "deadline": assignment_.deadline,
        "facts": [["完成时限", "2020年6月30日"]],
        "demand": "请立即办理。",
        "due_on": date(2020, 7, 10),
        "issued_at": START,
    }
    columns.setdefault("file", columns.get("file_id") is None and stored_file())
    columns.setdefault("issued_by", user(Role.SUPERVISOR))
    return _keep(Slip(assignment=assignment_, unit=assignment_.unit, colour=colour, **defaults | columns))


def failed_delivery(**columns: Any) -> Delivery:
    """送达 of a day's summary that was given up."""
    number = _next(Summary)
    summary = Summary(on=START.date() + timedelta(days=number), made_at=START)
    defaults = {
        "channel": Channel.WECOM,
        "address": "",
        "outcome": Outcome.FAILED,
        "attempts": 1,
        "next_at": START,
        "tried_at": START,
        "error": "机器人已被移出群",
        "message_id": f"summary-{number}-wecom",
    }
    return _keep(Delivery(summary=summary, **defaults | columns))


def problem_link(one: Problem, other: Problem) -> ProblemLink:
    """关联 of two accounts."""
    return _keep(ProblemLink(problem_id=one.id, other_id=other.id, linked_at=START))


def problem_group(*problems: Problem, title: str = "公示不及时") -> ProblemGroup:
    """共性问题 of these accounts."""
    ids = ",".join(str(problem.id) for problem in problems)
    return _keep(ProblemGroup(key=ids, title=title, made_at=START, problems=list(problems)))
