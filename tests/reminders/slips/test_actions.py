"""Proposing never acts and never twice; slips are numbered, printed once, answered; calls are contacts."""

from datetime import date, timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tracker import audit, files
from tracker.accounts.models import Role
from tracker.audit import Event
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Forbidden, Invalid, WrongState
from tracker.reminders import actions as reminders
from tracker.reminders.board.queries import contacts
from tracker.reminders.models import Announcement, Digest, Reminder
from tracker.reminders.rules import label_of
from tracker.reminders.slips import actions, queries
from tracker.reminders.slips.models import Proposal, Slip
from tracker.reminders.slips.rules import Colour, Rung
from tracker.scores.gathering import Window, gather
from tracker.tasks import actions as duties
from tracker.workdays import statutory
from tracker.workflow import ProposalState, SlipState, State

TODAY = local_date(NOW)  # Monday 2020-07-06
FRIDAY, LONG_AGO = date(2020, 7, 3), date(2020, 6, 22)
THURSDAY = date(2020, 7, 9)


def late(unit, deadline=FRIDAY, **columns):
    return make.assignment(unit, **{"state": State.ACTIVE, "deadline": deadline} | columns)


def propose(now=NOW, behind=None):
    return actions.propose(now, statutory(), behind or {})


def standing():
    """(rung, duty or None, state) of every proposal."""
    rows = db.session.scalars(db.select(Proposal).order_by(Proposal.id))
    return [(row.rung, row.assignment_id, row.state) for row in rows]


def order(colour=Colour.YELLOW, **said):
    values = {"demand": "请立即办理，说明原因。", "due_on": THURSDAY} | said
    return actions.Order(colour, **values)


def issue(duty, actor, now=NOW, **said):
    slip = actions.issue(duty, order(**said), actor, now, statutory())
    db.session.flush()
    return slip


# Proposing


def test_the_ladder_proposes_and_nothing_else_happens(reporter):
    one, two = late(reporter.unit), late(reporter.unit, LONG_AGO)
    assert propose() == 2
    assert set(standing()) == {
        (Rung.YELLOW, one.id, ProposalState.OPEN),
        (Rung.RED, two.id, ProposalState.OPEN),
    }
    assert db.session.scalar(db.select(db.func.count(Slip.id))) == 0
    facts = dict(db.session.scalars(db.select(Proposal).filter_by(assignment_id=one.id)).one().facts)
    assert facts["依据"] == "逾期1至5个工作日"
    assert facts["逾期情况"] == "逾期1个工作日"


def test_running_twice_proposes_nothing_twice(reporter):
    late(reporter.unit)
    assert (propose(), propose(), propose(NOW + timedelta(hours=5))) == (1, 0, 0)


@pytest.mark.parametrize(
    "columns",
    [
        {"state": State.DISPUTED},
        {"state": State.SUSPENDED},
        {"state": State.WITHDRAWN},
        {"state": State.CLOSED},
        {"state": State.CLOSING},
        {"is_past_confirmed": False},
        {"deadline": TODAY},
    ],
)
def test_what_stands_still_or_is_handed_in_is_left_alone(reporter, columns):
    late(reporter.unit, **columns)
    assert propose() == 0


def test_nothing_is_proposed_on_a_day_off(reporter):
    late(reporter.unit)
    assert propose(NOW - timedelta(days=1)) == 0


def test_handing_in_closes_the_proposal_and_sending_back_opens_it_again(reporter, supervisor):
    duty = late(reporter.unit)
    propose()
    duties.request_closure(duty, reporter, NOW, "已办完")
    assert propose() == 1
    assert standing() == [(Rung.YELLOW, duty.id, ProposalState.LAPSED)]
    duties.send_back(duty, supervisor, NOW, "没有依据")
    assert propose() == 1
    assert standing() == [(Rung.YELLOW, duty.id, ProposalState.OPEN)]


def test_the_next_rung_takes_the_place_of_the_last(reporter):
    duty = late(reporter.unit)
    propose()
    assert propose(NOW + timedelta(days=7)) == 2
    assert standing() == [
        (Rung.YELLOW, duty.id, ProposalState.LAPSED),
        (Rung.RED, duty.id, ProposalState.OPEN),
    ]


