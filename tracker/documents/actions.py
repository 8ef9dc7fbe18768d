"""The verbs of a document (来源文件): import, proofread, adopt. None commits."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from tracker import audit, files
from tracker.accounts.models import User
from tracker.clock import local_date
from tracker.db import db
from tracker.documents import queries, readers
from tracker.documents.directory import Directory
from tracker.documents.draft import reading_of
from tracker.documents.models import Document, DocumentKind
from tracker.documents.parse import parse
from tracker.documents.reading import Flag, Reading, choose_members
from tracker.documents.reading import flags as flags_of
from tracker.errors import Invalid, WrongState
from tracker.workflow import DOCUMENT, DocumentState


MEDIA_TYPES = {
    readers.FileKind.TEXT: "text/plain",
    readers.FileKind.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    readers.FileKind.OLD_WORD: "application/msword",
    readers.FileKind.PDF: "application/pdf",
    readers.FileKind.HTML: "text/html",
    readers.FileKind.SHEET: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def import_file(
    data: bytes, name: str, actor: User | None, now: datetime, *, again: bool = False
) -> Document:
    """导入: read, parse and keep a document for proofreading.

    Unreadable when the file cannot be read; WrongState when the same file or number is already in use,
    unless ``again`` says it is wanted all the same.
    """
    read = readers.read(data, name)
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
        reading=reading_of(parsed, plan_year).as_json(),
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


def edit(
    document: Document,
    change: Callable[[Reading], Reading],
    words: str,
    actor: User | None,
    now: datetime,
    **details: Any,
) -> None:
    """核对: one correction of the reading, recorded in ``words``; refused once the document is adopted."""
    if document.state is not DocumentState.PROOFREADING:
        raise WrongState(f"文件“{document.state.label}”，不能再改识别结果；请在任务中修改")
    document.reading = change(reading(document)).as_json()
    audit.record("document.edit", words, document, actor, now, **details)


def edit_header(document: Document, actor: User, now: datetime, **changes: Any) -> None:
    """核对文件信息: title, number, issuer, issued_on, plan_year, kind."""
    if document.state is not DocumentState.PROOFREADING:
        raise WrongState(f"文件“{document.state.label}”，不能再改文件信息")
    if not str(changes.get("title", "x")).strip():
        raise Invalid("文件标题不能为空", title="必填")
    before_after: dict[str, Any] = {
        name: [_plain(getattr(document, name)), _plain(value)]
        for name, value in changes.items()
        if getattr(document, name) != value
    }
    for name, value in changes.items():
        setattr(document, name, value)
    if before_after:
        audit.record("document.edit_header", "核对文件信息", document, actor, now, **before_after)


def resolve_members(document: Document, directory: Directory, actor: User | None, now: datetime) -> None:
    """Take the table's members for every open set (等…成员单位)."""
    edit(document, lambda r: choose_members(r, directory), "确认成员单位", actor, now)


def adopt(document: Document, actor: User | None, now: datetime) -> None:
    """立项: the tasks room makes the tasks; here the document is sealed."""
    DOCUMENT.take(document, "adopt", actor, now)
    document.adopted_at = now


def discard(document: Document, actor: User, now: datetime, reason: str) -> None:
    """作废: kept for the records, never adopted."""
    DOCUMENT.take(document, "discard", actor, now, reason)


def _refuse_twice(sha256: str, number: str, again: bool) -> None:
    if again:
        return
    twin = queries.same_file(sha256)
    if twin:
        raise WrongState(f"这个文件已经导入过：《{twin.title}》（{twin.state.label}），不必再导入")
    twin = queries.same_number(number) if number else None
    if twin:
        raise WrongState(f"文号{number}的文件已经导入过：《{twin.title}》（{twin.state.label}）")


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


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
