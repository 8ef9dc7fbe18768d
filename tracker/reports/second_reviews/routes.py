"""Pages of the second reviews: the oldest drawn closure in full, and what was decided lately."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.session import me
from tracker.accounts.trail import check_version
from tracker.db import db
from tracker.reports.models import SecondReview
from tracker.reports.review.case import closed_case_of
from tracker.reports.review.rules import Part
from tracker.reports.second_reviews import actions, queries
from tracker.workdays import statutory
from tracker.workflow import SECOND_REVIEW, State

bp = Blueprint("second_reviews", __name__, url_prefix="/second-reviews")


@bp.get("/")
@requires(Permission.JUDGE)
def index() -> str:
    """The oldest drawn closure this person may look at, or why there is none."""
    return _page(db.session.scalar(queries.open_to(me()).limit(1)))


@bp.get("/<int:second_review_id>")
@requires(Permission.JUDGE)
def show(second_review_id: int) -> str:
    return _page(queries.get_second_review(second_review_id))


@bp.post("/<int:second_review_id>/agree")
@requires(Permission.JUDGE)
def agree(second_review_id: int) -> Response:
    review = _loaded(second_review_id)
    actions.agree(review, me(), clock.now(), request.form.get("reason", ""))
    return _done(f"复核属实：“{review.assignment.task.title}”")


@bp.post("/<int:second_review_id>/disagree")
@requires(Permission.JUDGE)
def disagree(second_review_id: int) -> Response:
    review = _loaded(second_review_id)
    actions.disagree(review, me(), clock.now(), request.form.get("reason", ""))
    return _done(f"复核不符，已恢复办理：“{review.assignment.task.title}”")


def _loaded(second_review_id: int) -> SecondReview:
    review = queries.get_second_review(second_review_id)
    check_version(review, request.form.get("version", type=int))
    return review


def _done(said: str) -> Response:
    db.session.commit()
    flash(said)
    return redirect(url_for(".index"))


def _page(review: SecondReview | None) -> str:
    user = me()
    mine = queries.open_count(user)
    return render_template(
        "reports/second_reviews/show.html",
        review=review,
        case=closed_case_of(review.assignment, statutory()) if review else None,
        steps=SECOND_REVIEW.available(review, user) if review else [],
        still_closed=review is not None and review.assignment.state is State.CLOSED,
        mine=mine,
        for_others=queries.count(queries.waiting()) - mine,
        others=queries.other_supervisors(user),
        decided=queries.decided(),
        share=current_app.config["SECOND_REVIEW_SHARE"],
        share_perfect=current_app.config["SECOND_REVIEW_SHARE_PERFECT"],
        Part=Part,
    )
