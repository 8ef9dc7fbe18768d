"""The verbs of a second review: drawing the lots, and what the second supervisor decides. None commits."""

from collections.abc import Collection
from datetime import datetime

from tracker import audit
from tracker.accounts.models import User
from tracker.db import db, insert_new
from tracker.reports.models import SecondReview
from tracker.reports.second_reviews import queries
from tracker.reports.second_reviews.rules import is_drawn
from tracker.tasks import actions as tasks
from tracker.workflow import SECOND_REVIEW, SecondReviewState


def draw(now: datetime, perfect_unit_ids: Collection[int], share: int, share_perfect: int) -> int:
    """抽取复核: lots for every closure since the last draw; how many were drawn.

    ``share`` percent of them, of units without a fault so far ``share_perfect``. What was looked at is
    recorded with both shares, so that anybody can draw the same lots again; a closure is looked at once.
    """
    closures = queries.closures_after(queries.looked_to())
    if not closures:
        return 0
    shares = {
        event.id: share_perfect if duty.unit_id in perfect_unit_ids else share for event, duty in closures
    }
    drawn = [(event, duty) for event, duty in closures if is_drawn(event.hash, shares[event.id])]
    insert_new(
        SecondReview,
        [
            {
                "event_id": event.id,
                "assignment_id": duty.id,
                "state": SecondReviewState.DRAWN,
                "share": shares[event.id],
                "drawn_at": now,
                "applied_by_id": duty.applied_by_id,
                "closed_by_id": event.actor_id,
                "version": 1,
            }
            for event, duty in drawn
        ],
    )
    audit.record(
        queries.DRAW,
        "抽取复核",
        closures[-1][0],
        None,
        now,
        closures=len(closures),
        drawn=[event.id for event, _ in drawn],
        share=share,
        share_perfect=share_perfect,
        perfect_units=sorted(perfect_unit_ids),
    )
    return len(drawn)


def agree(review: SecondReview, actor: User, now: datetime, reason: str = "") -> None:
    """复核属实: the closure stands."""
    SECOND_REVIEW.take(review, "agree", actor, now, reason)
    _decide(review, actor, now, reason)


def disagree(review: SecondReview, actor: User, now: datetime, reason: str) -> None:
    """复核不符: the duty is taken up again (恢复办理) for the same reason, which its unit sees."""
    SECOND_REVIEW.take(review, "disagree", actor, now, reason)
    _decide(review, actor, now, reason)
    tasks.reopen(review.assignment, actor, now, f"复核不符：{reason.strip()}")


def _decide(review: SecondReview, actor: User, now: datetime, reason: str) -> None:
    review.reviewed_at = now
    review.reviewed_by_id = actor.id
    review.reason = reason.strip()
    db.session.flush()
