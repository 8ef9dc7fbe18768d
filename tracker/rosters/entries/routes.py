"""Pages of one object of a roster, and the steps many take at once."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock, files
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, can, requires, sees_all
from tracker.accounts.queries import active_units, get_unit, unit_choices
from tracker.accounts.session import me
from tracker.accounts.trail import check_version, timeline
from tracker.db import db
from tracker.documents.queries import directory
from tracker.errors import Invalid, NotFound
from tracker.media import ACCEPTED, fitting_name
from tracker.rosters import queries
from tracker.rosters.entries import actions
from tracker.rosters.entries.actions import MOST_AT_ONCE, Done
from tracker.rosters.entries.forms import EntryForm, ExtendForm, ManyForm, MarkForm, entry_form
from tracker.rosters.forms import PurposeForm
from tracker.rosters.models import Roster, RosterEntry
from tracker.rosters.rules import SOON_WORKDAYS, RosterStep, Tally, sum_of
from tracker.web.forms import FormPage, form_page, reason_given
from tracker.web.pages import whole
from tracker.workdays import statutory
from tracker.workflow import ROSTER_ENTRY, EntryState, TaskState

bp = Blueprint("entries", __name__)

STEP_ENDPOINTS = {
    step.action: f"rosters.entries.{step.action}" for step in ROSTER_ENTRY.steps
}  # each is a door of this module


@bp.route("/<int:roster_id>/new", methods=["GET", "POST"])
@requires(Permission.FILL)
def add(roster_id: int) -> Response:
    roster = queries.get_roster(me(), roster_id)
    form = entry_form(roster.shape, None)()
    page = _form_page(form, roster, None)
    filled = form.filled(roster.shape, None, _unit_named()) if form.validate_on_submit() else None
    if filled is None:
        return page.answer()
    unit = get_unit(form.unit.data) if sees_all(me()) else me().unit
    entry = actions.add(roster, unit, filled, me(), clock.now())
    db.session.commit()
    flash(f"已列入台账，序号{entry.number}")
    again = request.form.get("again") is not None
    return redirect(url_for(".add", roster_id=roster.id) if again else url_for(".show", entry_id=entry.id))


@bp.get("/entries/<int:entry_id>")
@requires(Permission.VIEW)
def show(entry_id: int) -> str:
    return _page(queries.get_entry(me(), entry_id), is_masked=True)


@bp.post("/entries/<int:entry_id>/unmask")
@requires(Permission.UNMASK)
def unmask(entry_id: int) -> str:
    """The page in full, once: written into the trail first, and shown to nobody who comes back to it."""
    entry = queries.get_entry(me(), entry_id)
    actions.tell_unmasked(entry, me(), clock.now(), PurposeForm().checked().reason.data or "")
    db.session.commit()
    return _page(entry, is_masked=False)


@bp.route("/entries/<int:entry_id>/edit", methods=["GET", "POST"])
@requires(Permission.FILL)
def edit(entry_id: int) -> Response:
    entry = queries.get_entry(me(), entry_id)
    shape = entry.roster.shape
    form = entry_form(shape, entry)(unit=entry.unit_id)
    page = _form_page(form, entry.roster, entry)
    filled = form.filled(shape, entry, _unit_named()) if form.validate_on_submit() else None
    if filled is None:
        return page.answer()
    check_version(entry, request.form.get("version", type=int))
    unit = get_unit(form.unit.data) if sees_all(me()) else None
    changed = actions.edit(entry, filled, me(), clock.now(), unit)
    db.session.commit()
    flash("已保存" if changed else "内容没有变化")
    return redirect(url_for(".show", entry_id=entry.id))


@bp.post("/entries/<int:entry_id>/marks/<string:step>")
@requires(Permission.FILL)
def mark(entry_id: int, step: str) -> Response:
    """步骤完成, with the day, words and a file."""
    entry = queries.get_entry(me(), entry_id)
    form = MarkForm()
    page = form_page("rosters/entries/show.html", form, marked=step, **_context(entry, is_masked=True))
    if not form.validate():
        return page.answer()
    check_version(entry, request.form.get("version", type=int))
    actions.mark(entry, _step(entry.roster, step), _done(form), me(), clock.now())
    return _back_to(entry, "已标记完成")


@bp.post("/entries/<int:entry_id>/marks/<string:step>/unmark")
@requires(Permission.FILL)
def unmark(entry_id: int, step: str) -> Response:
    entry = queries.get_entry(me(), entry_id)
    actions.unmark(entry, _step(entry.roster, step), me(), clock.now())
    return _back_to(entry, "已取消")


@bp.post("/entries/<int:entry_id>/marks/<string:step>/extend")
@requires(Permission.GRANT)
def extend(entry_id: int, step: str) -> Response:
    """A later day for one step of one object."""
    entry = queries.get_entry(me(), entry_id)
    form = ExtendForm()
    page = form_page("rosters/entries/show.html", form, extends=step, **_context(entry, is_masked=True))
    if not form.validate():
        return page.answer()
    check_version(entry, request.form.get("version", type=int))
    actions.extend(entry, _step(entry.roster, step), form.due_on.data, form.reason.data, me(), clock.now())
    return _back_to(entry, "时限已调整")


@bp.get("/marks/<int:mark_id>/file")
@requires(Permission.VIEW)
def proof(mark_id: int) -> Response:
    found = queries.get_mark(me(), mark_id)
    if found.file is None:
        raise NotFound("没有这份佐证材料")
    return files.answer(found.file, found.file_name, shown=True)


@bp.post("/entries/<int:entry_id>/request-closure")
@requires(Permission.ANSWER)
def request_closure(entry_id: int) -> Response:
    return _take(
        entry_id, lambda e: actions.request_closure(e, me(), clock.now()), "已申请销号，等督查员确认"
    )


@bp.post("/entries/<int:entry_id>/recall")
@requires(Permission.ANSWER)
def recall(entry_id: int) -> Response:
    return _take(entry_id, lambda e: actions.recall(e, me(), clock.now()), "已撤回")


@bp.post("/entries/<int:entry_id>/send-back")
@requires(Permission.JUDGE)
def send_back(entry_id: int) -> Response:
    return _take(entry_id, lambda e: actions.send_back(e, me(), clock.now(), reason_given()), "已退回")


@bp.post("/entries/<int:entry_id>/close")
@requires(Permission.JUDGE)
def close(entry_id: int) -> Response:
    return _take(entry_id, lambda e: actions.close(e, me(), clock.now()), "已销号")


@bp.post("/entries/<int:entry_id>/withdraw")
@requires(Permission.JUDGE)
def withdraw(entry_id: int) -> Response:
    return _take(
        entry_id, lambda e: actions.withdraw(e, me(), clock.now(), reason_given()), "已移出，不再计数"
    )


@bp.post("/entries/<int:entry_id>/reopen")
@requires(Permission.JUDGE)
def reopen(entry_id: int) -> Response:
    return _take(entry_id, lambda e: actions.reopen(e, me(), clock.now(), reason_given()), "已恢复办理")


@bp.post("/<int:roster_id>")
@requires(Permission.FILL)
def mark_many(roster_id: int) -> Response:
    """步骤完成 for what is ticked; refused, the list comes back with its ticks and what was typed."""
    roster = queries.get_roster(me(), roster_id)
    form = ManyForm()
    page = form_page("rosters/show.html", form, **list_context(roster))
    if not form.validate():
        return page.answer()
    step, chosen = _step(roster, form.step.data or ""), _chosen(roster)
    left = Counter(actions.why_not_marked(entry, step) for entry in chosen)
    actions.mark_many(chosen, step, _done(form), me(), clock.now())
    return _back_to_list(roster, f"“{step.title}”标记完成", left)


@bp.post("/<int:roster_id>/request-many")
@requires(Permission.ANSWER)
def request_many(roster_id: int) -> Response:
    return _take_many(roster_id, "申请销号", actions.why_not_requested, actions.request_many)


@bp.post("/<int:roster_id>/close-many")
@requires(Permission.JUDGE)
def close_many(roster_id: int) -> Response:
    return _take_many(
        roster_id, "销号", lambda entry: actions.why_not_closed(entry, me()), actions.close_many
    )


def list_context(roster: Roster) -> dict[str, Any]:
    """The list of a roster's objects, as the address asks for it."""
    today = clock.today()
    view = queries.entries_listing(roster.shape).view(request.args)
    standings = queries.standings(roster, today, None if sees_all(me()) else me().unit_id)
    return {
        "roster": roster,
        "shape": roster.shape,
        "view": view,
        "page": queries.entries_page(me(), roster, view, today, statutory().add(today, SOON_WORKDAYS)),
        "standings": standings,
        "tally": sum_of(standing.tally for standing in standings) if standings else Tally(),
        "units": unit_choices() if sees_all(me()) else [],
        "fills": can(me(), Permission.FILL, roster) and roster.task.state is TaskState.PUBLISHED,
        "answers": can(me(), Permission.ANSWER, roster),
        "judges": can(me(), Permission.JUDGE),
        "unmasks": can(me(), Permission.UNMASK),
        "State": EntryState,
        "Term": queries.Term,
        "entries": timeline(roster),
    }


