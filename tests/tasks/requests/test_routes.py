"""The pages of extensions, halts and objections."""

from datetime import date
from io import BytesIO

import pytest

from tests import make
from tests.conftest import NOW, sign_in
from tracker.accounts.models import Role
from tracker.db import db
from tracker.tasks import actions as duties
from tracker.tasks.models import Answer, Assignment, Extension, Ground, HaltRequest, Objection
from tracker.tasks.requests import actions
from tracker.tasks.requests.actions import Wish
from tracker.workflow import FilingState, State, TaskState

DEADLINE = date(2020, 7, 31)


@pytest.fixture
def duty(head):
    return make.assignment(head.unit, state=State.ACTIVE, deadline=DEADLINE)


def ask(client, duty, **changes):
    form = {"wanted_on": "2020-08-31", "reason": "汛期停工", "version": duty.version} | changes
    return client.post(f"/tasks/assignments/{duty.id}/extend", data=form)


def only(kind):
    return db.session.scalars(db.select(kind)).one()


def test_an_extension_from_question_to_answer(client, duty, head, reporter, approver):
    sign_in(client, reporter)
    assert "延期由单位负责人申请" in client.get(f"/reports/duties/{duty.id}").text

    sign_in(client, head)
    assert "申请延期" in client.get(f"/reports/duties/{duty.id}").text
    upload = (BytesIO("停工令".encode()), "停工令.txt")
    assert ask(client, duty, file=upload).status_code == 302
    page = client.get(f"/reports/duties/{duty.id}").text
    assert "停工令.txt" in page
    assert "汛期停工" in page

    sign_in(client, approver)
    extension = only(Extension)
    queue = client.get("/tasks/requests/").text
    assert all(
        words in queue for words in ("汛期停工", "2020年7月31日", "此前延期", "序时进度", "停工令.txt")
    )
    file = client.get(f"/tasks/requests/extensions/{extension.id}/file")
    assert (file.mimetype, file.text) == ("text/plain", "停工令")
    form = {"granted_on": "2020-08-20", "version": extension.version}
    assert client.post(f"/tasks/requests/extensions/{extension.id}/accept", data=form).status_code == 302
    assert db.session.get(Assignment, duty.id).deadline == date(2020, 8, 20)

    sign_in(client, head)
    page = client.get(f"/reports/duties/{duty.id}").text
    assert "原定2020-07-31" in page
    assert "延期1次" in page
    assert "批准至2020-08-20" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"wanted_on": "2020-07-31"}, "晚于"),
        ({"wanted_on": "很久以后"}, "日期"),
        ({"wanted_on": ""}, "请填写申请延至的日期"),
        ({"reason": " "}, "请填写理由"),
        ({"reason": "长" * 2001}, "最多2000个字，现在有2001个字，请删去1个字"),
    ],
)
def test_a_wrong_request_keeps_what_was_typed(client, duty, head, changes, said):
    sign_in(client, head)
    page = ask(client, duty, **{"reason": "写了很久的理由"} | changes)
    assert page.status_code == 422
    assert said in page.text
    assert changes.get("reason", "写了很久的理由").strip() in page.text
    assert db.session.scalar(db.select(db.func.count(Extension.id))) == 0


def test_a_program_is_no_proof(client, duty, head):
    sign_in(client, head)
    page = ask(client, duty, file=(BytesIO(b"MZ\0\0"), "停工令.pdf"))
    assert page.status_code == 422
    assert "类型不支持" in page.text


def test_after_the_deadline_the_page_says_so(client, head):
    duty = make.assignment(head.unit, state=State.ACTIVE, deadline=date(2020, 7, 3))
    sign_in(client, head)
    assert "已过完成时限" in client.get(f"/tasks/assignments/{duty.id}/extend").text
    assert "已过完成时限" in client.get(f"/reports/duties/{duty.id}").text
    assert ask(client, duty).status_code == 409


def test_a_late_request_is_announced_and_shown(client, head, approver):
    duty = make.assignment(head.unit, state=State.ACTIVE, deadline=date(2020, 7, 8))
    sign_in(client, head)
    assert "临期申请" in client.get(f"/tasks/assignments/{duty.id}/extend").text
    ask(client, duty)
    sign_in(client, approver)
    assert "临期申请" in client.get("/tasks/requests/").text


def test_a_rest_day_is_pointed_out(client, head):
    sign_in(client, head)
    assert client.get("/tasks/requests/rest-day?wanted_on=2020-08-31").text == ""
    assert "下一个工作日是2020年8月31日" in client.get("/tasks/requests/rest-day?wanted_on=2020-08-29").text
    assert "按预估" in client.get("/tasks/requests/rest-day?wanted_on=2035-10-01").text
    assert client.get("/tasks/requests/rest-day?wanted_on=0000").text == ""
    assert client.get("/tasks/requests/rest-day?wanted_on=9999-12-31").status_code == 200


