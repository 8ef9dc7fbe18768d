"""Opening a calendar feed, giving it another address, closing it; and counting fetches. None commits."""

import hashlib
import secrets
from datetime import datetime, timedelta

from tracker import audit
from tracker.accounts.models import User
from tracker.db import db
from tracker.reminders.feeds import queries
from tracker.reminders.feeds.models import CalendarFeed
from tracker.reminders.feeds.rules import MOST_FETCHES

HOUR = timedelta(hours=1)


def open_feed(user: User, now: datetime) -> str:
    """开通日历订阅, or 更换订阅地址: the old address is worthless from now on. The key, shown this once."""
    key = secrets.token_urlsafe(32)
    feed = queries.feed_of(user)
    if feed is None:
        feed = CalendarFeed(user=user, key_hash=hash_of(key), made_at=now, hour_at=now)
        db.session.add(feed)
        audit.record("user.open_feed", "开通日历订阅", user, user, now)
    else:
        feed.key_hash, feed.made_at, feed.hour_at, feed.fetches = hash_of(key), now, now, 0
        audit.record("user.renew_feed", "更换日历订阅地址", user, user, now)
    return key


def close_feed(user: User, now: datetime) -> None:
    """停用日历订阅; where there is none (any more), nothing is left to do."""
    feed = queries.feed_of(user)
    if feed is not None:
        db.session.delete(feed)
        audit.record("user.close_feed", "停用日历订阅", user, user, now)


def fetch(feed: CalendarFeed, now: datetime) -> bool:
    """Count one fetch; False when there were too many within the hour."""
    if now - feed.hour_at >= HOUR:
        feed.hour_at, feed.fetches = now, 0
    feed.fetches += 1
    return feed.fetches <= MOST_FETCHES


def hash_of(key: str) -> str:
    """What a key is recognised by: it is random and long, so a plain hash will do."""
    return hashlib.sha256(key.encode()).hexdigest()
