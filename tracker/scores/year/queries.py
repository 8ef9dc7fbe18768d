"""A year's final months and management scores, board by board."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tracker.accounts.models import Board, Unit
from tracker.db import db
from tracker.scores.formula import DEFAULT_MODEL
from tracker.scores.models import Evaluation, ManagementScore, ScoreSheet
from tracker.scores.queries import model_for
from tracker.scores.year.rules import YearScore, ranks, year_score
from tracker.workflow import EvaluationState


@dataclass(frozen=True)
class Row:
    """One unit's year."""

    unit: Unit
    months: dict[str, Decimal]
    management: ManagementScore | None
    result: YearScore
    rank: int | None


@dataclass(frozen=True)
class BoardYear:
    """One board's year, in the order of the ranks."""

    name: str
    rows: list[Row]


def years() -> list[int]:
    """Years with an evaluated month, latest first."""
    months = db.session.scalars(select(Evaluation.month).distinct())
    return sorted({int(month[:4]) for month in months}, reverse=True)


def rules_of(year: int) -> dict[str, Any]:
    """The formula in force in its last month."""
    model = model_for(f"{year}-12")
    return model.rules if model else DEFAULT_MODEL


def management_of(year: int, unit_id: int) -> ManagementScore | None:
    """What the office gave a unit."""
    return db.session.scalar(select(ManagementScore).filter_by(year=year, unit_id=unit_id))


def months_of(year: int) -> list[str]:
    """Its months that are final for some board."""
    months = db.session.scalars(
        select(Evaluation.month)
        .where(Evaluation.month.startswith(f"{year}-"), Evaluation.state == EvaluationState.FINAL)
        .distinct()
    )
    return sorted(months)


def board_years(year: int) -> list[BoardYear]:
    """Every board that had a final month, in order."""
    found = db.session.execute(
        select(Board, Unit, Evaluation.month, ScoreSheet.score)
        .select_from(ScoreSheet)
        .join(ScoreSheet.evaluation)
        .join(Evaluation.board)
        .join(ScoreSheet.unit)
        .where(Evaluation.month.startswith(f"{year}-"), Evaluation.state == EvaluationState.FINAL)
        .order_by(Board.position, Unit.position, Unit.id, Evaluation.month)
    )
    months: dict[tuple[Board, Unit], dict[str, Decimal]] = {}
    for board, unit, month, score in found:
        ours = months.setdefault((board, unit), {})
        if score is not None:
            ours[month] = score
    given = {one.unit_id: one for one in db.session.scalars(select(ManagementScore).filter_by(year=year))}
    rules = rules_of(year)
    by_board: dict[Board, list[tuple[Unit, dict[str, Decimal], YearScore]]] = {}
    for (board, unit), scores in months.items():
        one = given.get(unit.id)
        result = year_score(list(scores.values()), one.score if one else None, rules)
        by_board.setdefault(board, []).append((unit, scores, result))
    return [
        BoardYear(
            board.name,
            sorted(
                (
                    Row(unit, scores, given.get(unit.id), result, place)
                    for (unit, scores, result), place in zip(
                        rows, ranks([result.total for *_, result in rows]), strict=True
                    )
                ),
                key=lambda row: row.rank or len(rows) + 1,
            ),
        )
        for board, rows in by_board.items()
    ]
