"""Reminder (提醒), Announcement (通知), Digest (汇总提醒), Summary (每日摘要), Delivery (送达), channels."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.db import Base
from tracker.lists.models import Rectification
from tracker.tasks.models import Assignment
from tracker.words import Word


class Channel(Word):
    """The way a message takes."""

    INBOX = "inbox", "站内消息"
    MAIL = "mail", "电子邮件"
    WEBHOOK = "webhook", "通用接口"
    WECOM = "wecom", "企业微信群机器人"
    DINGTALK = "dingtalk", "钉钉群机器人"
    FEISHU = "feishu", "飞书群机器人"
    SMS = "sms", "短信"


class Outcome(Word):
    """What became of a delivery."""

    WAITING = "waiting", "待发送"
    SENDING = "sending", "正在发送"
    SENT = "sent", "已送达"
    FAILED = "failed", "未送达"
    CANCELLED = "cancelled", "不再发送"


class Reminder(Base):
    """One call on one duty or rectification at one step to one person; the key makes the job idempotent."""

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("assignment_id", "step", "deadline", "recipient_id"),  # an extension starts anew
        UniqueConstraint("rectification_id", "step", "deadline", "recipient_id"),
        CheckConstraint("(assignment_id IS NULL) <> (rectification_id IS NULL)", name="one_subject"),
        Index(None, "recipient_id", "made_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignments.id"))
    rectification_id: Mapped[int | None] = mapped_column(ForeignKey("rectifications.id"))
    step: Mapped[str]  # "T-3", "+5", "+W2", "unsigned"
    deadline: Mapped[date]  # an extension starts a new round; date.max where a duty has none
    recipient_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_on: Mapped[date]
    made_at: Mapped[datetime]
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digests.id"), index=True)
    assignment: Mapped[Assignment | None] = relationship()
    rectification: Mapped[Rectification | None] = relationship()
    recipient: Mapped[User] = relationship()


class Announcement(Base):
    """通知: something one person is told of once, with the next digest; what is no duty: a score sheet."""

    __tablename__ = "announcements"
    __table_args__ = (UniqueConstraint("key", "recipient_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]  # what it is about: "evaluation:3:…"
    recipient_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    words: Mapped[str]
    path: Mapped[str]  # where it leads to, inside the site
    made_at: Mapped[datetime]
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digests.id"), index=True)


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
    announcements: Mapped[list[Announcement]] = relationship(order_by=Announcement.id)
    deliveries: Mapped[list["Delivery"]] = relationship()

    @property
    def unit_ids(self) -> set[int]:
        return {self.recipient.unit_id}


class Summary(Base):
    """每日摘要: what was reminded of on one day, in figures, for the office's group chats."""

    __tablename__ = "summaries"

    id: Mapped[int] = mapped_column(primary_key=True)
    on: Mapped[date] = mapped_column(unique=True)
    made_at: Mapped[datetime]


class Delivery(Base):
    """送达: a digest or a summary on one channel, with its attempts and outcome; without either a test.

    An urgent slip that joined a digest whose message had gone already has one of its own (``about``).

    While it is being sent, ``next_at`` is the moment the claim runs out: whoever finds it later may send.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("digest_id", "channel", "about"),  # a digest is one person's
        UniqueConstraint("summary_id", "channel"),
        CheckConstraint("digest_id IS NULL OR summary_id IS NULL", name="one_content"),
        CheckConstraint("(outcome = 'sent') = (sent_at IS NOT NULL)", name="sent_at_if_sent"),
        Index(None, "outcome", "next_at"),
        Index(None, "channel", "tried_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digests.id"))
    summary_id: Mapped[int | None] = mapped_column(ForeignKey("summaries.id"))
    about: Mapped[str] = mapped_column(default="")  # "slip:12": this of the digest alone; empty: all of it
    channel: Mapped[Channel]
    address: Mapped[str]
    is_urgent: Mapped[bool] = mapped_column(default=False)  # may go out of hours and on days off
    outcome: Mapped[Outcome] = mapped_column(default=Outcome.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]  # the latest attempt
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    message_id: Mapped[str] = mapped_column(unique=True)  # stable: a second copy is the same message
    digest: Mapped[Digest | None] = relationship(back_populates="deliveries")
    summary: Mapped[Summary | None] = relationship()

    @property
    def is_test(self) -> bool:
        return self.digest_id is None and self.summary_id is None


class ChannelSettings(Base):
    """渠道设置: how one channel is set, and whether it rests because the other side does not answer."""

    __tablename__ = "channel_settings"

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[Channel] = mapped_column(unique=True)
    is_on: Mapped[bool] = mapped_column(default=False)
    plain: Mapped[dict[str, Any]] = mapped_column(default=dict)  # name -> value, as the page shows it
    sealed: Mapped[str] = mapped_column(default="")  # the secrets, encrypted; see channels/sealed.py
    failures: Mapped[int] = mapped_column(default=0)  # in a row, of the channel as a whole
    rests_until: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(default="")  # why it rests
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
