"""In the browser: a head asks for more time and an approver grants it; many duties change at once and back."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tracker.accounts.models import Role
from tracker.workflow import State

pytestmark = pytest.mark.browser

SIZES = [(1280, 800), (390, 844)]


@pytest.fixture(params=SIZES, ids=["desk", "telephone"])
def screen(request, page: Page, own_app) -> Page:
    page.set_viewport_size(dict(zip(("width", "height"), request.param, strict=True)))
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def fits(page: Page) -> bool:
    """Nothing has to be scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_more_time_is_asked_for_and_granted(screen, enter):
    head, approver = make.user(Role.HEAD), make.user(Role.APPROVER)
    duty = make.assignment(head.unit, state=State.ACTIVE, deadline=date(2020, 7, 31))
    enter(head)
    screen.goto(f"/reports/duties/{duty.id}")
    screen.get_by_role("link", name="申请延期").click()
    assert fits(screen)
    screen.get_by_label("申请延至").fill("2020-08-29")
    screen.get_by_label("理由").fill("汛期停工二十天")
    expect(screen.locator("#rest-day")).to_contain_text("下一个工作日是2020年8月31日")
    proof = {"name": "停工令.txt", "mimeType": "text/plain", "buffer": "停工令".encode()}
    screen.get_by_label("证明材料").set_input_files(proof)
    screen.get_by_role("button", name="提交申请").click()
    expect(screen.locator("#notices")).to_contain_text("等待审批")

    enter(approver)
    screen.goto("/tasks/requests/")
    assert fits(screen)
    card = screen.locator("article.request")
    expect(card).to_contain_text("停工令.txt")
    card.get_by_role("button", name="不予延期").click()
    expect(card.get_by_role("alert")).to_have_text("不予延期请填写理由")
    card.get_by_label("批准延至").fill("2020-08-25")
    card.get_by_role("button", name="同意延期").click()
    expect(screen.locator("#notices")).to_contain_text("已同意延期至2020年8月25日")

    enter(head)
    screen.goto(f"/reports/duties/{duty.id}")
    expect(screen.locator("#asked")).to_contain_text("批准至2020-08-25")
    expect(screen.locator("main")).to_contain_text("延期1次")


def test_many_duties_change_at_once_and_back(screen, enter):
    supervisor = make.user(Role.SUPERVISOR)
    for number in range(3):
        make.assignment(make.unit(f"单位{number}"), state=State.ACTIVE, deadline=date(2020, 7, 31))
    enter(supervisor)
    screen.goto("/tasks/?state=active")
    screen.get_by_label("全选本页").check()
    screen.get_by_role("button", name="批量调整选中项").click()
    assert fits(screen)
    screen.locator("#new-deadline").fill("2020-09-30")
    screen.locator("form", has=screen.locator("#new-deadline")).get_by_role("button").click()
    expect(screen.locator("main")).to_contain_text("将调整3项")
    assert fits(screen)
    screen.get_by_role("button", name="确认调整3项").click()
    expect(screen.get_by_role("alert")).to_contain_text("批量调整请填写理由")
    screen.get_by_label("理由").fill("例会议定")
    screen.get_by_role("button", name="确认调整3项").click()
    expect(screen.locator("#notices")).to_contain_text("已调整3项")
    assert fits(screen)
    screen.get_by_role("button", name="撤销").click()
    expect(screen.locator("#notices")).to_contain_text("3项恢复原状")
