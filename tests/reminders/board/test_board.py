"""The overdue board: whom it shows, who was told last, and urging in bulk."""

import re
from datetime import date, timedelta

import pytest
from werkzeug.datastructures import MultiDict

from tests import make
from tests.conftest import NOW, sign_in
from tests.desk.test_routes import statements
from tracker.accounts.models import Role
from tracker.audit import Event
from tracker.clock import local_date
from tracker.db import db
from tracker.reminders import actions as reminders
from tracker.reminders.board import queries
from tracker.reminders.board.actions import urge
from tracker.reminders.board.queries import BOARD, URGE
from tracker.reminders.board.rules import workdays_late
from tracker.reminders.models import Digest, Reminder
from tracker.reminders.queries import unread_count
from tracker.tasks.models import Duty, Level
from tracker.tasks.rules import is_overdue
from tracker.workdays import statutory
from tracker.workflow import State

TODAY = local_date(NOW)  # Monday 2020-07-06
FRIDAY = date(2020, 7, 3)


def late(unit, days=3, **columns):
    return make.assignment(
        unit, **{"state": State.ACTIVE, "deadline": TODAY - timedelta(days=days)} | columns
    )


def owed(**said):
    view = BOARD.view(MultiDict(said))
    units = queries.tallies(view, TODAY, statutory())
    page = queries.page(view, units, TODAY, statutory())
    assert page.total == sum(unit.duties for unit in units)
    return [row.id for row in page.rows]


def test_what_a_unit_still_owes_stands_there_and_nothing_else(reporter):
    make_all = {
        state: make.assignment(reporter.unit, state=state, deadline=FRIDAY)
        for state in State
        if state is not State.CLOSING
    }
    handed_in_late = make.assignment(reporter.unit, state=State.CLOSING, deadline=FRIDAY, submitted_at=NOW)
    make.assignment(reporter.unit, state=State.ACTIVE, deadline=TODAY)
    make.assignment(reporter.unit, make.task(is_open_ended=True), state=State.ACTIVE)
    expected = {
        duty.id
        for duty in (*make_all.values(), handed_in_late)
        if is_overdue(duty.state, duty.deadline, duty.submitted_on, TODAY) and duty.state in queries.OWED
    }
    assert set(owed()) == expected == {make_all[State.ISSUED].id, make_all[State.ACTIVE].id}


def test_units_with_most_stand_first_and_the_longest_overdue_first_in_each(reporter, stranger):
    one = late(stranger.unit, 30)
    two, three = late(reporter.unit, 5), late(reporter.unit, 9)
    assert owed() == [three.id, two.id, one.id]
    assert owed(sort="days") == [one.id, three.id, two.id]
    assert owed(sort="-days") == [two.id, three.id, one.id]
    first, second = sorted((reporter.unit, stranger.unit), key=lambda unit: unit.position)
    assert [tally.unit_id for tally in tallied(sort="unit")] == [first.id, second.id]


def tallied(**said):
    return queries.tallies(BOARD.view(MultiDict(said)), TODAY, statutory())


