"""ScoreModel (评价模型), Evaluation (月度评价), ScoreSheet (评价单), ScoreLine (明细) and Appeal (申诉)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Board, Unit, User
from tracker.db import Base
from tracker.files import StoredFile
from tracker.scores.facts import Wish
from tracker.workflow import AppealState, EvaluationState


class ScoreModel(Base):
    """One version of the formula, as data, from its first month on."""

    __tablename__ = "score_models"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(unique=True)
    first_month: Mapped[str]  # "2020-01"
    rules: Mapped[dict[str, Any]]  # see scores/formula.py
    reason: Mapped[str] = mapped_column(default="")
    adopted_at: Mapped[datetime]
    adopted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    adopted_by: Mapped[User | None] = relationship()


class Evaluation(Base):
    """One board's month, computed from facts frozen at the cut-off."""

    __tablename__ = "evaluations"
    __table_args__ = (
        UniqueConstraint("board_id", "month"),
        CheckConstraint("(state = 'open') = (appeals_until IS NULL)", name="appeals_until_if_frozen"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"))
    month: Mapped[str]  # "2020-06"
    model_id: Mapped[int] = mapped_column(ForeignKey("score_models.id"))
    after: Mapped[date]  # the cut-off before: what counts comes after it
    cutoff_on: Mapped[date]
    facts_hash: Mapped[str] = mapped_column(default="")  # of the facts of all its sheets
    trail_id: Mapped[int | None]  # the last event before the facts were taken, and its hash: a trail
    trail_hash: Mapped[str] = mapped_column(default="")  # that was written anew is found
    note: Mapped[str] = mapped_column(default="")  # why a board is not ranked; empty when it is
    appeals_until: Mapped[date | None]  # the last day to appeal
    state: Mapped[EvaluationState] = mapped_column(default=EvaluationState.OPEN)
    made_at: Mapped[datetime]
    frozen_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column()
    board: Mapped[Board] = relationship()
    model: Mapped[ScoreModel] = relationship()
    sheets: Mapped[list["ScoreSheet"]] = relationship(
        back_populates="evaluation", order_by="ScoreSheet.position"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def is_banded(self) -> bool:
        """Whether the board shows 档次 in place of 名次."""
        return self.board_id in self.model.rules["banded_boards"]


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
    correction: Mapped[Decimal] = mapped_column(Numeric(10, 4), default=Decimal(0))
    obligations: Mapped[int] = mapped_column(default=0)  # how many it is about: few say little
    note: Mapped[str]  # 不参与评价, 任务数较少，不排名
    is_behind: Mapped[bool]  # 滞后
    facts: Mapped[dict[str, Any]] = mapped_column(deferred=True)  # what it was computed from, complete
    evaluation: Mapped[Evaluation] = relationship(back_populates="sheets")
    unit: Mapped[Unit] = relationship()
    lines: Mapped[list["ScoreLine"]] = relationship(back_populates="sheet", order_by="ScoreLine.position")
    appeals: Mapped[list["Appeal"]] = relationship(back_populates="sheet", order_by="Appeal.id")

    @property
    def unit_ids(self) -> set[int]:
        return {self.unit_id}


class ScoreLine(Base):
    """明细: one indicator, penalty or bonus of a sheet. The facts behind it stand in those of the sheet."""

    __tablename__ = "score_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("score_sheets.id"), index=True)
    position: Mapped[int]
    code: Mapped[str]  # A, P, F, Z, Q, late, yellow, red, falsehood, early, correction
    numerator: Mapped[Decimal] = mapped_column(Numeric(14, 4))
    denominator: Mapped[Decimal] = mapped_column(Numeric(14, 4))
    points: Mapped[Decimal] = mapped_column(Numeric(10, 4))  # what it gave (or cost, negative)
    full: Mapped[Decimal] = mapped_column(Numeric(10, 4), default=Decimal(0))  # what it could give
    sheet: Mapped[ScoreSheet] = relationship(back_populates="lines")


class ManagementScore(Base):
    """日常管理分: one unit's year as the office rates it, with the grounds."""

    __tablename__ = "management_scores"
    __table_args__ = (
        UniqueConstraint("year", "unit_id"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score_0_to_100"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    score: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    grounds: Mapped[str]
    given_at: Mapped[datetime]
    given_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Appeal(Base):
    """申诉: one fact of one line is contested, and what was decided about it.

    On a final month it is a 更正 the office enters; upheld, it counts in a later month.
    """

    __tablename__ = "appeals"
    __table_args__ = (
        CheckConstraint(
            "(state IN ('upheld', 'refused')) = (decided_at IS NOT NULL)", name="decided_at_if_decided"
        ),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> filed_by_id", name="decided_by_another"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("score_sheets.id"), index=True)
    code: Mapped[str]  # the line
    subject: Mapped[str]  # the fact: "assignment:12"
    title: Mapped[str]  # what the fact is called
    wish: Mapped[Wish]
    grounds: Mapped[str]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    file_name: Mapped[str] = mapped_column(default="")
    state: Mapped[AppealState] = mapped_column(default=AppealState.DRAFT)
    filed_at: Mapped[datetime]
    filed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    frozen_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # who took the facts
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # who judged the fact
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answer: Mapped[str] = mapped_column(default="")
    points: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))  # by how much the score changed
    # Upheld on a final month: the evaluation that took the points over; None while they wait for one.
    carried_to_id: Mapped[int | None] = mapped_column(ForeignKey("evaluations.id"))
    is_late: Mapped[bool] = mapped_column(default=False)  # on a final month
    version: Mapped[int] = mapped_column()
    sheet: Mapped[ScoreSheet] = relationship(back_populates="appeals")
    file: Mapped[StoredFile | None] = relationship()
    filed_by: Mapped[User] = relationship(foreign_keys=filed_by_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)
    carried_to: Mapped[Evaluation | None] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def unit_ids(self) -> set[int]:
        return {self.sheet.unit_id}
