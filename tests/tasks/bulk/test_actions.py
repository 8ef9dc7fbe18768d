"""A bulk change: preview, make, undo."""

from datetime import date, timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tracker.audit import Event
from tracker.db import db
from tracker.errors import Forbidden, Invalid, WrongState
from tracker.tasks import actions as duties
from tracker.tasks.bulk import actions, queries
from tracker.tasks.models import Assignment, BulkChange, Ground, Level
from tracker.tasks.requests import actions as requests
from tracker.workflow import State

TODAY, DEADLINE, LATER = date(2020, 7, 6), date(2020, 7, 31), "2020-09-30"


def change_to(said, what="deadline"):
    return queries.change_of(what, str(said))


def seen(*assignments, level=False):
    return {one.id: one.task.version if level else one.version for one in assignments}


def several(number=3, **columns):
    return [
        make.assignment(make.unit(f"单位{n}"), deadline=DEADLINE, **{"state": State.ACTIVE} | columns)
        for n in range(number)
    ]


def made(supervisor, *assignments, said=LATER, what="deadline"):
    seen_ = seen(*assignments, level=what == "level")
    bulk = actions.make(change_to(said, what), seen_, supervisor, NOW, "统一调整")
    db.session.flush()
    return bulk


def obstacle(assignment, said=LATER, what="deadline"):
    return queries.lines(change_to(said, what), [assignment], TODAY)[0].obstacle


def test_deadlines_move_and_the_original_stays(supervisor):
    bulk = made(supervisor, *(rows := several()))
    assert {(row.deadline, row.original_deadline) for row in rows} == {(date(2020, 9, 30), DEADLINE)}
    assert bulk.changes[0] == ["assignments", rows[0].id, "deadline", "2020-07-31", "2020-09-30"]


def test_each_row_and_the_whole_are_recorded(supervisor):
    made(supervisor, *several(2))
    events = db.session.scalars(db.select(Event).order_by(Event.id)).all()
    assert [event.kind for event in events] == ["assignment.change"] * 2 + ["bulk_change.make"]
    assert {event.reason for event in events} == {"统一调整"}
    assert events[0].details == {"deadline": ["2020-07-31", "2020-09-30"]}


def test_the_unit_changes_before_it_has_signed(supervisor):
    duty, other = make.assignment(), make.unit("市民政局")
    quota = make.quota(make.target(duty.task), duty.unit, 3)
    made(supervisor, duty, said=other.id, what="unit")
    assert (duty.unit_id, duty.issued_at, quota.unit_id) == (other.id, NOW, other.id)


def test_a_level_changes_for_the_whole_task_once(supervisor):
    task = make.task()
    both = [make.assignment(make.unit(name), task) for name in ("市财政局", "市民政局")]
    bulk = made(supervisor, *both, said="key", what="level")
    assert (task.level, len(bulk.changes)) == (Level.KEY, 1)
    lines = queries.lines(change_to("supervised", "level"), both[:1], TODAY)
    assert lines[0].note == "同一任务的另外1个单位一并改变"


@pytest.mark.parametrize(
    ("columns", "said", "words"),
    [
        ({"state": State.CLOSED}, LATER, "已办结"),
        ({"state": State.WITHDRAWN}, LATER, "已中止"),
        ({"state": State.CLOSING}, LATER, "已申请办结"),
        ({"state": State.DISPUTED}, LATER, "异议中"),
        ({"state": State.SUSPENDED}, LATER, "缓办中"),
        ({"starts_on": date(2020, 8, 1)}, "2020-07-20", "早于起始日"),
        ({}, "2020-07-05", "已经过去"),
        ({}, "2020-07-31", "与现在相同"),
        ({}, LATER, ""),
        ({"state": State.ISSUED}, LATER, ""),
    ],
)
def test_what_stands_against_a_new_deadline(columns, said, words):
    found = obstacle(make.assignment(**{"state": State.ACTIVE, "deadline": DEADLINE} | columns), said)
    assert words in found
    assert bool(found) == bool(words)


