"""``python -m tests.bench.kill [--kills N] [--postgres]``: schedulers killed at random while a town is reminded.

Three schedulers work through five days with a standstill in between, at sixty times the speed of life; again
and again one of them, mostly the leader, is killed with -9 and replaced. At the end the outbox and the letters
of a real mail server are compared with what belongs there. Prints a row of figures; fails loudly.
"""

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import URL

from config import from_environment
from tests import postgres
from tests.reminders.channels import servers
from tests.schedulers import (
    Kill,
    all_sent,
    any_of,
    beijing,
    check_letters,
    check_outbox,
    populate,
    schedulers,
    wait_until,
)
from tracker import create_app
from tracker.db import db
from tracker.reminders.models import Digest

DAYS = [date(2020, 7, day) for day in (6, 7, 8, 13, 14)]  # from Thursday to Sunday nobody ran
DEADLINES = [date(2020, 7, 1) + timedelta(days=days) for days in range(0, 20, 2)]
SPEED = 60.0
TAKEOVER = 5.0


def run(kind: str, kills: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TRACKER_DATA_DIR"] = folder
        if kind == "sqlite":
            _run(f"sqlite:///{Path(folder) / 'tracker.sqlite3'}", kind, kills)
        else:
            with postgres.running() as address:
                _run(postgres.create_database(address, "tracker-kill"), kind, kills)


def _run(address: URL | str, kind: str, kills: int) -> None:
    url = address if isinstance(address, str) else address.render_as_string(hide_password=False)
    settings = {"TESTING": True, "SECRET_KEY": "test", "SQLALCHEMY_DATABASE_URI": url}
    app, chance, began = create_app(from_environment() | settings), random.Random(20200709), time.monotonic()
    killed: list[Kill] = []
    with app.app_context(), servers.mail_server() as server:
        db.create_all()
        populate(12, 4, DEADLINES)
        server.act = lambda *_: asyncio.sleep(0.2)
        for day in DAYS:
            with schedulers(app, server, beijing(day, 8, 49), SPEED) as several:
                for _ in range(kills // len(DAYS)):
                    wait_until(several.stands_by)
                    time.sleep(chance.uniform(0, 3))
                    several.kill(any_of(chance, several, leaders=0.7))
                wait_until(lambda day=day: _made(day) and all_sent(), 120)
            killed += several.kills
        reminders = check_outbox(DAYS)
        twice = check_letters(server, killed)
        digests = db.session.scalar(db.select(db.func.count(Digest.id)))
        takeovers = sorted(kill.takeover for kill in killed if kill.takeover is not None)
        print(
            f"| {kind} | {len(killed)} kills, {len(takeovers)} of the leader | {reminders} reminders once each"
            f" in {digests} digests | {len(server.taken)} letters, {twice} twice"
            f" | takeover {statistics.median(takeovers):.1f} s, at most {takeovers[-1]:.1f} s"
            f" | {time.monotonic() - began:.0f} s |",
            flush=True,
        )
        assert takeovers[-1] <= TAKEOVER
        db.session.remove()
        db.engine.dispose()


def _made(day: date) -> bool:
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count(Digest.id)).filter_by(on=day)) == 60


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL too")
    arguments = parser.parse_args()
    for kind in ("sqlite", "postgresql") if arguments.postgres else ("sqlite",):
        run(kind, arguments.kills)


if __name__ == "__main__":
    main()
