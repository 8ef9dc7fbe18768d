"""How each job of the timetable fares, and its history."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select

from tracker import runs
from tracker.runs import JobRun
from tracker.scheduler import JOBS, Job, next_run
from tracker.web.pages import Listing, View
from tracker.words import Word

PATIENCE = timedelta(minutes=5)  # a job that runs this much after its hour is not late: others ran first


class Fares(Word):
    """How a job fares, by its latest run."""

    FINE = "fine", "正常"
    FAILED = "failed", "出错"
    LATE = "late", "该运行而没有运行"
    NEVER = "never", "还没有运行过"


class Outcome(Word):
    """Which runs to list; usually those that wrote something or failed."""

    FAILED = "failed", "出错的"
    EVERY = "every", "全部，包括没有事做的"


@dataclass(frozen=True)
class Line:
    """One job with its latest run and when it runs next."""

    job: Job
    latest: JobRun | None
    next_at: datetime | None  # None: as soon as a scheduler looks
    fares: Fares


def _job(said: str) -> str:
    """The name of a job; raises ValueError for another word."""
    if said not in NAMES:
        raise ValueError(said)
    return said


NAMES = {job.name: job.label for job in JOBS}
RUNS = Listing(
    sorts={
        "at": (JobRun.at, JobRun.id),
        "took": (JobRun.milliseconds, JobRun.id),
        "rows": (JobRun.rows, JobRun.id),
    },
    usual="-at",
    filters={"job": _job, "outcome": Outcome},
    size=20,
)


def lines(now: datetime) -> list[Line]:
    """The timetable in its order."""
    latest = runs.latest()
    return [_line(job, latest.get(job.name), now) for job in JOBS]


def history(view: View) -> Select[JobRun]:
    """The runs that a view asks for."""
    query = select(JobRun).order_by(*view.order())
    if "job" in view.values:
        query = query.where(JobRun.name == view.values["job"])
    if view.get("outcome") is Outcome.FAILED:
        query = query.where(JobRun.error != "")
    elif view.get("outcome") is None:  # each minute there is a run that had nothing to do
        query = query.where((JobRun.error != "") | (JobRun.rows > 0))
    return query


def _line(job: Job, latest: JobRun | None, now: datetime) -> Line:
    if latest is None:
        return Line(job, None, None, Fares.NEVER)
    next_at = next_run(job, latest)
    if latest.error:
        return Line(job, latest, next_at, Fares.FAILED)
    return Line(job, latest, next_at, Fares.LATE if next_at < now - PATIENCE else Fares.FINE)
