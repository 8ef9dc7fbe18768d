"""The desk (工作台): what each role sees first."""

from flask import Blueprint, render_template, request

from tracker import clock
from tracker.accounts.permissions import Permission, can, requires
from tracker.accounts.session import me
from tracker.archives.contents import is_empty
from tracker.circulars.queries import unread_ids
from tracker.desk import duties, queries, units
from tracker.errors import NotFound
from tracker.lists.waiting import queries as waiting
from tracker.reminders.queries import unread_count
from tracker.reminders.slips.queries import unanswered
from tracker.rosters.queries import late_by_roster
from tracker.tasks.demands import queries as demands
from tracker.tasks.demands.queries import a_month, latest_months
from tracker.tasks.demands.rules import Kind
from tracker.tasks.ledger import lights
from tracker.tasks.rules import WARN_WORKDAYS
from tracker.web.pages import whole
from tracker.workdays import statutory

bp = Blueprint("desk", __name__)

MONTHS = 12  # so many to choose from


@bp.get("/")
@requires(Permission.ENTER)
def index() -> str:
    today = clock.today()
    warn_until = statutory().add(today, WARN_WORKDAYS)
    user, sees = me(), can(me(), Permission.VIEW)
    if can(user, Permission.ANSWER):
        boxes = duties.boxes(user, today, warn_until)
        return render_template(
            "desk/unit.html",
            boxes=boxes,
            accounts=waiting.boxes(user, today, warn_until),
            unread=unread_count(user),
            slips=unanswered(user),
            late_objects=late_by_roster(today, user.unit_id),
            circulars=len(unread_ids(user)),
            seen_at=clock.now(),
        )
    owing = queries.owing_units(today, statutory()) if can(user, Permission.OVERSEE) else []
    years = (today.year - 1, today.year) if can(user, Permission.SIGN) else ()
    return render_template(
        "desk/index.html",
        calls=queries.calls(user, clock.now(), today),
        boxes=queries.office_boxes(user, owing, today, warn_until),
        lights=lights(user, today, warn_until) if sees else {},
        problems=queries.problems_open(user) if sees else 0,
        owing=owing,
        unread=unread_count(user),
        late_objects=late_by_roster(today) if can(user, Permission.OVERSEE) else [],
        oversees=can(user, Permission.OVERSEE),
        years=[one for one in years if not is_empty(one)],
        asked=demands.made_by(user, f"{today:%Y-%m}") if can(user, Permission.JUDGE) else None,
    )


@bp.get("/desk/<string:wait>")
@requires(Permission.ANSWER)
def show_box(wait: str) -> str:
    """Everything that stands in one box of the unit's desk."""
    if wait not in set(duties.Wait):
        raise NotFound("工作台没有这一栏")
    today = clock.today()
    warn_until = statutory().add(today, WARN_WORKDAYS)
    number = request.args.get("page", 1, type=whole) or 1
    page = duties.box_page(me(), duties.Wait(wait), today, warn_until, number)
    return render_template("desk/box.html", page=page, wait=duties.Wait(wait), seen_at=clock.now())


@bp.get("/desk/units/<int:carrier_id>")
@requires(Permission.VIEW)
def show_unit(carrier_id: int) -> str:
    """What a unit was asked in a month, by whom, and what it owes; for its own people and the office."""
    unit = units.get_unit(me(), carrier_id)
    months = latest_months(clock.today(), MONTHS)
    month = request.args.get("month", months[0], type=a_month)
    return render_template(
        "desk/unit_month.html",
        unit=unit,
        month=month,
        months=sorted({month, *months}, reverse=True),
        asked=units.asked(unit, month),
        by_person=demands.by_person(month, unit.id),
        reports=units.reports_due_in(unit, month, clock.today()),
        standing=units.standing(unit, clock.today()),
        Kind=Kind,
    )
