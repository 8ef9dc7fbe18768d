"""A supervisor enters a task by hand: the order is read, corrected, issued."""

from datetime import date

import pytest
from sqlalchemy import func, select

from tests import make
from tests.conftest import NOW, sign_in
from tracker.accounts.models import UnitKind
from tracker.audit import Event
from tracker.db import db
from tracker.documents.queries import directory
from tracker.documents.reading import Reading
from tracker.errors import Invalid, WrongState
from tracker.tasks.entry import actions
from tracker.tasks.models import Assignment, DeadlineBasis, Duty, Level, Reporting, Source, Task
from tracker.workflow import TaskState

TEXT = "会议要求，市教育局牵头，市财政局、各县（区）配合，9月底前整治校舍不少于30所，按月报送进展。列入督办。"
ORDER = {
    "source": "meeting",
    "origin": "第5次专题会议纪要",
    "origin_on": "2020-07-03",
    "text": TEXT,
}


@pytest.fixture
def city(app):
    make.group("各县（区）", *(make.unit(name, kind=UnitKind.AREA) for name in ("定海区", "普陀区")))
    return [make.unit(name) for name in ("市教育局", "市财政局")]


@pytest.fixture
def desk(client, supervisor, city):
    sign_in(client, supervisor)
    return client


@pytest.fixture
def draft(desk) -> Task:
    assert desk.post("/tasks/entry/", data=ORDER).status_code == 302
    return db.session.scalar(select(Task))


def filled(task, **changes):
    """The form as the page shows it, with changes."""
    return {
        **ORDER,
        "version": task.version,
        "title": task.title,
        "deadline": task.deadline and task.deadline.isoformat(),
        "recurrence": "",
        "level": task.level.value,
        "reporting": task.reporting.value,
        "units-0-text": "市教育局",
        "units-0-duty": "lead",
        "units-1-text": "各县（区）",
        "units-1-duty": "support",
        **changes,
    }


def duties(task):
    return {duty.unit.name: duty.duty for duty in task.assignments}


def test_the_order_is_read_into_a_draft(draft):
    assert (draft.source, draft.origin, draft.origin_on) == (
        Source.MEETING,
        "第5次专题会议纪要",
        date(2020, 7, 3),
    )
    assert (draft.state, draft.deadline, draft.level) == (
        TaskState.DRAFT,
        date(2020, 9, 30),
        Level.SUPERVISED,
    )
    assert (draft.title, draft.text) == ("9月底前整治校舍不少于30所", TEXT)
    assert (draft.reporting, draft.deadline_basis) == (Reporting.MONTHLY, DeadlineBasis.TEXT)


def test_a_draft_is_in_no_list_and_no_unit_s_sight(draft, client, city):
    assert not db.session.scalar(select(func.count()).select_from(Assignment))
    sign_in(client, make.user(unit_=city[0]))
    assert client.get(f"/tasks/{draft.id}").status_code == 404
    assert client.get(f"/tasks/entry/{draft.id}").status_code == 403


def test_the_draft_says_who_will_get_what(desk, draft):
    page = desk.get(f"/tasks/entry/{draft.id}").text
    for words in ("市教育局", "定海区", "普陀区", "第5次专题会议纪要", "2020年9月30日", "按月", "确定下达"):
        assert words in page
    assert draft.title in desk.get("/tasks/entry/").text


def test_issuing_gives_every_unit_its_duty_from_today(desk, draft, supervisor):
    answer = desk.post(f"/tasks/entry/{draft.id}/publish", data={"version": draft.version})
    assert answer.location == f"/tasks/{draft.id}"
    assert duties(draft) == {
        "定海区": Duty.SUPPORT,
        "普陀区": Duty.SUPPORT,
        "市教育局": Duty.LEAD,
        "市财政局": Duty.SUPPORT,
    }
    first = draft.assignments[0]
    assert (first.starts_on, first.deadline) == (date(2020, 7, 6), date(2020, 9, 30))
    assert [(target.comparison, target.value) for target in draft.targets] == [(">=", 30)]
    assert draft.is_past_confirmed
    page = desk.get(f"/tasks/{draft.id}").text
    assert "第5次专题会议纪要" in page
    assert "办理过程" in page


def test_what_is_corrected_is_kept_with_before_and_after(desk, draft):
    changes = {"title": "校舍整治", "level": "key", "units-2-text": "市财政局", "units-2-duty": "support"}
    assert desk.post(f"/tasks/entry/{draft.id}/edit", data=filled(draft, **changes)).status_code == 302
    assert (draft.title, draft.level, draft.deadline_basis) == ("校舍整治", Level.KEY, DeadlineBasis.TEXT)
    event = db.session.scalar(select(Event).where(Event.kind == "task.revise"))
    assert event.details["level"] == ["督办", "重点"]
    assert event.details["units"][1] == "市教育局（牵头）、各县（区）（配合）、市财政局（配合）"


