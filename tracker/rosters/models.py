"""Roster (对象台账) of a task, RosterEntry (户, 村, 项目), RosterMark (a step done), RosterTemplate."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Unit, User
from tracker.db import Base
from tracker.files import StoredFile
from tracker.rosters.rules import Column, RosterStep, Shape, days_of, due_of
from tracker.tasks.models import Task
from tracker.workflow import EntryState


class _Shaped:
    """What a roster and a template have in common: the shape of what is asked of each object."""

    object_name: Mapped[str]
    measure: Mapped[str]
    is_name_personal: Mapped[bool] = mapped_column(default=False)
    columns: Mapped[list[Any]]  # Column.as_json
    steps: Mapped[list[Any]]  # RosterStep.as_json

    @property
    def shape(self) -> Shape:
        return Shape(
            self.object_name,
            self.measure,
            self.is_name_personal,
            tuple(Column.from_json(said) for said in self.columns),
            tuple(RosterStep.from_json(said) for said in self.steps),
        )

    @shape.setter
    def shape(self, shape: Shape) -> None:
        self.object_name = shape.object_name
        self.measure = shape.measure
        self.is_name_personal = shape.is_name_personal
        self.columns = [column.as_json() for column in shape.columns]
        self.steps = [step.as_json() for step in shape.steps]


class Roster(_Shaped, Base):
    """对象台账: what a task must be carried out for, one by one."""

    __tablename__ = "rosters"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), index=True)
    title: Mapped[str]
    note: Mapped[str] = mapped_column(default="")  # 填写说明
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column()
    task: Mapped[Task] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def unit_ids(self) -> set[int]:
        """The units that may put objects into it: those with a duty on its task."""
        return self.task.unit_ids

    @property
    def since(self) -> date:
        """No step was done before: the year the task, or its earliest step, belongs to."""
        days = [self.task.starts_on, *(step.due_on for step in self.shape.open_steps)]
        return date(min(days).year, 1, 1)


class RosterEntry(Base):
    """One object of a roster, in the care of one unit, struck off by itself (逐户销号).

    ``step`` and ``due_on`` are the next thing to be done and its day, kept so that nobody has to look at what
    is not due; whether it is overdue follows from them and the clock.
    """

    __tablename__ = "roster_entries"
    __table_args__ = (
        UniqueConstraint("roster_id", "number"),
        CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="closed_on_if_closed"),
        CheckConstraint(
            "state NOT IN ('closing', 'closed') OR applied_at IS NOT NULL", name="applied_if_closing"
        ),
        # the whole of what progress is counted from
        Index(None, "roster_id", "unit_id", "state", "step", "due_on"),
        Index(None, "roster_id", "due_on", "id"),
        Index(None, "roster_id", "name"),
        Index(None, "state", "due_on", "unit_id", "roster_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    roster_id: Mapped[int] = mapped_column(ForeignKey("rosters.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    number: Mapped[int]  # 序号 in its roster, never given twice
    name: Mapped[str]
    values: Mapped[dict[str, Any]]  # key of a column → what it says, in the one way it is kept
    state: Mapped[EntryState] = mapped_column(default=EntryState.ACTIVE)
    step: Mapped[str]  # key of the first step not done; empty when all are
    due_on: Mapped[date]
    extended: Mapped[dict[str, Any]] = mapped_column(default=dict)  # key of a step → due, reason, by (a name)
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_on: Mapped[date | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column()
    roster: Mapped[Roster] = relationship()
    unit: Mapped[Unit] = relationship()
    marks: Mapped[list["RosterMark"]] = relationship(
        back_populates="entry", order_by="RosterMark.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def unit_ids(self) -> set[int]:
        return {self.unit_id}

    @property
    def done(self) -> dict[str, "RosterMark"]:
        """Key of a step → how it was marked as done."""
        return {mark.step: mark for mark in self.marks}

    @property
    def extended_days(self) -> dict[str, date]:
        """Key of a step → the later day that was granted for this object."""
        return days_of(self.extended)

    def due_of(self, step: RosterStep) -> date:
        """The day of a step for this object."""
        return due_of(step, self.extended_days)


class RosterMark(Base):
    """A step of one object was done on a day; with words and a file where there are any."""

    __tablename__ = "roster_marks"
    __table_args__ = (UniqueConstraint("entry_id", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("roster_entries.id"))
    step: Mapped[str]
    done_on: Mapped[date]
    words: Mapped[str] = mapped_column(default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    file_name: Mapped[str] = mapped_column(default="")  # as the unit called it
    marked_at: Mapped[datetime]
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    entry: Mapped[RosterEntry] = relationship(back_populates="marks")
    file: Mapped[StoredFile | None] = relationship()
    marked_by: Mapped[User | None] = relationship()


class RosterTemplate(_Shaped, Base):
    """台账模板: a shape to begin a roster with; the days of its steps are without a year."""

    __tablename__ = "roster_templates"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
