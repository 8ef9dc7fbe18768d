"""The ledger: Task (任务), Assignment (承办项), Target (目标), Quota (指标分解).

What is asked about a duty: Objection (异议), Extension (延期), HaltRequest (停办申请).
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from tracker.accounts.models import Unit, User
from tracker.db import Base
from tracker.documents.models import WorkPoint
from tracker.documents.reading import DeadlineBasis as DeadlineBasis
from tracker.documents.reading import Duty as Duty
from tracker.documents.reading import Reporting as Reporting
from tracker.files import StoredFile
from tracker.tasks.requests.rules import DUTY, Extended
from tracker.words import Word
from tracker.workflow import FilingState, State, TaskState


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


class Ground(Word):
    """异议类型: what a unit disputes before it signs."""

    WORDING = "wording", "表述"
    UNIT = "unit", "归属"
    DEADLINE = "deadline", "时限"
    OTHER = "other", "其他"


class Answer(Word):
    """异议答复: what became of an objection."""

    REISSUED = "reissued", "异议成立，调整后重新交办"
    WITHDRAWN = "withdrawn", "异议成立，中止"
    OVERRULED = "overruled", "异议不成立"


class HaltKind(Word):
    """停办类型: what a supervisor asks the approver's consent for."""

    SUSPEND = "suspend", "缓办"
    RESUME = "resume", "恢复"
    WITHDRAW = "withdraw", "中止"