def test_a_stale_page_is_told_who_was_first(client, duty, head, approver):
    sign_in(client, head)
    ask(client, duty)
    extension = only(Extension)
    seen = extension.version
    sign_in(client, head)
    client.post(f"/tasks/requests/extensions/{extension.id}/recall")
    sign_in(client, approver)
    page = client.post(f"/tasks/requests/extensions/{extension.id}/accept", data={"version": seen})
    assert page.status_code == 404  # what was recalled is the unit's own again
    sign_in(client, head)
    page = ask(client, duty, version=duty.version - 1, reason="另一个理由")
    assert page.status_code == 409
    assert "另一个理由" in page.text


def test_of_two_approvers_the_second_is_told(client, duty, head, approver):
    extension = actions.ask_extension(duty, head, NOW, Wish(date(2020, 8, 31), "停工"))
    db.session.commit()
    extension_id, seen = extension.id, extension.version
    sign_in(client, approver)
    client.post(f"/tasks/requests/extensions/{extension_id}/accept", data={"version": seen})
    other = make.user(Role.APPROVER)
    sign_in(client, other)
    form = {"version": seen, "reason": "不同意"}
    page = client.post(f"/tasks/requests/extensions/{extension_id}/refuse", data=form)
    assert page.status_code == 409
    assert f"{approver.name}已于7月6日" in page.text
    assert db.session.get(Extension, extension_id).state is FilingState.ACCEPTED


def test_a_refused_answer_keeps_what_was_typed(client, duty, head, approver):
    extension = actions.ask_extension(duty, head, NOW, Wish(date(2020, 8, 31), "停工"))
    db.session.commit()
    sign_in(client, approver)
    form = {"granted_on": "2020-12-31", "reason": "打了很多字", "version": extension.version}
    page = client.post(f"/tasks/requests/extensions/{extension.id}/accept", data=form)
    assert page.status_code == 422
    assert all(words in page.text for words in ("批准的日期", "打了很多字", "2020-12-31"))
    page = client.post(
        f"/tasks/requests/extensions/{extension.id}/refuse", data={"version": extension.version}
    )
    assert page.status_code == 422
    assert "请填写理由" in page.text


def test_another_unit_sees_nothing_of_it(client, duty, head, stranger):
    file = make.stored_file()
    extension = actions.ask_extension(duty, head, NOW, Wish(date(2020, 8, 31), "停工", file, "停工令.txt"))
    db.session.commit()
    sign_in(client, stranger)
    assert client.get(f"/tasks/requests/extensions/{extension.id}/file").status_code == 404
    sign_in(client, make.user(Role.HEAD, stranger.unit))
    assert client.get(f"/tasks/assignments/{duty.id}/extend").status_code == 404
    assert client.post(f"/tasks/requests/extensions/{extension.id}/recall").status_code == 404


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.REPORTER, "/tasks/assignments/{id}/extend"),
        (Role.SUPERVISOR, "/tasks/requests/"),
        (Role.SUPERVISOR, "/tasks/requests/halts/"),
        (Role.APPROVER, "/tasks/assignments/{id}/halt"),
        (Role.HEAD, "/tasks/assignments/{id}/objection"),
        (Role.LEADER, "/tasks/requests/"),
    ],
)
def test_others_are_kept_out(client, duty, role, path):
    sign_in(client, make.user(role))
    assert client.get(path.format(id=duty.id)).status_code == 403


def test_a_halt_from_question_to_answer(client, duty, head, supervisor, approver):
    sign_in(client, supervisor)
    assert "报请缓办或中止" in client.get(f"/reports/duties/{duty.id}").text
    page = client.post(f"/tasks/assignments/{duty.id}/halt", data={"kind": "suspend", "reason": ""})
    assert page.status_code == 422
    form = {"kind": "suspend", "reason": "台风影响", "version": duty.version}
    assert client.post(f"/tasks/assignments/{duty.id}/halt", data=form).status_code == 302

    sign_in(client, approver)
    assert "台风影响" in client.get("/tasks/requests/halts/").text
    halt = only(HaltRequest)
    page = client.post(f"/tasks/requests/halts/{halt.id}/refuse", data={"version": halt.version})
    assert page.status_code == 422
    client.post(f"/tasks/requests/halts/{halt.id}/accept", data={"version": halt.version})
    assert db.session.get(Assignment, duty.id).state is State.SUSPENDED

    sign_in(client, head)
    page = client.get(f"/reports/duties/{duty.id}").text
    assert "报请缓办" in page
    assert "台风影响" in page


