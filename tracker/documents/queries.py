"""Documents, and the directory of units as the reader needs it."""

from collections.abc import Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import defer, joinedload, selectinload

from tracker.accounts.models import Unit, UnitAlias, UnitGroup, User
from tracker.audit import Event
from tracker.db import db
from tracker.documents.directory import Directory, GroupEntry, key
from tracker.documents.models import Document, DocumentKind
from tracker.errors import Invalid, NotFound
from tracker.files import StoredFile
from tracker.web.pages import Listing, View, words
from tracker.workflow import DocumentState

DOCUMENTS = Listing(
    sorts={
        "imported": (Document.id,),
        "title": (Document.title, Document.id),
        "issued": (Document.issued_on, Document.id),
    },
    usual="-imported",
    filters={"q": words, "state": DocumentState, "kind": DocumentKind},
    size=20,
)
EDIT, UNDO = "document.edit", "document.undo"  # events that carry what they changed


def documents(view: View) -> Select[Document]:
    """The documents a view of ``DOCUMENTS`` asks for, without their text."""
    query = select(Document).options(defer(Document.text), joinedload(Document.imported_by))
    if said := view.get("q"):
        columns = (Document.title, Document.number, Document.issuer)
        query = query.where(or_(*(column.icontains(said, autoescape=True) for column in columns)))
    if view.get("kind"):
        query = query.where(Document.kind == view.get("kind"))
    if view.get("state"):
        query = query.where(Document.state == view.get("state"))
    return query.order_by(*view.order())


def get_document(document_id: int) -> Document:
    """NotFound when absent; only those who may read documents get here."""
    found = db.session.get(Document, document_id)
    if found is None:
        raise NotFound("没有这份文件")
    return found


def same_file(sha256: str) -> Document | None:
    """The document in use that was imported from the very same file."""
    return db.session.scalar(
        select(Document)
        .join(Document.file)
        .where(StoredFile.sha256 == sha256, Document.state != DocumentState.DISCARDED)
        .limit(1)
    )


def same_number(number: str) -> Document | None:
    """The document in use with this 文号."""
    return db.session.scalar(
        select(Document).where(Document.number == number, Document.state != DocumentState.DISCARDED).limit(1)
    )


def bearer(name: str) -> Unit | UnitGroup:
    """The unit or collective name of exactly that name; Invalid when there is none."""
    unit = db.session.scalar(select(Unit).where(Unit.name == name.strip(), Unit.is_active))
    found = unit or db.session.scalar(select(UnitGroup).where(UnitGroup.name == name.strip()))
    if found is None:
        raise Invalid(f"单位库中没有名为“{name}”的单位，请从列表中选择，或新增为单位", of="请从列表中选择")
    return found


def last_edit(document: Document) -> Event | None:
    """The latest correction that has not been taken back."""
    undone = 0
    for event in db.session.scalars(_events(document).where(Event.kind.in_((EDIT, UNDO)))):
        if event.kind == UNDO:
            undone += 1
        elif not undone:
            return event
        else:
            undone -= 1
    return None


def latest_steps(document: Document, number: int) -> list[tuple[Event, User | None]]:
    """The latest things done to a document and by whom, oldest first."""
    query = _events(document).add_columns(User).outerjoin(User, Event.actor_id == User.id)
    rows = db.session.execute(query.where(Event.kind != "document.import").limit(number)).all()
    return [(event, user) for event, user in reversed(rows)]


def _events(document: Document) -> Select[Event]:
    """What happened to a document, latest first."""
    here = (Event.subject_type == Document.__tablename__, Event.subject_id == document.id)
    return select(Event).where(*here).order_by(Event.id.desc())


def directory() -> Directory:
    """Units in use with every way to write them, in the fixed order."""
    units = db.session.scalars(select(Unit).where(Unit.is_active).order_by(Unit.position, Unit.id)).all()
    groups = db.session.scalars(select(UnitGroup).options(selectinload(UnitGroup.members))).all()
    names = {key(unit.name): unit.id for unit in units}
    for unit in units:
        names.setdefault(key(unit.short_name), unit.id)
    entries = {group.id: GroupEntry(group.name, tuple(group.unit_ids), group.is_open) for group in groups}
    collective = {key(entry.name): entry for entry in entries.values()}
    for alias in _aliases():
        if alias.unit_id is not None:
            names[key(alias.text)] = alias.unit_id
        elif alias.group_id is not None:
            collective[key(alias.text)] = entries[alias.group_id]
    in_use = {unit.id: unit.name for unit in units}
    return Directory(in_use, {name: i for name, i in names.items() if i in in_use}, collective)


def _aliases() -> Sequence[UnitAlias]:
    return db.session.scalars(select(UnitAlias)).all()