def test_a_day_set_by_hand_is_said_to_be_so(desk, draft):
    desk.post(f"/tasks/entry/{draft.id}/edit", data=filled(draft, deadline="2020-10-15"))
    assert (draft.deadline, draft.deadline_basis) == (date(2020, 10, 15), DeadlineBasis.PERSON)


def test_a_unit_that_is_not_known_stands_against_issuing(desk, draft):
    data = filled(draft, **{"units-0-text": "市教育和体育局"})
    assert desk.post(f"/tasks/entry/{draft.id}/edit", data=data).status_code == 302

    page = desk.get(f"/tasks/entry/{draft.id}/edit").text
    assert "不在单位库中" in page
    assert "改为市教育局" in page
    answer = desk.post(f"/tasks/entry/{draft.id}/publish", data={})
    assert answer.status_code == 422
    assert "还不能下达" in answer.text
    assert draft.state is TaskState.DRAFT
    assert not draft.assignments


@pytest.mark.parametrize(
    ("step", "shown", "gone"),
    [
        ("take-unit 0 市财政局", ['value="市财政局"'], ['value="市教育局"']),
        ("spread-unit 1", ['value="定海区"', 'value="普陀区"'], []),
        ("drop-unit 0", ['value="各县（区）"'], []),
        ("add-unit", ["units-2-text"], []),
        ("add-target", ["targets-0-subject"], []),
        ("drop-target 7", [], []),
        ("nonsense", [], []),
    ],
)
def test_a_button_changes_the_rows_and_keeps_nothing(desk, draft, step, shown, gone):
    before = draft.version
    page = desk.post(f"/tasks/entry/{draft.id}/edit", data=filled(draft, step=step, title="改过的名称"))
    assert page.status_code == 200
    assert "改过的名称" in page.text
    rows = page.text.split("<datalist")[0]
    assert all(words in rows for words in shown)
    assert not any(words in rows for words in gone)
    db.session.refresh(draft)
    assert draft.version == before


def test_the_order_can_be_read_again(desk, draft):
    text = "请市财政局于8月15日前拿出方案。"
    page = desk.post(f"/tasks/entry/{draft.id}/edit", data=filled(draft, step="read", text=text)).text
    assert 'value="2020-08-15"' in page
    assert 'value="市财政局于8月15日前拿出方案"' in page


