"""Adopting reminder rules. Nothing here commits."""

from datetime import datetime, timedelta

from tracker import audit
from tracker.accounts.models import User
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Invalid, WrongState
from tracker.reminders.policy.models import ReminderRules
from tracker.reminders.policy.queries import get_version, latest_version
from tracker.reminders.policy.rules import Rules, check


def adopt(rules: Rules, actor: User, now: datetime, reason: str, seen: int | None = None) -> ReminderRules:
    """启用提醒规则: from tomorrow on. ``seen``: the newest version when it was drawn up."""
    check(rules)
    version = latest_version()
    if seen is not None and seen != version:
        raise WrongState("您修改期间，提醒规则已经有了新的一版；您这次的没有启用，请在新版上重新修改")
    if rules.as_json() == get_version(version).as_json():
        raise Invalid("和现在的规则完全一样，没有启用新的一版")
    made = ReminderRules(
        version=version + 1,
        valid_from=local_date(now) + timedelta(days=1),
        rules=rules.as_json(),
        reason=reason,
        adopted_at=now,
        adopted_by_id=actor.id,
    )
    db.session.add(made)
    audit.record(
        "reminder_rules.adopt",
        "启用提醒规则",
        made,
        actor,
        now,
        reason,
        version=made.version,
        valid_from=made.valid_from.isoformat(),
    )
    return made
