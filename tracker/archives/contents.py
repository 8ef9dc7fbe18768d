"""What a year package holds: where each file lies in it, and where its bytes come from."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from flask import current_app
from sqlalchemy import Row, select
from werkzeug.datastructures import MultiDict

from tracker import files
from tracker.accounts.models import Unit, User
from tracker.audit import Event
from tracker.circulars.models import Circular
from tracker.clock import SHANGHAI, local_date
from tracker.db import db
from tracker.documents.models import Document
from tracker.errors import NotFound
from tracker.files import StoredFile
from tracker.lists import ledger as lists
from tracker.lists.papers import ListFile
from tracker.press.paper import chinese_date
from tracker.reminders.slips.actions import Office, printed
from tracker.reminders.slips.models import Slip
from tracker.reports.models import Evidence, ProgressReport
from tracker.scores.actions import frozen
from tracker.scores.models import Evaluation
from tracker.scores.queries import TAKEN, as_json, evaluations, facts_of
from tracker.scores.workbook import month_book
from tracker.scores.year.queries import board_years, months_of, rules_of
from tracker.scores.year.workbook import year_book
from tracker.tasks import ledger
from tracker.tasks.models import Assignment, Task
from tracker.tasks.papers import LedgerFile
from tracker.tasks.rules import WARN_WORKDAYS
from tracker.web.sheets import Column, csv_text
from tracker.workdays import Workdays
from tracker.workflow import CircularState

CHUNK = 1 << 20  # bytes copied at a time
TRAIL = tuple(
    Column(heading)
    for heading in (
        "编号",
        "时间",
        "何人",
        "类别",
        "办理",
        "对象",
        "对象编号",
        "理由",
        "内容",
        "前一条校验值",
        "校验值",
    )
)
UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')  # no file system takes these


@dataclass(frozen=True)
class Entry:
    """One file of the package. ``part`` is the heading under which the index page lists it."""

    path: str
    part: str
    title: str
    chunks: Callable[[], Iterator[bytes]]
    stored: StoredFile | None = None  # whose bytes may be missing from the data directory


@dataclass(frozen=True)
class Month:
    """One evaluated month for the index page."""

    month: str
    boards: Sequence[dict[str, Any]]


def entries(year: int, now: datetime, workdays: Workdays) -> list[Entry]:
    """Every file of the year, in the order of the package; their bytes are read when they are packed."""
    return [
        *_ledgers(local_date(now), workdays),
        *_documents(year),
        *_circulars(year),
        *_months(year),
        *_slips(year),
        *_evidence(year),
        Entry(f"留痕/留痕{year}.csv", "留痕", f"{year}年全部留痕记录", lambda: _trail(year)),
    ]


def months(year: int) -> list[Month]:
    """The evaluated months of the year, with what the index page prints of them."""
    found = db.session.scalars(
        select(Evaluation.month)
        .where(Evaluation.month.startswith(f"{year}-"), Evaluation.state.in_(TAKEN))
        .distinct()
        .order_by(Evaluation.month)
    )
    return [Month(month, [as_json(one) for one in evaluations(month)]) for month in found]


def is_empty(year: int) -> bool:
    """Whether nothing at all happened in the year."""
    since, until = _span(year)
    return db.session.scalar(select(Event.id).where(Event.at >= since, Event.at < until).limit(1)) is None


def _ledgers(today: date, workdays: Workdays) -> Iterator[Entry]:
    warn_until, part = workdays.add(today, WARN_WORKDAYS), f"台账和清单（{chinese_date(today)}打包时的情况）"

    def duties() -> BinaryIO:
        view = ledger.LEDGER.view(MultiDict({"state": ledger.Scope.ALL.value}))
        return LedgerFile(view, None, today, warn_until).sheet()

    yield Entry("台账/督办台账.xlsx", part, "督办台账", _sheet(duties))
    for name, shown in lists.list_views().items():
        view = lists.ACCOUNTS.view(MultiDict())
        made = ListFile(lists.list_views()[name], view, None, today)
        yield Entry(f"清单/{shown.title}.xlsx", part, shown.title, _sheet(made.sheet))


def _documents(year: int) -> Iterator[Entry]:
    found = select(Document).where(Document.plan_year == year).order_by(Document.id)
    for document in db.session.scalars(found):
        name = _fit(f"{document.number}{document.title}") or f"文件{document.id}"
        ending = document.file.name.rpartition(".")[2]
        yield _stored(f"来源文件/{name}.{ending}", "来源文件", document.title, document.file)


def _circulars(year: int) -> Iterator[Entry]:
    since, until = _span(year)
    found = select(Circular).where(
        Circular.state == CircularState.PUBLISHED,
        Circular.published_at >= since,
        Circular.published_at < until,
    )
    for circular in db.session.scalars(found.order_by(Circular.published_at, Circular.id)):
        title = f"{circular.number}　{''.join(circular.title.splitlines())}"
        for ending, file in (("pdf", circular.file), ("docx", circular.word_file)):
            if file is not None:
                path = f"通报/{_fit(circular.number or '')}.{ending}"
                yield _stored(path, "通报", f"{title}（{ending.upper()}）", file)


def _months(year: int) -> Iterator[Entry]:
    """Of each month the workbook that works the scores out again, and the frozen facts themselves."""
    for month in months(year):
        name, part = f"评价/{month.month}", "月度评价"
        yield Entry(
            f"{name}.xlsx", part, f"{month.month}得分和名次，带算式和取数明细", _sheet(partial(_book, month))
        )
        yield Entry(
            f"{name}.json", part, f"{month.month}明细、冻结的事实和取数校验值", partial(_details, month)
        )
    if boards := board_years(year):
        made = partial(year_book, year, boards, months_of(year), rules_of(year))
        yield Entry("评价/年度.xlsx", "月度评价", f"{year}年度评价，带算式", _sheet(made))


def _book(month: Month) -> BinaryIO:
    found = evaluations(month.month)
    return month_book(found, facts_of(found), None)


def _details(month: Month) -> Iterator[bytes]:
    boards = []
    for evaluation, told in zip(evaluations(month.month), month.boards, strict=True):
        facts = {unit_id: one.as_json() for unit_id, one in facts_of([evaluation]).items()}
        boards.append(told | {"facts": frozen(evaluation, facts)})
    yield json.dumps(boards, ensure_ascii=False, indent=1).encode()


def _slips(year: int) -> Iterator[Entry]:
    """Every slip; one that nobody has printed yet is printed while it is packed."""
    folder = current_app.config["FONTS_DIR"]
    office = Office(current_app.config["ISSUER"], Path(folder) if folder else None)
    for slip in db.session.scalars(select(Slip).where(Slip.year == year).order_by(Slip.id)):
        path, title = f"督办单/{_fit(slip.title)}.pdf", f"{slip.title}　{slip.unit.name}"
        if slip.file is not None:
            yield _stored(path, "督办单", title, slip.file)
        else:
            yield Entry(path, "督办单", title, partial(_printed, slip.id, office))


def _printed(slip_id: int, office: Office) -> Iterator[bytes]:
    """Looked up again: the session in which it was listed has ended when a browser is sent the package."""
    yield printed(db.session.get_one(Slip, slip_id), office)


def _evidence(year: int) -> Iterator[Entry]:
    since, until = _span(year)
    rows = db.session.execute(
        select(
            Evidence.id,
            Evidence.name,
            Unit.name.label("unit"),
            Assignment.id.label("duty"),
            Task.title,
            StoredFile,
        )
        .join(Evidence.file)
        .join(ProgressReport, Evidence.report_id == ProgressReport.id)
        .join(ProgressReport.assignment)
        .join(Assignment.task)
        .join(Assignment.unit)
        .where(ProgressReport.submitted_at >= since, ProgressReport.submitted_at < until)
        .order_by(Unit.position, Unit.id, Assignment.id, Evidence.id)
    )
    for row in rows:
        path = f"佐证材料/{_fit(row.unit)}/{row.duty}/{row.id}-{_fit(row.name)}"
        yield _stored(path, f"佐证材料：{row.unit}", f"{row.title}　{row.name}", row.StoredFile)


def _trail(year: int) -> Iterator[bytes]:
    since, until = _span(year)
    query = (
        select(Event, User.name)
        .outerjoin(User, Event.actor_id == User.id)
        .where(Event.at >= since, Event.at < until)
        .order_by(Event.id)
    )

    def cells(row: Row[*tuple[Any, ...]]) -> tuple[Any, ...]:
        event = row.Event
        who, details = row.name or "系统", json.dumps(event.details, ensure_ascii=False)
        about = (event.kind, event.words, event.subject_type, event.subject_id)
        return (event.id, event.at, who, *about, event.reason, details, event.previous_hash, event.hash)

    with db.session.execute(query.execution_options(yield_per=1000)) as found:
        for text in csv_text(TRAIL, map(cells, found)):
            yield text.encode()


def _stored(path: str, part: str, title: str, file: StoredFile) -> Entry:
    return Entry(path, part, title, lambda: _copied(files.open_file(file)), file)


def is_missing(entry: Entry) -> bool:
    """Whether the bytes of a stored file have gone from the data directory."""
    if entry.stored is None:
        return False
    try:
        files.path_of(entry.stored)
    except NotFound:
        return True
    return False


def _sheet(made: Callable[[], BinaryIO]) -> Callable[[], Iterator[bytes]]:
    """A workbook that is made when it is packed."""
    return lambda: _copied(made())


def _copied(source: BinaryIO) -> Iterator[bytes]:
    with source:
        while chunk := source.read(CHUNK):
            yield chunk


def _fit(name: str) -> str:
    """A name that any file system takes."""
    return UNFIT.sub("_", name).strip(" .")[:120]


def _span(year: int) -> tuple[datetime, datetime]:
    first, after = (datetime.combine(date(one, 1, 1), time(), SHANGHAI) for one in (year, year + 1))
    return first, after
