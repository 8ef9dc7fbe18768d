"""A supervisor enters a task by hand in a browser: rows change in place, issuing is confirmed, axe is content."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.e2e.test_axe import faults
from tracker.accounts.models import Role, UnitKind

pytestmark = pytest.mark.browser

ORDER = (
    "会议要求，市教育和体育局牵头，各县（区）配合，"
    "9月底前整治校舍不少于30所（其中定海区18所、普陀区12所），按月报送进展。"
)


@pytest.fixture
def office(own_app, page, enter):
    make.group("各县（区）", *(make.unit(name, kind=UnitKind.AREA) for name in ("定海区", "普陀区")))
    make.unit("市教育局")
    enter(make.user(Role.SUPERVISOR))
    return page


@pytest.mark.parametrize("width", [1280, 390])
def test_an_order_becomes_a_task(office, width, film):
    office.set_viewport_size({"width": width, "height": 900})
    office.goto("/tasks/")
    office.get_by_role("link", name="新增任务").click()
    assert faults(office, contrast=True) == []
    office.get_by_label("出处").fill("第5次专题会议纪要")
    office.get_by_label("会议、批示或来函日期").fill("2020-07-03")
    office.get_by_role("textbox", name="原文").fill(ORDER)
    office.get_by_role("button", name="识别并核对").click()

    film("read")
    expect(office.get_by_label("填报要求")).to_have_value("monthly")
    office.get_by_label("任务名称").fill("整治校舍")
    office.get_by_role("button", name="改为市教育局").click()
    expect(office.get_by_label("第1家单位", exact=True)).to_have_value("市教育局")
    office.get_by_role("button", name="列出各县（区）的各家单位").click()
    expect(office.get_by_label("第3家单位", exact=True)).to_have_value("普陀区")
    expect(office.get_by_label("任务名称")).to_have_value("整治校舍")
    assert faults(office, contrast=True) == []
    assert office.evaluate("document.documentElement.scrollWidth") <= width
    film("corrected")
    office.get_by_role("button", name="保存草稿").last.click()

    expect(office.locator("h1")).to_have_text("整治校舍")
    assert faults(office, contrast=True) == []
    film("draft")
    office.get_by_role("button", name="下达…").click()
    office.get_by_role("button", name="确定下达").click()

    expect(office.get_by_text("已下达给3家单位")).to_be_visible()
    expect(office.locator(".origin-line")).to_contain_text("第5次专题会议纪要")
    film("issued")
