"""``python -m tests.bench.year``: 2020 on the whole city, day by day with every job; what was sent when.

The document is the real one where it lies beside the repository, else the demonstration's. Every unit signs on the
second working day; one duty in three is handed in ten days early, one in three on its last day, one in three is late
by as many days as its number says, or never. Reviewers close what was handed in after four days.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta

os.environ.setdefault("TRACKER_DATA_DIR", tempfile.mkdtemp(prefix="tracker-year-"))

from tests.reminders.test_year import ISSUED, LAST, SEED, at, person, sent
from tracker import create_app
from tracker.accounts.models import Role
from tracker.clock import local_date
from tracker.db import db, writing
from tracker.documents import actions as documents
from tracker.documents.queries import directory
from tracker.scheduler import tick
from tracker.seed import play
from tracker.tasks import actions as tasks
from tracker.tasks import intake
from tracker.tasks.models import Assignment
from tracker.workflow import State

REVIEW = timedelta(days=4)


def main() -> None:
    app, began = create_app(), time.monotonic()
    with app.app_context(), writing():
        db.create_all()
        _issue()
        for number in range(1, (LAST - ISSUED).days + 1):
            day = ISSUED + timedelta(days=number)
            tick(at(day, "09:10"))
            for duty in db.session.scalars(db.select(Assignment).order_by(Assignment.id)):
                _act(duty, day)
            db.session.commit()
            print(f"\r{day}", end="", file=sys.stderr, flush=True)
        print(f"\r{time.monotonic() - began:.0f} s", file=sys.stderr)
        for line in sent():
            print(line)


def _issue() -> None:
    play.load_city(at(ISSUED, "08:00"))
    office, now = person(Role.SUPERVISOR), at(ISSUED, "10:00")
    file = SEED if SEED.exists() else play.WORK_POINTS
    document = documents.import_file(file.read_bytes(), file.name, office, now)
    documents.resolve_members(document, directory(), office, now)
    intake.adopt(document, directory(), office, now)
    db.session.commit()


def _act(duty: Assignment, day: date) -> None:
    """What a unit, or a reviewer, does with one duty on a day."""
    now = at(day, "15:00")
    if duty.state is State.ISSUED and day >= ISSUED + timedelta(days=3):
        tasks.receive(duty, None, now)
    if duty.state is State.ACTIVE and any(day >= one for one in _hands_in(duty)):
        tasks.request_closure(duty, None, now, "已完成")
    elif duty.state is State.CLOSING and duty.submitted_at and local_date(duty.submitted_at + REVIEW) <= day:
        tasks.close(duty, None, now)


def _hands_in(duty: Assignment) -> Iterator[date]:
    if duty.deadline and duty.id % 3 < 2:
        yield max(duty.deadline - timedelta(days=10 * (duty.id % 3)), ISSUED + timedelta(days=5))
    elif duty.deadline and duty.id % 4:
        yield max(duty.deadline, ISSUED) + timedelta(days=duty.id % 17)


if __name__ == "__main__":
    main()
