"""The monitor: what an administrator sees of the clockwork, and what a watching machine is told."""

import re
from datetime import timedelta

import pytest
from flask_migrate import upgrade
from sqlalchemy.exc import OperationalError

from tests import make
from tests.conftest import NOW, Browser, sign_in
from tracker import clock, runs
from tracker.db import db
from tracker.runs import JobRun
from tracker.scheduler import JOBS, run_due


def shown(client) -> str:
    """The words of the page, without its markup."""
    answer = client.get("/monitor")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text))


@pytest.fixture
def signed_in(client, administrator):
    sign_in(client, administrator)
    return client


def test_before_the_first_run_the_page_says_what_to_do(signed_in):
    page = shown(signed_in)
    assert "定时任务还没有运行过" in page
    assert page.count("还没有运行过") == len(JOBS) + 1


def test_each_job_says_when_it_ran_what_it_wrote_and_when_it_runs_next(signed_in):
    run_due(NOW)
    runs.note_keeper("tracker-1 4711", NOW)
    db.session.commit()
    page = shown(signed_in)
    assert all(job.label in page and job.words in page for job in JOBS)
    assert "值守进程：tracker-1 4711，自 2020-07-06 09:00" in page
    assert "2020-07-07 08:50" in page  # the next reminders
    assert "出错" not in page.split("时间表")[1].split("运行记录")[0]


def test_a_failure_stands_on_the_page_and_on_the_administrator_s_desk(signed_in):
    db.session.add(JobRun(name="digest", at=NOW, rows=0, error="磁盘已满"))
    make.failed_delivery()
    db.session.commit()
    assert "出错 ：磁盘已满" in shown(signed_in)
    assert "出错的定时任务" in (desk := signed_in.get("/").text)
    assert "未送达的消息" in desk
    assert "磁盘已满" in signed_in.get("/monitor?job=digest&outcome=failed").text
    assert "没有这样的运行记录" in signed_in.get("/monitor?job=remind&outcome=every").text
    assert "写法不对" in signed_in.get("/monitor?job=nonsense").text

    db.session.add(JobRun(name="digest", at=NOW + timedelta(minutes=10), rows=0))
    db.session.commit()
    assert "出错的定时任务" not in signed_in.get("/").text


def test_a_scheduler_that_stopped_is_noticed(signed_in):
    run_due(NOW)
    runs.note_keeper("tracker-1 4711", NOW)
    db.session.commit()
    clock.set_start((NOW + timedelta(days=2)).isoformat())
    assert re.search("停了的定时服务</span><b>1</b>", signed_in.get("/").text)
    page = shown(signed_in)
    assert "定时任务停了：最后一次见到它是2020-07-06 09:00" in page
    assert page.count("该运行而没有运行") == len(JOBS)


def test_machines_are_told_whether_this_one_serves(bare_app):
    client = Browser(bare_app, bare_app.response_class)
    clock.set_start(NOW.isoformat())
    empty = client.get("/health/ready")
    assert (empty.status_code, empty.json["schema"]) == (503, "differs")

    upgrade()
    silent = client.get("/health/ready")
    assert (silent.status_code, silent.json["status"], silent.json["scheduler"]) == (
        200,
        "degraded",
        "silent",
    )

    runs.note_keeper("tracker-1 4711", NOW)
    db.session.commit()
    ready = client.get("/health/ready")
    fine = {"status": "ok", "database": "ok", "schema": "ok", "scheduler": "ok", "jobs": "ok"}
    assert ready.json == fine
    db.session.add(JobRun(name="verify_audit", at=NOW, rows=0, error="留痕被改动过"))
    db.session.commit()
    assert client.get("/health/ready").json == fine | {"status": "degraded", "jobs": "failing"}
    assert client.get("/health/live").json == {"status": "ok"}


def test_machines_are_told_when_the_database_is_away(own_app, monkeypatch):
    def away(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, OSError("could not connect to secret-host"))

    db.session.remove()
    monkeypatch.setattr("tracker.upkeep.schema.current", away)
    answer = Browser(own_app, own_app.response_class).get("/health/ready")
    assert (answer.status_code, answer.json["database"]) == (503, "unreachable")
    assert "secret" not in answer.text
