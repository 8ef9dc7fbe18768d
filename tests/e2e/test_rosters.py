"""In the browser: a roster is made from the document's nodes, filled in, unmasked once and struck off."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tracker.accounts.models import Role
from tracker.tasks.models import DeadlineBasis
from tracker.workflow import State

pytestmark = pytest.mark.browser


def fits(page: Page) -> bool:
    """Nothing has to be scrolled sideways, on a desk nor on a telephone."""
    page.wait_for_load_state()
    wide = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 390, "height": 844})
    narrow = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1280, "height": 800})
    return bool(wide and narrow)


def test_a_household_is_struck_off(page, enter, own_app, film):
    reporter, supervisor = make.user(Role.REPORTER), make.user(Role.SUPERVISOR)
    task = make.task(title="年底前全部脱困", deadline_basis=DeadlineBasis.TEXT, deadline=date(2020, 12, 31))
    make.assignment(reporter.unit, task, state=State.ACTIVE)

    enter(supervisor)
    page.goto(f"/tasks/{task.id}")
    page.get_by_role("link", name="建对象台账").click()
    expect(page.get_by_label("第1步", exact=True)).to_have_value("年底前全部脱困")
    assert fits(page)
    page.get_by_label("对象叫什么").fill("户主")
    page.get_by_label("计量单位", exact=True).fill("户")
    page.get_by_label("对象名称是个人姓名，遮盖").check()
    page.get_by_label("第1栏", exact=True).fill("电话")
    page.locator("input[name='columns-0-is_personal']").check()
    page.get_by_role("button", name="建立台账").click()
    expect(page.locator("#notices")).to_contain_text("台账已建")
    film("made")

    enter(reporter)
    page.goto("/rosters/")
    page.get_by_role("link", name="年底前全部脱困对象台账").click()
    page.get_by_role("link", name="列入户主").click()
    page.get_by_label("户主").fill("欧阳修")
    page.get_by_label("电话").fill("13800005678")
    assert fits(page)
    page.get_by_role("button", name="列入台账").click()
    expect(page.locator("h1")).to_have_text("户主：欧**")
    expect(page.locator("main")).to_contain_text("138****5678")
    assert fits(page)
    page.get_by_role("button", name="查看完整信息").click()
    page.get_by_label("用途").fill("上门核对")
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.locator("main")).to_contain_text("13800005678")
    page.get_by_role("button", name="标记完成").click()
    expect(page.locator("h1")).to_have_text("户主：欧**")
    page.get_by_role("button", name="申请销号").click()
    expect(page.locator("#notices")).to_contain_text("已申请销号")
    film("applied")

    enter(supervisor)
    page.goto("/")
    expect(page.locator(".calls")).to_contain_text("台账对象待销号")
    page.get_by_role("link", name="去确认").click()
    page.get_by_role("link", name="1", exact=True).first.click()
    assert fits(page)
    page.get_by_label("选择序号1").check()
    page.get_by_role("button", name="选中项销号").click()
    expect(page.locator("#notices")).to_contain_text("销号：1户")
    page.goto(f"/tasks/{task.id}")
    expect(page.locator("#rosters")).to_contain_text("100%")
    film("closed")
