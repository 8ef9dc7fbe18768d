"""Taking a 填报表 in: every row through the verb a person would have used, all of them or none."""

from datetime import datetime

from tracker import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.files import StoredFile
from tracker.reports import actions as reports
from tracker.reports.workbook import queries
from tracker.reports.workbook.reading import Book
from tracker.reports.workbook.rules import Filled, Outcome, Plan, Preview
from tracker.tasks import actions as tasks
from tracker.tasks.models import Assignment


def take_in(book: Book, file: StoredFile, name: str, actor: User, now: datetime) -> Preview:
    """提交填报表: judged once more against what stands now, with the duties locked, then written.

    A workbook taken before writes nothing. WrongState when one row, for whatever reason, cannot be taken.
    """
    permit(actor, Permission.ANSWER)
    ids = [row.stamp.assignment_id for row in book.rows]
    duties = queries.locked_duties(actor.unit_id, ids)
    preview = queries.preview(actor.unit_id, book)
    preview.check()
    preview.take(lambda plan: _write(plan, duties[plan.assignment_id], actor, now))
    if preview.written:
        audit.record(
            "workbook.take_in", "提交填报表", file, actor, now, name=name, tasks=len(preview.written)
        )
    return preview


def _write(plan: Plan, duty: Assignment, actor: User, now: datetime) -> None:
    if plan.signs:
        tasks.receive(duty, actor, now)
    if plan.outcome is Outcome.NO_CHANGE:
        reports.report_no_change(duty, actor, now)
    elif plan.outcome in (Outcome.SUBMIT, Outcome.DRAFT):
        report = reports.draft(duty, actor, now, _content(plan.filled))
        if plan.outcome is Outcome.SUBMIT:
            reports.submit(report, actor, now)


def _content(filled: Filled) -> reports.Content:
    return reports.Content(
        progress=filled.progress,
        text=filled.text,
        difficulties=filled.difficulties,
        asks=filled.asks,
        reason=filled.reason,
        readings=filled.readings,
    )
