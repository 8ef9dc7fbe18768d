"""The circular drafts itself once its month is final, and once only."""

from datetime import date, timedelta

from tests import make
from tests.conftest import NOW
from tracker.circulars import jobs, queries
from tracker.db import db
from tracker.scores import actions as scores
from tracker.workdays import statutory
from tracker.workflow import CircularState, State

AFTER_APPEALS = NOW + timedelta(days=7)


def test_a_final_month_is_drafted_once(reporter, supervisor):
    make.board("部门组", reporter.unit)
    make.board("另一组", make.unit("市教育局"))
    make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 6, 20))
    assert jobs.draft_circular(NOW) == 0  # June is not evaluated

    first, second = scores.evaluate("2020-06", None, NOW, statutory())
    scores.settle(first, supervisor, AFTER_APPEALS)
    db.session.commit()
    assert jobs.draft_circular(NOW) == 0  # one board is still open to appeals

    scores.settle(second, supervisor, AFTER_APPEALS)
    db.session.commit()
    assert [jobs.draft_circular(NOW), jobs.draft_circular(NOW)] == [1, 0]
    found = queries.of_month("2020-06")
    assert (found.state, found.drafted_by_id) == (CircularState.DRAFT, None)
