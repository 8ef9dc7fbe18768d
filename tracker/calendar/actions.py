"""What an administrator does with the calendar. Nothing here commits."""

from datetime import datetime

from flask import current_app, g
from sqlalchemy import delete, insert, or_

from tracker import audit
from tracker.accounts.models import User
from tracker.calendar.models import CalendarDay, CalendarNotice
from tracker.calendar.queries import days_of, latest_id, plan
from tracker.calendar.rules import write
from tracker.db import db
from tracker.errors import Invalid, WrongState


def import_notice(text: str, actor: User | None, now: datetime, seen: int | None = None) -> CalendarNotice:
    """导入放假通知: the year becomes what ``text`` says. ``seen``: the latest notice at the preview."""
    wanted = plan(text)
    if wanted.faults:
        raise Invalid("通知没有完全读懂，日历没有改动", text="；".join(wanted.faults))
    if seen is not None and seen != latest_id():
        raise WrongState("您打开预览后，日历又有改动；您这次没有导入，请重新预览")
    year = wanted.reading.year
    before = days_of(year)
    notice = CalendarNotice(
        year=year,
        text=text,
        before=write(year, before) if before else "",
        imported_at=now,
        imported_by_id=actor and actor.id,
    )
    db.session.add(notice)
    db.session.flush()
    taken = [one.day for one in wanted.after]
    db.session.execute(delete(CalendarDay).where(or_(CalendarDay.year == year, CalendarDay.day.in_(taken))))
    rows = [one._asdict() | {"year": year, "notice_id": notice.id} for one in wanted.after]
    db.session.execute(insert(CalendarDay), rows)
    g.pop("workdays", None)
    current_app.extensions.pop("workdays", None)
    worked = sum(one.is_workday for one in wanted.after)
    audit.record(
        "calendar.import",
        "导入放假通知",
        notice,
        actor,
        now,
        year=year,
        days_off=len(wanted.after) - worked,
        make_up=worked,
        changed_days=len(wanted.changes),
    )
    return notice
