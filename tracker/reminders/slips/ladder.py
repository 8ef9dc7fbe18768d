"""What the ladder proposes today, from everything that happened so far: read only."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from tracker.audit import Event
from tracker.clock import local_date
from tracker.db import db
from tracker.reminders.board.queries import CALL, OWED
from tracker.reminders.models import Reminder
from tracker.reminders.rules import OBJECTS
from tracker.reminders.slips.models import Proposal, Slip
from tracker.reminders.slips.queries import facts_of
from tracker.reminders.slips.rules import (
    RUNGS,
    Colour,
    Record,
    Rule,
    Rung,
    Standing,
    UnitRule,
    proposed,
    proposed_for_unit,
)
from tracker.reports.models import ProgressReport
from tracker.tasks.models import Assignment, Task
from tracker.workdays import Workdays
from tracker.workflow import FilingState, ProposalState, SlipState

CALL_HOLDS = 10  # working days a call counts for


class Wanted(NamedTuple):
    """One proposal that should stand today."""

    rule: Rule | UnitRule
    unit_id: int
    assignment_id: int | None


def wanted(now: datetime, workdays: Workdays, behind: Mapping[int, Sequence[str]]) -> dict[str, Wanted]:
    """Key → proposal; ``behind``: unit id → the months running in which it was on the 滞后 list."""
    today = local_date(now)
    found: dict[str, Wanted] = {}
    for duty, standing in _standings(today, workdays):
        if rule := proposed(standing):
            key = f"duty:{duty.id}:{rule.rung}:{duty.deadline}"
            found[key] = Wanted(rule, duty.unit_id, duty.id)
    for unit_id, record in _records(today, behind).items():
        for occasion in proposed_for_unit(record, today.year):
            found[f"unit:{unit_id}:{occasion.key}"] = Wanted(occasion, unit_id, None)
    return found


def facts(these: Mapping[str, Wanted], now: datetime, workdays: Workdays) -> dict[str, list[Any]]:
    """Key → what is known of the duty, or of the unit's red slips, under the rule that fired."""
    today = local_date(now)
    of_duties = facts_of([one.assignment_id for one in these.values() if one.assignment_id], today, workdays)
    red = _red_slips(today.year)
    return {
        key: [["依据", one.rule.label]]
        + (
            of_duties[one.assignment_id]
            if one.assignment_id
            else [["今年红色督办单", "、".join(slip.title for slip in red.get(one.unit_id, [])) or "无"]]
        )
        for key, one in these.items()
    }


def _standings(today: date, workdays: Workdays) -> Iterable[tuple[Any, Standing]]:
    duties = db.session.execute(
        select(Assignment.id, Assignment.unit_id, Assignment.deadline)
        .join(Assignment.task)
        .where(
            Assignment.state.in_(OWED),
            Assignment.deadline <= workdays.add(today, 1),
            Task.is_past_confirmed,
        )
        .order_by(Assignment.deadline, Assignment.id)
    ).all()
    late = {day: workdays.between(day, today) for day in {duty.deadline for duty in duties}}
    near = [day for day, days in late.items() if days <= 0]
    reached, unanswered = _slipped(today)
    reminded, called, reported = _spoken(near, today, workdays)
    for duty in duties:
        told, call, heard = (moments.get(duty.id) for moments in (reminded, called, reported))
        top = reached.get((duty.id, duty.deadline)) or (Rung.CALL if call else None)
        yield (
            duty,
            Standing(
                late=late[duty.deadline],
                reached=top,
                reminded=_is_unheard(told, heard),
                called=call is not None and local_date(call) < today and _is_unheard(call, heard),
                yellow_unanswered=(duty.id, duty.deadline) in unanswered,
            ),
        )


def _is_unheard(at: datetime | None, heard: datetime | None) -> bool:
    """Whether the unit was spoken to and has not reported since."""
    return at is not None and (heard is None or heard < at)


