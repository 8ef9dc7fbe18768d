"""From the first day of a month to its final figures: opened, frozen, sent, contested, settled, checked."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests import make
from tests.conftest import sign_in
from tracker.accounts.models import Role
from tracker.audit import Event
from tracker.db import db
from tracker.errors import Forbidden, Invalid, WrongState
from tracker.reminders import actions as reminders
from tracker.reminders.models import Announcement, Digest
from tracker.scores import actions, jobs, queries
from tracker.scores.appeals import actions as appeals
from tracker.scores.appeals.actions import Claim
from tracker.scores.checking import check_month, figures, of_sheet
from tracker.scores.facts import Facts, Wish
from tracker.scores.models import Appeal, Evaluation, ScoreSheet
from tracker.workdays import statutory
from tracker.workflow import AppealState, EvaluationState, State

BEGUN = datetime(2020, 6, 1, 0, 25, tzinfo=UTC)  # a Monday, the first working day of the window
FROZEN = datetime(2020, 7, 1, 0, 30, tzinfo=UTC)
OVER = FROZEN + timedelta(days=6)  # the 7th; the days to appeal end on Monday the 6th


@pytest.fixture
def unit(reporter):
    """Three duties in time and one lead that is 3 working days late; in one board with another unit."""
    for _ in range(3):
        make.assignment(reporter.unit, deadline=date(2020, 6, 30), state=State.CLOSING)
    late = make.assignment(reporter.unit, title="改造危房", deadline=date(2020, 6, 24), state=State.ACTIVE)
    late.received_at = BEGUN
    make.board("部门组", reporter.unit, make.unit("市教育局"))
    return reporter.unit


@pytest.fixture
def late(unit):
    """The fact of the late duty: "assignment:12"."""
    return next(f"assignment:{duty.id}" for duty in _duties(unit) if duty.deadline == date(2020, 6, 24))


def _duties(unit):
    from tracker.tasks.models import Assignment

    return db.session.scalars(db.select(Assignment).filter_by(unit_id=unit.id)).all()


def sheet_of(unit, month="2020-06"):
    query = db.select(ScoreSheet).join(ScoreSheet.evaluation).where(Evaluation.month == month)
    return db.session.scalars(query.where(ScoreSheet.unit_id == unit.id)).one()


def claim(subject, code="A", wish=Wish.MET):
    return Claim(code, subject, wish, "6月24日已当面送达，有签收单。")


def test_the_scheduler_opens_freezes_sends_and_settles(unit, reporter, head):
    assert jobs.open_month(BEGUN) == 1
    assert jobs.open_month(BEGUN) == 0
    (evaluation,) = db.session.scalars(db.select(Evaluation))
    assert (evaluation.state, evaluation.month) == (EvaluationState.OPEN, "2020-06")
    assert queries.months() == []
    assert jobs.freeze_month(datetime(2020, 7, 4, 0, 30, tzinfo=UTC)) == 0  # a Saturday
    assert jobs.freeze_month(FROZEN) == 1
    assert evaluation.appeals_until == date(2020, 7, 6)
    told = db.session.scalars(db.select(Announcement).order_by(Announcement.recipient_id)).all()
    assert [one.recipient_id for one in told] == [reporter.id, head.id]
    assert "2020-06月度评价单：得分" in told[0].words
    assert "7月6日前申诉" in told[0].words
    reminders.digest(FROZEN + timedelta(minutes=30), statutory())
    digest = db.session.scalars(db.select(Digest).filter_by(recipient_id=head.id)).one()
    assert [one.path for one in digest.announcements] == [f"/scores/sheets/{sheet_of(unit).id}"]
    assert jobs.settle_month(datetime(2020, 7, 6, 0, 35, tzinfo=UTC)) == 0
    assert jobs.settle_month(OVER) == 1
    assert evaluation.state is EvaluationState.FINAL
    assert jobs.freeze_month(OVER) == 0


@pytest.fixture
def frozen(unit, supervisor):
    """June, its facts taken by a supervisor."""
    (evaluation,) = actions.evaluate("2020-06", supervisor, FROZEN, statutory())
    db.session.commit()
    return evaluation


def test_an_upheld_appeal_puts_the_fact_right_and_the_board_is_computed_anew(
    frozen, unit, late, head, supervisor
):
    sheet, other = sheet_of(unit), make.user(Role.SUPERVISOR)
    before = (sheet.score, frozen.facts_hash)
    assert before[0] == Decimal("59.20")  # (45 x 3/4 + 15 x 0 + 15 x 3/4) of 75, less 0.5 and 3 x 0.1
    appeal = appeals.submit(sheet, claim(late), head, FROZEN)
    with pytest.raises(Forbidden):  # who took the facts
        appeals.uphold(appeal, supervisor, FROZEN, "属实")
    with pytest.raises(WrongState, match="没有裁定"):
        actions.settle(frozen, other, OVER)
    assert actions.settle_due(OVER) == 0
    with pytest.raises(Invalid, match="理由"):
        appeals.uphold(appeal, other, FROZEN, " ")
    appeals.uphold(appeal, other, FROZEN, "签收单属实")
    db.session.commit()
    assert (appeal.state, appeal.decided_by_id, appeal.answer) == (AppealState.UPHELD, other.id, "签收单属实")
    assert (sheet.score, appeal.points) == (Decimal("75.00"), Decimal("15.80"))
    assert all(duty.met for duty in Facts.from_json(sheet.facts).duties)
    event = db.session.scalars(db.select(Event).filter_by(kind="evaluation.correct")).one()
    assert event.details["facts_hash"] == [before[1], frozen.facts_hash]
    assert check_month("2020-06") == []
    with pytest.raises(WrongState, match="只裁定一次"):
        appeals.submit(sheet, claim(late, "late", Wish.EXEMPT), head, FROZEN)
    with pytest.raises(WrongState, match="已有单位申诉"):
        actions.reevaluate("2020-06", supervisor, FROZEN, statutory())


def test_a_refused_appeal_changes_nothing_and_keeps_its_reason(frozen, unit, late, head):
    sheet = sheet_of(unit)
    before = (sheet.score, frozen.facts_hash)
    appeal = appeals.submit(sheet, claim(late), head, FROZEN)
    appeals.refuse(appeal, make.user(Role.SUPERVISOR), FROZEN, "签收单是7月的")
    assert (sheet.score, frozen.facts_hash) == before
    assert (appeal.state, appeal.answer) == (AppealState.REFUSED, "签收单是7月的")
    actions.settle(frozen, None, OVER)


def test_what_may_not_be_contested_is_refused_in_words(frozen, unit, late, head):
    sheet = sheet_of(unit)
    with pytest.raises(Invalid, match="没有这一项"):
        appeals.submit(sheet, claim("assignment:999999"), head, FROZEN)
    with pytest.raises(WrongState, match="2020年07月06日"):
        appeals.submit(sheet, claim(late), head, OVER)
    appeal = appeals.submit(sheet, claim(late), head, FROZEN)
    appeals.recall(appeal, head, FROZEN)
    assert appeals.submit(sheet, claim(late), head, FROZEN).state is AppealState.FILED


def test_a_late_fact_of_a_final_month_counts_in_the_next_one_as_a_correction(frozen, unit, late, supervisor):
    actions.settle(frozen, None, OVER)
    sheet, score = sheet_of(unit), sheet_of(unit).score
    appeal = appeals.submit(sheet, claim(late, wish=Wish.EXEMPT), make.user(Role.SUPERVISOR), OVER)
    appeals.uphold(appeal, make.user(Role.SUPERVISOR), OVER, "通知没有送达")
    db.session.commit()
    assert (sheet.score, appeal.is_late, appeal.points > 0) == (score, True, True)
    assert check_month("2020-06") == []
    actions.evaluate("2020-07", None, datetime(2020, 8, 3, 1, tzinfo=UTC), statutory())
    july = sheet_of(unit, "2020-07")
    assert (july.correction, appeal.carried_to) == (appeal.points, july.evaluation)
    (line,) = [line for line in july.lines if line.code == "correction"]
    assert line.points == appeal.points
    actions.evaluate("2020-08", None, datetime(2020, 9, 1, 1, tzinfo=UTC), statutory())
    assert sheet_of(unit, "2020-08").correction == 0


def test_twelve_months_recompute_to_the_identical_figures(unit):
    """Each month under the version it began with; every second month a version is added."""
    months = [f"2020-{number:02}" for number in range(1, 13)]
    for number, month in enumerate(months):
        if number % 2:
            rules = actions.DEFAULT_MODEL | {"falsehood": str(number), "minimum_obligations": 1 + number % 3}
            actions.add_model(rules, month, None, FROZEN)
        deadline = date(2020, number + 1, 15)
        for state in (State.CLOSED, State.ACTIVE, State.CLOSED)[: 1 + number % 3]:
            columns = {"starts_on": deadline.replace(day=1), "received_at": FROZEN - timedelta(days=200)}
            make.assignment(
                unit, deadline=deadline, state=state, issued_at=FROZEN - timedelta(days=220), **columns
            )
        year, following = divmod(number + 1, 12)
        actions.evaluate(month, None, datetime(2020 + year, following + 1, 3, 1, tzinfo=UTC), statutory())
    db.session.commit()
    db.session.expire_all()
    versions = set()
    for month in months:
        (evaluation,) = queries.evaluations(month)
        stored = {sheet.unit_id: figures(sheet) for sheet in evaluation.sheets}
        assert {unit_id: of_sheet(sheet) for unit_id, sheet in actions.recompute(evaluation)} == stored
        versions.add(evaluation.model.version)
    assert len(versions) == 7
    assert check_month("2020-06") == []


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE events SET reason = '改过' WHERE kind = 'evaluation.freeze'", "留痕第"),
        ("UPDATE score_sheets SET score = 99 WHERE score IS NOT NULL", "与重算的不符"),
        ("UPDATE score_sheets SET rank = 7 WHERE rank IS NOT NULL", "与重算的不符"),
        ("UPDATE evaluations SET facts_hash = 'x'", "与指纹不符"),
        ("UPDATE evaluations SET trail_hash = 'x'", "被改写过"),
        ("DELETE FROM events WHERE kind = 'evaluation.freeze'", "与留痕里记下的不符"),
    ],
)
def test_what_was_changed_behind_the_program_s_back_is_found(frozen, statement, words):
    assert check_month("2020-06") == []
    db.session.execute(db.text(statement))
    db.session.expire_all()
    assert any(words in found for found in check_month("2020-06"))


def test_a_sheet_says_what_each_thing_cost_and_what_would_help(client, frozen, unit, late, head):
    sign_in(client, head)
    page = client.get(f"/scores/sheets/{sheet_of(unit).id}").text
    assert "尽快办结“改造危房”；每再逾期一个工作日多扣0.1分" in page
    assert f"/scores/sheets/{sheet_of(unit).id}/appeal?line=A&amp;fact={late}" in page
    assert "截止日未办结，逾期3个工作日" in page
    assert "−0.80" in page  # 0.5 and 0.1 a day


def test_a_head_appeals_in_the_browser_and_another_supervisor_decides(
    client, frozen, unit, late, head, supervisor
):
    from tracker import clock

    clock.set_start(FROZEN.isoformat())
    sign_in(client, head)
    address = f"/scores/sheets/{sheet_of(unit).id}/appeal"
    empty = client.post(address, data={"line": "A", "fact": late, "wish": "met", "grounds": " "})
    assert (empty.status_code, "请写明事实和理由" in empty.text) == (422, True)
    said = {"line": "A", "fact": late, "wish": "met", "grounds": "有签收单"}
    assert "已提出申诉" in client.post(address, data=said, follow_redirects=True).text
    (appeal,) = db.session.scalars(db.select(Appeal))
    sign_in(client, supervisor)
    assert "要由另一位督查员裁定" in client.get(f"/scores/appeals/{appeal.id}").text
    assert client.post(f"/scores/appeals/{appeal.id}/uphold", data={"reason": "属实"}).status_code == 403
    sign_in(client, make.user(Role.SUPERVISOR))
    done = client.post(f"/scores/appeals/{appeal.id}/uphold", data={"reason": "属实"}, follow_redirects=True)
    assert "本组已经重新计分排名" in done.text
    sign_in(client, make.user(Role.HEAD, make.unit("市教育局")))
    assert client.get(f"/scores/appeals/{appeal.id}").status_code == 404


def test_a_unit_tries_its_running_month(client, unit, head):
    sign_in(client, head)
    page = client.get("/scores/now").text
    assert "2020-07 试算" in page
    assert "改造危房" in page


def test_the_check_of_a_month_answers_by_its_exit_code(command, frozen):
    code, out, _ = command("evaluate", "2020-06", "--check")
    assert (code, "与留痕相符" in out) == (0, True)
    db.session.execute(db.text("UPDATE score_sheets SET score = 99 WHERE score IS NOT NULL"))
    code, _, err = command("evaluate", "2020-06", "--check")
    assert (code, "与重算的不符" in err) == (1, True)
    code, out, _ = command("evaluate", "2020-06", "--check", "--json")
    assert (code, '"wrong"' in out) == (1, True)


def test_a_proven_falsehood_costs_ten_points_and_may_be_contested(client, unit, head, supervisor):
    from tracker import clock

    clock.set_start(datetime(2020, 6, 29, 2, tzinfo=UTC).isoformat())
    duty = _duties(unit)[0]
    sign_in(client, supervisor)
    address = f"/scores/falsehoods/{duty.id}"
    assert client.post(address, data={"reason": " "}).status_code == 422
    assert client.post(address, data={"reason": "现场没有动工"}).status_code == 302
    actions.evaluate("2020-06", None, FROZEN, statutory())
    sheet = sheet_of(unit)
    (note,) = Facts.from_json(sheet.facts).falsehoods
    assert (note.about, sheet.penalty) == (f"assignment:{duty.id}", Decimal("10.8000"))
    appeal = appeals.submit(sheet, claim(note.subject, "falsehood", Wish.EXEMPT), head, FROZEN)
    appeals.uphold(appeal, make.user(Role.SUPERVISOR), FROZEN, "照片可以证明")
    assert (sheet.penalty, appeal.points) == (Decimal("0.8000"), Decimal("10.00"))
