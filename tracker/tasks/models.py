"""Task (任务), Assignment (承办项), Target (目标) and Quota (指标分解): the ledger."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Unit
from tracker.db import Base
from tracker.documents.models import WorkPoint
from tracker.documents.reading import DeadlineBasis as DeadlineBasis
from tracker.documents.reading import Duty as Duty
from tracker.words import Word
from tracker.workflow import State, TaskState


class Level(Word):
    """How closely a task is watched; the score weighs by it."""

    ORDINARY = "ordinary", "一般"
    KEY = "key", "重点"
    SUPERVISED = "supervised", "督办"


class Source(Word):
    """Where a task comes from."""

    DOCUMENT = "document", "文件"
    MEETING = "meeting", "会议"
    INSTRUCTION = "instruction", "批示"
    LETTER = "letter", "来函"


class Task(Base):
    """任务: one measure to be carried out by a deadline."""

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint("is_open_ended OR deadline IS NOT NULL", name="deadline_unless_open_ended"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[Source]
    work_point_id: Mapped[int | None] = mapped_column(ForeignKey("work_points.id"), index=True)
    position: Mapped[int]  # inside its work point
    title: Mapped[str]  # what is to be done, short enough for a table cell
    text: Mapped[str]  # the sentence of the document, or the order as given
    start: Mapped[int | None]  # span of the sentence in Document.text
    stop: Mapped[int | None]
    level: Mapped[Level] = mapped_column(default=Level.ORDINARY)
    starts_on: Mapped[date]
    deadline: Mapped[date | None]  # last day on time; None only when open-ended
    deadline_text: Mapped[str]  # as the document says it; empty when it says nothing
    deadline_basis: Mapped[DeadlineBasis]
    recurrence: Mapped[str | None]  # RFC 5545 RRULE
    is_open_ended: Mapped[bool] = mapped_column(default=False)  # 长期坚持
    # False: already past when the document was issued and not yet confirmed by a person; outside all scores
    is_past_confirmed: Mapped[bool] = mapped_column(default=True)
    state: Mapped[TaskState] = mapped_column(default=TaskState.DRAFT)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column()
    work_point: Mapped[WorkPoint | None] = relationship()
    assignments: Mapped[list["Assignment"]] = relationship(back_populates="task", order_by="Assignment.id")
    targets: Mapped[list["Target"]] = relationship(back_populates="task", order_by="Target.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def unit_ids(self) -> set[int]:
        """Units that carry a duty on it: the task is in their sight."""
        return {assignment.unit_id for assignment in self.assignments}


class Assignment(Base):
    """承办项: one unit's duty on one task (and period). THE thing that is reported, late and scored."""

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("task_id", "unit_id", "period"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_percent"),
        CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="closed_on_if_closed"),
        CheckConstraint("(submitted_at IS NULL) = (submitted_on IS NULL)", name="submitted_day"),
        CheckConstraint(
            "state NOT IN ('closing', 'closed') OR submitted_on IS NOT NULL", name="submitted_if_closing"
        ),
        Index(None, "unit_id", "state", "deadline"),
        Index(None, "state", "deadline"),
        Index(None, "deadline", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    period: Mapped[str] = mapped_column(default="")  # "2020-06" of a recurring task, else empty
    duty: Mapped[Duty]
    state: Mapped[State] = mapped_column(default=State.ISSUED)
    starts_on: Mapped[date]
    original_deadline: Mapped[date | None]
    deadline: Mapped[date | None]  # after approved extensions
    progress: Mapped[int] = mapped_column(default=0)  # percent, from the latest accepted report
    issued_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]  # when closure was last asked for
    submitted_on: Mapped[date | None]  # its Beijing day: the deadline test uses this
    closed_on: Mapped[date | None]
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column()
    task: Mapped[Task] = relationship(back_populates="assignments")
    unit: Mapped[Unit] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  two reviewers cannot both close

    @property
    def unit_ids(self) -> set[int]:
        return {self.unit_id}


class Target(Base):
    """目标: subject, comparison, value and measure as the document sets them."""

    __tablename__ = "targets"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), index=True)
    subject: Mapped[str]
    comparison: Mapped[str]  # >=, <=, =, ~=, growth>=, … as documents/targets.py reads it
    value: Mapped[Decimal | None] = mapped_column(Numeric(20, 4))  # None where the text gives no plain number
    value_text: Mapped[str]
    measure: Mapped[str]  # 计量单位
    per: Mapped[str] = mapped_column(default="")
    task: Mapped[Task] = relationship(back_populates="targets")
    quotas: Mapped[list["Quota"]] = relationship(back_populates="target", order_by="Quota.id")


class Quota(Base):
    """指标分解: one unit's share of a target. The sum is checked, never mended."""

    __tablename__ = "quotas"
    __table_args__ = (UniqueConstraint("target_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    comparison: Mapped[str]
    value: Mapped[Decimal] = mapped_column(Numeric(20, 4))
    target: Mapped[Target] = relationship(back_populates="quotas")
    unit: Mapped[Unit] = relationship()
