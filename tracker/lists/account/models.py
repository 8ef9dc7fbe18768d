"""What happens to an account: RectificationReport (整改进展), SiteCheck (现场核查), Closure (销号)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.db import Base
from tracker.lists.models import Milestone, Rectification, RectificationEvidence
from tracker.workflow import FilingState


class RectificationReport(Base):
    """整改进展: what the unit says it has done; of a standing matter, the result of a quarter (阶段成效).

    It counts from the day it is reported; one that is sent back counts no more until it is corrected.
    """

    __tablename__ = "rectification_reports"
    __table_args__ = (
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_percent"),
        CheckConstraint(
            "(state IN ('accepted', 'returned')) = (reviewed_at IS NOT NULL)", name="reviewed_at_if_reviewed"
        ),
        UniqueConstraint("rectification_id", "quarter"),
        Index(None, "rectification_id", "id"),
        Index(None, "state", "reported_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rectification_id: Mapped[int] = mapped_column(ForeignKey("rectifications.id"))
    round: Mapped[int]  # how often the account had been reopened
    state: Mapped[FilingState] = mapped_column(default=FilingState.DRAFT)
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestones.id"))  # the one it meets
    quarter: Mapped[str | None]  # "2020-Q3" of a stage result
    progress: Mapped[int]
    text: Mapped[str]
    reported_at: Mapped[datetime]
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    return_reason: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")  # what the reviewer wrote
    version: Mapped[int] = mapped_column()
    rectification: Mapped[Rectification] = relationship()
    milestone: Mapped[Milestone | None] = relationship()
    reported_by: Mapped[User | None] = relationship(foreign_keys=reported_by_id)
    reviewed_by: Mapped[User | None] = relationship(foreign_keys=reviewed_by_id)
    evidence: Mapped[list[RectificationEvidence]] = relationship(order_by="RectificationEvidence.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def submitted_by_id(self) -> int | None:
        return self.reported_by_id

    @property
    def unit_ids(self) -> set[int]:
        return self.rectification.unit_ids


class SiteCheck(Base):
    """现场核查: what the accepting unit found on the spot, where and when; photographs are its evidence."""

    __tablename__ = "site_checks"
    __table_args__ = (Index(None, "rectification_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rectification_id: Mapped[int] = mapped_column(ForeignKey("rectifications.id"))
    round: Mapped[int]
    is_passed: Mapped[bool]
    findings: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    checked_on: Mapped[date]
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    rectification: Mapped[Rectification] = relationship()
    entered_by: Mapped[User | None] = relationship()
    evidence: Mapped[list[RectificationEvidence]] = relationship(order_by="RectificationEvidence.id")


class Closure(Base):
    """销号: one strike-off with its three people, kept when the account is reopened later (恢复挂账)."""

    __tablename__ = "closures"
    __table_args__ = (
        CheckConstraint(
            "applied_by_id <> verified_by_id AND applied_by_id <> closed_by_id"
            " AND verified_by_id <> closed_by_id",
            name="three_people",
        ),
        CheckConstraint("(reopened_on IS NULL) = (reopen_reason = '')", name="reason_if_reopened"),
        Index(None, "rectification_id", "id"),
        Index(None, "closed_on"),
        Index(None, "reopened_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rectification_id: Mapped[int] = mapped_column(ForeignKey("rectifications.id"))
    deadline: Mapped[date]  # in force when it was struck off
    applied_at: Mapped[datetime]
    applied_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    verified_at: Mapped[datetime]
    verified_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime]
    closed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    closed_on: Mapped[date]
    reopened_on: Mapped[date | None]
    reopened_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reopen_reason: Mapped[str] = mapped_column(default="")
    rectification: Mapped[Rectification] = relationship()
    closed_by: Mapped[User] = relationship(foreign_keys=closed_by_id)
