"""The clockwork: what is due, once, by one leader."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import URL, NullPool, create_engine

from tests import make
from tests.conftest import NOW, Browser, sign_in
from tests.schedulers import wait_until
from tracker import leading, runs, scheduler
from tracker.accounts.models import SignInAttempt, Unit
from tracker.db import db
from tracker.lists.account.closing import close
from tracker.runs import JobRun
from tracker.scheduler import JOBS, Job, run_due, tick
from tracker.scores import actions as scores
from tracker.tasks import actions as tasks
from tracker.workdays import statutory
from tracker.workflow import RectificationState, State

LOCK = """
import fcntl, sys
file = open(sys.argv[1], "w")
fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def counted(monkeypatch) -> list[tuple[str, datetime]]:
    """Which jobs ran for which moment, instead of the real timetable's work."""
    ran: list[tuple[str, datetime]] = []

    def job(name: str) -> Job:
        def run(now: datetime) -> int:
            ran.append((name, now))
            return len(ran)

        return Job(name, "0 9 * * *", run, name, "")

    monkeypatch.setattr(scheduler, "JOBS", (job("first"), job("second")))
    return ran


def test_a_second_tick_writes_nothing(reporter, supervisor, app, monkeypatch):
    monkeypatch.setitem(
        app.config, "MAIL_URL", "smtp://127.0.0.1:1"
    )  # where nobody listens: tried, and put off
    reporter.email = "zhou@example.cn"
    make.assignment(reporter.unit, starts_on=date(2020, 5, 6), deadline=date(2020, 6, 30), state=State.ACTIVE)
    make.board("部门组", reporter.unit)
    monthly = make.task(recurrence="FREQ=MONTHLY;BYMONTHDAY=-1")
    make.assignment(reporter.unit, monthly, period="2020-06", original_deadline=date(2020, 6, 30))
    monkeypatch.setitem(app.config, "SECOND_REVIEW_SHARE", 100)
    closing = make.assignment(reporter.unit, state=State.CLOSING, submitted_at=NOW - timedelta(days=20))
    tasks.close(closing, supervisor, NOW)
    db.session.add(SignInAttempt(key="account zhou", at=NOW - timedelta(days=1)))
    monkeypatch.setitem(app.config, "LOOK_BACK_SHARE", 100)
    columns = {"state": RectificationState.VERIFIED}
    verified = make.problem(number="2019-0001", rectification=columns).rectification
    close(verified, supervisor, NOW)
    scores.evaluate("2020-05", None, NOW - timedelta(days=30), statutory())
    make.assignment(make.unit("市气象局"), deadline=date(2020, 6, 30))  # of which nobody was told
    first = tick(NOW)
    # June is not final yet, nothing was changed, and the database is in memory: tests of their own
    assert {name for name, rows in first.items() if not rows} == {"draft_circular", "verify_audit", "back_up"}
    assert tick(NOW) == dict.fromkeys(first, 0)


def test_every_job_has_a_name_and_hour_of_its_own():
    assert len({job.name for job in JOBS}) == len({job.cron for job in JOBS}) == len(JOBS)


def test_what_never_ran_is_due(counted):
    run_due(NOW)
    assert [name for name, _ in counted] == ["first", "second"]
    assert {name: (run.at, run.rows, run.error) for name, run in runs.latest().items()} == {
        "first": (NOW, 1, ""),
        "second": (NOW, 2, ""),
    }


def test_until_its_hour_a_job_rests(counted):
    run_due(NOW)  # at nine, and so today's run
    for later in (timedelta(seconds=20), timedelta(hours=23, minutes=59)):
        run_due(NOW + later)
    assert len(counted) == 2
    run_due(NOW + timedelta(days=1))
    assert len(counted) == 4


def test_three_days_of_standstill_are_caught_up_once(counted):
    run_due(NOW)
    after = NOW + timedelta(days=3, hours=2)
    run_due(after)
    run_due(after + timedelta(seconds=20))
    assert counted[2:] == [("first", after), ("second", after)]


def test_a_clock_that_was_years_ahead_and_is_put_right_holds_nothing_up(counted):
    ahead = NOW + timedelta(days=5000)
    run_due(ahead)
    runs.note_keeper("ahead 1", ahead)
    db.session.commit()
    assert not runs.is_kept(NOW)
    run_due(NOW)
    run_due(NOW + timedelta(seconds=20))
    assert counted[2:] == [("first", NOW), ("second", NOW)]


