"""What rosters mean outside their own pages: duty, report, closure, desk, digest, task page, command line."""

from datetime import date

import pytest
from openpyxl import load_workbook

from tests import make
from tests.conftest import NOW, sign_in
from tracker.accounts.models import Role
from tracker.audit import Event
from tracker.db import db
from tracker.errors import Invalid
from tracker.reminders import actions as reminders
from tracker.reminders import messages
from tracker.reminders.models import Digest, Reminder
from tracker.reports import actions as reports
from tracker.reports.models import Evidence
from tracker.rosters.entries import actions as entries
from tracker.rosters.entries.actions import Done
from tracker.rosters.models import Roster, RosterEntry
from tracker.tasks.models import Assignment
from tracker.workdays import statutory
from tracker.workflow import EntryState, FilingState, State


@pytest.fixture
def duty(reporter) -> Assignment:
    return make.assignment(reporter.unit, state=State.ACTIVE, progress=10)


@pytest.fixture
def roster(duty) -> Roster:
    """Four of the unit: one struck off, one waiting, one late with its first step, one under way."""
    roster = make.roster(duty.task)
    make.roster_entry(roster, duty.unit, "s5", "s6", "s7", state=EntryState.CLOSED)
    make.roster_entry(roster, duty.unit, "s5", "s6", "s7", state=EntryState.CLOSING)
    make.roster_entry(roster, duty.unit, name="欧阳修")
    make.roster_entry(roster, duty.unit, "s5")
    return roster


def test_the_duty_shows_the_share_struck_off_and_the_report_starts_with_it(client, roster, duty, reporter):
    sign_in(client, reporter)
    page = client.get(f"/reports/duties/{duty.id}").text
    assert "1/4" in page
    assert "1个有步骤逾期" in page
    assert "对象台账销号率 <b>25%</b>" in page
    field = page[page.index('id="progress"') - 200 :]
    assert 'value="25"' in field[:400]


def test_a_duty_is_not_closed_while_objects_are_open(roster, duty, reporter):
    proof = Evidence(file=make.stored_file(), name="验收单.txt", claim="已验收")
    make.report(duty, state=FilingState.ACCEPTED, progress=100, evidence=[proof])
    with pytest.raises(Invalid, match="对象台账还有3个没有销号"):
        reports.request_closure(duty, reporter, NOW)
    other = make.assignment(make.unit("市民政局"), duty.task, state=State.ACTIVE)
    make.report(other, state=FilingState.ACCEPTED, progress=100, evidence=[proof])
    reports.request_closure(other, make.user(Role.REPORTER, other.unit), NOW)  # has none of its own


def test_the_desk_counts_what_is_late_and_what_waits(client, roster, reporter, supervisor, stranger):
    sign_in(client, reporter)
    page = client.get("/").text
    assert f"/rosters/{roster.id}?term=overdue" in page
    assert "1户" in page
    sign_in(client, supervisor)
    page = client.get("/").text
    assert "台账对象待销号" in page
    assert f"/rosters/{roster.id}?term=overdue" in page
    sign_in(client, stranger)
    assert "对象台账有步骤逾期" not in client.get("/").text


def test_the_digest_counts_the_objects_and_a_second_run_adds_none(client, roster, duty, reporter):
    """Today is 25 working days after 2020-05-31, a day on which the weekly reminder goes out, and 19 before
    the day of the second step; nothing speaks of the duty itself, which is due in December."""
    made = reminders.remind(NOW, statutory())
    assert (made > 0, reminders.remind(NOW, statutory())) == (True, 0)
    reminders.digest(NOW, statutory())
    db.session.commit()
    rows = db.session.execute(
        db.select(Reminder.step, Reminder.deadline).where(Reminder.recipient_id == reporter.id)
    )
    ((step, day),) = rows.all()
    assert (step.partition(":")[0], day) == ("objects", date(2020, 5, 31))
    digest = db.session.scalars(db.select(Digest).where(Digest.recipient_id == reporter.id)).one()
    sign_in(client, reporter)
    assert "（1户）" in client.get(f"/reminders/{digest.id}").text
    (row,) = messages._of_digest(digest.id).words["rows"]
    assert row.label.startswith("对象台账有步骤已逾期")
    assert row.deadline == date(2020, 5, 31)
    late = next(e for e in db.session.scalars(db.select(RosterEntry)) if e.name == "欧阳修")
    entries.mark(late, roster.shape.step("s5"), Done(date(2020, 7, 6)), reporter, NOW)
    db.session.commit()
    assert "（已办好）" in client.get(f"/reminders/{digest.id}").text


def test_the_command_line_exports_masked_and_in_full_with_a_purpose(command, roster, tmp_path):
    plain, full = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    assert command("export", "roster", roster.id, "--xlsx", plain).code == 0
    assert (
        command(
            "export", "roster", roster.id, "--xlsx", full, "--full", "入户核对", "--view", "term=overdue"
        ).code
        == 0
    )

    def names(path):
        return [row[2] for row in load_workbook(path).active.iter_rows(min_row=2, values_only=True)]

    assert names(plain) == ["张*", "张*", "欧**", "张*"]
    assert names(full) == ["欧阳修"]
    event = db.session.scalars(db.select(Event).where(Event.kind == "roster.export")).one()
    assert (event.actor_id, event.reason, event.details["rows"]) == (None, "入户核对", 1)
    assert command("export", "roster", 999, "--xlsx", plain).code == 1
    assert command("export", "roster", "--xlsx", plain).code == 2
    assert command("export", "ledger", 1, "--xlsx", plain).code == 2


def test_a_roster_is_printed(client, roster, supervisor):
    sign_in(client, supervisor)
    assert client.get(f"/rosters/{roster.id}/roster.pdf").data.startswith(b"%PDF")
    assert client.get(f"/rosters/{roster.id}/roster.docx").data.startswith(b"PK")
