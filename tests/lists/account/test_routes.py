"""The page of one account: what is typed comes back, what is stale is refused, files are shown to whom may see."""

from datetime import date
from io import BytesIO

from tests import make
from tests.conftest import NOW, sign_in
from tracker.accounts.models import Role
from tracker.db import db
from tracker.lists.account.models import RectificationReport
from tracker.lists.extensions.models import RectificationExtension
from tracker.lists.models import RectificationEvidence
from tracker.lists.rules import Slot
from tracker.workflow import FilingState, RectificationState, State


def test_a_refused_closure_keeps_words_and_files_and_names_what_is_missing(client, reporter, head):
    columns = {"state": RectificationState.ACTIVE, "progress": 100}
    problem = make.problem(reporter.unit, rectification=columns)
    sign_in(client, head)
    form = {f"{slot}_applies": "1" for slot in Slot} | {
        f"{slot}_text": f"{slot.label}已完成" for slot in Slot
    }
    form |= {"lasting_applies": "0", "lasting_text": "", "effect_files": (BytesIO(b"proof"), "验收单.txt")}
    page = client.post(f"/lists/{problem.id}/request-closure", data=form)
    assert page.status_code == 422
    assert "依法依规处理到位已完成" in page.text
    assert page.text.count("请附佐证材料，不适用的请选") >= 3
    assert "请写明不适用的理由" in page.text
    assert "验收单.txt" in page.text
    assert [one.name for one in db.session.scalars(db.select(RectificationEvidence))] == ["验收单.txt"]
    assert problem.rectification.state is RectificationState.ACTIVE


def test_a_refused_report_says_which_files_must_be_chosen_again(client, reporter):
    problem = make.problem(reporter.unit, rectification={"state": RectificationState.ACTIVE})
    sign_in(client, reporter)
    form = {"progress": "150", "text": "已开工", "files": (BytesIO(b"proof"), "验收单.txt")}
    page = client.post(f"/lists/{problem.id}/reports", data=form)
    assert page.status_code == 422
    assert "请重新选择佐证材料：验收单.txt没有保存" in page.text
    assert "请重新选择" not in client.get(f"/lists/{problem.id}").text


def test_files_of_a_slot_are_kept_shown_and_taken_off(client, reporter, stranger):
    columns = {"state": RectificationState.ACTIVE, "progress": 100}
    problem = make.problem(reporter.unit, rectification=columns)
    sign_in(client, reporter)
    form = {"effect_applies": "1", "effect_text": "已达标", "effect_files": (BytesIO(b"proof"), "验收单.txt")}
    assert client.post(f"/lists/{problem.id}/slots", data=form).status_code == 302
    proof = db.session.scalars(db.select(RectificationEvidence)).one()
    assert "proof" in client.get(f"/lists/proofs/{proof.id}/view").text
    assert client.get(f"/lists/proofs/{proof.id}").data == b"proof"
    sign_in(client, stranger)
    assert client.get(f"/lists/proofs/{proof.id}").status_code == 404
    sign_in(client, reporter)
    form = {"effect_applies": "1", "effect_text": "已达标", "remove": proof.id}
    assert client.post(f"/lists/{problem.id}/slots", data=form).status_code == 302
    assert "验收单.txt" not in client.get(f"/lists/{problem.id}").text.split("办理过程")[0]


def test_a_duty_and_its_account_lead_to_each_other(client, reporter):
    duty = make.assignment(reporter.unit, state=State.CLOSED)
    columns = {"state": RectificationState.ACTIVE}
    problem = make.problem(reporter.unit, assignment=duty, rectification=columns)
    sign_in(client, reporter)
    assert f"账号{problem.number}" in client.get(f"/reports/duties/{duty.id}").text
    page = client.get(f"/lists/{problem.id}").text
    assert f"/reports/duties/{duty.id}" in page
    assert "账号不随之销号" in page
    assert client.post(f"/lists/{problem.id}/take-over").status_code == 302
    assert problem.rectification.progress == 100


def test_a_stale_page_is_told_who_did_what(client, supervisor):
    problem = make.problem(rectification={"state": RectificationState.VERIFIED, "progress": 100})
    version = problem.rectification.version
    sign_in(client, make.user(Role.SUPERVISOR))
    client.post(f"/lists/{problem.id}/send-back", data={"reason": "佐证不实", "version": version})
    sign_in(client, supervisor)
    answer = client.post(f"/lists/{problem.id}/close", data={"version": version})
    assert (answer.status_code, "退回" in answer.text) == (409, True)


def test_an_open_notice_is_told_on_the_page(client, supervisor):
    problem = make.problem(rectification={"state": RectificationState.VERIFIED, "progress": 100})
    sign_in(client, supervisor)
    form = {"notice_place": "市政府网站", "starts_on": "2020-07-06", "days": "5"}
    assert client.post(f"/lists/{problem.id}/notice", data=form).status_code == 302
    assert "公示中" in client.get(f"/lists/{problem.id}").text
    answer = client.post(f"/lists/{problem.id}/close", data={})
    assert (answer.status_code, "2020-07-10" in answer.text) == (409, True)


