"""Objections to a public notice, in a user's sight."""

from tracker.accounts.models import User
from tracker.db import db
from tracker.errors import NotFound
from tracker.lists.account.queries import standing_notice
from tracker.lists.models import Problem
from tracker.lists.notices.models import NoticeObjection, PublicNotice
from tracker.lists.queries import get_problem


def notice_of(problem: Problem) -> PublicNotice:
    """The public notice that counts now; NotFound when there is none."""
    notice = standing_notice(problem.rectification)
    if notice is None:
        raise NotFound("本账号现在没有公示")
    return notice


def get_objection(user: User, objection_id: int) -> NoticeObjection:
    """NotFound when absent or its account is out of sight."""
    found = db.session.get(NoticeObjection, objection_id)
    if found is None:
        raise NotFound("没有这条公示异议")
    get_problem(user, found.notice.rectification.problem_id)
    return found
