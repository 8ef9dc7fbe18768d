"""The only place that reads the wall clock. Everything else is given ``now`` or ``today``."""

import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_start = _since = datetime.fromtimestamp(0, UTC)
_speed = 1.0


def set_start(moment: str, since: float | None = None, speed: float | None = None) -> None:
    """Start the clock at ``moment`` (ISO 8601 with offset) and let it run on from there.

    ``since`` is the wall-clock second at which ``moment`` was or is; several processes given the same
    ``since`` (the environment's ``TRACKER_CLOCK_SINCE``) show the same time. ``speed`` is how many seconds
    pass in a real one (``TRACKER_CLOCK_SPEED``). Raises ValueError when ``moment`` has no offset.
    """
    global _start, _since, _speed
    start = datetime.fromisoformat(moment)
    if start.tzinfo is None:
        raise ValueError("TRACKER_CLOCK needs an offset, such as 2020-07-06T09:00:00+08:00")
    if since is None:
        since = float(os.environ.get("TRACKER_CLOCK_SINCE") or time.time())
    if speed is None:
        speed = float(os.environ.get("TRACKER_CLOCK_SPEED") or 1)
    _start, _since, _speed = start.astimezone(UTC), datetime.fromtimestamp(since, UTC), speed


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _start + (datetime.now(UTC) - _since) * _speed


def real() -> datetime:
    """The machine's own moment, whatever the clock shows: other machines check signatures by it."""
    return datetime.now(UTC)


def real_seconds(seconds: float) -> float:
    """How long to wait in truth until so many seconds have passed on the clock."""
    return seconds / _speed


def watch(moment: datetime) -> Callable[[], datetime]:
    """A watch that shows ``moment`` now and runs on as fast as the clock."""
    began = time.monotonic()
    return lambda: moment + timedelta(seconds=(time.monotonic() - began) * _speed)


def local_date(moment: datetime) -> date:
    """The calendar day in Beijing time; deadlines (完成时限) are such days, inclusive."""
    return moment.astimezone(SHANGHAI).date()


def today() -> date:
    """The present day in Beijing."""
    return local_date(now())
