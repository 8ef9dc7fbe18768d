"""Reminder (提醒), Digest (汇总提醒) and Delivery (送达)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.db import Base
from tracker.tasks.models import Assignment
from tracker.words import Word


class Channel(Word):
    """The way a message takes."""

    INBOX = "inbox", "站内消息"
    MAIL = "mail", "电子邮件"


class Outcome(Word):
    """What became of a delivery."""

    WAITING = "waiting", "待发送"
    SENT = "sent", "已送达"
    FAILED = "failed", "未送达"


class Reminder(Base):
    """One call on one assignment at one step to one person; the unique key makes the job idempotent."""

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("assignment_id", "step", "deadline", "recipient_id"),  # an extension starts anew
        Index(None, "recipient_id", "made_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    step: Mapped[str]  # "T-3", "+5", "+W2", "unsigned"
    deadline: Mapped[date]  # an extension starts a new round; date.max where a duty has none
    recipient_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_on: Mapped[date]
    made_at: Mapped[datetime]
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digests.id"), index=True)
    assignment: Mapped[Assignment] = relationship()
    recipient: Mapped[User] = relationship()


class Digest(Base):
    """汇总提醒: everything one person is reminded of on one working day, in one message."""

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("recipient_id", "on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    on: Mapped[date]
    made_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    recipient: Mapped[User] = relationship()
    reminders: Mapped[list[Reminder]] = relationship(order_by=Reminder.id)
    deliveries: Mapped[list["Delivery"]] = relationship()

    @property
    def unit_ids(self) -> set[int]:
        return {self.recipient.unit_id}


class Delivery(Base):
    """送达: one digest on one channel, with its attempts and outcome."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("digest_id", "channel"),
        CheckConstraint("(outcome = 'sent') = (sent_at IS NOT NULL)", name="sent_at_if_sent"),
        Index(None, "outcome", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    digest_id: Mapped[int] = mapped_column(ForeignKey("digests.id"))
    channel: Mapped[Channel]
    address: Mapped[str]
    outcome: Mapped[Outcome] = mapped_column(default=Outcome.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    message_id: Mapped[str] = mapped_column(unique=True)  # stable: a second copy is the same message
    digest: Mapped[Digest] = relationship(back_populates="deliveries")
