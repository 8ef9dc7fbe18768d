"""A process killed with -9 while it sends: nothing is lost, and what comes twice is the same message."""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import date

import pytest

from tests import make
from tests.conftest import NOW
from tests.reminders.channels import servers
from tracker.db import db, writing
from tracker.reminders import actions, jobs
from tracker.reminders.models import Delivery, Outcome
from tracker.reminders.rules import CLAIM
from tracker.workdays import statutory
from tracker.workflow import State

PEOPLE, KILLS = 14, 3
DELIVER = """
import sys
from datetime import datetime
from tracker import create_app
from tracker.db import writing
from tracker.reminders import jobs

with create_app().app_context(), writing():
    print("ready", flush=True)
    jobs.deliver(datetime.fromisoformat(sys.argv[1]))
"""


@pytest.fixture
def slow_server():
    with servers.mail_server() as server:
        server.act = lambda *_: asyncio.sleep(0.02)
        yield server


def start(app, server):
    environment = os.environ | {
        "TRACKER_DATA_DIR": str(app.config["DATA_DIR"]),
        "TRACKER_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "TRACKER_SECRET_KEY": "test",
        "TRACKER_MAIL_URL": server.url,
    }
    process = subprocess.Popen(
        [sys.executable, "-c", DELIVER, NOW.isoformat()], stdout=subprocess.PIPE, env=environment
    )
    assert process.stdout.readline() == b"ready\n"
    return process


def test_nothing_is_lost_and_no_more_doubled_than_was_killed_in_mid_send(own_app, slow_server):
    own_app.config["MAIL_URL"] = slow_server.url
    for number in range(PEOPLE):
        make.user(email=f"{number}@example.cn")
    make.assignment(make.unit(), state=State.ACTIVE, deadline=date(2020, 6, 30))
    actions.remind(NOW, statutory())
    actions.digest(NOW, statutory())
    db.session.commit()
    chance = random.Random(7)

    for _ in range(KILLS):
        process = start(own_app, slow_server)
        before, patience = slow_server.tried, time.monotonic() + 20
        while slow_server.tried < before + 2 and time.monotonic() < patience:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.05))
        process.kill()
        process.wait()
        process.stdout.close()
    assert len(slow_server.taken) < PEOPLE

    with writing():
        for moment in (NOW, NOW + CLAIM, NOW + 2 * CLAIM):  # the claims of the dead run out
            jobs.deliver(moment)
    letters = Counter(letter["To"] for letter in slow_server.taken)
    assert set(letters) == {f"{number}@example.cn" for number in range(PEOPLE)}
    assert letters.total() <= PEOPLE + KILLS
    assert len(set(slow_server.ids)) == PEOPLE
    mails = db.select(Delivery.outcome).where(Delivery.address != "")
    assert set(db.session.scalars(mails)) == {Outcome.SENT}
