"""The verbs of what is asked about a duty."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy.orm.exc import StaleDataError

from tests import make
from tests.conftest import NOW
from tracker.audit import Event
from tracker.db import db, writing
from tracker.errors import Forbidden, Invalid, WrongState
from tracker.tasks import actions as duties
from tracker.tasks.actions import Reissue
from tracker.tasks.models import Assignment, Extension, Ground, HaltKind, HaltRequest
from tracker.tasks.requests import actions, queries
from tracker.tasks.requests.actions import Wish
from tracker.tasks.rules import is_overdue
from tracker.workflow import FilingState, State, TaskState

DEADLINE, LATER = date(2020, 7, 31), date(2020, 8, 31)


@pytest.fixture
def duty(head):
    return make.assignment(head.unit, state=State.ACTIVE, deadline=DEADLINE)


def asked(duty, head, wanted_on=LATER, now=NOW):
    extension = actions.ask_extension(duty, head, now, Wish(wanted_on, "汛期停工"))
    db.session.flush()
    return extension


def kinds():
    return [event.kind for event in db.session.scalars(db.select(Event).order_by(Event.id))]


def test_a_head_asks_in_time(duty, head):
    extension = asked(duty, head)
    assert (extension.state, extension.deadline, extension.is_late) == (
        FilingState.SUBMITTED,
        DEADLINE,
        False,
    )
    assert duty.deadline == DEADLINE  # asking moves nothing


def test_two_working_days_before_the_deadline_it_is_marked_as_late(duty, head):
    assert asked(duty, head, now=NOW.replace(day=29)).is_late


def test_after_the_deadline_it_is_refused_in_words(duty, head):
    with pytest.raises(WrongState, match="已过完成时限"):
        asked(duty, head, now=NOW + timedelta(days=30))


def test_a_reporter_may_not_ask(duty, reporter):
    with pytest.raises(Forbidden):
        asked(duty, reporter)


def test_another_head_may_not_ask(head):
    with pytest.raises(Forbidden):
        asked(make.assignment(make.unit("市教育局"), state=State.ACTIVE), head)


@pytest.mark.parametrize("wanted_on", [DEADLINE, DEADLINE - timedelta(days=1)])
def test_the_new_day_is_later(duty, head, wanted_on):
    with pytest.raises(Invalid, match="晚于"):
        asked(duty, head, wanted_on)


def test_a_reason_is_needed(duty, head):
    with pytest.raises(Invalid, match="理由"):
        actions.ask_extension(duty, head, NOW, Wish(LATER, " "))


def test_one_at_a_time(duty, head):
    asked(duty, head)
    with pytest.raises(WrongState, match="正在审批"):
        asked(duty, head)


def test_a_recalled_one_is_asked_for_again_and_keeps_its_file(duty, head):
    first = actions.ask_extension(duty, head, NOW, Wish(LATER, "停工", make.stored_file(), "停工令.txt"))
    db.session.flush()
    actions.recall_extension(first, head, NOW)
    db.session.flush()
    second = asked(duty, head, date(2020, 9, 30))
    assert (second.id, second.wanted_on, second.file_name) == (first.id, date(2020, 9, 30), "停工令.txt")


def test_granting_moves_the_deadline_and_never_the_original(duty, head, approver):
    actions.grant(asked(duty, head), approver, NOW)
    db.session.flush()
    assert (duty.deadline, duty.original_deadline) == (LATER, DEADLINE)
    assert kinds() == ["extension.submit", "extension.accept", "assignment.extend"]


def test_an_earlier_day_may_be_granted(duty, head, approver):
    extension = asked(duty, head)
    actions.grant(extension, approver, NOW, date(2020, 8, 10), "请加快")
    db.session.flush()
    assert (duty.deadline, extension.granted_on) == (date(2020, 8, 10), date(2020, 8, 10))


@pytest.mark.parametrize("granted_on", [DEADLINE, LATER + timedelta(days=1)])
def test_no_other_day_can_be_granted(duty, head, approver, granted_on):
    with pytest.raises(Invalid, match="批准的日期"):
        actions.grant(asked(duty, head), approver, NOW, granted_on)


def test_asked_in_time_and_granted_late_is_not_overdue(duty, head, approver):
    extension = asked(duty, head)
    late = NOW + timedelta(days=28)  # 3 August
    actions.grant(extension, approver, late)
    assert not is_overdue(duty.state, duty.deadline, duty.submitted_on, late.date())


def test_a_refusal_needs_a_reason_and_moves_nothing(duty, head, approver):
    extension = asked(duty, head)
    with pytest.raises(Invalid, match="理由"):
        actions.refuse_extension(extension, approver, NOW, "")
    db.session.refresh(extension)
    actions.refuse_extension(extension, approver, NOW, "工期充足")
    db.session.flush()
    assert (extension.state, extension.answer_reason, duty.deadline) == (
        FilingState.REFUSED,
        "工期充足",
        DEADLINE,
    )


@pytest.mark.parametrize("role", ["supervisor", "head", "leader", "administrator"])
def test_only_an_approver_grants(duty, head, role, request):
    with pytest.raises(Forbidden):
        actions.grant(asked(duty, head), request.getfixturevalue(role), NOW)


def test_who_asked_never_answers(duty, head, approver):
    extension = asked(duty, head)
    extension.submitted_by_id = approver.id
    with pytest.raises(Forbidden, match="另一人"):
        actions.grant(extension, approver, NOW)


def test_two_approvers_cannot_both_answer(duty, head, approver):
    extension = asked(duty, head)
    db.session.refresh(extension)
    db.session.execute(db.text("UPDATE extensions SET version = version + 1"))
    actions.refuse_extension(extension, approver, NOW, "不同意")
    with pytest.raises(StaleDataError):
        db.session.flush()


@pytest.mark.parametrize("step", ["request_closure", "suspend", "withdraw"])
def test_a_duty_that_moves_on_ends_what_was_asked(duty, head, approver, step):
    extension = asked(duty, head)
    getattr(duties, step)(duty, head if step == "request_closure" else approver, NOW, "已办完")
    db.session.flush()
    assert (extension.state, extension.answered_by_id) == (FilingState.REFUSED, None)
    assert duty.state.label in extension.answer_reason


def test_grants_are_counted(duty, head, approver):
    actions.grant(asked(duty, head), approver, NOW)
    actions.grant(asked(duty, head, date(2020, 9, 30)), approver, NOW)
    db.session.flush()
    assert queries.grants_of([duty.id]) == {duty.id: 2}
    assert queries.extensions_waiting() == 0


def halt(duty, supervisor, kind=HaltKind.SUSPEND):
    request = actions.ask_halt(duty, supervisor, NOW, kind, "台风影响")
    db.session.flush()
    return request


def test_consent_takes_the_step_at_once(duty, supervisor, approver):
    actions.accept_halt(halt(duty, supervisor), approver, NOW)
    db.session.flush()
    assert (duty.state, duty.paused_on) == (State.SUSPENDED, date(2020, 7, 6))
    actions.accept_halt(halt(duty, supervisor, HaltKind.RESUME), approver, NOW + timedelta(days=5))
    db.session.flush()
    assert (duty.state, duty.deadline) == (State.ACTIVE, date(2020, 8, 5))
    actions.accept_halt(halt(duty, supervisor, HaltKind.WITHDRAW), approver, NOW)
    db.session.flush()
    assert duty.state is State.WITHDRAWN


def test_a_refused_halt_changes_nothing(duty, supervisor, approver):
    request = halt(duty, supervisor)
    actions.refuse_halt(request, approver, NOW, "不影响施工")
    db.session.flush()
    assert (request.state, duty.state) == (FilingState.REFUSED, State.ACTIVE)


def test_a_supervisor_does_not_consent(duty, supervisor):
    with pytest.raises(Forbidden):
        actions.accept_halt(halt(duty, supervisor), make.user(supervisor.role), NOW)


def test_an_approver_does_not_ask(duty, approver):
    with pytest.raises(Forbidden):
        halt(duty, approver)


def test_who_asked_for_a_halt_never_consents(duty, supervisor, approver):
    request = halt(duty, supervisor)
    request.submitted_by_id = approver.id
    with pytest.raises(Forbidden, match="另一人"):
        actions.accept_halt(request, approver, NOW)


def test_what_the_state_does_not_allow_cannot_be_asked_for(duty, supervisor):
    with pytest.raises(WrongState, match="不能报请恢复"):
        halt(duty, supervisor, HaltKind.RESUME)


def test_one_halt_at_a_time_and_a_recall_makes_room(duty, supervisor):
    first = halt(duty, supervisor)
    with pytest.raises(WrongState, match="等待审批"):
        halt(duty, supervisor)
    actions.recall_halt(first, supervisor, NOW)
    db.session.flush()
    assert halt(duty, supervisor).state is FilingState.SUBMITTED


def test_a_direct_step_ends_the_request_it_makes_idle(duty, supervisor, approver):
    request = halt(duty, supervisor)
    duties.suspend(duty, approver, NOW, "台风")
    db.session.flush()
    assert (request.state, request.answered_by_id) == (FilingState.REFUSED, None)


def test_a_request_that_is_still_possible_stands(duty, head, supervisor):
    request = halt(duty, supervisor, HaltKind.WITHDRAW)
    duties.request_closure(duty, head, NOW, "已完成")
    db.session.flush()
    assert request.state is FilingState.SUBMITTED


def test_a_withdrawn_task_takes_its_open_duties_along(approver):
    task = make.task()
    open_ones = [
        make.assignment(make.unit(f"单位{n}"), task, state=state)
        for n, state in enumerate(
            [State.ISSUED, State.DISPUTED, State.ACTIVE, State.SUSPENDED, State.CLOSING]
        )
    ]
    closed = make.assignment(make.unit("单位九"), task, state=State.CLOSED)
    assert actions.withdraw_task(task, approver, NOW, "政策调整") == 5
    db.session.flush()
    assert task.state is TaskState.WITHDRAWN
    assert {duty.state for duty in open_ones} == {State.WITHDRAWN}
    assert closed.state is State.CLOSED


def test_only_an_approver_withdraws_a_task(supervisor):
    with pytest.raises(Forbidden):
        actions.withdraw_task(make.task(), supervisor, NOW, "政策调整")


def test_new_words_stand_in_the_timeline_of_the_task(head, supervisor):
    duty = make.assignment(head.unit)
    duties.dispute(duty, head, NOW, Ground.WORDING, "表述有歧义")
    duties.uphold(duty, supervisor, NOW, "已改", Reissue(title="建成两所学校"))
    db.session.flush()
    event = db.session.scalars(db.select(Event).where(Event.subject_type == "tasks")).one()
    assert (event.words, event.details) == ("修改表述", {"title": ["建成三所学校", "建成两所学校"]})


def test_the_share_of_a_target_goes_with_the_duty(head, supervisor):
    duty, other = make.assignment(head.unit), make.unit("市民政局")
    quota = make.quota(make.target(duty.task), head.unit, 3)
    duties.dispute(duty, head, NOW, Ground.UNIT, "不属本单位")
    duties.uphold(duty, supervisor, NOW, "改交", Reissue(unit=other))
    db.session.flush()
    assert quota.unit_id == other.id


def test_who_sees_what_was_asked(duty, head, reporter, supervisor, approver):
    extension, request = asked(duty, head), halt(duty, supervisor)
    today = date(2020, 7, 6)
    seen = {user.role: queries.asked_of(user, duty, today) for user in (head, reporter, supervisor, approver)}
    steps = {
        role: [step.action for _, steps in one.extensions for step in steps] for role, one in seen.items()
    }
    assert steps == {"head": ["recall"], "reporter": [], "supervisor": [], "approver": ["accept", "refuse"]}
    assert [len(one.halts) for one in seen.values()] == [0, 0, 1, 1]  # a halt is the office's matter
    actions.recall_extension(extension, head, NOW)
    actions.recall_halt(request, supervisor, NOW)
    db.session.flush()
    assert [len(queries.asked_of(user, duty, today).filings) for user in (head, supervisor, approver)] == [
        1,
        1,
        0,
    ]


def test_a_reporter_is_told_why_the_button_is_missing(duty, reporter):
    asked_ = queries.asked_of(reporter, duty, date(2020, 7, 6))
    assert (asked_.may_extend, asked_.no_extension) == (False, "延期由单位负责人申请")


def test_what_waits_is_counted_and_listed_oldest_first(head, supervisor):
    duties_ = [make.assignment(head.unit, state=State.ACTIVE, deadline=DEADLINE) for _ in range(2)]
    asked(duties_[1], head)
    asked(duties_[0], head, now=NOW + timedelta(hours=1))
    halt(duties_[0], supervisor)
    assert [one.assignment for one in db.session.scalars(queries.queue(Extension))] == duties_[::-1]
    assert (queries.extensions_waiting(), queries.halts_waiting()) == (2, 1)
    assert db.session.scalars(queries.queue(HaltRequest)).one().assignment is duties_[0]


def test_of_two_who_ask_at_once_one_is_told(own_app):
    duty_id = make.assignment(state=State.ACTIVE, deadline=DEADLINE).id
    db.session.remove()

    def ask(_):
        with own_app.app_context(), writing():
            try:
                duty = db.session.get(Assignment, duty_id)
                actions.ask_extension(duty, None, NOW, Wish(LATER, "停工"))
                db.session.commit()
            except WrongState as refusal:
                return str(refusal)
        return ""

    with ThreadPoolExecutor(4) as people:
        answers = sorted(people.map(ask, range(4)))
    assert answers == ["", *["延期申请正在审批，等待答复"] * 3]