def test_milestones_are_lines_of_the_plan(client, reporter):
    columns = {"state": RectificationState.PLANNING, "issued_at": NOW}
    problem = make.problem(reporter.unit, rectification=columns)
    sign_in(client, reporter)
    form = {"remedy": "倒排工期", "person": "李四", "stage_text_0": "开工", "stage_day_0": ""}
    page = client.post(f"/lists/{problem.id}/remedy", data=form)
    assert (page.status_code, "一起填写" in page.text, "倒排工期" in page.text) == (422, True, True)
    form |= {"stage_day_0": "2020-07-20", "stage_text_3": "验收", "stage_day_3": "2020-07-31"}
    assert client.post(f"/lists/{problem.id}/remedy", data=form).status_code == 302
    assert [stage.text for stage in problem.rectification.milestones] == ["开工", "验收"]


def test_a_report_is_sent_back_beside_the_measure_and_corrected_by_its_unit(client, reporter, supervisor):
    columns = {"state": RectificationState.ACTIVE, "remedy": "倒排工期，七月底前建成"}
    problem = make.problem(reporter.unit, rectification=columns)
    sign_in(client, reporter)
    form = {"progress": "60", "text": "两所学校已开工", "milestone": "", "quarter": ""}
    client.post(f"/lists/{problem.id}/reports", data=form | {"files": (BytesIO(b"proof"), "开工令.txt")})
    filed = db.session.scalars(db.select(RectificationReport)).one()
    sign_in(client, supervisor)
    assert "整改进展待审核" in client.get("/").text
    review = client.get(f"/lists/{problem.id}").text.split('id="review"')[1].split("</section>")[0]
    assert all(words in review for words in ("倒排工期，七月底前建成", "两所学校已开工", "开工令.txt"))
    answer = {"version": filed.version, "kind": "evidence", "answer": ""}
    page = client.post(f"/lists/reports/{filed.id}/send-back", data=answer)
    assert (page.status_code, "退回请填写理由" in page.text) == (422, True)
    answer["answer"] = "只附了一所学校的开工令"
    assert client.post(f"/lists/reports/{filed.id}/send-back", data=answer).status_code == 302
    assert client.post(f"/lists/reports/{filed.id}/accept", data=answer).status_code == 409
    sign_in(client, reporter)
    assert "整改进展被退回" in client.get("/").text
    page = client.get(f"/lists/{problem.id}").text
    assert "佐证不符" in page
    assert page.split('id="progress-report"')[1].count("两所学校已开工") > 1  # nobody types twice
    again = form | {"text": "两所学校已开工，附两份开工令"}
    assert client.post(f"/lists/{problem.id}/reports", data=again).status_code == 302
    assert (filed.state, [one.name for one in filed.evidence]) == (FilingState.SUBMITTED, ["开工令.txt"])
    assert client.post(f"/lists/reports/{filed.id}/recall", data={}).status_code == 302
    assert "已撤回" in client.get(f"/lists/{problem.id}").text


def test_an_extension_is_asked_for_and_answered_as_that_of_a_duty_is(client, head, approver):
    columns = {"state": RectificationState.ACTIVE, "deadline": date(2020, 7, 8)}
    problem = make.problem(head.unit, rectification=columns)
    sign_in(client, head)
    assert "临期申请" in client.get(f"/lists/{problem.id}/extend").text
    form = {"wanted_on": "2020-07-08", "reason": "汛期停工", "version": problem.rectification.version}
    page = client.post(f"/lists/{problem.id}/extend", data=form)
    assert (page.status_code, "须晚于现在的整改时限2020-07-08" in page.text) == (422, True)
    form |= {"wanted_on": "2020-07-31", "file": (BytesIO(b"flood"), "停工通知.txt")}
    assert client.post(f"/lists/{problem.id}/extend", data=form).status_code == 302
    extension = db.session.scalars(db.select(RectificationExtension)).one()
    sign_in(client, approver)
    page = client.get("/lists/extensions").text
    assert all(words in page for words in ("临期申请", "停工通知.txt", "延23天", "此前延期", "汛期停工"))
    assert client.get(f"/lists/extensions/{extension.id}/file").data == b"flood"
    answer = {"version": extension.version, "granted_on": "2020-08-31", "reason": "同意，抓紧"}
    page = client.post(f"/lists/extensions/{extension.id}/accept", data=answer)
    assert (page.status_code, "不晚于申请的2020-07-31" in page.text, "同意，抓紧" in page.text) == (
        422,
        True,
        True,
    )
    answer["granted_on"] = "2020-07-31"
    assert client.post(f"/lists/extensions/{extension.id}/accept", data=answer).status_code == 302
    assert problem.rectification.deadline == date(2020, 7, 31)
