"""Forgetting what nobody needs any more. Events, evidence and every proof of notice stay. None commits."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from tracker import files, runs
from tracker.accounts.models import SignInAttempt
from tracker.accounts.rules import WINDOW
from tracker.db import db
from tracker.reminders.models import Delivery

TESTS_KEPT = timedelta(days=30)  # test messages of a channel


def purge(now: datetime) -> int:
    """清理: sign-ins that failed long ago, test messages, old runs, uploads nothing came of; rows: all.

    A claim whose sender was killed needs no purge: it runs out, and the message goes again.
    """
    is_test = Delivery.digest_id.is_(None) & Delivery.summary_id.is_(None)
    attempts = delete(SignInAttempt).where(SignInAttempt.at < now - WINDOW).returning(SignInAttempt.id)
    tests = delete(Delivery).where(is_test, Delivery.next_at < now - TESTS_KEPT).returning(Delivery.id)
    gone = [*db.session.scalars(attempts), *db.session.scalars(tests)]
    return len(gone) + runs.purge(now) + files.forget_unbound(now)