def _page(entry: RosterEntry, *, is_masked: bool) -> str:
    return render_template("rosters/entries/show.html", **_context(entry, is_masked=is_masked))


def _context(entry: RosterEntry, *, is_masked: bool) -> dict[str, Any]:
    return {
        "entry": entry,
        "roster": entry.roster,
        "shape": entry.roster.shape,
        "is_masked": is_masked,
        "steps": {step.action: step for step in ROSTER_ENTRY.available(entry, me())},
        "fills": entry.state is EntryState.ACTIVE and can(me(), Permission.FILL, entry),
        "unmasks": can(me(), Permission.UNMASK, entry),
        "grants": entry.state is EntryState.ACTIVE and can(me(), Permission.GRANT),
        "endpoints": STEP_ENDPOINTS,
        "accepted_kinds": ACCEPTED,
        "entries": timeline(entry),
    }


def _form_page(form: EntryForm, roster: Roster, entry: RosterEntry | None) -> FormPage:
    names = [(unit.id, unit.name) for unit in active_units()] if sees_all(me()) else [(me().unit_id, "")]
    if entry is not None and entry.unit_id not in dict(names):
        names.append((entry.unit_id, entry.unit.name))
    form.unit.choices = names
    if not sees_all(me()):
        form.unit.data = me().unit_id
    return form_page(
        "rosters/entries/form.html",
        form,
        roster=roster,
        shape=roster.shape,
        entry=entry,
        chooses_unit=sees_all(me()),
        unit_names=[unit.name for unit in active_units()],
    )


