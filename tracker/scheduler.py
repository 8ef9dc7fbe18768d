"""The clockwork: which job runs when. One process of its own, ``tracker scheduler``."""

import fcntl
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from flask import Flask
from sqlalchemy import text

from tracker import clock
from tracker.db import db, writing
from tracker.lists import jobs as lists
from tracker.reminders import jobs as reminders
from tracker.reminders.slips import jobs as slips
from tracker.reports.second_reviews import jobs as second_reviews
from tracker.runs import JobRun
from tracker.scores import jobs as scores
from tracker.scores.behind import months_behind
from tracker.scores.faultless import faultless_unit_ids
from tracker.tasks import jobs as tasks

log = logging.getLogger(__name__)

LOOK_EVERY = 20  # seconds between two looks at what is due
TAKE_OVER_EVERY = 2  # seconds between two tries to become the leader
_LEADER_LOCK = 0x7AC3E6  # PostgreSQL advisory lock


class Job(NamedTuple):
    """One line of the timetable. ``run`` is given the moment, commits, and returns how many rows it wrote."""

    name: str
    cron: str  # Beijing time, five fields; days of the week by name
    run: Callable[[datetime], int]


def draw_second_reviews(now: datetime) -> int:
    """The lots lie upstream of the scores that say whose closures are drawn more often."""
    return second_reviews.draw(now, faultless_unit_ids())


def propose_escalation(now: datetime) -> int:
    """The ladder lies upstream of the scores that say who was behind."""
    return slips.propose(now, months_behind())


# The order is the order within one tick: what is reminded today is gathered after it.
JOBS = (
    Job("make_recurring", "30 8 * * *", tasks.make_recurring),
    Job("draw_second_reviews", "20 8 * * *", draw_second_reviews),
    Job("enter_overdue", "40 8 * * *", lists.enter_overdue),
    Job("remind", "50 8 * * *", reminders.remind),
    Job("digest", "0 9 * * *", reminders.digest),
    Job("deliver", "* * * * *", reminders.deliver),
    Job("propose_escalation", "10 9 * * *", propose_escalation),
    Job("freeze_month", "30 9 * * *", scores.freeze_month),
)


def tick(now: datetime) -> dict[str, int]:
    """Run every job once for the moment ``now``; job name → rows written. A second tick writes nothing."""
    return {job.name: job.run(now) for job in JOBS}


def run_due(now: datetime) -> None:
    """Run what has become due since its last run, each job once however long nobody looked.

    A job that fails is logged and kept with its error; the others still run.
    """
    runs = {run.name: run for run in db.session.scalars(db.select(JobRun))}
    for job in JOBS:
        last = runs.get(job.name)
        if last is None or _is_due(job, last.at, now):
            _run(job, last or JobRun(name=job.name), now)


def serve(app: Flask) -> None:
    """Look every few seconds until SIGTERM or Ctrl-C; only one process of all leads."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())

    def look() -> None:
        with app.app_context(), writing():
            run_due(clock.now())

    with app.app_context():
        while not ended.is_set():
            with _leadership(app) as leads:
                if leads:
                    log.info("scheduler leads")
                    scheduler = BackgroundScheduler(timezone=clock.SHANGHAI)
                    scheduler.add_job(
                        look,
                        "interval",
                        seconds=LOOK_EVERY,
                        coalesce=True,
                        max_instances=1,
                        misfire_grace_time=None,
                    )
                    look()
                    scheduler.start()
                    ended.wait()
                    scheduler.shutdown()
            ended.wait(TAKE_OVER_EVERY)


def _is_due(job: Job, last: datetime, now: datetime) -> bool:
    fires = CronTrigger.from_crontab(job.cron, clock.SHANGHAI).get_next_fire_time(last, last)
    return fires is not None and fires <= now


def _run(job: Job, run: JobRun, now: datetime) -> None:
    rows, failure = 0, ""
    try:
        rows = job.run(now)
        log.info("job=%s rows=%d", job.name, rows)
    except Exception as error:  # the edge of a job: one failure must not stop the others
        db.session.rollback()
        log.exception("job=%s failed", job.name)
        failure = f"{type(error).__name__}: {error}"
    run.at, run.rows, run.error = now, rows, failure
    db.session.add(run)
    db.session.commit()


@contextmanager
def _leadership(app: Flask) -> Iterator[bool]:
    """Whether this process leads: an advisory lock on a connection of its own, or a file lock with SQLite.

    Both fall with the process, however it ends.
    """
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            taken: Any = connection.execute(
                text("SELECT pg_try_advisory_lock(:key)"), {"key": _LEADER_LOCK}
            ).scalar()
            connection.commit()
            try:
                yield bool(taken)
            finally:
                if taken:  # the connection goes back to the pool, and would take the lock along
                    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LEADER_LOCK})
                    connection.commit()
        return
    with open(app.config["DATA_DIR"] / "scheduler.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
