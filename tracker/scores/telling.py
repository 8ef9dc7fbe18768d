"""A sheet put together with everything it says about itself; and the running month tried as of today."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.accounts.models import Unit
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import NotFound
from tracker.scores import queries
from tracker.scores.actions import month_before, running_month, window_of
from tracker.scores.explain import Advice, Behind, Move, advise, costs, moves
from tracker.scores.facts import Exemption, Facts, Obligation
from tracker.scores.formula import DEFAULT_MODEL
from tracker.scores.gathering import Window, gather
from tracker.scores.models import ScoreSheet
from tracker.scores.rules import LABELS, Line, Sheet, counted, score
from tracker.workdays import Workdays


@dataclass(frozen=True)
class Told:
    """The lines with what is behind them, the movement since an earlier month, and the actions that help."""

    lines: tuple[Line, ...]
    behind: dict[str, list[Behind]]
    since: str  # the calendar month before; "" when it has no sheet
    moves: list[Move]
    advice: list[Advice]
    aside: list[tuple[Obligation, str]]  # named and not counted, and why


@dataclass(frozen=True)
class Trial:
    """试算 of one unit."""

    unit: Unit
    month: str
    day: date  # as of which
    cutoff_on: date
    sheet: Sheet
    told: Told


def tell(sheet: ScoreSheet) -> Told:
    """What a stored sheet says."""
    rules = sheet.evaluation.model.rules
    return _told(Facts.from_json(sheet.facts), rules, lines_of(sheet), _last_month(sheet))


def _last_month(sheet: ScoreSheet) -> ScoreSheet | None:
    return queries.sheet_of(sheet.unit_id, month_before(sheet.evaluation.month))


def try_month(unit_id: int, now: datetime, workdays: Workdays) -> Trial:
    """The running month of one unit as if its cut-off were today; nothing is written."""
    unit = db.session.get(Unit, unit_id)
    if unit is None or not unit.is_active:
        raise NotFound("没有这个单位，或者它已经停用；请从列表中选单位")
    month = running_month(now, workdays)
    window, model = window_of(month, workdays), queries.model_for(month)
    day = min(local_date(now), window.cutoff_on)
    facts = gather(Window(month, window.after, day), workdays, unit_id).get(unit_id, Facts())
    rules = model.rules if model else DEFAULT_MODEL
    sheet = score(facts, rules)
    told = _told(facts, rules, sheet.lines, queries.sheet_of(unit_id, month_before(month)))
    return Trial(unit, month, day, window.cutoff_on, sheet, told)


def lines_of(sheet: ScoreSheet) -> tuple[Line, ...]:
    """The stored lines with their names."""
    labels = LABELS | {code: row["label"] for code, row in sheet.evaluation.model.rules["indicators"].items()}
    return tuple(
        Line(line.code, labels[line.code], line.numerator, line.denominator, line.points, line.full)
        for line in sheet.lines
    )


def _told(facts: Facts, rules: dict[str, Any], lines: tuple[Line, ...], earlier: ScoreSheet | None) -> Told:
    ours = counted(facts, rules)
    old = counted(Facts.from_json(earlier.facts), earlier.evaluation.model.rules) if earlier else None
    before = {line.code: line for line in lines_of(earlier)} if earlier else {}
    return Told(
        lines=lines,
        behind=costs(ours, rules, lines),
        since=earlier.evaluation.month if earlier else "",
        moves=moves(before, {line.code: line for line in lines}, old, ours) if earlier else [],
        advice=advise(ours, rules),
        aside=[
            (row, Exemption(row.exempt).label if row.exempt else "不计入")
            for row in (*ours.set_aside, *ours.unconfirmed, *ours.unnoticed)
        ],
    )
