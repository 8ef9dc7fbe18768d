"""One duty from its dispute to its closure, through every question that can be asked about it."""

import re
from datetime import date
from io import BytesIO

from tests import make
from tests.conftest import sign_in
from tracker.accounts.models import Role
from tracker.db import db
from tracker.tasks.models import Assignment, Extension, HaltRequest
from tracker.workflow import State


def test_a_duty_that_everything_is_asked_about(client, head, supervisor, approver):
    wrong = make.unit("市统计局")
    mistaken = make.user(Role.HEAD, wrong)
    duty_id = make.assignment(wrong, title="建成三所学校", deadline=date(2020, 7, 31)).id
    page = f"/reports/duties/{duty_id}"

    def duty():
        return db.session.get(Assignment, duty_id)

    def post(user, path, **form):
        sign_in(client, user)
        answer = client.post(path, data=form)
        assert answer.status_code == 302, answer.text
        return answer

    # The wrong unit disputes; the supervisor gives the duty to another one, with other words.
    post(mistaken, f"/tasks/assignments/{duty_id}/dispute", kind="unit", reason="不属本单位职责")
    assert duty().paused_on is not None
    post(
        supervisor,
        f"/tasks/assignments/{duty_id}/objection",
        answer="reissued",
        unit=head.unit_id,
        duty="lead",
        title="建成两所学校",
        reason="按职责分工改交",
        version=duty().version,
    )
    sign_in(client, mistaken)
    assert client.get(page).status_code == 404
    assert (duty().unit_id, duty().state, duty().paused_on) == (head.unit_id, State.ISSUED, None)

    # The level of all that is chosen rises, and falls again.
    form = {"rows": f"{duty_id}:{duty().task.version}", "what": "level", "value": "supervised"}
    made = post(supervisor, "/tasks/bulk/", reason="列入督办", **form).location
    assert duty().task.level == "supervised"
    post(supervisor, f"{made}/undo")
    assert duty().task.level == "ordinary"

    # The right unit signs, asks for more time, takes it back, asks again, and is given less.
    post(head, f"/tasks/assignments/{duty_id}/receive")
    extend = f"/tasks/assignments/{duty_id}/extend"
    file = (BytesIO("停工令".encode()), "停工令.txt")
    post(head, extend, wanted_on="2020-12-31", reason="汛期停工", file=file)
    extension_id = db.session.scalars(db.select(Extension)).one().id
    post(head, f"/tasks/requests/extensions/{extension_id}/recall")
    sign_in(client, head)
    assert "停工令.txt" in client.get(extend).text
    post(head, extend, wanted_on="2020-09-30", reason="汛期停工")
    post(
        approver,
        f"/tasks/requests/extensions/{extension_id}/accept",
        granted_on="2020-08-31",
        reason="请加快",
    )

    # A typhoon: the supervisor asks for a halt, and later for the end of it; the approver consents.
    for kind, state in (("suspend", State.SUSPENDED), ("resume", State.ACTIVE)):
        post(supervisor, f"/tasks/assignments/{duty_id}/halt", kind=kind, reason="台风影响")
        halt = db.session.scalars(db.select(HaltRequest).order_by(HaltRequest.id.desc())).first()
        post(approver, f"/tasks/requests/halts/{halt.id}/accept")
        assert duty().state is state

    # A second extension is still open when the approver withdraws the whole task: it falls away by itself.
    post(head, extend, wanted_on="2020-10-31", reason="仍在停工")
    post(approver, f"/tasks/{duty().task_id}/withdraw", reason="政策调整")
    assert duty().state is State.WITHDRAWN

    # The file note tells it all, in order, whoever reads it.
    sign_in(client, head)
    text = client.get(page).text
    steps = re.findall(r"</time> <b>(.*?)</b>", text[text.index("办理过程") :])
    assert steps == [
        *(
            "提出异议",
            "异议成立",
            "修改表述",
            "批量调整",
            "撤销批量调整",
            "签收",
            "申请延期",
            "撤回",
            "申请延期",
            "同意延期",
            "延长时限",
        ),
        *(
            "报请停办",
            "同意停办",
            "缓办",
            "报请停办",
            "同意停办",
            "恢复",
            "申请延期",
            "中止",
            "中止",
            "不予延期",
        ),
    ]
    assert mistaken.name in text
    assert "原定2020-07-31" in text
    sign_in(client, supervisor)
    task = client.get(f"/tasks/{duty().task_id}").text
    assert re.findall(r"</time> <b>(.*?)</b>", task) == ["修改表述", "批量调整", "撤销批量调整", "中止"]
