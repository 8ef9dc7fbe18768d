"""The unit's side of a duty: drafts, evidence with its claim, closure, and the lead with its supports."""

from datetime import timedelta
from io import BytesIO

import pytest

from tests import make
from tests.conftest import NOW, sign_in
from tracker import files
from tracker.accounts.models import Role
from tracker.audit import Event
from tracker.db import db
from tracker.errors import Forbidden, Invalid, WrongState
from tracker.reports import actions, queries
from tracker.reports.actions import Content, Verdict
from tracker.reports.models import Evidence, ProgressReport, Rating
from tracker.tasks.models import Assignment, Duty
from tracker.workflow import FilingState, State


@pytest.fixture
def duty(reporter):
    return make.assignment(reporter.unit, state=State.ACTIVE, progress=40)


@pytest.fixture
def support(duty):
    """A duty that supports ours, of another unit."""
    return make.assignment(make.unit("市财政局"), duty.task, duty=Duty.SUPPORT, state=State.ACTIVE)


def save(client, duty, **form):
    """As the page saves by itself."""
    address = f"/reports/duties/{duty.id}/draft"
    return client.post(
        address, data={"progress": "50", "text": "已开工"} | form, headers={"Accept": "application/json"}
    )


def prove(report, name="a.txt", claim="验收单", file=None) -> Evidence:
    """A file stored with a report."""
    proof = Evidence(file=file or make.stored_file(), name=name, claim=claim)
    report.evidence.append(proof)
    db.session.commit()
    return proof


def kinds() -> list[str]:
    return [event.kind for event in db.session.scalars(db.select(Event).order_by(Event.id))]


# Drafts


def test_saving_a_draft_many_times_leaves_no_trail(client, duty, reporter):
    sign_in(client, reporter)
    seen = "0"
    for text in ("一", "一二", "一二三"):
        answer = save(client, duty, text=text, seen=seen).json
        seen = answer["seen"]
    assert answer["said"] == "已自动保存 09:00"
    report = db.session.scalars(db.select(ProgressReport)).one()
    assert (report.text, report.saved_by_id, kinds()) == ("一二三", reporter.id, [])


def test_a_number_half_typed_does_not_keep_the_text_from_being_saved(client, duty, reporter):
    target = make.target(duty.task)
    sign_in(client, reporter)
    assert (
        save(client, duty, progress="", **{f"target_{target.id}": "1.", "text": "写到一半"}).status_code
        == 200
    )
    assert save(client, duty, progress="-", text="再写一点").status_code == 200
    report = db.session.scalars(db.select(ProgressReport)).one()
    assert (report.progress, report.text) == (40, "再写一点")


def test_the_second_colleague_is_told_and_nothing_is_overwritten(client, duty, reporter):
    colleague = make.user(name="王建国")
    sign_in(client, colleague)
    save(client, duty, text="同事写的", seen="0")
    sign_in(client, reporter)
    answer = save(client, duty, text="我写的", seen="0")
    assert answer.status_code == 409
    assert "王建国已于7月6日09:00“保存草稿”" in answer.json["message"]
    page = client.post(
        f"/reports/duties/{duty.id}/reports", data={"progress": "50", "text": "我写的", "seen": "0"}
    )
    assert page.status_code == 409
    assert "我写的" in page.text
    assert db.session.scalars(db.select(ProgressReport)).one().text == "同事写的"


def test_a_report_sent_meanwhile_is_told_by_who_sent_it(client, duty, reporter):
    colleague = make.user(name="王建国")
    actions.submit(actions.draft(duty, colleague, NOW, Content(50, "已报")), colleague, NOW)
    sign_in(client, reporter)
    answer = save(client, duty, seen="0")
    assert answer.status_code == 409
    assert "“报送”" in answer.json["message"]


def test_no_change_does_not_overwrite_what_a_colleague_began(duty, reporter):
    actions.draft(duty, make.user(), NOW, Content(60, "正在写"))
    with pytest.raises(WrongState, match="保存草稿"):
        actions.report_no_change(duty, reporter, NOW, seen="0")


