"""Lists are renamed and rearranged, and put back. None commits."""

from collections.abc import Sequence
from datetime import datetime

from tracker import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.db import db
from tracker.errors import Invalid
from tracker.lists.settings.models import ListSettings
from tracker.lists.views import NUMBER, VIEWS, Arranged


def arrange(name: str, title: str, columns: Sequence[Arranged], actor: User, now: datetime) -> None:
    """清单设置. The account number stays where it is; two columns may not bear one name."""
    permit(actor, Permission.JUDGE)
    shown = [column.heading.strip() for column in columns if column.is_shown]
    if not shown:
        raise Invalid("除账号外，至少要显示一栏")
    if twice := {
        heading for heading in [*shown, NUMBER.heading] if [*shown, NUMBER.heading].count(heading) > 1
    }:
        raise Invalid(f"有两栏都叫“{'”、“'.join(sorted(twice))}”，请改名")
    kept = [[NUMBER.key, NUMBER.heading, True]]
    kept += [[column.key, column.heading.strip(), column.is_shown] for column in columns]
    settings = db.session.get(ListSettings, name)
    if settings is None:
        settings = ListSettings(name=name)
        db.session.add(settings)
    before = settings.title or VIEWS[name].title
    settings.title, settings.columns = title.strip(), kept
    settings.changed_at, settings.changed_by_id = now, actor.id
    db.session.flush()
    said = "、".join(column.heading for column in columns if column.is_shown)
    audit.record(
        "list_settings.arrange", "清单设置", actor, actor, now, title=[before, title.strip()], columns=said
    )


def reset(name: str, actor: User, now: datetime) -> bool:
    """恢复原样; False when there was nothing to put back."""
    permit(actor, Permission.JUDGE)
    settings = db.session.get(ListSettings, name)
    if settings is None:
        return False
    audit.record(
        "list_settings.reset", "清单恢复原样", actor, actor, now, title=[settings.title, VIEWS[name].title]
    )
    db.session.delete(settings)
    return True
