"""The pages of slips and proposals, as the people who use them walk through."""

import re
from datetime import date
from io import BytesIO

import pytest

from tests import make
from tests.conftest import NOW, sign_in
from tracker.accounts.models import Role
from tracker.db import db
from tracker.reminders.slips import actions
from tracker.reminders.slips.models import Proposal, Slip
from tracker.reminders.slips.rules import Colour, Rung
from tracker.workdays import statutory
from tracker.workflow import ProposalState, SlipState, State

FRIDAY = date(2020, 7, 3)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)


@pytest.fixture
def duty(reporter):
    return make.assignment(reporter.unit, state=State.ACTIVE, deadline=FRIDAY, title="建成三所学校")


def one_slip() -> Slip:
    return db.session.scalars(db.select(Slip)).one()


def test_from_the_proposal_to_the_settled_slip(client, reporter, supervisor, duty):
    actions.propose(NOW, statutory(), {})
    sign_in(client, supervisor)
    assert "升级建议" in client.get("/").text
    page = client.get("/reminders/proposals/").text
    assert "逾期1至5个工作日" in page
    new = re.search(r'href="(/reminders/slips/new/[^"]+)"', page)[1]
    assert new.endswith("colour=yellow")
    assert 'value="2020-07-09"' in client.get(new).text
    answer = client.post(new, data={"colour": "yellow", "demand": "请说明原因。", "due_on": "2020-07-09"})
    slip = one_slip()
    assert answer.location == f"/reminders/slips/{slip.id}"
    assert client.get(f"{answer.location}.pdf").data.startswith(b"%PDF")
    assert db.session.scalars(db.select(Proposal)).one().state is ProposalState.FOLLOWED
    assert one_slip().read_at is None

    sign_in(client, reporter)
    assert "1份督办单待回复" in client.get("/").text
    page = client.get(answer.location)
    assert page.status_code == 200
    assert one_slip().read_by_id == reporter.id
    client.post(
        f"{answer.location}/reply",
        data={"text": "7月10日完成", "file": (BytesIO(PNG), "回执.png"), "version": one_slip().version},
        content_type="multipart/form-data",
    )
    assert (one_slip().state, one_slip().reply_file_name) == (SlipState.REPLIED, "回执.png")
    assert client.get(f"{answer.location}/file").data == PNG

    sign_in(client, supervisor)
    assert "督办单回复待审" in client.get("/").text
    client.post(f"{answer.location}/settle", data={"version": one_slip().version})
    assert one_slip().state is SlipState.SETTLED


def test_a_short_time_comes_back_with_the_rule(client, supervisor, duty):
    sign_in(client, supervisor)
    said = {"colour": "yellow", "demand": "请说明原因。", "due_on": "2020-07-08"}
    page = client.post(f"/reminders/slips/new/{duty.id}", data=said)
    assert page.status_code == 422
    assert "请写明提前的理由" in page.text
    assert "请说明原因。" in page.text
    assert db.session.scalars(db.select(Slip)).all() == []


def test_who_comes_second_is_told(client, reporter, supervisor, duty):
    slip = make.slip(duty)
    version = slip.version
    sign_in(client, supervisor)
    client.post(f"/reminders/slips/{slip.id}/withdraw", data={"reason": "发错单位", "version": version})
    sign_in(client, reporter)
    answer = client.post(f"/reminders/slips/{slip.id}/reply", data={"text": "已办", "version": version})
    assert answer.status_code == 409
    assert "撤销" in answer.text


def test_a_withdrawn_slip_is_struck_through(client, supervisor, duty):
    slip = make.slip(duty, state=SlipState.WITHDRAWN, withdrawn_at=NOW)
    sign_in(client, supervisor)
    assert f"<s>{slip.title}</s>" in client.get("/reminders/slips/").text


def test_slips_are_filtered(client, supervisor, reporter, stranger, duty):
    other = make.assignment(stranger.unit, state=State.ACTIVE, deadline=FRIDAY)
    one, two = make.slip(duty), make.slip(other, Colour.RED, number=7)
    sign_in(client, supervisor)
    for said, expected in (
        ("", {one.title, two.title}),
        ("colour=red", {two.title}),
        ("state=replied", set()),
        (f"unit={reporter.unit_id}", {one.title}),
        (f"duty={duty.id}", {one.title}),
    ):
        page = client.get(f"/reminders/slips/?{said}").text
        assert {title for title in (one.title, two.title) if title in page} == expected, said


def test_a_unit_sees_neither_others_slips_nor_their_papers(client, stranger, duty):
    slip = make.slip(duty)
    sign_in(client, stranger)
    assert slip.title not in client.get("/reminders/slips/").text
    for page in ("", ".pdf", "/file"):
        assert client.get(f"/reminders/slips/{slip.id}{page}").status_code == 404


def test_a_call_is_logged_from_the_page_of_the_duty(client, supervisor, duty):
    sign_in(client, supervisor)
    assert "登记电话催办" in client.get(f"/reports/duties/{duty.id}").text
    client.post(f"/reminders/calls/{duty.id}", data={"person": "王主任", "said": "本周内报送"})
    page = client.get(f"/reports/duties/{duty.id}").text
    assert "王主任" in page
    assert "本周内报送" in page
    board = client.get("/reminders/overdue/").text
    assert f"电话催办（{supervisor.name}）" in board
    assert f"/reminders/slips/new/{duty.id}?colour=yellow" in board


def test_a_talk_is_followed_with_a_note_and_another_dismissed_with_a_reason(client, supervisor, duty):
    talk = make.proposal(duty, Rung.TALK, assignment=None, key="unit:1:talk")
    other = make.proposal(duty, Rung.RED)
    sign_in(client, supervisor)
    assert "约谈的时间" in client.get("/reminders/proposals/?rung=talk").text
    empty = client.post(f"/reminders/proposals/{talk.id}/follow", data={"reason": " "})
    assert (empty.status_code, "请写明约谈的时间、对象和要求" in empty.text) == (422, True)
    client.post(f"/reminders/proposals/{talk.id}/follow", data={"reason": "7月6日约谈"})
    assert client.post(f"/reminders/proposals/{other.id}/dismiss", data={"reason": ""}).status_code == 422
    client.post(f"/reminders/proposals/{other.id}/dismiss", data={"reason": "已到现场"})
    assert {row.state for row in db.session.scalars(db.select(Proposal))} == {
        ProposalState.FOLLOWED,
        ProposalState.DISMISSED,
    }
    assert "现在没有升级建议" in client.get("/reminders/proposals/").text
    followed = client.get("/reminders/proposals/?state=followed").text
    assert f"{supervisor.name} 2020-07-06 09:00已采纳：7月6日约谈" in followed
    assert "已到现场" not in followed
    assert "不采纳：已到现场" in client.get("/reminders/proposals/?state=dismissed").text


def test_the_units_people_find_their_slips_beside_their_reminders(client, reporter, duty):
    make.slip(duty)
    sign_in(client, reporter)
    assert "/reminders/slips/" in client.get("/reminders/").text
    page = client.get(f"/reports/duties/{duty.id}").text
    assert f"/reminders/slips/?duty={duty.id}" in page
    assert "登记电话催办" not in page


def test_a_leader_reads_and_a_reader_gives_no_receipt(client, duty):
    slip = make.slip(duty)
    sign_in(client, make.user(Role.LEADER))
    assert client.get(f"/reminders/slips/{slip.id}").status_code == 200
    assert one_slip().read_at is None
