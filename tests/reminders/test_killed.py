"""Schedulers killed with -9: another takes over, nothing is lost, and what comes twice is the same message.

The long version, with fifty kills on each database, is ``python -m tests.bench.kill``.
"""

import asyncio
import random
import time
from datetime import date

from tests.reminders.channels import servers
from tests.schedulers import (
    all_sent,
    beijing,
    check_letters,
    check_outbox,
    populate,
    schedulers,
    wait_until,
)

MONDAY = date(2020, 7, 6)
TAKEOVER = 5.0  # seconds, at most


def test_the_killed_are_replaced_and_each_reminder_goes_out_once(own_app):
    populate(4, 4, [date(2020, 7, 3), MONDAY, date(2020, 7, 7)])
    chance = random.Random(7)
    with servers.mail_server() as server:
        server.act = lambda *_: asyncio.sleep(0.05)
        with schedulers(own_app, server, beijing(MONDAY, 9), speed=100) as several:
            for _ in range(2):
                wait_until(several.stands_by)
                before = server.tried
                wait_until(lambda before=before: server.tried > before or all_sent())
                time.sleep(chance.uniform(0, 0.1))
                several.kill(several.leader(), replace=False)
            wait_until(all_sent)
        takeovers = [kill.takeover for kill in several.kills if kill.takeover is not None]
        assert takeovers
        assert max(takeovers) <= TAKEOVER
        assert check_outbox([MONDAY]) == 4 * 3 * (4 + 1)  # units, duties, reporters and head
        assert check_letters(server, several.kills) <= 2
