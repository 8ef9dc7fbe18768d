"""Rosters made and changed; objects entered, taken step by step, struck off; what the trail tells."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tests.make import HOUSEHOLDS
from tracker.accounts.models import Role
from tracker.audit import Event
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Forbidden, Invalid, WrongState
from tracker.rosters import actions as rosters
from tracker.rosters import queries
from tracker.rosters.entries import actions
from tracker.rosters.entries.actions import Done, Filled
from tracker.rosters.models import RosterEntry, RosterTemplate
from tracker.rosters.rules import Column, RosterStep, Shape, Tally
from tracker.tasks.demands.models import Demand
from tracker.tasks.models import DeadlineBasis, Duty
from tracker.workflow import EntryState, TaskState

TODAY = local_date(NOW)
DONE = Done(TODAY)


def events(kind: str) -> list[Event]:
    db.session.flush()
    return list(db.session.scalars(db.select(Event).where(Event.kind == kind).order_by(Event.id)))


def test_a_step_set_by_hand_is_held_against_the_rules_of_relief(reporter, supervisor):
    """NOW is Monday 6 July 09:00: Thursday the 9th is the first day that leaves three working days."""
    task = make.assignment(reporter.unit, make.task(deadline=date(2020, 7, 8))).task
    steps = RosterStep("s1", "走访", "2020-07-09"), RosterStep("s2", "上报", "2020-07-08")
    shape = Shape(steps=steps)
    roster = rosters.create(
        task, rosters.Draft("走访", "", shape), supervisor, NOW
    )  # the 8th is the task's own

    def edit(due, hurry=""):
        moved = replace(shape, steps=(replace(steps[0], due=due), steps[1]))
        rosters.edit(roster, rosters.Draft("走访", "", moved), supervisor, NOW, hurry)

    with pytest.raises(Invalid, match="至少留3个工作日"):
        edit("2020-07-07")
    assert roster.shape.open_steps[-1].due == "2020-07-09"
    edit("2020-07-07", "省里后天来查")
    edit("2020-07-20")  # more time asks for nothing
    db.session.flush()
    asked = db.session.scalars(db.select(Demand).order_by(Demand.id)).all()
    assert [(one.due_on.day, one.reason, one.unit) for one in asked] == [
        (9, "", reporter.unit),
        (7, "省里后天来查", reporter.unit),
    ]
    assert [event.details.get("hurry") for event in events("roster.edit")] == ["省里后天来查", None]


def test_a_roster_goes_the_whole_way(reporter, supervisor):
    duty = make.assignment(reporter.unit)
    draft = rosters.Draft("困难户", "", HOUSEHOLDS)
    with pytest.raises(Invalid, match="减负规定"):  # its first step is due in May
        rosters.create(duty.task, draft, supervisor, NOW)
    roster = rosters.create(duty.task, draft, supervisor, NOW, "省里要求补录")
    filled = Filled("张三", {"c1": "330902198001011234", "c4": "8100"})
    other = Filled("张三", {"c1": "330902198001011242"})
    rows = [(reporter.unit_id, filled), (reporter.unit_id, other)]
    first, second = actions.add_many(roster, rows, reporter, NOW)
    assert (first.number, second.number, first.step) == (1, 2, "s5")

    with pytest.raises(Invalid, match="还有步骤没有完成"):
        actions.request_closure(first, reporter, NOW)
    for step in roster.shape.open_steps:
        actions.mark(first, step, DONE, reporter, NOW)
    actions.request_closure(first, reporter, NOW)
    with pytest.raises(Forbidden):
        actions.close(first, reporter, NOW)
    actions.close(first, supervisor, NOW)
    db.session.flush()

    assert (first.state, first.closed_on, second.due_on) == (EntryState.CLOSED, TODAY, date(2020, 5, 31))
    assert queries.tally_of(duty, TODAY) == (Tally(total=2, closed=1, overdue=1), True)
    query = db.select(Event.kind).where(Event.subject_type == "roster_entries").order_by(Event.id)
    kinds = db.session.scalars(query).all()
    assert kinds.count("roster_entry.mark") == 3
    assert kinds[-2:] == ["roster_entry.request_closure", "roster_entry.close"]


def test_who_applied_does_not_confirm(supervisor, reporter):
    entry = make.roster_entry(
        make.roster(), reporter.unit, "s5", "s6", "s7", state=EntryState.CLOSING, applied_by_id=supervisor.id
    )
    with pytest.raises(Forbidden, match="另一人"):
        actions.close(entry, supervisor, NOW)
    assert actions.close_many([entry], supervisor, NOW) == 0
    assert actions.close_many([entry], make.user(Role.SUPERVISOR), NOW) == 1


def test_changing_columns_loses_no_value(reporter, supervisor):
    roster = make.roster()
    entry = make.roster_entry(roster, reporter.unit, values={"c1": "330902198001011234", "c4": "5000"})
    fewer = replace(HOUSEHOLDS, columns=(Column("c1", "证件号"),), steps=HOUSEHOLDS.steps[:2])
    rosters.edit(roster, rosters.Draft("困难户", "", fewer), supervisor, NOW)
    db.session.flush()
    assert (entry.values["c4"], roster.shape.column("c4").is_dropped) == ("5000", True)
    rosters.edit(roster, rosters.Draft("困难户", "", HOUSEHOLDS), supervisor, NOW)
    assert roster.shape.shown_columns == list(HOUSEHOLDS.columns)
    told = events("roster.edit")[0].details
    assert "人均收入" in told["columns"][0]
    assert "人均收入" not in told["columns"][1]


def test_a_step_more_or_another_day_sets_what_is_due_next(reporter, supervisor):
    roster = make.roster()
    begun = make.roster_entry(roster, reporter.unit, "s5")
    ready = make.roster_entry(roster, reporter.unit, "s5", "s6", "s7")
    later = replace(HOUSEHOLDS.steps[1], due="2020-08-31")
    shape = replace(HOUSEHOLDS, steps=(HOUSEHOLDS.steps[0], later, HOUSEHOLDS.steps[2]))
    rosters.edit(roster, rosters.Draft("甲", "", shape), supervisor, NOW)
    db.session.expire_all()
    assert (begun.step, begun.due_on) == ("s6", date(2020, 8, 31))
    visit = replace(later, key="", title="走访", due="2020-09-30")
    rosters.edit(
        roster, rosters.Draft("甲", "", replace(shape, steps=(*shape.steps, visit))), supervisor, NOW
    )
    db.session.expire_all()
    assert (ready.step, ready.due_on, begun.step) == ("s8", date(2020, 9, 30), "s6")


def test_a_step_is_not_done_tomorrow_nor_below_its_number(reporter):
    entry = make.roster_entry(make.roster(), reporter.unit, values={"c4": "7000"})
    first, _, income = entry.roster.shape.open_steps
    with pytest.raises(Invalid, match="晚于今天"):
        actions.mark(entry, first, Done(TODAY + timedelta(days=1)), reporter, NOW)
    with pytest.raises(Invalid, match="现在是7000元"):
        actions.mark_many([entry], income, DONE, reporter, NOW)
    assert actions.mark_many([entry], first, DONE, reporter, NOW) == 1
    assert not actions.mark(entry, first, DONE, reporter, NOW)  # twice is once
    actions.unmark(entry, first, reporter, NOW)
    db.session.flush()
    assert (entry.step, entry.marks) == ("s5", [])


def test_a_step_is_not_done_before_the_year_of_the_task(reporter):
    entry = make.roster_entry(make.roster(), reporter.unit)
    first = entry.roster.shape.open_steps[0]
    with pytest.raises(Invalid, match="应在2020-01-01以后"):
        actions.mark(entry, first, Done(date(2019, 12, 31)), reporter, NOW)
    assert actions.mark(entry, first, Done(date(2020, 1, 1)), reporter, NOW)


def test_a_household_is_entered_once_in_its_unit(reporter, stranger, supervisor):
    roster = make.roster()
    known = Filled("张三", {"c1": "33090219800101123X"})
    actions.add(roster, reporter.unit, known, reporter, NOW)
    again = Filled("张三", {"c1": "33090219800101123x", "c4": "5000"})
    with pytest.raises(Invalid, match="序号1"):
        actions.add(roster, reporter.unit, again, reporter, NOW)
    with pytest.raises(Invalid, match="另一行"):
        actions.add_many(roster, [(stranger.unit_id, known), (stranger.unit_id, again)], None, NOW)
    actions.add(roster, stranger.unit, again, stranger, NOW)
    other = actions.add(roster, reporter.unit, Filled("李四", known.values), reporter, NOW)
    with pytest.raises(Invalid, match="序号1"):
        actions.edit(other, Filled("张三", {}), reporter, NOW)
    db.session.rollback()


def test_what_waits_or_is_closed_is_not_changed(reporter, supervisor):
    entry = make.roster_entry(make.roster(), reporter.unit, "s5", "s6", "s7", state=EntryState.CLOSING)
    with pytest.raises(WrongState, match="待确认"):
        actions.edit(entry, Filled("李四", {}), reporter, NOW)
    actions.send_back(entry, supervisor, NOW, "收入没有佐证")
    assert actions.edit(entry, Filled("李四", {}), reporter, NOW)
    actions.withdraw(entry, supervisor, NOW, "已迁出")
    db.session.flush()
    assert queries.tallies([entry.roster_id], TODAY) == {}
    actions.reopen(entry, supervisor, NOW, "迁回")
    assert entry.state is EntryState.ACTIVE


def test_a_withdrawn_tasks_roster_is_filled_no_more(reporter):
    roster = make.roster(make.task(state=TaskState.WITHDRAWN))
    with pytest.raises(WrongState, match="台账不能再填写"):
        actions.add(roster, reporter.unit, Filled("张三", {}), reporter, NOW)


def test_the_trail_masks_what_is_masked(reporter, supervisor):
    entry = make.roster_entry(make.roster(), reporter.unit, values={"c1": "330902198001011234"})
    changed = Filled("李四", {"c1": "330902198001019999", "c4": "6000"})
    actions.edit(entry, changed, reporter, NOW)
    details = events("roster_entry.edit")[0].details
    assert details["户主"] == ["张*", "李*"]
    assert details["身份证号"] == ["3309********34", "3309********99"]
    assert details["人均收入"] == ["", "6000"]


def test_an_unmasking_is_an_event_with_its_reason(reporter, stranger, leader):
    entry = make.roster_entry(make.roster(), reporter.unit)
    with pytest.raises(Invalid, match="用途"):
        actions.tell_unmasked(entry, reporter, NOW, " ")
    for other in (stranger, leader):
        with pytest.raises(Forbidden):
            actions.tell_unmasked(entry, other, NOW, "看看")
    actions.tell_unmasked(entry, reporter, NOW, "上门核对身份")
    (told,) = events("roster_entry.unmask")
    assert (told.actor_id, told.subject_id, told.reason) == (reporter.id, entry.id, "上门核对身份")


def test_a_duty_answers_for_its_own_objects_or_for_all(reporter):
    task = make.task()
    area = make.assignment(reporter.unit, task, duty=Duty.RESPONSIBLE)
    department = make.assignment(make.unit("市民政局"), task, duty=Duty.RESPONSIBLE)
    support = make.assignment(make.unit("市财政局"), task, duty=Duty.SUPPORT)
    assert queries.tally_of(area, TODAY) is None
    roster = make.roster(task)
    make.roster_entry(roster, reporter.unit, state=EntryState.CLOSED)
    make.roster_entry(roster, make.unit("普陀区"))
    make.roster_entry(roster, make.unit("普陀区"), state=EntryState.WITHDRAWN)
    assert queries.tally_of(area, TODAY) == (Tally(1, 1, 0, 0), True)
    assert queries.tally_of(department, TODAY) == (Tally(2, 1, 0, 1), False)
    assert queries.tally_of(support, TODAY) is None


def test_the_nodes_of_the_document_become_steps():
    point = make.work_point()
    days = {"确定责任部门": date(2020, 5, 31), "制定办法": date(2020, 6, 30)}
    for title, day in days.items():
        make.task(work_point=point, title=title, deadline=day, deadline_basis=DeadlineBasis.TEXT)
    make.task(work_point=point, title="建好台账", deadline=date(2020, 12, 31))
    last = make.task(work_point=point, title="全部达标", deadline=date(2020, 12, 31))
    steps = queries.dated_steps(last)
    assert [(step.title, step.due) for step in steps] == [
        ("确定责任部门", "2020-05-31"),
        ("制定办法", "2020-06-30"),
        ("全部达标", "2020-12-31"),
    ]


def test_templates_are_loaded_once_and_a_roster_can_become_one(supervisor):
    assert rosters.load_templates(supervisor, NOW) == 4
    assert rosters.load_templates(supervisor, NOW) == 0
    kept = rosters.keep_template(make.roster(), "我的模板", supervisor, NOW)
    assert [step.due for step in kept.shape.steps] == ["05-31", "07-31", "12-31"]
    assert db.session.scalar(db.select(db.func.count(RosterTemplate.id))) == 5


def test_numbers_are_given_once(reporter):
    roster = make.roster()
    for _ in range(2):
        actions.add_many(roster, [(reporter.unit_id, Filled("张三", {}))] * 3, reporter, NOW)
    assert list(db.session.scalars(db.select(RosterEntry.number))) == [1, 2, 3, 4, 5, 6]
