"""The only place that reads the wall clock. Everything else is given ``now`` or ``today``."""

import os
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_shift = timedelta(0)


def set_start(moment: str, since: float | None = None) -> None:
    """Start the clock at ``moment`` (ISO 8601 with offset) and let it run on from there.

    ``since`` is the wall-clock second at which ``moment`` was or is; several processes given the same
    ``since`` (the environment's ``TRACKER_CLOCK_SINCE``) show the same time. Raises ValueError when
    ``moment`` has no offset.
    """
    global _shift
    start = datetime.fromisoformat(moment)
    if start.tzinfo is None:
        raise ValueError("TRACKER_CLOCK needs an offset, such as 2020-07-06T09:00:00+08:00")
    if since is None:
        since = float(os.environ.get("TRACKER_CLOCK_SINCE") or time.time())
    _shift = start - datetime.fromtimestamp(since, UTC)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC) + _shift


def real() -> datetime:
    """The machine's own moment, whatever the clock shows: other machines check signatures by it."""
    return datetime.now(UTC)


def local_date(moment: datetime) -> date:
    """The calendar day in Beijing time; deadlines (完成时限) are such days, inclusive."""
    return moment.astimezone(SHANGHAI).date()


def today() -> date:
    """The present day in Beijing."""
    return local_date(now())
