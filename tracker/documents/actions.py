"""The verbs of a document (来源文件): import, proofread, adopt. None commits."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from tracker import audit, files
from tracker.accounts.actions import changed
from tracker.accounts.models import User
from tracker.clock import SHANGHAI, local_date
from tracker.db import db
from tracker.documents import queries, readers
from tracker.documents.changes import difference, undone
from tracker.documents.directory import Directory
from tracker.documents.draft import reading_of
from tracker.documents.edits import choose_members
from tracker.documents.flags import Flag
from tracker.documents.flags import flags as flags_of
from tracker.documents.models import Document, DocumentKind
from tracker.documents.queries import EDIT, UNDO
from tracker.documents.reading import Reading, place_of, with_tasks
from tracker.errors import WrongState
from tracker.workflow import DOCUMENT, DocumentState

MEDIA_TYPES = {
    readers.FileKind.TEXT: "text/plain",
    readers.FileKind.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    readers.FileKind.OLD_WORD: "application/msword",
    readers.FileKind.PDF: "application/pdf",
    readers.FileKind.HTML: "text/html",
    readers.FileKind.SHEET: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class AlreadyImported(WrongState):
    """The same file or number is in use; ``twin_id`` is the document that came first."""

    def __init__(self, message: str, twin: Document) -> None:
        super().__init__(message)
        self.twin_id = twin.id


def import_file(
    data: bytes, name: str, actor: User | None, now: datetime, *, again: bool = False
) -> Document:
    """导入: read, parse and keep a document for proofreading.

    Unreadable when the file cannot be read; AlreadyImported when the same file or number is in use,
    unless ``again`` says it is wanted all the same.
    """
    read = readers.read(data, name)
    from tracker.documents.parse import (
        parse,
    )  # here, where it is used: it takes half as long to load as all the rest

    parsed = parse(read.text).as_json()
    number = parsed.get("doc_number") or ""
    _refuse_twice(hashlib.sha256(data).hexdigest(), number, again)
    issued_on = date.fromisoformat(parsed["date"]) if parsed.get("date") else None
    plan_year = parsed.get("plan_year") or (issued_on or local_date(now)).year
    stored = files.store(data, name, MEDIA_TYPES[read.kind], actor, now)
    document = Document(
        kind=_kind(parsed.get("title") or name),
        title=_title(parsed.get("title") or "") or name,
        number=number,
        issuer=parsed.get("issuer") or "",
        issued_on=issued_on,
        plan_year=plan_year,
        file=stored,
        text=read.text,
        reading=reading_of(parsed, plan_year, read.notes).as_json(),
        imported_at=now,
        imported_by_id=actor and actor.id,
    )
    db.session.add(document)
    audit.record("document.import", "导入文件", document, actor, now, name=name, sha256=stored.sha256)
    return document


def reading(document: Document) -> Reading:
    """The reading as it stands."""
    return Reading.from_json(document.reading)


def flags(document: Document, directory: Directory) -> list[Flag]:
    """What stands against adopting the document, or should be looked at first."""
    return flags_of(reading(document), directory, document.issued_on)


def check_version(document: Document, version: int | None) -> None:
    """WrongState, telling who changed what, when the page a person acts on is not the latest."""
    if version != document.version:
        raise WrongState(_since(document, version))


def edit(
    document: Document,
    actor: User | None,
    now: datetime,
    words: str,
    change: Callable[[Reading], Reading],
    key: int = 0,
) -> None:
    """核对: one correction of the reading at the row ``key``; refused once the document is adopted.

    The event carries what changed, so that ``undo`` can take it back.
    """
    _refuse_sealed(document)
    before = reading(document)
    after = change(before)
    stored = after.as_json()
    changes = difference(document.reading, stored)
    if not changes:
        return
    document.reading = stored
    place = place_of(before, key) or place_of(after, key)
    audit.record(EDIT, words, document, actor, now, place=place, changes=changes)


def undo(document: Document, actor: User, now: datetime) -> str:
    """撤销: take back the latest correction that stands; returns what it was."""
    _refuse_sealed(document)
    entry = queries.last_edit(document)
    if entry is None:
        raise WrongState("没有可以撤销的改动")
    before = document.reading
    document.reading = undone(before, entry.details["changes"])
    changes = difference(before, document.reading)
    place = entry.details.get("place", "")
    audit.record(UNDO, "撤销改动", document, actor, now, undone=entry.words, place=place, changes=changes)
    return entry.words


def edit_header(document: Document, actor: User, now: datetime, **columns: Any) -> None:
    """核对文件信息: title, number, issuer, issued_on, plan_year, kind."""
    _refuse_sealed(document)
    changes = changed(document, **columns)
    if changes:
        audit.record("document.edit_header", "核对文件信息", document, actor, now, **changes)


def resolve_members(document: Document, directory: Directory, actor: User | None, now: datetime) -> None:
    """Take the table's members for every open set (等…成员单位)."""
    edit(document, actor, now, "确认成员单位", lambda before: choose_members(before, directory))


