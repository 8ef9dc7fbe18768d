"""The main thread as its users walk it: a document becomes duties, one is reported, sent back and closed."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tracker import clock
from tracker.db import db
from tracker.seed import play
from tracker.seed.city import USERS

pytestmark = pytest.mark.browser

NAMES = {user.username: user.name for user in USERS}
SIZES = {"desk": (1280, 800), "telephone": (390, 844)}


@pytest.fixture(params=SIZES)
def visitor(request, page: Page, own_app) -> Page:
    """A browser of either size before a city in which nothing has happened yet."""
    play.load_city(clock.now())
    db.session.commit()
    width, height = SIZES[request.param]
    page.set_viewport_size({"width": width, "height": height})
    page.on("dialog", lambda question: question.accept())
    return page


def follow(page: Page, label: str) -> None:
    """An entry of the navigation, unfolded first where the screen is narrow; the page fits the screen."""
    if (toggler := page.get_by_role("button", name="展开导航")).is_visible():
        toggler.click()
    page.get_by_label("主导航").get_by_role("link", name=label, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{label}：页面比屏幕宽"


def enter_as(page: Page, username: str) -> None:
    if (leave := page.get_by_text("退出", exact=True)).count():
        if not leave.is_visible():
            page.get_by_role("button", name="展开导航").click()
        leave.click()
    else:
        page.goto("/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(play.PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{NAMES[username]}，您好")


def said(page: Page) -> Locator:
    return page.locator("#notices")


def adopt_the_document(page: Page) -> None:
    follow(page, "来源文件")
    page.set_input_files("input[type=file]", play.WORK_POINTS)
    page.get_by_role("button", name="上传并识别").click()
    expect(page.locator(".proof-counts")).to_contain_text("10个条目")

    task = page.locator("#cards li.task").first
    task.locator(".task-title").hover()
    if page.viewport_size["width"] > 992:  # a narrow screen shows one side at a time
        mark = page.locator(f"#pane-text [data-key={task.get_attribute('id')}]").first
        expect(mark).to_have_class("m m-task is-lit")

    members = page.get_by_role("link", name="确认包括哪些单位…")
    while waiting := members.count():
        members.first.click()
        page.locator(".editor").get_by_role("button", name="保存").click()
        expect(members).to_have_count(waiting - 1)
    expect(page.locator(".proof-standing")).to_contain_text("可以立项")
    page.get_by_role("button", name="立项…").click()
    page.get_by_role("button", name="确定立项").click()
    expect(said(page)).to_contain_text("已立项")

    follow(page, "台账")
    expect(page.locator(".page-count")).to_contain_text("共")
    expect(page.locator("table.ledger")).to_contain_text("定海区")


def report(page: Page, text: str, proof: Path | None = None) -> None:
    """Fill in the one-screen form, send it and ask for closure with the same button."""
    page.get_by_label("进展（%）").fill("100")
    page.get_by_label("进展情况").fill(text)
    if proof:
        page.get_by_label("佐证材料").set_input_files(proof)
    page.get_by_role("button", name="报送并申请办结").click()
    expect(said(page)).to_contain_text("已报送并申请办结")


def test_a_document_becomes_duties_and_a_duty_is_closed(visitor, tmp_path):
    page, proof = visitor, tmp_path / "责任书.txt"
    proof.write_text("增收帮扶责任书已逐级签订。", encoding="utf-8")

    enter_as(page, "supervisor1")
    adopt_the_document(page)

    enter_as(page, "dinghai")
    page.get_by_role("button", name="全部签收").click()
    expect(said(page)).to_contain_text("签收")
    page.locator("table.ledger th[scope=row] a").first.click()
    expect(page.get_by_role("heading", name="填报进展")).to_be_visible()
    duty = page.url
    report(page, "责任书已签到乡镇和村。", proof)

    enter_as(page, "supervisor1")
    page.goto(duty)
    page.locator(".steps").get_by_role("button", name="退回…").click()
    page.get_by_role("textbox", name="请写明要补充或改正什么").fill("请补充签订的份数。")
    page.get_by_role("button", name="确定退回").click()
    expect(said(page)).to_contain_text("已退回")

    enter_as(page, "dinghai")
    expect(page.get_by_role("heading", name="被退回，待修改")).to_be_visible()
    page.goto(duty)
    expect(page.get_by_label("进展情况")).to_have_value("责任书已签到乡镇和村。")
    report(page, "责任书已签到乡镇和村，共12份。")

    enter_as(page, "supervisor1")
    page.goto(duty)
    page.locator(".steps").get_by_role("button", name="办结", exact=True).click()
    expect(page.locator(".page-head").first).to_contain_text("已办结")

    steps = page.locator(".timeline").first.locator("b").all_inner_texts()
    for step in ("签收", "报送", "申请办结", "退回", "办结"):
        assert step in steps
    expect(page.locator(".timeline").first).to_contain_text("请补充签订的份数。")
