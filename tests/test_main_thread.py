"""The main job on the real document: from the file to the circular, by the commands a person would run."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from tracker.db import db
from tracker.lists.models import Problem
from tracker.reminders.models import Reminder
from tracker.tasks import actions
from tracker.tasks.models import Assignment, DeadlineBasis, Target, Task

SEED = Path(__file__).parents[2] / "shared/seed/zhoushan-2020-2.txt"
AREAS = {"定海区", "普陀区", "岱山县", "嵊泗县", "新城管委会", "普陀山-朱家尖管委会"}
NODES = [date(2020, 5, 31), date(2020, 6, 30), date(2020, 12, 31)]

pytestmark = [
    pytest.mark.database,
    pytest.mark.skipif(not SEED.exists(), reason="the reference corpus is not here"),
]


@pytest.fixture
def city(command):
    assert command("seed", "--units-only").code == 0


@pytest.fixture
def published(city, command):
    answer = command("import", SEED, "--publish", "--resolve", "members")
    assert answer.code == 0, answer.err


def tasks_of(number):
    tasks = db.session.scalars(db.select(Task).order_by(Task.position))
    return [task for task in tasks if task.work_point.number == number]


def test_the_open_set_is_left_for_a_person(city, command):
    answer = command("import", SEED, "--publish")
    assert answer.code == 0
    assert "没有列全" in answer.err
    named = {duty.unit.name for task in tasks_of("十") for duty in task.assignments}
    assert named == AREAS | {"市扶贫办", "市委组织部", "市发改委", "市农业农村局"}


def test_importing_the_same_file_twice_is_noticed(published, command):
    answer = command("import", SEED, "--publish")
    assert answer.code == 1
    assert "已经导入过" in answer.err


def test_ten_points_become_tasks_with_their_deadlines(published):
    numbers = {task.work_point.number for task in db.session.scalars(db.select(Task))}
    assert numbers == set("一二三四五六七八九十")
    third = tasks_of("三")
    assert [task.deadline for task in third][:3] == NODES
    assert [task.deadline_text for task in third][:3] == ["5月底前", "6月底前", "年底前"]
    assert {task.deadline_basis for task in third[:3]} == {DeadlineBasis.TEXT}
    others = [task for number in "一二四六八" for task in tasks_of(number)]
    assert {(task.deadline, task.deadline_basis) for task in others} == {
        (date(2020, 12, 31), DeadlineBasis.DOCUMENT_YEAR)
    }


def test_collective_names_expand_and_one_bank_is_one_unit(published):
    named = {duty.unit.name for task in tasks_of("二") for duty in task.assignments}
    assert named == AREAS | {"市农业农村局", "市人社局", "市民政局"}
    banks = {
        duty.unit.name
        for number in "五七九"
        for task in tasks_of(number)
        for duty in task.assignments
        if "人行" in duty.unit.name or "人民银行" in duty.unit.name
    }
    assert len(banks) == 1


def test_the_quotas_of_six_areas_add_up(published):
    fifth = {task.id for task in tasks_of("五")}
    targets = [t for t in db.session.scalars(db.select(Target)) if t.task_id in fifth and t.quotas]
    assert {target.value for target in targets} == {Decimal(15), Decimal(90)}
    for target in targets:
        assert {quota.unit.name for quota in target.quotas} == AREAS
        assert sum(quota.value for quota in target.quotas) == target.value


def test_on_the_sixth_of_july_two_nodes_are_overdue_reminded_listed_and_named(published, command, tmp_path):
    first = command("tick", "--at", "2020-07-06T09:00+08:00", "--json")
    again = command("tick", "--at", "2020-07-06T09:00+08:00", "--json")

    overdue = [duty for task in tasks_of("三") for duty in task.assignments if task.deadline in NODES[:2]]
    assert len(overdue) == 2 * 9  # six areas and three bureaus, each at both nodes
    reminded = {reminder.assignment_id for reminder in db.session.scalars(db.select(Reminder))}
    assert {duty.id for duty in overdue} <= reminded
    listed = Counter(p.assignment_id for p in db.session.scalars(db.select(Problem)))
    assert listed == {duty.id: 1 for duty in overdue}
    assert all(value == 0 for value in json.loads(again.out).values())
    assert json.loads(first.out)["enter_overdue"] == 18

    boards = json.loads(command("evaluate", "2020-06", "--json").out)["boards"]
    areas = next(board for board in boards if len(board["sheets"]) == 6)
    assert {sheet["unit"] for sheet in areas["sheets"]} == AREAS

    paper = tmp_path / "2020-06.pdf"
    assert command("circular", "2020-06", "--pdf", paper).code == 0
    words = "".join(page.get_textpage().get_text_bounded() for page in PdfDocument(paper))
    words = "".join(words.split())
    assert "明确责任部门" in words
    assert "逐户落实差异化帮扶举措" in words
    assert "定海区" in words


def test_a_unit_that_handed_in_is_neither_reminded_nor_listed(published, command):
    duty = next(duty for task in tasks_of("三") if task.deadline == NODES[1] for duty in task.assignments)
    handed_in_at = datetime(2020, 6, 30, 9, tzinfo=UTC)
    actions.receive(duty, None, handed_in_at)
    actions.request_closure(duty, None, handed_in_at, "已完成")
    command("tick", "--at", "2020-07-06T09:00+08:00")

    assert not db.session.scalars(db.select(Problem).filter_by(assignment_id=duty.id)).all()
    assert not db.session.scalars(db.select(Reminder).filter_by(assignment_id=duty.id)).all()
    assert db.session.get(Assignment, duty.id).progress == 0
