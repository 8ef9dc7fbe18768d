"""The outbox (送达): what waits is claimed, sent by the job outside of any transaction, and settled.

Nothing here commits or sends. A claim holds until ``next_at``; whoever comes later may take it over.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, or_, select, update

from tracker import audit
from tracker.accounts.models import User
from tracker.clock import SHANGHAI, local_date
from tracker.db import db, insert_new
from tracker.reminders.channels.actions import row_of
from tracker.reminders.channels.base import Audience, ChannelError, Sender, Settings
from tracker.reminders.channels.queries import OPEN, Line, line, lines, tried_since
from tracker.reminders.channels.sms import PHONE
from tracker.reminders.models import Channel, ChannelSettings, Delivery, Digest, Outcome, Reminder, Summary
from tracker.reminders.policy.queries import in_force
from tracker.reminders.rules import (
    CLAIM,
    LONGEST_OUTAGE,
    MOST_ATTEMPTS,
    digest_from,
    is_pressing,
    may_send,
    rest_after,
    send_from,
    wait_after,
)
from tracker.workdays import Workdays

BROKEN_OFF = "发送时多次中断，不知道对方是否收到"


class Parcel(NamedTuple):
    """A delivery that this process has claimed; ``until`` proves that the claim is still its own."""

    id: int
    until: datetime
    sender: Sender
    address: str
    settings: Settings


def enqueue(digests: Sequence[Digest], now: datetime, workdays: Workdays) -> None:
    """Put the digests of the day that can be sent next, and a summary of them, on every open channel; once,
    however often it is called."""
    if not digests:
        return
    first = next_digest(now, workdays)
    working = [one for one in lines() if one.works]
    offices = [one.channel for one in working if one.sender.audience is Audience.OFFICE]
    rows = [
        _waiting(one.channel, first, address, digest_id=digest.id, message_id=f"digest-{digest.id}")
        for one in working
        if one.channel not in offices
        for digest in digests
        if (address := _address(one.channel, digest))
    ]
    if offices:
        on = digests[0].on
        insert_new(Summary, [{"on": on, "made_at": now}])
        summary_id = db.session.scalars(select(Summary.id).filter_by(on=on)).one()
        rows += [
            _waiting(channel, first, "", summary_id=summary_id, message_id=f"summary-{summary_id}")
            for channel in offices
        ]
    insert_new(Delivery, rows)


def next_digest(now: datetime, workdays: Workdays) -> datetime:
    """When the next digests go out, in Beijing time; its day is theirs."""
    return digest_from(now.astimezone(SHANGHAI), workdays, in_force(local_date(now)).hours)


def told_already(on: date, people: Collection[int]) -> set[int]:
    """Those of the people whose message of that day has left the house."""
    left = (Outcome.SENDING, Outcome.SENT, Outcome.FAILED)
    return set(
        db.session.scalars(
            select(Digest.recipient_id)
            .join(Digest.deliveries)
            .where(
                Digest.on == on,
                Digest.recipient_id.in_(people),
                Delivery.channel != Channel.INBOX,
                Delivery.about == "",
                Delivery.outcome.in_(left),
            )
        )
    )


def send_at_once(digests: Sequence[Digest], slip_id: int, now: datetime, workdays: Workdays) -> None:
    """An urgent slip to each person whose message of the day has gone without it; in the hours for messages.

    Where it still waits, it carries the slip anyway.
    """
    gone = {
        (row[0], row[1])
        for row in db.session.execute(
            select(Delivery.digest_id, Delivery.channel).where(
                Delivery.digest_id.in_([digest.id for digest in digests]),
                Delivery.about == "",
                Delivery.outcome != Outcome.WAITING,
            )
        )
    }
    first = send_from(now.astimezone(SHANGHAI), workdays, in_force(local_date(now)).hours)
    rows = [
        _waiting(one.channel, first, address, digest_id=digest.id, message_id=f"slip-{slip_id}-{digest.id}")
        | {"about": f"slip:{slip_id}"}
        for one in lines()
        if one.works and one.sender.audience is not Audience.OFFICE
        for digest in digests
        if (digest.id, one.channel) in gone and (address := _address(one.channel, digest))
    ]
    insert_new(Delivery, rows)


def claim(moment: datetime, workdays: Workdays) -> Parcel | None:
    """Take the most urgent delivery that may go out now; None when there is none.

    Out of hours only urgent ones go. One that was interrupted too often is given up on the way.
    """
    while (next_one := _next(moment, workdays)) is not None:
        found, how = next_one
        if found.attempts >= MOST_ATTEMPTS:
            found.outcome, found.error = Outcome.FAILED, BROKEN_OFF
            db.session.flush()
            continue
        found.outcome = Outcome.SENDING
        found.attempts += 1
        found.tried_at, found.next_at = moment, moment + CLAIM
        db.session.flush()
        return Parcel(found.id, found.next_at, how.sender, found.address, how.settings)
    return None


def settle(parcel: Parcel, failure: ChannelError | None, moment: datetime, workdays: Workdays) -> None:
    """Write down what became of a claimed delivery; nothing when the claim has run out meanwhile."""
    claimed = db.session.execute(_CLAIMED, {"id": parcel.id, "until": parcel.until}).one_or_none()
    if claimed is None:
        return
    found, row = claimed
    if failure is None:
        found.outcome, found.sent_at, found.error = Outcome.SENT, moment, ""
        if row is not None and row.failures:
            _note(row, 0, None, "")
        return
    found.error = str(failure)
    if failure.of_channel and not found.is_test:
        _rest(line(found.channel), failure, moment)
    if found.is_test:
        found.outcome = Outcome.FAILED
    elif failure.of_channel and moment - _made_at(found) < LONGEST_OUTAGE:
        found.outcome, found.next_at = Outcome.WAITING, moment
        found.attempts -= 1  # an outage delays, and is not held against the message
    elif failure.of_channel or failure.permanent or found.attempts >= MOST_ATTEMPTS:
        found.outcome = Outcome.FAILED
    else:
        local = (moment + wait_after(found.attempts)).astimezone(SHANGHAI)
        found.outcome = Outcome.WAITING
        hours = in_force(local.date()).hours
        found.next_at = local if found.is_urgent else send_from(local, workdays, hours)


def resend(delivery: Delivery, actor: User, now: datetime) -> bool:
    """重新发送: what was given up, as the same message, to the address as it is now.

    False when it goes nowhere any more: the person left, has no address, or wants no mail.
    """
    if delivery.digest is not None:
        delivery.address = _address(delivery.channel, delivery.digest)
        if not delivery.address:
            delivery.outcome = Outcome.CANCELLED
            return False
    delivery.outcome, delivery.attempts, delivery.next_at = Outcome.WAITING, 0, now
    audit.record(
        "delivery.resend",
        "重新发送",
        delivery,
        actor,
        now,
        channel=delivery.channel.label,
        address=delivery.address,
    )
    return True


# Asked once for each message: they are put together once.
_CLAIMED = (
    select(Delivery, ChannelSettings)
    .outerjoin(ChannelSettings, ChannelSettings.channel == Delivery.channel)
    .where(
        Delivery.id == bindparam("id"),
        Delivery.outcome == Outcome.SENDING,
        Delivery.next_at == bindparam("until"),
    )
    .with_for_update(of=Delivery)
)
_IS_DUE = (Delivery.outcome.in_(OPEN), Delivery.next_at <= bindparam("moment"))
_IS_ANY_DUE = select(Delivery.id).where(*_IS_DUE).limit(1)
_DUE = (
    select(Delivery)
    .where(
        *_IS_DUE,
        or_(
            Delivery.channel.in_(bindparam("working", expanding=True)),
            and_(
                Delivery.digest_id.is_(None),
                Delivery.summary_id.is_(None),
                Delivery.channel.in_(bindparam("testable", expanding=True)),
            ),
        ),
    )
    .order_by(Delivery.is_urgent.desc(), Delivery.next_at, Delivery.id)
    .limit(1)
    .with_for_update(skip_locked=True, of=Delivery)
)
_URGENT = _DUE.where(Delivery.is_urgent.is_(True))


def _next(moment: datetime, workdays: Workdays) -> tuple[Delivery, Line] | None:
    if not db.session.scalar(_IS_ANY_DUE, {"moment": moment}):
        return None
    tried = tried_since(moment - timedelta(minutes=1))
    open_lines = {one.channel: one for one in lines() if tried.get(one.channel, 0) < one.sender.per_minute}
    values = {
        "moment": moment,
        "working": [one.channel for one in open_lines.values() if one.works and not one.rests(moment)],
        "testable": [one.channel for one in open_lines.values() if not one.fault],
    }
    local = moment.astimezone(SHANGHAI)
    query = _DUE if may_send(local, workdays, in_force(local.date()).hours) else _URGENT
    found = db.session.scalar(query, values)
    return None if found is None else (found, open_lines[found.channel])


def _made_at(delivery: Delivery) -> datetime:
    content = delivery.digest or delivery.summary
    return content.made_at if content else delivery.next_at


def _rest(how: Line, failure: ChannelError, moment: datetime) -> None:
    row = row_of(how)
    _note(row, row.failures + 1, moment + rest_after(row.failures + 1), str(failure))


def _note(row: ChannelSettings, failures: int, until: datetime | None, trouble: str) -> None:
    """How the channel fares; no new version of its settings, which somebody may be editing."""
    fares = update(ChannelSettings).where(ChannelSettings.id == row.id)
    db.session.execute(fares.values(failures=failures, rests_until=until, trouble=trouble))


def _address(channel: Channel, digest: Digest) -> str:
    """Where a person's digest goes on a channel; empty when it does not."""
    person = digest.recipient
    if not person.active:
        return ""
    if channel is Channel.MAIL:
        return person.email if person.wants_mail else ""
    if channel is Channel.SMS:
        steps = db.session.scalars(select(Reminder.step).where(Reminder.digest_id == digest.id).distinct())
        wanted = PHONE.fullmatch(person.phone) and any(map(is_pressing, steps))
        return person.phone if wanted else ""
    return person.username


def _waiting(
    channel: Channel,
    first: datetime,
    address: str,
    *,
    message_id: str,
    digest_id: int | None = None,
    summary_id: int | None = None,
) -> dict[str, Any]:
    return {
        "digest_id": digest_id,
        "summary_id": summary_id,
        "channel": channel,
        "address": address,
        "next_at": first,
        "message_id": f"{message_id}-{channel}",
    }
