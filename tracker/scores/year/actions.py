"""The verb of the year: giving a unit its management score. It does not commit."""

from datetime import datetime
from decimal import Decimal

from tracker import audit
from tracker.accounts.models import Unit, User
from tracker.db import db
from tracker.errors import Invalid
from tracker.scores.models import ManagementScore
from tracker.scores.year.queries import management_of


def rate(unit: Unit, year: int, score: Decimal, grounds: str, actor: User, now: datetime) -> ManagementScore:
    """评日常管理分: with grounds, which the unit can read; a later one takes the place of the earlier."""
    if not 0 <= score <= 100 or score != round(score, 2):
        raise Invalid("日常管理分只能是0至100，最多两位小数", score="只能是0至100，最多两位小数")
    if not grounds.strip():
        raise Invalid("请写明评分依据", grounds="请写明评分依据")
    row = management_of(year, unit.id)
    before = str(row.score) if row else None
    row = row or ManagementScore(year=year, unit_id=unit.id)
    row.score, row.grounds, row.given_at, row.given_by_id = score, grounds.strip(), now, actor.id
    db.session.add(row)
    details = {"unit": unit.name, "year": year, "score": [before, str(score)]}
    audit.record("management_score.rate", "评日常管理分", row, actor, now, row.grounds, **details)
    return row
