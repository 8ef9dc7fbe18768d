"""``bin/bench [--sizes 10000,100000] [--postgres]``: build the city, serve it, measure, print it next to its goal.

Paper, the start and a roster of 50,000 objects follow; ``tests.bench.kill`` and ``tests.bench.year`` are for
themselves.
"""

import argparse
import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from pathlib import Path
from urllib.parse import urlencode

from tests import postgres
from tests.bench import accounts, city
from tests.bench.jobs import free_port, head, jobs, row, timed

ROOT = Path(__file__).parents[2]
PAGES = {  # name → address, and how many times the floor it may take
    "ledger, 50 rows, sorted": ("/tasks/", 2.5),
    "ledger, filtered by unit and state": ("/tasks/?unit=7&state=active&sort=-deadline", 2.5),
    "ledger, overdue (red)": ("/tasks/?light=red", 2.5),
    "one task": ("/tasks/77", 1.6),
    "one duty with its reports": ("/reports/duties/777", None),
    "review queue": ("/reports/review/", None),
    "overdue board": ("/reminders/overdue/", 2.3),
    "desk of a supervisor": ("/", 4.0),
    "problem list, 50 of 10,000": ("/lists/problems", None),
    "rectification list, filtered, by unit": ("/lists/rectifications?state=open&group=unit", None),
}
SECONDS = 4.0
THREADS = 2
STARTS = 3


