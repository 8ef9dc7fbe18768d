"""In the browser: one account goes the whole way to its strike-off, with three people and five slots."""

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tracker.accounts.models import Role
from tracker.lists.rules import Slot

pytestmark = pytest.mark.browser


def fits(page: Page) -> bool:
    """Nothing has to be scrolled sideways."""
    page.wait_for_load_state()
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def proof(name: str) -> dict[str, object]:
    return {"name": f"{name}.txt", "mimeType": "text/plain", "buffer": name.encode()}


def test_an_account_is_struck_off_by_three_people(page, own_app, enter):
    supervisor, head = make.user(Role.SUPERVISOR), make.user(Role.HEAD)
    checker = make.user(Role.HEAD, make.unit("市审计局"))
    number = make.problem(head.unit, checker.unit).number
    notices = page.locator("#notices")

    def button(name: str):
        return page.get_by_role("button", name=name, exact=True)

    enter(supervisor)
    page.goto("/")
    page.locator("li", has_text="问题待交办").get_by_role("link").click()
    page.get_by_role("link", name=number, exact=True).click()
    button("交办").click()
    expect(notices).to_contain_text("已交办")
    address = page.url

    enter(head)
    page.goto("/")
    expect(page.locator("#account-receive")).to_contain_text(number)
    page.goto(address)
    button("认领").click()
    page.get_by_label("整改措施").fill("倒排工期，七月底前建成")
    page.get_by_label("责任人").fill("李四")
    button("提交审定").click()
    expect(notices).to_contain_text("等待审定")

    enter(supervisor)
    page.goto(address)
    button("审定措施").click()
    expect(notices).to_contain_text("进入整改")

    enter(head)
    page.goto(address)
    page.get_by_label("整改进展（%）").fill("100")
    page.get_by_label("进展情况").fill("三所学校全部建成")
    button("填报").click()
    expect(notices).to_contain_text("已填报")
    page.set_viewport_size({"width": 390, "height": 844})
    assert fits(page)
    for slot in (Slot.REMEDIES, Slot.LAWFUL, Slot.EFFECT, Slot.BY_ANALOGY):
        page.get_by_label(f"{slot.label}：情况").fill(f"{slot.label}，见附件")
        page.get_by_label(f"{slot.label}：佐证").set_input_files(proof(slot.label))
    button("申请销号").click()
    expect(page.locator("#closing")).to_contain_text("请写明完成情况")
    expect(page.locator("#closing")).to_contain_text("效果达标.txt")  # nobody uploads twice
    page.get_by_label(f"{Slot.LASTING.label}：是否适用").select_option("不适用")
    page.get_by_label(f"{Slot.LASTING.label}：情况").fill("一次性工程")
    button("申请销号").click()
    expect(notices).to_contain_text("等待验收单位现场核查")
    page.set_viewport_size({"width": 1280, "height": 800})

    enter(checker)
    page.goto("/")
    page.locator("#account-verify").get_by_role("link", name=number, exact=True).click()
    page.get_by_label("现场情况").fill("三所学校已开课")
    page.get_by_label("地点").fill("定海城东")
    button("核查通过").click()
    expect(notices).to_contain_text("核查通过")

    enter(supervisor)
    page.goto(address)
    expect(page.locator("#closing")).to_contain_text("不适用")
    button("销号…").click()
    button("确定销号").click()
    expect(notices).to_contain_text("已销号")
    story = page.locator("#story")
    for step in ("交办", "认领", "审定措施", "申请销号", "核查通过", "销号"):
        expect(story.get_by_text(step, exact=True).first).to_be_visible()
    assert fits(page)
