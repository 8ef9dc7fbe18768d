"""Reminder rules adopted, in force from their day, and previewed against the month before."""

from datetime import date, datetime, time, timedelta

import pytest

from tests import make
from tests.conftest import NOW, sign_in
from tracker import audit
from tracker.clock import SHANGHAI
from tracker.db import db
from tracker.errors import Invalid, WrongState
from tracker.reminders import actions as reminders
from tracker.reminders.models import Reminder
from tracker.reminders.policy import actions, queries
from tracker.reminders.policy.models import ReminderRules
from tracker.reminders.policy.rules import Rules
from tracker.reminders.rules import USUAL, may_send, send_from
from tracker.tasks.models import Level
from tracker.workdays import statutory
from tracker.workflow import State

TODAY = date(2020, 7, 6)
TOMORROW = NOW + timedelta(days=1)
QUIET = Rules(
    dict.fromkeys(("ordinary", "key", "supervised"), USUAL._replace(before=(), after=(4,), weekly=0))
)
ONLY_KEY = Rules({"ordinary": QUIET.levels["ordinary"], "key": USUAL, "supervised": USUAL})
SAID = {
    f"{level}-{name}": said
    for level in ("ordinary", "key", "supervised")
    for name, said in {
        "before": "1、5",
        "on_day": "y",
        "after": "2",
        "weekly": "10",
        "head_from": "0",
        "office_from": "99",
        "unsigned_after": "3",
    }.items()
} | {"first": "09:00", "last": "17:00", "reason": "一般任务少打扰"}


def steps() -> list[str]:
    return sorted(db.session.scalars(db.select(Reminder.step)))


def test_the_programs_own_rules_hold_until_others_are_adopted(supervisor):
    assert queries.in_force(TODAY) == Rules()
    actions.adopt(QUIET, supervisor, NOW, "少打扰")
    assert queries.in_force(TODAY) == Rules()
    assert queries.in_force(TODAY + timedelta(days=1)) == QUIET


def test_of_two_adopted_on_one_day_the_later_holds(supervisor):
    actions.adopt(QUIET, supervisor, NOW, "少打扰")
    actions.adopt(ONLY_KEY, supervisor, NOW, "重点任务照旧")
    assert queries.in_force(TODAY + timedelta(days=1)) == ONLY_KEY
    assert [one.version for one in queries.versions()] == [3, 2]


def test_the_job_reminds_by_the_rules_of_the_day(reporter, supervisor):
    make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 7, 9))  # T-3 today, T-2 tomorrow
    make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 7, 1))  # +3 today, +4 tomorrow
    actions.adopt(QUIET, supervisor, NOW, "少打扰")

    reminders.remind(NOW, statutory())
    assert steps() == ["+3", "T-3"]
    reminders.remind(TOMORROW, statutory())
    assert steps() == ["+3", "+4", "T-3"]


def test_each_level_has_its_own_steps(reporter, supervisor):
    actions.adopt(ONLY_KEY, supervisor, NOW, "重点任务照旧")
    for level in (Level.ORDINARY, Level.KEY):
        duty = make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 7, 8))
        duty.task.level = level
    db.session.flush()
    assert reminders.remind(TOMORROW, statutory()) == 1
    assert steps() == ["T-1"]


def test_unsigned_duties_are_not_called_for_where_the_rules_say_so(reporter, supervisor):
    levels = dict.fromkeys(("ordinary", "key", "supervised"), USUAL._replace(unsigned_after=0))
    actions.adopt(Rules(levels), supervisor, NOW - timedelta(days=5), "电话提醒")
    make.assignment(reporter.unit, issued_at=NOW - timedelta(days=20), deadline=date(2020, 12, 31))
    assert reminders.remind(NOW, statutory()) == 0


def test_hours_may_be_narrower():
    hours = (time(9, 30), time(16))
    early = datetime(2020, 7, 6, 9, 0, tzinfo=SHANGHAI)
    assert not may_send(early, statutory(), hours)
    assert send_from(early, statutory(), hours) == early.replace(minute=30)
    late = datetime(2020, 7, 3, 16, 0, tzinfo=SHANGHAI)
    assert send_from(late, statutory(), hours) == datetime(2020, 7, 6, 9, 30, tzinfo=SHANGHAI)


def test_adopting_what_holds_already_is_refused(supervisor):
    with pytest.raises(Invalid, match="完全一样"):
        actions.adopt(Rules(), supervisor, NOW, "再来一次")


def test_two_who_change_the_rules_do_not_cross(supervisor):
    actions.adopt(QUIET, supervisor, NOW, "少打扰", seen=1)
    with pytest.raises(WrongState, match="新的一版"):
        actions.adopt(ONLY_KEY, supervisor, NOW, "重点任务照旧", seen=1)


