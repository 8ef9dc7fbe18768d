"""What the scheduler calls for reminders; making, gathering, each sending are transactions of their own."""

import logging
import time
from datetime import datetime

from tracker import clock
from tracker.clock import local_date
from tracker.db import db
from tracker.reminders import accounts, actions, delivery, moves
from tracker.reminders.channels import mail
from tracker.reminders.channels.base import ChannelError
from tracker.reminders.messages import compose
from tracker.reminders.models import Delivery
from tracker.reminders.slips import actions as slips
from tracker.workdays import statutory

log = logging.getLogger(__name__)

LONGEST_RUN = 40.0  # seconds, until the other jobs have their turn again


def defer_unnoticed(now: datetime) -> int:
    """Put off what fell due before its unit had notice; rows: duties."""
    deferred = actions.defer_unnoticed(now, statutory())
    db.session.commit()
    return deferred


def remind(now: datetime) -> int:
    """Make the reminders of the day; rows: reminders, and notices of duties that went to another unit."""
    workdays = statutory()
    made = actions.remind(now, workdays) + slips.remind(now, workdays) + accounts.remind(now, workdays)
    if workdays.is_workday(local_date(now)):
        made += moves.tell(now)
    db.session.commit()
    return made


def digest(now: datetime) -> int:
    """Gather them, one message a person; rows: digests."""
    made = actions.digest(now, statutory())
    db.session.commit()
    return made


def deliver(now: datetime) -> int:
    """Send what waits: claim, commit, send, settle and claim the next, and so on; rows: deliveries tried.

    While the other side is waited for no transaction is open. A process killed in between leaves a claim
    that runs out: the message goes again, with the Message-ID of the first time.
    """
    workdays, began, moment, tried = statutory(), time.monotonic(), clock.watch(now), 0
    with mail.one_connection():
        parcel = delivery.claim(moment(), workdays)
        db.session.commit()
        while parcel is not None:
            failure = _send(parcel)
            delivery.settle(parcel, failure, moment(), workdays)
            is_time_left = time.monotonic() - began < LONGEST_RUN
            parcel = delivery.claim(moment(), workdays) if is_time_left else None
            db.session.commit()  # one for both: each waits for the disk
            tried += 1
    return tried


def _send(parcel: delivery.Parcel) -> ChannelError | None:
    """Send one message; a fault of our own is kept like one of the channel, so that the others still go."""
    channel = parcel.sender.name
    try:
        message = compose(db.session.get_one(Delivery, parcel.id), clock.real())
        db.session.commit()  # nothing is held while the other side is waited for
        parcel.sender.send(message, parcel.address, parcel.settings)
    except ChannelError as error:
        log.warning("delivery=%d channel=%s failed: %s", parcel.id, channel, error)
        return error
    except Exception:  # the edge of a job: one failure must not stop the others
        db.session.rollback()
        log.exception("delivery=%d channel=%s failed", parcel.id, channel)
        return ChannelError("系统内部出错，消息没有发出，请查看运行日志", permanent=True)
    log.info("delivery=%d channel=%s sent", parcel.id, channel)
    return None
