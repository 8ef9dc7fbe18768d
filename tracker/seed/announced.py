"""A circular of the demonstration: drafted, checked, signed by three people, and published."""

from datetime import date, datetime, time

from flask import current_app

from tracker.accounts.models import User
from tracker.circulars import actions
from tracker.clock import SHANGHAI
from tracker.db import db
from tracker.seed.stage import Stage
from tracker.workdays import Workdays


def circulate(month: str, on: date, stage: Stage, workdays: Workdays) -> None:
    """Once the month is final, in one day; a finding that must be mended first leaves it a draft."""
    house = actions.House.from_settings(current_app.config)
    drafter, checker, *_ = stage.supervisors

    def at(hour: int) -> datetime:
        return datetime.combine(on, time(hour, 10), SHANGHAI)

    circular = actions.draft(month, house, drafter, at(9), workdays)
    db.session.flush()
    if any(finding.is_blocking for finding in actions.findings(circular, house, at(9))):
        return
    actions.check(circular, house, checker, at(10))
    actions.sign(circular, house, stage.approver, at(15))
    copy = actions.print_copy(circular, house, at(16))
    actions.publish(circular, copy, house, drafter, at(16))
    db.session.flush()
    for receipt in circular.receipts[::3]:
        reader = db.session.scalar(db.select(User).where(User.unit_id == receipt.unit_id).order_by(User.id))
        if reader is not None:
            actions.mark_read(circular, reader, at(17))
