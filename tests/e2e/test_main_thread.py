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


def unfold(page: Page) -> None:
    """Open the navigation where the screen is narrow, and wait until it stands still."""
    if (toggler := page.get_by_role("button", name="展开导航")).is_visible():
        toggler.click()
        expect(page.locator("#navigation")).to_have_class("navbar-collapse collapse show")


def follow(page: Page, label: str) -> None:
    """An entry of the navigation, unfolded first where the screen is narrow; the page fits the screen."""
    unfold(page)
    page.get_by_label("主导航").get_by_role("link", name=label, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{label}：页面比屏幕宽"


def enter_as(page: Page, username: str) -> None:
    if (leave := page.get_by_text("退出", exact=True)).count():
        if not leave.is_visible():
            unfold(page)
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


def open_duty(page: Page) -> str:
    """The unit's duty due at the end of July, found in its ledger; its address."""
    follow(page, "台账")
    page.locator("table.ledger").get_by_role("link", name="7月底前").first.click()
    expect(page.get_by_role("heading", name="填报进展")).to_be_visible()
    return page.url


def report(page: Page, progress: int, text: str, proof: Path | None = None, button: str = "报送") -> None:
    """Fill in the one-screen form and send it."""
    page.get_by_label("进展（%）").fill(str(progress))
    page.get_by_label("进展情况").fill(text)
    if proof:
        page.get_by_label("佐证材料", exact=True).set_input_files(proof)
        expect(page.locator("[data-evidence]")).to_contain_text(proof.name)
        page.locator("[data-evidence] input").first.fill("证明提质办法已经起草")
    page.get_by_role("button", name=button, exact=True).click()
    expect(said(page)).to_contain_text("已报送")


def find_case(page: Page, duty: str) -> None:
    """The duty's case in the review queue, looked at long enough for the keys to answer."""
    page.goto(f"/reports/review/{duty.split('/')[-1].split('#')[0]}")
    expect(page.get_by_role("heading", name="要求")).to_be_visible()
    page.wait_for_timeout(600)


def test_a_duty_from_the_document_to_its_closure(visitor, tmp_path, film):
    page, proof = visitor, tmp_path / "提质办法.txt"
    proof.write_text("村级集体经济提质办法（征求意见稿）", encoding="utf-8")

    enter_as(page, "supervisor1")
    adopt_the_document(page)
    film("立项后的台账")

    enter_as(page, "dinghai")
    film("工作台待签收")
    page.get_by_role("button", name="全部签收").click()
    expect(said(page)).to_contain_text("签收")
    duty = open_duty(page)
    film("填报页")
    report(page, 60, "提质办法初稿已完成，正在征求意见。", proof)
    film("已报送")

    enter_as(page, "supervisor1")
    find_case(page, duty)
    film("审核")
    page.keyboard.press("r")
    page.keyboard.press("1")
    page.get_by_role("textbox", name="请写明要补充或改正什么").fill("请写明向哪些单位征求了意见。")
    film("退回")
    page.get_by_role("button", name="确定退回").click()
    expect(said(page)).to_contain_text("已退回")

    enter_as(page, "dinghai")
    expect(page.get_by_role("heading", name="被退回待修改")).to_be_visible()
    film("工作台被退回")
    page.locator("#correct").get_by_role("link", name="修改").first.click()
    expect(page.locator("#report")).to_contain_text("请写明向哪些单位征求了意见。")
    expect(page.get_by_label("进展情况")).to_have_value("提质办法初稿已完成，正在征求意见。")
    report(page, 60, "提质办法初稿已完成，已征求6个乡镇、8个部门意见。")

    enter_as(page, "supervisor1")
    find_case(page, duty)
    page.keyboard.press("a")
    expect(said(page)).to_contain_text("已通过")

    enter_as(page, "dinghai.head")
    page.goto(duty)
    page.get_by_role("link", name="申请延期…").click()
    page.get_by_label("申请延至").fill("2020-08-14")
    page.get_by_label("理由").fill("两个乡镇受台风影响，意见要晚两周才能收齐。")
    film("申请延期")
    page.get_by_role("button", name="提交申请").click()
    expect(said(page)).to_contain_text("延期")

    enter_as(page, "approver")
    page.goto(duty)
    page.get_by_role("link", name="去审批").click()
    film("延期审批")
    page.get_by_role("button", name="同意延期").first.click()
    expect(said(page)).to_contain_text("同意")

    enter_as(page, "dinghai.head")
    page.goto(duty)
    expect(page.locator(".duty-line")).to_contain_text("2020-08-14")
    expect(page.locator(".duty-line")).to_contain_text("原定2020-07-31，延期1次")
    report(page, 100, "提质办法已经区政府常务会议审议通过并印发。", button="报送并申请办结")
    film("已申请办结")

    enter_as(page, "supervisor1")
    find_case(page, duty)
    film("审核办结")
    page.keyboard.press("a")
    expect(said(page)).to_contain_text("已办结")
    page.goto(duty)
    expect(page.locator(".page-head").first).to_contain_text("已办结")
    steps = page.locator(".timeline").first.locator("b").all_inner_texts()
    for step in ("签收", "报送", "退回", "通过", "延长时限", "申请办结", "办结"):
        assert step in steps
    expect(page.locator(".timeline").first).to_contain_text("请写明向哪些单位征求了意见。")
    film("办理过程")
