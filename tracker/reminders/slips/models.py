"""Slip (督办单) and Proposal (升级建议)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Unit, User
from tracker.db import Base
from tracker.files import StoredFile
from tracker.reminders.slips.rules import ADDRESSEES, Colour, Rung, number_text
from tracker.tasks.models import Assignment
from tracker.workflow import ProposalState, SlipState


class Proposal(Base):
    """升级建议: what the ladder suggests, once for each occasion; a person follows or dismisses it."""

    __tablename__ = "proposals"
    __table_args__ = (Index(None, "state", "made_at"), Index(None, "assignment_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # unit or duty, rung and occasion
    rung: Mapped[Rung]
    rule: Mapped[str]  # the line of the ladder that fired, by its name
    facts: Mapped[list[Any]]  # (what, how much) as they stood when it was made
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignments.id"))  # None: of the unit
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.OPEN)
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column()
    unit: Mapped[Unit] = relationship()
    assignment: Mapped[Assignment | None] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def unit_ids(self) -> set[int]:
        return {self.unit_id}


class Slip(Base):
    """督办单: numbered, answered by the unit. A withdrawn one keeps its number."""

    __tablename__ = "slips"
    __table_args__ = (
        UniqueConstraint("year", "colour", "number"),
        CheckConstraint(
            "state = 'withdrawn' OR (state = 'issued') = (replied_at IS NULL)", name="replied_at_if_replied"
        ),
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_at_if_withdrawn"
        ),
        Index(None, "unit_id", "state"),
        Index(None, "assignment_id", "id"),
        Index(None, "state", "due_on"),
        Index(None, "issued_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    colour: Mapped[Colour]
    year: Mapped[int]
    number: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposals.id"))
    deadline: Mapped[date | None]  # of the duty when it was issued: an extension starts the ladder anew
    facts: Mapped[list[Any]]  # (what, how much) as printed
    demand: Mapped[str]
    due_on: Mapped[date]  # the answer; moves when it is asked for again
    hurry: Mapped[str] = mapped_column(default="")  # why less time is left than the rule says
    state: Mapped[SlipState] = mapped_column(default=SlipState.ISSUED)
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    read_at: Mapped[datetime | None]  # when the unit first opened it
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reply: Mapped[str] = mapped_column(default="")
    reply_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    reply_file_name: Mapped[str] = mapped_column(default="")
    replied_at: Mapped[datetime | None]
    replied_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))  # once it was printed
    version: Mapped[int] = mapped_column()
    unit: Mapped[Unit] = relationship()
    assignment: Mapped[Assignment] = relationship()
    issued_by: Mapped[User] = relationship(foreign_keys=issued_by_id)
    read_by: Mapped[User | None] = relationship(foreign_keys=read_by_id)
    replied_by: Mapped[User | None] = relationship(foreign_keys=replied_by_id)
    reply_file: Mapped[StoredFile | None] = relationship(foreign_keys=reply_file_id)
    file: Mapped[StoredFile | None] = relationship(foreign_keys=file_id)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def unit_ids(self) -> set[int]:
        return {self.unit_id}

    @property
    def title(self) -> str:
        """督黄〔2020〕3号."""
        return number_text(self.colour, self.year, self.number)

    @property
    def addressee(self) -> str:
        """Whom in the unit it is addressed to."""
        return ADDRESSEES[self.colour]