def test_the_trail_keeps_who_and_why(supervisor):
    made = actions.adopt(QUIET, supervisor, NOW, "少打扰")
    db.session.flush()
    told = db.session.scalars(db.select(audit.Event).filter_by(kind="reminder_rules.adopt")).one()
    assert (told.subject_id, told.actor_id, told.reason) == (made.id, supervisor.id, "少打扰")
    assert told.details == {"version": 2, "valid_from": "2020-07-07"}


def test_a_preview_by_the_present_rules_agrees_with_what_was_sent(reporter, head, supervisor, stranger):
    """Every working day of June, as the job did it."""
    issued = datetime(2020, 6, 8, 2, tzinfo=SHANGHAI)
    signed = {"issued_at": issued, "received_at": issued, "state": State.ACTIVE}
    for deadline in (date(2020, 5, 20), date(2020, 6, 12), date(2020, 6, 30), date(2020, 7, 3)):
        make.assignment(reporter.unit, deadline=deadline, **signed)
        make.assignment(stranger.unit, deadline=deadline, **signed)
    make.assignment(stranger.unit, deadline=date(2020, 9, 30), issued_at=issued)
    day = datetime(2020, 6, 9, 8, 50, tzinfo=SHANGHAI)
    while day.month == 6:
        reminders.remind(day, statutory())
        day += timedelta(days=1)

    found = queries.preview(QUIET, TODAY, statutory())
    assert (found.first, found.last) == (date(2020, 6, 1), date(2020, 6, 30))
    assert found.total.sent > 20
    assert [line.sent for line in found.steps] == [line.present for line in found.steps]
    assert [line.sent for line in found.units] == [line.present for line in found.units]
    assert 0 < found.total.draft < found.total.present
    assert {line.label for line in found.steps if line.draft} == {
        "今天到期",
        "已逾期4个工作日以上",
        "下达后仍未签收",
    }


def test_what_was_handed_in_or_closed_is_not_called_for_in_a_preview(reporter):
    issued = datetime(2020, 5, 8, 2, tzinfo=SHANGHAI)
    early = issued + timedelta(days=28)  # 5 June
    handed_in = {"submitted_at": early, "issued_at": issued, "received_at": issued}
    make.assignment(
        reporter.unit, deadline=date(2020, 6, 24), state=State.CLOSED, closed_on=date(2020, 6, 8), **handed_in
    )
    make.assignment(reporter.unit, deadline=date(2020, 6, 24), state=State.CLOSING, **handed_in)
    assert queries.preview(QUIET, TODAY, statutory()).total == ("合计", 0, 0, 0)


def test_from_the_form_over_the_preview_to_tomorrow(client, supervisor, reporter):
    make.assignment(
        reporter.unit, state=State.ACTIVE, deadline=date(2020, 6, 30), issued_at=NOW - timedelta(40)
    )
    sign_in(client, supervisor)
    assert "7、3、1" in client.get("/reminders/rules/new").text

    shown = client.post("/reminders/rules/preview", data=SAID | {"seen": "1"})
    assert shown.status_code == 200
    assert "2020年6月按新规则会发出什么" in shown.text
    assert "5个工作日内到期" in shown.text
    assert db.session.scalar(db.select(db.func.count(ReminderRules.id))) == 0

    done = client.post("/reminders/rules/", data=SAID | {"seen": "1"}, follow_redirects=True)
    assert "第2版提醒规则已启用，从明天起执行" in done.text
    assert "一般任务少打扰" in done.text
    ordinary = queries.in_force(TODAY + timedelta(days=1)).levels["ordinary"]
    assert (ordinary.before, ordinary.after, ordinary.head_from) == ((5, 1), (2,), 0)
    assert "5、1" in client.get("/reminders/rules/new").text
    assert "7、3、1" in client.get("/reminders/rules/new?version=1").text
    assert client.get("/reminders/rules/new?version=9").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ordinary-before": "七天"}, "只写数字，用顿号隔开"),
        ({"key-after": ""}, "逾期后至少提醒一次"),
        ({"supervised-weekly": "99"}, "只能是0至20"),
        ({"reason": " "}, "请写明修改理由"),
        ({"first": "07:00"}, "field-error"),
        ({"last": "09:30"}, "至少要比开始晚一小时"),
    ],
)
def test_a_form_that_will_not_do_comes_back(client, supervisor, wrong, said):
    sign_in(client, supervisor)
    for address in ("/reminders/rules/preview", "/reminders/rules/"):
        answer = client.post(address, data=SAID | wrong)
        assert answer.status_code == 422
        assert said in answer.text
        assert 'value="1、5"' in answer.text  # what was typed is not lost


def test_who_reads_the_rules_and_who_changes_them(client, leader, supervisor):
    sign_in(client, leader)
    page = client.get("/reminders/rules/").text
    assert "现行第1版" in page
    assert "修改规则" not in page
    assert "提醒规则" in client.get("/reminders/").text
    assert client.post("/reminders/rules/", data=SAID).status_code == 403
    sign_in(client, supervisor)
    assert "修改规则" in client.get("/reminders/rules/").text
