"""Pages of the documents: the list with its upload, and the proofread page with its corrections in place."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, NamedTuple, TypeVar

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock, files
from tracker.accounts import queries as accounts
from tracker.accounts.models import UnitKind
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.session import me
from tracker.accounts.trail import timeline
from tracker.accounts.units import actions as units
from tracker.db import db
from tracker.documents import actions, edits, forms, queries, readers
from tracker.documents.comparison import goal
from tracker.documents.models import Document, DocumentKind
from tracker.documents.proof import Proof
from tracker.documents.reading import Reading, TargetRow, breakdowns, found_at, place_of, plain
from tracker.errors import Invalid, NotFound
from tracker.web.forms import Form, FormPage, form_page
from tracker.web.pages import page_of
from tracker.workflow import DOCUMENT, DocumentState

bp = Blueprint("documents", __name__, url_prefix="/documents")
bp.add_app_template_filter(goal)
bp.add_app_template_filter(plain)

Row = TypeVar("Row")


class Step(NamedTuple):
    """A correction that asks for nothing: its words in the trail, and what it does to the row of a key."""

    words: str
    change: Callable[[Reading, int], Reading]


STEPS = {
    "drop-point": Step("剔除条目", partial(edits.edit_point, is_dropped=True)),
    "restore-point": Step("恢复条目", partial(edits.edit_point, is_dropped=False)),
    "raise-point": Step("上移条目", partial(edits.move_point, by=-1)),
    "lower-point": Step("下移条目", partial(edits.move_point, by=1)),
    "drop-task": Step("剔除任务", partial(edits.edit_task, is_dropped=True)),
    "restore-task": Step("恢复任务", partial(edits.edit_task, is_dropped=False)),
    "raise-task": Step("上移任务", partial(edits.move_task, by=-1)),
    "lower-task": Step("下移任务", partial(edits.move_task, by=1)),
    "merge-task": Step("合并任务", edits.merge_task),
    "confirm-past": Step("确认时限已过", partial(edits.edit_task, is_past_confirmed=True)),
    "accept-doubt": Step("确认时限", partial(edits.edit_task, doubt="")),
    "own-units": Step("单独设定责任单位", edits.own_units),
    "share-units": Step("改用条目的责任单位", edits.share_units),
    "remove-unit": Step("移除单位", edits.remove_unit),
    "assign-share": Step("添加单位", edits.assign_share),
    "unshare": Step("不分解到单位", edits.unshare),
    "remove-target": Step("删除目标", edits.remove_target),
}


@bp.get("/")
@requires(Permission.READ)
def index() -> Response:
    return _index(forms.UploadForm()).answer()


@bp.post("/")
@requires(Permission.READ)
def import_file() -> Response:
    form = forms.UploadForm()
    page = _index(form)
    if not form.validate_on_submit():
        return page.answer()
    upload = form.file.data
    db.session.commit()  # others may write while a long file is being read
    document = actions.import_file(upload.read(), upload.filename, me(), clock.now(), again=form.again.data)
    db.session.commit()
    return _onward(url_for(".show", document_id=document.id))


@bp.get("/<int:document_id>")
@requires(Permission.READ)
def show(document_id: int) -> str:
    document = queries.get_document(document_id)
    return render_template(
        "documents/show.html",
        groups=accounts.all_groups(),
        units=accounts.active_units(),
        entries=timeline(document),
        **_facts(document),
    )


@bp.get("/<int:document_id>/file")
@requires(Permission.READ)
def file(document_id: int) -> Response:
    document = queries.get_document(document_id)
    return files.answer(document.file)


@bp.post("/<int:document_id>/discard")
@requires(Permission.READ)
def discard(document_id: int) -> Response:
    document = queries.get_document(document_id)
    actions.discard(document, me(), clock.now(), request.form.get("reason", ""))
    db.session.commit()
    flash(f"《{document.title}》已作废，不会立项；需要时可以重新导入")
    return redirect(url_for(".index"))


@bp.post("/<int:document_id>/undo")
@requires(Permission.READ)
def undo(document_id: int) -> Response:
    document, before = _opened(document_id)
    words = actions.undo(document, me(), clock.now())
    db.session.commit()
    return _changed(document, before, 0, f"已撤销“{words}”")


@bp.post("/<int:document_id>/rows/<int:key>")
@requires(Permission.READ)
def take_step(document_id: int, key: int) -> Response:
    step = STEPS.get(request.form.get("step", ""))
    if step is None:
        raise Invalid("没有这个操作，请刷新后再试")
    return _corrected(document_id, key, step.words, lambda reading: step.change(reading, key))


@bp.route("/<int:document_id>/header", methods=["GET", "POST"])
@requires(Permission.READ)
def edit_header(document_id: int) -> Response:
    document = queries.get_document(document_id)
    form = forms.HeaderForm(obj=document)
    page = _editor(document, "documents/_fields.html", form, "文件信息")
    if not form.validate_on_submit():
        return page.answer()
    document, before = _opened(document_id)
    actions.edit_header(document, me(), clock.now(), **form.values)
    db.session.commit()
    return _changed(document, before, 0)


@bp.route("/<int:document_id>/points/<int:key>", methods=["GET", "POST"])
@requires(Permission.READ)
def edit_point(document_id: int, key: int) -> Response:
    document = queries.get_document(document_id)
    form = forms.PointForm(obj=_there(actions.reading(document).find_point(key)))
    page = _editor(document, "documents/_fields.html", form, "修改条目标题")
    if not form.validate_on_submit():
        return page.answer()
    return _corrected(document_id, key, "修改条目标题", partial(edits.edit_point, key=key, **form.values))


@bp.route("/<int:document_id>/points", methods=["GET", "POST"])
@requires(Permission.READ)
def add_point(document_id: int) -> Response:
    document = queries.get_document(document_id)
    form = forms.PointForm()
    page = _editor(document, "documents/_fields.html", form, "补充条目")
    if not form.validate_on_submit():
        return page.answer()
    span = found_at(document.text, form.title.data, len(document.text))
    return _corrected(document_id, 0, "补充条目", partial(edits.add_point, span=span, **form.values))


@bp.route("/<int:document_id>/points/<int:key>/tasks", methods=["GET", "POST"])
@requires(Permission.READ)
def add_task(document_id: int, key: int) -> Response:
    document = queries.get_document(document_id)
    point = _there(actions.reading(document).find_point(key))
    form = forms.NewTaskForm()
    page = _editor(document, "documents/_task.html", form, "补充任务")
    if not form.validate_on_submit():
        return page.answer()
    span = found_at(document.text, form.text.data, point.start)
    change = partial(edits.add_task, owner=key, span=span, plan_year=document.plan_year, **form.values)
    return _corrected(document_id, key, "补充任务", change)


@bp.route("/<int:document_id>/tasks/<int:key>", methods=["GET", "POST"])
@requires(Permission.READ)
def edit_task(document_id: int, key: int) -> Response:
    document = queries.get_document(document_id)
    form = forms.TaskForm(obj=_there(actions.reading(document).find_task(key)))
    page = _editor(document, "documents/_fields.html", form, "修改任务名称")
    if not form.validate_on_submit():
        return page.answer()
    return _corrected(document_id, key, "修改任务名称", partial(edits.edit_task, key=key, **form.values))


@bp.route("/<int:document_id>/tasks/<int:key>/split", methods=["GET", "POST"])
@requires(Permission.READ)
def split_task(document_id: int, key: int) -> Response:
    document = queries.get_document(document_id)
    task = _there(actions.reading(document).find_task(key))
    form = forms.SplitForm(at=edits.likely_cut(task.text))
    page = _editor(document, "documents/_split.html", form, "拆分任务", task=task)
    if not form.validate_on_submit():
        return page.answer()
    return _corrected(document_id, key, "拆分任务", partial(edits.split_task, key=key, at=form.at.data))


@bp.route("/<int:document_id>/tasks/<int:key>/deadline", methods=["GET", "POST"])
@requires(Permission.READ)
def set_deadline(document_id: int, key: int) -> Response:
    document = queries.get_document(document_id)
    task = _there(actions.reading(document).find_task(key))
    day = task.deadline and date.fromisoformat(task.deadline)
    form = forms.DeadlineForm(
        deadline=day, is_open_ended=task.is_open_ended, keeps_recurrence=True, reporting=task.reporting
    )
    page = _editor(document, "documents/_deadline.html", form, "修改时限", task=task)
    if not form.validate_on_submit():
        return page.answer()
    return _corrected(document_id, key, "修改时限", partial(edits.set_deadline, key=key, **form.values))


@bp.route("/<int:document_id>/rows/<int:key>/units", methods=["GET", "POST"])
@requires(Permission.READ)
def add_unit(document_id: int, key: int) -> Response:
    document = queries.get_document(document_id)
    reading = actions.reading(document)
    _there(reading.find_point(key) or reading.find_task(key))
    form = forms.UnitNameForm()
    page = _editor(document, "documents/_unit.html", form, "添加责任单位")
    if not form.validate_on_submit():
        return page.answer()
    return _corrected(document_id, key, "添加单位", partial(edits.add_unit, owner=key, **form.values))


@bp.route("/<int:document_id>/units/<int:key>", methods=["GET", "POST"])
@requires(Permission.READ)
def edit_unit(document_id: int, key: int) -> Response:
    document = queries.get_document(document_id)
    unit = _there(actions.reading(document).find_unit(key))
    form = forms.UnitNameForm(obj=unit)
    page = _editor(document, "documents/_unit.html", form, "责任单位", unit=unit)
    if not form.validate_on_submit():
        return page.answer()
    return _corrected(document_id, key, "修改单位", partial(edits.edit_unit, key=key, **form.values))


@bp.route("/<int:document_id>/units/<int:key>/members", methods=["GET", "POST"])
@requires(Permission.READ)
def choose_members(document_id: int, key: int) -> Response:
    document = queries.get_document(document_id)
    unit, directory = _there(actions.reading(document).find_unit(key)), queries.directory()
    proposed = directory.resolve(unit.text, unit.chosen).unit_ids or directory.members(unit.text)
    form = forms.MembersForm(accounts.active_units(), proposed)
    page = _editor(
        document, "documents/_members.html", form, f"“{unit.text}”包括哪些单位", unit=unit, UnitKind=UnitKind
    )
    if not form.validate_on_submit():
        return page.answer()
    return _corrected(document_id, key, "确认所指单位", partial(edits.edit_unit, key=key, **form.values))


@bp.post("/<int:document_id>/units/<int:key>/alias")
@requires(Permission.READ)
def create_alias(document_id: int, key: int) -> Response:
    document, before = _opened(document_id)
    unit = _there(actions.reading(document).find_unit(key))
    bearer = queries.bearer(request.form.get("of", ""))
    units.create_alias(me(), clock.now(), unit.text, bearer)
    db.session.commit()
    return _changed(document, before, key, f"“{unit.text}”已设为“{bearer.name}”的别名，以后的文件也能认出")


@bp.route("/<int:document_id>/units/<int:key>/create", methods=["GET", "POST"])
@requires(Permission.READ)
def create_unit(document_id: int, key: int) -> Response:
    document = queries.get_document(document_id)
    unit = _there(actions.reading(document).find_unit(key))
    form = forms.NewUnitForm(name=unit.text, kind=UnitKind.DEPARTMENT)
    page = _editor(document, "documents/_fields.html", form, "新增单位")
    if not form.validate_on_submit():
        return page.answer()
    document, before = _opened(document_id)
    new = units.create_unit(me(), clock.now(), **form.values)
    actions.edit(
        document, me(), clock.now(), "修改单位", partial(edits.edit_unit, key=key, text=new.name), key
    )
    db.session.commit()
    return _changed(document, before, key, f"单位“{new.name}”已新增，排在最后")


@bp.route("/<int:document_id>/tasks/<int:key>/targets", methods=["GET", "POST"])
@requires(Permission.READ)
def add_target(document_id: int, key: int) -> Response:
    document = queries.get_document(document_id)
    _there(actions.reading(document).find_task(key))
    form = forms.TargetForm()
    page = _editor(document, "documents/_target.html", form, "添加目标")
    if not form.validate_on_submit():
        return page.answer()
    row = TargetRow(key=0, **form.values)
    return _corrected(document_id, key, "添加目标", partial(edits.add_target, task_key=key, target=row))


@bp.route("/<int:document_id>/targets/<int:key>", methods=["GET", "POST"])
@requires(Permission.READ)
def edit_target(document_id: int, key: int) -> Response:
    document = queries.get_document(document_id)
    target = _there(actions.reading(document).find_target(key))
    form = forms.TargetForm(obj=target)
    page = _editor(document, "documents/_target.html", form, "修改目标", target=target)
    if not form.validate_on_submit():
        return page.answer()
    row = replace(target, **form.values)
    return _corrected(document_id, key, "修改目标", partial(edits.edit_target, target=row))


def _there(row: Row | None) -> Row:
    if row is None:
        raise NotFound(edits.GONE)
    return row


def _proof(document: Document) -> Proof:
    return Proof(document.text, actions.reading(document), queries.directory(), document.issued_on)


def _facts(document: Document) -> dict[str, Any]:
    """What the page, and every part of it, is made of."""
    steps = {step.action: step for step in DOCUMENT.available(document, me())}
    return {
        "document": document,
        "proof": _proof(document),
        "breakdowns": breakdowns,
        "steps": steps,
        "editable": "adopt" in steps,
    }


def _index(form: Form) -> FormPage:
    view = queries.DOCUMENTS.view(request.args)
    page = page_of(queries.documents(view), view.number, view.size)
    return form_page(
        "documents/index.html",
        form,
        part="documents/_refused.html",
        view=view,
        page=page,
        sizes={document.id: actions.reading(document).size() for document in page.rows},
        supported=readers.SUPPORTED,
        DocumentState=DocumentState,
        DocumentKind=DocumentKind,
    )


def _editor(document: Document, part: str, form: Form, heading: str, **context: object) -> FormPage:
    """A form in the place of the page it belongs to, or on a page of its own where there is no script."""
    form.version.data = form.version.data or document.version
    return form_page(
        "documents/editor.html",
        form,
        part=part,
        document=document,
        heading=heading,
        place=place_of(actions.reading(document), (request.view_args or {}).get("key", 0)),
        groups=accounts.all_groups(),
        units=accounts.active_units(),
        **context,
    )


def _opened(document_id: int) -> tuple[Document, Proof]:
    """A document about to be changed, as it is now; WrongState when the page is not the latest."""
    document = queries.get_document(document_id)
    actions.check_version(document, request.form.get("version", type=int))
    return document, _proof(document)


def _corrected(document_id: int, key: int, words: str, change: Callable[[Reading], Reading]) -> Response:
    """Make one correction at the row ``key`` and show what it changed."""
    document, before = _opened(document_id)
    actions.edit(document, me(), clock.now(), words, change, key)
    db.session.commit()
    return _changed(document, before, key)


def _changed(document: Document, before: Proof, key: int, said: str = "") -> Response:
    """To htmx the parts of the page that differ; without it the whole page, at the row ``key``."""
    if "HX-Request" in request.headers:
        facts = _facts(document)
        news = facts["proof"].news(before)
        return make_response(render_template("documents/_changed.html", news=news, said=said, **facts))
    if said:
        flash(said)
    return redirect(url_for(".show", document_id=document.id, _anchor=f"k{key}" if key else None))


def _onward(url: str) -> Response:
    """Lead to another page, by htmx too."""
    if "HX-Request" in request.headers:
        return make_response("", 200, {"HX-Redirect": url})
    return redirect(url)
