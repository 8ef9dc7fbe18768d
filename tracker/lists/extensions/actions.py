"""An extension of a rectification is asked for; recalled and answered it is like any other. None commits."""

from datetime import datetime

from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.clock import local_date
from tracker.db import db
from tracker.lists.extensions import queries
from tracker.lists.extensions.models import RectificationExtension
from tracker.lists.extensions.rules import RECTIFICATION
from tracker.lists.models import Rectification
from tracker.tasks.requests.actions import Wish, alone, check_wish, submit_extension
from tracker.workflow import FilingState


def ask(rectification: Rectification, actor: User, now: datetime, wish: Wish) -> RectificationExtension:
    """申请延期, before the deadline has passed; one at a time. A recalled one is asked for again."""
    permit(actor, Permission.APPLY, rectification)
    alone(rectification)
    waits = queries.of_account(rectification, FilingState.SUBMITTED) is not None
    deadline = check_wish(RECTIFICATION, rectification, wish, local_date(now), is_waiting=waits)
    extension = queries.of_account(rectification, FilingState.DRAFT)
    if extension is None:
        extension = RectificationExtension(
            rectification=rectification, state=FilingState.DRAFT, created_at=now
        )
        db.session.add(extension)
    submit_extension(extension, actor, now, wish, deadline)
    return extension