@pytest.mark.parametrize("sort", ["worst", "-worst", "unit", "-unit", "days", "level", "-level"])
def test_every_duty_is_on_one_page_whatever_the_order(sort):
    duties = [late(make.unit(f"单位{n % 3}"), 3 + n, level=list(Level)[n % 3]) for n in range(23)]
    pages = [owed(sort=sort, size="10", page=str(number)) for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [10, 10, 3]
    assert sorted(id_ for page in pages for id_ in page) == sorted(duty.id for duty in duties)
    assert owed(sort=sort, size="10", page="9") == pages[2]


def test_the_board_is_filtered_by_unit_board_level_duty_and_days(reporter, stranger):
    mine = late(reporter.unit, 3)  # Friday: one working day
    long = late(stranger.unit, 20, level=Level.KEY, duty=Duty.SUPPORT)
    board = make.board("组", stranger.unit)
    assert owed(unit=str(reporter.unit_id)) == [mine.id]
    for said in ({"board": str(board.id)}, {"level": "key"}, {"duty": "support"}, {"days": "5"}):
        assert owed(**said) == [long.id], said
    assert set(owed(days="1")) == {mine.id, long.id}


@pytest.mark.parametrize("today", [date(2020, 7, 6), date(2020, 7, 4), date(2020, 10, 5)])
@pytest.mark.parametrize("days", [1, 2, 5, 9])
def test_so_many_working_days_are_counted_as_the_page_says_them(today, days):
    """On a day off too: the last deadline let through is the last that is late enough."""
    until = queries._values(BOARD.view(MultiDict({"days": str(days)})), today, statutory())["until"]
    assert statutory().between(until, today) >= days
    assert statutory().between(until + timedelta(days=1), today) < days


def test_many_deadlines_are_counted_as_each_alone():
    deadlines = [TODAY - timedelta(days=n) for n in (1, 3, 3, 9, 40, 200)]
    expected = {deadline: statutory().between(deadline, TODAY) for deadline in deadlines}
    assert workdays_late(deadlines, TODAY, statutory()) == expected


def test_a_day_off_between_is_not_yet_a_working_day(client, supervisor, reporter):
    late(reporter.unit, 1)  # Sunday: Monday is the first working day after
    late(reporter.unit, 3)
    sign_in(client, supervisor)
    assert client.get("/reminders/overdue/").text.count("1个工作日</b>") == 2


def test_only_the_office_oversees_and_only_a_supervisor_urges(client, reporter, leader, approver, supervisor):
    duty_id = late(reporter.unit).id
    sign_in(client, reporter)
    assert client.get("/reminders/overdue/").status_code == 403
    for user in (leader, approver):
        sign_in(client, user)
        page = client.get("/reminders/overdue/")
        assert page.status_code == 200
        assert 'name="duty" value' not in page.text
        assert client.post("/reminders/overdue/urge", data={"duty": duty_id}).status_code == 403
    sign_in(client, supervisor)
    assert 'name="duty" value' in client.get("/reminders/overdue/").text


def test_nothing_overdue_is_said(client, supervisor):
    sign_in(client, supervisor)
    assert "没有逾期未办的事项" in client.get("/reminders/overdue/").text


# 催办


def test_an_urge_reaches_reporters_and_head_today_and_stands_in_the_trail(
    client, reporter, head, supervisor, stranger
):
    duties = [late(reporter.unit).id for _ in range(2)]
    people = [reporter.id, head.id]
    sign_in(client, supervisor)
    data = {"duty": duties, "note": "请本周办完"}
    page = client.post("/reminders/overdue/urge", data=data, follow_redirects=True).text
    assert "已催办2项，通知到2人" in page
    assert f"今天已由{supervisor.name}催办" in page
    rows = db.session.execute(db.select(Reminder.recipient_id, Digest.on).join(Digest)).all()
    assert sorted(rows) == sorted([(person, TODAY) for person in people] * 2)
    events = db.session.scalars(db.select(Event).filter_by(kind=URGE)).all()
    assert {(e.subject_id, e.actor_id, e.reason) for e in events} == {
        (duty, supervisor.id, "请本周办完") for duty in duties
    }
    sign_in(client, reporter)
    digest_id = db.session.scalar(db.select(Digest.id).filter_by(recipient_id=reporter.id))
    assert "督查部门催办" in client.get(f"/reminders/{digest_id}").text
    assert "请本周办完" in client.get(f"/reports/duties/{duties[0]}").text


def test_urging_twice_a_day_is_harmless_and_says_who_did(reporter, supervisor):
    duty = late(reporter.unit)
    other = make.user(Role.SUPERVISOR)
    assert urge([duty.id], supervisor, NOW).duties == 1
    again = urge([duty.id], other, NOW + timedelta(hours=2))
    assert (again.duties, len(again.left)) == (0, 1)
    assert f"{supervisor.name}今天09:00已催办" in again.left[0]
    assert len(db.session.scalars(db.select(Reminder)).all()) == 1
    tomorrow = urge([duty.id], other, NOW + timedelta(days=1))
    assert tomorrow.duties == 1


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.DISPUTED, "异议中，时限停着"),
        (State.SUSPENDED, "缓办，时限停着"),
        (State.CLOSING, "已是“待办结”"),
        (State.CLOSED, "已是“已办结”"),
    ],
)
def test_what_cannot_be_urged_is_named_and_left(reporter, supervisor, state, words):
    duty = late(reporter.unit, state=state)
    urged = urge([duty.id], supervisor, NOW)
    assert words in urged.left[0]
    assert db.session.scalars(db.select(Reminder)).all() == []


