"""How each channel is set now, which are open, and what became of the deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import current_app
from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.db import db
from tracker.errors import NotFound
from tracker.reminders.channels import dingtalk, feishu, mail, sms, webhook, wecom
from tracker.reminders.channels.base import ChannelError, Field, Sender, Settings
from tracker.reminders.channels.sealed import Unreadable, unseal
from tracker.reminders.models import Channel, ChannelSettings, Delivery, Digest, Outcome

_ALL: tuple[Sender, ...] = (mail, webhook, wecom, dingtalk, feishu, sms)
SENDERS: dict[Channel, Sender] = {sender.name: sender for sender in _ALL}
_ALL_SETTINGS = select(ChannelSettings)
UNREADABLE = "系统密钥已更换，原来保存的密钥读不出来，请重新填写"
OPEN = (Outcome.WAITING, Outcome.SENDING)
_HAS_CONTENT = Delivery.digest_id.is_not(None) | Delivery.summary_id.is_not(None)  # else it is a test


@dataclass(frozen=True)
class Line:
    """A channel with its settings as they are now."""

    sender: Sender
    row: ChannelSettings | None
    settings: Settings  # with the secrets in clear: for the sender only
    fault: str  # why it cannot send, in words; empty when it can
    kept: frozenset[str] = field(default_factory=frozenset)  # the secrets that are set

    @property
    def channel(self) -> Channel:
        return self.sender.name

    @property
    def is_on(self) -> bool:
        """Mail goes out as soon as there is a server, the others when somebody switches them on."""
        return self.row.is_on if self.row else self.channel is Channel.MAIL

    @property
    def works(self) -> bool:
        return self.is_on and not self.fault

    def rests(self, now: datetime) -> bool:
        return self.row is not None and self.row.rests_until is not None and self.row.rests_until > now


def line(channel: Channel) -> Line:
    """A channel as it is set; one nobody has set yet has the usual values."""
    return _line(SENDERS[channel], db.session.scalar(select(ChannelSettings).filter_by(channel=channel)))


def lines() -> list[Line]:
    """Every channel out of the house, in the order of the page."""
    rows = {row.channel: row for row in db.session.scalars(_ALL_SETTINGS)}
    return [_line(sender, rows.get(channel)) for channel, sender in SENDERS.items()]


def _line(sender: Sender, row: ChannelSettings | None) -> Line:
    settings = {one.name: one.first for one in sender.fields if not one.is_secret} | house()
    kept: dict[str, str] = {}
    fault = ""
    if row is not None:
        settings |= row.plain
        try:
            kept = unseal(row.sealed, current_app.config["SECRET_KEY"])
        except Unreadable:
            fault = UNREADABLE
    settings |= kept
    return Line(sender, row, settings, fault or _fault(sender, settings), frozenset(kept))


def get_line(name: str) -> Line:
    """The channel of that name; NotFound for another."""
    if name not in SENDERS:
        raise NotFound("没有这个消息渠道")
    return line(Channel(name))


def house() -> Settings:
    """What the environment sets for the channels."""
    config = current_app.config
    return {
        "mail_url": config.get("MAIL_URL", ""),
        "from": config.get("MAIL_FROM", ""),
        "intranet": config.get("INTRANET", ""),
    }


def tried_since(moment: datetime) -> dict[Channel, int]:
    """Channel → how many attempts it made after ``moment``."""
    return {row[0]: row[1] for row in db.session.execute(_TRIED_SINCE, {"moment": moment})}


_TRIED_SINCE = (
    select(Delivery.channel, func.count())
    .where(Delivery.channel.in_(SENDERS), Delivery.tried_at > bindparam("moment"))
    .group_by(Delivery.channel)
)


def counts() -> dict[tuple[Channel, Outcome], int]:
    """(channel, outcome) → how many deliveries, tests left out."""
    rows = db.session.execute(
        select(Delivery.channel, Delivery.outcome, func.count())
        .where(_HAS_CONTENT)
        .group_by(Delivery.channel, Delivery.outcome)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def backlog() -> tuple[int, int]:
    """How many messages wait, and how many were given up."""
    found = counts()
    waiting = sum(number for (_, outcome), number in found.items() if outcome in OPEN)
    return waiting, sum(number for (_, outcome), number in found.items() if outcome is Outcome.FAILED)


def last_sent() -> dict[Channel, datetime]:
    """Channel → when its latest message was taken."""
    rows = db.session.execute(
        select(Delivery.channel, func.max(Delivery.sent_at))
        .where(Delivery.sent_at.is_not(None))
        .group_by(Delivery.channel)
    )
    return {row[0]: row[1] for row in rows if row[1] is not None}


def failed() -> Select[Delivery]:
    """What was given up and waits for a person, the latest first."""
    person = joinedload(Delivery.digest).joinedload(Digest.recipient).joinedload(User.unit)
    return (
        select(Delivery)
        .where(Delivery.outcome == Outcome.FAILED, _HAS_CONTENT)
        .options(person, joinedload(Delivery.summary))
        .order_by(Delivery.tried_at.desc(), Delivery.id.desc())
    )


def get_failed(delivery_id: int) -> Delivery:
    found = db.session.scalar(failed().where(Delivery.id == delivery_id))
    if found is None:
        raise NotFound("这条消息已经重新发送，或者不存在")
    return found


def tests(channel: Channel) -> Sequence[Delivery]:
    """The latest test messages of a channel, newest first."""
    query = select(Delivery).where(Delivery.channel == channel, ~_HAS_CONTENT)
    return db.session.scalars(query.order_by(Delivery.id.desc()).limit(5)).all()


def _fault(sender: Sender, settings: Settings) -> str:
    if sender.name is Channel.MAIL:
        if not settings["mail_url"]:
            return "没有设置发件服务器（TRACKER_MAIL_URL）"
        try:
            mail.server_of(settings)
        except ChannelError as error:
            return str(error)
        return ""
    missing = [one.label for one in sender.fields if _lacks(one, settings)]
    return f"还没有填写：{'、'.join(missing)}" if missing else ""


def _lacks(one: Field, settings: Settings) -> bool:
    return one.is_required and not settings.get(one.name)
