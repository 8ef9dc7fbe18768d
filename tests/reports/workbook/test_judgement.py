"""What each row would do to its duty, and what stands against it."""

import json
from decimal import Decimal

import pytest

from tests.reports.workbook.sheets import DUTY, FIRST, KEY, LATEST, duty, edited, filled, made, with_amount
from tracker.reports import forms
from tracker.reports.workbook.judgement import judge
from tracker.reports.workbook.reading import rows_of
from tracker.reports.workbook.rules import LONGEST, Filled, Latest, Outcome, Plan, Standing
from tracker.workbooks import cells
from tracker.workbooks.tables import sheets_said
from tracker.workflow import FilingState, State

REPORTED = {"操作": "报送", "本次进展%": 60, "进展情况": "两所已封顶。"}
SENT = Filled(60, "两所已封顶。", readings={9: Decimal(2)})
ISSUED = duty(state=State.ISSUED, progress=0, latest=None, wanted=())


def judged(book: bytes, now: Standing | None = DUTY, unit_id: int = 5) -> Plan:
    found = rows_of(sheets_said(json.loads(cells.read(book)[0])), KEY)  # in this process: quicker
    assert found.problems == []
    return judge(found.rows[0], now, unit_id, lambda: "王督查已于7月6日10:00“退回”")


def typed(typed_in: dict[str, object], before: Standing = DUTY) -> bytes:
    return filled(made(before), {FIRST: typed_in})


def said(plan: Plan) -> str:
    return "；".join(f"{place}{message}" for place, message in plan.problems)


def test_an_untouched_row_does_nothing():
    plan = judged(made())
    assert (plan.outcome, plan.notes, plan.problems) == (Outcome.IDLE, (), ())


def test_a_report_shows_what_changes():
    plan = judged(with_amount(typed(REPORTED), 3))
    assert plan.outcome is Outcome.SUBMIT
    assert plan.filled == Filled(60, "两所已封顶。", readings={9: Decimal(3)})
    assert plan.changes == (
        ("进展", "50%", "60%"),
        ("进展情况", "已开工。", "两所已封顶。"),
        ("学校", "2所", "3所"),
    )


def test_a_reading_may_be_taken_back():
    assert judged(with_amount(typed(REPORTED), None)).changes[-1] == ("学校", "2所", "")


def test_no_change_needs_no_other_word():
    assert judged(typed({"无变化": "是"})).outcome is Outcome.NO_CHANGE
    assert judged(typed({"无变化": "是", "操作": "报送"})).outcome is Outcome.NO_CHANGE
    assert "二选一" in said(judged(typed({"无变化": "是", "操作": "存草稿"})))
    assert "又改了内容" in said(judged(typed({"无变化": "是", "进展情况": "有新情况"})))


def test_content_without_a_wish_is_pointed_out_and_left_alone():
    plan = judged(typed({"进展情况": "写到一半"}))
    assert plan.outcome is Outcome.IDLE
    assert "没有选操作" in plan.notes[0]


def test_a_draft_may_lack_what_a_report_needs():
    plan = judged(typed({"操作": "存草稿", "进展情况": None, "本次进展%": None}))
    assert (plan.outcome, plan.problems) == (Outcome.DRAFT, ())
    assert plan.filled.progress == 50


def test_everything_missing_is_told_with_its_address():
    plan = judged(typed({"操作": "报送", "本次进展%": 40, "进展情况": ""}))
    assert [problem.place for problem in plan.problems] == [f"L{FIRST}", f"O{FIRST}"]
    assert "低于上次的50%" in said(plan)
    assert "请填写本次进展" in said(judged(typed({"操作": "报送", "本次进展%": None})))


def test_a_formula_is_refused_with_its_address_even_in_a_row_that_does_nothing():
    plan = judged(typed({"本次进展%": "=1+1"}))
    assert f"J{FIRST}是公式" in said(plan)
    assert f"指标!F{FIRST}是公式" in said(judged(with_amount(made(), "=2")))
    assert len(judged(typed(REPORTED | {"本次进展%": "=1+1"})).problems) == 1


def test_a_duty_is_signed_for_before_it_is_reported_on():
    assert f"I{FIRST}这一项还没有签收" in said(judged(typed(REPORTED, ISSUED), ISSUED))
    both = judged(typed(REPORTED | {"签收": "是"}, ISSUED), ISSUED)
    assert (both.outcome, both.signs) == (Outcome.SUBMIT, True)
    only = judged(typed({"签收": "是"}, ISSUED), ISSUED)
    assert (only.outcome, only.signs) == (Outcome.RECEIVE, True)


