"""Demand (要求): something the office asked of one unit by hand."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Unit, User
from tracker.db import Base
from tracker.tasks.demands.rules import Kind, Relief
from tracker.tasks.models import Assignment


class Demand(Base):
    """要求: who asked which unit for what, by when; with the rules of relief it went against, and why."""

    __tablename__ = "demands"
    __table_args__ = (
        CheckConstraint("(broken = '') = (reason = '')", name="reason_if_broken"),
        Index(None, "unit_id", "made_on"),
        Index(None, "made_by_id", "made_on"),
        Index(None, "made_on", "id"),
        Index(None, "assignment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind]
    about: Mapped[str]  # the task's title, or the problem's number
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignments.id"))  # None: not about a duty
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))  # whom it was asked of, then
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    made_on: Mapped[date]  # its Beijing day
    due_on: Mapped[date | None]
    broken: Mapped[str] = mapped_column(default="")  # names of the rules it is against: "notice weekend"
    reason: Mapped[str] = mapped_column(default="")
    assignment: Mapped[Assignment | None] = relationship()
    unit: Mapped[Unit] = relationship()
    made_by: Mapped[User] = relationship()

    @property
    def rules(self) -> list[Relief]:
        """The rules it is against."""
        return [Relief(name) for name in self.broken.split()]
