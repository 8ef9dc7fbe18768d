"""ProgressReport (进展填报) with target readings, and Evidence (佐证材料) bound to it."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.files import StoredFile
from tracker.tasks.models import Assignment, Target
from tracker.workflow import FilingState


class ProgressReport(Base):
    """One filing of one unit on one assignment. "无变化" is a report too."""

    __tablename__ = "progress_reports"
    __table_args__ = (
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_percent"),
        CheckConstraint("state = 'draft' OR submitted_at IS NOT NULL", name="submitted_at_if_submitted"),
        CheckConstraint(
            "(state IN ('accepted', 'returned')) = (reviewed_at IS NOT NULL)", name="reviewed_at_if_reviewed"
        ),
        Index(None, "assignment_id", "id"),
        Index(None, "state", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    period: Mapped[str]  # 填报期 "2020-07", the month it was submitted in
    progress: Mapped[int]
    text: Mapped[str]
    difficulties: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")  # why progress fell
    no_change: Mapped[bool] = mapped_column(default=False)
    state: Mapped[FilingState] = mapped_column(default=FilingState.DRAFT)
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    return_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()
    assignment: Mapped[Assignment] = relationship()
    readings: Mapped[list["TargetReading"]] = relationship(cascade="all, delete-orphan")
    evidence: Mapped[list["Evidence"]] = relationship(cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def unit_ids(self) -> set[int]:
        return {self.assignment.unit_id}


class TargetReading(Base):
    """What a unit says it has reached of one target."""

    __tablename__ = "target_readings"
    __table_args__ = (UniqueConstraint("report_id", "target_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("progress_reports.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"))
    value: Mapped[Decimal] = mapped_column(Numeric(20, 4))
    target: Mapped[Target] = relationship()


class Evidence(Base):
    """A stored file bound to what it proves."""

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("report_id", "file_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("progress_reports.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"))
    claim: Mapped[str] = mapped_column(default="")  # what it proves
    name: Mapped[str]  # as the unit called it; the stored file may serve others under another name
    file: Mapped[StoredFile] = relationship()