def test_signing_twice_does_nothing():
    plan = judged(typed({"签收": "是"}, ISSUED), duty(version=4, latest=None, wanted=(), progress=0))
    assert (plan.outcome, plan.problems) == (Outcome.TAKEN, ())
    disputed = duty(state=State.DISPUTED, latest=None, wanted=(), progress=0)
    assert "异议中，不能签收" in said(judged(typed({"签收": "是"}, ISSUED), disputed))


@pytest.mark.parametrize("state", [FilingState.SUBMITTED, FilingState.ACCEPTED])
def test_a_report_taken_before_is_not_sent_again(state):
    now = duty(latest=Latest(8, 2, state, SENT, False, None))
    plan = judged(typed(REPORTED), now)
    assert (plan.outcome, plan.problems) == (Outcome.TAKEN, ())
    closed = duty(state=State.CLOSED, version=9, latest=now.latest)
    assert judged(typed(REPORTED), closed).outcome is Outcome.TAKEN


def test_no_change_and_a_draft_taken_before_are_not_taken_again():
    unchanged = duty(latest=Latest(8, 2, FilingState.SUBMITTED, DUTY.filled, True, None))
    assert judged(typed({"无变化": "是"}), unchanged).outcome is Outcome.TAKEN
    drafted = duty(latest=Latest(8, 1, FilingState.DRAFT, SENT, False, None))
    assert judged(typed(REPORTED | {"操作": "存草稿"}), drafted).outcome is Outcome.TAKEN
    sent = duty(latest=Latest(8, 2, FilingState.SUBMITTED, SENT, False, None))
    assert judged(typed(REPORTED | {"操作": "存草稿"}), sent).outcome is Outcome.TAKEN


@pytest.mark.parametrize(
    "latest",
    [
        Latest(8, 1, FilingState.DRAFT, Filled(55, "同事写的"), False, None),
        Latest(8, 3, FilingState.RETURNED, SENT, False, None),
        Latest(8, 2, FilingState.SUBMITTED, Filled(55, "同事报的"), False, None),
    ],
    ids=["draft", "returned", "submitted"],
)
def test_who_comes_second_is_told_who_did_what(latest):
    plan = judged(typed(REPORTED), duty(latest=latest))
    assert f"Q{FIRST}下载以后这一项有新的填报（王督查已于7月6日10:00“退回”）" in said(plan)
    assert judged(made(), duty(latest=latest)).problems == ()  # a row that does nothing is in nobody's way


def test_a_report_accepted_since_is_in_nobodys_way():
    pending = duty(latest=LATEST._replace(state=FilingState.SUBMITTED))
    assert "还在审核" in said(judged(typed(REPORTED, pending), pending))
    accepted = duty(version=4, latest=LATEST._replace(version=3))
    assert judged(typed(REPORTED, pending), accepted).problems == ()
    assert judged(typed({"无变化": "是"}, pending), accepted).outcome is Outcome.NO_CHANGE


def test_a_duty_that_changed_is_pointed_out():
    plan = judged(typed(REPORTED), duty(version=4, progress=55))
    assert plan.problems == ()
    assert "现在完成时限2020-12-31、进展55%" in plan.notes[0]


@pytest.mark.parametrize(
    "state", [State.DISPUTED, State.SUSPENDED, State.CLOSING, State.CLOSED, State.WITHDRAWN]
)
def test_a_duty_out_of_reach_says_why(state):
    assert f"{state.label}，不能填报" in said(judged(typed(REPORTED), duty(state=state)))
    assert judged(made(), duty(state=state)).problems == ()


def test_a_foreign_row_is_refused():
    assert "其他单位" in said(judged(made(), None, unit_id=6))
    assert "不由本单位承办" in said(judged(typed(REPORTED), None))
    assert judged(made(), None).problems == ()


def test_a_returned_report_is_corrected_not_passed_over():
    returned = duty(latest=LATEST._replace(state=FilingState.RETURNED))
    assert "被退回" in said(judged(typed({"无变化": "是"}, returned), returned))
    assert judged(typed(REPORTED, returned), returned).outcome is Outcome.SUBMIT


def test_files_without_a_claim_are_named():
    drafted = duty(latest=LATEST._replace(state=FilingState.DRAFT, unclaimed=("验收单.pdf",)))
    assert "“验收单.pdf”证明什么" in said(judged(typed(REPORTED, drafted), drafted))


def test_a_deleted_column_leaves_what_was_said():
    started = duty(latest=LATEST._replace(filled=Filled(50, "已开工。", difficulties="资金不足")))

    def cut(opened):
        opened["填报表"].delete_cols(13)

    plan = judged(edited(typed(REPORTED, started), cut), started)
    assert plan.filled.difficulties == "资金不足"


def test_texts_are_as_long_as_on_the_page():
    assert forms.LONGEST == LONGEST
    assert f"最多{LONGEST}个字" in said(judged(typed(REPORTED | {"困难": "难" * (LONGEST + 1)})))
