"""The clockwork: which job runs when. One process of its own, ``tracker scheduler``."""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import Flask
from sqlalchemy.exc import DBAPIError

from tracker import clock, leading, runs
from tracker.circulars import jobs as circulars
from tracker.db import db, writing
from tracker.errors import DomainError
from tracker.lists import jobs as lists
from tracker.lists.look_backs import jobs as look_backs
from tracker.reminders import jobs as reminders
from tracker.reminders.slips import jobs as slips
from tracker.reports.second_reviews import jobs as second_reviews
from tracker.runs import JobRun
from tracker.scores import jobs as scores
from tracker.scores.behind import months_behind
from tracker.scores.faultless import faultless_unit_ids
from tracker.tasks import jobs as tasks
from tracker.upkeep import jobs as upkeep

log = logging.getLogger(__name__)

LOOK_EVERY = 20  # seconds of the clock between two looks at what is due
TAKE_OVER_EVERY = 1.0  # seconds between two tries to become the leader, and two looks whether it is still so
TRY_AGAIN = timedelta(minutes=10)  # after a failure, or at the next hour of the timetable
SEEN_EVERY = 10  # seconds of the clock between two signs of life


class Job(NamedTuple):
    """One line of the timetable. ``run`` is given the moment, commits, and returns how many rows it wrote."""

    name: str
    cron: str  # Beijing time, five fields; days of the week by name
    run: Callable[[datetime], int]
    label: str  # what the administrator reads
    words: str  # and what it does


def draw_second_reviews(now: datetime) -> int:
    """The lots lie upstream of the scores that say whose closures are drawn more often."""
    return second_reviews.draw(now, faultless_unit_ids())


def propose_escalation(now: datetime) -> int:
    """The ladder lies upstream of the scores that say who was behind."""
    return slips.propose(now, months_behind())


# The order is the order within one tick: what is reminded today is gathered after it.
JOBS = (
    Job(
        "defer_unnoticed",
        "5 0 * * *",
        reminders.defer_unnoticed,
        "顺延时限",
        "到时限为止通知没有送达的，顺延3个工作日",
    ),
    Job("make_recurring", "30 8 * * *", tasks.make_recurring, "周期任务", "给每个单位下达已经开始的一期"),
    Job("draw_second_reviews", "20 8 * * *", draw_second_reviews, "抽取复核", "从新办结的事项中抽签"),
    Job(
        "schedule_look_backs",
        "25 8 * * *",
        look_backs.schedule_look_backs,
        "抽取回头看",
        "从新销号的账号中抽签",
    ),
    Job("open_month", "26 8 * * *", scores.open_month, "开始统计", "新的一月按当时的评价模型开始统计"),
    Job("freeze_month", "28 8 * * *", scores.freeze_month, "月度取数", "截止日后冻结数据、计分、发评价单"),
    Job("settle_month", "35 8 * * *", scores.settle_month, "月度定稿", "申诉期满、没有待裁定申诉的月份定稿"),
    Job("enter_overdue", "40 8 * * *", lists.enter_overdue, "逾期入账", "逾期的承办项进问题清单"),
    Job("remind", "50 8 * * *", reminders.remind, "生成提醒", "按提醒规则，工作日每天一次"),
    Job("digest", "0 9 * * *", reminders.digest, "汇总提醒", "每人每个工作日一份，放进站内消息和待发送"),
    Job("deliver", "* * * * *", reminders.deliver, "发送消息", "把待发送的邮件、群消息、短信等发出去"),
    Job("propose_escalation", "10 9 * * *", propose_escalation, "升级建议", "对照升级规则提出，由督查员定"),
    Job("draft_circular", "40 9 * * *", circulars.draft_circular, "通报拟稿", "上月评价全部定稿后拟出初稿"),
    Job("purge", "10 2 * * *", upkeep.purge, "清理", "删去过期的登录失败记录、测试消息和没有用上的上传"),
    Job("verify_audit", "20 2 * * *", upkeep.verify_audit, "核验留痕", "逐条核验，被改动过即报出错"),
    Job("back_up", "40 2 * * *", upkeep.back_up, "备份", "每夜一份，保留最近几份"),
)


def tick(now: datetime) -> dict[str, int]:
    """Run every job once for the moment ``now``; job name → rows written. A second tick writes nothing.

    What fails does so at the end, when the others have run.
    """
    ran = run_all(now, keep=False)
    if errors := [f"{run.name}: {run.error}" for run in ran if run.error]:
        raise RuntimeError("; ".join(errors))
    return {run.name: run.rows for run in ran}


