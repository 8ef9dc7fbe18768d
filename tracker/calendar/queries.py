"""The calendar as it stands: for whoever counts working days, and for its page."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple, cast

from flask import current_app, g, has_app_context
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.calendar.models import CalendarDay, CalendarNotice
from tracker.calendar.rules import Change, Day, Reading, compare, merged, read
from tracker.db import ask, db
from tracker.errors import NotFound
from tracker.workdays import Workdays, legal_days_off, published


class Cell(NamedTuple):
    """One day on the page of a year."""

    day: date
    mark: str  # 休, 班, or nothing: as its weekday says
    name: str


class Festival(NamedTuple):
    """One line under the year."""

    name: str
    free: list[date]
    worked: list[date]


class Plan(NamedTuple):
    """What importing a text would do; with ``faults`` nothing can be imported."""

    reading: Reading
    faults: tuple[str, ...]
    kept: list[str]  # festivals that the text leaves out, and that stay as they are
    after: list[Day]
    changes: list[Change]


def current() -> Workdays:
    """The working days in force, from the table: one small query a request or job, none for later calls.

    Any process sees a new notice with its next request.
    """
    if not has_app_context():
        return published()
    found: Workdays | None = g.get("workdays")  # a table asks for each of its lines
    if found is None:
        found = g.workdays = _in_force()
    return found


def _in_force() -> Workdays:
    """As the latest notice has it; read anew when that is another than before."""
    with db.session.no_autoflush:  # a verb may ask in the middle of filling in what it makes
        latest = ask(_LATEST).first()
        seen, workdays = current_app.extensions.get("workdays", (None, None))
        if workdays is None or seen != latest:
            workdays = _all_days()
            current_app.extensions["workdays"] = (latest, workdays)
    return cast(Workdays, workdays)


_LATEST = select(CalendarNotice.id, CalendarNotice.text).order_by(CalendarNotice.id.desc()).limit(1)


def days_of(year: int) -> list[Day]:
    """What is ordered for ``year``; nothing for a year without a notice."""
    rows = db.session.scalars(select(CalendarDay).filter_by(year=year).order_by(CalendarDay.day))
    return [Day(row.day, row.is_workday, row.name) for row in rows]


def years() -> list[int]:
    """The years that have a notice."""
    return list(db.session.scalars(select(CalendarDay.year).distinct().order_by(CalendarDay.year)))


def notices(year: int) -> Sequence[CalendarNotice]:
    """What was imported for ``year``, newest first."""
    return db.session.scalars(
        select(CalendarNotice)
        .filter_by(year=year)
        .order_by(CalendarNotice.id.desc())
        .options(joinedload(CalendarNotice.imported_by))
    ).all()


def get_notice(notice_id: int) -> CalendarNotice:
    """NotFound when there is none."""
    found = db.session.get(CalendarNotice, notice_id)
    if found is None:
        raise NotFound("没有这份放假通知")
    return found


def latest_id() -> int:
    """The latest notice of any year: what a preview names, so that two people do not cross; 0: none."""
    return db.session.scalar(select(db.func.max(CalendarNotice.id))) or 0


def plan(text: str) -> Plan:
    """What ``text`` would change."""
    reading = read(text)
    before = days_of(reading.year)
    faults, missing = reading.faults, reading.missing
    if missing and not before and not faults:
        faults = (f"没有读到{'、'.join(missing)}；{reading.year}年还没有放假通知，请粘贴完整的通知",)
    after = merged(before, reading)
    kept = [name for name in missing if before]
    return Plan(reading, faults, kept, after, compare(before, after))


def months(year: int, workdays: Workdays) -> list[list[Cell | None]]:
    """Twelve months of days; each begins with as many blanks as its first week needs."""
    rows = db.session.scalars(
        select(CalendarDay).where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    )
    names = {row.day: row.name for row in rows}
    if workdays.is_estimated(year):
        names = legal_days_off(year) | names
    cells = (_cell(date.fromordinal(n), names, workdays) for n in _ordinals(year))
    return [
        [*[None] * first.day.weekday(), first, *rest]
        for _, (first, *rest) in groupby(cells, lambda cell: cell.day.month)
    ]


def festivals(year: int) -> list[Festival]:
    """The holidays of a year with their days off and make-up days; by law where there is no notice."""
    days = days_of(year) or [Day(day, False, name) for day, name in legal_days_off(year).items()]
    found: dict[str, Festival] = {}
    for one in sorted(days):
        festival = found.setdefault(one.name, Festival(one.name, [], []))
        (festival.worked if one.is_workday else festival.free).append(one.day)
    return sorted(found.values(), key=lambda festival: min(festival.free or festival.worked))


def _cell(day: date, names: dict[date, str], workdays: Workdays) -> Cell:
    name, works = names.get(day, ""), workdays.is_workday(day)
    mark = "班" if works and day.weekday() > 4 else "休" if name and not works else ""
    return Cell(day, mark, name if mark else "")


def _ordinals(year: int) -> range:
    return range(date(year, 1, 1).toordinal(), (date(year, 12, 31) + timedelta(days=1)).toordinal())


def _all_days() -> Workdays:
    rows = db.session.execute(select(CalendarDay.day, CalendarDay.is_workday, CalendarDay.year)).all()
    return Workdays(
        frozenset(row.day for row in rows if not row.is_workday),
        frozenset(row.day for row in rows if row.is_workday),
        frozenset(row.year for row in rows),
    )
