"""The verbs of the monthly evaluation (月度评价) and its model. None commits."""

import hashlib
import json
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from tracker import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.audit import Event
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Invalid, NotFound, WrongState
from tracker.reminders.actions import announce
from tracker.scores import queries
from tracker.scores.facts import Correction, Facts
from tracker.scores.formula import DEFAULT_MODEL, check
from tracker.scores.gathering import Window, gather
from tracker.scores.models import Appeal, Evaluation, ScoreLine, ScoreModel, ScoreSheet
from tracker.scores.rules import Sheet, rank, score
from tracker.tasks.models import Assignment
from tracker.workdays import Workdays
from tracker.workflow import EVALUATION, AppealState, EvaluationState

Step = Callable[[int, int], None]  # is told how much of a long work is done, and how much there is


def silent(done: int, whole: int) -> None:
    """Nobody is there to be told."""


def window_of(month: str, workdays: Workdays) -> Window:
    """The days ``month`` ("2020-06") counts: after the cut-off of the month before, up to its own."""
    before = month_before(a_month(month))
    return Window(month, _cutoff_of(before, workdays), _cutoff_of(month, workdays))


def a_month(text: str) -> str:
    """``text`` if it is a month as "2020-06", of this century; Invalid otherwise."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid(f"“{text}”不是月份") from None
    if first.year // 100 != 20:
        raise Invalid(f"“{text}”不在可以评价的年份里")
    return text


def month_before(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-01') - timedelta(days=1):%Y-%m}"


def month_after(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-01') + timedelta(days=31):%Y-%m}"


def last_closed_month(now: datetime, workdays: Workdays) -> str:
    """The latest month whose cut-off day has passed."""
    today = local_date(now)
    this = f"{today:%Y-%m}"
    return this if today > _cutoff_of(this, workdays) else month_before(this)


def running_month(now: datetime, workdays: Workdays) -> str:
    """The month whose days are being counted."""
    return month_after(last_closed_month(now, workdays))


def next_open_month(now: datetime, workdays: Workdays) -> str:
    """The first month a new version may hold from: none of its days has passed."""
    return month_after(running_month(now, workdays))


def add_model(
    rules: dict[str, Any], first_month: str, actor: User | None, now: datetime, reason: str = ""
) -> ScoreModel:
    """启用评价模型: one more version, from ``first_month`` on."""
    check(rules)
    latest = db.session.scalar(db.select(db.func.max(ScoreModel.version))) or 0
    model = ScoreModel(
        version=latest + 1,
        first_month=first_month,
        rules=rules,
        reason=reason,
        adopted_at=now,
        adopted_by_id=actor and actor.id,
    )
    db.session.add(model)
    details = {"version": model.version, "first_month": first_month}
    audit.record("score_model.adopt", "启用评价模型", model, actor, now, reason, **details)
    return model


def adopt(
    rules: dict[str, Any], actor: User, now: datetime, reason: str, seen: int, workdays: Workdays
) -> ScoreModel:
    """启用评价模型, from the next month on. ``seen``: the newest version when it was drawn up."""
    newest = queries.models()[0]
    if seen != newest.version:
        raise WrongState("您修改期间，评价模型已经有了新的一版；您这次的没有启用，请在新版上重新修改")
    if rules == newest.rules:
        raise Invalid("和最新的一版完全一样，没有启用新的一版")
    return add_model(rules, next_open_month(now, workdays), actor, now, reason)


def add_default_model(now: datetime) -> ScoreModel:
    """The model the product ships, for all months."""
    return add_model(DEFAULT_MODEL, "2000-01", None, now)


def open_month(month: str, now: datetime, workdays: Workdays) -> Sequence[Evaluation]:
    """开始统计: one evaluation a board, bound to the model of the month; a board that has one keeps it."""
    window = window_of(month, workdays)
    model = queries.model_for(month) or add_default_model(now)
    known = {evaluation.board_id for evaluation in queries.evaluations(month, with_open=True)}
    opened = [board for board in queries.boards() if board.id not in known and board.members]
    for board in opened:
        evaluation = Evaluation(
            board=board,
            month=month,
            model=model,
            after=window.after,
            cutoff_on=window.cutoff_on,
            made_at=now,
        )
        db.session.add(evaluation)
        audit.record("evaluation.open", "开始统计", evaluation, None, now, month=month, version=model.version)
    db.session.flush()
    return [one for one in queries.evaluations(month, with_open=True) if one.state is EvaluationState.OPEN]


def evaluate(
    month: str, actor: User | None, now: datetime, workdays: Workdays, step: Step = silent
) -> Sequence[Evaluation]:
    """月度评价: freeze the month's facts and compute every board; a board already computed is left alone.

    Invalid before the cut-off day has come; NotFound when nobody had anything to do in the month.
    ``step`` is told how much is done, of how much.
    """
    window = window_of(month, workdays)
    if local_date(now) < window.cutoff_on:
        raise Invalid(f"{month}的截止日是{_day(window.cutoff_on)}，到那天才能评价")
    if not _take_facts(month, actor, now, workdays, step):
        raise NotFound(f"{month}没有任何单位有到期或在办的事项，没有可以评价的；请核对月份")
    return queries.evaluations(month)


def evaluate_closed(now: datetime, workdays: Workdays) -> int:
    """The latest month whose cut-off has passed, unless nobody had anything to do in it; boards evaluated."""
    month = last_closed_month(now, workdays)
    before = len(queries.evaluations(month))
    _take_facts(month, None, now, workdays, silent)
    return len(queries.evaluations(month)) - before


def _take_facts(month: str, actor: User | None, now: datetime, workdays: Workdays, step: Step) -> bool:
    """Whether there was anything to evaluate, now or before."""
    waiting = [one for one in open_month(month, now, workdays) if one.board.members]
    if not waiting:
        return True
    facts = gather(Window(month, waiting[0].after, waiting[0].cutoff_on), workdays)
    if all(one == Facts() for one in facts.values()):
        return False
    order, whole = queries.unit_order(), 2 * len(waiting)  # to gather takes as long as to compute
    for number, evaluation in enumerate(waiting, start=len(waiting)):
        step(number, whole)
        _freeze(evaluation, facts, order, actor, now, workdays)
    step(whole, whole)
    db.session.flush()
    send_sheets(waiting, now)
    return True


def reevaluate(
    month: str, actor: User | None, now: datetime, workdays: Workdays, step: Step = silent
) -> Sequence[Evaluation]:
    """重新取数: gather the month anew, as long as nothing of it is final or contested."""
    found = queries.evaluations(month)
    if any(evaluation.state is EvaluationState.FINAL for evaluation in found):
        raise WrongState(f"{month}已经定稿，不能重新取数；迟到的情况请在下月更正")
    if any(sheet.appeals for evaluation in found for sheet in evaluation.sheets):
        raise WrongState(f"{month}已有单位申诉，不能重新取数；请在申诉中更正")
    for evaluation in found:
        evaluation.appeals_until = None
        EVALUATION.take(evaluation, "redo", actor, now, facts_hash=evaluation.facts_hash)
        for appeal in db.session.scalars(select(Appeal).filter_by(carried_to_id=evaluation.id)):
            appeal.carried_to = None
        for sheet in evaluation.sheets:
            for line in sheet.lines:
                db.session.delete(line)
            db.session.delete(sheet)
        evaluation.sheets = []
    db.session.flush()
    return evaluate(month, actor, now, workdays, step)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def prove_false(duty: Assignment, actor: User, now: datetime, reason: str) -> None:
    """查实虚报: what the unit said about a duty is proven untrue; counts in the month it is entered in."""
    permit(actor, Permission.EVALUATE, duty)
    if not reason.strip():
        raise Invalid("请写明查实的经过和依据", reason="请写明查实的经过和依据")
    audit.record("assignment.prove_false", "查实虚报", duty, actor, now, reason.strip())


def settle(evaluation: Evaluation, actor: User | None, now: datetime) -> None:
    """定稿: the figures are final, once the days to appeal are over and every appeal is decided."""
    if why := hindrance(evaluation, now):
        raise WrongState(why)
    EVALUATION.take(evaluation, "settle", actor, now, facts_hash=evaluation.facts_hash)


def hindrance(evaluation: Evaluation, now: datetime) -> str:
    """What a frozen month waits for before it may be settled; empty when it waits for nothing."""
    until = evaluation.appeals_until
    if evaluation.state is not EvaluationState.FROZEN or until is None:
        return ""
    if local_date(now) <= until:
        day = until + timedelta(days=1)
        return f"申诉期还没有过，{day.month}月{day.day}日起可以定稿"
    waiting = queries.open_appeals(evaluation)
    return f"还有{waiting}件申诉没有裁定，裁定以后才能定稿" if waiting else ""


def settle_due(now: datetime) -> int:
    """Settle what may be settled; rows: evaluations settled. One with an open appeal waits for its answer."""
    due = db.session.scalars(
        select(Evaluation)
        .where(Evaluation.state == EvaluationState.FROZEN, Evaluation.appeals_until < local_date(now))
        .where(
            ~select(Appeal.id)
            .join(Appeal.sheet)
            .where(ScoreSheet.evaluation_id == Evaluation.id, Appeal.state == AppealState.FILED)
            .correlate(Evaluation)
            .exists()
        )
        .order_by(Evaluation.id)
    ).all()
    for evaluation in due:
        settle(evaluation, None, now)
    return len(due)


def send_sheets(found: Sequence[Evaluation], now: datetime) -> int:
    """发评价单: tell the people of each unit what it got and until when it may appeal; each once."""
    people = queries.people_of_units()
    told = 0
    for evaluation in found:
        for sheet in evaluation.sheets:
            told += announce(
                f"evaluation:{evaluation.id}:{evaluation.facts_hash[:12]}:{sheet.unit_id}",
                people.get(sheet.unit_id, ()),
                _sheet_words(sheet, evaluation),
                f"/scores/sheets/{sheet.id}",
                now,
            )
    return told


def _sheet_words(sheet: ScoreSheet, evaluation: Evaluation) -> str:
    until, words = evaluation.appeals_until, f"{evaluation.month}月度评价单：{sheet.note}"
    if sheet.score is not None:
        place = f"，第{sheet.rank}名" if sheet.rank and not evaluation.is_banded else ""
        words = f"{evaluation.month}月度评价单：得分{sheet.score}{place}"
    return words + (f"；有异议的，请在{until.month}月{until.day}日前申诉" if until else "")


def recompute(evaluation: Evaluation) -> list[tuple[int, Sheet]]:
    """The sheets of a frozen month once more, from its facts and its own model version."""
    rules = evaluation.model.rules
    return [(unit_id, score(facts, rules)) for unit_id, facts in queries.facts_of([evaluation]).items()]


def _freeze(
    evaluation: Evaluation,
    facts: dict[int, Facts],
    order: dict[int, int],
    actor: User | None,
    now: datetime,
    workdays: Workdays,
) -> None:
    unit_ids = sorted((one.unit_id for one in evaluation.board.members), key=lambda one: order[one])
    ours = {unit_id: facts.get(unit_id, Facts()) for unit_id in unit_ids}
    _carry(evaluation, ours)
    head = db.session.execute(select(Event.id, Event.hash).order_by(Event.id.desc()).limit(1)).one()
    evaluation.trail_id, evaluation.trail_hash = head
    evaluation.frozen_by_id = actor and actor.id
    evaluation.made_at = now
    evaluation.appeals_until = workdays.add(local_date(now), evaluation.model.rules["appeal_workdays"])
    place(evaluation, ours, order)
    EVALUATION.take(evaluation, "freeze", actor, now, facts_hash=evaluation.facts_hash)


def place(evaluation: Evaluation, facts: dict[int, Facts], order: dict[int, int]) -> None:
    """Sheets, lines and ranks of a board as its ``facts`` make them; sheets that exist are written anew."""
    rules = evaluation.model.rules
    unit_ids = sorted(facts, key=lambda one: order[one])
    sheets = {unit_id: score(facts[unit_id], rules) for unit_id in unit_ids}
    places, evaluation.note = rank([(unit_id, sheets[unit_id]) for unit_id in unit_ids], rules)
    stored = {unit_id: facts[unit_id].as_json() for unit_id in unit_ids}
    evaluation.facts_hash = hash_of(evaluation, stored)
    known = {sheet.unit_id: sheet for sheet in evaluation.sheets}
    for position, where in enumerate(places):
        unit_id = where.unit_id
        row = known.get(unit_id) or ScoreSheet(unit_id=unit_id)
        _write(row, sheets[unit_id])
        row.facts, row.position = stored[unit_id], position
        row.rank, row.note, row.is_behind = where.rank, where.note, where.is_behind
        if unit_id not in known:
            evaluation.sheets.append(row)


def _write(row: ScoreSheet, sheet: Sheet) -> None:
    row.score, row.base, row.penalty = sheet.score, sheet.base, sheet.penalty
    row.bonus, row.correction, row.obligations = sheet.bonus, sheet.correction, sheet.obligations
    for line in row.lines:
        db.session.delete(line)
    row.lines = [
        ScoreLine(
            position=index,
            code=line.code,
            numerator=line.numerator,
            denominator=line.denominator,
            points=line.points,
            full=line.full,
        )
        for index, line in enumerate(sheet.lines)
    ]


def _carry(evaluation: Evaluation, facts: dict[int, Facts]) -> None:
    """更正: what was decided about final months counts in this one, where the unit has a score at all."""
    waiting = db.session.scalars(
        select(Appeal)
        .join(Appeal.sheet)
        .where(
            Appeal.state == AppealState.UPHELD,
            Appeal.is_late,
            Appeal.carried_to_id.is_(None),
            ScoreSheet.unit_id.in_(facts),
        )
        .order_by(Appeal.id)
    )
    for appeal in waiting:
        unit_id, month = appeal.sheet.unit_id, appeal.sheet.evaluation.month
        ours = facts[unit_id]
        if month < evaluation.month and score(ours, evaluation.model.rules).score is not None:
            row = Correction(f"appeal:{appeal.id}", appeal.title, month, str(appeal.points))
            facts[unit_id] = Facts(**vars(ours) | {"corrections": (*ours.corrections, row)})
            appeal.carried_to = evaluation


def frozen(evaluation: Evaluation, units: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """A board's month as its fingerprint is taken of; ``units``: unit id → facts as they are stored."""
    return {
        "month": evaluation.month,
        "after": evaluation.after.isoformat(),
        "cutoff_on": evaluation.cutoff_on.isoformat(),
        "units": {str(unit_id): stored for unit_id, stored in units.items()},
    }


def hash_of(evaluation: Evaluation, units: dict[int, dict[str, Any]]) -> str:
    """The fingerprint of a month's facts: a changed figure is found."""
    text = json.dumps(frozen(evaluation, units), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _cutoff_of(month: str, workdays: Workdays) -> date:
    """The last working day of the month, or the day its model sets."""
    model = queries.model_for(month)
    day = int((model.rules if model else DEFAULT_MODEL)["cutoff_day"])
    year, number = map(int, month.split("-"))
    if day:
        return date(year, number, min(day, monthrange(year, number)[1]))
    return workdays.add(date.fromisoformat(f"{month_after(month)}-01"), -1)
