"""Periods of recurring tasks: which there are, and that every unit gets each of them once."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests import make
from tests.conftest import NOW
from tests.documents.readings import TEXT, point, reading, task, unit
from tracker.accounts.models import UnitKind
from tracker.audit import Event
from tracker.db import db
from tracker.documents import queries as documents
from tracker.documents.deadlines import Deadline, recurrence_rule
from tracker.errors import Invalid
from tracker.tasks import actions, intake
from tracker.tasks.jobs import make_recurring
from tracker.tasks.models import Assignment, Duty, Reporting, Task
from tracker.tasks.recurring import begun, in_words, periods, running
from tracker.workflow import State, TaskState

MONTHLY = "FREQ=MONTHLY;BYMONTHDAY=5"
QUARTERLY = "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"
FIRST, YEAR_END = date(2020, 6, 18), date(2020, 12, 31)
KINDS = {
    "weekly": "每周",
    "biweekly": "每两周",
    "tenday": "每旬",
    "semimonthly": "每半月",
    "monthly": "每月",
    "bimonthly": "每两个月",
    "quarterly": "每季度",
    "semiannual": "每半年",
    "yearly": "每年",
    "biennial": "每两年",
}


def labels(rule, first=FIRST, last=YEAR_END):
    return [period.label for period in periods(rule, first, last)]


def moment(day, month=7, year=2020):
    return datetime(year, month, day, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (MONTHLY, ["2020-07", "2020-08", "2020-09", "2020-10", "2020-11", "2020-12"]),
        (QUARTERLY, ["2020-Q2", "2020-Q3", "2020-Q4"]),
        ("FREQ=MONTHLY;BYMONTH=1,4,7,10;BYMONTHDAY=10", ["2020-Q3", "2020-Q4"]),
        ("FREQ=MONTHLY;BYMONTH=6,12;BYMONTHDAY=-1", ["2020-H1", "2020-H2"]),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1", ["2020"]),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1;UNTIL=20200731", ["2020-06", "2020-07"]),
        ("FREQ=MONTHLY;BYMONTHDAY=15,-1;UNTIL=20200731", ["2020-06-30", "2020-07-15", "2020-07-31"]),
        ("FREQ=WEEKLY;BYDAY=FR;UNTIL=20200703", ["2020-W25", "2020-W26", "2020-W27"]),
        ("FREQ=DAILY", []),
        (None, []),
    ],
)
def test_periods_are_called_after_their_due_day(rule, expected):
    assert labels(rule) == expected


def test_a_period_begins_the_day_after_the_last_due_day():
    assert list(periods(MONTHLY, FIRST, date(2020, 8, 20))) == [
        ("2020-07", FIRST, date(2020, 7, 5)),
        ("2020-08", date(2020, 7, 6), date(2020, 8, 5)),
    ]


def test_the_year_of_a_week_is_that_of_its_thursday():
    assert labels("FREQ=WEEKLY;BYDAY=SU", date(2020, 12, 28), date(2021, 1, 10)) == ["2020-W53", "2021-W01"]


@given(
    st.sampled_from(list(KINDS)),
    st.none() | st.integers(1, 7),
    st.dates(date(2004, 1, 1), date(2030, 12, 31)),
    st.integers(0, 900),
)
def test_the_periods_of_a_rule_lie_end_to_end_and_each_has_its_own_name(kind, day, first, length):
    last = first + timedelta(days=length)
    found = list(periods(recurrence_rule(Deadline(recurring=kind, day=day)), first, last))
    assert len({period.label for period in found}) == len(found)
    assert all(period.starts_on <= period.deadline <= last for period in found)
    assert all(b.starts_on == a.deadline + timedelta(days=1) for a, b in pairwise(found))
    assert not found or found[0].starts_on == first


def test_who_comes_today_gets_the_period_that_is_not_over():
    assert running(MONTHLY, FIRST, YEAR_END, date(2020, 8, 5)).label == "2020-08"
    assert running(MONTHLY, FIRST, YEAR_END, date(2020, 8, 6)).label == "2020-09"
    assert running(MONTHLY, FIRST, YEAR_END, date(2020, 12, 6)) is None


def test_what_has_begun_and_nobody_was_given_is_caught_up():
    days = date(2020, 7, 5), date(2020, 9, 6)
    assert [p.label for p in begun(MONTHLY, FIRST, YEAR_END, *days)] == ["2020-08", "2020-09", "2020-10"]


def test_a_rule_is_said_in_words():
    said = {kind: in_words(recurrence_rule(Deadline(recurring=kind))) for kind in ["daily", *KINDS]}
    assert said == {"daily": "每日"} | KINDS
    assert in_words(None) == ""


# In the ledger


@pytest.fixture
def monthly(app, supervisor) -> Task:
    """A task of every month by the 5th, of two areas and a bureau, adopted on the day of its document."""
    make.group("各县（区）", *(make.unit(name, kind=UnitKind.AREA) for name in ("定海区", "普陀区")))
    make.unit("市教育局")
    names = (unit(2, "各县（区）"), unit(3, "市教育局", Duty.LEAD))
    row = task(4, recurrence=MONTHLY, deadline="2020-12-31")
    text = reading(point(1, row, units=names))
    document = make.document(text=TEXT, reading=text.as_json())
    (made,) = intake.adopt(document, documents.directory(), supervisor, NOW)
    db.session.commit()
    return made


def carried(period) -> dict[str, State]:
    query = select(Assignment).where(Assignment.period == period).order_by(Assignment.id)
    return {duty.unit.name: duty.state for duty in db.session.scalars(query)}


def test_adoption_gives_the_period_in_which_the_document_was_issued(monthly):
    assert {(d.period, d.starts_on, d.deadline, d.original_deadline) for d in monthly.assignments} == {
        ("2020-07", FIRST, date(2020, 7, 5), date(2020, 7, 5))
    }
    assert carried("2020-07").keys() == {"定海区", "普陀区", "市教育局"}


def test_the_next_period_is_made_when_it_begins_and_only_once(monthly):
    assert make_recurring(moment(5)) == 0
    assert make_recurring(moment(6)) == 3
    assert make_recurring(moment(6)) == 0

    lead = db.session.scalar(
        select(Assignment).where(Assignment.period == "2020-08", Assignment.duty == Duty.LEAD)
    )
    assert (lead.unit.name, lead.state, lead.progress) == ("市教育局", State.ISSUED, 0)
    assert (lead.starts_on, lead.deadline) == (date(2020, 7, 6), date(2020, 8, 5))
    (event,) = db.session.scalars(select(Event).where(Event.kind == "task.make_period"))
    assert (event.subject_id, event.details) == (monthly.id, {"period": "2020-08", "times": 3})


def test_after_a_pause_of_the_scheduler_every_period_is_there_with_its_own_days(monthly):
    assert make_recurring(moment(10, month=10)) == 12
    assert carried("2020-11").keys() == {"定海区", "普陀区", "市教育局"}
    days = db.session.scalars(select(Assignment.deadline).distinct().order_by(Assignment.deadline))
    assert list(days) == [date(2020, month, 5) for month in range(7, 12)]
    assert carried("2020-07") == dict.fromkeys(["定海区", "普陀区", "市教育局"], State.ISSUED)


def test_nothing_is_made_behind_the_task_s_end(monthly):
    make_recurring(moment(1, month=3, year=2021))
    assert db.session.scalar(select(Assignment.period).order_by(Assignment.deadline.desc())) == "2020-12"


def test_a_unit_taken_off_the_latest_period_gets_no_further_ones(monthly, approver):
    gone = next(duty for duty in monthly.assignments if duty.unit.name == "普陀区")
    actions.withdraw(gone, approver, NOW, "区里已无此项工作")
    make_recurring(moment(6))
    assert carried("2020-08").keys() == {"定海区", "市教育局"}


def test_a_unit_added_later_carries_the_latest_period_and_those_to_come(monthly, supervisor):
    make_recurring(moment(6))
    db.session.expire_all()
    added = actions.add_unit(monthly, make.unit("市财政局"), Duty.SUPPORT, supervisor, moment(20))
    db.session.commit()
    assert (added.period, added.starts_on, added.deadline) == (
        "2020-08",
        date(2020, 7, 20),
        date(2020, 8, 5),
    )
    make_recurring(moment(6, month=8))
    assert "市财政局" in carried("2020-09")


def test_a_withdrawn_task_and_one_without_periods_are_left_alone(monthly):
    make.assignment(task_=make.task(recurrence=MONTHLY))
    make_recurring(moment(5))
    monthly.recurrence = None
    db.session.commit()
    assert make_recurring(moment(6, month=9)) == 0


def test_a_rule_without_a_due_day_left_gives_one_duty_to_the_end(app):
    late = make.task(recurrence=MONTHLY, starts_on=date(2020, 12, 10))
    intake.issue(late, {make.unit().id: Duty.LEAD}, date(2020, 12, 10), NOW)
    db.session.commit()
    (duty,) = late.assignments
    assert (duty.period, duty.deadline) == ("", YEAR_END)


# 填报要求


def test_the_reporting_rule_is_set_with_its_event(supervisor):
    task_ = make.assignment().task
    actions.set_reporting(task_, Reporting.MONTHLY, supervisor, NOW)
    actions.set_reporting(task_, Reporting.MONTHLY, supervisor, NOW)
    db.session.commit()
    assert task_.reporting is Reporting.MONTHLY
    (event,) = db.session.scalars(select(Event).where(Event.kind == "task.set_reporting"))
    assert event.details == {"reporting": ["按节点", "按月"]}


def test_a_recurring_task_is_reported_on_with_its_periods(monthly, supervisor):
    with pytest.raises(Invalid, match="每期到期时填报"):
        actions.set_reporting(monthly, Reporting.MONTHLY, supervisor, NOW)
    assert monthly.state is TaskState.PUBLISHED
