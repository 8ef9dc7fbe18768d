"""The verbs of a circular: draft, edit, check, sign, publish."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from pypdfium2 import PdfDocument

from tests import make
from tests.conftest import NOW, sign_in
from tracker.accounts.models import Role
from tracker.audit import Event
from tracker.circulars import actions, pdf, queries
from tracker.circulars.actions import House
from tracker.circulars.revision import with_words
from tracker.circulars.verification import code_of
from tracker.db import db
from tracker.errors import Forbidden, Invalid, NotFound, WrongState
from tracker.press.printing import MissingGlyph
from tracker.reminders import actions as reminders
from tracker.reminders.models import Digest
from tracker.reminders.slips.rules import Colour
from tracker.scores import actions as scores
from tracker.scores.facts import Facts, Wish, corrected
from tracker.workdays import statutory
from tracker.workflow import CircularState, DocumentState, SlipState, State

HOUSE = House("市领导小组办公室", "各成员单位", "督办")
AUGUST = datetime(2020, 8, 3, 1, 0, tzinfo=UTC)


@pytest.fixture
def june(reporter):
    """June evaluated: two units in one board, three duties in time, one late, one still open."""
    other = make.unit("市教育局")
    for _ in range(3):
        make.assignment(reporter.unit, deadline=date(2020, 6, 30), state=State.CLOSING)
    make.assignment(other, deadline=date(2020, 6, 24), state=State.CLOSED)
    make.assignment(other, deadline=date(2020, 6, 24), state=State.ACTIVE)
    make.assignment(other, deadline=date(2020, 6, 1), is_past_confirmed=False)
    make.problem(other, registered_at=make.START, rectification={"deadline": date(2020, 6, 24)})
    make.board("部门组", reporter.unit, other)
    (evaluation,) = scores.evaluate("2020-06", None, NOW, statutory())
    scores.settle(evaluation, None, NOW + timedelta(days=4))
    db.session.commit()
    return evaluation


@pytest.fixture
def second(app):
    """Another supervisor."""
    return make.user(Role.SUPERVISOR)


def draft(actor, month="2020-06", now=NOW):
    circular = actions.draft(month, HOUSE, actor, now, statutory())
    db.session.commit()
    return circular


def publish(circular, supervisor, now=NOW):
    assert actions.publish(circular, actions.print_copy(circular, HOUSE, now), HOUSE, supervisor, now)


def sign(circular, checker, signer):
    actions.check(circular, HOUSE, checker, NOW)
    actions.sign(circular, HOUSE, signer, NOW)
    db.session.commit()


def test_a_month_without_evaluation_has_no_circular(supervisor):
    with pytest.raises(NotFound, match="2020-06还没有评价"):
        draft(supervisor)


def test_a_month_has_one_circular(june, supervisor, second):
    draft(supervisor)
    with pytest.raises(WrongState, match="已经拟稿"):
        draft(second)


def test_the_figures_are_those_of_the_evaluation(june, supervisor):
    figures = actions.figures_of(draft(supervisor))
    (board,) = figures.boards
    assert [(s.unit, s.rank, s.score) for s in board.standings] == [
        (sheet.unit.name, sheet.rank, sheet.score) for sheet in june.sheets
    ]
    totals = figures.totals
    assert (totals.due, totals.on_time, totals.late, totals.overdue) == (6, 3, 1, 2)
    assert totals.unconfirmed == 1
    assert sum(standing.due for standing in board.standings) == totals.due - totals.unconfirmed
    assert sum(standing.on_time for standing in board.standings) == totals.on_time
    assert len(figures.cases) == totals.overdue
    assert figures.lists.registered == 1


def test_what_an_appeal_made_met_or_may_come_in_today_is_not_overdue(reporter, supervisor):
    for _ in range(3):
        make.assignment(reporter.unit, deadline=date(2020, 6, 24), state=State.ACTIVE)
    make.assignment(reporter.unit, deadline=date(2020, 6, 30), state=State.ACTIVE)
    other = make.unit("市教育局")
    for _ in range(3):
        make.assignment(other, deadline=date(2020, 6, 24), state=State.ACTIVE)
    make.board("部门组", reporter.unit, other)
    (june,) = scores.evaluate("2020-06", None, NOW, statutory())
    facts = {sheet.unit_id: Facts.from_json(sheet.facts) for sheet in june.sheets}
    for duty in facts[other.id].duties[:2]:
        facts[other.id] = corrected(facts[other.id], "A", duty.subject, Wish.MET)
    order = {reporter.unit_id: 1, other.id: 2}
    assert [sheet.unit_id for sheet in june.sheets] == [reporter.unit_id, other.id]
    scores.place(june, facts, order)
    scores.settle(june, None, NOW + timedelta(days=4))
    db.session.flush()

    figures = actions.figures_of(draft(supervisor))

    totals = figures.totals
    assert (totals.due, totals.on_time, totals.late, totals.overdue, totals.last_day) == (7, 2, 0, 4, 1)
    assert len(figures.cases) == 4
    assert all(case.days for case in figures.cases)
    assert [(s.unit_id, s.rank, s.on_time, s.overdue) for s in figures.boards[0].standings] == [
        (other.id, 1, 2, 1),
        (reporter.unit_id, 2, 0, 3),
    ]


def test_documents_and_tasks_are_those_the_month_was_about(reporter, supervisor):
    def task(title: str, **columns: Any) -> None:
        document = make.document(title=title, number="", state=DocumentState.ADOPTED)
        made = make.task(title=title, work_point=make.work_point(document), starts_on=date(2020, 5, 6))
        make.assignment(reporter.unit, made, **columns)

    task("四月的清单", state=State.CLOSED, closed_on=date(2020, 5, 29))
    task("五月的清单", state=State.CLOSED, closed_on=date(2020, 6, 3))
    task("六月的要点")
    task("七月的清单", starts_on=date(2020, 7, 2))
    make.board("部门组", reporter.unit)
    scores.evaluate("2020-06", None, NOW, statutory())

    figures = actions.figures_of(draft(supervisor))

    assert figures.basis == "《五月的清单》、《六月的要点》"
    assert [work.text for work in figures.works] == ["五月的清单", "六月的要点"]


def test_facts_that_come_later_do_not_change_the_figures(june, supervisor):
    circular = draft(supervisor)
    before = actions.figures_of(circular)
    make.assignment(make.unit("市教育局"), deadline=date(2020, 6, 24))
    db.session.expire_all()
    assert actions.figures_of(circular) == before


def test_the_clerks_words_stand_beside_the_composed_ones(june, supervisor):
    circular = draft(supervisor)
    composed = circular.generated_parts
    words = with_words(actions.parts_of(circular), {"0-0": "第一段。\n第二段。"})
    actions.edit(circular, words, supervisor, NOW)
    db.session.commit()
    assert [block.text for block in actions.parts_of(circular).sections[0].blocks][:2] == [
        "第一段。",
        "第二段。",
    ]
    assert circular.generated_parts == composed
    event = db.session.scalars(db.select(Event).filter_by(kind="circular.edit")).one()
    assert event.details["text"] == [composed["sections"][0]["blocks"][0]["text"], "第一段。\n第二段。"]
    actions.restore(circular, "0-0", supervisor, NOW)
    assert circular.parts == composed


def test_an_edit_that_changes_nothing_is_no_event(june, supervisor):
    circular = draft(supervisor)
    actions.edit(circular, actions.parts_of(circular), supervisor, NOW)
    assert not db.session.scalars(db.select(Event).filter_by(kind="circular.edit")).all()


def test_a_circular_has_a_title_and_a_lead(june, supervisor):
    circular = draft(supervisor)
    with pytest.raises(Invalid, match="不能为空"):
        actions.edit(circular, replace(actions.parts_of(circular), lead=" "), supervisor, NOW)


def test_three_people_make_a_circular(june, supervisor, second, approver):
    circular = draft(supervisor)
    with pytest.raises(Forbidden, match="另一人"):
        actions.check(circular, HOUSE, supervisor, NOW)
    actions.check(circular, HOUSE, second, NOW)
    with pytest.raises(Forbidden):
        actions.sign(circular, HOUSE, second, NOW)
    actions.sign(circular, HOUSE, approver, NOW)
    assert (circular.state, circular.checked_by_id, circular.signed_by_id) == (
        CircularState.SIGNED,
        second.id,
        approver.id,
    )


def test_once_checked_the_words_stand(june, supervisor, second):
    circular = draft(supervisor)
    actions.check(circular, HOUSE, second, NOW)
    with pytest.raises(WrongState, match="先退回拟稿"):
        actions.edit(circular, actions.parts_of(circular), supervisor, NOW)
    with pytest.raises(WrongState, match="先退回拟稿"):
        actions.redraft(circular, HOUSE, supervisor, NOW, statutory())


def test_sending_back_makes_the_signatures_void(june, supervisor, second, approver):
    circular = draft(supervisor)
    sign(circular, second, approver)
    with pytest.raises(Invalid, match="理由"):
        actions.send_back(circular, second, NOW, " ")
    actions.send_back(circular, second, NOW, "数字有误")
    assert (circular.state, circular.checked_by_id, circular.signed_by_id) == (
        CircularState.DRAFT,
        None,
        None,
    )


def test_drafting_anew_takes_the_figures_of_today_and_keeps_the_clerks_words(reporter, supervisor):
    make.assignment(reporter.unit, deadline=date(2020, 6, 24))
    make.board("部门组", reporter.unit)
    scores.evaluate("2020-06", None, NOW, statutory())
    circular = draft(supervisor)
    actions.edit(circular, replace(actions.parts_of(circular), lead="现予通报。"), supervisor, NOW)
    make.assignment(reporter.unit, deadline=date(2020, 6, 24))
    scores.reevaluate("2020-06", None, NOW, statutory())
    assert any("有变化" in finding.message for finding in actions.findings(circular, HOUSE, NOW))
    actions.redraft(circular, HOUSE, supervisor, NOW, statutory())
    assert actions.figures_of(circular).totals.due == 2
    assert circular.parts["lead"] == "现予通报。"
    assert "应办结承办项2件" in circular.parts["sections"][0]["blocks"][0]["text"]
    assert not any("有变化" in finding.message for finding in actions.findings(circular, HOUSE, NOW))


def test_a_broken_rule_keeps_a_circular_from_being_checked_and_signed(june, supervisor, second, approver):
    circular = draft(supervisor)
    said = actions.parts_of(circular).sections[0].blocks[0].text
    changed = with_words(actions.parts_of(circular), {"0-0": said.replace("按时办结3件", "按时办结4件")})
    actions.edit(circular, changed, supervisor, NOW)
    with pytest.raises(Invalid, match="“4件”与统计表不一致，表中是“3件”"):
        actions.check(circular, HOUSE, second, NOW)
    actions.restore(circular, "0-0", supervisor, NOW)
    actions.check(circular, HOUSE, second, NOW)
    june.sheets[0].unit.is_active = False
    db.session.flush()
    with pytest.raises(Invalid, match="单位库中已经没有"):
        actions.sign(circular, HOUSE, approver, NOW)
    assert circular.state is CircularState.CHECKED


def test_an_evaluation_that_is_not_final_has_no_signed_circular(reporter, supervisor, second):
    make.board("部门组", reporter.unit)
    make.assignment(reporter.unit)
    scores.evaluate("2020-06", None, NOW, statutory())
    circular = draft(supervisor)
    with pytest.raises(Invalid, match="还没有定稿"):
        actions.check(circular, HOUSE, second, NOW)


def test_what_is_not_signed_is_not_published(june, supervisor):
    circular = draft(supervisor)
    with pytest.raises(WrongState):
        publish(circular, supervisor)
    assert circular.number is None


def test_publishing_numbers_without_a_gap_and_freezes_the_file(june, supervisor, second, approver):
    circular = draft(supervisor)
    actions.edit(circular, replace(actions.parts_of(circular), lead="生僻字\U0010fffd。"), supervisor, NOW)
    sign(circular, second, approver)
    with pytest.raises(MissingGlyph):
        publish(circular, supervisor)
    db.session.rollback()
    assert (circular.state, circular.number) == (CircularState.SIGNED, None)

    actions.send_back(circular, second, NOW, "改用常用字")
    actions.edit(circular, replace(actions.parts_of(circular), lead="现予通报。"), supervisor, NOW)
    sign(circular, second, approver)
    publish(circular, supervisor)
    db.session.commit()
    assert circular.number == "督办〔2020〕1号"
    printed, word = actions.papers(circular, HOUSE, AUGUST)
    words = "".join(page.get_textpage().get_text_bounded() for page in PdfDocument(printed))
    for said in ("督办〔2020〕1号", "现予通报。", f"验证码：{circular.code}"):
        assert said in words
    assert [p.text for p in Document(BytesIO(word)).paragraphs][1] == "督办〔2020〕1号"
    assert circular.code == code_of("督办〔2020〕1号", HOUSE.secret)
    for late in (
        lambda: actions.send_back(circular, second, NOW, "晚了"),
        lambda: sign(circular, second, approver),
    ):
        with pytest.raises(WrongState):
            late()

    (july,) = scores.evaluate("2020-07", None, AUGUST, statutory())
    scores.settle(july, None, AUGUST + timedelta(days=6))
    following = draft(supervisor, "2020-07", AUGUST)
    sign(following, second, approver)
    publish(following, supervisor, AUGUST)
    assert following.number == "督办〔2020〕2号"


def test_a_copy_with_another_number_or_other_words_is_not_published(published, supervisor, second, approver):
    correction = actions.draft_correction(published, "第一部分有误。", supervisor, AUGUST)
    sign(correction, second, approver)
    db.session.commit()
    copy, version = actions.print_copy(correction, HOUSE, NOW), correction.version
    assert copy.number == "督办〔2020〕2号"
    for other in (copy._replace(number="督办〔2020〕1号"), copy._replace(version=version - 1)):
        assert not actions.publish(correction, other, HOUSE, supervisor, NOW)
        db.session.rollback()
        assert (correction.state, correction.number) == (CircularState.SIGNED, None)
    assert actions.publish(correction, copy, HOUSE, supervisor, NOW)
    assert correction.number == "督办〔2020〕2号"


def test_who_was_to_sign_can_send_back_too(june, supervisor, second, approver):
    circular = draft(supervisor)
    actions.check(circular, HOUSE, second, NOW)
    with pytest.raises(Invalid, match="理由"):
        actions.refuse(circular, approver, NOW, "")
    actions.refuse(circular, approver, NOW, "第三部分语气过重")
    assert (circular.state, circular.checked_by_id) == (CircularState.DRAFT, None)


@pytest.fixture
def published(june, supervisor, second, approver, monkeypatch):
    """The circular of June, published; its printing is tested elsewhere."""
    monkeypatch.setattr(actions, "in_process", lambda *_: pdf.Printed(b"%PDF-1.4 june", b"PK june"))
    circular = draft(supervisor)
    sign(circular, second, approver)
    publish(circular, supervisor)
    db.session.commit()
    return circular


def test_each_unit_gets_it_and_its_first_reader_is_the_receipt(published, june, head, reporter, supervisor):
    bystander = make.unit("市气象局")
    assert {receipt.unit_id for receipt in published.receipts} == {sheet.unit_id for sheet in june.sheets}
    assert bystander.id not in queries.addressees(actions.figures_of(published))
    assert queries.unread_ids(reporter) == {published.id}
    actions.mark_read(published, reporter, NOW)
    actions.mark_read(published, head, AUGUST)
    actions.mark_read(published, supervisor, NOW)  # no unit it was sent to
    db.session.commit()
    (read,) = [receipt for receipt in queries.receipts(published) if receipt.read_at]
    assert (read.read_at, read.read_by) == (NOW, reporter)
    assert queries.unread_ids(reporter) == set()
    assert queries.receipts(published)[0].read_at is None


def test_its_people_are_told_once_with_their_next_digest(head, reporter, published, supervisor, client):
    friday, monday = datetime(2020, 7, 10, 7, tzinfo=UTC), datetime(2020, 7, 13, 1, tzinfo=UTC)
    for at in (friday, friday + timedelta(days=1), monday, monday + timedelta(days=1)):
        reminders.digest(at, statutory())
    db.session.commit()
    digests = {one.recipient: one for one in db.session.scalars(db.select(Digest))}
    assert reporter in digests
    assert head in digests
    assert supervisor not in digests
    assert len(digests) == db.session.scalar(db.select(db.func.count(Digest.id)))  # one each
    (told,) = [one for one in digests[reporter].announcements if one.key == f"circular:{published.id}"]
    assert told.words == f"通报督办〔2020〕1号《{''.join(published.title.splitlines())}》已经印发，请阅读"
    sign_in(client, reporter)
    assert told.words in client.get(f"/reminders/{digests[reporter].id}").text
    assert client.get(told.path).status_code == 200
    assert [one.read_by for one in queries.receipts(published) if one.read_at] == [reporter]


def test_a_correction_is_a_circular_that_refers_to_the_old_one(published, supervisor, second, approver):
    with pytest.raises(Invalid, match="更正的内容"):
        actions.draft_correction(published, " ", supervisor, AUGUST)
    words = "第一部分“按时办结3件”应为“按时办结4件”。"
    correction = actions.draft_correction(published, words, supervisor, AUGUST)
    db.session.commit()
    parts = actions.parts_of(correction)
    assert correction.title == f"关于更正《{published.title}》的通报"
    assert parts.lead == f"我办2020年7月6日印发的《{published.title}》（督办〔2020〕1号）有误，现更正如下："
    assert parts.sections[0].blocks[0].text == words
    with pytest.raises(WrongState, match="没有可以重新取的数字"):
        actions.redraft(correction, HOUSE, supervisor, AUGUST, statutory())
    sign(correction, second, approver)
    publish(correction, supervisor, AUGUST)
    assert correction.number == "督办〔2020〕2号"
    assert published.corrections == [correction]
    assert queries.of_month("2020-06") == published


def test_what_is_not_published_is_not_corrected(june, supervisor):
    with pytest.raises(WrongState, match="退回拟稿直接修改"):
        actions.draft_correction(draft(supervisor), "有误", supervisor, NOW)


def test_slips_of_the_month_are_told_of_by_colour(june, reporter, supervisor):
    duty = make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 6, 1))
    make.slip(duty, Colour.YELLOW)
    make.slip(duty, Colour.RED)
    make.slip(duty, Colour.RED, state=SlipState.WITHDRAWN, withdrawn_at=NOW)
    circular = draft(supervisor)
    urging = actions.figures_of(circular).urging
    assert (urging.blue, urging.yellow, urging.red) == (0, 1, 1)
    assert "发出督办单2份" in str(circular.parts)
