"""Real schedulers, several at once, on a clock that runs fast; killed with -9, and what they did told after."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from flask import Flask

from tests import make
from tests.reminders.channels.servers import MailServer
from tracker import runs
from tracker.accounts.models import Role, User
from tracker.clock import SHANGHAI
from tracker.db import db
from tracker.reminders.models import Channel, Delivery, Digest, Outcome, Reminder
from tracker.reminders.rules import step_on
from tracker.tasks.models import Assignment
from tracker.workdays import statutory
from tracker.workflow import State

PATIENCE = 120.0  # seconds for anything to come about


class Kill(NamedTuple):
    """When one was killed, and how long until another led; None where another led already."""

    at: float
    takeover: float | None


class Schedulers:
    """Some ``tracker scheduler`` processes of one installation, on a clock of their own."""

    def __init__(self, app: Flask, mail_url: str, start: datetime, speed: float, number: int = 3) -> None:
        self.folder = Path(app.config["DATA_DIR"])
        self.environment = os.environ | {
            "TRACKER_DATA_DIR": str(app.config["DATA_DIR"]),
            "TRACKER_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
            "TRACKER_SECRET_KEY": "test",
            "TRACKER_MAIL_URL": mail_url,
            "TRACKER_CLOCK": start.isoformat(),
            "TRACKER_CLOCK_SINCE": str(time.time()),
            "TRACKER_CLOCK_SPEED": str(speed),
        }
        self.logs: dict[int, Path] = {}
        self.processes = [self._start() for _ in range(number)]
        self.kills: list[Kill] = []

    def _start(self) -> subprocess.Popen[bytes]:
        command = ["setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "tracker.cli", "scheduler"]
        with NamedTemporaryFile(dir=self.folder, suffix=".log", delete=False) as log:
            process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        self.logs[process.pid] = Path(log.name)
        return process

    def stands_by(self) -> bool:
        """Whether one leads and another has come up and could take over."""
        leader = self.leader()
        up = [one for one in self.processes if "stands by" in self.logs[one.pid].read_text()]
        return leader is not None and any(one is not leader for one in up)

    def leader(self) -> subprocess.Popen[bytes] | None:
        """The process that leads, as the database says."""
        db.session.rollback()
        found = runs.keeper()
        name = found.name if found else ""
        return next((one for one in self.processes if name.endswith(f" {one.pid}")), None)

    def kill(self, victim: subprocess.Popen[bytes], *, replace: bool = True) -> None:
        """Kill one with -9, see who leads then, and start another in its place."""
        led = self.leader() is victim
        at = time.monotonic()
        victim.kill()
        victim.wait()
        took = wait_until(lambda: self.leader() not in (victim, None)) if led else None
        self.processes.remove(victim)
        if replace:
            self.processes.append(self._start())
        self.kills.append(Kill(at, took))

    def end(self) -> None:
        """As systemd would end them."""
        for one in self.processes:
            one.send_signal(signal.SIGTERM)
        for one in self.processes:
            one.wait(PATIENCE)


@contextmanager
def schedulers(app: Flask, server: MailServer, start: datetime, speed: float) -> Iterator[Schedulers]:
    several = Schedulers(app, server.url, start, speed)
    try:
        yield several
    finally:
        several.end()


def wait_until(condition, seconds: float = PATIENCE) -> float:
    """How many seconds it took; AssertionError when it does not come about."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "waited in vain"
        time.sleep(0.03)
    return time.monotonic() - began


def populate(units: int, reporters: int, deadlines: Sequence[date]) -> None:
    """Units with a head and some reporters who all have mail, and a running duty for each deadline."""
    for number in range(units):
        unit = make.unit(f"第{number}局")
        for role in [Role.HEAD, *[Role.REPORTER] * reporters]:
            address = f"{role.value}{db.session.scalar(db.select(db.func.count(User.id)))}@example.cn"
            make.user(role, unit, email=address)
        for deadline in deadlines:
            make.assignment(unit, state=State.ACTIVE, deadline=deadline)


