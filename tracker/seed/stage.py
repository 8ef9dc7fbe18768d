"""The people and duties of the play, and each step of a story as the verb it stands for."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker import files
from tracker.accounts.models import Role, User
from tracker.clock import SHANGHAI, local_date
from tracker.db import db
from tracker.documents.directory import Directory
from tracker.errors import WrongState
from tracker.reports import actions as reports
from tracker.reports import queries as report_queries
from tracker.reports.models import ProgressReport
from tracker.reports.rules import ReturnReason
from tracker.seed.story import ORDER_TALK, Act, Matter, Order, Step
from tracker.tasks import actions as tasks
from tracker.tasks.entry import actions as entry
from tracker.tasks.models import Assignment, Duty, Extension, Ground, HaltKind, Task
from tracker.tasks.requests import actions as requests
from tracker.workflow import FilingState


class Stage:
    """The people, found once, and the duties that were brought to it."""

    def __init__(self, supervisors: Sequence[User]) -> None:
        self.supervisors = supervisors
        self.duties: dict[int, Assignment] = {}
        people = db.session.scalars(select(User).where(User.role.in_((Role.REPORTER, Role.HEAD))))
        self.people = {(user.unit_id, user.role): user for user in people}
        self.approver = db.session.scalars(select(User).where(User.role == Role.APPROVER)).one()
        self.extensions: dict[int, Extension] = {}

    def bring(self, tasks: Sequence[Task]) -> list[Matter]:
        """The duties of these tasks, as a story needs to know them."""
        found = db.session.scalars(
            select(Assignment)
            .where(Assignment.task_id.in_([task.id for task in tasks]))
            .options(joinedload(Assignment.unit), joinedload(Assignment.task))
        ).all()
        self.duties |= {duty.id: duty for duty in found}
        return [Matter(duty.id, duty.unit.name, duty.starts_on, duty.deadline) for duty in found]

    def perform(self, step: Step) -> None:
        """One step of the story as the verb it stands for."""
        duty = self.duties[step.key]
        reporter = self.people[duty.unit_id, Role.REPORTER]
        head = self.people[duty.unit_id, Role.HEAD]
        supervisor = self.supervisors[step.key % len(self.supervisors)]
        fault = step.fault or ReturnReason.OTHER
        match step.act:
            case Act.RECEIVE:
                tasks.receive(duty, reporter, step.at)
            case Act.DISPUTE:
                tasks.dispute(duty, reporter, step.at, Ground.UNIT, step.text)
            case Act.OVERRULE:
                tasks.overrule(duty, supervisor, step.at, step.text)
            case Act.REPORT:
                self._report(duty, reporter, step)
            case Act.NO_CHANGE:
                reports.report_no_change(duty, reporter, step.at)
            case Act.ACCEPT:
                reports.accept(self._waiting(duty), supervisor, step.at)
            case Act.RETURN:
                reports.send_back(self._waiting(duty), supervisor, step.at, fault, step.text)
            case Act.REQUEST_CLOSURE:
                reports.request_closure(duty, head, step.at, "以台账为准，详见佐证材料。")
            case Act.REFUSE_CLOSURE:
                reports.refuse_closure(duty, supervisor, step.at, fault, step.text)
            case Act.CLOSE:
                reports.close(duty, supervisor, step.at)
            case Act.ASK_EXTENSION:
                wish = requests.Wish(step.wanted_on or step.at.date(), step.text)
                self.extensions[duty.id] = requests.ask_extension(duty, head, step.at, wish)
            case Act.GRANT:
                requests.grant(self.extensions[duty.id], self.approver, step.at, reason=step.text)
            case Act.REFUSE_EXTENSION:
                requests.refuse_extension(self.extensions[duty.id], self.approver, step.at, step.text)
            case Act.ASK_HALT:
                requests.ask_halt(duty, supervisor, step.at, HaltKind.SUSPEND, step.text)

    def order(self, order: Order, directory: Directory) -> None:
        """A task entered by hand; once issued, the units sign and the lead speaks to its first support."""
        at, supervisor = datetime.combine(order.on, time(17, 5), SHANGHAI), self.supervisors[0]
        origin = entry.Order(order.source, order.origin, order.on)
        task = entry.draft(origin, order.text, directory, supervisor, at)
        if not order.is_issued:
            return
        entry.publish(task, directory, supervisor, at + timedelta(minutes=10))
        db.session.flush()
        for number, duty in enumerate(task.assignments):
            tasks.receive(duty, self.people[duty.unit_id, Role.REPORTER], at + timedelta(minutes=20 + number))
        lead = next(duty for duty in task.assignments if duty.duty is Duty.LEAD)
        support = next(duty for duty in task.assignments if duty.duty is Duty.SUPPORT)
        speaker = self.people[lead.unit_id, Role.REPORTER]
        reports.comment(support, speaker, at + timedelta(minutes=40), ORDER_TALK)

    def _report(self, duty: Assignment, reporter: User, step: Step) -> None:
        readings = {
            target.id: (quota.value if quota else target.value or Decimal(0)) * step.progress / 100
            for target, quota in report_queries.wanted_of(duty)
        }
        content = reports.Content(
            progress=step.progress,
            text=step.text,
            readings={  # on the way there, in whole households, places and people
                target: value if step.progress == 100 else value.quantize(Decimal(1), ROUND_DOWN)
                for target, value in readings.items()
            },
            files=[self._proof(duty, reporter, step)] if step.progress == 100 else [],
            reason="按审核意见重新核实后调整。" if step.progress < duty.progress else "",
        )
        reports.submit(reports.draft(duty, reporter, step.at, content), reporter, step.at)

    def _proof(self, duty: Assignment, reporter: User, step: Step) -> tuple[files.StoredFile, str, str]:
        name = f"{duty.unit.short_name}完成情况说明.txt"
        words = f"{duty.unit.name}\n{duty.task.title}\n{step.text}\n{local_date(step.at):%Y-%m-%d}\n"
        stored = files.store(words.encode(), name, "text/plain", reporter, step.at)
        return stored, name, "完成情况"

    def _waiting(self, duty: Assignment) -> ProgressReport:
        report = report_queries.latest(duty, FilingState.SUBMITTED)
        if report is None:
            raise WrongState(f"承办项{duty.id}没有待审核的填报")
        return report