def _slipped(today: date) -> tuple[dict[tuple[int, date], Rung], set[tuple[int, date]]]:
    """(duty id, deadline) → the highest colour sent for that deadline; and those that owe an answer."""
    reached: dict[tuple[int, date], Rung] = {}
    unanswered: set[tuple[int, date]] = set()
    rows = db.session.execute(
        select(Slip.assignment_id, Slip.deadline, Slip.colour, Slip.state, Slip.due_on)
        .join(Slip.assignment)
        .where(Slip.state != SlipState.WITHDRAWN, Assignment.state.in_(OWED))
    )
    for duty_id, deadline, colour, state, due_on in rows:
        if deadline is None:
            continue
        key, rung = (duty_id, deadline), Rung(colour.value)
        reached[key] = max(reached.get(key, rung), rung, key=RUNGS.index)
        if colour is Colour.YELLOW and state is SlipState.ISSUED and due_on < today:
            unanswered.add(key)
    return reached, unanswered


def _spoken(
    near: Sequence[date], today: date, workdays: Workdays
) -> tuple[dict[int, datetime], dict[int, datetime], dict[int, datetime]]:
    """Duty id → first reminder before today, last call, last report; of the duties with these deadlines."""
    if not near:
        return {}, {}, {}
    those = select(Assignment.id).where(Assignment.state.in_(OWED), Assignment.deadline.in_(near))
    reminded = (
        select(Reminder.assignment_id, func.min(Reminder.made_at))
        .join(Reminder.assignment)
        .where(
            Reminder.assignment_id.in_(those),
            Reminder.deadline == Assignment.deadline,
            ~Reminder.step.startswith(OBJECTS),
            Reminder.made_on < today,
        )
        .group_by(Reminder.assignment_id)
    )
    called = (
        select(Event.subject_id, func.max(Event.at))
        .where(
            Event.subject_type == Assignment.__tablename__,
            Event.subject_id.in_(those),
            Event.kind == CALL,
        )
        .group_by(Event.subject_id)
    )
    reported = (
        select(ProgressReport.assignment_id, func.max(ProgressReport.submitted_at))
        .where(ProgressReport.assignment_id.in_(those), ProgressReport.state != FilingState.DRAFT)
        .group_by(ProgressReport.assignment_id)
    )
    since = workdays.add(today, -CALL_HOLDS)
    calls = {id_: at for id_, at in _moments(called).items() if local_date(at) >= since}
    return _moments(reminded), calls, _moments(reported)


def _moments(query: Select[*tuple[Any, ...]]) -> dict[int, datetime]:
    return {row[0]: row[1] for row in db.session.execute(query) if row[1] is not None}


def _red_slips(year: int) -> dict[int, list[Slip]]:
    """Unit id → its red slips of a year that stand."""
    found: dict[int, list[Slip]] = {}
    for slip in db.session.scalars(
        select(Slip)
        .where(Slip.year == year, Slip.colour == Colour.RED, Slip.state != SlipState.WITHDRAWN)
        .order_by(Slip.id)
    ):
        found.setdefault(slip.unit_id, []).append(slip)
    return found


def _records(today: date, behind: Mapping[int, Sequence[str]]) -> dict[int, Record]:
    red = _red_slips(today.year)
    talks = {
        talk.unit_id: talk
        for talk in db.session.scalars(
            select(Proposal)
            .where(Proposal.rung == Rung.TALK, Proposal.state == ProposalState.FOLLOWED)
            .order_by(Proposal.id)
        )
        if talk.decided_at and local_date(talk.decided_at).year == today.year
    }
    return {
        unit_id: _record(red.get(unit_id, []), behind.get(unit_id, ()), talks.get(unit_id))
        for unit_id in {*red, *behind}
    }


def _record(red: Sequence[Slip], months: Sequence[str], talk: Proposal | None) -> Record:
    at = talk.decided_at if talk else None
    return Record(
        red_slips=len(red),
        months_behind=len(months),
        latest_month=months[0] if months else "",
        talked_id=talk.id if talk else None,
        red_since=sum(at is not None and slip.issued_at > at for slip in red),
        behind_since=bool(months and at and months[0] >= f"{local_date(at):%Y-%m}"),
    )
