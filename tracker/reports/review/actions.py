"""The decisions of a reviewer: one case, or all reports without change at once. None commits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tracker.accounts.models import User
from tracker.accounts.trail import last_word
from tracker.reports import actions as reports
from tracker.reports.models import ProgressReport
from tracker.reports.review import queries
from tracker.reports.review.case import Case
from tracker.reports.review.rules import Kind
from tracker.reports.rules import ReturnReason
from tracker.workflow import REPORT, FilingState


@dataclass
class Settled:
    """What became of a bulk decision: how many were accepted, and in words each that was left."""

    accepted: int = 0
    left: list[str] = field(default_factory=list)


def accept(case: Case, actor: User, now: datetime) -> None:
    """通过, or 办结 where the unit asked for that; a report that waits with a closure is accepted with it."""
    if case.kind is Kind.CLOSURE:
        reports.close(case.duty, actor, now)
    elif case.report:
        reports.accept(case.report, actor, now)


def send_back(case: Case, actor: User, now: datetime, kind: ReturnReason, reason: str) -> None:
    """退回, with a reason from the list plus words; closure and report go back together."""
    if case.kind is Kind.CLOSURE:
        reports.refuse_closure(case.duty, actor, now, kind, reason)
    elif case.report:
        reports.send_back(case.report, actor, now, kind, reason)


def accept_unchanged(seen: Mapping[int, int], actor: User, now: datetime) -> Settled:
    """通过 for each report of ``seen`` (id → version as it was shown) that still says 无变化 and waits.

    One that somebody else has meanwhile decided, recalled or changed is left as it is and named.
    """
    settled = Settled()
    for report in queries.reports_by_id(seen):
        if not _stands(report, seen[report.id]):
            settled.left.append(f"{_called(report)}：{last_word(report)}")
        elif not any(step.action == "accept" for step in REPORT.available(report, actor)):
            settled.left.append(f"{_called(report)}：由您报送，须由另一位督查员审核")
        else:
            reports.accept(report, actor, now)
            settled.accepted += 1
    return settled


def _stands(report: ProgressReport, version: int) -> bool:
    return report.version == version and report.no_change and report.state is FilingState.SUBMITTED


def _called(report: ProgressReport) -> str:
    return f"{report.assignment.unit.short_name}“{report.assignment.task.title}”"
