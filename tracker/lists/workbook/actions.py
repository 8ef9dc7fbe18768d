"""Taking a registration workbook in: every row through the verb a person would have used, all or none."""

from datetime import datetime
from typing import Any

from tracker import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.files import StoredFile
from tracker.lists.actions import register
from tracker.lists.intake.actions import amend
from tracker.lists.models import ProblemSource
from tracker.lists.workbook import queries
from tracker.lists.workbook.queries import Book
from tracker.lists.workbook.rules import Outcome, Plan, Preview


def take_in(
    book: Book, source: ProblemSource, file: StoredFile, name: str, actor: User, now: datetime
) -> Preview:
    """导入登记表: judged once more against what stands now, then written.

    A workbook taken before writes nothing. WrongState when one row, for whatever reason, cannot be taken.
    """
    permit(actor, Permission.JUDGE)
    preview = queries.preview(actor, book, source, now)
    preview.check()
    amended = queries.accounts_of(actor, [plan.problem_id for plan in preview.written if plan.problem_id])

    def write(plan: Plan) -> None:
        if plan.outcome is Outcome.REGISTER:
            register(plan.findings, actor, now)
        else:
            amend(amended[plan.problem_id], plan.findings, actor, now)

    preview.take(write)
    if preview.written:
        counts: dict[str, Any] = {"registered": preview.count(Outcome.REGISTER)}
        counts["amended"] = preview.count(Outcome.AMEND)
        audit.record("problem.take_in", "导入登记表", file, actor, now, name=name, **counts)
    return preview
