"""In the browser: a head contests a line of the sheet, a supervisor upholds it; a new formula is previewed."""

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.conftest import NOW
from tracker.accounts.models import Role
from tracker.db import db
from tracker.scores import actions
from tracker.workdays import statutory
from tracker.workflow import State

pytestmark = pytest.mark.browser


def fits(page: Page) -> bool:
    page.wait_for_load_state()
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_sheet_is_contested_and_put_right_and_a_new_formula_previewed(page: Page, own_app, enter):
    head, supervisor = make.user(Role.HEAD), make.user(Role.SUPERVISOR)
    for _ in range(3):
        make.assignment(head.unit, deadline=date(2020, 6, 30), state=State.CLOSING)
    late = make.assignment(head.unit, title="改造危房", deadline=date(2020, 6, 24), state=State.ACTIVE)
    late.received_at = datetime(2020, 6, 20, tzinfo=UTC)
    make.board("部门组", head.unit, make.unit("市教育局"))
    actions.evaluate("2020-06", None, NOW, statutory())
    db.session.commit()

    page.set_viewport_size({"width": 390, "height": 844})
    enter(head)
    page.goto("/scores/")
    assert fits(page)
    expect(page.get_by_role("img", name="部门组2020-06得分")).to_be_visible()
    page.get_by_role("link", name="市发展改革委").click()
    assert fits(page)
    expect(page.locator("main")).to_contain_text("尽快办结“改造危房”")
    page.get_by_role("link", name="申诉", exact=True).first.click()
    page.get_by_label("事实和理由").fill("6月24日已当面送达")
    proof = {"name": "签收单.txt", "mimeType": "text/plain", "buffer": "已签收".encode()}
    page.get_by_label("证明材料").set_input_files(proof)
    assert fits(page)
    page.get_by_role("button", name="提出申诉").click()
    expect(page.locator("#notices")).to_contain_text("已提出申诉")

    page.set_viewport_size({"width": 1280, "height": 800})
    enter(supervisor)
    page.goto("/scores/appeals/")
    page.get_by_role("link", name="改造危房").click()
    page.get_by_role("button", name="成立…", exact=True).click()
    page.get_by_role("dialog", name="成立", exact=True).get_by_label("理由").fill("签收单属实")
    page.get_by_role("button", name="确定成立").click()
    expect(page.locator("#notices")).to_contain_text("本组已经重新计分排名")
    expect(page.locator(".facts")).to_contain_text("+15.80")

    page.goto("/scores/models/new")
    page.get_by_label("按时办结率", exact=True).fill("50")
    page.get_by_label("修改理由").fill("突出按时办结")
    page.get_by_role("button", name="预览").click()
    expect(page.locator("main")).to_contain_text("五项权重合计是105，必须是100")
    page.get_by_label("数据质量").fill("5")
    page.get_by_role("button", name="预览").click()
    expect(page.locator("main")).to_contain_text("用1份冻结的事实重算")
    page.get_by_role("button", name="确认启用").click()
    expect(page.locator("#notices")).to_contain_text("第2版评价模型已启用，从2020-08起执行")