def test_an_extension_starts_the_ladder_anew(reporter, supervisor):
    duty = late(reporter.unit)
    issue(duty, supervisor)
    assert propose() == 0
    duty.deadline = date(2020, 7, 8)
    assert propose(NOW + timedelta(days=3)) == 1


def test_what_was_dismissed_stays_dismissed(reporter, supervisor):
    duty = late(reporter.unit)
    propose()
    proposal = db.session.scalars(db.select(Proposal)).one()
    with pytest.raises(Invalid, match="理由"):
        actions.dismiss(proposal, supervisor, NOW, " ")
    actions.dismiss(proposal, supervisor, NOW, "已约定周三完成")
    assert propose() == 0
    assert standing() == [(Rung.YELLOW, duty.id, ProposalState.DISMISSED)]


def test_a_reminder_without_answer_a_call_without_answer(reporter, supervisor):
    duty = late(reporter.unit, TODAY)
    reminders.remind(NOW - timedelta(days=3), statutory())  # Friday: one working day left
    assert propose() == 1
    assert standing() == [(Rung.CALL, duty.id, ProposalState.OPEN)]
    actions.log_call(duty, supervisor, NOW - timedelta(days=3), "王主任", "周一报")
    assert propose() == 1
    assert standing() == [
        (Rung.CALL, duty.id, ProposalState.FOLLOWED),
        (Rung.BLUE, duty.id, ProposalState.OPEN),
    ]


def test_a_report_is_an_answer(reporter):
    duty = late(reporter.unit, TODAY)
    reminders.remind(NOW - timedelta(days=3), statutory())
    make.report(duty, submitted_at=NOW - timedelta(hours=1))
    assert propose() == 0


def test_an_unanswered_yellow_slip_leads_to_a_red_one(reporter, supervisor):
    duty = late(reporter.unit)
    slip = issue(duty, supervisor)
    assert propose(NOW + timedelta(days=3)) == 0  # Thursday, the last day
    assert propose(NOW + timedelta(days=4)) == 1
    assert standing() == [(Rung.RED, duty.id, ProposalState.OPEN)]
    assert slip.state is SlipState.ISSUED


def test_two_red_slips_lead_to_a_talk_and_another_to_the_circular(reporter, supervisor):
    for _ in range(2):
        issue(late(reporter.unit, LONG_AGO), supervisor, colour=Colour.RED)
    propose()
    assert standing() == [(Rung.TALK, None, ProposalState.OPEN)]
    actions.follow(db.session.scalars(db.select(Proposal)).one(), supervisor, NOW, "7月6日约谈")
    assert propose() == 0
    issue(late(reporter.unit, LONG_AGO), supervisor, NOW + timedelta(hours=1), colour=Colour.RED)
    assert propose(NOW + timedelta(hours=2)) == 1
    assert standing()[-1] == (Rung.CIRCULAR, None, ProposalState.OPEN)


def test_two_months_behind_lead_to_a_talk(reporter):
    assert propose(behind={reporter.unit_id: ["2020-06"]}) == 0
    assert propose(behind={reporter.unit_id: ["2020-06", "2020-05"]}) == 1
    assert standing() == [(Rung.TALK, None, ProposalState.OPEN)]


# Slips


def test_slips_are_numbered_by_year_and_colour(reporter, supervisor):
    titles = [
        issue(late(reporter.unit), supervisor, colour=colour).title
        for colour in (Colour.YELLOW, Colour.RED, Colour.YELLOW)
    ]
    assert titles == ["督黄〔2020〕1号", "督红〔2020〕1号", "督黄〔2020〕2号"]


def test_two_slips_on_one_duty_for_one_day_are_told_both(reporter, supervisor):
    duty = late(reporter.unit)
    for colour in (Colour.YELLOW, Colour.RED):
        issue(duty, supervisor, colour=colour)
    told = db.session.scalars(db.select(Reminder)).all()
    assert [(row.step, label_of(row.step)) for row in told] == [
        ("slip:issued-yellow", "督办单待回复，请按期回复"),
        ("slip:issued-red", "督办单待回复，请按期回复"),
    ]


