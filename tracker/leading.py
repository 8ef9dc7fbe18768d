"""Who leads among any number of schedulers: a lock that falls with its process, however it ends.

PostgreSQL: an advisory lock on a connection of its own; whoever loses the connection leads no longer. SQLite:
a lock on a file in the data directory.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol, TextIO

from flask import Flask
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from tracker.db import db

_KEY = 0x7AC3E6  # of the advisory lock
# Seconds after which a vanished host, and a vanished server, are noticed on an idle connection.
_CONNECT = {
    "connect_timeout": 5,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "tcp_user_timeout": 4000,
}
_SERVER = "SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 2"


class Candidate(Protocol):
    """A process that would lead."""

    def take(self) -> bool:
        """Try to become the leader, without waiting."""

    def holds(self) -> bool:
        """Whether it still is: cheap enough to ask every second."""


class _OnPostgres:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        connection.execute(text(_SERVER))

    def take(self) -> bool:
        taken = self.connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY})
        return bool(taken.scalar())

    def holds(self) -> bool:
        try:
            self.connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True


class _OnFile:
    def __init__(self, file: TextIO) -> None:
        self.file = file

    def take(self) -> bool:
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def holds(self) -> bool:
        with suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(self.file.fileno()), Path(self.file.name).stat())
        return False  # the data directory was taken away from under it


@contextmanager
def candidate(app: Flask) -> Iterator[Candidate]:
    """Inside, this process may try to lead; leaving gives the lead back. DBAPIError without a database."""
    if db.engine.dialect.name != "postgresql":
        with (app.config["DATA_DIR"] / "scheduler.lock").open("w") as file:
            yield _OnFile(file)
        return
    engine = create_engine(
        db.engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=_CONNECT
    )
    connection = engine.connect()
    try:
        yield _OnPostgres(connection)
    finally:
        with suppress(DBAPIError):
            connection.close()
