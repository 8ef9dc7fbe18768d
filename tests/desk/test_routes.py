"""The desk: what waits for whom."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import event
from werkzeug.datastructures import MultiDict

from tests import make
from tests.conftest import NOW, sign_in
from tracker.accounts.models import Role
from tracker.clock import local_date
from tracker.db import db
from tracker.desk import queries
from tracker.tasks.ledger import LEDGER, ledger_count
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


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.APPROVER, Role.LEADER, Role.AUDITOR])
def test_the_office_sees_what_waits_for_it(client, role):
    fill(make.unit())
    sign_in(client, make.user(role))
    page = client.get("/").text
    assert titles(page) == {"待办结": 2, "异议待答复": 1, "逾期最久": 3}
    assert "逾期较多的单位" in page


def test_who_judges_sees_how_many_reports_wait(client, supervisor, leader):
    make.report()
    sign_in(client, supervisor)
    assert "待审核填报<b>1</b>" in client.get("/").text
    sign_in(client, leader)
    assert "待审核填报" not in client.get("/").text


def test_problems_on_the_books_are_counted(client, supervisor):
    make.problem(make.unit())
    make.problem(make.unit("市教育局"))
    closed = {"state": RectificationState.CLOSED, "closed_on": TODAY}
    make.problem(make.unit(), rectification=closed)
    sign_in(client, supervisor)
    assert "在账问题<b>2</b>" in client.get("/").text


def test_the_rest_of_a_box_is_as_many_as_it_says(supervisor):
    fill(make.unit())
    for box in queries.office_boxes(TODAY):
        view = LEDGER.view(MultiDict(box.rest))
        assert db.session.scalar(ledger_count(supervisor, view, TODAY, WARN_UNTIL)) == box.total, box.title


def test_the_units_with_most_overdue_lead_to_just_those(client, supervisor):
    unit = make.unit()
    fill(unit)
    sign_in(client, supervisor)
    (path,) = re.findall(r'href="(/tasks/\?unit=[^"]+)"', client.get("/").text)
    page = client.get(path.replace("&amp;", "&")).text
    assert page.count('data-label="单位"') == 3


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.REPORTER, "/"),
        (Role.SUPERVISOR, "/"),
        (Role.REPORTER, "/tasks/"),
        (Role.SUPERVISOR, "/tasks/"),
        (Role.REPORTER, "/reports/"),
        (Role.SUPERVISOR, "/reports/"),
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
