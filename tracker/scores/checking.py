"""核对 of a month: its facts against the fingerprint, the trail behind them, and every figure once more."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tracker import audit
from tracker.audit import Event
from tracker.db import db
from tracker.scores.actions import Step, hash_of, silent
from tracker.scores.models import Evaluation, ScoreSheet
from tracker.scores.queries import evaluations, facts_of, unit_order
from tracker.scores.rules import Sheet, rank, score

TIED = ("evaluation.freeze", "evaluation.correct")  # events that keep the fingerprint


def check_month(month: str, step: Step = silent) -> list[str]:
    """What is not as it was when the month was frozen, in words; empty when everything is."""
    found = evaluations(month)
    wrong = [] if found else [f"{month}还没有取数评价"]
    for number, evaluation in enumerate(found):
        step(number, 2 * len(found))  # the trail takes the other half
        wrong += [f"{evaluation.board.name}：{words}" for words in _of_board(evaluation)]
    step(len(found), 2 * len(found))
    verdict = audit.verify()
    step(1, 1)
    if verdict.broken_id is not None:
        wrong.append(f"留痕第{verdict.broken_id}号与前后对不上，被改动、删除或者插入过")
    return wrong


def _of_board(evaluation: Evaluation) -> Iterator[str]:
    facts = facts_of([evaluation])
    fingerprint = hash_of(evaluation, {unit_id: one.as_json() for unit_id, one in facts.items()})
    if fingerprint != evaluation.facts_hash:
        yield "冻结的事实被改动过，与指纹不符"
    if _recorded(evaluation) != evaluation.facts_hash:
        yield "事实的指纹与留痕里记下的不符"
    if evaluation.trail_id is not None:
        kept = db.session.scalar(select(Event.hash).where(Event.id == evaluation.trail_id))
        if kept != evaluation.trail_hash:
            yield f"取数以前的留痕（第{evaluation.trail_id}号）被改写过"
    order = unit_order()
    sheets = {
        unit_id: score(facts[unit_id], evaluation.model.rules)
        for unit_id in sorted(facts, key=lambda one: order[one])
    }
    places = {place.unit_id: place for place in rank(list(sheets.items()), evaluation.model.rules)[0]}
    rows = db.session.scalars(
        select(ScoreSheet)
        .where(ScoreSheet.evaluation_id == evaluation.id)
        .options(selectinload(ScoreSheet.lines), selectinload(ScoreSheet.unit))
    )
    for row in rows:
        place = places[row.unit_id]
        if figures(row) != of_sheet(sheets[row.unit_id]) or (row.rank, row.is_behind) != place[1::2]:
            yield f"{row.unit.name}的得分、明细或名次与重算的不符"


def figures(row: ScoreSheet) -> tuple[Any, ...]:
    """Every figure of a stored sheet."""
    return (row.score, row.base, row.penalty, row.bonus, row.correction, _lines(row.lines))


def of_sheet(sheet: Sheet) -> tuple[Any, ...]:
    """The same figures of one that was computed."""
    return (sheet.score, sheet.base, sheet.penalty, sheet.bonus, sheet.correction, _lines(sheet.lines))


def _lines(lines: Sequence[Any]) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    return [(line.code, line.numerator, line.denominator, line.points) for line in lines]


def _recorded(evaluation: Evaluation) -> str | None:
    """The fingerprint as the trail has it: of the last time the facts were taken or put right."""
    details = db.session.scalar(
        select(Event.details)
        .where(
            Event.subject_type == Evaluation.__tablename__,
            Event.subject_id == evaluation.id,
            Event.kind.in_(TIED),
        )
        .order_by(Event.id.desc())
        .limit(1)
    )
    kept = (details or {}).get("facts_hash")
    return kept[-1] if isinstance(kept, list) else kept
