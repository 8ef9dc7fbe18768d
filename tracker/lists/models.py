"""Problem (问题), Rectification (整改), Responsibility (责任): three views of one account number.

With them Milestone (节点), ClosingSlot (销号标准) and RectificationEvidence (佐证材料). What else happens to
an account lies with its verbs: in ``account``, ``extensions``, ``notices``, ``look_backs``.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Unit
from tracker.db import Base
from tracker.documents.models import Document
from tracker.files import StoredFile
from tracker.lists.rules import Slot
from tracker.tasks.models import Assignment, Task
from tracker.words import Word
from tracker.workflow import RectificationState


class ProblemSource(Word):
    """Where a problem was found."""

    INSPECTION = "inspection", "督查"
    TOUR = "tour", "巡视巡察"
    AUDIT = "audit", "审计"
    SELF_CHECK = "self_check", "自查"
    HOTLINE_12345 = "hotline_12345", "12345热线"
    HOTLINE_12317 = "hotline_12317", "12317举报"
    PETITION = "petition", "信访"
    LOOK_BACK = "look_back", "回头看"
    LEADER = "leader", "领导交办"
    OVERDUE = "overdue", "逾期任务"


CALLS = (ProblemSource.HOTLINE_12345, ProblemSource.HOTLINE_12317, ProblemSource.PETITION)


class Severity(Word):
    """严重程度."""

    ORDINARY = "ordinary", "一般"
    SERIOUS = "serious", "较重"
    GRAVE = "grave", "严重"


class Pace(Word):
    """时间类别."""

    IMMEDIATE = "immediate", "立行立改"
    DATED = "dated", "限期整改"
    STANDING = "standing", "长期坚持"


class Problem(Base):
    """问题: one problem, one account number (一问题一账号), never reused."""

    __tablename__ = "problems"
    __table_args__ = (
        # An overdue duty enters once per deadline: after an extension it may enter anew.
        UniqueConstraint("assignment_id", "assignment_deadline"),
        CheckConstraint("(source = 'overdue') = (assignment_id IS NOT NULL)", name="overdue_has_assignment"),
        # A point of a rectification plan enters once for each unit.
        UniqueConstraint("document_id", "document_point", "unit_id"),
        Index(None, "source"),
        Index(None, "group_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)  # 账号 "2020-0001"
    source: Mapped[ProblemSource]
    found_on: Mapped[date]
    text: Mapped[str]
    kind: Mapped[str]  # 类型
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    severity: Mapped[Severity] = mapped_column(default=Severity.ORDINARY)
    is_common: Mapped[bool] = mapped_column(default=False)  # 共性 / 个性
    basis: Mapped[str]
    source_number: Mapped[str] = mapped_column(default="")  # 来电、来信编号 of a hot-line call or petition
    source_on: Mapped[date | None]  # its day
    caller: Mapped[str] = mapped_column(default="")  # who called or wrote, with telephone: masked by role
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))  # the plan it was read from
    document_point: Mapped[str | None]  # which point of it
    group_id: Mapped[int | None] = mapped_column(ForeignKey("problem_groups.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignments.id"))
    assignment_deadline: Mapped[date | None]
    registered_at: Mapped[datetime]
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column()
    unit: Mapped[Unit] = relationship()
    document: Mapped[Document | None] = relationship()
    group: Mapped["ProblemGroup | None"] = relationship(back_populates="problems")
    assignment: Mapped[Assignment | None] = relationship()
    links: Mapped[list["ProblemLink"]] = relationship(
        foreign_keys="ProblemLink.problem_id", cascade="all, delete-orphan", order_by="ProblemLink.id"
    )
    rectification: Mapped["Rectification"] = relationship(back_populates="problem")
    responsibility: Mapped["Responsibility"] = relationship(back_populates="problem")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class ProblemGroup(Base):
    """共性问题: like problems of several units under one measure; each is closed with its own evidence.

    ``key`` names its first members, so that a group once dismissed is not proposed again.
    """

    __tablename__ = "problem_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    remedy: Mapped[str] = mapped_column(default="")  # the shared measure
    is_dismissed: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column()
    problems: Mapped[list[Problem]] = relationship(back_populates="group", order_by=Problem.number)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class ProblemLink(Base):
    """关联: a task, a document or another problem that has to do with it."""

    __tablename__ = "problem_links"
    __table_args__ = (
        UniqueConstraint("problem_id", "task_id"),
        UniqueConstraint("problem_id", "document_id"),
        UniqueConstraint("problem_id", "other_id"),
        CheckConstraint(
            "CASE WHEN task_id IS NULL THEN 0 ELSE 1 END + CASE WHEN document_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN other_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_end",
        ),
        CheckConstraint("other_id IS NULL OR other_id <> problem_id", name="not_itself"),
        Index(None, "task_id"),
        Index(None, "other_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problems.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    other_id: Mapped[int | None] = mapped_column(ForeignKey("problems.id"))
    linked_at: Mapped[datetime]
    linked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    task: Mapped[Task | None] = relationship()
    document: Mapped[Document | None] = relationship()
    other: Mapped[Problem | None] = relationship(foreign_keys=other_id)


class Rectification(Base):
    """整改: goal, remedy, pace and state of one problem; struck off by three different people."""

    __tablename__ = "rectifications"
    __table_args__ = (
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_percent"),
        CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="closed_on_if_closed"),
        CheckConstraint("(state = 'disputed') = (paused_on IS NOT NULL)", name="paused_on_if_disputed"),
        CheckConstraint(
            "verified_by_id IS NULL OR verified_by_id <> applied_by_id", name="verifier_is_not_applicant"
        ),
        CheckConstraint(
            "closed_by_id IS NULL OR (closed_by_id <> applied_by_id AND closed_by_id <> verified_by_id)",
            name="closer_is_third",
        ),
        CheckConstraint(
            "(state NOT IN ('closing', 'verified', 'closed') OR applied_by_id IS NOT NULL)"
            " AND (state NOT IN ('verified', 'closed') OR verified_by_id IS NOT NULL)"
            " AND (state <> 'closed' OR closed_by_id IS NOT NULL)",
            name="signed_so_far",
        ),
        CheckConstraint("pace = 'standing' OR deadline IS NOT NULL", name="deadline_unless_standing"),
        CheckConstraint("pace <> 'standing' OR state <> 'closed'", name="standing_is_never_closed"),
        Index(None, "state", "deadline"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problems.id"), unique=True)
    state: Mapped[RectificationState] = mapped_column(default=RectificationState.REGISTERED)
    goal: Mapped[str]
    remedy: Mapped[str] = mapped_column(default="")
    pace: Mapped[Pace]
    original_deadline: Mapped[date | None]
    deadline: Mapped[date | None]  # after approved extensions and the days a dispute was open
    paused_on: Mapped[date | None]  # since when the clock stands still: 异议中
    progress: Mapped[int] = mapped_column(default=0)
    issued_at: Mapped[datetime | None]
    proposed_at: Mapped[datetime | None]  # when the remedy was put forward; None once it was sent back
    applied_at: Mapped[datetime | None]
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_on: Mapped[date | None]
    reopened_times: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column()
    problem: Mapped[Problem] = relationship(back_populates="rectification")
    milestones: Mapped[list["Milestone"]] = relationship(
        back_populates="rectification", cascade="all, delete-orphan", order_by="Milestone.due_on"
    )
    slots: Mapped[list["ClosingSlot"]] = relationship(
        back_populates="rectification", cascade="all, delete-orphan", order_by="ClosingSlot.id"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def unit_ids(self) -> set[int]:
        return {self.problem.responsibility.lead_unit_id}

    @property
    def accepting_unit_ids(self) -> set[int]:
        return {self.problem.responsibility.accepting_unit_id}

    @property
    def round(self) -> int:
        """Which time it is being rectified, from 0: what was proved in earlier rounds did not hold."""
        return self.reopened_times

    @property
    def present_slots(self) -> list["ClosingSlot"]:
        return [slot for slot in self.slots if slot.round == self.round]


class Responsibility(Base):
    """责任: who answers for a problem and who accepts its rectification."""

    __tablename__ = "responsibilities"

    id: Mapped[int] = mapped_column(primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problems.id"), unique=True)
    leader: Mapped[str] = mapped_column(default="")  # 牵头领导
    lead_unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    person: Mapped[str] = mapped_column(default="")  # 责任人
    phone: Mapped[str] = mapped_column(default="")
    accepting_unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    text: Mapped[str]  # 责任内容
    version: Mapped[int] = mapped_column()
    problem: Mapped[Problem] = relationship(back_populates="responsibility")
    lead_unit: Mapped[Unit] = relationship(foreign_keys=[lead_unit_id])
    accepting_unit: Mapped[Unit] = relationship(foreign_keys=[accepting_unit_id])
    supports: Mapped[list["SupportUnit"]] = relationship(
        cascade="all, delete-orphan", order_by="SupportUnit.position"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def support_units(self) -> list[Unit]:
        return [support.unit for support in self.supports]


class SupportUnit(Base):
    """配合单位: one unit that helps with one problem, in order."""

    __tablename__ = "support_units"

    responsibility_id: Mapped[int] = mapped_column(ForeignKey("responsibilities.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    position: Mapped[int]
    unit: Mapped[Unit] = relationship()


class Milestone(Base):
    """节点: one step of a dated rectification, with its day; met by a progress report."""

    __tablename__ = "milestones"
    __table_args__ = (Index(None, "rectification_id", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rectification_id: Mapped[int] = mapped_column(ForeignKey("rectifications.id"))
    text: Mapped[str]
    due_on: Mapped[date]
    met_on: Mapped[date | None]
    rectification: Mapped[Rectification] = relationship(back_populates="milestones")


class ClosingSlot(Base):
    """销号标准: what the unit says to one of the five, or why it does not apply (不适用)."""

    __tablename__ = "closing_slots"
    __table_args__ = (UniqueConstraint("rectification_id", "slot", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rectification_id: Mapped[int] = mapped_column(ForeignKey("rectifications.id"))
    slot: Mapped[Slot]
    round: Mapped[int]
    is_applicable: Mapped[bool] = mapped_column(default=True)
    text: Mapped[str] = mapped_column(default="")
    rectification: Mapped[Rectification] = relationship(back_populates="slots")
    evidence: Mapped[list["RectificationEvidence"]] = relationship(order_by="RectificationEvidence.id")


class RectificationEvidence(Base):
    """佐证材料: a stored file bound to a report, a closing slot, a site check or a look-back."""

    __tablename__ = "rectification_evidence"
    __table_args__ = (
        CheckConstraint(
            "CASE WHEN report_id IS NULL THEN 0 ELSE 1 END + CASE WHEN slot_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN check_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN look_back_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_owner",
        ),
        Index(None, "rectification_id", "id"),
        Index(None, "report_id"),
        Index(None, "slot_id"),
        Index(None, "check_id"),
        Index(None, "look_back_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rectification_id: Mapped[int] = mapped_column(ForeignKey("rectifications.id"))
    round: Mapped[int]  # of the account when it was handed in
    report_id: Mapped[int | None] = mapped_column(ForeignKey("rectification_reports.id"))
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("closing_slots.id"))
    check_id: Mapped[int | None] = mapped_column(ForeignKey("site_checks.id"))
    look_back_id: Mapped[int | None] = mapped_column(ForeignKey("look_backs.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"))
    name: Mapped[str]  # as the uploader called it
    claim: Mapped[str] = mapped_column(default="")  # what it proves
    file: Mapped[StoredFile] = relationship()
