"""One account from its issue to its strike-off: three people, five slots, and no other way."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from tests import make
from tests.conftest import NOW
from tracker import files
from tracker.accounts.models import Role
from tracker.accounts.trail import timeline
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Forbidden, Invalid, WrongState
from tracker.lists import actions as lists
from tracker.lists.account import actions, closing, progress
from tracker.lists.account.actions import Change, Plan
from tracker.lists.account.closing import SlotEntry, Visit
from tracker.lists.account.models import Closure, SiteCheck
from tracker.lists.account.progress import Progress
from tracker.lists.account.rules import Stage
from tracker.lists.actions import Findings
from tracker.lists.extensions import actions as extensions
from tracker.lists.look_backs import actions as look_backs
from tracker.lists.models import ClosingSlot, Milestone, Pace, ProblemSource
from tracker.lists.notices import actions as notices
from tracker.lists.rules import Slot
from tracker.reports.models import Evidence
from tracker.reports.rules import ReturnReason
from tracker.tasks.demands.models import Demand
from tracker.tasks.models import Ground
from tracker.tasks.requests import actions as requests
from tracker.tasks.requests.actions import Wish
from tracker.workdays import statutory
from tracker.workflow import FilingState, RectificationState, State

TODAY = local_date(NOW)
VISIT = Visit("现场查看，三所学校已开课", "定海城东小学", TODAY)
A, C, V = RectificationState.ACTIVE, RectificationState.CLOSING, RectificationState.VERIFIED


def day(n: int) -> datetime:
    return NOW + timedelta(days=n)


FOUND = Findings(
    source=ProblemSource.AUDIT,
    found_on=TODAY,
    text="协议没有盖章",
    kind="",
    unit=None,
    basis="",
    goal="补签",
    pace=Pace.STANDING,
    deadline=None,
    accepting_unit=None,
)


@pytest.fixture
def checker(app):
    """The head of the accepting unit."""
    return make.user(Role.HEAD, make.unit("市审计局"))


@pytest.fixture
def account(reporter, checker):
    """Makes an account of the reporter's unit, accepted by the checker's, in a state."""

    def build(state=A, **columns):
        columns = {"state": state, "progress": 100, "issued_at": NOW} | columns
        if state in (C, V):
            columns.setdefault("applied_at", NOW)
        return make.problem(reporter.unit, checker.unit, rectification=columns).rectification

    return build


def proof(text="验收单"):
    return files.store(text.encode(), f"{text}.txt", "text/plain", None, NOW), f"{text}.txt", "已验收"


def fill(item, actor, **gone):
    entries = {slot: SlotEntry(True, f"{slot.label}，见验收单", [proof(slot.label)]) for slot in Slot}
    closing.save_slots(item, actor, NOW, entries | {Slot(name): entry for name, entry in gone.items()})


def test_an_account_goes_the_whole_way_with_three_people(account, reporter, head, supervisor, checker):
    item = account(RectificationState.REGISTERED, progress=0)
    actions.issue(item, supervisor, NOW)
    actions.receive(item, reporter, NOW)
    actions.propose(item, reporter, NOW, Plan("倒排工期", "王五", "李四", "0580-2000001"))
    actions.approve(item, supervisor, NOW)
    filed = progress.report(item, reporter, NOW, Progress(100, "三所学校全部建成", files=[proof()]))
    fill(item, reporter, lasting=SlotEntry(False, "一次性工程，无须长效机制"))
    closing.request_closure(item, head, NOW)
    closing.verify(item, checker, NOW, VISIT)
    closing.close(item, supervisor, day(1))
    closure = db.session.scalars(db.select(Closure)).one()
    assert (item.state, item.closed_on) == (RectificationState.CLOSED, date(2020, 7, 7))
    signed = (closure.applied_by_id, closure.verified_by_id, closure.closed_by_id)
    assert signed == (head.id, checker.id, supervisor.id)
    assert filed.state is FilingState.ACCEPTED  # with the strike-off
    assert [entry.words for entry in timeline(item)] == [
        *("交办", "认领", "拟定措施", "审定措施", "申请销号", "核查通过", "销号"),
    ]


def test_each_slot_needs_words_and_a_file_or_a_reason(account, reporter, head):
    item = account()
    fill(item, reporter, effect=SlotEntry(True, "已达标"), lasting=SlotEntry(False, " "))
    with pytest.raises(Invalid) as refusal:
        closing.request_closure(item, head, NOW)
    assert refusal.value.fields == {
        "effect_text": "请附佐证材料，不适用的请选“不适用”并写明理由",
        "lasting_text": "请写明不适用的理由",
    }
    assert item.state is A


def test_a_closure_waits_for_progress_and_for_every_milestone(account, reporter, head):
    item = account(progress=80)
    fill(item, reporter)
    with pytest.raises(Invalid, match="80%"):
        closing.request_closure(item, head, NOW)
    item = account(RectificationState.PLANNING, deadline=TODAY + timedelta(days=61))
    with pytest.raises(Invalid, match="超过60天"):
        actions.propose(item, reporter, NOW, Plan("分两步", person="李四"))
    late = Stage("验收", TODAY + timedelta(days=62))
    with pytest.raises(Invalid, match="晚于整改时限"):
        actions.propose(item, reporter, NOW, Plan("分两步", person="李四", stages=[late]))
    actions.propose(
        item, reporter, NOW, Plan("分两步", person="李四", stages=[Stage("开工", day(30).date())])
    )
    actions.approve(item, make.user(Role.SUPERVISOR), NOW)
    fill(item, reporter)
    with pytest.raises(Invalid, match="开工"):
        closing.request_closure(item, head, NOW)
    progress.report(item, reporter, NOW, Progress(100, "已开工并建成", item.milestones[0].id))
    closing.request_closure(item, head, NOW)
    assert (item.milestones[0].met_on, item.state) == (TODAY, C)


def test_only_the_head_applies_and_only_another_units_head_verifies(account, reporter, head, checker):
    item = account()
    fill(item, reporter)
    with pytest.raises(Forbidden):
        closing.request_closure(item, reporter, NOW)
    closing.request_closure(item, head, NOW)
    for other in (head, make.user(Role.REPORTER, checker.unit), make.user(Role.SUPERVISOR)):
        with pytest.raises(Forbidden):
            closing.verify(item, other, NOW, VISIT)
    assert item.state is C


def test_the_visit_says_what_where_and_when(account, checker):
    item = account(C)
    for visit, missing in (
        (Visit(" ", "定海", TODAY), "findings"),
        (Visit("属实", "", TODAY), "place"),
        (Visit("属实", "定海", TODAY + timedelta(days=1)), "checked_on"),
        (Visit("属实", "定海", TODAY - timedelta(days=1)), "checked_on"),
    ):
        with pytest.raises(Invalid) as refusal:
            closing.verify(item, checker, NOW, visit)
        assert list(refusal.value.fields) == [missing]


def test_sent_back_at_any_check_it_starts_with_nobodys_signature(account, supervisor, checker):
    item = account(C)
    closing.refuse(item, checker, NOW, VISIT)
    assert (item.state, item.applied_by_id, item.verified_by_id) == (A, None, None)
    assert db.session.scalars(db.select(SiteCheck.is_passed)).all() == [False]
    item = account(V)
    notices.give(item, supervisor, NOW, "市政府网站", TODAY, 5, statutory())
    actions.send_back(item, supervisor, NOW, "佐证不实")
    db.session.flush()
    assert (item.state, item.applied_by_id, item.verified_by_id) == (A, None, None)
    item = account(RectificationState.PLANNING, proposed_at=NOW, remedy="尽快整改")
    actions.send_back(item, supervisor, NOW, "措施太笼统")
    with pytest.raises(Invalid, match="还没有报来整改措施"):
        actions.approve(item, supervisor, NOW)


def test_the_database_itself_refuses_two_signatures_of_one_person(account, supervisor):
    for columns in (
        {"state": V, "verified_by_id": "applied_by_id"},
        {"state": V, "verified_by_id": None},
        {"state": RectificationState.CLOSED, "closed_on": TODAY, "closed_by_id": "verified_by_id"},
        {"state": RectificationState.CLOSED, "closed_on": TODAY, "closed_by_id": None},
    ):
        item = account(V)
        values = {
            name: getattr(item, value) if isinstance(value, str) and name != "state" else value
            for name, value in columns.items()
        }
        table = type(item).__table__
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(table.update().where(table.c.id == item.id).values(values))


def test_an_upheld_dispute_changes_the_account_and_issues_it_again(account, reporter, supervisor):
    item = account(RectificationState.ISSUED, deadline=date(2020, 7, 31))
    actions.dispute(item, reporter, NOW, Ground.UNIT, "不是我单位的职责")
    with pytest.raises(Invalid, match="至少一项"):
        actions.uphold(item, supervisor, day(3), "有理", Change(text=item.problem.text))
    other = make.unit("市教育局")
    actions.uphold(item, supervisor, day(3), "按三定方案", Change(other, text="两所学校未开工。"))
    db.session.flush()
    assert (item.state, item.deadline, item.paused_on) == (RectificationState.ISSUED, date(2020, 8, 3), None)
    assert (item.problem.unit_id, item.unit_ids, item.problem.text) == (
        other.id,
        {other.id},
        "两所学校未开工。",
    )
    item = account(RectificationState.ISSUED)
    actions.dispute(item, reporter, NOW, Ground.OTHER, "已整改")
    actions.uphold(item, supervisor, NOW, "确已整改")
    db.session.flush()
    assert item.state is RectificationState.WITHDRAWN


def test_an_overruled_dispute_gives_the_days_back(account, reporter, supervisor):
    item = account(RectificationState.ISSUED, deadline=date(2020, 7, 31))
    actions.dispute(item, reporter, NOW, Ground.DEADLINE, "来不及")
    actions.overrule(item, supervisor, day(5), "按原要求办")
    assert (item.state, item.deadline) == (RectificationState.ISSUED, date(2020, 8, 5))


def test_nothing_is_struck_off_while_its_notice_runs_or_an_objection_is_open(account, supervisor):
    item = account(V)
    notice = notices.give(item, supervisor, NOW, "市政府网站", TODAY, 5, statutory())
    assert notice.ends_on == date(2020, 7, 10)  # Monday to Friday
    with pytest.raises(WrongState, match="2020-07-10"):
        closing.close(item, supervisor, day(4))
    objection = notices.enter_objection(notice, supervisor, day(2), TODAY, "张某", "只建成两所")
    with pytest.raises(WrongState, match="1条公示异议"):
        closing.close(item, supervisor, day(5))
    notices.answer_objection(objection, supervisor, day(5), "经核实三所均已建成")
    closing.close(item, supervisor, day(5))
    assert item.closed_on == date(2020, 7, 11)


def test_a_standing_matter_is_told_of_by_quarters_and_never_struck_off(account, reporter, head):
    item = account(pace=Pace.STANDING, deadline=None, original_deadline=None)
    fill(item, reporter)
    with pytest.raises(Invalid, match="长期坚持"):
        closing.request_closure(item, head, NOW)
    progress.report(item, reporter, NOW, Progress(50, "已走访120户", quarter="2020-Q3"))
    with pytest.raises(Invalid, match="已经填报"):
        progress.report(item, reporter, NOW, Progress(60, "再报一次", quarter="2020-Q3"))
    table = type(item).__table__
    signed = {f"{step}_by_id": make.user().id for step in ("applied", "verified", "closed")}
    closed = {"state": RectificationState.CLOSED, "closed_on": TODAY} | signed
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(table.update().where(table.c.id == item.id).values(closed))


def test_a_report_counts_until_it_is_sent_back_and_the_unit_corrects_that_one(
    account, reporter, head, supervisor
):
    item = account(progress=0)
    item.milestones = [Milestone(text="开工", due_on=date(2020, 7, 20))]
    db.session.flush()
    first = progress.report(item, reporter, NOW, Progress(40, "两所开工"))
    progress.accept(first, supervisor, NOW)
    second = progress.report(
        item, reporter, NOW, Progress(100, "建成", item.milestones[0].id, files=[proof()])
    )
    with pytest.raises(Invalid, match="理由"):
        progress.send_back(second, supervisor, NOW, ReturnReason.EVIDENCE, " ")
    progress.send_back(second, supervisor, NOW, ReturnReason.EVIDENCE, "只有一所学校的验收单")
    db.session.flush()
    assert (item.progress, item.milestones[0].met_on, second.answer) == (40, None, "只有一所学校的验收单")
    fill(item, reporter)
    item.progress = 100
    with pytest.raises(Invalid, match="被退回"):
        closing.request_closure(item, head, NOW)
    with pytest.raises(WrongState, match="已退回"):
        progress.accept(second, supervisor, NOW)
    more = Progress(100, "三所都已建成", item.milestones[0].id, files=[proof(), proof("另两所")])
    again = progress.report(item, reporter, day(1), more)
    db.session.flush()
    assert (again.id, again.state, again.answer, again.reviewed_at) == (
        *(second.id, FilingState.SUBMITTED, "", None),
    )
    assert [one.name for one in again.evidence] == ["验收单.txt", "另两所.txt"]
    assert (item.progress, item.milestones[0].met_on) == (100, date(2020, 7, 7))
    progress.recall(again, reporter, day(1))
    assert item.progress == 40


def test_nothing_of_an_earlier_round_proves_the_new_one(account, reporter, head, supervisor):
    item = account(V)
    item.slots = [ClosingSlot(slot=slot, round=0, text="已达标") for slot in Slot]
    old = progress.evidence_of(item, [proof()])
    item.slots[0].evidence.extend(old)
    closing.close(item, supervisor, NOW)
    actions.reopen(item, supervisor, day(9), "群众反映反弹")
    with pytest.raises(Invalid, match="以前的佐证材料"):
        closing.remove_proof(old[0], item, reporter, day(9))
    progress.report(item, reporter, day(10), Progress(100, "重新整改"))
    closing.save_slots(item, reporter, day(10), {slot: SlotEntry(True, "已达标") for slot in Slot})
    with pytest.raises(Invalid) as refusal:
        closing.request_closure(item, head, day(10))
    assert set(refusal.value.fields) == {f"{slot.value}_text" for slot in Slot}  # five files are missing
    assert [(slot.round, len(slot.evidence)) for slot in item.slots if slot.slot is Slot.REMEDIES] == [
        *((0, 1), (1, 0)),
    ]


def test_a_reopened_account_keeps_its_number_gets_a_new_deadline_and_counts(account, supervisor):
    item = account(V)
    item.slots = [ClosingSlot(slot=Slot.EFFECT, round=0, text="已达标")]
    closing.close(item, supervisor, NOW)
    number = item.problem.number
    actions.reopen(item, supervisor, day(9), "群众反映反弹", date(2020, 8, 15))
    db.session.flush()
    closure = db.session.scalars(db.select(Closure)).one()
    assert (item.problem.number, item.reopened_times, item.closed_on) == (number, 1, None)
    assert (item.state, item.deadline, item.progress) == (A, date(2020, 8, 15), 0)
    assert [slot.text for slot in item.present_slots] == []  # to be told anew
    assert (closure.reopened_on, closure.reopen_reason) == (date(2020, 7, 15), "群众反映反弹")


def test_milestones_and_a_new_deadline_are_held_against_the_rules_of_relief(account, supervisor):
    """NOW is Monday 6 July 09:00: Thursday the 9th is the first day that leaves three working days."""
    item = account(RectificationState.REGISTERED)
    item.milestones = [Milestone(text="先停工", due_on=day(2).date())]
    with pytest.raises(Invalid, match="至少留3个工作日"):
        actions.issue(item, supervisor, NOW)
    actions.issue(item, supervisor, NOW, "台风将至")
    again = account(V)
    closing.close(again, supervisor, NOW)
    with pytest.raises(Invalid, match="至少留3个工作日"):
        actions.reopen(again, supervisor, NOW, "群众反映反弹", day(1).date())
    assert again.state is RectificationState.CLOSED
    actions.reopen(again, supervisor, NOW, "群众反映反弹", day(1).date(), "汛期")
    db.session.flush()
    asked = db.session.scalars(db.select(Demand).order_by(Demand.id)).all()
    assert [(one.due_on, one.reason) for one in asked] == [
        (day(2).date(), "台风将至"),
        (day(1).date(), "汛期"),
    ]


def test_an_extension_moves_the_deadline_by_an_approvers_word(account, head, approver):
    item = account(progress=50, deadline=date(2020, 7, 31))
    until = Wish(date(2020, 8, 31), "汛期停工", proof("停工通知")[0], "停工通知.txt")
    asked = extensions.ask(item, head, NOW, until)
    with pytest.raises(WrongState, match="正在审批"):
        extensions.ask(item, head, NOW, until)
    requests.recall_extension(asked, head, NOW)
    again = extensions.ask(item, head, NOW, Wish(date(2020, 8, 31), "汛期停工，附通知"))
    assert (again.id, again.file_name, again.is_late) == (asked.id, "停工通知.txt", False)
    with pytest.raises(Invalid, match="不晚于申请"):
        requests.grant(again, approver, NOW, date(2020, 9, 1))
    requests.grant(again, approver, NOW, date(2020, 8, 20), "只批到20日")
    assert (item.deadline, item.original_deadline) == (date(2020, 8, 20), date(2020, 7, 31))
    late = account(progress=50, deadline=TODAY + timedelta(days=2))
    assert extensions.ask(late, head, NOW, until).is_late  # 临期申请
    gone = account(progress=50, deadline=TODAY - timedelta(days=1))
    with pytest.raises(WrongState, match="已过整改时限"):
        extensions.ask(gone, head, NOW, until)


def test_what_closed_the_duty_fills_its_account_which_is_struck_off_by_itself(reporter, head, checker):
    duty = make.assignment(reporter.unit, state=State.CLOSED)
    problem = make.problem(reporter.unit, checker.unit, assignment=duty, rectification={"state": A})
    filed = make.report(duty, state=FilingState.ACCEPTED, text="三所学校均已验收", progress=100)
    file, name, claim = proof()
    filed.evidence.append(Evidence(file=file, name=name, claim=claim))
    item = problem.rectification
    closing.take_over(item, reporter, NOW)
    assert item.progress == 100
    kept = {slot.slot: (slot.text, [one.name for one in slot.evidence]) for slot in item.slots}
    assert kept[Slot.EFFECT] == ("三所学校均已验收", ["验收单.txt"])
    with pytest.raises(Invalid, match="举一反三"):
        closing.request_closure(item, head, NOW)


def test_a_year_that_is_a_slip_of_the_pen_is_refused_in_words_wherever_a_day_is_asked_for(
    account, reporter, head, supervisor
):
    early, late = date(1, 1, 1), date(9999, 12, 31)
    disputed = account(RectificationState.DISPUTED, paused_on=TODAY)
    standing = account(RectificationState.PLANNING, pace=Pace.STANDING, deadline=None, original_deadline=None)
    closed, looked_at = account(V), account(V)
    for item in (closed, looked_at):
        closing.close(item, supervisor, NOW)
    look_back = look_backs.plan(looked_at, supervisor, NOW, TODAY, "抽查")
    running, verified, other = account(), account(V), make.user(Role.SUPERVISOR)
    asks = (
        lambda day: actions.uphold(disputed, supervisor, NOW, "有理", Change(deadline=day)),
        lambda day: actions.propose(
            standing, reporter, NOW, Plan("走访", "", "李四", "", [Stage("一", day)])
        ),
        lambda day: actions.reopen(closed, supervisor, NOW, "反弹", day),
        lambda day: look_backs.plan(closed, supervisor, NOW, day, "抽查"),
        lambda day: look_backs.fail(look_back, other, NOW, VISIT, day),
        lambda day: extensions.ask(running, head, NOW, Wish(day, "汛期")),
        lambda day: notices.give(verified, supervisor, NOW, "网站", day, 5, statutory()),
        lambda day: lists.register(
            replace(FOUND, unit=head.unit, accepting_unit=head.unit, stages=((day, "一"),)), supervisor, NOW
        ),
        lambda day: lists.register(
            replace(FOUND, unit=head.unit, accepting_unit=head.unit, found_on=day), supervisor, NOW
        ),
    )
    for ask in asks:
        for slip in (early, late):
            step = db.session.begin_nested()
            with pytest.raises(Invalid, match=r"年份|早于|晚于"):
                ask(slip)
            step.rollback()
