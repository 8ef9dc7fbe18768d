"""A roster of 50,000 objects: ``.venv/bin/python -m tests.bench.roster [--entries N] [--postgres]``.

Pages are asked of the program in this process; each figure is the median of seven, the long ones are single.
"""

import argparse
import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
from flask import g
from sqlalchemy import insert, select

from config import from_environment
from tests import make, postgres
from tests.conftest import sign_in
from tracker import clock, create_app
from tracker.accounts.models import Role
from tracker.clock import local_date
from tracker.db import db
from tracker.numbers import next_in
from tracker.rosters import actions as rosters
from tracker.rosters import queries
from tracker.rosters.models import Roster, RosterEntry, RosterMark
from tracker.rosters.rules import stand_of

NOW = datetime(2020, 7, 6, 1, 0, tzinfo=UTC)
UNITS = 16
CAUSES = ("因病", "因残", "其他")


def build(number: int) -> tuple[Roster, list[Any]]:
    """The roster, and one reporter of each unit."""
    chance = Random(2020)
    task = make.task()
    people = [make.user(Role.REPORTER, make.unit(f"第{at}县区")) for at in range(UNITS)]
    for person in people:
        make.assignment(person.unit, task)
    roster = make.roster(task)
    steps = [step.key for step in roster.shape.open_steps]
    next_in(f"roster {roster.id}", number)
    entries, marks = [], []
    for at in range(1, number + 1):
        done = steps[: chance.randrange(4)]
        is_closed = len(done) == 3 and at % 2 == 0
        stand = stand_of(roster.shape, done)
        entries.append(
            {
                "id": at,
                "roster_id": roster.id,
                "unit_id": people[at % UNITS].unit_id,
                "number": at,
                "name": f"户主{at}",
                "values": {"c1": f"339900{at:011}X", "c2": CAUSES[at % 3], "c4": str(7000 + at % 3000)},
                "state": "closed" if is_closed else "active",
                "step": stand.step,
                "due_on": stand.due_on,
                "created_at": NOW,
                "applied_at": NOW if is_closed else None,
                "closed_on": local_date(NOW) if is_closed else None,
                "version": 1,
            }
        )
        marks += [
            {"entry_id": at, "step": key, "done_on": date(2020, 6, 1), "marked_at": NOW} for key in done
        ]
    db.session.execute(insert(RosterEntry), entries)
    db.session.execute(insert(RosterMark), marks)
    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        db.session.execute(db.text("SELECT setval('roster_entries_id_seq', :at)"), {"at": number})
        db.session.commit()
    db.session.execute(db.text("ANALYZE"))
    db.session.commit()
    return roster, people


def timed(work: Callable[[], Any], times: int = 7) -> tuple[float, float]:
    """Milliseconds of the median, by the clock and of this process's own work."""
    found = []
    for _ in range(times):
        begin, worked = time.perf_counter(), time.process_time()
        work()
        found.append((1000 * (time.perf_counter() - begin), 1000 * (time.process_time() - worked)))
    return statistics.median(wall for wall, _ in found), statistics.median(work for _, work in found)


def row(words: str, milliseconds: tuple[float, float]) -> None:
    print(f"{words:<62}{milliseconds[0]:>10.1f} ms, CPU{milliseconds[1]:>9.1f} ms", flush=True)


def pages(client: Any, roster: Roster, who: str, addresses: dict[str, str]) -> None:
    for words, query in addresses.items():

        def ask(query: str = query) -> None:
            answer = client.get(f"/rosters/{roster.id}{query}")
            assert answer.status_code == 200, answer.status_code

        ask()
        row(f"{who}: {words}", timed(ask))


