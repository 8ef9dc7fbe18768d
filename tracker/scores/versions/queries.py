"""What a draft of the formula would have made of all the months before."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import Board
from tracker.db import db
from tracker.scores.models import Evaluation, ScoreSheet
from tracker.scores.queries import TAKEN, facts_of, unit_order
from tracker.scores.rules import band, rank, score


class Standing(NamedTuple):
    """One unit's month as it was and as it would have been."""

    unit: str
    score: Decimal | None
    place: str
    draft_score: Decimal | None
    draft_place: str

    @property
    def moved(self) -> bool:
        return self.place != self.draft_place


class BoardMonth(NamedTuple):
    """One board's month under its own version and under the draft."""

    month: str
    board: str
    version: int
    standings: list[Standing]


def preview(rules: Mapping[str, Any]) -> list[BoardMonth]:
    """Every month whose facts are taken, from those very facts, latest first."""
    found = db.session.scalars(
        select(Evaluation)
        .join(Evaluation.board)
        .where(Evaluation.state.in_(TAKEN))
        .order_by(Evaluation.month.desc(), Board.position)
        .options(
            joinedload(Evaluation.board),
            joinedload(Evaluation.model),
            selectinload(Evaluation.sheets).joinedload(ScoreSheet.unit),
        )
    ).all()
    order = unit_order()
    return [_board_month(evaluation, dict(rules), order) for evaluation in found]


def _board_month(evaluation: Evaluation, rules: dict[str, Any], order: Mapping[int, int]) -> BoardMonth:
    facts = facts_of([evaluation])
    sheets = {unit_id: score(facts[unit_id], rules) for unit_id in sorted(facts, key=lambda one: order[one])}
    places, _ = rank(list(sheets.items()), rules)
    by_unit = {place.unit_id: place for place in places}
    is_banded = evaluation.board_id in rules["banded_boards"]
    standings = []
    for sheet in evaluation.sheets:
        place, points = by_unit[sheet.unit_id], sheets[sheet.unit_id].score
        standings.append(
            Standing(
                sheet.unit.name,
                sheet.score,
                _said(sheet.rank, sheet.score, sheet.is_behind, evaluation.is_banded, evaluation.model.rules),
                points,
                _said(place.rank, points, place.is_behind, is_banded, rules),
            )
        )
    return BoardMonth(evaluation.month, evaluation.board.name, evaluation.model.version, standings)


def _said(
    place: int | None, points: Decimal | None, is_behind: bool, is_banded: bool, rules: dict[str, Any]
) -> str:
    """名次, or 档次 where the version shows bands."""
    word = band(points, is_behind, rules)
    if is_banded:
        return word.label if word else "—"
    return str(place) if place else "—"


def moves(months: Sequence[BoardMonth]) -> int:
    """How many places would have been other ones."""
    return sum(standing.moved for one in months for standing in one.standings)
