"""Series of numbers without gaps: account numbers, circulars, slips."""

from sqlalchemy import select, update
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, db, insert_new


class Series(Base):
    """The latest number given out in one series, such as "problem 2020"."""

    __tablename__ = "series"

    name: Mapped[str] = mapped_column(primary_key=True)
    latest: Mapped[int]


def next_in(name: str, count: int = 1) -> int:
    """The next number of a series, from 1; of ``count`` numbers at once the first.

    A number is given only if the transaction that asked commits. The row is locked until then: of two who
    ask at once the second waits, so there is no gap and no double.
    """
    insert_new(Series, [{"name": name, "latest": 0}])
    latest = db.session.execute(
        update(Series)
        .where(Series.name == name)
        .values(latest=Series.latest + count)
        .returning(Series.latest)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    return latest - count + 1


def latest_in(name: str) -> int:
    """The latest number of a series, 0 before the first. Without a lock: another may take the next one."""
    return db.session.scalar(select(Series.latest).where(Series.name == name)) or 0
