"""共性问题: what is proposed, what was confirmed, one measure and one step for many accounts."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.session import me
from tracker.db import db
from tracker.errors import Invalid
from tracker.lists.groups import actions, queries
from tracker.lists.groups.forms import AddForm, GroupForm, ShareForm
from tracker.lists.models import Problem
from tracker.lists.queries import get_problem, visible_to

bp = Blueprint("groups", __name__, url_prefix="/groups")


@bp.get("/")
@requires(Permission.JUDGE)
def index() -> str:
    return render_template(
        "lists/groups/index.html", proposed=queries.proposed(me()), groups=queries.groups()
    )


@bp.post("/")
@requires(Permission.JUDGE)
def make() -> Response:
    group = actions.make(_chosen(), GroupForm().checked().title.data or "", me(), clock.now())
    db.session.commit()
    flash(f"已确认共性问题“{group.title}”")
    return redirect(url_for(".show", problem_group_id=group.id))


@bp.post("/dismiss")
@requires(Permission.JUDGE)
def dismiss() -> Response:
    actions.dismiss(_chosen(all_shown=True), me(), clock.now())
    db.session.commit()
    flash("好的，这几个账号不再作为共性问题提出")
    return redirect(url_for(".index"))


@bp.get("/<int:problem_group_id>")
@requires(Permission.JUDGE)
def show(problem_group_id: int) -> str:
    return _page(problem_group_id)


@bp.post("/<int:problem_group_id>/remedy")
@requires(Permission.JUDGE)
def share(problem_group_id: int) -> Response:
    group = queries.get_group(problem_group_id)
    given = actions.share(group, ShareForm().checked().remedy.data or "", me(), clock.now())
    db.session.commit()
    flash(f"共用措施已保存，写入{given}个还没有定措施的账号")
    return redirect(url_for(".show", problem_group_id=group.id))


@bp.post("/<int:problem_group_id>/members")
@requires(Permission.JUDGE)
def add(problem_group_id: int) -> Response:
    group, number = queries.get_group(problem_group_id), AddForm().checked().number.data or ""
    problem = db.session.scalar(visible_to(me()).where(Problem.number == number))
    if problem is None:
        raise Invalid(f"没有账号“{number}”，账号写作2020-0001", number="没有这个账号")
    actions.add(group, problem, me(), clock.now())
    db.session.commit()
    flash(f"账号{number}已归入")
    return redirect(url_for(".show", problem_group_id=group.id))


@bp.post("/<int:problem_group_id>/members/<int:problem_id>/remove")
@requires(Permission.JUDGE)
def remove(problem_group_id: int, problem_id: int) -> Response:
    group = queries.get_group(problem_group_id)
    problem = get_problem(me(), problem_id)
    actions.remove(group, problem, me(), clock.now())
    db.session.commit()
    flash(f"账号{problem.number}已移出")
    return redirect(url_for(".show", problem_group_id=group.id))


@bp.post("/<int:problem_group_id>/take/<any(issue,approve,close):move>")
@requires(Permission.JUDGE)
def take(problem_group_id: int, move: str) -> str:
    """What was refused is named on the page that comes back."""
    group = queries.get_group(problem_group_id)
    chosen = [problem for problem in _chosen() if problem.group_id == group.id]
    taken = actions.take(move, chosen, me(), clock.now())
    db.session.commit()
    return _page(problem_group_id, move, taken)


def _page(problem_group_id: int, step: str = "", taken: actions.Taken | None = None) -> str:
    group = queries.get_group(problem_group_id)
    return render_template(
        "lists/groups/show.html",
        group=group,
        members=queries.members(group, me()),
        share_form=ShareForm(formdata=None, remedy=group.remedy),
        add_form=AddForm(formdata=None),
        steps=[(name, actions.LABELS[name]) for name in actions.STEPS],
        said=actions.LABELS.get(step, ""),
        taken=taken,
    )


def _chosen(*, all_shown: bool = False) -> list[Problem]:
    """The accounts ticked on the page, or all that it showed."""
    ids = request.form.getlist("shown" if all_shown else "id", type=int)
    if not ids:
        raise Invalid("请选择账号")
    found = db.session.scalars(visible_to(me()).where(Problem.id.in_(ids[:500])).order_by(Problem.id))
    return list(found)
