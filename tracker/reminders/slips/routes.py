"""Pages of proposals (升级建议) and slips (督办单): issue, read, answer; and the log of calls."""

from pathlib import Path

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock, files
from tracker.accounts.permissions import Permission, can, requires
from tracker.accounts.queries import unit_choices
from tracker.accounts.session import me
from tracker.accounts.trail import check_version, timeline
from tracker.clock import SHANGHAI
from tracker.db import db, will_write
from tracker.errors import NotFound
from tracker.media import ACCEPTED, fitting_name
from tracker.reminders.slips import actions, queries
from tracker.reminders.slips.forms import CallForm, ReplyForm, SlipForm
from tracker.reminders.slips.models import Slip
from tracker.reminders.slips.queries import PROPOSALS, SLIPS
from tracker.reminders.slips.rules import Colour, Rung
from tracker.tasks.demands.rules import earliest_due
from tracker.tasks.queries import get_assignment
from tracker.web.filters import day
from tracker.web.forms import FormPage, form_page, reason_given
from tracker.web.pages import page_of
from tracker.workdays import statutory
from tracker.workflow import SLIP, ProposalState, SlipState

bp = Blueprint("slips", __name__)


@bp.get("/proposals/")
@requires(Permission.JUDGE)
def proposals() -> str:
    view = PROPOSALS.view(request.args)
    page = page_of(queries.proposals(view), view.number, view.size)
    return render_template(
        "reminders/slips/proposals.html",
        view=view,
        page=page,
        decisions=queries.decisions([one.id for one in page.rows]),
        Rung=Rung,
        ProposalState=ProposalState,
        units=unit_choices(),
    )


@bp.post("/proposals/<int:proposal_id>/follow")
@requires(Permission.JUDGE)
def follow(proposal_id: int) -> Response:
    """采纳: for a talk or a circular, which are held or written elsewhere."""
    actions.follow(queries.get_proposal(proposal_id), me(), clock.now(), reason_given())
    return _proposed("已采纳，记入留痕")


@bp.post("/proposals/<int:proposal_id>/dismiss")
@requires(Permission.JUDGE)
def dismiss(proposal_id: int) -> Response:
    actions.dismiss(queries.get_proposal(proposal_id), me(), clock.now(), reason_given())
    return _proposed("已记录不采纳的理由")


@bp.post("/calls/<int:assignment_id>")
@requires(Permission.JUDGE)
def call(assignment_id: int) -> Response:
    """电话催办, from the duty's page or beside a proposal."""
    duty, form = get_assignment(me(), assignment_id), CallForm().checked()
    actions.log_call(duty, me(), clock.now(), form.person.data, form.said.data)
    db.session.commit()
    flash("已登记电话催办")
    if "proposals" in request.args:
        return redirect(url_for(".proposals"))
    return redirect(url_for("reports.duty", assignment_id=assignment_id))


@bp.get("/slips/")
@requires(Permission.VIEW)
def index() -> str:
    view = SLIPS.view(request.args)
    return render_template(
        "reminders/slips/index.html",
        view=view,
        page=page_of(queries.slips(me(), view), view.number, view.size),
        oversees=can(me(), Permission.OVERSEE),
        Colour=Colour,
        SlipState=SlipState,
        units=unit_choices(),
    )


@bp.route("/slips/new/<int:assignment_id>", methods=["GET", "POST"])
@requires(Permission.JUDGE)
def create_slip(assignment_id: int) -> Response:
    """发督办单 about a duty, by hand or from a proposal, which then names the colour."""
    duty, now, workdays = get_assignment(me(), assignment_id), clock.now(), statutory()
    earliest = earliest_due(now.astimezone(SHANGHAI), workdays)
    form = SlipForm(colour=request.args.get("colour", Colour.BLUE), due_on=earliest)
    page = form_page(
        "reminders/slips/new.html",
        form,
        duty=duty,
        earliest=earliest,
        stated=queries.facts_of([duty.id], clock.today(), workdays)[duty.id],
        back=url_for("reports.duty", assignment_id=duty.id),
    )
    if not form.validate_on_submit():
        return page.answer()
    check_version(duty, request.form.get("version", type=int))
    order = actions.Order(Colour(form.colour.data), form.demand.data, form.due_on.data, form.hurry.data or "")
    slip = actions.issue(duty, order, me(), now, workdays)
    return _done(slip, f"已发出{slip.title}，单位的填报员和负责人已收到站内消息")


