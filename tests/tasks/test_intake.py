"""立项: what of a reading becomes tasks, duties, targets and shares."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests import make
from tests.conftest import NOW
from tests.documents.readings import TEXT, point, reading, target, task, unit
from tracker.accounts.models import UnitKind
from tracker.audit import Event
from tracker.db import db
from tracker.documents import actions as documents
from tracker.documents import queries
from tracker.documents.models import Document, WorkPoint
from tracker.documents.reading import Duty
from tracker.errors import Forbidden, Invalid, WrongState
from tracker.tasks import intake
from tracker.tasks.models import Assignment, Task
from tracker.workflow import DocumentState, TaskState


@pytest.fixture
def city(app) -> None:
    areas = [make.unit(name, short_name=name[:2], kind=UnitKind.AREA) for name in ("定海区", "普陀区")]
    make.group("各县（区）", *areas)
    for name in ("市教育局", "市财政局"):
        make.unit(name)


def adopted(actor, *points, **columns) -> tuple[Document, list[Task]]:
    document = make.document(text=TEXT, reading=reading(*points).as_json(), **columns)
    tasks = intake.adopt(document, queries.directory(), actor, NOW)
    db.session.commit()
    return document, tasks


def duties(task_: Task) -> dict[str, Duty]:
    return {duty.unit.name: duty.duty for duty in task_.assignments}


def test_every_kept_task_is_issued_to_every_unit(city, supervisor):
    document, tasks = adopted(supervisor)

    assert document.state is DocumentState.ADOPTED
    assert [t.state for t in tasks] == [TaskState.PUBLISHED] * 2
    assert duties(tasks[0]) == dict.fromkeys(["定海区", "普陀区", "市教育局"], Duty.RESPONSIBLE)
    (work_point,) = db.session.scalars(select(WorkPoint)).all()
    assert (work_point.number, work_point.title) == ("一", "建设学校")
    assert [t.position for t in tasks] == [1, 2]


def test_a_task_knows_its_sentence_and_the_row_its_task(city, supervisor):
    document, tasks = adopted(supervisor)
    assert TEXT[tasks[0].start : tasks[0].stop] == tasks[0].text == "6月底前选址"
    rows = documents.reading(document).points[0].tasks
    assert [row.task_id for row in rows] == [tasks[0].id, tasks[1].id, None]


def test_a_task_written_by_hand_has_no_place_in_the_text(city, supervisor):
    by_hand = task(2, "另行补充的任务", start=0, stop=0)
    _, (made,) = adopted(supervisor, point(1, by_hand, units=(unit(3),)))
    assert (made.start, made.stop, made.text) == (None, None, "另行补充的任务")


def test_a_unit_named_twice_keeps_the_weightier_duty(city, supervisor):
    named = (unit(3, "各县（区）", Duty.SUPPORT), unit(4, "定海", Duty.LEAD))
    _, (made,) = adopted(supervisor, point(1, task(2), units=named))
    assert duties(made) == {"定海区": Duty.LEAD, "普陀区": Duty.SUPPORT}


def test_a_task_may_have_units_of_its_own(city, supervisor):
    own = task(2, units=(unit(5, "市财政局", Duty.LEAD),))
    _, (made,) = adopted(supervisor, point(1, own, units=(unit(3),)))
    assert duties(made) == {"市财政局": Duty.LEAD}


def test_shares_go_to_their_units(city, supervisor):
    _, tasks = adopted(supervisor)
    (schools,) = tasks[1].targets
    assert (schools.subject, schools.value) == ("建成学校", 3)
    assert {quota.unit.name: quota.value for quota in schools.quotas} == {"定海区": 2, "普陀区": 1}


def test_two_targets_of_one_subject_are_both_kept(city, supervisor):
    rows = (target(5, "10", comparison=">="), target(6, "30", comparison=">="))
    _, (made,) = adopted(supervisor, point(1, task(2, targets=rows), units=(unit(3),)))
    assert [row.value for row in made.targets] == [Decimal(10), Decimal(30)]


def test_shares_without_a_sum_are_a_target_without_a_value(city, supervisor):
    rows = (target(5, "2", "定海"), target(6, "1", "普陀"))
    _, (made,) = adopted(supervisor, point(1, task(2, targets=rows), units=(unit(3, "各县（区）"),)))
    (schools,) = made.targets
    assert (schools.value, len(schools.quotas)) == (None, 2)


def test_a_deadline_already_past_waits_for_a_person(city, supervisor):
    late, confirmed = task(2, deadline="2020-05-31"), task(3, deadline="2020-05-31", is_past_confirmed=True)
    _, made = adopted(supervisor, point(1, late, confirmed, task(4), units=(unit(5),)))
    assert [t.is_past_confirmed for t in made] == [False, True, True]
    assert made[0].starts_on == made[0].deadline == date(2020, 5, 31)


def test_nothing_is_made_while_something_is_unresolved(city, supervisor):
    with pytest.raises(Invalid, match="还不能立项：“市林业局”不在单位库中"):
        adopted(supervisor, point(1, task(2), units=(unit(3, "市林业局"),)))
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Assignment)) == 0


def test_a_document_is_adopted_once(city, supervisor):
    document, _ = adopted(supervisor)
    with pytest.raises(WrongState, match="已立项"):
        intake.adopt(document, queries.directory(), supervisor, NOW)


def test_only_supervisors_adopt(city, reporter):
    with pytest.raises(Forbidden):
        adopted(reporter)


def test_every_task_issued_is_on_record(city, supervisor):
    _, tasks = adopted(supervisor)
    events = db.session.scalars(select(Event).filter_by(kind="task.publish")).all()
    assert {event.subject_id for event in events} == {t.id for t in tasks}
