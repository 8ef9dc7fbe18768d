"""The demonstration city brought to life: its tables loaded, its document adopted, its first weeks played."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker import audit, files
from tracker.accounts.models import (
    Board,
    BoardMember,
    Role,
    Unit,
    UnitAlias,
    UnitGroup,
    UnitGroupMember,
    User,
)
from tracker.accounts.passwords import hashed
from tracker.clock import SHANGHAI, local_date
from tracker.db import db
from tracker.documents import actions as documents
from tracker.documents import queries as document_queries
from tracker.documents.directory import Directory
from tracker.errors import WrongState
from tracker.lists import actions as lists
from tracker.lists.look_backs import actions as look_backs
from tracker.reminders import accounts as account_reminders
from tracker.reminders import actions as reminders
from tracker.reports import actions as reports
from tracker.reports import queries as report_queries
from tracker.reports.models import ProgressReport
from tracker.reports.rules import ReturnReason
from tracker.reports.second_reviews import actions as second_reviews
from tracker.rosters import actions as rosters
from tracker.scores import actions as scores
from tracker.scores.appeals import actions as appeals
from tracker.scores.facts import Facts, Wish
from tracker.scores.models import Evaluation, ScoreSheet
from tracker.seed import city, found, objects
from tracker.seed.accounts import Accounts
from tracker.seed.announced import circulate
from tracker.seed.pressing import press
from tracker.seed.story import APPEALS, ORDER_TALK, ORDERS, Act, Matter, Order, Step, script
from tracker.tasks import actions as tasks
from tracker.tasks import intake
from tracker.tasks.entry import actions as entry
from tracker.tasks.models import Assignment, Duty, Extension, Ground, HaltKind
from tracker.tasks.requests import actions as requests
from tracker.workdays import Workdays
from tracker.workflow import FilingState

PASSWORD = "ducha-2020-demo"  # noqa: S105  printed on the screen of every demonstration
WORK_POINTS = Path(__file__).with_name("work_points.txt")
ISSUED_ON = date(2020, 6, 19)
PLAYED_UNTIL = date(2020, 7, 10)
LOOK_BACKS = (20, 3)  # percent of strike-offs looked at again, and after how many months
SHARES = (5, 20)  # percent of closures drawn for a second review, as the settings have them


def load_city(now: datetime) -> None:
    """Units, aliases, groups, boards, users and the default score model, into an empty database.

    WrongState when there are units already.
    """
    if db.session.scalar(select(Unit.id).limit(1)):
        raise WrongState("数据库里已有单位，没有再装入演示数据")
    units = {
        row.name: Unit(name=row.name, short_name=row.short_name, kind=row.kind, position=position)
        for position, row in enumerate(city.UNITS, start=1)
    }
    db.session.add_all(units.values())
    db.session.flush()
    for row in city.UNITS:
        if row.parent:
            units[row.name].parent_id = units[row.parent].id
    taken = {name for row in city.UNITS for name in (row.name, row.short_name)}
    for row in city.UNITS:
        for text in dict.fromkeys(row.aliases):
            if text not in taken:
                db.session.add(UnitAlias(text=text, unit_id=units[row.name].id))
                taken.add(text)
    for group_row in city.GROUPS:
        members = [
            UnitGroupMember(unit_id=units[name].id, position=position)
            for position, name in enumerate(group_row.members, start=1)
        ]
        group = UnitGroup(name=group_row.name, is_open=group_row.is_open, members=members)
        db.session.add(group)
        db.session.flush()
        db.session.add_all(UnitAlias(text=text, group_id=group.id) for text in group_row.aliases)
    for position, board_row in enumerate(city.BOARDS, start=1):
        board_members = [BoardMember(unit_id=units[name].id) for name in board_row.members]
        db.session.add(Board(name=board_row.name, position=position, members=board_members))
    password_hash = hashed(PASSWORD)
    for user_row in city.USERS:
        db.session.add(
            User(
                username=user_row.username,
                name=user_row.name,
                role=user_row.role,
                unit_id=units[user_row.unit].id,
                password_hash=password_hash,
                must_change_password=False,
            )
        )
    db.session.flush()
    scores.add_default_model(now)
    rosters.load_templates(None, now)
    audit.record("city.load", "装入演示单位和用户", units[city.OFFICE], None, now, units=len(units))


def accounts() -> list[tuple[str, str, str]]:
    """One line a role for the screen: role, username, name and unit of the first who has it."""
    lines = []
    for role in Role:
        user = next(row for row in city.USERS if row.role is role)
        lines.append((role.label, user.username, f"{user.name}（{user.unit}）"))
    return lines


def play(workdays: Workdays) -> dict[str, int]:
    """Import and adopt the demonstration document and handle it day by day, with the real verbs."""
    supervisors = list(db.session.scalars(select(User).where(User.role == Role.SUPERVISOR).order_by(User.id)))
    imported_at = datetime.combine(ISSUED_ON, time(9, 5), SHANGHAI)
    document = documents.import_file(WORK_POINTS.read_bytes(), WORK_POINTS.name, supervisors[0], imported_at)
    directory = document_queries.directory()
    documents.resolve_members(document, directory, supervisors[0], imported_at + timedelta(minutes=8))
    made = intake.adopt(document, directory, supervisors[0], imported_at + timedelta(minutes=20))
    stage = _Stage(supervisors)
    accounts = Accounts(workdays)
    steps = script(stage.matters(), ISSUED_ON, PLAYED_UNTIL, workdays)
    for day, of_day in _by_day(steps):
        _morning(day, workdays)
        press(day, supervisors, workdays)
        for step in of_day:
            stage.perform(step)
        for order in ORDERS:
            if order.on == day:
                stage.order(order, directory)
        if day == objects.MADE_ON:
            objects.open_rosters(supervisors[0])
        elif day in (objects.MIDDLE, objects.LATEST):
            objects.take_steps(day, supervisors[1])
        found.enter(day)
        accounts.perform(day)
        db.session.flush()
    _morning(PLAYED_UNTIL, workdays)
    month = f"{ISSUED_ON:%Y-%m}"
    stage.score(month, workdays)
    if stage.approver is not None:
        circulate(month, supervisors, stage.approver, workdays)
    return {"tasks": len(made), "assignments": len(stage.duties), "steps": len(steps)}


def _by_day(steps: list[Step]) -> Iterator[tuple[date, list[Step]]]:
    days = sorted({step.at.date() for step in steps})
    for day in days:
        yield day, [step for step in steps if step.at.date() == day]


def _morning(day: date, workdays: Workdays) -> None:
    """What the scheduler does before the offices open."""
    now = datetime.combine(day, time(8, 50), SHANGHAI)
    second_reviews.draw(now - timedelta(minutes=30), (), *SHARES)
    look_backs.schedule(now - timedelta(minutes=25), *LOOK_BACKS)
    tasks.make_periods(now)
    lists.enter_overdue(now, workdays)
    reminders.remind(now, workdays)
    account_reminders.remind(now, workdays)
    reminders.digest(now + timedelta(minutes=10), workdays)


def _contestable(found: Sequence[Evaluation]) -> list[tuple[ScoreSheet, str]]:
    """The first duty not met of as many units as have something to say."""
    rows: list[tuple[ScoreSheet, str]] = []
    for evaluation in found:
        for sheet in evaluation.sheets:
            late = [duty for duty in Facts.from_json(sheet.facts).duties if not duty.met]
            if late and len(rows) < len(APPEALS):
                rows.append((sheet, late[0].subject))
    return rows


class _Stage:
    """The people and duties of the play, found once."""

    def __init__(self, supervisors: list[User]) -> None:
        self.supervisors = supervisors
        self.duties = {
            duty.id: duty
            for duty in db.session.scalars(
                select(Assignment).options(joinedload(Assignment.unit), joinedload(Assignment.task))
            )
        }
        people = db.session.scalars(select(User).where(User.role.in_((Role.REPORTER, Role.HEAD))))
        self.people = {(user.unit_id, user.role): user for user in people}
        self.approver = db.session.scalars(select(User).where(User.role == Role.APPROVER)).first()
        self.extensions: dict[int, Extension] = {}

    def matters(self) -> list[Matter]:
        return [
            Matter(duty.id, duty.unit.name, duty.starts_on, duty.deadline) for duty in self.duties.values()
        ]

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

    def score(self, month: str, workdays: Workdays) -> None:
        """The month is evaluated; two units appeal, one with and one without success; then it is final."""
        scores.open_month(month, datetime.combine(ISSUED_ON, time(17, 30), SHANGHAI), workdays)
        frozen_at = datetime.combine(date(2020, 7, 1), time(8, 28), SHANGHAI)
        found = scores.evaluate(month, None, frozen_at, workdays)
        at = datetime.combine(date(2020, 7, 2), time(10, 20), SHANGHAI)
        for number, (sheet, subject) in enumerate(_contestable(found)):
            words = APPEALS[number]
            claim = appeals.Claim("A", subject, Wish.MET, words.grounds)
            appeal = appeals.submit(sheet, claim, self.people[sheet.unit_id, Role.HEAD], at)
            judge = next(one for one in self.supervisors if one.id != appeal.judged_by_id)
            decide = appeals.uphold if words.upheld else appeals.refuse
            decide(appeal, judge, at + timedelta(days=1), words.answer)
        scores.settle_due(datetime.combine(date(2020, 7, 7), time(8, 35), SHANGHAI))
        scores.open_month(scores.month_after(month), at, workdays)

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
