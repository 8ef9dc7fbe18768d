"""What the clockwork did, and who keeps it: what is due is decided from here, so downtime is made up once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, Index, delete, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, db

SILENT_AFTER = timedelta(minutes=3)  # without a sign of life nobody keeps the clockwork
KEPT, EMPTY_KEPT = timedelta(days=90), timedelta(days=2)  # runs that wrote nothing are soon of no interest


class JobRun(Base):
    """One run of one job; the latest tells when it is due again."""

    __tablename__ = "job_runs"
    __table_args__ = (Index(None, "name", "id"), Index(None, "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    at: Mapped[datetime]  # the moment it ran for
    milliseconds: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int]  # what it wrote
    error: Mapped[str] = mapped_column(default="")
    keeper: Mapped[str] = mapped_column(default="")  # the process that ran it, as in Keeper


class Keeper(Base):
    """值守: the scheduler process that leads, or led last. One row."""

    __tablename__ = "keepers"
    __table_args__ = (CheckConstraint("id = 1", name="one_keeper"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    name: Mapped[str]  # host and process id
    since: Mapped[datetime]
    seen_at: Mapped[datetime]


def latest() -> dict[str, JobRun]:
    """Job name → its latest run."""
    newest = select(func.max(JobRun.id)).group_by(JobRun.name)
    return {run.name: run for run in db.session.scalars(select(JobRun).where(JobRun.id.in_(newest)))}


def failing() -> Sequence[JobRun]:
    """The jobs whose latest run failed."""
    return [run for run in latest().values() if run.error]


def keeper() -> Keeper | None:
    """Who keeps the clockwork, or kept it last."""
    return db.session.get(Keeper, 1)


def is_kept(now: datetime) -> bool:
    """Whether a scheduler was seen lately."""
    found = keeper()
    return found is not None and abs(now - found.seen_at) < SILENT_AFTER


def note_keeper(name: str, now: datetime) -> None:
    """A sign of life of the process ``name``; it keeps the clockwork from its first one on."""
    found = keeper()
    if found is None:
        db.session.add(Keeper(name=name, since=now, seen_at=now))
    elif found.name != name:
        found.name, found.since, found.seen_at = name, now, now
    else:
        found.seen_at = now


def purge(now: datetime) -> int:
    """Forget old runs, but never a job's latest one; rows: runs."""
    newest = select(func.max(JobRun.id)).group_by(JobRun.name)
    is_empty = (JobRun.rows == 0) & (JobRun.error == "") & (JobRun.at < now - EMPTY_KEPT)
    found = db.session.scalars(
        select(JobRun.id).where(JobRun.id.not_in(newest), or_(is_empty, JobRun.at < now - KEPT))
    ).all()
    db.session.execute(delete(JobRun).where(JobRun.id.in_(found)))
    return len(found)
