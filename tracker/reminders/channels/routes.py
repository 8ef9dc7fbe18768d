"""The administrator's pages of the channels: settings, a test message, what was not delivered."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.session import me
from tracker.accounts.trail import check_version, timeline
from tracker.db import db
from tracker.reminders import delivery
from tracker.reminders.channels import actions, mail, queries
from tracker.reminders.channels.forms import TestForm, address_label, settings_form
from tracker.reminders.channels.queries import Line
from tracker.reminders.models import Channel, Delivery, Outcome
from tracker.web.forms import Form, FormPage, form_page
from tracker.web.pages import page_of, whole

bp = Blueprint("channels", __name__, url_prefix="/channels")


@bp.get("/")
@requires(Permission.MANAGE)
def index() -> str:
    return render_template(
        "reminders/channels/index.html",
        lines=queries.lines(),
        counts=queries.counts(),
        last_sent=queries.last_sent(),
        failed=page_of(queries.failed(), request.args.get("page", 1, type=whole) or 1, 20),
        now=clock.now(),
        Outcome=Outcome,
    )


@bp.route("/<string:channel>", methods=["GET", "POST"])
@requires(Permission.MANAGE)
def edit(channel: str) -> Response:
    line = queries.get_line(channel)
    form = settings_form(line)
    page = _page(line, form, settings=form)
    if not form.validate_on_submit():
        return page.answer()
    _check_version(line)
    values = form.values
    actions.set_channel(line, me(), clock.now(), values, forget=values.pop("forget", False))
    db.session.commit()
    flash("设置已保存，可以发送测试消息")
    return redirect(url_for(".edit", channel=channel))


@bp.post("/<string:channel>/switch-on")
@requires(Permission.MANAGE)
def switch_on(channel: str) -> Response:
    return _switch(channel, actions.switch_on, "已启用，从下一次汇总提醒起发送")


@bp.post("/<string:channel>/switch-off")
@requires(Permission.MANAGE)
def switch_off(channel: str) -> Response:
    return _switch(channel, actions.switch_off, "已停用，待发送的不再发送")


@bp.post("/<string:channel>/test")
@requires(Permission.MANAGE)
def send_test(channel: str) -> Response:
    line = queries.get_line(channel)
    form = TestForm()
    page = _page(line, form, test=form)
    if not form.validate_on_submit():
        return page.answer()
    actions.send_test(line, me(), clock.now(), form.address.data or "")
    db.session.commit()
    return redirect(url_for(".edit", channel=channel, _anchor="test"))


@bp.get("/<string:channel>/tests")
@requires(Permission.MANAGE)
def tests(channel: str) -> str:
    """What became of the latest test messages; the page asks again while one is on its way."""
    line = queries.get_line(channel)
    return render_template("reminders/channels/_tests.html", **_tests(line))


@bp.post("/deliveries/<int:delivery_id>/resend")
@requires(Permission.MANAGE)
def resend(delivery_id: int) -> Response:
    return _resend([queries.get_failed(delivery_id)])


@bp.post("/deliveries/resend")
@requires(Permission.MANAGE)
def resend_all() -> Response:
    return _resend(db.session.scalars(queries.failed()).all())


def _switch(channel: str, verb: Callable[[Line, User, datetime], object], said: str) -> Response:
    line = queries.get_line(channel)
    _check_version(line)
    verb(line, me(), clock.now())
    db.session.commit()
    flash(f"{line.channel.label}{said}")
    return redirect(url_for(".edit", channel=channel))


def _resend(those: Sequence[Delivery]) -> Response:
    again = sum(delivery.resend(one, me(), clock.now()) for one in those)
    db.session.commit()
    if again:
        flash(f"{again}条已放回待发送，一分钟内发出（夜间和休息日除外）")
    if again < len(those):
        words = "收件人已停用、没有登记地址或不收邮件，不再发送"
        flash(f"{len(those) - again}条{words}", "warning")
    return redirect(url_for(".index", _anchor="failed"))


def _page(line: Line, form: Form, settings: Form | None = None, test: TestForm | None = None) -> FormPage:
    """The page of a channel has two forms; ``form`` is the one that was sent."""
    test = test or TestForm(formdata=None, address=me().email if line.channel is Channel.MAIL else "")
    test.address.label.text = address_label(line.channel)
    return form_page(
        "reminders/channels/channel.html",
        form,
        settings=settings or settings_form(line, sent=False),
        test=test,
        fields=line.sender.fields,
        facts=mail.described(line.settings) if line.channel is Channel.MAIL and not line.fault else [],
        version=line.row.version if line.row else None,
        entries=timeline(line.row) if line.row else [],
        **_tests(line),
    )


def _tests(line: Line) -> dict[str, Any]:
    return {"line": line, "tests": queries.tests(line.channel), "now": clock.now(), "Outcome": Outcome}


def _check_version(line: Line) -> None:
    if line.row is not None:
        check_version(line.row, request.form.get("version", type=int))
