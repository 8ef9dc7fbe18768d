"""A page asks the database as often for fifty rows as for five."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from tests import make
from tests.conftest import NOW, Browser, sign_in
from tracker.accounts.models import Role, Unit
from tracker.clock import local_date
from tracker.db import db
from tracker.reports.models import Evidence
from tracker.tasks.models import Assignment, Duty
from tracker.workflow import FilingState, State

YESTERDAY = local_date(NOW) - timedelta(days=1)
OFFICE = (
    "/",
    "/tasks/",
    "/tasks/{task}",
    "/reports/duties/{duty}",
    "/reports/review/",
    "/reminders/overdue/",
    "/lists/problems?group=unit",
    "/lists/rectifications",
    "/lists/responsibilities",
)
UNIT = ("/", "/tasks/", "/tasks/{task}", "/reports/duties/{duty}", "/reports/")


def fill(unit: Unit, lead: Assignment, rows: range) -> None:
    """For each row: an overdue duty, a closure and a report that wait, and a support with evidence."""
    for row in rows:
        make.assignment(unit, state=State.ACTIVE, deadline=YESTERDAY)
        make.assignment(unit, state=State.CLOSING)
        make.report(make.assignment(unit, state=State.ACTIVE), state=FilingState.SUBMITTED)
        support = make.assignment(make.unit(f"第{row}中学"), lead.task, duty=Duty.SUPPORT, state=State.ACTIVE)
        for duty in (lead, support):
            proof = Evidence(file=make.stored_file(), name="验收单.txt", claim="已验收")
            make.report(duty, state=FilingState.ACCEPTED, evidence=[proof])
        make.problem(unit)


def asked(client: Browser, address: str) -> int:
    """How many statements a page takes, once what is kept between requests is there."""
    sent: list[str] = []

    def note(*said: object) -> None:
        sent.append(str(said[2]))

    assert client.get(address).status_code == 200
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        client.get(address)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(sent)


@pytest.mark.parametrize(
    ("role", "addresses"), [(Role.SUPERVISOR, OFFICE), (Role.APPROVER, OFFICE[:4]), (Role.REPORTER, UNIT)]
)
def test_a_page_asks_as_often_for_fifty_rows_as_for_five(client, role, addresses):
    unit = make.unit()
    lead = make.assignment(unit, make.task(), state=State.ACTIVE)
    sign_in(client, make.user(role, unit) if role is Role.REPORTER else make.user(role))
    pages = [address.format(task=lead.task_id, duty=lead.id) for address in addresses]
    counts = []
    for rows in (range(5), range(5, 50)):
        fill(unit, lead, rows)
        counts.append({page: asked(client, page) for page in pages})
    assert counts[0] == counts[1]