def test_a_slip_follows_the_proposal_and_tells_the_unit_at_once(reporter, head, stranger, supervisor):
    duty = late(reporter.unit)
    propose()
    slip = issue(duty, supervisor)
    assert standing() == [(Rung.YELLOW, duty.id, ProposalState.FOLLOWED)]
    assert slip.proposal_id
    told = db.session.scalars(db.select(Reminder)).all()
    assert {(row.recipient_id, row.step) for row in told} == {
        (reporter.id, "slip:issued-yellow"),
        (head.id, "slip:issued-yellow"),
    }
    assert all(row.digest_id for row in told)
    assert {digest.recipient_id for digest in db.session.scalars(db.select(Digest))} == {reporter.id, head.id}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"due_on": date(2020, 7, 8)}, "3个工作日"),
        ({"due_on": date(2020, 7, 5), "hurry": "急"}, "今天"),
        ({"demand": " "}, "要求"),
    ],
)
def test_an_order_that_is_not_right_is_refused(reporter, supervisor, said, words):
    with pytest.raises(Invalid, match=words):
        issue(late(reporter.unit), supervisor, **said)
    assert db.session.scalar(db.select(db.func.count(Slip.id))) == 0


def test_less_time_needs_a_reason_which_is_kept(reporter, supervisor):
    slip = issue(late(reporter.unit), supervisor, due_on=date(2020, 7, 7), hurry="省里明天督查")
    assert slip.hurry == "省里明天督查"
    event = db.session.scalars(db.select(Event).filter_by(kind="slip.issue")).one()
    assert (event.details["hurry"], event.details["relief"]) == ("省里明天督查", "至少留3个工作日")


def test_after_five_in_the_evening_the_next_day_counts(reporter, supervisor):
    evening = NOW + timedelta(hours=8, minutes=1)  # 17:01 in Beijing
    with pytest.raises(Invalid, match="2020-07-10"):
        issue(late(reporter.unit), supervisor, evening)


def test_only_what_is_overdue_gets_yellow_or_red(reporter, supervisor):
    duty = late(reporter.unit, TODAY)
    with pytest.raises(Invalid, match="蓝色"):
        issue(duty, supervisor)
    assert issue(duty, supervisor, colour=Colour.BLUE).title == "督蓝〔2020〕1号"


@pytest.mark.parametrize(
    "state", [State.CLOSING, State.CLOSED, State.DISPUTED, State.SUSPENDED, State.WITHDRAWN]
)
def test_no_slip_for_what_is_not_owed(reporter, supervisor, state):
    with pytest.raises(WrongState, match="督办单"):
        issue(late(reporter.unit, state=state), supervisor)


def test_only_a_supervisor_issues(reporter, leader, approver):
    for person in (reporter, leader, approver):
        with pytest.raises(Forbidden):
            issue(late(reporter.unit), person)


def test_asked_again_with_the_time_the_rule_leaves(reporter, supervisor):
    slip = issue(late(reporter.unit), supervisor)
    actions.reply(slip, reporter, NOW, "正在办理")
    actions.send_back(slip, supervisor, NOW + timedelta(days=3), "没有写明时间", statutory())
    (told,) = db.session.scalars(db.select(Announcement))
    assert told.words == f"{slip.title}的回复已退回，请于2020-07-14前重报。意见：没有写明时间"
    assert told.recipient_id == reporter.id
    assert (slip.state, slip.replied_at, slip.due_on) == (SlipState.ISSUED, None, date(2020, 7, 14))
    actions.reply(slip, reporter, NOW + timedelta(days=4), "7月10日完成")
    actions.settle(slip, supervisor, NOW + timedelta(days=4))
    db.session.flush()
    assert slip.state is SlipState.SETTLED


def test_a_withdrawn_slip_keeps_its_number_and_counts_no_more(reporter, supervisor):
    duty = late(reporter.unit)
    slip = issue(duty, supervisor)
    window = Window("2020-07", date(2020, 6, 30), date(2020, 7, 31))
    assert gather(window, statutory())[reporter.unit_id].slips[0].kind == "yellow"
    actions.withdraw(slip, supervisor, NOW, "发错单位")
    db.session.flush()
    assert gather(window, statutory())[reporter.unit_id].slips == ()
    assert issue(duty, supervisor, due_on=date(2020, 7, 10)).number == 2


