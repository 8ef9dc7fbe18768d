"""When each job last ran: what is due is decided from here, so downtime is caught up once."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base


class JobRun(Base):
    """The latest run of one job."""

    __tablename__ = "job_runs"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]  # the moment it ran for
    rows: Mapped[int]  # what it wrote
    error: Mapped[str] = mapped_column(default="")