def test_no_change_is_no_answer_to_a_report_sent_back(duty, reporter):
    make.report(duty, state=FilingState.RETURNED)
    with pytest.raises(WrongState, match="被退回"):
        actions.report_no_change(duty, reporter, NOW)


def test_the_form_is_filled_with_what_was_last_said(client, duty, reporter):
    target = make.target(duty.task)
    last = Content(40, "主体封顶", "缺钢筋", "请协调供货", readings={target.id: 2})
    actions.submit(report := actions.draft(duty, reporter, NOW, last), reporter, NOW)
    actions.accept(report, None, NOW)
    sign_in(client, reporter)
    page = client.get(f"/reports/duties/{duty.id}").text
    form = page[page.index('id="report-form"') : page.index("</form>", page.index('id="report-form"'))]
    assert "主体封顶" in form
    assert "缺钢筋" in form
    assert "请协调供货" not in form  # asked once, answered once
    assert "上次2所" in form
    assert "序时进度" in form


def test_what_is_asked_of_the_lead_is_shown_to_the_office(client, duty, reporter, supervisor):
    actions.submit(
        actions.draft(duty, reporter, NOW, Content(50, "已开工", asks="请协调用地")), reporter, NOW
    )
    sign_in(client, supervisor)
    assert "请协调用地" in client.get(f"/reports/duties/{duty.id}").text


# Evidence


def attach(client, duty, content=b"proof", name="proof.txt", **form):
    return save(client, duty, files=[(BytesIO(content), name)], **form)


def test_a_file_is_kept_once_and_needs_a_claim_before_it_is_sent(client, duty, reporter):
    sign_in(client, reporter)
    seen = attach(client, duty, seen="0").json["seen"]
    seen = attach(client, duty, seen=seen).json["seen"]
    evidence = db.session.scalars(db.select(Evidence)).one()
    form = {"progress": "50", "text": "已开工", "seen": seen}
    page = client.post(f"/reports/duties/{duty.id}/reports", data=form | {f"claim_{evidence.id}": ""})
    assert page.status_code == 422
    assert "“proof.txt”证明什么" in page.text
    client.post(f"/reports/duties/{duty.id}/reports", data=form | {f"claim_{evidence.id}": "验收单"})
    evidence = db.session.scalars(db.select(Evidence)).one()
    assert (evidence.claim, evidence.name) == ("验收单", "proof.txt")


def test_a_file_is_taken_off_with_the_draft_saved(client, duty, reporter):
    sign_in(client, reporter)
    seen = attach(client, duty, seen="0").json["seen"]
    evidence = db.session.scalars(db.select(Evidence)).one()
    answer = save(client, duty, text="还在写", seen=seen, remove=evidence.id)
    assert "proof.txt" not in answer.json["evidence"]
    assert db.session.scalars(db.select(Evidence)).all() == []
    assert db.session.scalars(db.select(ProgressReport)).one().text == "还在写"
    assert kinds() == ["report.remove_evidence"]


