"""The formula: published to everybody; a new version is drawn up, previewed over all months, and adopted."""

from collections.abc import Iterable, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, can, requires
from tracker.accounts.session import me
from tracker.accounts.trail import timeline
from tracker.db import db
from tracker.errors import NotFound
from tracker.scores import actions
from tracker.scores.formula import CHOICES, SECTIONS, TIES, differences, value_at
from tracker.scores.models import ScoreModel
from tracker.scores.queries import boards, get_model, model_for, models
from tracker.scores.versions.forms import BANDED, EXEMPT, model_form
from tracker.scores.versions.queries import moves, preview
from tracker.web.forms import Form, FormPage, form_page
from tracker.web.pages import whole
from tracker.workdays import statutory

bp = Blueprint("versions", __name__, url_prefix="/models")


@bp.get("/")
@requires(Permission.RANK)
def index() -> str:
    month = actions.running_month(clock.now(), statutory())
    found, now = models(), model_for(month)
    pairs = [(one, before and list(differences(before.rules, one.rules))) for one, before in _pairs(found)]
    if now is None:
        raise NotFound("还没有评价模型；第一次取数评价时自动采用系统自带的一版")
    return render_template(
        "scores/versions/index.html",
        month=month,
        model=now,
        versions=pairs,
        coming=[one for one in found if one.first_month > month],
        entries=timeline(*found),
        sections=SECTIONS,
        value_at=value_at,
        ties=TIES,
        cases=CHOICES,
        boards=boards(),
        may_edit=can(me(), Permission.EVALUATE),
    )


@bp.get("/new")
@requires(Permission.EVALUATE)
def draw_up() -> Response:
    """A version as draft: the newest, or the one that is named."""
    basis = _basis(request.args.get("version", type=whole))
    return _page(basis.version, model_form(boards(), basis.rules)).answer()


@bp.post("/preview")
@requires(Permission.EVALUATE)
def preview_draft() -> Response | str:
    """Scores and ranks of every month before, as they were and under the draft; nothing is written."""
    form, basis = model_form(boards()), _basis(request.form.get("basis", type=whole))
    page = _page(basis.version, form)
    if not form.validate():
        return page.answer()
    rules = form.rules(basis.rules)
    months = preview(rules)
    return render_template(
        "scores/versions/preview.html",
        form=form,
        months=months,
        moves=moves(months),
        changes=list(differences(models()[0].rules, rules)),
        first_month=actions.next_open_month(clock.now(), statutory()),
        said=[(name, value) for name, value in request.form.items() if name != "csrf_token"],
    )


@bp.post("/")
@requires(Permission.EVALUATE)
def adopt() -> Response:
    form, basis = model_form(boards()), _basis(request.form.get("basis", type=whole))
    page = _page(basis.version, form)
    if not form.validate():
        return page.answer()
    seen = request.form.get("seen", 0, type=whole) or 0
    rules, now = form.rules(basis.rules), clock.now()
    made = actions.adopt(rules, me(), now, form.reason.data, seen, statutory())
    db.session.commit()
    flash(f"第{made.version}版评价模型已启用，从{made.first_month}起执行")
    return redirect(url_for(".index"))


def _page(basis: int, form: Form) -> FormPage:
    newest = request.form.get("seen", type=whole) or models()[0].version
    return form_page(
        "scores/versions/edit.html",
        form,
        basis=basis,
        seen=newest,
        sections=SECTIONS,
        cases=[f"{EXEMPT}{one.value}" for one in CHOICES],
        banded=[f"{BANDED}{board.id}" for board in boards()],
        first_month=actions.next_open_month(clock.now(), statutory()),
    )


def _basis(version: int | None) -> ScoreModel:
    """The version a draft begins with: the newest where none is named."""
    return get_model(version) if version else models()[0]


def _pairs(found: Sequence[ScoreModel]) -> Iterable[tuple[ScoreModel, ScoreModel | None]]:
    """Each version with the one before it."""
    return zip(found, [*found[1:], None], strict=True)