def test_only_the_form_comes_back_to_the_page(desk, draft):
    data = filled(draft, step="add-unit")
    page = desk.post(f"/tasks/entry/{draft.id}/edit", data=data, headers={"HX-Request": "true"}).text
    assert page.strip().startswith("<form")
    assert "<html" not in page


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"deadline": ""}, "请填写日期，或选“长期坚持”"),
        ({"deadline": "someday"}, "日期"),
        ({"title": ""}, "请填写任务名称"),
        ({"origin_on": "2020-07-07"}, "不能晚于今天"),
        ({"recurrence": "FREQ=MONTHLY;BYMONTHDAY=-1"}, "周期任务每期到期时填报"),
        ({"recurrence": "FREQ=SECONDLY"}, "is-invalid"),
        ({"targets-0-value": "3"}, "请填写指标名称"),
        ({"targets-0-subject": "学校", "targets-0-value": "三"}, "应为数字"),
        ({"targets-0-subject": "学校", "targets-0-scope": "市教育局"}, "分解到单位的须填写数值"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(desk, draft, changes, message):
    answer = desk.post(
        f"/tasks/entry/{draft.id}/edit", data=filled(draft, **{"text": "另一句话。"} | changes)
    )
    assert answer.status_code == 422
    assert message in answer.text
    assert "另一句话。" in answer.text


@pytest.mark.parametrize("missing", ["origin", "origin_on", "text"])
def test_an_order_needs_its_origin_day_and_words(desk, missing):
    answer = desk.post("/tasks/entry/", data=ORDER | {missing: ""})
    assert answer.status_code == 422
    assert "请" in answer.text
    assert not db.session.scalar(select(Task))


def test_the_second_of_two_people_is_told_and_nothing_is_written_over(desk, draft):
    stale = filled(draft, title="第二个人的名称")
    desk.post(f"/tasks/entry/{draft.id}/edit", data=filled(draft, title="第一个人的名称"))
    answer = desk.post(f"/tasks/entry/{draft.id}/edit", data=stale)
    assert answer.status_code == 409
    assert "第二个人的名称" in answer.text
    assert draft.title == "第一个人的名称"


def test_shares_go_to_their_units(desk, draft):
    rows = [("", "30"), ("定海区", "18"), ("普陀区", "12")]
    targets = {}
    for at, (scope, value) in enumerate(rows):
        row = {"subject": "校舍", "comparison": "=", "value": value, "measure": "所", "scope": scope}
        targets |= {f"targets-{at}-{name}": said for name, said in row.items()}
    desk.post(f"/tasks/entry/{draft.id}/edit", data=filled(draft, **targets))
    assert "校舍18所" in desk.get(f"/tasks/entry/{draft.id}").text
    desk.post(f"/tasks/entry/{draft.id}/publish", data={})
    (target,) = draft.targets
    assert {quota.unit.name: quota.value for quota in target.quotas} == {"定海区": 18, "普陀区": 12}


def test_a_recurring_order_gives_its_first_period(desk, draft):
    rule = "FREQ=MONTHLY;BYMONTHDAY=-1"
    desk.post(f"/tasks/entry/{draft.id}/edit", data=filled(draft, recurrence=rule, reporting="at_nodes"))
    assert "首期2020-07" in desk.get(f"/tasks/entry/{draft.id}").text
    desk.post(f"/tasks/entry/{draft.id}/publish", data={})
    days = {(duty.period, duty.starts_on, duty.deadline) for duty in draft.assignments}
    assert days == {("2020-07", date(2020, 7, 6), date(2020, 7, 31))}


def test_a_deadline_that_has_passed_is_issued_outside_the_scores(desk, draft):
    desk.post(f"/tasks/entry/{draft.id}/edit", data=filled(draft, deadline="2020-07-04"))
    assert "时限已经过了" in desk.get(f"/tasks/entry/{draft.id}").text
    desk.post(f"/tasks/entry/{draft.id}/publish", data={"hurry": "会上已经定了日子"})
    assert not draft.is_past_confirmed
    assert {duty.starts_on for duty in draft.assignments} == {date(2020, 7, 4)}


def test_a_draft_is_discarded_with_a_reason(desk, draft):
    assert desk.post(f"/tasks/entry/{draft.id}/discard", data={"reason": " "}).status_code == 422
    assert desk.post(f"/tasks/entry/{draft.id}/discard", data={"reason": "重复录入"}).status_code == 302
    assert draft.state is TaskState.WITHDRAWN
    assert draft.title not in desk.get("/tasks/entry/").text.replace("草稿“" + draft.title, "")
    for path in ("", "/edit"):
        assert desk.get(f"/tasks/entry/{draft.id}{path}").status_code == 404


def test_what_is_issued_cannot_be_revised_or_issued_again(desk, draft, supervisor):
    desk.post(f"/tasks/entry/{draft.id}/publish", data={})
    order = actions.Order(Source.LETTER, "来函", date(2020, 7, 1))

    with pytest.raises(WrongState):
        actions.revise(draft, order, Reading.from_json(draft.reading), Level.KEY, supervisor, NOW)
    assert desk.post(f"/tasks/entry/{draft.id}/publish", data={}).status_code == 404


def test_a_task_without_units_is_not_issued(draft, supervisor, desk):
    desk.post(f"/tasks/entry/{draft.id}/edit", data=filled(draft, **{"units-0-text": "", "units-1-text": ""}))

    with pytest.raises(Invalid, match="没有责任单位"):
        actions.publish(draft, directory(), supervisor, NOW)


def test_an_order_of_three_things_is_looked_at_and_issued_at_once(desk, city):
    text = """会议议定：
一、市教育局牵头，市财政局配合，9月底前整治校舍不少于30所。
二、市财政局要在10月底前拨付补助资金。
三、市未来局年底前建成平台。"""
    answer = desk.post("/tasks/entry/", data=ORDER | {"text": text})
    page = desk.get(answer.location).text
    drafts = db.session.scalars(select(Task).order_by(Task.id)).all()
    assert [task.deadline for task in drafts] == [date(2020, 9, 30), date(2020, 10, 31), date(2020, 12, 31)]
    assert "市教育局（牵头）、市财政局（配合）" in page
    assert page.count('name="id"') == 2  # who is to do the third is not known
    assert "去改正" in page
    versions = {f"version-{task.id}": task.version for task in drafts}
    refused = desk.post(answer.location, data=versions)
    assert refused.status_code == 422
    assert "没有选中任何一项" in refused.text
    refused = desk.post(answer.location, data=versions | {"id": [task.id for task in drafts]})
    assert refused.status_code == 422
    assert f"“{drafts[2].title}”：还不能下达" in refused.text
    assert refused.text.count(" checked>") == 2
    db.session.expire_all()
    assert {task.state for task in drafts} == {TaskState.DRAFT}

    issued = desk.post(answer.location, data=versions | {"id": [task.id for task in drafts[:2]]})

    assert issued.status_code == 302
    db.session.expire_all()
    assert [task.state for task in drafts] == [TaskState.PUBLISHED, TaskState.PUBLISHED, TaskState.DRAFT]
    assert db.session.scalar(select(func.count(Assignment.id))) == 3
    assert f'name="draft" value="{drafts[2].id}"' in desk.get("/tasks/entry/").text
    assert desk.get("/tasks/entry/several").status_code == 302
    stale = desk.post(
        f"/tasks/entry/several?draft={drafts[2].id}", data={"id": drafts[2].id, f"version-{drafts[2].id}": 99}
    )
    assert stale.status_code == 409
