"""The verbs of the monthly evaluation (月度评价). None commits."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from tracker import audit
from tracker.accounts.models import Board, User
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Invalid, WrongState
from tracker.scores import queries
from tracker.scores.models import Evaluation, ScoreLine, ScoreModel, ScoreSheet
from tracker.scores.queries import Window
from tracker.scores.rules import DEFAULT_MODEL, Facts, Sheet, rank, score
from tracker.workdays import Workdays
from tracker.workflow import EVALUATION, EvaluationState


def window_of(month: str, workdays: Workdays) -> Window:
    """The days ``month`` ("2020-06") counts: between the last working days of two months."""
    first = date.fromisoformat(f"{a_month(month)}-01")
    after_next = (first + timedelta(days=31)).replace(day=1)
    return Window(month, _last_workday_before(first, workdays), _last_workday_before(after_next, workdays))


def a_month(text: str) -> str:
    """``text`` if it is a month as "2020-06", of this century; Invalid otherwise."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid(f"“{text}”不是月份") from None
    if first.year // 100 != 20:
        raise Invalid(f"“{text}”不在可以评价的年份里")
    return text


def last_closed_month(now: datetime, workdays: Workdays) -> str:
    """The latest month whose cut-off day has passed."""
    today = local_date(now)
    this = f"{today:%Y-%m}"
    if today > window_of(this, workdays).cutoff_on:
        return this
    return f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"


def add_model(rules: dict[str, Any], first_month: str, actor: User | None, now: datetime) -> ScoreModel:
    """启用评价模型: one more version, from ``first_month`` on."""
    latest = db.session.scalar(db.select(db.func.max(ScoreModel.version))) or 0
    model = ScoreModel(
        version=latest + 1,
        first_month=first_month,
        rules=rules,
        adopted_at=now,
        adopted_by_id=actor and actor.id,
    )
    db.session.add(model)
    audit.record("score_model.adopt", "启用评价模型", model, actor, now, version=model.version)
    return model


def add_default_model(now: datetime) -> ScoreModel:
    """The model the product ships, for all months."""
    return add_model(DEFAULT_MODEL, "2000-01", None, now)


def evaluate(month: str, actor: User | None, now: datetime, workdays: Workdays) -> Sequence[Evaluation]:
    """月度评价: freeze the month's facts and compute every board; a board already computed is left alone.

    Refused before the cut-off day has come (Invalid).
    """
    window = window_of(month, workdays)
    if local_date(now) < window.cutoff_on:
        raise Invalid(f"{month}的截止日是{window.cutoff_on:%Y年%m月%d日}，到那天才能评价")
    model = queries.model_for(month) or add_default_model(now)
    done = {evaluation.board_id for evaluation in queries.evaluations(month)}
    waiting = [board for board in queries.boards() if board.id not in done and board.members]
    if waiting:
        facts, order = queries.gather(window, workdays), queries.unit_order()
        for board in waiting:
            _freeze(board, window, model, facts, order, actor, now)
        db.session.flush()
    return queries.evaluations(month)


def reevaluate(month: str, actor: User | None, now: datetime, workdays: Workdays) -> Sequence[Evaluation]:
    """重新取数: gather the month anew, as long as nothing of it is final."""
    found = queries.evaluations(month)
    if any(evaluation.state is EvaluationState.FINAL for evaluation in found):
        raise WrongState(f"{month}已经定稿，不能重新取数；迟到的情况请在下月更正")
    for evaluation in found:
        audit.record("evaluation.redo", "重新取数", evaluation, actor, now, facts_hash=evaluation.facts_hash)
        for sheet in evaluation.sheets:
            for line in sheet.lines:
                db.session.delete(line)
            db.session.delete(sheet)
        db.session.flush()
        db.session.delete(evaluation)
    db.session.flush()
    return evaluate(month, actor, now, workdays)


def settle(evaluation: Evaluation, actor: User | None, now: datetime) -> None:
    """定稿: the figures are final and the month is frozen."""
    EVALUATION.take(evaluation, "settle", actor, now, facts_hash=evaluation.facts_hash)


def recompute(evaluation: Evaluation) -> list[tuple[int, Sheet]]:
    """The sheets of a frozen month once more, from its facts and its own model version."""
    return [
        (int(unit_id), score(Facts.from_json(stored), evaluation.model.rules))
        for unit_id, stored in evaluation.facts["units"].items()
    ]


def _freeze(
    board: Board,
    window: Window,
    model: ScoreModel,
    facts: dict[int, Facts],
    order: dict[int, int],
    actor: User | None,
    now: datetime,
) -> Evaluation:
    unit_ids = sorted((member.unit_id for member in board.members), key=lambda unit_id: order[unit_id])
    stored = {
        "month": window.month,
        "after": window.after.isoformat(),
        "cutoff_on": window.cutoff_on.isoformat(),
        "units": {str(unit_id): facts.get(unit_id, Facts()).as_json() for unit_id in unit_ids},
    }
    stored = json.loads(json.dumps(stored))  # exactly what the database will give back
    sheets = {unit_id: score(facts.get(unit_id, Facts()), model.rules) for unit_id in unit_ids}
    places, note = rank([(unit_id, sheets[unit_id]) for unit_id in unit_ids], model.rules)
    evaluation = Evaluation(
        board=board,
        month=window.month,
        model=model,
        cutoff_on=window.cutoff_on,
        facts=stored,
        facts_hash=hash_of(stored),
        note=note,
        made_at=now,
    )
    for position, place in enumerate(places):
        sheet = sheets[place.unit_id]
        evaluation.sheets.append(
            ScoreSheet(
                unit_id=place.unit_id,
                position=position,
                score=sheet.score,
                rank=place.rank,
                base=sheet.base,
                penalty=sheet.penalty,
                bonus=sheet.bonus,
                note=place.note,
                is_behind=place.is_behind,
                lines=[
                    ScoreLine(
                        position=index,
                        code=line.code,
                        numerator=line.numerator,
                        denominator=line.denominator,
                        points=line.points,
                        facts=list(line.facts),
                    )
                    for index, line in enumerate(sheet.lines)
                ],
            )
        )
    db.session.add(evaluation)
    audit.record("evaluation.freeze", "取数", evaluation, actor, now, facts_hash=evaluation.facts_hash)
    return evaluation


def hash_of(facts: dict[str, Any]) -> str:
    """The fingerprint of a month's facts: a changed figure is found."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _last_workday_before(day: date, workdays: Workdays) -> date:
    return workdays.add(day, -1)
