"""A PostgreSQL for the tests: the system's binaries, an unprivileged user, a Unix socket, gone at the end."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

OLDEST = 15
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "32MB",
    # nobody will miss this data after a crash
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",  # the plans of tables without statistics look dear, and each would be compiled
}


@contextmanager
def running() -> Iterator[URL]:
    """Start a server and give its address; inside, it ends with this process even when that is killed."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="tracker-postgres-"))
    try:
        account = _unprivileged()
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        as_account = (
            [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"] if account else []
        )
        command = ["setpriv", *as_account, "--pdeathsig", "QUIT"]
        surroundings = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        with (folder / "log").open("wb") as log:
            subprocess.run(
                [*command, programs / "initdb", "--pgdata", folder / "data", "--username", "postgres",
                 "--auth", "trust", "--encoding", "UTF8", "--no-sync"],
                check=True, stdout=log, stderr=log, cwd=folder, env=surroundings,
            )  # fmt: skip
            settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
            server = subprocess.Popen(
                [*command, programs / "postgres", "-D", folder / "data", "-k", folder, *settings],
                stdout=log, stderr=log, cwd=folder, env=surroundings,
            )  # fmt: skip
        try:
            address = URL.create(
                "postgresql+psycopg", username="postgres", database="postgres", query={"host": str(folder)}
            )
            _wait_for(address, server, folder / "log")
            yield address
        finally:
            server.send_signal(signal.SIGINT)  # fast: whoever is still connected is cut off
            server.wait(30)
    finally:
        shutil.rmtree(folder)


def create_database(server: URL, name: str, template: str = "template1") -> URL:
    """A copy of a database, usually an empty one, in place of an earlier one of the same name."""
    _execute(
        server,
        f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
        f'CREATE DATABASE "{name}" TEMPLATE "{template}"',
    )
    return server.set(database=name)


def drop_database(server: URL, name: str) -> None:
    _execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def address(given: str) -> URL:
    """The address of a server as the environment gives it, spoken to through our driver."""
    return make_url(given).set(drivername="postgresql+psycopg")


def _programs() -> Path:
    """Where initdb and postgres are: Debian's newest, or whatever is on the path."""
    found = [
        (int(folder.parent.name), folder)
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if folder.parent.name.isdigit() and (folder / "initdb").exists()
    ]
    if (on_path := shutil.which("initdb")) is not None:
        said = subprocess.run([on_path, "--version"], check=True, capture_output=True, text=True).stdout
        found.append((int(re.findall(r"\d+", said)[0]), Path(on_path).parent))
    if not found or max(found)[0] < OLDEST:
        raise RuntimeError(f"PostgreSQL {OLDEST} or newer is not installed: bin/setup --dev installs it")
    return max(found)[1]


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom to run the server as: it refuses to run as root. None: as whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    names = {account.pw_name: account for account in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _wait_for(server: URL, process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    patience = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < patience:
        try:
            return _execute(server, "SELECT 1")
        except OperationalError:
            time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")


def _execute(server: URL, *statements: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
    finally:
        engine.dispose()
