"""Document (来源文件) with its proofread reading, and WorkPoint (工作要点条目)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.db import Base
from tracker.files import StoredFile
from tracker.words import Word
from tracker.workflow import DocumentState


class DocumentKind(Word):
    """What kind of paper it is."""

    WORK_POINTS = "work_points", "工作要点"
    DIVISION = "division", "任务分工"
    MINUTES = "minutes", "会议纪要"
    INSTRUCTION = "instruction", "批示"
    RECTIFICATION_PLAN = "rectification_plan", "整改方案"


class Document(Base):
    """An issued paper. ``reading`` is what was read in it, as a person has corrected it so far.

    Spans everywhere are [start, stop) in characters of ``text``.
    """

    __tablename__ = "documents"
    __table_args__ = (
        CheckConstraint("(state = 'adopted') = (adopted_at IS NOT NULL)", name="adopted_at_if_adopted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DocumentKind]
    title: Mapped[str]
    number: Mapped[str]  # 文号; empty when the paper has none
    issuer: Mapped[str]
    issued_on: Mapped[date | None]
    plan_year: Mapped[int]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"), index=True)
    text: Mapped[str]
    reading: Mapped[dict[str, Any]]  # see documents/reading.py
    state: Mapped[DocumentState] = mapped_column(default=DocumentState.PROOFREADING)
    imported_at: Mapped[datetime]
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    adopted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    file: Mapped[StoredFile] = relationship()
    imported_by: Mapped[User | None] = relationship()
    work_points: Mapped[list["WorkPoint"]] = relationship(
        back_populates="document", order_by="WorkPoint.position"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  two proofreaders cannot overwrite each other


class WorkPoint(Base):
    """One numbered item of an adopted document."""

    __tablename__ = "work_points"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), index=True)
    position: Mapped[int]
    number: Mapped[str]  # as printed: 五, （一）, 3
    title: Mapped[str]
    start: Mapped[int]
    stop: Mapped[int]
    document: Mapped[Document] = relationship(back_populates="work_points")