class Task(Base):
    """任务: one measure to be carried out by a deadline."""

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint("is_open_ended OR deadline IS NOT NULL", name="deadline_unless_open_ended"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[Source]
    origin: Mapped[str] = mapped_column(default="")  # 出处 of a task entered by hand: 第5次会议纪要
    origin_on: Mapped[date | None]  # the day of that meeting, instruction or letter
    # What was read in the order of a task entered by hand, as a person has corrected it: units and targets
    # that become assignments when it is issued. A draft has no assignments, so it is in no list or count.
    reading: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True)
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
    recurrence: Mapped[str | None]  # RFC 5545 RRULE: one assignment a unit for each period
    reporting: Mapped[Reporting] = mapped_column(default=Reporting.AT_NODES)
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
        CheckConstraint(
            "(state IN ('disputed', 'suspended')) = (paused_on IS NOT NULL)", name="paused_on_if_paused"
        ),
        Index(None, "unit_id", "state", "deadline"),
        # the whole of what a light is made of: duties are counted without being read
        Index(None, "state", "deadline", "starts_on", "progress", "submitted_on"),
        Index(None, "state", "submitted_at"),
        Index(None, "deadline", "id"),
        # what the ledger opens with, however long it has grown
        Index(
            "ix_assignments_not_closed_deadline_id",
            "deadline",
            "id",
            sqlite_where=text("state != 'closed'"),
            postgresql_where=text("state != 'closed'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    period: Mapped[str] = mapped_column(default="")  # "2020-06" of a recurring task, else empty
    duty: Mapped[Duty]
    state: Mapped[State] = mapped_column(default=State.ISSUED)
    starts_on: Mapped[date]
    original_deadline: Mapped[date | None]
    deadline: Mapped[date | None]  # after approved extensions and the days the clock stood still
    paused_on: Mapped[date | None]  # since when the clock stands still: 异议中, 缓办
    progress: Mapped[int] = mapped_column(default=0)  # percent, from the latest accepted report
    issued_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]  # when closure was last asked for
    submitted_on: Mapped[date | None]  # its Beijing day: the deadline test uses this
    closed_on: Mapped[date | None]
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column()
    task: Mapped[Task] = relationship(back_populates="assignments")
    unit: Mapped[Unit] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  two reviewers cannot both close

    @property
    def unit_ids(self) -> set[int]:
        return {self.unit_id}

    @property
    def leading_unit_ids(self) -> set[int]:
        """The units that lead what this duty supports: they read it and may comment on it, never act."""
        if self.duty is not Duty.SUPPORT:
            return set()
        return {
            other.unit_id
            for other in self.task.assignments
            if other.duty is Duty.LEAD and other.state is not State.WITHDRAWN
        }


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


class Objection(Base):
    """异议: what a unit disputes before it signs, and the answer. The clock stands still in between."""

    __tablename__ = "objections"
    __table_args__ = (
        CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (days IS NULL)",
            name="answered_at_if_answered",
        ),
        Index(None, "assignment_id", "id"),
        Index(None, "answer", "raised_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    ground: Mapped[Ground]
    reason: Mapped[str]
    raised_at: Mapped[datetime]
    raised_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answer: Mapped[Answer | None]
    answer_reason: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    days: Mapped[int | None]  # calendar days the clock stood still, by which the deadline moved
    assignment: Mapped[Assignment] = relationship()
    raised_by: Mapped[User | None] = relationship(foreign_keys=raised_by_id)
    answered_by: Mapped[User | None] = relationship(foreign_keys=answered_by_id)


class AnyExtension:
    """延期 of a duty or a rectification: asked for by the unit's head before the deadline, then answered."""

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[FilingState] = mapped_column(default=FilingState.DRAFT)
    deadline: Mapped[date]  # the one in force when it was asked for
    wanted_on: Mapped[date]
    granted_on: Mapped[date | None]
    reason: Mapped[str]
    is_late: Mapped[bool] = mapped_column(default=False)  # asked for within the last two working days
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    file_name: Mapped[str] = mapped_column(default="")  # as the unit called it
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answer_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    @declared_attr
    def file(cls) -> Mapped[StoredFile | None]:
        return relationship()

    @declared_attr
    def submitted_by(cls) -> Mapped[User | None]:
        return relationship(foreign_keys=f"{cls.__name__}.submitted_by_id")  # type: ignore[attr-defined]

    @declared_attr
    def answered_by(cls) -> Mapped[User | None]:
        return relationship(foreign_keys=f"{cls.__name__}.answered_by_id")  # type: ignore[attr-defined]

    # Of the class that is mixed into; no columns, which ClassVar says to SQLAlchemy.
    extended: ClassVar[Extended]
    matter: ClassVar[Any]  # a property: what it is to extend, something with a deadline and a state

    @property
    def unit_ids(self) -> set[int]:
        units: set[int] = self.matter.unit_ids
        return units


def extension_checks() -> tuple[CheckConstraint, ...]:
    """What the database refuses of any extension."""
    return (
        CheckConstraint("wanted_on > deadline", name="wanted_later"),
        CheckConstraint("(state = 'accepted') = (granted_on IS NOT NULL)", name="granted_on_if_accepted"),
        CheckConstraint(
            "(state IN ('accepted', 'refused')) = (answered_at IS NOT NULL)", name="answered_at_if_answered"
        ),
    )


class Extension(AnyExtension, Base):
    """延期 of a duty."""

    __tablename__ = "extensions"
    __table_args__ = (
        *extension_checks(),
        Index(None, "assignment_id", "id"),
        Index(None, "state", "submitted_at"),
    )

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    assignment: Mapped[Assignment] = relationship()
    extended = DUTY

    __mapper_args__ = {"version_id_col": AnyExtension.version}  # noqa: RUF012

    @property
    def matter(self) -> Assignment:
        return self.assignment


class HaltRequest(Base):
    """停办申请: a supervisor asks the approver's consent to suspend, resume or withdraw a duty."""

    __tablename__ = "halt_requests"
    __table_args__ = (
        CheckConstraint(
            "(state IN ('accepted', 'refused')) = (answered_at IS NOT NULL)", name="answered_at_if_answered"
        ),
        Index(None, "assignment_id", "id"),
        Index(None, "state", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    kind: Mapped[HaltKind]
    state: Mapped[FilingState] = mapped_column(default=FilingState.DRAFT)
    reason: Mapped[str]
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answer_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()
    assignment: Mapped[Assignment] = relationship()
    submitted_by: Mapped[User | None] = relationship(foreign_keys=submitted_by_id)
    answered_by: Mapped[User | None] = relationship(foreign_keys=answered_by_id)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class BulkChange(Base):
    """批量调整: what one person changed on many duties at once, kept so that it can be undone as a whole."""

    __tablename__ = "bulk_changes"
    __table_args__ = (
        CheckConstraint("(undone_at IS NULL) = (undone_by_id IS NULL)", name="undone_by_if_undone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str]
    changes: Mapped[list[Any]]  # [table, id, field, before, after], dates as ISO text
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column()
    made_by: Mapped[User] = relationship(foreign_keys=made_by_id)
    undone_by: Mapped[User | None] = relationship(foreign_keys=undone_by_id)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