def test_a_file_larger_than_the_setting_is_refused(client, app, duty, reporter, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_UPLOAD_MB", 0)
    sign_in(client, reporter)
    answer = attach(client, duty)
    assert answer.status_code == 422
    assert "超过0 MB" in answer.json["message"]


def test_a_report_that_was_sent_keeps_its_files(client, duty, reporter):
    sign_in(client, reporter)
    report = make.report(duty)
    proof = prove(report)
    with pytest.raises(WrongState, match="撤回"):
        actions.remove_evidence(proof, report, reporter, NOW)


def test_the_office_sees_where_else_the_same_file_was_used(client, duty, reporter, supervisor):
    other = make.assignment(make.unit("市教育局"), state=State.ACTIVE, title="修建道路")
    file = make.stored_file()
    sent = make.report(other, submitted_at=NOW - timedelta(days=3))
    draft = make.report(other, state=FilingState.DRAFT)
    for report in (ours := make.report(duty), sent, draft):
        prove(report, "照片.txt", "现场", file)
    (places,) = queries.duplicates_of([ours]).values()
    assert [(place.unit, place.title, str(place.on)) for place in places] == [
        ("市教育局", "修建道路", "2020-07-03")
    ]
    sign_in(client, supervisor)
    assert "市教育局·修建道路·2020-07-03" in client.get(f"/reports/duties/{duty.id}").text
    sign_in(client, reporter)
    assert "市教育局" not in client.get(f"/reports/duties/{duty.id}").text


# Closure


def test_the_page_says_beforehand_what_a_closure_lacks(client, duty, reporter):
    make.target(duty.task)
    sign_in(client, reporter)
    page = client.get(f"/reports/duties/{duty.id}").text
    checklist = page[page.index('class="checklist"') : page.index("</ul>", page.index('class="checklist"'))]
    assert checklist.count("✗") == 3
    for word in ("达到100%才能", "还没有佐证材料", "学校未填报"):
        assert word in checklist


def test_what_was_typed_is_no_written_why(client, duty, reporter):
    target = make.target(duty.task)
    make.report(duty, state=FilingState.ACCEPTED)
    sign_in(client, reporter)
    form = {
        "progress": "100",
        "text": "全部建成",
        f"target_{target.id}": "2",
        "files": [(BytesIO(b"proof"), "a.txt")],
        "claim": "验收单",
        "wish": "closure",
    }
    page = client.post(f"/reports/duties/{duty.id}/reports", data=form)
    assert page.status_code == 422
    assert "请说明理由" in page.text
    form |= {"files": [(BytesIO(b"proof"), "a.txt")], "grounds": "另一所经批准移到明年"}
    client.post(f"/reports/duties/{duty.id}/reports", data=form)
    assert db.session.get(Assignment, duty.id).state is State.CLOSING


def test_the_closing_words_are_part_of_the_draft(client, duty, reporter, supervisor):
    sign_in(client, reporter)
    typed = {"progress": "90", "text": "快好了", "grounds": "另一所经批准移到明年"}
    address = f"/reports/duties/{duty.id}"
    saved = client.post(f"{address}/draft", data=typed, headers={"Accept": "application/json"})
    assert saved.status_code == 200
    page = client.get(address).text
    assert "另一所经批准移到明年</textarea>" in page
    assert "data-closure open>" in page
    client.post(f"{address}/reports", data=typed | {"seen": saved.json["seen"]})
    actions.accept(db.session.scalars(db.select(ProgressReport)).one(), supervisor, NOW)
    db.session.commit()
    assert "另一所经批准移到明年</textarea>" in client.get(address).text  # when closure is asked for later


def test_a_closure_that_says_nothing_new_files_no_second_report(client, duty, reporter):
    report = make.report(duty, state=FilingState.ACCEPTED, progress=100, text="全部建成")
    prove(report)
    sign_in(client, reporter)
    form = {"progress": "100", "text": "全部建成", "wish": "closure"}
    client.post(f"/reports/duties/{duty.id}/reports", data=form)
    assert db.session.get(Assignment, duty.id).state is State.CLOSING
    assert len(db.session.scalars(db.select(ProgressReport)).all()) == 1


def test_closure_is_asked_for_on_a_report_that_still_waits(client, duty, reporter):
    report = make.report(duty, progress=100)
    prove(report)
    sign_in(client, reporter)
    assert "正在审核" in client.get(f"/reports/duties/{duty.id}").text
    client.post(f"/reports/duties/{duty.id}/request-closure", data={"version": duty.version})
    assert db.session.get(Assignment, duty.id).state is State.CLOSING


def test_closure_is_not_offered_while_a_report_short_of_it_waits(client, duty, reporter):
    make.report(duty, progress=60)
    sign_in(client, reporter)
    page = client.get(f"/reports/duties/{duty.id}").text
    assert "可以撤回后改报" in page
    assert "request-closure" not in page


# Lead and supports


def ready(duty) -> None:
    """Reported to the full, with evidence."""
    report = make.report(duty, state=FilingState.ACCEPTED, progress=100)
    prove(report)


def test_the_lead_reads_its_supports_and_acts_on_none(client, duty, support, reporter):
    report = make.report(support, text="资金已拨付")
    proof = prove(report, "拨款单.txt", file=files.store(b"paid", "a.txt", "text/plain", None, NOW))
    make.report(support, state=FilingState.DRAFT, text="还没写完")
    sign_in(client, reporter)
    page = client.get(f"/reports/duties/{duty.id}").text
    assert "资金已拨付" in page
    assert "拨款单.txt" in page
    page = client.get(f"/reports/duties/{support.id}")
    assert page.status_code == 200
    assert "还没写完" not in page.text
    assert client.get(f"/reports/evidence/{proof.id}").status_code == 200
    for path in ("reports", "no-change", "request-closure", "draft", "ratings"):
        form = {"progress": "50", "text": "代填"}
        assert client.post(f"/reports/duties/{support.id}/{path}", data=form).status_code == 403, path
    assert client.post(f"/reports/{report.id}/recall").status_code == 403


@pytest.mark.parametrize("change", [{"duty": Duty.RESPONSIBLE}, {"state": State.WITHDRAWN}])
def test_only_a_lead_reads_others(client, duty, support, reporter, change):
    for column, value in change.items():
        db.session.execute(db.update(Assignment).where(Assignment.id == duty.id).values({column: value}))
    sign_in(client, reporter)
    assert client.get(f"/reports/duties/{support.id}").status_code == 404


def test_a_support_does_not_read_the_lead(client, duty, support):
    sign_in(client, make.user(unit_=support.unit))
    assert client.get(f"/reports/duties/{duty.id}").status_code == 404


def test_what_the_lead_says_stands_in_both_timelines(client, duty, support, reporter):
    sign_in(client, reporter)
    client.post(f"/reports/duties/{support.id}/comments", data={"text": "请本周内拨付"})
    assert "请本周内拨付" in client.get(f"/reports/duties/{duty.id}").text
    sign_in(client, make.user(unit_=support.unit))
    page = client.get(f"/reports/duties/{support.id}").text
    assert "请本周内拨付" in page
    assert 'name="text" rows="2"' not in page  # the support itself is not asked to comment


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.SUPERVISOR, True), (Role.LEADER, True), (Role.APPROVER, True), (Role.AUDITOR, False)],
)
def test_the_office_may_comment_too(support, role, may):
    user = make.user(role)
    if may:
        actions.comment(support, user, NOW, "请加快")
        assert kinds() == ["assignment.comment"]
    else:
        with pytest.raises(Forbidden):
            actions.comment(support, user, NOW, "请加快")


