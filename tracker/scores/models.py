"""ScoreModel (评价模型), Evaluation (月度评价), ScoreSheet (评价单) and ScoreLine (明细)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Board, Unit
from tracker.db import Base
from tracker.workflow import EvaluationState


class ScoreModel(Base):
    """One version of the formula, as data, from its first month on."""

    __tablename__ = "score_models"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(unique=True)
    first_month: Mapped[str]  # "2020-01"
    rules: Mapped[dict[str, Any]]  # see scores/rules.py
    adopted_at: Mapped[datetime]
    adopted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Evaluation(Base):
    """One board's month, computed from facts frozen at the cut-off."""

    __tablename__ = "evaluations"
    __table_args__ = (UniqueConstraint("board_id", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"))
    month: Mapped[str]  # "2020-06"
    model_id: Mapped[int] = mapped_column(ForeignKey("score_models.id"))
    cutoff_on: Mapped[date]
    facts: Mapped[dict[str, Any]]  # what the figures were computed from, complete
    facts_hash: Mapped[str]
    note: Mapped[str]  # why a board is not ranked; empty when it is
    state: Mapped[EvaluationState] = mapped_column(default=EvaluationState.FROZEN)
    made_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    board: Mapped[Board] = relationship()
    model: Mapped[ScoreModel] = relationship()
    sheets: Mapped[list["ScoreSheet"]] = relationship(
        back_populates="evaluation", order_by="ScoreSheet.position"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class ScoreSheet(Base):
    """评价单: one unit's month. No score means nothing was due."""

    __tablename__ = "score_sheets"
    __table_args__ = (
        UniqueConstraint("evaluation_id", "unit_id"),
        CheckConstraint("rank IS NULL OR score IS NOT NULL", name="rank_needs_score"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluations.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    position: Mapped[int]  # in the table: by rank, then the fixed order of units
    score: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    rank: Mapped[int | None]
    base: Mapped[Decimal | None] = mapped_column(Numeric(10, 4))
    penalty: Mapped[Decimal] = mapped_column(Numeric(10, 4))
    bonus: Mapped[Decimal] = mapped_column(Numeric(10, 4))
    note: Mapped[str]  # 不参与评价, 任务数较少，不排名
    is_behind: Mapped[bool]  # 滞后
    evaluation: Mapped[Evaluation] = relationship(back_populates="sheets")
    unit: Mapped[Unit] = relationship()
    lines: Mapped[list["ScoreLine"]] = relationship(back_populates="sheet", order_by="ScoreLine.position")

    @property
    def unit_ids(self) -> set[int]:
        return {self.unit_id}


class ScoreLine(Base):
    """明细: one indicator, penalty or bonus of a sheet, with the facts behind it."""

    __tablename__ = "score_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("score_sheets.id"), index=True)
    position: Mapped[int]
    code: Mapped[str]  # A, P, F, Z, Q, late, yellow, red, false, early
    numerator: Mapped[Decimal] = mapped_column(Numeric(14, 4))
    denominator: Mapped[Decimal] = mapped_column(Numeric(14, 4))
    points: Mapped[Decimal] = mapped_column(Numeric(10, 4))  # what it gave (or cost, negative)
    facts: Mapped[list[Any]]  # the obligations behind it
    sheet: Mapped[ScoreSheet] = relationship(back_populates="lines")
