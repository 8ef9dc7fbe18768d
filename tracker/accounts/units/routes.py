"""The administrator's pages of units, aliases, collective names and boards."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts import queries
from tracker.accounts.models import Unit, UnitKind
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.session import me
from tracker.accounts.trail import timeline
from tracker.accounts.units import actions
from tracker.accounts.units.forms import AliasForm, GroupForm, MembersForm, PlaceForm, UnitForm
from tracker.db import db
from tracker.errors import Invalid
from tracker.web.forms import form_page
from tracker.web.pages import page_of

bp = Blueprint("units", __name__)


@bp.get("/units")
@requires(Permission.MANAGE)
def index() -> str:
    view = queries.UNITS.view(request.args)
    page = page_of(queries.units(view), view.number, view.size)
    return render_template("accounts/units.html", view=view, page=page, UnitKind=UnitKind)


@bp.route("/units/new", methods=["GET", "POST"])
@requires(Permission.MANAGE)
def create_unit() -> Response:
    form = UnitForm(queries.active_units())
    page = form_page("accounts/unit.html", form, unit=None)
    if not form.validate_on_submit():
        return page.answer()
    unit = actions.create_unit(me(), clock.now(), **form.values | {"parent": _parent(form)})
    db.session.commit()
    flash(f"单位“{unit.name}”已新增，排在最后")
    return redirect(url_for("accounts.units.edit_unit", unit_id=unit.id))


@bp.route("/units/<int:unit_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE)
def edit_unit(unit_id: int) -> Response:
    unit = queries.get_unit(unit_id)
    form = UnitForm(
        [one for one in queries.active_units() if one is not unit],
        name=unit.name,
        short_name=unit.short_name,
        kind=unit.kind,
        parent=unit.parent_id or 0,
    )
    place = PlaceForm(formdata=None, position=unit.position)
    page = form_page("accounts/unit.html", form, unit=unit, place=place, entries=timeline(unit))
    if not form.validate_on_submit():
        return page.answer()
    actions.edit_unit(unit, me(), clock.now(), **form.values | {"parent": _parent(form)})
    db.session.commit()
    flash(f"单位“{unit.name}”已保存")
    return redirect(url_for("accounts.units.index"))


@bp.post("/units/<int:unit_id>/place")
@requires(Permission.MANAGE)
def place_unit(unit_id: int) -> Response:
    unit = queries.get_unit(unit_id)
    actions.place_unit(unit, me(), clock.now(), _position())
    db.session.commit()
    flash(f"“{unit.name}”现在排在第{unit.position}位")
    return redirect(url_for("accounts.units.index"))


@bp.post("/units/<int:unit_id>/deactivate")
@requires(Permission.MANAGE)
def deactivate_unit(unit_id: int) -> Response:
    unit = queries.get_unit(unit_id)
    actions.deactivate_unit(unit, me(), clock.now())
    db.session.commit()
    flash(f"单位“{unit.name}”已停用")
    return redirect(url_for("accounts.units.edit_unit", unit_id=unit.id))


@bp.post("/units/<int:unit_id>/activate")
@requires(Permission.MANAGE)
def activate_unit(unit_id: int) -> Response:
    unit = queries.get_unit(unit_id)
    actions.activate_unit(unit, me(), clock.now())
    db.session.commit()
    flash(f"单位“{unit.name}”已启用")
    return redirect(url_for("accounts.units.edit_unit", unit_id=unit.id))


@bp.route("/aliases", methods=["GET", "POST"])
@requires(Permission.MANAGE)
def create_alias() -> Response:
    view = queries.ALIASES.view(request.args)
    aliases = page_of(queries.aliases(view), view.number, view.size)
    form = AliasForm(queries.active_units(), queries.all_groups())
    page = form_page("accounts/aliases.html", form, view=view, page=aliases)
    if not form.validate_on_submit():
        return page.answer()
    alias = actions.create_alias(me(), clock.now(), form.text.data, queries.get_bearer(form.of.data))
    db.session.commit()
    flash(f"别名“{alias.text}”已新增")
    return redirect(url_for("accounts.units.create_alias"))


@bp.post("/aliases/<int:alias_id>/remove")
@requires(Permission.MANAGE)
def remove_alias(alias_id: int) -> Response:
    alias = queries.get_alias(alias_id)
    text = alias.text
    actions.remove_alias(alias, me(), clock.now())
    db.session.commit()
    flash(f"别名“{text}”已删除")
    return redirect(url_for("accounts.units.create_alias"))


@bp.get("/groups")
@requires(Permission.MANAGE)
def groups() -> str:
    return render_template("accounts/groups.html", groups=queries.all_groups())


@bp.route("/groups/new", methods=["GET", "POST"])
@requires(Permission.MANAGE)
def create_group() -> Response:
    form = GroupForm(queries.active_units())
    page = form_page("accounts/group.html", form, group=None)
    if not form.validate_on_submit():
        return page.answer()
    group = actions.create_group(me(), clock.now(), **form.values | {"units": _chosen(form)})
    db.session.commit()
    flash(f"集合称谓“{group.name}”已新增")
    return redirect(url_for("accounts.units.groups"))


@bp.route("/groups/<int:group_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE)
def edit_group(group_id: int) -> Response:
    group = queries.get_group(group_id)
    units = _offered([member.unit for member in group.members])
    form = GroupForm(units, name=group.name, is_open=group.is_open, units=group.unit_ids)
    page = form_page("accounts/group.html", form, group=group, entries=timeline(group))
    if not form.validate_on_submit():
        return page.answer()
    actions.edit_group(group, me(), clock.now(), **form.values | {"units": _chosen(form)})
    db.session.commit()
    flash(f"集合称谓“{group.name}”已保存")
    return redirect(url_for("accounts.units.groups"))


@bp.post("/groups/<int:group_id>/remove")
@requires(Permission.MANAGE)
def remove_group(group_id: int) -> Response:
    group = queries.get_group(group_id)
    name = group.name
    actions.remove_group(group, me(), clock.now())
    db.session.commit()
    flash(f"集合称谓“{name}”已删除")
    return redirect(url_for("accounts.units.groups"))


@bp.get("/boards")
@requires(Permission.MANAGE)
def boards() -> str:
    return render_template(
        "accounts/boards.html", boards=queries.all_boards(), free=queries.units_without_board()
    )


@bp.route("/boards/new", methods=["GET", "POST"])
@requires(Permission.MANAGE)
def create_board() -> Response:
    form = MembersForm(queries.active_units(), queries.places())
    page = form_page("accounts/board.html", form, board=None)
    if not form.validate_on_submit():
        return page.answer()
    board = actions.create_board(me(), clock.now(), name=form.name.data, units=_chosen(form))
    db.session.commit()
    flash(f"评价组“{board.name}”已新增")
    return redirect(url_for("accounts.units.boards"))


@bp.route("/boards/<int:board_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE)
def edit_board(board_id: int) -> Response:
    board = queries.get_board(board_id)
    members = [member.unit for member in board.members]
    form = MembersForm(
        _offered(members), queries.places(board), name=board.name, units=[unit.id for unit in members]
    )
    place = PlaceForm(formdata=None, position=board.position)
    page = form_page("accounts/board.html", form, board=board, place=place, entries=timeline(board))
    if not form.validate_on_submit():
        return page.answer()
    actions.edit_board(board, me(), clock.now(), name=form.name.data, units=_chosen(form))
    db.session.commit()
    flash(f"评价组“{board.name}”已保存")
    return redirect(url_for("accounts.units.boards"))


@bp.post("/boards/<int:board_id>/place")
@requires(Permission.MANAGE)
def place_board(board_id: int) -> Response:
    board = queries.get_board(board_id)
    actions.place_board(board, me(), clock.now(), _position())
    db.session.commit()
    flash(f"“{board.name}”现在排在第{board.position}位")
    return redirect(url_for("accounts.units.boards"))


@bp.post("/boards/<int:board_id>/deactivate")
@requires(Permission.MANAGE)
def deactivate_board(board_id: int) -> Response:
    board = queries.get_board(board_id)
    actions.deactivate_board(board, me(), clock.now())
    db.session.commit()
    flash(f"评价组“{board.name}”已停用")
    return redirect(url_for("accounts.units.boards"))


@bp.post("/boards/<int:board_id>/activate")
@requires(Permission.MANAGE)
def activate_board(board_id: int) -> Response:
    board = queries.get_board(board_id)
    actions.activate_board(board, me(), clock.now())
    db.session.commit()
    flash(f"评价组“{board.name}”已启用")
    return redirect(url_for("accounts.units.boards"))


def _parent(form: UnitForm) -> Unit | None:
    return queries.get_unit(form.parent.data) if form.parent.data else None


def _chosen(form: MembersForm) -> list[Unit]:
    """The ticked units."""
    return [unit for unit in queries.all_units() if unit.id in form.units.data]


def _offered(members: Sequence[Unit]) -> list[Unit]:
    """Units in use, and those that are members though no longer in use."""
    return [unit for unit in queries.all_units() if unit.is_active or unit in members]


def _position() -> int:
    form = PlaceForm()
    if not form.validate():
        raise Invalid("顺序没有调整", position="；".join(form.position.errors))
    position: int = form.position.data
    return position