def round_trip(client: Any, roster: Roster) -> None:
    address = f"/rosters/{roster.id}/workbook"
    book = b""

    def download() -> None:
        nonlocal book
        book = client.get(f"{address}/entries.xlsx").data

    row("unit: workbook of its open objects", timed(download, 1))
    opened = openpyxl.load_workbook(BytesIO(book))
    page = opened.worksheets[0]
    last = page.max_row
    for number in range(4, last + 1):
        page.cell(number, 8).value = 9000
    for number in range(last + 1, last + 501):
        page.cell(number, 4).value = f"新户{number}"
    saved = BytesIO()
    opened.save(saved)
    token = ""

    def upload() -> None:
        nonlocal token
        data = {"file": (BytesIO(saved.getvalue()), "a.xlsx")}
        answer = client.post(f"{address}/", data=data, follow_redirects=True)
        assert "确认后写入" in answer.text, re.findall("<p>.*?</p>|<td.*?</td>", answer.text)[:20]
        token = parse_qs(urlsplit(answer.request.url).query)["token"][0]

    row(f"unit: {last - 3} rows changed and 500 new, uploaded and judged", timed(upload, 1))

    def confirm() -> None:
        answer = client.post(f"{address}/confirm", data={"token": token}, follow_redirects=True)
        assert "已写入" in answer.text

    row("unit: the same judged again and written, an event each", timed(confirm, 1))


def measure(app: Any, number: int) -> None:
    with app.app_context():
        begin = time.perf_counter()
        roster, people = build(number)
        print(f"\n{db.engine.dialect.name}, {number} objects (built in {time.perf_counter() - begin:.0f} s)")
        supervisor = make.user(Role.SUPERVISOR)
        today = local_date(NOW)
        client = app.test_client()
        sign_in(client, supervisor)
        some = db.session.scalars(select(RosterEntry).where(RosterEntry.number == number // 2)).one()
        pages(
            client,
            roster,
            "office",
            {
                "first page, 50 rows, with progress of units": "",
                "sorted by the next day due": "?sort=due",
                "page 900 of them": "?sort=due&page=900",
                "one unit, under way": f"?unit={people[3].unit_id}&state=active",
                "a step overdue": "?term=overdue",
                "one choice": "?c2=因残",
                "an identity number, exactly": f"?q={some.values['c1']}",
                "part of a name that is masked: none": "?q=户主",
            },
        )
        row("office: desk", timed(lambda: client.get("/")))
        row("list of rosters", timed(lambda: client.get("/rosters/")))
        row("progress of all units, by SQL", timed(lambda: queries.standings(roster, today)))
        row("share of one duty, by SQL", timed(lambda: queries.tally_of(roster.task.assignments[0], today)))
        row(
            "Excel of all, masked (goal: 0.7 s for 10,000)",
            timed(lambda: client.get(f"/rosters/{roster.id}/roster.xlsx").data, 1),
        )
        sign_in(client, people[3])
        g.pop("_login_user", None)  # kept as long as this context lasts
        pages(client, roster, "unit", {"first page": "", "a step overdue": "?term=overdue"})
        row("unit: desk", timed(lambda: client.get("/")))
        round_trip(client, roster)
        db.session.expire_all()
        shape = roster.shape
        later = [
            *shape.steps[:1],
            shape.steps[1].__class__("s6", shape.steps[1].title, "2020-08-31"),
            shape.steps[2],
        ]
        draft = rosters.Draft(roster.title, "", shape.__class__(**{**vars(shape), "steps": tuple(later)}))
        row("a step's day moved for all", timed(lambda: rosters.edit(roster, draft, supervisor, NOW), 1))
        db.session.commit()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=50_000)
    parser.add_argument("--postgres", action="store_true")
    said = parser.parse_args()
    clock.set_start(NOW.isoformat())
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TRACKER_DATA_DIR"] = folder
        settings = {"SECRET_KEY": "bench", "TESTING": True, "WTF_CSRF_ENABLED": False}

        def run(address: str) -> None:
            app = create_app(from_environment() | settings | {"SQLALCHEMY_DATABASE_URI": address})
            with app.app_context():
                db.create_all()
            measure(app, said.entries)

        run(f"sqlite:///{folder}/tracker.sqlite3")
        if said.postgres:
            with postgres.running() as address:
                server = postgres.create_database(address, "tracker-roster")
                run(server.render_as_string(hide_password=False))


if __name__ == "__main__":
    main()
