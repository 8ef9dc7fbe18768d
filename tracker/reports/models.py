"""ProgressReport (进展填报) with readings and Evidence (佐证材料); Rating (评价配合), SecondReview (复核)."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.db import Base
from tracker.files import StoredFile
from tracker.tasks.models import Assignment, Target
from tracker.workflow import FilingState, SecondReviewState


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
    asks: Mapped[str] = mapped_column(default="")  # what is asked of the lead unit or the office
    reason: Mapped[str] = mapped_column(default="")  # why progress fell
    grounds: Mapped[str] = mapped_column(default="")  # 办结说明, for when closure is requested
    no_change: Mapped[bool] = mapped_column(default=False)
    state: Mapped[FilingState] = mapped_column(default=FilingState.DRAFT)
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime | None]  # when and by whom the draft was last written: no events for that
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    return_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()
    assignment: Mapped[Assignment] = relationship()
    saved_by: Mapped[User | None] = relationship(foreign_keys=saved_by_id)
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


class Rating(Base):
    """评价配合: how a lead unit rates the support of another when it asks for closure."""

    __tablename__ = "ratings"
    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 5", name="score_1_to_5"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), unique=True)  # the rated support
    lead_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    score: Mapped[int]
    reason: Mapped[str]
    rated_at: Mapped[datetime]
    rated_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column()
    assignment: Mapped[Assignment] = relationship(foreign_keys=assignment_id)
    lead: Mapped[Assignment] = relationship(foreign_keys=lead_id)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class SecondReview(Base):
    """复核: a closure drawn by lot, looked at again by somebody who had no part in it."""

    __tablename__ = "second_reviews"
    __table_args__ = (
        CheckConstraint("(state = 'drawn') = (reviewed_at IS NULL)", name="reviewed_at_if_reviewed"),
        Index(None, "state", "drawn_at"),
        Index(None, "assignment_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(
        ForeignKey("events.id"), unique=True
    )  # the closure it was drawn for
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    state: Mapped[SecondReviewState] = mapped_column(default=SecondReviewState.DRAWN)
    share: Mapped[int]  # percent: how likely this closure was to be drawn
    drawn_at: Mapped[datetime]
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()
    assignment: Mapped[Assignment] = relationship()
    reviewed_by: Mapped[User | None] = relationship(foreign_keys=reviewed_by_id)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
