"""Reviewing by keyboard, and urging by ticks, in a real browser at both sizes."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests import make
from tests.conftest import NOW
from tracker.accounts.models import Role
from tracker.db import db
from tracker.reports.models import Evidence, ProgressReport
from tracker.tasks.models import Assignment
from tracker.workflow import FilingState, State

pytestmark = pytest.mark.browser

SIZES = {"desk": (1280, 800), "telephone": (390, 844)}
WHOLE = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture(params=SIZES)
def visitor(request, page: Page, enter) -> Page:
    """A supervisor before three cases: two reports and a request for closure."""
    width, height = SIZES[request.param]
    page.set_viewport_size({"width": width, "height": height})
    unit = make.user(Role.REPORTER).unit
    for title in ("建成三所学校", "修好五条道路"):
        duty = make.assignment(unit, state=State.ACTIVE, title=title, progress=20)
        make.report(duty, state=FilingState.ACCEPTED, progress=20, text="已选址12处。")
        report = make.report(duty, text="已选址15处，两所开工。", submitted_at=NOW)
        proof = Evidence(report_id=report.id, file=make.stored_file(), name="开工照片.txt", claim="开工")
        db.session.add(proof)
        db.session.commit()
    make.assignment(unit, state=State.CLOSING, title="办好服务窗口", submitted_at=NOW)
    late = {"state": State.ACTIVE, "deadline": NOW.date().replace(day=1)}
    make.assignment(unit, title="逾期的一项", **late)
    enter(make.user(Role.SUPERVISOR))
    return page


def state_of(model, title: str):
    db.session.rollback()
    query = db.select(model).join(Assignment.task) if model is Assignment else db.select(model)
    if model is ProgressReport:
        query = query.join(ProgressReport.assignment).join(Assignment.task).order_by(ProgressReport.id.desc())
    return db.session.scalars(query.filter_by(title=title)).first().state


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [one["id"] for one in found if one["impact"] in ("serious", "critical")]


def test_three_cases_are_decided_without_touching_the_mouse(visitor: Page, film):
    page = visitor
    page.goto("/reports/")
    expect(page.get_by_role("heading", level=1)).to_have_text("建成三所学校")
    assert page.evaluate(WHOLE)
    assert faults(page) == []
    film("case")
    page.wait_for_timeout(600)  # a fresh page is only looked at
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()
    page.keyboard.press("a")  # no decision behind a dialog
    page.keyboard.press("Escape")

    page.keyboard.press("a")
    expect(page.locator("#notices")).to_contain_text("已通过")
    expect(page.get_by_role("heading", level=1)).to_have_text("修好五条道路")

    page.keyboard.press("s")
    expect(page.get_by_role("heading", level=1)).to_have_text("办好服务窗口")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", level=1)).to_have_text("修好五条道路")

    page.wait_for_timeout(600)
    page.keyboard.press("r")
    expect(page.get_by_role("dialog", name="退回")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("2")
    page.keyboard.type("请换成签收单a")  # letters typed are words, not decisions
    film("send-back")
    page.keyboard.press("Enter")
    expect(page.locator("#notices")).to_contain_text("已退回")
    expect(page.get_by_role("heading", level=1)).to_have_text("办好服务窗口")

    page.wait_for_timeout(600)
    page.keyboard.press("a")
    expect(page.get_by_text("都审完了")).to_be_visible()
    assert state_of(ProgressReport, "建成三所学校") is FilingState.ACCEPTED
    assert state_of(ProgressReport, "修好五条道路") is FilingState.RETURNED
    assert state_of(Assignment, "办好服务窗口") is State.CLOSED


def test_a_key_pressed_twice_does_not_decide_the_next_case_unseen(visitor: Page):
    page = visitor
    page.goto("/reports/review/")
    page.wait_for_timeout(600)
    page.keyboard.press("a")
    expect(page.get_by_role("heading", level=1)).to_have_text("修好五条道路")
    page.keyboard.press("a")
    page.wait_for_timeout(300)
    expect(page.get_by_role("heading", level=1)).to_have_text("修好五条道路")
    assert state_of(ProgressReport, "修好五条道路") is FilingState.SUBMITTED


def test_what_is_ticked_is_urged(visitor: Page, film):
    page = visitor
    page.goto("/reminders/overdue/")
    assert page.evaluate(WHOLE)
    assert faults(page) == []
    button = page.get_by_role("button", name="催办勾选的")
    expect(button).to_be_disabled()
    page.get_by_label("全选本页").check()
    expect(button).to_have_text("催办勾选的1项")
    film("board")
    button.click()
    expect(page.locator("#notices")).to_contain_text("已催办1项，通知到1人")
    film("urged")
    for path in ("/", "/reports/second-reviews/", "/reports/review/no-change"):
        page.goto(path)
        assert page.evaluate(WHOLE), path
        assert faults(page) == [], path
