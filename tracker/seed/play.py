"""The demonstration city brought to life: its tables loaded, its document adopted, its first weeks played."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from tracker import audit
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
from tracker.clock import SHANGHAI
from tracker.db import db
from tracker.documents import actions as documents
from tracker.documents import queries as document_queries
from tracker.errors import WrongState
from tracker.lists import actions as lists
from tracker.lists.look_backs import actions as look_backs
from tracker.reminders import accounts as account_reminders
from tracker.reminders import actions as reminders
from tracker.reports.second_reviews import actions as second_reviews
from tracker.rosters import actions as rosters
from tracker.scores import actions as scores
from tracker.scores.appeals import actions as appeals
from tracker.scores.facts import Facts, Wish
from tracker.scores.models import Evaluation, ScoreSheet
from tracker.scores.queries import evaluations
from tracker.scores.year.actions import rate
from tracker.seed import city, found, objects
from tracker.seed.accounts import Accounts
from tracker.seed.announced import circulate
from tracker.seed.past import Past
from tracker.seed.pressing import press
from tracker.seed.stage import Stage
from tracker.seed.story import APPEALS, ORDERS, RATINGS, Step, script
from tracker.tasks import actions as tasks
from tracker.tasks import intake
from tracker.workdays import Workdays

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
    """Months of the past; then the work points are adopted and handled day by day. All by the real verbs."""
    supervisors = db.session.scalars(select(User).where(User.role == Role.SUPERVISOR).order_by(User.id)).all()
    stage, directory = Stage(supervisors), document_queries.directory()
    told = Past(stage, directory, workdays).play()
    imported_at = datetime.combine(ISSUED_ON, time(9, 5), SHANGHAI)
    document = documents.import_file(WORK_POINTS.read_bytes(), WORK_POINTS.name, supervisors[0], imported_at)
    documents.resolve_members(document, directory, supervisors[0], imported_at + timedelta(minutes=8))
    made = intake.adopt(document, directory, supervisors[0], imported_at + timedelta(minutes=20))
    accounts = Accounts(workdays)
    steps = script(stage.bring(made), ISSUED_ON, PLAYED_UNTIL, workdays)
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
    _score(month, stage, workdays)
    circulate(month, date(2020, 7, 8), stage, workdays)
    _rate(month, stage)
    task_ids = {duty.task_id for duty in stage.duties.values()}
    return {"tasks": len(task_ids), "assignments": len(stage.duties), "steps": told + len(steps)}


def _score(month: str, stage: Stage, workdays: Workdays) -> None:
    """The month is evaluated; two units appeal, one with and one without success; then it is final."""
    scores.open_month(month, datetime.combine(ISSUED_ON, time(17, 30), SHANGHAI), workdays)
    frozen_at = datetime.combine(date(2020, 7, 1), time(8, 28), SHANGHAI)
    found = scores.evaluate(month, None, frozen_at, workdays)
    at = datetime.combine(date(2020, 7, 2), time(10, 20), SHANGHAI)
    for number, (sheet, subject) in enumerate(_contestable(found)):
        words = APPEALS[number]
        claim = appeals.Claim("A", subject, Wish.MET, words.grounds)
        appeal = appeals.submit(sheet, claim, stage.people[sheet.unit_id, Role.HEAD], at)
        judge = next(one for one in stage.supervisors if one.id != appeal.judged_by_id)
        decide = appeals.uphold if words.upheld else appeals.refuse
        decide(appeal, judge, at + timedelta(days=1), words.answer)
    scores.settle_due(datetime.combine(date(2020, 7, 7), time(8, 35), SHANGHAI))
    scores.open_month(scores.month_after(month), at, workdays)


def _rate(month: str, stage: Stage) -> None:
    """日常管理分 of the half year, so that the year has scores and ranks."""
    at = datetime.combine(date(2020, 7, 9), time(15, 30), SHANGHAI)
    for evaluation in evaluations(month):
        for sheet in evaluation.sheets:
            _, points, grounds = next(row for row in RATINGS if (sheet.score or 0) >= row[0])
            rate(sheet.unit, ISSUED_ON.year, Decimal(points), grounds, stage.supervisors[0], at)


def _by_day(steps: list[Step]) -> Iterator[tuple[date, list[Step]]]:
    days = sorted({step.at.date() for step in steps})
    for day in days:
        yield day, [step for step in steps if step.at.date() == day]


def _morning(day: date, workdays: Workdays) -> None:
    """What the scheduler does before the offices open."""
    now = datetime.combine(day, time(8, 50), SHANGHAI)
    second_reviews.draw(now - timedelta(minutes=30), (), *SHARES)
    look_backs.schedule(now - timedelta(minutes=25), *LOOK_BACKS)
    reminders.defer_unnoticed(now, workdays)
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
