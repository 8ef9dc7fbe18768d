"""The review queue: its order, one decision after the other, and two reviewers at once."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from tests import make
from tests.conftest import NOW, sign_in
from tests.desk.test_routes import statements
from tracker.accounts.models import Role
from tracker.audit import Event
from tracker.db import db
from tracker.reports import actions
from tracker.reports.models import Evidence, ProgressReport, TargetReading
from tracker.reports.review import queries
from tracker.reports.review.case import case_of
from tracker.reports.review.queries import QUEUE
from tracker.reports.review.rules import Kind
from tracker.reports.rules import ReturnReason
from tracker.tasks.models import Assignment, Level
from tracker.workdays import statutory
from tracker.workflow import FilingState, State

HOUR = timedelta(hours=1)


def waits(unit, title, hours=0, **columns):
    """A report that was submitted so many hours after NOW."""
    duty = make.assignment(unit, state=columns.pop("duty_state", State.ACTIVE), title=title)
    return make.report(duty, submitted_at=NOW + hours * HOUR, **columns)


def asks_to_close(unit, title, hours=0):
    return make.assignment(unit, state=State.CLOSING, title=title, submitted_at=NOW + hours * HOUR)


def prove(report, file=None, name="照片.txt", claim=""):
    file = file or make.stored_file()
    db.session.add(Evidence(report_id=report.id, file=file, name=name, claim=claim))
    db.session.commit()


def view(**said):
    return QUEUE.view(MultiDict(said))


def titles(**said):
    return [row.title for row in queries.waiting(view(**said), 50)]


def seen(page):
    return re.search(r'name="seen" value="([^"]+)"', page)[1]


# The queue


def test_reports_and_closures_wait_in_one_line_oldest_first(reporter):
    waits(reporter.unit, "二", 2)
    asks_to_close(reporter.unit, "三", 3)
    waits(reporter.unit, "一", 1)
    waits(reporter.unit, "已审", state=FilingState.ACCEPTED)
    make.assignment(reporter.unit, state=State.CLOSED, title="已办结")
    assert titles() == ["一", "二", "三"]
    assert queries.count(view()) == queries.waiting_in_all().total() == 3


def test_a_closure_with_its_report_is_one_case(reporter):
    waits(reporter.unit, "办结", duty_state=State.CLOSING)
    (row,) = queries.waiting(view(), 50)
    assert row.kind is Kind.CLOSURE
    assert queries.waiting_in_all().total() == 1


def test_the_queue_is_filtered_by_kind_unit_and_level(reporter, stranger):
    waits(reporter.unit, "报送", 1)
    waits(stranger.unit, "无变化", 2, no_change=True)
    asks_to_close(reporter.unit, "办结", 3)
    key = make.assignment(stranger.unit, state=State.CLOSING, title="重点", level=Level.KEY)
    assert titles(kind="report") == ["报送"]
    assert titles(kind="no_change") == ["无变化"]
    assert set(titles(kind="closure")) == {"办结", "重点"}
    assert set(titles(unit=str(stranger.unit_id))) == {"无变化", "重点"}
    assert titles(level="key") == [key.task.title]
    for said in ({"kind": "report"}, {"kind": "closure"}, {"unit": str(stranger.unit_id)}, {"level": "key"}):
        assert queries.count(view(**said)) == len(titles(**said))


def test_what_comes_after_and_before_a_case_is_found_from_its_place(reporter):
    for n in range(5):
        waits(reporter.unit, str(n), hours=n // 2)  # some at the same moment
    rows = queries.waiting(view(), 50)
    for n, row in enumerate(rows):
        place = (row.since, row.duty_id)
        assert queries.waiting(view(), 50, after=place) == rows[n + 1 :]
        assert queries.waiting(view(), 50, after=place, backwards=True) == rows[:n][::-1]


def test_only_who_judges_sees_the_queue(client, reporter, approver, leader):
    report = waits(reporter.unit, "报送")
    for user in (reporter, approver, leader):
        sign_in(client, user)
        assert client.get(f"/reports/review/{report.assignment_id}").status_code == 403


def test_an_empty_queue_says_so(client, supervisor):
    sign_in(client, supervisor)
    assert "都审完了" in client.get("/reports/review/").text


# One case


def test_the_claim_stands_beside_what_was_asked(client, reporter, supervisor):
    duty = make.assignment(reporter.unit, state=State.ACTIVE, progress=40)
    target = make.target(duty.task, comparison=">=")
    make.quota(target, reporter.unit, 2, ">=")
    before = make.report(duty, state=FilingState.ACCEPTED, progress=40, text="一所已开工。", submitted_at=NOW)
    before.readings.append(TargetReading(target=target, target_id=target.id, value=Decimal(1)))
    now = make.report(
        duty,
        progress=60,
        text="两所已开工。",
        difficulties="缺地",
        asks="请协调用地",
        submitted_at=NOW + HOUR,
    )
    now.readings.append(TargetReading(target=target, target_id=target.id, value=Decimal(1)))
    db.session.commit()
    prove(now, name="开工照片.txt", claim="两所开工")
    sign_in(client, supervisor)
    page = client.get(f"/reports/review/{duty.id}").text
    for words in ("40%", "60%", "✗ 未达到", "缺地", "请协调用地", "开工照片.txt", "证明：两所开工", "✓ 按时"):
        assert words in page, words
    assert re.search(r"<del>.*?一.*?</del>", page)
    assert re.search(r"<ins>.*?两.*?</ins>", page)


def test_lateness_is_judged_by_the_day_of_submission(reporter):
    duty = make.assignment(
        reporter.unit,
        state=State.CLOSING,
        deadline=NOW.date() - timedelta(days=3),
        submitted_at=NOW,  # Monday; the deadline was Friday
    )
    assert case_of(duty, statutory()).late == 1


def test_the_same_file_on_another_duty_is_noted(client, reporter, stranger, supervisor):
    file = make.stored_file()
    mine, other = waits(reporter.unit, "本项"), waits(stranger.unit, "别的任务")
    for report in (mine, other):
        prove(report, file)
    sign_in(client, supervisor)
    page = client.get(f"/reports/review/{mine.assignment_id}").text
    assert re.search("同一份文件还用在：<a [^>]+>市教育局“别的任务”</a>", page)


def test_a_corrected_report_says_why_it_went_back(client, reporter, supervisor):
    report = waits(reporter.unit, "报送")
    actions.send_back(report, supervisor, NOW, ReturnReason.EVIDENCE, "请换签收单")
    actions.submit(report, reporter, NOW)
    sign_in(client, supervisor)
    page = client.get(f"/reports/review/{report.assignment_id}").text
    assert "佐证不符" in page
    assert "请换签收单" in page


# Decisions


def test_after_a_decision_the_next_case_comes_at_once(client, reporter, supervisor):
    first, second = waits(reporter.unit, "第一件", 1), waits(reporter.unit, "第二件", 2)
    ids = first.id, first.assignment_id
    sign_in(client, supervisor)
    answer = client.post(f"/reports/review/{ids[1]}/accept", follow_redirects=True)
    assert answer.request.path == f"/reports/review/{second.assignment_id}"
    assert "已通过：" in answer.text
    assert "剩余 <b data-left>1</b> 件" in answer.text
    report = db.session.get(ProgressReport, ids[0])
    assert (report.state, report.reviewed_by_id) == (FilingState.ACCEPTED, supervisor.id)
    assert report.assignment.progress == report.progress


def test_after_the_last_case_comes_the_one_that_was_skipped(client, reporter, supervisor):
    skipped, last = waits(reporter.unit, "跳过的", 1), waits(reporter.unit, "最后的", 2)
    sign_in(client, supervisor)
    answer = client.post(f"/reports/review/{last.assignment_id}/accept", follow_redirects=True)
    assert answer.request.path == f"/reports/review/{skipped.assignment_id}"


def test_a_closure_is_closed_together_with_its_report(client, reporter, supervisor):
    report = waits(reporter.unit, "办结", duty_state=State.CLOSING, progress=100)
    report_id, duty_id = report.id, report.assignment_id
    sign_in(client, supervisor)
    assert "已办结：" in client.post(f"/reports/review/{duty_id}/accept", follow_redirects=True).text
    assert db.session.get(Assignment, duty_id).state is State.CLOSED
    assert db.session.get(ProgressReport, report_id).state is FilingState.ACCEPTED


def test_a_return_needs_a_reason_and_words_and_keeps_what_was_typed(client, reporter, supervisor):
    report = waits(reporter.unit, "报送")
    report_id, duty_id = report.id, report.assignment_id
    sign_in(client, supervisor)
    answer = client.post(f"/reports/review/{duty_id}/send-back", data={"reason": "写具体些"})
    assert answer.status_code == 422
    assert "写具体些</textarea>" in answer.text
    assert "请选择退回原因" in answer.text
    answer = client.post(f"/reports/review/{duty_id}/send-back", data={"kind": "empty", "reason": " "})
    assert answer.status_code == 422
    assert "请写明要补充或改正什么" in answer.text
    client.post(f"/reports/review/{duty_id}/send-back", data={"kind": "empty", "reason": "写具体些"})
    report = db.session.get(ProgressReport, report_id)
    assert (report.state, report.return_reason) == (FilingState.RETURNED, "empty")


def test_the_second_reviewer_is_told_who_was_faster_and_sees_the_next_case(client, reporter, supervisor):
    report, following = waits(reporter.unit, "抢先的", 1), waits(reporter.unit, "下一件", 2)
    duty_id, following_id = report.assignment_id, following.assignment_id
    faster = make.user(Role.SUPERVISOR)
    sign_in(client, supervisor)
    stamp = seen(client.get(f"/reports/review/{duty_id}").text)
    sign_in(client, faster)
    client.post(f"/reports/review/{duty_id}/accept")
    sign_in(client, supervisor)
    data = {"seen": stamp, "kind": "empty", "reason": "太空"}
    answer = client.post(f"/reports/review/{duty_id}/send-back", data=data, follow_redirects=True)
    assert f"{faster.name}已于" in answer.text
    assert "没有生效" in answer.text
    assert answer.request.path == f"/reports/review/{following_id}"
    assert db.session.get(Assignment, duty_id).progress == 50


def test_what_changed_meanwhile_is_looked_at_again(client, reporter, supervisor):
    report = waits(reporter.unit, "改过的")
    report_id, duty_id = report.id, report.assignment_id
    sign_in(client, supervisor)
    stamp = seen(client.get(f"/reports/review/{duty_id}").text)
    sign_in(client, reporter)
    client.post(f"/reports/{report_id}/recall")
    actions.submit(db.session.get(ProgressReport, report_id), reporter, NOW)
    sign_in(client, supervisor)
    answer = client.post(f"/reports/review/{duty_id}/accept", data={"seen": stamp}, follow_redirects=True)
    assert "请看过最新内容再办" in answer.text
    assert answer.request.path == f"/reports/review/{duty_id}"
    assert db.session.get(ProgressReport, report_id).state is FilingState.SUBMITTED


def test_nobody_reviews_what_he_or_she_sent(client, reporter, supervisor):
    report = waits(reporter.unit, "自己报的", submitted_by_id=supervisor.id)
    sign_in(client, supervisor)
    page = client.get(f"/reports/review/{report.assignment_id}").text
    assert "须由另一位督查员审核" in page
    assert "data-decides" not in page
    assert client.post(f"/reports/review/{report.assignment_id}/accept").status_code == 403


# 无变化


def boxes(page):
    return re.findall(r'name="report" value="([^"]+)"', page)


def test_reports_without_change_are_accepted_at_once_each_with_its_event(client, reporter, supervisor):
    ids = [waits(reporter.unit, f"无变化{n}", no_change=True).id for n in range(3)]
    waits(reporter.unit, "有变化")
    waits(reporter.unit, "要办结", duty_state=State.CLOSING, no_change=True)
    sign_in(client, supervisor)
    page = client.get("/reports/review/no-change").text
    assert len(boxes(page)) == 3
    answer = client.post("/reports/review/no-change", data={"report": boxes(page)}, follow_redirects=True)
    assert "已通过3件“无变化”" in answer.text
    query = db.select(Event.subject_id).filter_by(kind="report.accept", actor_id=supervisor.id)
    assert set(db.session.scalars(query)) == set(ids)
    assert queries.count(view()) == 2


def test_what_changed_since_the_list_was_opened_is_named_and_left(client, reporter, supervisor):
    kept, recalled = (waits(reporter.unit, title, no_change=True).id for title in ("照旧", "撤回的"))
    sign_in(client, supervisor)
    ticked = boxes(client.get("/reports/review/no-change").text)
    sign_in(client, reporter)
    client.post(f"/reports/{recalled}/recall")
    sign_in(client, supervisor)
    answer = client.post("/reports/review/no-change", data={"report": ticked}, follow_redirects=True)
    assert "已通过1件" in answer.text
    assert "没有处理，市发展改革委“撤回的”" in answer.text
    assert "撤回" in answer.text
    assert db.session.get(ProgressReport, kept).state is FilingState.ACCEPTED
    assert db.session.get(ProgressReport, recalled).state is FilingState.DRAFT


@pytest.mark.parametrize("said", ["", "x.y", "999999.1", "1"])
def test_a_box_that_names_nothing_does_nothing(client, supervisor, said):
    sign_in(client, supervisor)
    assert client.post("/reports/review/no-change", data={"report": [said]}).status_code == 302


def test_the_bulk_decision_takes_only_what_says_no_change(client, reporter, supervisor):
    report = waits(reporter.unit, "有变化")
    report_id = report.id
    sign_in(client, supervisor)
    client.post("/reports/review/no-change", data={"report": [f"{report_id}.{report.version}"]})
    assert db.session.get(ProgressReport, report_id).state is FilingState.SUBMITTED


# Cost


@pytest.mark.parametrize("path", ["/reports/review/{}", "/reports/review/no-change"])
def test_more_cases_do_not_ask_more_questions(client, reporter, supervisor, path):
    sign_in(client, supervisor)

    def add(number):
        for n in range(number):
            report = waits(reporter.unit, f"任务{n}", n, no_change=bool(n % 2))
            prove(report)
            asks_to_close(reporter.unit, f"办结{n}", n)
        return report.assignment_id

    def asked(duty_id):
        with statements() as sent:
            assert client.get(path.format(duty_id)).status_code == 200
        return len(sent)

    first = add(4)
    asked(first)
    few = asked(first)
    add(20)
    assert asked(first) == few
