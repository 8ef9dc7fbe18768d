"""Models, evaluations and sheets in a user's sight, with the facts they were computed from."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload, undefer

from tracker.accounts.models import Board, Unit, User
from tracker.accounts.permissions import UNIT_ROLES, sees_all
from tracker.db import db
from tracker.errors import NotFound
from tracker.scores.facts import Facts
from tracker.scores.models import Appeal, Evaluation, ScoreModel, ScoreSheet
from tracker.workflow import AppealState, EvaluationState

TAKEN = (EvaluationState.FROZEN, EvaluationState.FINAL)


def model_for(month: str) -> ScoreModel | None:
    """The version in force in ``month``: the latest whose first month is not later."""
    return db.session.scalar(
        select(ScoreModel)
        .where(ScoreModel.first_month <= month)
        .order_by(ScoreModel.first_month.desc(), ScoreModel.version.desc())
        .limit(1)
    )


def models() -> Sequence[ScoreModel]:
    """Every version, newest first."""
    query = select(ScoreModel).order_by(ScoreModel.version.desc())
    return db.session.scalars(query.options(joinedload(ScoreModel.adopted_by))).all()


def get_model(version: int) -> ScoreModel:
    """NotFound when there is none of that number."""
    found = db.session.scalar(select(ScoreModel).filter_by(version=version))
    if found is None:
        raise NotFound("没有这一版评价模型")
    return found


def boards() -> Sequence[Board]:
    """Boards in use, in order, with their members."""
    return db.session.scalars(
        select(Board).where(Board.is_active).order_by(Board.position).options(selectinload(Board.members))
    ).all()


def evaluations(month: str, *, with_open: bool = False) -> Sequence[Evaluation]:
    """The boards of a month whose facts are taken, in order, with sheets and units."""
    query = (
        select(Evaluation)
        .join(Evaluation.board)
        .where(Evaluation.month == month)
        .order_by(Board.position)
        .options(
            joinedload(Evaluation.board),
            joinedload(Evaluation.model),
            selectinload(Evaluation.sheets).joinedload(ScoreSheet.unit),
        )
    )
    if not with_open:
        query = query.where(Evaluation.state.in_(TAKEN))
    return db.session.scalars(query).all()


def facts_of(found: Iterable[Evaluation]) -> dict[int, Facts]:
    """Unit id → the frozen facts, of every unit of these boards."""
    ids = [evaluation.id for evaluation in found]
    rows = db.session.execute(
        select(ScoreSheet.unit_id, ScoreSheet.facts).where(ScoreSheet.evaluation_id.in_(ids))
    )
    return {unit_id: Facts.from_json(stored) for unit_id, stored in rows}


def get_evaluation(evaluation_id: int) -> Evaluation:
    """NotFound when absent."""
    found = db.session.get(Evaluation, evaluation_id)
    if found is None:
        raise NotFound("没有这次评价")
    return found


def months() -> Sequence[str]:
    """Months whose facts are taken, latest first."""
    return db.session.scalars(
        select(Evaluation.month)
        .where(Evaluation.state.in_(TAKEN))
        .distinct()
        .order_by(Evaluation.month.desc())
    ).all()


def get_sheet(user: User, sheet_id: int) -> ScoreSheet:
    """A score sheet with its lines and facts; a unit sees its own, the office all."""
    query = (
        select(ScoreSheet)
        .where(ScoreSheet.id == sheet_id)
        .options(
            undefer(ScoreSheet.facts),
            joinedload(ScoreSheet.unit),
            joinedload(ScoreSheet.evaluation).joinedload(Evaluation.board),
            selectinload(ScoreSheet.lines),
        )
    )
    if not sees_all(user):
        query = query.where(ScoreSheet.unit_id == user.unit_id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("没有这张评价单，或不在您的查看范围内")
    return found


def sheet_of(unit_id: int, month: str) -> ScoreSheet | None:
    """The unit's sheet of a month whose facts are taken, with lines and facts."""
    return db.session.scalar(
        select(ScoreSheet)
        .join(ScoreSheet.evaluation)
        .where(ScoreSheet.unit_id == unit_id, Evaluation.month == month)
        .order_by(ScoreSheet.id.desc())
        .limit(1)
        .options(
            undefer(ScoreSheet.facts),
            joinedload(ScoreSheet.evaluation).joinedload(Evaluation.model),
            selectinload(ScoreSheet.lines),
        )
    )


def open_appeals(evaluation: Evaluation) -> int:
    """How many appeals about a board's month are not decided yet."""
    query = select(func.count(Appeal.id)).join(Appeal.sheet)
    filed = query.where(ScoreSheet.evaluation_id == evaluation.id, Appeal.state == AppealState.FILED)
    return db.session.scalar(filed) or 0


def unit_order() -> dict[int, int]:
    """Unit id → its place in the fixed order."""
    return {row[0]: row[1] for row in db.session.execute(select(Unit.id, Unit.position))}


def people_of_units() -> dict[int, list[int]]:
    """Unit id → its reporters and heads, who are told of its sheet."""
    people: dict[int, list[int]] = {}
    rows = db.session.execute(
        select(User.unit_id, User.id).where(User.active, User.role.in_(UNIT_ROLES)).order_by(User.id)
    )
    for unit_id, user_id in rows:
        people.setdefault(unit_id, []).append(user_id)
    return people


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """An evaluated board as the command line prints it; points as text, so that they stay exact."""
    return {
        "board": evaluation.board.name,
        "cutoff_on": evaluation.cutoff_on.isoformat(),
        "model": evaluation.model.version,
        "facts_hash": evaluation.facts_hash,
        "state": evaluation.state.value,
        "note": evaluation.note,
        "sheets": [
            {
                "unit": sheet.unit.name,
                "score": None if sheet.score is None else str(sheet.score),
                "rank": sheet.rank,
                "base": None if sheet.base is None else str(sheet.base),
                "penalty": str(sheet.penalty),
                "bonus": str(sheet.bonus),
                "correction": str(sheet.correction),
                "note": sheet.note,
                "is_behind": sheet.is_behind,
                "lines": [
                    {
                        "code": line.code,
                        "numerator": str(line.numerator),
                        "denominator": str(line.denominator),
                        "points": str(line.points),
                    }
                    for line in sheet.lines
                ],
            }
            for sheet in evaluation.sheets
        ],
    }