def test_slips_of_the_window_count_by_colour(reporter, supervisor):
    for colour in (Colour.BLUE, Colour.YELLOW, Colour.RED, Colour.RED):
        issue(late(reporter.unit), supervisor, colour=colour)
    facts = gather(Window("2020-07", date(2020, 6, 30), date(2020, 7, 31)), statutory())[reporter.unit_id]
    assert sorted(note.kind for note in facts.slips) == ["red", "red", "yellow"]
    june = gather(Window("2020-06", date(2020, 5, 29), date(2020, 6, 30)), statutory())
    assert all(not one.slips for one in june.values())


def test_an_unanswered_slip_is_in_the_digest(reporter, supervisor):
    slip = issue(late(reporter.unit), supervisor)
    steps = {}
    for day in range(8):
        now = NOW + timedelta(days=day)
        actions.remind(now, statutory())
        assert actions.remind(now, statutory()) == 0
        made = db.session.scalars(db.select(Reminder.step).filter_by(made_on=local_date(now)))
        steps[day] = sorted(set(made))
    assert steps == {
        0: ["slip:issued-yellow"], 1: [], 2: ["slip:T-1"], 3: ["slip:T0"], 4: ["slip:+1"], 5: [], 6: [], 7: [],
    }  # fmt: skip
    actions.reply(slip, reporter, NOW, "已办理")
    assert actions.remind(NOW + timedelta(days=9), statutory()) == 0


def test_the_first_of_the_unit_who_opens_it_gives_the_receipt(reporter, head, supervisor):
    slip = make.slip(late(reporter.unit))
    actions.mark_read(slip, supervisor, NOW)
    assert slip.read_at is None
    actions.mark_read(slip, head, NOW)
    actions.mark_read(slip, reporter, NOW + timedelta(hours=1))
    assert (slip.read_at, slip.read_by_id) == (NOW, head.id)


def test_it_is_printed_when_first_asked_for_and_kept_by_its_hash(reporter, supervisor, monkeypatch):
    slip = issue(late(reporter.unit), supervisor)
    assert slip.file is None
    monkeypatch.setattr(actions, "in_process", lambda render, sheet: sheet.number.encode())
    seen = slip.version
    actions.keep_paper(slip, actions.printed(slip, actions.Office("市扶贫办")), NOW)
    db.session.refresh(slip)
    with files.open_file(slip.file) as file:
        assert file.read() == "督黄〔2020〕1号".encode()
    actions.keep_paper(slip, b"another", NOW)
    db.session.refresh(slip)
    with files.open_file(slip.file) as file:
        assert file.read() == "督黄〔2020〕1号".encode()
    assert slip.version == seen  # who has the page open may still answer


# Calls


def test_a_call_is_the_last_contact(reporter, supervisor):
    duty = late(reporter.unit)
    reminders.remind(NOW, statutory())
    actions.log_call(duty, supervisor, NOW + timedelta(minutes=5), "王主任", "本周内报送")
    contact = contacts([duty.id])[duty.id]
    assert (contact.words, contact.who, contact.at) == (
        "电话催办",
        supervisor.name,
        NOW + timedelta(minutes=5),
    )
    event = db.session.scalars(db.select(Event).filter_by(kind="assignment.call")).one()
    assert (event.reason, event.details) == ("本周内报送", {"contact": "王主任"})


def test_a_call_says_whom_and_what(reporter, supervisor):
    with pytest.raises(Invalid, match="通话"):
        actions.log_call(late(reporter.unit), supervisor, NOW, "", "本周内报送")


def test_every_step_stands_in_the_trail(reporter, supervisor):
    slip = issue(late(reporter.unit), supervisor)
    actions.reply(slip, reporter, NOW, "已办理")
    actions.settle(slip, supervisor, NOW)
    db.session.flush()
    kinds = db.session.scalars(db.select(Event.kind).filter_by(subject_type="slips").order_by(Event.id)).all()
    assert kinds == ["slip.issue", "slip.reply", "slip.settle"]
    assert audit.verify().broken_id is None


def test_a_unit_sees_its_own_slips_only(reporter, stranger, supervisor):
    slip = make.slip(late(reporter.unit))
    assert queries.get_slip(make.user(Role.HEAD), slip.id)
    assert queries.unanswered(reporter) == 1
    assert queries.unanswered(stranger) == 0
