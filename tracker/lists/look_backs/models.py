"""LookBack (回头看)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.db import Base
from tracker.lists.account.models import Closure
from tracker.lists.models import RectificationEvidence
from tracker.workflow import LookBackState


class LookBack(Base):
    """回头看: a struck-off account looked at again; drawn by lot or ordered by hand."""

    __tablename__ = "look_backs"
    __table_args__ = (
        CheckConstraint("(state IN ('held', 'failed')) = (held_on IS NOT NULL)", name="held_on_if_held"),
        CheckConstraint("(share IS NULL) = (event_id IS NULL)", name="drawn_with_a_share"),
        Index(None, "closure_id"),
        Index(None, "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    closure_id: Mapped[int] = mapped_column(ForeignKey("closures.id"))
    event_id: Mapped[int | None] = mapped_column(
        ForeignKey("events.id"), unique=True
    )  # the strike-off it was drawn for; None: ordered by hand
    share: Mapped[int | None]  # percent: how likely it was to be drawn
    state: Mapped[LookBackState] = mapped_column(default=LookBackState.PLANNED)
    due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(default="")  # why it was ordered by hand
    planned_at: Mapped[datetime]
    planned_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))  # who struck it off does not look back
    held_on: Mapped[date | None]
    held_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    place: Mapped[str] = mapped_column(default="")
    findings: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()
    closure: Mapped[Closure] = relationship()
    held_by: Mapped[User | None] = relationship(foreign_keys=held_by_id)
    evidence: Mapped[list[RectificationEvidence]] = relationship(order_by="RectificationEvidence.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
