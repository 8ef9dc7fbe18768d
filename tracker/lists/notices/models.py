"""PublicNotice (公示) and what people said against it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.lists.models import Rectification


class PublicNotice(Base):
    """公示: a verified rectification shown to the public for some working days before it is struck off."""

    __tablename__ = "public_notices"
    __table_args__ = (
        CheckConstraint("days > 0 AND ends_on >= starts_on", name="lasts"),
        Index(None, "rectification_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rectification_id: Mapped[int] = mapped_column(ForeignKey("rectifications.id"))
    place: Mapped[str]  # where it is shown
    starts_on: Mapped[date]
    days: Mapped[int]  # working days
    ends_on: Mapped[date]  # the last of them
    is_void: Mapped[bool] = mapped_column(default=False)  # the rectification was sent back meanwhile
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    rectification: Mapped[Rectification] = relationship()
    objections: Mapped[list["NoticeObjection"]] = relationship(order_by="NoticeObjection.id")


class NoticeObjection(Base):
    """公示异议: what somebody said against it, as a supervisor wrote it down, and the answer."""

    __tablename__ = "notice_objections"
    __table_args__ = (
        CheckConstraint("(answer = '') = (answered_at IS NULL)", name="answered_at_if_answered"),
        Index(None, "notice_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("public_notices.id"))
    raised_on: Mapped[date]
    raised_by: Mapped[str] = mapped_column(default="")  # as the person called himself; masked by role
    text: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    notice: Mapped[PublicNotice] = relationship(back_populates="objections")
