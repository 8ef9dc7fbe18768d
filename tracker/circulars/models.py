"""Circular (通报): its words, its frozen figures and its printed file."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.circulars.paper import CircularKind
from tracker.db import Base
from tracker.files import StoredFile
from tracker.workflow import CircularState


class Circular(Base):
    """One month's circular. Published means numbered and frozen."""

    __tablename__ = "circulars"
    __table_args__ = (
        CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)", name="published_at_if_published"
        ),
        CheckConstraint("state <> 'published' OR file_id IS NOT NULL", name="published_has_file"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(index=True)
    kind: Mapped[CircularKind] = mapped_column(default=CircularKind.DOCUMENT)
    number: Mapped[str | None] = mapped_column(unique=True)  # given when published
    title: Mapped[str]
    parts: Mapped[dict[str, Any]]  # see circulars/compose.py
    generated_parts: Mapped[dict[str, Any]]  # as composed, for comparison with what a person changed
    figures: Mapped[dict[str, Any]]  # see circulars/figures.py
    state: Mapped[CircularState] = mapped_column(default=CircularState.DRAFT)
    drafted_at: Mapped[datetime]
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    published_at: Mapped[datetime | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    version: Mapped[int] = mapped_column()
    file: Mapped[StoredFile | None] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
