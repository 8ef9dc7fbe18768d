"""What the supervisors of the play do about what is late: urge, ring up, send slips, one in a hurry."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from tracker.accounts.models import Role, Unit, User
from tracker.clock import SHANGHAI
from tracker.db import db
from tracker.reminders.board.actions import urge
from tracker.reminders.board.queries import OWED
from tracker.reminders.slips import actions as slips
from tracker.reminders.slips.models import Slip
from tracker.reminders.slips.rules import Colour
from tracker.tasks import actions as tasks
from tracker.tasks.models import Assignment, Duty, Task
from tracker.workdays import Workdays

URGED, PRESSED, HURRIED = date(2020, 7, 6), date(2020, 7, 7), date(2020, 7, 9)


def press(day: date, supervisors: Sequence[User], workdays: Workdays) -> None:
    """One day of it."""
    first, second, third, *_ = supervisors
    late = db.session.scalars(
        select(Assignment)
        .where(Assignment.state.in_(OWED), Assignment.deadline < day, Assignment.deadline.is_not(None))
        .order_by(Assignment.deadline, Assignment.id)
    ).all()
    now = datetime.combine(day, time(9, 5), SHANGHAI)
    if day == URGED and late:
        urge([duty.id for duty in late], second, now, "请本周内报送进展")
    elif day == PRESSED and late:
        said = "经办人外出，已约定本周四前补报"
        slips.log_call(late[0], second, now, "办公室值班同志", said)
        order = slips.Order(Colour.YELLOW, "请说明逾期原因，排出完成时间，落实到人。", date(2020, 7, 13))
        slip = slips.issue(late[0], order, first, now + timedelta(minutes=30), workdays)
        _answer(slip, now + timedelta(hours=4))
    elif day == HURRIED and late:
        order = slips.Order(
            Colour.BLUE, "请报送目前的办理情况。", date(2020, 7, 10), "省督导组7月13日到舟山，行前要汇总"
        )
        slips.issue(late[-1], order, third, now, workdays)
        _join_late(late[0].task, third, now)


def _join_late(task: Task, supervisor: User, now: datetime) -> None:
    """One more unit on a task that is past its day: it bears no late mark, for it was told only now."""
    carried = task.unit_ids
    other = db.session.scalars(
        select(Unit).where(Unit.is_active, Unit.id.not_in(carried)).order_by(Unit.position.desc())
    ).first()
    if other is not None:
        why = "原分工漏列，专题会议定补充"
        tasks.add_unit(task, other, Duty.SUPPORT, supervisor, now + timedelta(minutes=10), why)


def _answer(slip: Slip, now: datetime) -> None:
    head = db.session.scalars(
        select(User).where(User.unit_id == slip.unit_id, User.role == Role.HEAD, User.active)
    ).first()
    if head is not None:
        slips.mark_read(slip, head, now)
        slips.reply(
            slip, head, now + timedelta(minutes=20), "因项目库评审延后逾期，7月底前完成，由分管负责人督办。"
        )
