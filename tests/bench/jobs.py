"""What is measured in one process: the clockwork, the month, reports, and the reading of documents."""

import resource
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import tracker
from tests.bench import accounts, city

REPORTS = 40  # of which the median is taken
TEXT = "已完成全部任务，佐证材料齐备。"
DIGESTS, DUTIES = 50, 40  # digests, duties in each


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Seconds and result of one call."""
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def committed(result: object) -> object:
    """The result of a verb, once it is on disk."""
    from tracker.db import db

    db.session.commit()
    return result


def peak_memory() -> float:
    """The most MiB this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def jobs(size: int) -> None:
    """The clockwork, the month, and the seed document, in this process."""
    from tracker.db import db, writing
    from tracker.documents.parse import parse
    from tracker.reminders import actions as reminders
    from tracker.scores import actions as scores
    from tracker.tasks.papers import COLUMNS
    from tracker.web.sheets import csv_text
    from tracker.workdays import statutory

    with writing():
        submit_a_report()
        deliver_digests()
        for name in ("reminder sweep", "second sweep"):
            before = peak_memory()
            seconds, made = timed(lambda: committed(reminders.remind(city.NOW, statutory())))
            grown = f"{made} reminders, {peak_memory() - before:.0f} MiB more"
            row(f"{name}, {size} assignments", f"{seconds:8.2f} s", goal(3, size), grown)
        seconds, _ = timed(lambda: scores.evaluate("2020-06", None, city.NOW, statutory()))
        db.session.commit()
        row(f"evaluate a month, {size} assignments", f"{seconds:8.2f} s", goal(5, size), "")
    for name in ("problems", "rectifications", "responsibilities"):
        accounts.export(name)
        before = peak_memory()
        seconds, length = timed(lambda name=name: accounts.export(name))
        grown = f"{length // 1024} KiB, {peak_memory() - before:.0f} MiB more"
        row(f"Excel of {accounts.COUNT} accounts, {name}", f"{seconds:8.2f} s", goal(0.7), grown)
    seconds, length = timed(lambda: sum(map(len, csv_text(COLUMNS, city.lines()))))
    row(f"CSV of {size} assignments, streamed", f"{seconds:8.2f} s", goal(0.9, size), f"{length} characters")
    text = (Path(tracker.__file__).parent / "seed/work_points.txt").read_text(encoding="utf-8")
    parse(text)
    seconds, _ = timed(lambda: parse(text))
    row("read the demonstration document", f"{1000 * seconds:8.0f} ms", "150 ms", f"{len(text)} characters")
    times = 1_000_000 // len(text)
    whole, _ = timed(lambda: parse(text * times))
    row("read 1,000,000 characters", f"{whole:8.2f} s", "linear", f"{whole / seconds / times:.1f} x as many")
    row("peak memory of this process", f"{peak_memory():8.0f} MiB", "", "building the city included")


def submit_a_report() -> None:
    """A report with its check, its event and its commit, next to one bare row and its commit."""
    from sqlalchemy import select

    from tracker.accounts.models import User
    from tracker.db import db
    from tracker.reports import actions
    from tracker.reports.models import ProgressReport
    from tracker.tasks.models import Assignment
    from tracker.tasks.queries import get_assignment
    from tracker.workflow import FilingState, State

    def bare() -> None:
        values = {"progress": 50, "text": TEXT, "period": "2020-07", "state": FilingState.DRAFT}
        db.session.add(ProgressReport(assignment_id=1, created_at=city.NOW, **values))
        db.session.commit()

    def submit() -> None:
        duty = get_assignment(user, next(ids))
        report = actions.draft(duty, user, city.NOW, actions.Content(progress=100, text=TEXT))
        actions.submit(report, user, city.NOW)
        db.session.commit()

    user = db.session.get(User, city.REPORTER)
    query = select(Assignment.id).where(
        Assignment.unit_id == user.unit_id, Assignment.state == State.ACTIVE, Assignment.id % 50 != 0
    )
    ids = iter(db.session.scalars(query.limit(REPORTS + 1)).all())
    bare(), submit()
    pairs = [(timed(bare)[0], timed(submit)[0]) for _ in range(REPORTS)]  # in turn: both meet the same disk
    floor, full = (statistics.median(each) for each in zip(*pairs, strict=True))
    row("a bare row, committed", f"{1000 * floor:8.1f} ms", "", "")
    words = f"{full / floor:.1f} x the bare row"
    row("submit a report, with its event", f"{1000 * full:8.1f} ms", f"{3 * 1000 * floor:.1f} ms", words)


def deliver_digests() -> None:
    """Digests full of duties, from the outbox to a mail server in a process of its own."""
    from flask import current_app
    from sqlalchemy import select

    from tracker.accounts.models import Role, User
    from tracker.db import db, insert_new
    from tracker.reminders import actions
    from tracker.reminders import jobs as clockwork
    from tracker.reminders.models import Reminder
    from tracker.tasks.models import Assignment
    from tracker.workdays import statutory
    from tracker.workflow import State

    people = db.session.scalars(select(User).filter_by(role=Role.REPORTER).limit(DIGESTS)).all()
    step = "urge-bench"
    for person in people:
        person.email = f"{person.username}@example.cn"
        running = select(Assignment).filter_by(unit_id=person.unit_id, state=State.ACTIVE)
        duties = db.session.scalars(running.order_by(Assignment.deadline).limit(DUTIES)).all()
        late = {"step": step, "deadline": date(2020, 6, 30), "recipient_id": person.id}
        made = {"made_on": city.NOW.date(), "made_at": city.NOW}
        insert_new(Reminder, [{"assignment_id": duty.id} | late | made for duty in duties])
    with mail_sink() as address:
        current_app.config["MAIL_URL"] = address
        actions.gather({person.id for person in people}, step, city.NOW, statutory())
        db.session.commit()
        db.session.remove()  # the clockwork begins with nothing in hand
        seconds, sent = timed(lambda: clockwork.deliver(city.NOW))
    row(
        f"{sent} digests of {DUTIES} duties, mailed",
        f"{seconds:8.2f} s",
        goal(0.5),
        f"{seconds / sent * 1000:.0f} ms each",
    )


@contextmanager
def mail_sink() -> Iterator[str]:
    """The address of a mail server that throws away what it takes."""
    port = free_port()
    sink = ["-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
    process = subprocess.Popen([sys.executable, *sink])
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionError:
                time.sleep(0.1)
        yield f"smtp://127.0.0.1:{port}?from=duban@example.cn"
    finally:
        process.terminate()
        process.wait()


def goal(seconds: float, size: int = 100_000) -> str:
    """What is to be kept for 100,000 assignments, as much less for fewer."""
    return f"{seconds * size / 100_000:.2f} s"


def head(*cells: str) -> None:
    row(*cells)
    row(*("---" for _ in cells))


def row(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)