def test_an_empty_comment_is_none(support, supervisor):
    with pytest.raises(Invalid):
        actions.comment(support, supervisor, NOW, " ")


def test_a_lead_rates_its_supports_before_it_may_close(client, duty, support, reporter):
    withdrawn = make.assignment(make.unit("市水利局"), duty.task, duty=Duty.SUPPORT, state=State.WITHDRAWN)
    ready(duty)
    with pytest.raises(Invalid, match="请评价配合单位：市财政局"):
        actions.request_closure(duty, reporter, NOW)
    actions.request_closure(duty, reporter, NOW, verdicts={support.id: Verdict(4, "拨付及时")})
    db.session.flush()
    assert duty.state is State.CLOSING
    assert [rating.assignment_id for rating in db.session.scalars(db.select(Rating))] == [support.id]
    assert withdrawn.id not in {s.duty.id for s in queries.supports_of(duty)}
    db.session.commit()
    sign_in(client, make.user(unit_=support.unit))
    page = client.get(f"/reports/duties/{support.id}").text
    assert "4分" in page
    assert "拨付及时" in page


def test_a_rating_is_open_to_second_thoughts_until_the_lead_is_closed(client, duty, support, reporter):
    ready(duty)
    actions.request_closure(duty, reporter, NOW, verdicts={support.id: Verdict(4, "拨付及时")})
    sign_in(client, reporter)
    form = {f"score_{support.id}": "2", f"why_{support.id}": "后期拖延", "version": duty.version}
    db.session.commit()
    client.post(f"/reports/duties/{duty.id}/ratings", data=form | {"version": duty.version})
    assert db.session.scalars(db.select(Rating)).one().score == 2
    actions.close(db.session.get(Assignment, duty.id), None, NOW)
    db.session.commit()
    answer = client.post(f"/reports/duties/{duty.id}/ratings", data=form | {"version": ""})
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("verdict", "word"),
    [(Verdict(0, "好"), "1至5分"), (Verdict(6, "好"), "1至5分"), (Verdict(3, " "), "理由")],
)
def test_a_rating_has_a_score_and_a_reason(duty, support, reporter, verdict, word):
    with pytest.raises(Invalid, match=word):
        actions.rate(duty, reporter, NOW, {support.id: verdict})