class Server:
    """gunicorn with two workers on a free port of 127.0.0.1."""

    def __init__(self, app: str, environment: dict[str, str], first: str = "/health/live") -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "gunicorn", "-w", "2", "-b", f"127.0.0.1:{self.port}", app]
        self.process = subprocess.Popen(
            [*command, "--log-level", "warning"],
            env=os.environ | environment,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,  # a line for each request is written, but not here
        )
        for _ in range(12_000):  # a minute at least
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                connection.request("GET", first)
                connection.getresponse().read()
            except ConnectionError:
                time.sleep(0.005)
            else:
                return
            finally:
                connection.close()
        self.process.terminate()
        raise RuntimeError("the server did not start")

    def memory(self) -> float:
        """MiB of the server and its workers; what they share is counted once."""
        workers = subprocess.run(
            ["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=True
        ).stdout.split()
        maps = (Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in (self.process.pid, *workers))
        return sum(int(re.search(r"^Pss:\s+(\d+)", one, re.M)[1]) for one in maps) / 1024

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()


def cookie_of(port: int) -> str:
    """Sign in as the supervisor."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/accounts/sign-in")
    answer = connection.getresponse()
    page, cookie = answer.read().decode(), answer.getheader("Set-Cookie").partition(";")[0]
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    form = urlencode({"username": "user1", "password": city.PASSWORD, "csrf_token": token})
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/accounts/sign-in", form, headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 302:
        raise RuntimeError(f"sign-in answered {answer.status}")
    return answer.getheader("Set-Cookie").partition(";")[0]


def measure(port: int, path: str, cookie: str = "") -> tuple[float, float, float]:
    """(p50 ms, p95 ms, requests a second) of ``path`` under steady load after a warm-up."""
    for _ in range(4):  # both workers have imported what the page needs
        first = http.client.HTTPConnection("127.0.0.1", port)
        first.request("GET", path, headers={"Cookie": cookie})
        first.getresponse().read()
    times: list[float] = []
    errors: list[int] = []
    start = time.perf_counter()
    warm_until, end = start + 1, start + 1 + SECONDS

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while (began := time.perf_counter()) < end:
            connection.request("GET", path, headers={"Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                errors.append(answer.status)
                return
            if began > warm_until:
                times.append(time.perf_counter() - began)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors or len(times) < 2:
        raise RuntimeError(f"{path} answered {errors or 'nothing'}")
    times.sort()
    return (
        1000 * statistics.median(times),
        1000 * times[int(len(times) * 0.95)],
        len(times) / SECONDS,
    )


def statements(path: str) -> int:
    """How many statements a page takes for the supervisor, once what is kept between requests is there."""
    from flask import current_app
    from sqlalchemy import event

    from tracker.accounts.models import User
    from tracker.db import db

    client = current_app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = db.session.get(User, city.SUPERVISOR).get_id(), True
    sent: list[object] = []
    event.listen(db.engine, "before_cursor_execute", lambda *said: sent.append(said[2]))
    for _ in range(2):
        sent.clear()
        Context().run(client.get, path)  # a request of its own: nothing is shared with this process's session
    return len([statement for statement in sent if statement != "BEGIN"])


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bench.sqlite3'}"
        return
    with postgres.running() as server:
        url = postgres.create_database(server, "bench")
        yield url.render_as_string(hide_password=False)


def start(environment: dict[str, str]) -> float:
    """Seconds from nothing to the page on which people sign in, by gunicorn with two workers."""

    def once() -> float:
        began = time.perf_counter()
        with Server("wsgi:app", environment, "/accounts/sign-in"):
            return time.perf_counter() - began

    return min(once() for _ in range(STARTS))


def printed() -> None:
    """Circulars on paper."""
    from tests.bench import paper

    print("\n### paper\n")
    head("work", "measured", "goal", "")
    for cells in paper.rows():
        row(*cells, "")


def run(kind: str, size: int) -> None:
    with tempfile.TemporaryDirectory() as name, database(kind, Path(name)) as url:
        environment = {
            "TRACKER_DATA_DIR": name,
            "TRACKER_DATABASE_URL": url,
            "TRACKER_CLOCK": "2020-07-06T09:00:00+08:00",
        }
        os.environ.update(environment)
        from tracker import create_app
        from tracker.db import db

        app = create_app()
        with app.app_context():
            db.create_all()
            seconds, _ = timed(lambda: city.build(size))
            accounts.build(city.NOW)
            if db.engine.dialect.name == "sqlite":
                db.session.execute(db.text("ANALYZE"))
                db.session.commit()
            print(f"\n### {kind}, {size} assignments (built in {seconds:.0f} s)\n", flush=True)
            head("page", "p50", "p95", "requests/s", "p50 / floor", "goal", "queries")
            with Server("tests.bench.floor:app", environment) as server:
                floor = measure(server.port, "/floor")
            row("floor", *(f"{value:.1f}" for value in floor), "1.0", "", "2")
            with Server("wsgi:app", environment) as server:
                cookie = cookie_of(server.port)
                for name_, (path, goal) in PAGES.items():
                    got = measure(server.port, path, cookie)
                    ratio = f"{got[0] / floor[0]:.1f}"
                    row(
                        name_,
                        *(f"{value:.1f}" for value in got),
                        ratio,
                        str(goal or ""),
                        str(statements(path)),
                    )
                memory = f"{server.memory():.0f} MiB"
            print(flush=True)
            head("work", "measured", "goal", "")
            row("server and two workers after load", memory, "200 MiB", "")
            jobs(size)
            row("start to first page", f"{start(environment):.2f} s", "0.80 s", f"the quickest of {STARTS}")
            db.session.remove()
            db.engine.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL too")
    arguments = parser.parse_args()
    kinds = ("sqlite", "postgresql") if arguments.postgres else ("sqlite",)
    works = [f"run({kind!r}, {int(size)})" for kind in kinds for size in arguments.sizes.split(",")]
    for work in (*works, "printed()"):  # one process each: memory figures and engines do not carry over
        command = [sys.executable, "-c", f"from tests.bench import __main__ as bench; bench.{work}"]
        subprocess.run(command, cwd=ROOT, check=True)
    on_postgres = ["--postgres"] if arguments.postgres else []
    subprocess.run([sys.executable, "-m", "tests.bench.roster", *on_postgres], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
