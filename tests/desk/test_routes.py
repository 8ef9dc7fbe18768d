"""The desk: what waits for whom."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from tests import make
from tests.conftest import NOW, sign_in
from tracker.accounts.models import Role
from tracker.clock import local_date
from tracker.db import db
from tracker.tasks.models import Extension, HaltKind, HaltRequest, Level
from tracker.workflow import FilingState, RectificationState, State

TODAY = local_date(NOW)
YESTERDAY = TODAY - timedelta(days=1)
WARN_UNTIL = date(2020, 7, 13)


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_):
        if not statement.startswith(("SAVEPOINT", "RELEASE")):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def titles(page: str) -> dict[str, int]:
    """Title of each box that is shown → its number."""
    found = re.findall(r'<h2>([^<]+) <span class="tally">(\d+)</span>', page)
    return {title: int(number) for title, number in found}


def fill(unit) -> None:
    """One duty or more for each box."""
    make.assignment(unit, state=State.ISSUED)
    returned = make.assignment(unit, state=State.ACTIVE)
    make.report(returned, state=FilingState.RETURNED)
    make.assignment(unit, state=State.ACTIVE, deadline=YESTERDAY)
    make.assignment(unit, state=State.ISSUED, deadline=YESTERDAY)
    make.assignment(unit, state=State.CLOSING, deadline=YESTERDAY, submitted_at=NOW)  # handed in late
    make.assignment(unit, state=State.CLOSING, deadline=YESTERDAY)  # and in time
    make.assignment(unit, state=State.CLOSED, deadline=YESTERDAY)
    make.assignment(unit, state=State.ACTIVE, deadline=TODAY)
    make.assignment(unit, state=State.CLOSED, deadline=TODAY)
    make.assignment(unit, state=State.DISPUTED, deadline=YESTERDAY)
    make.assignment(unit, state=State.SUSPENDED, deadline=YESTERDAY)


@pytest.mark.parametrize("role", Role)
def test_everybody_has_a_desk(client, role):
    user = make.user(role)
    sign_in(client, user)
    answer = client.get("/")
    assert answer.status_code == 200
    assert f"{user.name}，您好" in answer.text
    fill(make.unit())
    assert client.get("/").status_code == 200


def calls(page: str) -> dict[str, int]:
    """What the desk calls for → how much of it."""
    found = re.findall(r'"call-title">([^<]+)</span><b>(\d+)</b>', page)
    return {title: int(number) for title, number in found}


@pytest.mark.parametrize(
    ("role", "boxes"),
    [
        (Role.SUPERVISOR, {"异议待答复": 1, "逾期最久": 2}),
        (Role.APPROVER, {"逾期最久": 2}),
        (Role.LEADER, {"逾期最久": 2}),
        (Role.AUDITOR, {}),
    ],
)
def test_the_office_sees_what_waits_for_it(client, role, boxes):
    fill(make.unit())
    sign_in(client, make.user(role))
    page = client.get("/").text
    assert titles(page) == boxes
    assert ("各单位逾期" in page) is bool(boxes)


def test_a_supervisor_is_called_to_everything_that_waits_for_a_decision(client, supervisor):
    make.report()
    make.report(no_change=True)
    make.assignment(state=State.CLOSING)
    sign_in(client, supervisor)
    assert calls(client.get("/").text) == {"待审核": 3, "其中“无变化”": 1}


def test_an_approver_is_called_to_extensions_halts_and_circulars(client, approver, supervisor):
    duty = make.assignment(state=State.ACTIVE)
    halt = HaltRequest(
        assignment=duty, kind=HaltKind.SUSPEND, state=FilingState.SUBMITTED, reason="缓", created_at=NOW
    )
    extension = Extension(
        assignment=duty,
        state=FilingState.SUBMITTED,
        deadline=duty.deadline,
        wanted_on=duty.deadline + timedelta(days=30),
        reason="缺地",
        created_at=NOW,
    )
    db.session.add_all([halt, extension])
    db.session.commit()
    sign_in(client, approver)
    assert calls(client.get("/").text) == {"延期待批": 1, "停办待批": 1}
    sign_in(client, supervisor)
    assert calls(client.get("/").text) == {}


def test_a_leader_sees_the_red_key_tasks_and_decides_nothing(client, leader):
    make.assignment(state=State.ACTIVE, deadline=YESTERDAY, level=Level.KEY, title="重点红灯")
    make.assignment(state=State.ACTIVE, deadline=YESTERDAY, title="一般红灯")
    make.report()
    sign_in(client, leader)
    page = client.get("/").text
    assert calls(page) == {}
    key = page[page.index("亮红灯的重点") : page.index("逾期最久")]
    assert "重点红灯" in key
    assert "一般红灯" not in key


def test_problems_on_the_books_are_counted(client, supervisor):
    make.problem(make.unit())
    make.problem(make.unit("市教育局"))
    closed = {"state": RectificationState.CLOSED, "closed_on": TODAY}
    make.problem(make.unit(), rectification=closed)
    sign_in(client, supervisor)
    assert "在账问题<b>2</b>" in client.get("/").text


def test_the_units_with_most_overdue_lead_to_just_those(client, supervisor):
    fill(make.unit())
    fill(make.unit("市教育局"))
    sign_in(client, supervisor)
    path = re.findall(r'href="(/reminders/overdue/\?unit=[^"]+)"', client.get("/").text)[0]
    page = client.get(path).text
    assert page.count('name="duty" value') == 2


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.REPORTER, "/"),
        (Role.SUPERVISOR, "/"),
        (Role.APPROVER, "/"),
        (Role.LEADER, "/"),
        (Role.REPORTER, "/tasks/"),
        (Role.SUPERVISOR, "/tasks/"),
        (Role.REPORTER, "/reports/"),
        (Role.SUPERVISOR, "/lists/problems"),
    ],
)
def test_more_rows_do_not_ask_more_questions(client, role, path):
    user = make.user(role)
    unit = user.unit if role is Role.REPORTER else make.unit()
    sign_in(client, user)

    def add(number: int) -> None:
        for _ in range(number):
            duty = make.assignment(unit, state=State.ACTIVE, deadline=YESTERDAY)
            make.report(duty)
            make.problem(unit, assignment=duty)

    def asked() -> int:
        with statements() as sent:
            assert client.get(path).status_code == 200
        return len(sent)

    add(5)
    asked()  # what is asked once and remembered
    few = asked()
    add(45)
    assert asked() == few
