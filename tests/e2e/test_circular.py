"""A circular in a browser: a clerk changes a number on the sheet, is told, and goes back to the composed words."""

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.conftest import NOW
from tracker.accounts.models import Role
from tracker.circulars import actions
from tracker.db import db
from tracker.scores import actions as scores
from tracker.workdays import statutory

pytestmark = pytest.mark.browser


def test_a_changed_number_is_marked_and_goes_back(own_app, page: Page, enter):
    clerk = make.user(Role.SUPERVISOR)
    unit = make.unit()
    make.board("部门组", unit)
    make.assignment(unit)
    scores.evaluate("2020-06", None, NOW, statutory())
    house = actions.House.from_settings(own_app.config)
    circular = actions.draft("2020-06", house, clerk, NOW, statutory())
    db.session.commit()
    composed = actions.parts_of(circular).sections[0].blocks[1].text
    enter(clerk)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(f"/circulars/{circular.id}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        paragraph = page.locator("#text-0-1")
        paragraph.fill(composed.replace("月末在账0个", "月末在账7个"))
        page.get_by_role("button", name="保存文字").click()
        expect(page.locator("#about-0-1")).to_contain_text("“7个”与统计表不一致")
        expect(page.locator(".findings .is-fault").first).to_contain_text("必须改正")
        page.get_by_text("与自动生成的文字对照").click()
        page.get_by_role("button", name="恢复自动生成的文字").click()
        expect(paragraph).to_have_value(composed)
        expect(page.locator("#about-0-1")).to_have_count(0)