def test_an_open_ended_duty_has_no_deadline_to_change():
    duty = make.assignment(task_=make.task(is_open_ended=True), state=State.ACTIVE)
    assert "长期坚持" in obstacle(duty)


def test_a_waiting_extension_is_answered_first(head):
    duty = make.assignment(head.unit, state=State.ACTIVE, deadline=DEADLINE)
    requests.ask_extension(duty, head, NOW, requests.Wish(date(2020, 8, 31), "停工"))
    db.session.flush()
    assert "延期申请" in obstacle(duty)


@pytest.mark.parametrize(
    ("state", "words"),
    [(State.ACTIVE, "已签收"), (State.DISPUTED, "答复异议"), (State.CLOSED, "已办结"), (State.ISSUED, "")],
)
def test_what_stands_against_another_unit(state, words):
    found = obstacle(make.assignment(state=state), make.unit("市民政局").id, "unit")
    assert words in found
    assert bool(found) == bool(words)


def test_a_unit_carries_a_task_once():
    task, other = make.task(), make.unit("市民政局")
    first, second = (make.assignment(make.unit(name), task) for name in ("市财政局", "市教育局"))
    lines = queries.lines(change_to(other.id, "unit"), [first, second], TODAY)
    assert [line.obstacle for line in lines] == ["", "该单位已承办这个任务"]
    make.assignment(other, task)
    assert obstacle(first, other.id, "unit") == "该单位已承办这个任务"


def test_each_period_is_carried_by_itself():
    task, unit, other = make.task(), make.unit(), make.unit("市民政局")
    june, july = (make.assignment(unit, task, period=period) for period in ("2020-06", "2020-07"))
    lines = queries.lines(change_to(other.id, "unit"), [june, july], TODAY)
    assert [line.obstacle for line in lines] == ["", ""]


@pytest.mark.parametrize(
    ("what", "said"),
    [("deadline", "明天"), ("deadline", ""), ("unit", "99999"), ("level", "x"), ("state", "1")],
)
def test_nonsense_is_refused(app, what, said):
    with pytest.raises(Invalid, match="请"):
        queries.change_of(what, said)


def test_a_row_changed_since_the_preview_stops_all_and_says_who(supervisor, head):
    duty = make.assignment(head.unit, deadline=DEADLINE)
    others = several(2)
    shown = seen(duty, *others)
    duties.receive(duty, head, NOW)
    db.session.commit()
    with pytest.raises(WrongState, match=f"1项已有变动.*{head.unit.name}.*{head.name}已于7月6日09:00“签收”"):
        actions.make(change_to(LATER), shown, supervisor, NOW, "统一调整")
    assert {one.deadline for one in (duty, *others)} == {DEADLINE}
    assert db.session.scalar(db.select(db.func.count(BulkChange.id))) == 0


def test_a_row_that_cannot_change_stops_all(supervisor):
    rows = [*several(1), make.assignment(state=State.CLOSED)]
    with pytest.raises(WrongState, match="没有调整任何一项"):
        made(supervisor, *rows)
    assert rows[0].deadline == DEADLINE


def test_a_reason_is_needed(supervisor):
    (duty,) = several(1)
    with pytest.raises(Invalid, match="理由"):
        actions.make(change_to(LATER), seen(duty), supervisor, NOW, "  ")


@pytest.mark.parametrize("role", ["approver", "leader", "head", "reporter", "administrator", "auditor"])
def test_only_a_supervisor_changes_and_undoes(role, request, supervisor):
    user, bulk = request.getfixturevalue(role), made(supervisor, *(rows := several(1)))
    with pytest.raises(Forbidden):
        actions.make(change_to("2020-10-31"), seen(*rows), user, NOW, "统一调整")
    with pytest.raises(Forbidden):
        actions.undo(bulk, user, NOW)