def run_all(now: datetime, *, keep: bool) -> list[JobRun]:
    """As ``tick``, with how each job fared; ``keep``: as if it had been due, so that it is not run again."""
    ran = []
    for job in JOBS:
        ran.append(_run(job, now))
        if keep:
            db.session.add(ran[-1])
            db.session.commit()
    return ran


def run_due(now: datetime, leads: Callable[[], bool] = lambda: True) -> None:
    """Run what has become due since its last run, each job once however long nobody looked.

    A job that fails is logged and kept with its error; the others still run. Who leads no longer stops.
    """
    for job in due(runs.latest(), now):
        if not leads():
            return
        db.session.add(_run(job, now))
        db.session.commit()


def due(latest: Mapping[str, JobRun], now: datetime) -> list[Job]:
    """The jobs that should have run by ``now`` and did not; ``latest`` holds the latest run of each.

    A run in the future was made by a clock that was wrong then: the job is due.
    """
    return [
        job
        for job in JOBS
        if (last := latest.get(job.name)) is None or next_run(job, last) <= now or last.at > now + TRY_AGAIN
    ]


def next_run(job: Job, latest: JobRun) -> datetime:
    """When a job is to run again: at its hour, and soon if it failed."""
    fires = fires_after(job, latest.at)
    return min(fires, latest.at + TRY_AGAIN) if latest.error else fires


def fires_after(job: Job, after: datetime) -> datetime:
    """The first moment after another at which the timetable says to run a job."""
    from apscheduler.triggers.cron import CronTrigger  # a tenth of a second, which a page need not wait for

    fires: datetime = CronTrigger.from_crontab(job.cron, clock.SHANGHAI).get_next_fire_time(after, after)
    return fires


def serve(app: Flask) -> None:
    """Look every few seconds until SIGTERM or Ctrl-C; only one process of all leads.

    A database that is away is waited for.
    """
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with app.app_context():
        while not ended.is_set():
            try:
                with leading.candidate(app) as candidate:
                    log.info("scheduler stands by")
                    while not candidate.take():
                        if ended.wait(TAKE_OVER_EVERY):
                            return
                        if not candidate.holds():
                            raise ConnectionError
                    _lead(app, candidate, ended)
            except (DBAPIError, ConnectionError) as error:
                log.warning("scheduler cannot lead: %s", type(error).__name__)
                ended.wait(TAKE_OVER_EVERY)


def _lead(app: Flask, candidate: leading.Candidate, ended: threading.Event) -> None:
    """Run what is due until told to end or the lead is lost."""
    name, lost = f"{socket.gethostname()} {os.getpid()}", threading.Event()

    def look() -> None:
        with app.app_context(), writing():
            run_due(clock.now(), leads=lambda: not lost.is_set())

    from apscheduler.schedulers.background import BackgroundScheduler

    scheduler = BackgroundScheduler(timezone=clock.SHANGHAI)
    scheduler.add_job(
        look,
        "interval",
        seconds=clock.real_seconds(LOOK_EVERY),
        next_run_time=clock.real(),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    log.info("scheduler leads")
    _show(name)
    scheduler.start()
    shown = clock.now()
    # When the machine's clock is put back, the look would wait for the hour it had: begin anew.
    while candidate.holds() and clock.now() >= shown and not ended.wait(TAKE_OVER_EVERY):
        if (clock.now() - shown).total_seconds() >= SEEN_EVERY:
            shown = clock.now()
            _show(name)
    lost.set()
    log.info("scheduler leads no longer")
    scheduler.shutdown()


def _show(name: str) -> None:
    """A sign of life; none while the database is busy or away, which another watch will notice."""
    try:
        with writing():
            runs.note_keeper(name, clock.now())
            db.session.commit()
    except DBAPIError as error:
        log.warning("scheduler could not be noted: %s", type(error).__name__)
    finally:
        db.session.remove()


def _run(job: Job, now: datetime) -> JobRun:
    """Run one job; how it fared is told, not yet kept."""
    began, rows, failure = time.monotonic(), 0, ""
    try:
        rows = job.run(now)
        log.info("job=%s rows=%d", job.name, rows)
    except Exception as error:  # the edge of a job: one failure must not stop the others
        db.session.rollback()
        log.exception("job=%s failed", job.name)
        failure = str(error) if isinstance(error, DomainError) else f"{type(error).__name__}: {error}"
    return JobRun(
        name=job.name,
        at=now,
        milliseconds=round((time.monotonic() - began) * 1000),
        rows=rows,
        error=failure,
        keeper=f"{socket.gethostname()} {os.getpid()}",
    )
