"""Problem (问题), Rectification (整改), Responsibility (责任): three views of one account number."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Unit
from tracker.db import Base
from tracker.tasks.models import Assignment
from tracker.words import Word
from tracker.workflow import RectificationState


class ProblemSource(Word):
    """Where a problem was found."""

    INSPECTION = "inspection", "督查"
    TOUR = "tour", "巡视巡察"
    AUDIT = "audit", "审计"
    SELF_CHECK = "self_check", "自查"
    HOTLINE_12345 = "hotline_12345", "12345热线"
    HOTLINE_12317 = "hotline_12317", "12317举报"
    PETITION = "petition", "信访"
    LOOK_BACK = "look_back", "回头看"
    LEADER = "leader", "领导交办"
    OVERDUE = "overdue", "逾期任务"


class Severity(Word):
    """严重程度."""

    ORDINARY = "ordinary", "一般"
    SERIOUS = "serious", "较重"
    GRAVE = "grave", "严重"


class Pace(Word):
    """时间类别."""

    IMMEDIATE = "immediate", "立行立改"
    DATED = "dated", "限期整改"
    STANDING = "standing", "长期坚持"


class Problem(Base):
    """问题: one problem, one account number (一问题一账号), never reused."""

    __tablename__ = "problems"
    __table_args__ = (
        # An overdue duty enters once per deadline: after an extension it may enter anew.
        UniqueConstraint("assignment_id", "assignment_deadline"),
        CheckConstraint("(source = 'overdue') = (assignment_id IS NOT NULL)", name="overdue_has_assignment"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)  # 账号 "2020-0001"
    source: Mapped[ProblemSource]
    found_on: Mapped[date]
    text: Mapped[str]
    kind: Mapped[str]  # 类型
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    severity: Mapped[Severity] = mapped_column(default=Severity.ORDINARY)
    is_common: Mapped[bool] = mapped_column(default=False)  # 共性 / 个性
    basis: Mapped[str]
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignments.id"))
    assignment_deadline: Mapped[date | None]
    registered_at: Mapped[datetime]
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    unit: Mapped[Unit] = relationship()
    assignment: Mapped[Assignment | None] = relationship()
    rectification: Mapped["Rectification"] = relationship(back_populates="problem")
    responsibility: Mapped["Responsibility"] = relationship(back_populates="problem")


class Rectification(Base):
    """整改: goal, remedy, pace and state of one problem; struck off by three different people."""

    __tablename__ = "rectifications"
    __table_args__ = (
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_percent"),
        CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="closed_on_if_closed"),
        CheckConstraint(
            "verified_by_id IS NULL OR verified_by_id <> applied_by_id", name="verifier_is_not_applicant"
        ),
        CheckConstraint(
            "closed_by_id IS NULL OR (closed_by_id <> applied_by_id AND closed_by_id <> verified_by_id)",
            name="closer_is_third",
        ),
        CheckConstraint("pace = 'standing' OR deadline IS NOT NULL", name="deadline_unless_standing"),
        Index(None, "state", "deadline"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problems.id"), unique=True)
    state: Mapped[RectificationState] = mapped_column(default=RectificationState.REGISTERED)
    goal: Mapped[str]
    remedy: Mapped[str] = mapped_column(default="")
    pace: Mapped[Pace]
    deadline: Mapped[date | None]
    progress: Mapped[int] = mapped_column(default=0)
    closing_slots: Mapped[dict[str, Any]] = mapped_column(default=dict)  # slot -> what proves it, in words
    applied_at: Mapped[datetime | None]
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    findings: Mapped[str] = mapped_column(default="")  # what the accepting unit found on the spot
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_on: Mapped[date | None]
    reopened_times: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column()
    problem: Mapped[Problem] = relationship(back_populates="rectification")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def unit_ids(self) -> set[int]:
        return {self.problem.responsibility.lead_unit_id}

    @property
    def accepting_unit_ids(self) -> set[int]:
        return {self.problem.responsibility.accepting_unit_id}


class Responsibility(Base):
    """责任: who answers for a problem and who accepts its rectification."""

    __tablename__ = "responsibilities"

    id: Mapped[int] = mapped_column(primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problems.id"), unique=True)
    leader: Mapped[str] = mapped_column(default="")  # 牵头领导
    lead_unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    support_units: Mapped[str] = mapped_column(default="")
    person: Mapped[str] = mapped_column(default="")  # 责任人
    phone: Mapped[str] = mapped_column(default="")
    accepting_unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    text: Mapped[str]  # 责任内容
    version: Mapped[int] = mapped_column()
    problem: Mapped[Problem] = relationship(back_populates="responsibility")
    lead_unit: Mapped[Unit] = relationship(foreign_keys=[lead_unit_id])
    accepting_unit: Mapped[Unit] = relationship(foreign_keys=[accepting_unit_id])

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