def adopt(document: Document, actor: User | None, now: datetime) -> None:
    """立项: the tasks room makes the tasks; here the document is sealed."""
    DOCUMENT.take(document, "adopt", actor, now)
    document.adopted_at = now


def link_tasks(document: Document, task_ids: Mapping[int, int]) -> None:
    """Keep which task each row of the reading became: row key -> task id."""
    linked = [
        with_tasks(point, lambda task: replace(task, task_id=task_ids.get(task.key)))
        for point in reading(document).points
    ]
    document.reading = replace(reading(document), points=tuple(linked)).as_json()


def discard(document: Document, actor: User, now: datetime, reason: str) -> None:
    """作废: kept for the records, never adopted."""
    DOCUMENT.take(document, "discard", actor, now, reason)


def _refuse_sealed(document: Document) -> None:
    if document.state is not DocumentState.PROOFREADING:
        raise WrongState(f"文件“{document.state.label}”，识别结果和文件信息不能再改")


def _since(document: Document, version: int | None) -> str:
    """What others did since the page of that version was opened, latest last."""
    steps = queries.latest_steps(document, max(1, min(5, document.version - (version or 0))))
    if not steps:
        return "页面已不是最新的，请刷新后再改"
    told = "；".join(
        f"{'系统' if actor is None else actor.name}{step.at.astimezone(SHANGHAI):%H:%M}{step.words}"
        + (f"（{place}）" if (place := step.details.get("place")) else "")
        for step, actor in steps
    )
    return f"您打开页面后这份文件又有改动：{told}。您的这次修改没有保存，请刷新后再改"


def _refuse_twice(sha256: str, number: str, again: bool) -> None:
    if again:
        return
    if twin := queries.same_file(sha256):
        raise AlreadyImported(f"这个文件已经导入过：《{twin.title}》（{twin.state.label}）", twin)
    if twin := queries.same_number(number) if number else None:
        raise AlreadyImported(f"文号{number}的文件已经导入过：《{twin.title}》（{twin.state.label}）", twin)


_KINDS = (
    ("整改", DocumentKind.RECTIFICATION_PLAN),
    ("纪要", DocumentKind.MINUTES),
    ("批示", DocumentKind.INSTRUCTION),
    ("分工", DocumentKind.DIVISION),
    ("分解", DocumentKind.DIVISION),
)


def _kind(title: str) -> DocumentKind:
    return next((kind for word, kind in _KINDS if word in title), DocumentKind.WORK_POINTS)


def _title(title: str) -> str:
    """关于印发《X》的通知 is known as X."""
    start, stop = title.find("《"), title.rfind("》")
    return title[start + 1 : stop] if title.startswith(("关于印发", "印发")) and 0 <= start < stop else title
