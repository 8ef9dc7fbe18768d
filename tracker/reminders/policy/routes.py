"""The reminder rules: what holds, and a new version drawn up, previewed and adopted."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, can, requires
from tracker.accounts.session import me
from tracker.accounts.trail import timeline
from tracker.db import db
from tracker.reminders.policy import actions, queries
from tracker.reminders.policy.forms import rules_form
from tracker.reminders.policy.rules import FROM, check
from tracker.tasks.models import Level
from tracker.web.forms import FormPage, form_page
from tracker.web.pages import whole
from tracker.workdays import statutory

bp = Blueprint("policy", __name__, url_prefix="/rules")


@bp.get("/")
@requires(Permission.OVERSEE)
def index() -> str:
    versions, today = queries.versions(), clock.today()
    present = next((one for one in versions if one.valid_from <= today), None)
    return render_template(
        "reminders/policy/index.html",
        rules=queries.in_force(today),
        number=present.version if present else queries.FIRST_VERSION,
        versions=versions,
        coming=[one for one in versions if one.valid_from > today][:1],
        may_edit=can(me(), Permission.JUDGE),
        entries=timeline(*versions) if versions else [],
        levels=list(Level),
        since=FROM,
    )


@bp.get("/new")
@requires(Permission.JUDGE)
def draw_up() -> Response:
    """A version as draft: the newest, or the one that is named."""
    version = request.args.get("version", type=whole) or queries.latest_version()
    return _page("reminders/policy/edit.html", rules_form(queries.get_version(version))).answer()


@bp.post("/preview")
@requires(Permission.JUDGE)
def preview() -> Response | str:
    """What would have been sent last month; nothing is written."""
    form = rules_form()
    page = _page("reminders/policy/edit.html", form)
    if not form.validate():
        return page.answer()
    check(form.rules)
    return render_template(
        "reminders/policy/preview.html",
        form=form,
        preview=queries.preview(form.rules, clock.today(), statutory()),
        said=[(name, value) for name, value in request.form.items() if name != "csrf_token"],
    )


@bp.post("/")
@requires(Permission.JUDGE)
def adopt() -> Response:
    form = rules_form()
    page = _page("reminders/policy/edit.html", form)
    if not form.validate():
        return page.answer()
    seen = request.form.get("seen", type=whole)
    made = actions.adopt(form.rules, me(), clock.now(), form.reason.data, seen)
    db.session.commit()
    flash(f"第{made.version}版提醒规则已启用，从明天起执行")
    return redirect(url_for(".index"))


def _page(template: str, form: Any) -> FormPage:
    return form_page(template, form, levels=list(Level), latest=queries.latest_version())
