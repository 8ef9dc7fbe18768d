"""The round trip in the browser: download, fill in, upload, look, confirm; twice is harmless."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import event

from tests import make
from tests.conftest import NOW, Browser, sign_in
from tests.reports.workbook.sheets import FIRST, HEAD, edited, filled, with_amount
from tracker import audit
from tracker.accounts.models import Role, User
from tracker.db import db
from tracker.files import StoredFile
from tracker.reports import actions
from tracker.reports.models import ProgressReport, TargetReading
from tracker.tasks.models import Assignment
from tracker.workflow import FilingState, State

REPORTED = {
    "操作": "报送",
    "本次进展%": "６０％",
    "进展情况": "两所已封顶。",
    "困难": "资金",
    "需协调事项": "请拨款",
}


def download(client: Browser) -> bytes:
    answer = client.get("/reports/workbook/duties.xlsx")
    assert answer.status_code == 200
    return answer.data


def upload(client: Browser, book: bytes, name: str = "填报表.xlsx") -> Any:
    form = {"file": (BytesIO(book), name)}
    return client.post("/reports/workbook/", data=form, follow_redirects=True)


def token_of(page: Any) -> str:
    return parse_qs(urlsplit(page.request.url).query)["token"][0]


def confirm(client: Browser, token: str) -> Any:
    return client.post("/reports/workbook/confirm", data={"token": token}, follow_redirects=True)


def reports() -> list[ProgressReport]:
    return db.session.scalars(db.select(ProgressReport).order_by(ProgressReport.id)).all()


@pytest.fixture
def signed_in(client: Browser, reporter: User) -> Browser:
    sign_in(client, reporter)
    return client


def test_the_round_trip(signed_in, reporter):
    task = make.task(title="建成三所学校")
    target = make.target(task)
    active = make.assignment(reporter.unit, task, state=State.ACTIVE)
    issued = make.assignment(reporter.unit, title="招聘教师")
    unchanged = make.assignment(reporter.unit, title="采购设备", state=State.ACTIVE, progress=30)
    make.report(unchanged, state=FilingState.ACCEPTED, progress=30, text="已招标。")
    drafted = make.assignment(reporter.unit, title="验收", state=State.ACTIVE)
    book = with_amount(download(signed_in), "２所")
    wishes = [REPORTED, {"签收": "是"}, {"无变化": "是"}, REPORTED | {"操作": "存草稿"}]
    book = filled(book, dict(enumerate(wishes, FIRST)))

    page = upload(signed_in, book)
    assert page.status_code == 200
    for words in (
        "报送1项，报送（无变化）1项，存草稿1项，签收1项",
        "60%",
        "两所已封顶。",
        "学校",
        "2所",
        "现在还没有写入",
    ):
        assert words in page.text
    assert len(reports()) == 1
    assert issued.state is State.ISSUED

    done = confirm(signed_in, token_of(page))
    assert "填报表已提交：报送1项" in done.text
    _, *written = reports()
    sent, same, draft = sorted(written, key=lambda report: report.assignment_id)
    assert (sent.assignment_id, sent.state, sent.progress) == (active.id, FilingState.SUBMITTED, 60)
    assert (sent.text, sent.difficulties, sent.asks) == ("两所已封顶。", "资金", "请拨款")
    assert [(reading.target_id, reading.value) for reading in sent.readings] == [(target.id, Decimal(2))]
    assert sent.submitted_by_id == reporter.id
    assert (same.assignment_id, same.no_change, same.text) == (unchanged.id, True, "已招标。")
    assert (draft.assignment_id, draft.state) == (drafted.id, FilingState.DRAFT)
    assert db.session.get(Assignment, issued.id).state is State.ACTIVE
    kinds = set(db.session.scalars(db.select(audit.Event.kind)))
    assert {"assignment.receive", "report.submit", "workbook.take_in"} <= kinds
    assert audit.verify().broken_id is None


def test_twice_is_harmless(signed_in, reporter):
    for title in ("甲", "乙", "丙"):
        make.assignment(reporter.unit, title=title, state=State.ISSUED if title == "丙" else State.ACTIVE)
    wishes = [REPORTED, {"无变化": "是"}, REPORTED | {"签收": "是"}]
    book = filled(download(signed_in), dict(enumerate(wishes, FIRST)))
    token = token_of(upload(signed_in, book))
    confirm(signed_in, token)
    events = db.session.scalar(db.select(db.func.count(audit.Event.id)))

    assert "没有要写入的内容" in confirm(signed_in, token).text  # the same preview once more
    again = upload(signed_in, book)
    assert "3项已报送，无需再报" in again.text
    confirm(signed_in, token_of(again))

    assert len(reports()) == 3
    assert db.session.scalar(db.select(db.func.count(audit.Event.id))) == events


def test_one_wrong_row_keeps_all_from_being_written(signed_in, reporter):
    make.assignment(reporter.unit, title="甲", state=State.ACTIVE)
    make.assignment(reporter.unit, title="乙", state=State.ACTIVE)
    book = filled(download(signed_in), {FIRST: REPORTED, FIRST + 1: REPORTED | {"本次进展%": "=1+1"}})
    page = upload(signed_in, book)
    assert f"J{FIRST + 1}" in page.text
    assert "是公式" in page.text
    assert "确认提交" not in page.text

    answer = confirm(signed_in, token_of(page))
    assert answer.status_code == 409
    assert "整份都没有写入" in answer.text
    assert reports() == []


def test_who_was_faster_is_told_at_the_confirmation(signed_in, reporter, supervisor):
    duty = make.assignment(reporter.unit, state=State.ACTIVE)
    colleague = make.user(unit_=reporter.unit, name="陈同事")
    page = upload(signed_in, filled(download(signed_in), {FIRST: REPORTED}))
    actions.submit(actions.draft(duty, colleague, NOW, actions.Content(20, "同事先报了")), colleague, NOW)
    answer = confirm(signed_in, token_of(page))
    assert answer.status_code == 409
    assert "陈同事已于7月6日09:00“报送”" in answer.text
    assert [report.text for report in reports()] == ["同事先报了"]


def test_a_colleagues_draft_is_not_overwritten(signed_in, reporter):
    duty = make.assignment(reporter.unit, state=State.ACTIVE)
    book = filled(download(signed_in), {FIRST: REPORTED})
    actions.draft(duty, make.user(unit_=reporter.unit, name="陈同事"), NOW, actions.Content(20, "写到一半"))
    assert "陈同事已于7月6日09:00保存了草稿" in upload(signed_in, book).text


def test_a_change_that_stands_in_nobodys_way_is_pointed_out(signed_in, reporter):
    duty = make.assignment(reporter.unit, state=State.ACTIVE)
    book = filled(download(signed_in), {FIRST: REPORTED})
    duty.deadline = NOW.date().replace(month=9)
    page = upload(signed_in, book)
    assert "现在完成时限2020-09-06" in page.text
    assert "填报表已提交" in confirm(signed_in, token_of(page)).text


def test_rows_of_another_unit_and_forged_rows_are_refused(client, reporter, stranger):
    duty = make.assignment(reporter.unit, state=State.ACTIVE)
    own = make.assignment(stranger.unit, state=State.ACTIVE)
    sign_in(client, reporter)
    theirs = filled(download(client), {FIRST: REPORTED})
    sign_in(client, stranger)
    page = upload(client, theirs)
    assert "其他单位的承办项" in page.text

    def forge(opened: Any) -> None:
        sheet = opened["填报表"]
        sheet.cell(FIRST, 1).value = sheet.cell(FIRST, 1).value.replace(f"{own.id}-", f"{duty.id}-", 1)

    page = upload(client, filled(edited(download(client), forge), {FIRST: REPORTED}))
    assert "编号被改动过" in page.text
    confirm(client, token_of(page))
    assert reports() == []


def test_a_duty_given_to_another_unit_is_out_of_reach(signed_in, reporter):
    duty = make.assignment(reporter.unit, state=State.ACTIVE)
    book = filled(download(signed_in), {FIRST: REPORTED})
    duty.unit = make.unit("市教育局")
    assert "不由本单位承办" in upload(signed_in, book).text


def test_a_preview_belongs_to_who_uploaded(client, reporter, head):
    make.assignment(reporter.unit, state=State.ACTIVE)
    sign_in(client, reporter)
    token = token_of(upload(client, filled(download(client), {FIRST: REPORTED})))
    sign_in(client, head)
    assert client.get(f"/reports/workbook/preview?token={token}").status_code == 404
    assert confirm(client, token).status_code == 404
    assert confirm(client, "forged").status_code == 404
    assert reports() == []


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04"])
def test_what_cannot_be_read_is_said_on_the_page_and_not_kept(signed_in, content):
    answer = upload(signed_in, content)
    assert answer.status_code == 422
    assert "alert-danger" in answer.text
    assert db.session.scalar(db.select(db.func.count(StoredFile.id))) == 0


def test_a_form_without_a_file_says_so(signed_in):
    answer = signed_in.post("/reports/workbook/", data={})
    assert answer.status_code == 422
    assert "请选择填好的填报表" in answer.text


def test_what_is_done_with_is_not_in_the_workbook(signed_in, reporter):
    for state in State:
        make.assignment(reporter.unit, title=state.label, state=state)
    titles: list[str] = []
    edited(download(signed_in), lambda opened: titles.extend(c.value for c in opened["填报表"]["C"][HEAD:]))
    assert set(titles) == {State.ISSUED.label, State.ACTIVE.label}


def test_so_many_rows_at_once_are_parted(signed_in, reporter, monkeypatch):
    monkeypatch.setattr("tracker.reports.workbook.queries.MAX_WRITTEN", 1)
    for title in ("甲", "乙"):
        make.assignment(reporter.unit, title=title, state=State.ACTIVE)
    book = filled(download(signed_in), {FIRST: REPORTED, FIRST + 1: REPORTED})
    assert "一次最多办理1项，这份有2项" in upload(signed_in, book).text


def test_what_the_page_took_comes_back_unchanged(signed_in, reporter):
    """Line ends of a browser, invisible letters, readings nobody asks for any more: none is a change."""
    duty = make.assignment(reporter.unit, state=State.ACTIVE)
    target = make.target(duty.task)
    report = make.report(duty, state=FilingState.ACCEPTED, text=" 一行\r\n二行\x0b ")
    report.readings.append(TargetReading(target_id=target.id, value=Decimal(2)))
    make.quota(target, make.unit("市教育局"), 3)  # the target is another unit's now
    page = upload(signed_in, filled(download(signed_in), {FIRST: {"无变化": "是"}}))
    assert "报送（无变化）1项" in page.text


def test_an_empty_workbook_can_be_downloaded(signed_in):
    assert "没有待签收或推进中的承办项" in signed_in.get("/reports/workbook/").text
    assert "没有承办项" in upload(signed_in, download(signed_in)).text


def test_the_buttons_stand_where_units_look(client, reporter, supervisor):
    sign_in(client, reporter)
    assert "下载填报表" in client.get("/reports/").text
    assert "用 Excel 填报" in client.get("/").text
    sign_in(client, supervisor)
    assert "下载填报表" not in client.get("/reports/").text
    assert client.get("/reports/workbook/").status_code == 403


def test_queries_do_not_grow_with_the_rows(signed_in, reporter):
    def asked(call: Callable[[], object]) -> int:
        said: list[str] = []

        def listener(*arguments: Any) -> None:
            said.append(arguments[2])

        event.listen(db.engine, "before_cursor_execute", listener)
        call()
        event.remove(db.engine, "before_cursor_execute", listener)
        return len(said)

    counts = []
    for _ in range(2):
        for _ in range(4):
            duty = make.assignment(reporter.unit, state=State.ACTIVE)
            make.quota(make.target(duty.task), reporter.unit, 3)
            make.report(duty, state=FilingState.ACCEPTED)
        book = filled(download(signed_in), {FIRST + row: REPORTED for row in range(4)})
        token = token_of(upload(signed_in, book))
        counts.append(
            (
                asked(lambda: download(signed_in)),
                asked(lambda token=token: signed_in.get(f"/reports/workbook/preview?token={token}")),
            )
        )
    assert counts[0] == counts[1]


def test_every_role_but_the_units_is_kept_out(client):
    for role in set(Role) - {Role.REPORTER, Role.HEAD}:
        sign_in(client, make.user(role))
        assert client.get("/reports/workbook/duties.xlsx").status_code == 403


def test_two_confirmations_at_once_write_once(own_app):
    user = make.user(Role.REPORTER)
    for title in ("甲", "乙", "丙"):
        duty = make.assignment(user.unit, title=title, state=State.ACTIVE)
    actions.draft(duty, user, NOW, actions.Content(10, "草稿"))
    db.session.commit()
    clients = [own_app.test_client() for _ in range(2)]
    for client in clients:
        sign_in(client, user)
    book = filled(download(clients[0]), {FIRST + row: REPORTED for row in range(3)})
    token = token_of(upload(clients[0], book))
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda client: confirm(client, token), clients))

    db.session.rollback()  # what was read before is old by now
    assert [answer.status_code for answer in answers] == [200, 200]
    assert sorted("填报表已提交" in answer.text for answer in answers) == [False, True]
    assert [report.state for report in reports()] == [FilingState.SUBMITTED] * 3
    assert db.session.scalar(db.select(db.func.count()).where(audit.Event.kind == "report.submit")) == 3


def test_the_office_can_make_a_workbook_for_a_unit(command, client, reporter, tmp_path):
    make.assignment(reporter.unit, state=State.ACTIVE)
    file = tmp_path / "book.xlsx"
    done = command("workbook", reporter.unit.name, "--xlsx", file)
    assert (done.code, "共1项" in done.out) == (0, True)
    sign_in(client, reporter)
    assert "报送1项" in upload(client, filled(file.read_bytes(), {FIRST: REPORTED})).text
    assert command("workbook", "没有的单位", "--xlsx", file).code == 2
    assert command("workbook", reporter.unit.name, "--xlsx", tmp_path).code == 2