@pytest.mark.parametrize("ran_before", [False, True])
def test_a_job_that_fails_is_kept_with_its_error_and_the_others_run(counted, monkeypatch, app, ran_before):
    if ran_before:
        run_due(NOW)
        counted.clear()

    def fail(now: datetime) -> int:
        make.unit("只写了一半")
        db.session.add(Unit())  # what the database refuses
        db.session.flush()
        return 1

    monkeypatch.setattr(
        scheduler, "JOBS", (Job("first", "0 9 * * *", fail, "first", ""), *scheduler.JOBS[1:])
    )
    now = NOW + timedelta(days=1)
    run_due(now)
    assert counted == [("second", now)]
    failed, other = runs.latest()["first"], runs.latest()["second"]
    assert (failed.at, failed.rows, failed.error.split(":")[0]) == (now, 0, "IntegrityError")
    assert (other.at, other.error) == (now, "")


def test_a_job_that_runs_again_loses_its_error(counted):
    db.session.add(JobRun(name="first", at=NOW - timedelta(days=1), rows=0, error="OSError: 磁盘已满"))
    db.session.commit()
    run_due(NOW)
    assert runs.latest()["first"].error == ""


def test_what_failed_is_tried_again_soon(counted, monkeypatch):
    def fail(now: datetime) -> int:
        counted.append(("failing", now))
        raise OSError("磁盘已满")

    monkeypatch.setattr(scheduler, "JOBS", (Job("failing", "0 9 * * *", fail, "", ""),))
    for minutes in (0, 5, 9, 10, 15, 20):
        run_due(NOW + timedelta(minutes=minutes))
    assert [(now - NOW).seconds // 60 for _, now in counted] == [0, 10, 20]


def test_who_leads_no_longer_begins_no_further_job(counted):
    run_due(NOW, leads=lambda: not counted)
    assert [name for name, _ in counted] == ["first"]


def test_only_one_process_leads(own_app, engine):
    if engine == "sqlite":
        place = own_app.config["DATA_DIR"] / "scheduler.lock"
        other = subprocess.Popen(
            [sys.executable, "-c", LOCK, str(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with leading.candidate(own_app) as candidate:
            assert not candidate.take()
        other.kill()  # the lock falls with its process
        other.wait()
        other.stdin.close()
        other.stdout.close()
    with leading.candidate(own_app) as first, leading.candidate(own_app) as second:
        assert first.take()
        assert not second.take()
    with leading.candidate(own_app) as third:
        assert third.take()


def test_who_loses_the_lock_s_connection_leads_no_longer(own_app, engine):
    with leading.candidate(own_app) as first, leading.candidate(own_app) as second:
        assert first.take()
        assert first.holds()
        if engine == "sqlite":
            (own_app.config["DATA_DIR"] / "scheduler.lock").unlink()
        else:
            db.session.execute(
                db.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON oid = database"
                    " WHERE locktype = 'advisory' AND datname = current_database()"
                )
            )
            db.session.commit()
            wait_until(second.take)  # the server ends a connection in its own time
        assert not first.holds()


def test_after_a_restart_of_the_server_no_request_and_no_job_meets_a_dead_connection(
    own_app, engine, counted
):
    client = Browser(own_app, own_app.response_class)
    sign_in(client, make.user())
    assert client.get("/reminders/").status_code == 200
    if engine == "postgresql":
        end_connections(db.engine.url)
    assert client.get("/reminders/").status_code == 200
    if engine == "postgresql":
        end_connections(db.engine.url)
    run_due(NOW)
    assert [name for name, _ in counted] == ["first", "second"]


def end_connections(url: URL) -> None:
    """As a restart of the server does; the pool does not hear of it."""
    other = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        others = " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(db.text(f"SELECT pg_terminate_backend(pid){others}"))
        wait_until(lambda: not connection.scalar(db.text(f"SELECT count(*){others}")))


def test_an_interval_is_counted_in_beijing():
    job = Job("digest", "0 9 * * *", lambda now: 0, "", "")
    evening = datetime(2020, 7, 6, 0, 59, tzinfo=UTC)
    assert scheduler.fires_after(job, evening - timedelta(minutes=1)) == evening + timedelta(minutes=1)
    assert scheduler.fires_after(job, evening + timedelta(minutes=2)) == evening + timedelta(
        days=1, minutes=1
    )


def test_old_runs_are_forgotten_but_never_the_latest_of_a_job(old_runs):
    assert runs.purge(NOW) == 2
    db.session.commit()
    assert {(run.name, run.rows) for run in db.session.scalars(db.select(JobRun))} == {
        ("remind", 7),
        ("remind", 0),
        ("digest", 0),
    }


@pytest.fixture
def old_runs(app):
    """(name, days ago, rows): an old empty one, one that is too old, and those to be kept."""
    for name, days, rows in (
        ("remind", 100, 9),
        ("remind", 80, 7),
        ("digest", 100, 0),
        ("remind", 3, 0),
        ("remind", 1, 0),
    ):
        db.session.add(JobRun(name=name, at=NOW - timedelta(days=days), rows=rows))
    db.session.commit()