@bp.get("/slips/<int:slip_id>")
@requires(Permission.VIEW)
def show(slip_id: int) -> Response:
    """A slip; the first time somebody of its unit opens it is the receipt."""
    db.session.rollback()  # what read the user: the transaction that writes begins anew and waits its turn
    will_write(True)
    slip = queries.get_slip(me(), slip_id)
    actions.mark_read(slip, me(), clock.now())
    db.session.commit()
    return _page(slip, ReplyForm(formdata=None, text=slip.reply)).answer()


@bp.get("/slips/<int:slip_id>.pdf")
@requires(Permission.VIEW)
def paper(slip_id: int) -> Response:
    """The slip as it was issued; the first time it is printed, which takes a moment."""
    slip = queries.get_slip(me(), slip_id)
    file = slip.file
    if file is None:
        paper = actions.printed(slip, _office())
        db.session.rollback()  # nothing was locked while it was printed; now it waits its turn to write
        will_write(True)
        slip = queries.get_slip(me(), slip_id)
        file = actions.keep_paper(slip, paper, clock.now())
        db.session.commit()
    return files.answer(file, f"{slip.title}.pdf")


@bp.get("/slips/<int:slip_id>/file")
@requires(Permission.VIEW)
def reply_file(slip_id: int) -> Response:
    slip = queries.get_slip(me(), slip_id)
    if slip.reply_file is None:
        raise NotFound("这份督办单的回复没有附件")
    return files.answer(slip.reply_file, slip.reply_file_name, shown="shown" in request.args)


@bp.post("/slips/<int:slip_id>/reply")
@requires(Permission.ANSWER)
def reply(slip_id: int) -> Response:
    slip, form = _loaded(slip_id), ReplyForm()
    page = _page(slip, form)
    if not form.validate():
        return page.answer()
    now, upload = clock.now(), form.file.data
    file = files.take(upload, me(), now) if upload else None
    name = fitting_name(upload.filename, file.media_type) if file else ""
    actions.reply(slip, me(), now, form.text.data, file, name)
    return _done(slip, "已回复，等待督查员审看")


@bp.post("/slips/<int:slip_id>/settle")
@requires(Permission.JUDGE)
def settle(slip_id: int) -> Response:
    slip = _loaded(slip_id)
    actions.settle(slip, me(), clock.now())
    return _done(slip, "已认可回复，督办单了结")


@bp.post("/slips/<int:slip_id>/send-back")
@requires(Permission.JUDGE)
def send_back(slip_id: int) -> Response:
    slip = _loaded(slip_id)
    actions.send_back(slip, me(), clock.now(), reason_given(), statutory())
    return _done(slip, f"已退回重报，回复期限{day(slip.due_on)}")


@bp.post("/slips/<int:slip_id>/withdraw")
@requires(Permission.JUDGE)
def withdraw(slip_id: int) -> Response:
    slip = _loaded(slip_id)
    actions.withdraw(slip, me(), clock.now(), reason_given())
    return _done(slip, "已撤销，编号保留，不再计入评价")


def _loaded(slip_id: int) -> Slip:
    slip = queries.get_slip(me(), slip_id)
    check_version(slip, request.form.get("version", type=int))
    return slip


def _page(slip: Slip, form: ReplyForm) -> FormPage:
    return form_page(
        "reminders/slips/show.html",
        form,
        slip=slip,
        steps=SLIP.available(slip, me()),
        entries=timeline(slip),
        accepted_kinds=ACCEPTED,
    )


def _office() -> actions.Office:
    folder = current_app.config["FONTS_DIR"]
    return actions.Office(current_app.config["ISSUER"], Path(folder) if folder else None)


def _done(slip: Slip, said: str) -> Response:
    db.session.commit()
    flash(said)
    return redirect(url_for(".show", slip_id=slip.id))


def _proposed(said: str) -> Response:
    db.session.commit()
    flash(said)
    return redirect(url_for(".proposals"))
