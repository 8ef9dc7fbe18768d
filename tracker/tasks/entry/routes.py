"""Pages of tasks entered by hand: the order, the draft read from it, and issuing it."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.queries import active_units, all_groups
from tracker.accounts.session import me
from tracker.accounts.trail import check_version, timeline
from tracker.db import db
from tracker.documents.directory import Directory, Match
from tracker.documents.flags import Flag
from tracker.documents.queries import directory
from tracker.documents.reading import Reading, UnitName, breakdowns
from tracker.errors import Invalid
from tracker.tasks import recurring
from tracker.tasks.demands.actions import breach_of
from tracker.tasks.entry import actions, queries
from tracker.tasks.entry.forms import MOST_ROWS, EntryForm, OrderForm
from tracker.tasks.entry.rules import level_of, standing, starts_on, task_of
from tracker.tasks.models import Level
from tracker.web.forms import Form, form_page
from tracker.web.pages import whole
from tracker.workflow import TASK

bp = Blueprint("entry", __name__, url_prefix="/entry")

MOST_TOGETHER = 50  # drafts of one decision


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.READ)
def index() -> Response:
    form = OrderForm()
    page = form_page("tasks/entry/index.html", form, drafts=queries.drafts())
    if not form.validate_on_submit():
        return page.answer()
    tasks = actions.draft_all(_order(form), form.text.data, directory(), me(), clock.now())
    db.session.commit()
    if len(tasks) > 1:
        flash(f"原文交办了{len(tasks)}件事，已分别识别，请逐项核对；确认下达之前，单位看不到")
        return redirect(url_for(".several", draft=[task.id for task in tasks]))
    flash("已按原文识别，请逐项核对；确认下达之前，单位看不到")
    return redirect(url_for(".edit", draft_id=tasks[0].id))


@bp.route("/several", methods=["GET", "POST"])
@requires(Permission.READ)
def several() -> Response:
    """Several drafts looked at together, then issued: all that are ticked, or none."""
    drafts = queries.drafts_of(request.args.getlist("draft", type=whole)[:MOST_TOGETHER])
    if not drafts:
        flash("没有选中还没下达的草稿", "warning")
        return redirect(url_for(".index"))
    names, now, form = directory(), clock.now(), Form()
    readings = {task.id: Reading.from_json(task.reading) for task in drafts}
    breaches = [found for task in drafts if (found := breach_of(actions.asked_on(task, clock.today()), now))]
    page = form_page(
        "tasks/entry/several.html",
        form,
        drafts=drafts,
        carriers={id_: queries.carriers(reading, names) for id_, reading in readings.items()},
        flags={id_: standing(reading, names, clock.today()) for id_, reading in readings.items()},
        breach=breaches[0] if breaches else None,
    )
    if not form.validate_on_submit():
        return page.answer()
    chosen = [task for task in drafts if str(task.id) in request.form.getlist("id")]
    if not chosen:
        raise Invalid("没有选中任何一项，请先勾选")
    for task in chosen:
        check_version(task, request.form.get(f"version-{task.id}", type=int))
    actions.publish_all(chosen, names, me(), now, request.form.get("hurry", ""))
    db.session.commit()
    flash(f"已下达{len(chosen)}项任务，共{sum(len(task.assignments) for task in chosen)}个承办项")
    return redirect(url_for("tasks.index"))


@bp.get("/<int:draft_id>")
@requires(Permission.READ)
def show(draft_id: int) -> str:
    task, names, today = queries.get_draft(draft_id), directory(), clock.today()
    reading = Reading.from_json(task.reading)
    first = starts_on(task.starts_on, task.deadline, today)
    return render_template(
        "tasks/entry/show.html",
        task=task,
        reading=reading,
        carriers=queries.carriers(reading, names),
        breakdowns=breakdowns(task_of(reading).targets),
        flags=standing(reading, names, today),
        turn=recurring.running(task.recurrence, first, task.deadline, today),
        cycle=recurring.in_words(task.recurrence),
        breach=breach_of(actions.asked_on(task, today), clock.now()),
        steps={step.action: step for step in TASK.available(task, me())},
        entries=timeline(task),
    )


@bp.route("/<int:draft_id>/edit", methods=["GET", "POST"])
@requires(Permission.READ)
def edit(draft_id: int) -> Response:
    task, names = queries.get_draft(draft_id), directory()
    before = Reading.from_json(task.reading)
    form, step = EntryForm(), request.form.get("step", "")
    form.offer(task_of(before).recurrence)
    if not form.is_submitted():
        form = _filled(
            actions.Order(task.source, task.origin, task.origin_on or task.starts_on), before, task.level
        )
    elif step == "read" and form.origin_on.data:
        text = form.text.data or ""
        from tracker.tasks.entry.orders import read_order  # here: the documents' reader takes long to load

        fresh = read_order(text, form.origin_on.data, names)
        form = _filled(_order(form), fresh, Level(level_of(text)))
    elif step:
        _take_step(form, step, names)
    reading = form.reading(task_of(before))
    page = form_page(
        "tasks/entry/edit.html",
        form,
        part="tasks/entry/_form.html",
        task=task,
        doubt=task_of(before).doubt,
        said=_said(reading, standing(reading, names, clock.today())),
        likely={unit.text: names.names_of(names.suggest(unit.text)) for unit in _unknown(reading, names)},
        groups={unit.text for unit in reading.points[0].units if _members(unit.text, names)},
        units=active_units(),
        collective=all_groups(),
    )
    if step:
        return make_response(render_template(page.shown, form=form, **page.context))
    if not form.validate_on_submit():
        return page.answer()
    check_version(task, request.form.get("version", type=int))
    actions.revise(task, _order(form), reading, form.level.data, me(), clock.now())
    db.session.commit()
    flash("草稿已保存")
    return redirect(url_for(".show", draft_id=task.id))


@bp.post("/<int:draft_id>/publish")
@requires(Permission.READ)
def publish(draft_id: int) -> Response:
    task = queries.get_draft(draft_id)
    check_version(task, request.form.get("version", type=int))
    actions.publish(task, directory(), me(), clock.now(), request.form.get("hurry", ""))
    db.session.commit()
    flash(f"已下达给{len(task.assignments)}家单位")
    return redirect(url_for("tasks.show", task_id=task.id))


@bp.post("/<int:draft_id>/discard")
@requires(Permission.READ)
def discard(draft_id: int) -> Response:
    task = queries.get_draft(draft_id)
    check_version(task, request.form.get("version", type=int))
    actions.discard(task, me(), clock.now(), request.form.get("reason", ""))
    db.session.commit()
    flash(f"草稿“{task.title}”已作废")
    return redirect(url_for(".index"))


def _order(form: OrderForm) -> actions.Order:
    return actions.Order(form.source.data, form.origin.data, form.origin_on.data)


def _filled(order: actions.Order, reading: Reading, level: Level) -> EntryForm:
    """The form as it is first shown: what was read in the order."""
    form = EntryForm(formdata=None, source=order.source, origin=order.origin, origin_on=order.origin_on)
    form.fill(reading, level)
    return form


def _take_step(form: EntryForm, step: str, names: Directory) -> None:
    """Change the rows of the form as a button asks (``step``: what, which row, which unit)."""
    what, row, chosen = (*step.split(" ", 2), "", "")[:3]
    rows = form.targets if what.endswith("target") else form.units
    place = int(row) if row.isdecimal() and int(row) < len(rows.entries) else None
    if what.startswith("add-") and len(rows.entries) < MOST_ROWS:
        rows.append_entry()
    elif place is not None and what.startswith("drop-"):
        rows.entries.pop(place)
    elif place is not None and what == "take-unit":
        rows.entries[place].form.text.data = chosen
    elif place is not None and what == "spread-unit":
        spread = rows.entries.pop(place).form
        there = {entry.form.text.data for entry in rows.entries}
        members = [n for n in names.names_of(_members(spread.text.data, names)) if n not in there]
        for name in members[: MOST_ROWS - len(rows.entries)]:
            rows.append_entry({"text": name, "duty": spread.duty.data})


def _members(text: str, names: Directory) -> tuple[int, ...]:
    """Whom a collective name stands for, confirmed or proposed; nobody for a unit's own name."""
    resolved = names.resolve(text)
    return () if resolved.match in (Match.UNIT, Match.UNKNOWN) else names.members(text)


def _unknown(reading: Reading, names: Directory) -> list[UnitName]:
    return [u for u in reading.points[0].units if names.resolve(u.text).match is Match.UNKNOWN]


def _said(reading: Reading, found: list[Flag]) -> dict[str, list[str]]:
    """What is flagged, by the name of the unit or share it is flagged at; "" for the task as a whole."""
    units = {unit.key: unit.text for unit in reading.points[0].units}
    shares = {row.key: row.scope for row in task_of(reading).targets}
    said: dict[str, list[str]] = {}
    for flag in found:
        said.setdefault((units | shares).get(flag.key, ""), []).append(flag.message)
    return said