def expected(days: Sequence[date]) -> dict[date, set[tuple[int, str, int]]]:
    """Day → the reminders (duty, step, person) that belong to it, when the schedulers ran on these days."""
    people = db.session.execute(db.select(User.id, User.unit_id, User.role)).all()
    told: set[tuple[int, str, int]] = set()
    found: dict[date, set[tuple[int, str, int]]] = {}
    for day in days:
        found[day] = set()
        for duty in db.session.scalars(db.select(Assignment)):
            step = step_on(duty.deadline, day, statutory())
            for person, unit, role in people if step else ():
                wanted = {Role.REPORTER: True, Role.HEAD: step.to_head}.get(role, False)
                if wanted and unit == duty.unit_id and (duty.id, step.name, person) not in told:
                    found[day].add((duty.id, step.name, person))
        told |= found[day]
    return found


def check_outbox(days: Sequence[date]) -> int:
    """Every reminder due is in the outbox once, in one digest a person a day; returns how many there are."""
    db.session.rollback()
    wanted = expected(days)
    rows = db.session.execute(
        db.select(Reminder.made_on, Reminder.assignment_id, Reminder.step, Reminder.recipient_id, Digest.on)
        .join(Digest, Reminder.digest_id == Digest.id)
        .order_by(Reminder.id)
    ).all()
    assert db.session.scalar(db.select(db.func.count(Reminder.id))) == len(rows), "each is in a digest"
    assert Counter((row.made_on, *row[1:4]) for row in rows) == Counter(
        (day, *one) for day, ones in wanted.items() for one in ones
    )
    assert all(row.made_on == row.on for row in rows)
    digests = db.session.execute(db.select(Digest.on, Digest.recipient_id)).all()
    assert Counter((row.on, row.recipient_id) for row in digests) == Counter(
        {(day, person) for day, ones in wanted.items() for _, _, person in ones}
    )
    mails = db.session.execute(
        db.select(Delivery.digest_id, Delivery.outcome).filter_by(channel=Channel.MAIL)
    )
    assert Counter(mails.all()) == Counter(
        (digest_id, Outcome.SENT) for digest_id in db.session.scalars(db.select(Digest.id))
    )
    return len(rows)


def check_letters(server: MailServer, kills: Sequence[Kill], in_hand: float = 1.0) -> int:
    """Every mail arrived; a second copy only of what somebody who was killed had in hand. How many did twice.

    ``in_hand``: seconds between the server's taking a mail and its being written down, at most.
    """
    arrived: dict[str, list[float]] = {}
    for id_, at in zip(server.ids, server.taken_at, strict=True):
        arrived.setdefault(id_, []).append(at)
    digests = db.session.scalars(db.select(Digest.id)).all()
    assert {id_.split(".")[0] for id_ in arrived} == {f"<digest-{id_}-mail" for id_ in digests}
    twice = {id_: times for id_, times in arrived.items() if len(times) > 1}
    for id_, times in twice.items():
        for at in times[:-1]:
            assert any(at - 0.2 <= kill.at <= at + in_hand for kill in kills), (
                f"{id_} came twice without a kill"
            )
    return sum(len(times) - 1 for times in twice.values())


def all_sent() -> bool:
    """Whether nothing waits and something was made."""
    db.session.rollback()
    outcomes = db.session.scalars(
        db.select(Delivery.outcome).filter_by(channel=Channel.MAIL).distinct()
    ).all()
    return list(outcomes) == [Outcome.SENT]


def beijing(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


def any_of(chance: random.Random, several: Schedulers, leaders: float) -> subprocess.Popen[bytes]:
    """Whom to kill: the leader with that probability, else any."""
    leader = several.leader()
    return leader if leader and chance.random() < leaders else chance.choice(several.processes)