def test_a_unit_rates_only_what_it_leads(duty, support, reporter):
    other = make.assignment(make.unit("市交通局"), duty=Duty.SUPPORT, state=State.ACTIVE)
    actions.rate(duty, reporter, NOW, {other.id: Verdict(1, "不配合")})
    assert db.session.scalars(db.select(Rating)).all() == []
    with pytest.raises(Forbidden):
        actions.rate(duty, make.user(unit_=other.unit), NOW, {support.id: Verdict(1, "不配合")})


# What the page says


def test_a_dispute_shows_since_when_the_clock_stands(client, reporter):
    duty = make.assignment(reporter.unit, state=State.DISPUTED, paused_on=NOW.date() - timedelta(days=4))
    sign_in(client, reporter)
    assert "计时已暂停4天" in client.get(f"/reports/duties/{duty.id}").text


@pytest.mark.parametrize("path", ["no-change", "request-closure", "reports"])
def test_a_stale_page_is_told_and_changes_nothing(client, duty, reporter, path):
    sign_in(client, reporter)
    form = {"progress": "50", "text": "已开工", "version": duty.version - 1}
    assert client.post(f"/reports/duties/{duty.id}/{path}", data=form).status_code == 409
    assert db.session.scalars(db.select(ProgressReport)).all() == []


@pytest.mark.parametrize(
    ("user", "path"), [("reporter", "recall"), ("supervisor", "accept"), ("supervisor", "send-back")]
)
def test_a_report_changed_meanwhile_is_not_acted_upon(client, duty, request, user, path):
    report = make.report(duty)
    sign_in(client, request.getfixturevalue(user))
    form = {"version": report.version - 1, "kind": "empty", "reason": "请写具体"}
    assert client.post(f"/reports/{report.id}/{path}", data=form).status_code == 409
    assert db.session.get(ProgressReport, report.id).state is FilingState.SUBMITTED


def test_ratings_saved_from_the_form_keep_what_was_typed_above(client, duty, support, reporter):
    sign_in(client, reporter)
    form = {"progress": "90", "text": "快完成了", "version": duty.version, "seen": "0"}
    rating = {f"score_{support.id}": "5", f"why_{support.id}": "配合得力"}
    client.post(f"/reports/duties/{duty.id}/ratings", data=form | rating)
    assert db.session.scalars(db.select(ProgressReport)).one().text == "快完成了"
    assert db.session.scalars(db.select(Rating)).one().score == 5


def test_more_supports_ask_no_more_questions(client, duty, reporter):
    from tests.desk.test_routes import statements

    sign_in(client, reporter)

    def add(number: int) -> None:
        for n in range(number):
            unit = make.unit(f"第{n + number}单位")
            prove(make.report(make.assignment(unit, duty.task, duty=Duty.SUPPORT, state=State.ACTIVE)))

    def asked() -> int:
        with statements() as sent:
            assert client.get(f"/reports/duties/{duty.id}").status_code == 200
        return len(sent)

    add(3)
    asked()
    few = asked()
    add(20)
    assert asked() == few
