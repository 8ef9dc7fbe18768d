"""Circular (通报): its words, its frozen figures and its printed files; its receipts (回执)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Unit, User
from tracker.circulars.paper import CircularKind
from tracker.db import Base
from tracker.files import StoredFile
from tracker.workflow import CircularState


class Circular(Base):
    """One month's circular, or the correction (更正) of one. Published means numbered and frozen."""

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
    parts: Mapped[dict[str, Any]]  # see circulars/parts.py
    generated_parts: Mapped[dict[str, Any]]  # as composed, for comparison with what a person changed
    figures: Mapped[dict[str, Any]]  # see circulars/figures.py
    state: Mapped[CircularState] = mapped_column(default=CircularState.DRAFT)
    drafted_at: Mapped[datetime]
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    published_at: Mapped[datetime | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    word_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    code: Mapped[str | None] = mapped_column(unique=True)  # 验证码, given when published
    signer: Mapped[str] = mapped_column(default="")  # whose certificate the file bears; "" when none
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("circulars.id"), index=True)
    version: Mapped[int] = mapped_column()
    file: Mapped[StoredFile | None] = relationship(foreign_keys=file_id)
    word_file: Mapped[StoredFile | None] = relationship(foreign_keys=word_file_id)
    corrects: Mapped["Circular | None"] = relationship(back_populates="corrections", remote_side=id)
    corrections: Mapped[list["Circular"]] = relationship(back_populates="corrects", order_by=id)
    receipts: Mapped[list["CircularReceipt"]] = relationship(back_populates="circular")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class CircularReceipt(Base):
    """回执: a published circular was delivered to a unit; who opened it there first, and when."""

    __tablename__ = "circular_receipts"
    __table_args__ = (
        UniqueConstraint("circular_id", "unit_id"),
        CheckConstraint("(read_at IS NULL) = (read_by_id IS NULL)", name="read_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    circular_id: Mapped[int] = mapped_column(ForeignKey("circulars.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    delivered_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    circular: Mapped[Circular] = relationship(back_populates="receipts")
    unit: Mapped[Unit] = relationship()
    read_by: Mapped[User | None] = relationship()