def test_what_cannot_be_halted_is_said(client, head, supervisor):
    duty = make.assignment(head.unit, state=State.CLOSED)
    sign_in(client, supervisor)
    assert "不能报请" in client.get(f"/tasks/assignments/{duty.id}/halt").text
    form = {"kind": "suspend", "reason": "台风"}
    assert client.post(f"/tasks/assignments/{duty.id}/halt", data=form).status_code == 409


@pytest.fixture
def disputed(head):
    duty = make.assignment(head.unit, deadline=DEADLINE)
    duties.dispute(duty, head, NOW, Ground.UNIT, "不属本单位职责")
    db.session.commit()
    return duty


def answer(client, duty, **form):
    form = {"unit": duty.unit_id, "duty": duty.duty, "title": duty.task.title, "version": duty.version} | form
    return client.post(f"/tasks/assignments/{duty.id}/objection", data=form)


def test_an_open_objection_stands_on_the_page_of_the_duty(client, disputed, head, supervisor):
    for user, has_button in ((head, False), (supervisor, True)):
        sign_in(client, user)
        page = client.get(f"/reports/duties/{disputed.id}").text
        assert "不属本单位职责" in page
        assert "今天起计时暂停" in page
        assert ("答复异议" in page) is has_button


def test_an_objection_is_upheld_with_changes(client, disputed, supervisor):
    other = make.unit("市民政局")
    sign_in(client, supervisor)
    form = {"answer": "reissued", "unit": other.id, "deadline": "2020-09-30", "reason": "改交民政局"}
    page = answer(client, disputed, **form)
    assert page.status_code == 302
    duty = db.session.get(Assignment, disputed.id)
    assert (duty.unit_id, duty.deadline, duty.original_deadline, duty.state) == (
        other.id,
        date(2020, 9, 30),
        DEADLINE,
        State.ISSUED,
    )
    page = client.get(page.location).text
    assert "不属本单位职责" in page  # who disputed stays in the file
    assert "改交民政局" in page


def test_the_objection_of_a_unit_no_longer_in_use_is_answered_too(client, disputed, supervisor):
    disputed.unit.is_active = False
    sign_in(client, supervisor)
    assert answer(client, disputed, answer="withdrawn", reason="单位已撤并").status_code == 302


@pytest.mark.parametrize(("said", "state"), [("withdrawn", State.WITHDRAWN), ("overruled", State.ISSUED)])
def test_the_other_answers(client, disputed, supervisor, said, state):
    sign_in(client, supervisor)
    assert answer(client, disputed, answer=said, reason="按职责分工").status_code == 302
    assert db.session.get(Assignment, disputed.id).state is state
    assert only(Objection).answer is Answer(said)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"answer": "reissued"}, "至少一项"),
        ({"answer": "reissued", "deadline": "2020-01-01"}, "早于起始日"),
        ({}, "请选择答复"),
    ],
)
def test_a_wrong_answer_keeps_what_was_typed(client, disputed, supervisor, form, words):
    sign_in(client, supervisor)
    page = answer(client, disputed, **{"reason": "打了很多字"} | form)
    assert page.status_code == 422
    assert words in page.text
    assert "打了很多字" in page.text
    assert db.session.get(Assignment, disputed.id).state is State.DISPUTED


def test_an_objection_is_answered_once(client, disputed, supervisor):
    seen = disputed.version
    sign_in(client, supervisor)
    answer(client, disputed, answer="overruled", reason="按文件办理")
    page = answer(client, disputed, answer="overruled", reason="按文件办理", version=seen)
    assert page.status_code == 409
    assert supervisor.name in page.text


def test_a_whole_task_is_withdrawn_on_its_page(client, duty, approver, supervisor):
    path = f"/tasks/{duty.task_id}"
    sign_in(client, supervisor)
    assert f"{path}/withdraw" not in client.get(path).text
    sign_in(client, approver)
    assert f"{path}/withdraw" in client.get(path).text
    form = {"reason": "政策调整", "version": duty.task.version}
    page = client.post(f"{path}/withdraw", data=form, follow_redirects=True)
    assert "1个未办结的承办项一并中止" in page.text
    assert db.session.get(Assignment, duty.id).state is State.WITHDRAWN
    assert duty.task.state is TaskState.WITHDRAWN


def test_the_queue_costs_the_same_however_long_it_is(client, head, approver):
    def statements():
        counted = []
        sign_in(client, approver)
        connection = db.session.connection()
        listen = lambda *_: counted.append(1)  # noqa: E731
        db.event.listen(connection, "before_cursor_execute", listen)
        client.get("/tasks/requests/")
        db.event.remove(connection, "before_cursor_execute", listen)
        return len(counted)

    def ask():
        duty = make.assignment(head.unit, state=State.ACTIVE, deadline=DEADLINE)
        make.extension(duty, submitted_by_id=head.id)

    ask()
    few = statements()
    for _ in range(8):
        ask()
    assert statements() == few > 0
