"""The duties of one unit as its 填报表 needs them: a few queries, however many rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.trail import last_word
from tracker.audit import Event
from tracker.clock import SHANGHAI, local_date
from tracker.db import db
from tracker.documents.comparison import goal
from tracker.documents.models import WorkPoint
from tracker.documents.reading import plain
from tracker.reports.models import ProgressReport
from tracker.reports.workbook.judgement import judge
from tracker.reports.workbook.reading import Book
from tracker.reports.workbook.rules import (
    MAX_DUTIES,
    MAX_WRITTEN,
    Filled,
    Latest,
    Preview,
    Standing,
    Wanted,
)
from tracker.tasks.models import Assignment, Target, Task
from tracker.workbooks.figures import lines
from tracker.workbooks.problems import Problem
from tracker.workflow import FilingState, State


def open_duties(unit_id: int) -> list[Standing]:
    """What the unit has to sign for or to report on, the most pressing first; at most ``MAX_DUTIES``."""
    duties = _duties(unit_id, Assignment.state.in_((State.ISSUED, State.ACTIVE)), MAX_DUTIES)
    return _standings(duties)


def named_duties(unit_id: int, ids: Sequence[int]) -> dict[int, Standing]:
    """Those of ``ids`` that are the unit's own, in whatever state; id → how it stands."""
    return {one.id: one for one in _standings(_duties(unit_id, Assignment.id.in_(ids)))}


def locked_duties(unit_id: int, ids: Sequence[int]) -> dict[int, Assignment]:
    """The same to be written on: nobody else can until this transaction ends."""
    query = select(Assignment).where(Assignment.unit_id == unit_id, Assignment.id.in_(ids))
    locked = {a.id: a for a in db.session.scalars(query.order_by(Assignment.id).with_for_update())}
    db.session.expire_all()  # whoever held the lock before may have changed what was read already
    return locked


def said_of(standing: Standing) -> str:
    """Who did the last thing to a duty or to its latest report; drafts are saved without an event."""
    report = db.session.get(ProgressReport, standing.latest.id) if standing.latest else None
    if report is not None and report.state is FilingState.DRAFT and report.saved_at is not None:
        at = report.saved_at.astimezone(SHANGHAI)
        who = report.saved_by.name if report.saved_by else "有人"
        return f"{who}已于{at.month}月{at.day}日{at:%H:%M}保存了草稿"
    about = (Event.subject_type == Assignment.__tablename__) & (Event.subject_id == standing.id)
    of_report = (Event.subject_type == ProgressReport.__tablename__) & (
        Event.subject_id == (report.id if report else 0)
    )
    query = select(Event.subject_type).where(or_(about, of_report)).order_by(Event.id.desc()).limit(1)
    is_report = db.session.scalar(query) == ProgressReport.__tablename__
    return last_word(report if is_report else db.session.get_one(Assignment, standing.id))


def _duties(unit_id: int, wanted: ColumnElement[bool], limit: int | None = None) -> Sequence[Assignment]:
    return db.session.scalars(
        select(Assignment)
        .where(Assignment.unit_id == unit_id, wanted)
        .options(
            joinedload(Assignment.task)
            .joinedload(Task.work_point)
            .load_only(WorkPoint.number, WorkPoint.title)
        )
        .order_by(Assignment.deadline.is_(None), Assignment.deadline, Assignment.id)
        .limit(limit)
    ).all()


def _standings(duties: Sequence[Assignment]) -> list[Standing]:
    wanted = _wanted(duties)
    latest = _latest([duty.id for duty in duties], wanted)
    return [
        Standing(
            id=duty.id,
            unit_id=duty.unit_id,
            version=duty.version,
            state=duty.state,
            point=f"{point.number}、{point.title}" if (point := duty.task.work_point) else duty.task.origin,
            title=f"{duty.task.title}（{duty.period}）" if duty.period else duty.task.title,
            duty=duty.duty,
            starts_on=duty.starts_on,
            deadline=duty.deadline,
            progress=duty.progress,
            latest=latest.get(duty.id),
            wanted=tuple(wanted[duty.id]),
        )
        for duty in duties
    ]


def _latest(ids: Sequence[int], wanted: Mapping[int, Sequence[Wanted]]) -> dict[int, Latest]:
    """Assignment id → its newest report, with the readings of the targets that are wanted still."""
    newest = (
        select(func.max(ProgressReport.id))
        .where(ProgressReport.assignment_id.in_(ids))
        .group_by(ProgressReport.assignment_id)
    )
    reports = db.session.scalars(
        select(ProgressReport)
        .where(ProgressReport.id.in_(newest))
        .options(selectinload(ProgressReport.readings), selectinload(ProgressReport.evidence))
    )
    asked = {id_: {target.id for target in targets} for id_, targets in wanted.items()}
    return {
        report.assignment_id: Latest(
            id=report.id,
            version=report.version,
            state=report.state,
            filled=Filled(
                progress=report.progress,
                text=lines(report.text),
                difficulties=lines(report.difficulties),
                asks=lines(report.asks),
                reason=lines(report.reason),
                readings={
                    reading.target_id: reading.value
                    for reading in report.readings
                    if reading.target_id in asked.get(report.assignment_id, ())
                },
            ),
            no_change=report.no_change,
            sent_on=local_date(report.submitted_at) if report.submitted_at else None,
            unclaimed=tuple(evidence.name for evidence in report.evidence if not evidence.claim),
        )
        for report in reports
    }


def _wanted(duties: Sequence[Assignment]) -> dict[int, list[Wanted]]:
    """As ``reports.queries.wanted_of``, for many duties at once."""
    carriers = defaultdict(list)
    for duty in duties:
        carriers[duty.task_id].append(duty)
    targets = db.session.scalars(
        select(Target)
        .where(Target.task_id.in_(carriers))
        .options(selectinload(Target.quotas))
        .order_by(Target.id)
    )
    found: dict[int, list[Wanted]] = defaultdict(list)
    for target in targets:
        for duty in carriers[target.task_id]:
            quota = next((q for q in target.quotas if q.unit_id == duty.unit_id), None)
            if quota or not target.quotas:
                words = f"本单位{plain(quota.value)}{target.measure}" if quota else goal(target)
                found[duty.id].append(Wanted(target.id, target.subject, words, target.measure))
    return found


def preview(unit_id: int, book: Book) -> Preview:
    """What the rows of a workbook would do to the duties of this unit as they stand."""
    standings = named_duties(unit_id, [row.stamp.assignment_id for row in book.rows])
    plans = []
    for row in book.rows:
        standing = standings.get(row.stamp.assignment_id)
        said = partial(said_of, standing) if standing else str
        plans.append(judge(row, standing, unit_id, said))
    preview = Preview(plans, book.problems)
    if len(preview.written) <= MAX_WRITTEN:
        return preview
    message = f"一次最多办理{MAX_WRITTEN}项，这份有{len(preview.written)}项，请清空一部分的操作，分几次上传"
    return replace(preview, flaws=[Problem("", message), *book.problems])
