"""关联: what an account has to do with, and the accounts a task or a document has led to."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, can, requires
from tracker.accounts.session import me
from tracker.db import db
from tracker.documents.queries import get_document
from tracker.lists import queries as accounts
from tracker.lists.links import actions, queries
from tracker.tasks.queries import get_task
from tracker.web.pages import LONGEST_WORD

bp = Blueprint("links", __name__)


@bp.get("/<int:problem_id>/links")
@requires(Permission.VIEW)
def index(problem_id: int) -> str:
    problem = accounts.get_problem(me(), problem_id)
    said = request.args.get("q", "").strip()[:LONGEST_WORD]
    judges = can(me(), Permission.JUDGE)
    return render_template(
        "lists/links/index.html",
        problem=problem,
        linked=queries.linked(problem, me()),
        found=queries.candidates(problem, me(), said) if judges else [],
        said=said,
        judges=judges,
        name_of=actions.name_of,
    )


@bp.post("/<int:problem_id>/links/<any(task,document,problem):end>/<int:other_id>")
@requires(Permission.JUDGE)
def link(problem_id: int, end: str, other_id: int) -> Response:
    problem = accounts.get_problem(me(), problem_id)
    if end == "problem":
        actions.link(problem, accounts.get_problem(me(), other_id), me(), clock.now())
    elif end == "task":
        actions.link(problem, get_task(me(), other_id), me(), clock.now())
    else:
        actions.link(problem, get_document(other_id), me(), clock.now())
    db.session.commit()
    flash("已关联")
    return redirect(url_for(".index", problem_id=problem.id))


@bp.post("/<int:problem_id>/links/<int:link_id>/unlink")
@requires(Permission.JUDGE)
def unlink(problem_id: int, link_id: int) -> Response:
    problem = accounts.get_problem(me(), problem_id)
    actions.unlink(queries.get_link(problem, link_id), problem, me(), clock.now())
    db.session.commit()
    flash("已取消关联")
    return redirect(url_for(".index", problem_id=problem.id))


@bp.get("/of-task/<int:task_id>")
@requires(Permission.VIEW)
def of_task(task_id: int) -> str:
    """A part of the page of a task."""
    get_task(me(), task_id)
    return render_template("lists/links/_of.html", problems=queries.of_task(me(), task_id))


@bp.get("/of-document/<int:document_id>")
@requires(Permission.READ)
def of_document(document_id: int) -> str:
    """A part of the page of a document."""
    get_document(document_id)
    return render_template("lists/links/_of.html", problems=queries.of_document(me(), document_id))