@pytest.mark.parametrize("what", ["deadline", "unit", "level"])
def test_undoing_brings_everything_back(supervisor, what):
    rows = several(3, state=State.ISSUED)
    before = [(row.deadline, row.unit_id, row.task.level) for row in rows]
    said = {"deadline": LATER, "unit": make.unit("市民政局").id, "level": "supervised"}[what]
    bulk = made(supervisor, *rows, said=said, what=what)
    assert before != [(row.deadline, row.unit_id, row.task.level) for row in rows]
    actions.undo(bulk, supervisor, NOW + timedelta(hours=1))
    db.session.flush()
    assert before == [(row.deadline, row.unit_id, row.task.level) for row in rows]
    assert bulk.undone_by_id == supervisor.id


def test_it_is_undone_once(supervisor):
    bulk = made(supervisor, *several(1))
    actions.undo(bulk, supervisor, NOW)
    db.session.flush()
    with pytest.raises(WrongState, match="已经撤销过了"):
        actions.undo(bulk, supervisor, NOW)


def test_a_later_change_of_the_same_field_stands_against_undoing(supervisor):
    rows = several(2)
    first = made(supervisor, *rows)
    made(supervisor, rows[0], said="2020-10-31")
    with pytest.raises(WrongState, match=f"1项.*{rows[0].unit.name}.*批量调整"):
        actions.undo(first, supervisor, NOW)
    assert rows[1].deadline == date(2020, 9, 30)


def test_a_change_of_another_field_does_not(supervisor):
    rows = several(2)
    bulk = made(supervisor, *rows)
    made(supervisor, *rows, said="key", what="level")
    actions.undo(bulk, supervisor, NOW)
    assert {(row.deadline, row.task.level) for row in rows} == {(DEADLINE, Level.KEY)}


def test_a_new_unit_that_has_signed_keeps_the_duty(supervisor, head):
    duty = make.assignment(make.unit("市民政局"))
    bulk = made(supervisor, duty, said=head.unit_id, what="unit")
    duties.receive(duty, head, NOW)
    with pytest.raises(WrongState, match="签收"):
        actions.undo(bulk, supervisor, NOW)


def test_a_duty_handed_in_by_the_new_deadline_keeps_it(supervisor, head):
    duty = make.assignment(head.unit, state=State.ACTIVE, deadline=DEADLINE)
    bulk = made(supervisor, duty)
    duties.request_closure(duty, head, NOW + timedelta(days=40), "已完成")
    with pytest.raises(WrongState, match="申请办结"):
        actions.undo(bulk, supervisor, NOW + timedelta(days=41))


def test_what_was_done_reads_in_words(supervisor):
    other = make.unit("市民政局")
    bulk = made(supervisor, make.assignment(title="修桥"), said=other.id, what="unit")
    (row,) = queries.done(bulk)
    assert (row.title, row.before, row.after) == ("修桥", "市发展改革委", "市民政局")


def test_the_number_of_queries_does_not_grow_with_the_rows(supervisor):
    def queries_of(rows):
        ids = [row.id for row in rows]
        db.session.commit()
        db.session.expire_all()
        counted = []
        engine = db.session.connection()
        listen = lambda *_: counted.append(1)  # noqa: E731
        db.event.listen(engine, "before_cursor_execute", listen)
        queries.lines(change_to(LATER), queries.chosen(supervisor, ids), TODAY)
        db.event.remove(engine, "before_cursor_execute", listen)
        return len(counted)

    assert queries_of(several(2)) == queries_of(several(20))


def test_a_dispute_is_no_matter_for_many_at_once(head):
    duty = make.assignment(head.unit, deadline=DEADLINE)
    duties.dispute(duty, head, NOW, Ground.DEADLINE, "时间太紧")
    db.session.flush()
    assert "异议" in obstacle(db.session.get(Assignment, duty.id))