def _unit_named() -> Callable[[str], str | None]:
    """The full name of a unit in use, however it is written."""
    names = directory()

    def named(said: str) -> str | None:
        found = names.resolve(said).unit_ids
        return names.units[found[0]] if len(found) == 1 else None

    return named


def _done(form: MarkForm | ManyForm) -> Done:
    upload = form.file.data if "file" in form else None
    if not upload or not upload.filename:
        return Done(form.done_on.data, form.words.data or "")
    file = files.take(upload, me(), clock.now())
    name = fitting_name(upload.filename, file.media_type)
    return Done(form.done_on.data, form.words.data or "", file, name)


def _step(roster: Roster, key: str) -> RosterStep:
    found = next((step for step in roster.shape.open_steps if step.key == key), None)
    if found is None:
        raise NotFound("台账里没有这个步骤，可能刚刚调整过，请刷新后再看")
    return found


def _chosen(roster: Roster) -> Sequence[RosterEntry]:
    """The objects ticked on the page, or all its filters show."""
    if request.form.get("all"):
        view = queries.entries_listing(roster.shape).view(request.args)
        today = clock.today()
        query = queries.entries(me(), roster, view, today, statutory().add(today, SOON_WORKDAYS))
        ids = db.session.scalars(query.with_only_columns(RosterEntry.id).limit(MOST_AT_ONCE + 1)).all()
    else:
        ids = request.form.getlist("id", type=whole)
    if not ids:
        raise Invalid("没有选中任何一行，请先勾选")
    if len(ids) > MOST_AT_ONCE:
        raise Invalid(f"一次最多办理{MOST_AT_ONCE}{roster.measure}，请用筛选条件分几次办")
    return queries.named_entries(me(), roster, ids)


def _take(entry_id: int, verb: Callable[[RosterEntry], object], said: str) -> Response:
    entry = queries.get_entry(me(), entry_id)
    check_version(entry, request.form.get("version", type=int))
    verb(entry)
    return _back_to(entry, said)


def _back_to(entry: RosterEntry, said: str) -> Response:
    db.session.commit()
    flash(said)
    return redirect(url_for(".show", entry_id=entry.id))


def _take_many(
    roster_id: int,
    said: str,
    why_not: Callable[[RosterEntry], str],
    verb: Callable[[Sequence[RosterEntry], User, datetime], object],
) -> Response:
    roster = queries.get_roster(me(), roster_id)
    try:
        chosen = _chosen(roster)
    except Invalid as refusal:
        flash(str(refusal), "warning")
        return _to_list(roster)
    left = Counter(why_not(entry) for entry in chosen)
    verb(chosen, me(), clock.now())
    return _back_to_list(roster, said, left)


def _back_to_list(roster: Roster, verb: str, left: Counter[str]) -> Response:
    """``left`` counts the chosen by what kept them from it; "" are those it was done for."""
    db.session.commit()
    if count := left.pop("", 0):
        flash(f"{verb}：{count}{roster.measure}")
    if left:
        reasons = "，".join(f"{number}{roster.measure}{reason}" for reason, number in left.items())
        flash(f"{'另有' if count else '没有'}{'没有办理的' if count else verb}：{reasons}", "warning")
    return _to_list(roster)


def _to_list(roster: Roster) -> Response:
    query = request.query_string.decode()
    return redirect(url_for("rosters.show", roster_id=roster.id) + (f"?{query}" if query else ""))
