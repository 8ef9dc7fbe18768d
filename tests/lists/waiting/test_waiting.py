"""What waits for whom in the three lists."""

import re
from datetime import date, timedelta

import pytest

from tests import make
from tests.conftest import NOW, sign_in
from tracker.accounts.models import Role
from tracker.lists.look_backs.models import LookBack
from tracker.lists.models import Pace
from tracker.lists.waiting.rules import quarter_asked
from tracker.workflow import RectificationState as State


@pytest.mark.parametrize(
    ("today", "quarter", "before"),
    [
        (date(2020, 6, 1), "2020-Q2", date(2020, 6, 1)),
        (date(2020, 7, 1), "2020-Q2", date(2020, 6, 1)),
        (date(2020, 8, 31), "2020-Q2", date(2020, 6, 1)),
        (date(2020, 9, 1), "2020-Q3", date(2020, 9, 1)),
        (date(2021, 1, 4), "2020-Q4", date(2020, 12, 1)),
    ],
)
def test_a_quarter_is_asked_for_from_its_last_month_on(today, quarter, before):
    assert quarter_asked(today) == (quarter, before)


@pytest.fixture
def everything(reporter, supervisor):
    """One account of the reporter's unit for each box, and some that wait for nobody."""
    unit, other = reporter.unit, make.unit("市审计局")

    def account(lead=unit, accepting=other, **columns):
        columns = {"deadline": date(2020, 12, 31), "issued_at": NOW - timedelta(days=60)} | columns
        return make.problem(lead, accepting, rectification=columns).rectification

    account(state=State.ISSUED)
    account(state=State.PLANNING)
    account(state=State.PLANNING, remedy="倒排工期", proposed_at=NOW)
    account(state=State.ACTIVE, deadline=date(2020, 7, 3))
    account(state=State.ACTIVE, deadline=date(2020, 7, 9))
    account(state=State.ACTIVE)
    account(state=State.ACTIVE, progress=100)
    account(state=State.ACTIVE, pace=Pace.STANDING, deadline=None)
    account(state=State.ACTIVE, pace=Pace.STANDING, deadline=None, issued_at=NOW - timedelta(days=5))
    account(state=State.CLOSING)
    account(lead=other, accepting=unit, state=State.CLOSING)
    account(state=State.VERIFIED)
    account(state=State.DISPUTED)
    account(state=State.REGISTERED)
    closure = make.closure(account(state=State.CLOSED, closed_on=date(2020, 4, 1)))
    look_back = {"closure": closure, "due_on": date(2020, 7, 1), "planned_at": NOW, "reason": "抽查"}
    make._keep(LookBack(**look_back, closed_by_id=closure.closed_by_id))


def boxes(page):
    found = re.findall(r'<h2>([^<]+) <span class="tally">(\d+)</span>', page)
    return {title: int(number) for title, number in found}


def test_a_units_desk_shows_its_accounts_by_what_they_wait_for(client, everything, reporter, head):
    sign_in(client, reporter)
    shown = {"待认领的问题": 1, "待定整改措施": 1, "待填报阶段成效": 1, "整改已逾期": 1, "整改将到期": 1}
    assert boxes(client.get("/").text) == shown
    assert "没有这一栏" in client.get("/lists/waiting/close").text
    sign_in(client, head)
    assert boxes(client.get("/").text) == shown | {"可以申请销号": 1, "待现场核查": 1}
    assert "共1件" in client.get("/lists/waiting/verify").text


def test_the_supervisors_desk_counts_what_is_to_be_decided(client, everything):
    sign_in(client, make.user(Role.SUPERVISOR))
    page = client.get("/").text
    found = dict(re.findall(r'"call-title">([^<]+)</span><b>(\d+)</b>', page))
    assert found == dict.fromkeys(
        ("问题待交办", "挂账异议待答复", "整改措施待审定", "整改待销号", "回头看到期"), "1"
    )
    for wait in ("issue", "answer", "approve", "close", "look_back"):
        assert "共1件" in client.get(f"/lists/waiting/{wait}").text
