"""A new version of the formula: drawn up, refused in words, previewed over the months before, adopted."""

from datetime import date

import pytest

from tests import make
from tests.conftest import NOW, sign_in
from tracker.audit import Event
from tracker.db import db
from tracker.scores import actions, queries
from tracker.scores.formula import DEFAULT_MODEL, QUESTIONS, value_at
from tracker.scores.models import Evaluation, ScoreModel
from tracker.workdays import statutory
from tracker.workflow import State


@pytest.fixture
def june(app):
    """Two units: the first has three duties in time, the second three supports in time and one lead late."""
    actions.add_default_model(NOW)
    good, late = make.unit("甲局"), make.unit("乙局")
    for unit in (good, late):
        for _ in range(3):
            make.assignment(unit, deadline=date(2020, 6, 30), state=State.CLOSING)
    make.assignment(late, deadline=date(2020, 6, 24), state=State.ACTIVE)
    board = make.board("部门组", good, late)
    actions.evaluate("2020-06", None, NOW, statutory())
    db.session.commit()
    return board


def answers(**changed):
    said = {path: str(value_at(DEFAULT_MODEL, path)) for path in QUESTIONS}
    said |= {f"exempt-{case}": "y" for case in DEFAULT_MODEL["exemptions"]}
    said |= {"ties": "skip", "reason": "突出按时办结", "basis": "1", "seen": "1"}
    return said | {path.replace("__", "-"): value for path, value in changed.items()}


def test_every_unit_reads_the_formula_and_only_the_office_draws_up(client, june, reporter, supervisor):
    sign_in(client, reporter)
    page = client.get("/scores/models/").text
    assert "按时办结率" in page
    assert "修改模型" not in page
    assert client.get("/scores/models/new").status_code == 403
    sign_in(client, supervisor)
    assert 'value="45"' in client.get("/scores/models/new").text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"indicators-A-weight": "50"}, "五项权重合计是105，必须是100"),
        ({"indicators-A-weight": "四十五"}, "请填写数字"),
        ({"indicators-A-weight": "NaN"}, "请填写数字"),
        ({"early-workdays": "2.5"}, "只能是整数"),
        ({"appeal_workdays": "0"}, "只能是1至10"),
        ({"late-first": "0.12345"}, "最多四位小数"),
        ({"year-mean": "0.8"}, "两项合计必须是1"),
        ({"bands-fair": "95"}, "要低于“好”的线"),
        ({"duty-support": "2"}, "配合不能重于牵头"),
        ({"reason": " "}, "请写明修改理由"),
        ({"ties": "none"}, "有内容没有填写正确"),
    ],
)
def test_what_would_not_do_is_refused_at_its_field_and_nothing_typed_is_lost(
    client, june, supervisor, wrong, words
):
    sign_in(client, supervisor)
    answer = client.post("/scores/models/preview", data=answers() | {"level-key": "1.75"} | wrong)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="1.75"' in answer.text
    assert db.session.scalar(db.select(db.func.count(ScoreModel.id))) == 1


def test_a_preview_shows_every_month_before_and_after_and_writes_nothing(client, june, supervisor):
    sign_in(client, supervisor)
    said = answers(late__first="5", late__most_each="6") | {f"banded-{june.id}": "y"}
    answer = client.post("/scores/models/preview", data=said)
    assert answer.status_code == 200
    assert "扣分：逾期一件起扣" in answer.text
    assert "−4.50" in answer.text  # one late duty, from 0.5 to 5 points
    assert "好" in answer.text
    assert "确认启用，2020-08起执行" in answer.text
    assert db.session.scalar(db.select(db.func.count(ScoreModel.id))) == 1


def test_an_adopted_version_holds_from_the_next_month_and_leaves_the_past_alone(client, june, supervisor):
    before = [(sheet.score, sheet.rank) for one in queries.evaluations("2020-06") for sheet in one.sheets]
    sign_in(client, supervisor)
    answer = client.post("/scores/models/", data=answers(late__first="2"), follow_redirects=True)
    assert "第2版评价模型已启用，从2020-08起执行" in answer.text
    made = queries.get_model(2)
    assert (made.rules["late"]["first"], made.reason, made.adopted_by_id) == (
        "2",
        "突出按时办结",
        supervisor.id,
    )
    assert [queries.model_for(month).version for month in ("2020-06", "2020-07", "2020-08")] == [1, 1, 2]
    (evaluation,) = db.session.scalars(db.select(Evaluation))
    again = [sheet.score for _, sheet in actions.recompute(evaluation)]
    assert sorted(again) == sorted(score for score, _ in before)
    event = db.session.scalars(db.select(Event).filter_by(kind="score_model.adopt", subject_id=made.id)).one()
    assert event.details == {"version": 2, "first_month": "2020-08"}


def test_who_drew_up_on_an_older_version_is_told(client, june, supervisor):
    sign_in(client, supervisor)
    client.post("/scores/models/", data=answers(late__first="2"))
    answer = client.post("/scores/models/", data=answers(late__first="1"))
    assert answer.status_code == 409
    assert "已经有了新的一版" in answer.text
    same = client.post("/scores/models/", data=answers(late__first="2") | {"seen": "2", "basis": "2"})
    assert "完全一样" in same.text


def test_a_set_cutoff_day_moves_the_window(june):
    rules = DEFAULT_MODEL | {"cutoff_day": 25}
    actions.add_model(rules, "2020-08", None, NOW)
    window = actions.window_of("2020-08", statutory())
    assert (window.after, window.cutoff_on) == (date(2020, 7, 31), date(2020, 8, 25))
    assert actions.window_of("2020-09", statutory()).after == date(2020, 8, 25)
