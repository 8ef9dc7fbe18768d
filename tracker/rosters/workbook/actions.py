"""Taking a roster's workbook in: every row through the verb a person would have used, all of them or none."""

from datetime import datetime
from typing import Any

from tracker import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.accounts.queries import active_units
from tracker.clock import local_date
from tracker.files import StoredFile
from tracker.rosters.entries import actions as entries
from tracker.rosters.entries.actions import Done, Filled
from tracker.rosters.models import Roster, RosterEntry
from tracker.rosters.workbook import queries
from tracker.rosters.workbook.judgement import Book
from tracker.rosters.workbook.rules import Outcome, Plan, Preview


def take_in(roster: Roster, book: Book, file: StoredFile, name: str, actor: User, now: datetime) -> Preview:
    """上传台账: judged once more against what stands now, with the objects locked, then written.

    A workbook taken before writes nothing. WrongState when one row, for whatever reason, cannot be taken.
    """
    permit(actor, Permission.FILL)
    ids = [row.stamp.entry_id for row in book.rows if row.stamp]
    found = queries.locked_entries(actor, roster, ids)
    preview = queries.preview(actor, roster, book, local_date(now))
    preview.check()
    units = {unit.name: unit for unit in active_units()}
    new = [plan for plan in preview.written if plan.outcome is Outcome.ADD]
    rows = [(units[plan.unit_name].id, Filled(plan.name, plan.values)) for plan in new]
    added = dict(zip([plan.number for plan in new], entries.add_many(roster, rows, actor, now), strict=True))

    def write(plan: Plan) -> None:
        entry = added.get(plan.number) or found[plan.entry_id]
        if plan.outcome is Outcome.CHANGE:
            entries.edit(entry, Filled(plan.name, plan.values), actor, now, units.get(plan.unit_name))
        _take_steps(plan, entry, actor, now)

    preview.take(write)
    if preview.written:
        counts: dict[str, Any] = {"added": len(new), "changed": preview.count(Outcome.CHANGE)}
        counts |= {"name": name, "sha256": file.sha256}
        audit.record("roster.take_in", "上传台账", roster, actor, now, **counts)
    return preview


def _take_steps(plan: Plan, entry: RosterEntry, actor: User, now: datetime) -> None:
    for step in entry.roster.shape.open_steps:
        if step.key in plan.done:
            before = entry.done.get(step.key)
            words = before.words if before else ""
            entries.mark(entry, step, Done(plan.done[step.key], words), actor, now)
    if plan.requests:
        entries.request_closure(entry, actor, now)