def test_what_is_not_late_is_not_urged(reporter, supervisor):
    duty = late(reporter.unit, 0)
    assert "没有逾期" in urge([duty.id], supervisor, NOW).left[0]


def test_a_unit_without_people_is_named(supervisor):
    duty = late(make.unit("市科技局"))
    assert "没有启用的填报员和负责人" in urge([duty.id], supervisor, NOW).left[0]


def test_an_urge_after_the_morning_makes_the_digest_unread_again(client, reporter, supervisor):
    duty = late(reporter.unit)
    urge([duty.id], supervisor, NOW)
    db.session.commit()
    digest = db.session.scalars(db.select(Digest)).one()
    reminders.mark_read(digest, reporter, NOW + timedelta(minutes=5))
    assert unread_count(reporter) == 0
    urge([late(reporter.unit).id], supervisor, NOW + timedelta(hours=5))
    db.session.commit()
    assert unread_count(reporter) == 1
    reminders.mark_read(digest, reporter, NOW + timedelta(hours=6))
    assert unread_count(reporter) == 0


# The last contact


def test_the_last_contact_is_the_latest_of_reminder_urge_and_report(reporter, supervisor):
    duty = late(reporter.unit)
    assert queries.contacts([duty.id]) == {}
    make.report(duty, submitted_at=NOW - timedelta(days=2))
    assert queries.contacts([duty.id])[duty.id].words == "单位报送进展"
    urge([duty.id], supervisor, NOW)
    db.session.commit()
    contact = queries.contacts([duty.id])[duty.id]
    assert (contact.words, contact.who, contact.told, contact.read) == ("催办", supervisor.name, 1, 0)
    reminders.mark_read(db.session.scalars(db.select(Digest)).one(), reporter, NOW + timedelta(hours=1))
    assert queries.contacts([duty.id])[duty.id].read == 1


def test_what_the_office_read_is_not_what_the_unit_read(reporter, supervisor):
    """Five working days late the supervisors hear of it too; that proves nothing about the unit."""
    duty = late(reporter.unit, 7)
    reminders_made = [
        Reminder(
            assignment_id=duty.id,
            step="+5",
            deadline=duty.deadline,
            recipient_id=person.id,
            made_on=TODAY,
            made_at=NOW,
            digest_id=digest(person, read).id,
        )
        for person, read in ((reporter, None), (supervisor, NOW))
    ]
    db.session.add_all(reminders_made)
    db.session.commit()
    contact = queries.contacts([duty.id])[duty.id]
    assert (contact.told, contact.read) == (1, 0)
    assert "已逾期5个工作日以上" in contact.words


def digest(person, read_at):
    row = Digest(recipient_id=person.id, on=TODAY, made_at=NOW, read_at=read_at)
    db.session.add(row)
    db.session.commit()
    return row


def test_more_rows_do_not_ask_more_questions(client, supervisor, reporter):
    sign_in(client, supervisor)

    def add(number):
        for n in range(number):
            duty = late(make.user(unit_=make.unit(f"单位{n}")).unit, 3 + n)
            make.report(duty)
        return [duty.id]

    def asked():
        with statements() as sent:
            page = client.get("/reminders/overdue/")
        assert page.status_code == 200
        return len(sent), len(re.findall('name="duty" value', page.text))

    client.post("/reminders/overdue/urge", data={"duty": add(4)})
    asked()
    few, shown = asked()
    add(30)
    assert asked() == (few, shown + 30)
