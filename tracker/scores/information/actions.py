"""The verbs of the information assessment. None commits."""

from datetime import datetime

from tracker import audit
from tracker.accounts.models import Unit, User
from tracker.db import db
from tracker.errors import Invalid, WrongState
from tracker.scores.information.models import InformationEntry, InformationSwitch
from tracker.scores.information.queries import is_on
from tracker.scores.information.rules import Use


def switch(on: bool, actor: User, now: datetime, reason: str) -> None:
    """启用, 停用: either needs a reason, which is kept."""
    if not reason.strip():
        raise Invalid("请写明理由", reason="请写明理由")
    if on == is_on():
        raise WrongState("信息报送考核已经启用" if on else "信息报送考核本来就没有启用")
    row = InformationSwitch(is_on=on, reason=reason.strip(), at=now, by=actor)
    db.session.add(row)
    if on:
        audit.record("information.switch_on", "启用信息报送考核", row, actor, now, row.reason)
    else:
        audit.record("information.switch_off", "停用信息报送考核", row, actor, now, row.reason)


def enter(unit: Unit, month: str, title: str, use: Use, actor: User, now: datetime) -> InformationEntry:
    """登记信息; refused while the assessment is off."""
    if not is_on():
        raise WrongState("信息报送考核没有启用，不能登记")
    entry = InformationEntry(
        unit=unit, month=month, title=title, use=use, entered_at=now, entered_by_id=actor.id
    )
    db.session.add(entry)
    audit.record("information.enter", "登记信息", entry, actor, now, unit=unit.name, title=title, month=month)
    return entry


def strike(entry: InformationEntry, actor: User, now: datetime, reason: str) -> None:
    """划去 what was entered by mistake."""
    if not reason.strip():
        raise Invalid("请写明理由", reason="请写明理由")
    entry.struck_at = now
    audit.record("information.strike", "划去信息", entry, actor, now, reason.strip(), title=entry.title)
