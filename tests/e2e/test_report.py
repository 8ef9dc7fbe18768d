"""The report form in a browser: it saves by itself, takes files as they come, and never overwrites a colleague."""

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tracker import clock
from tracker.accounts.models import User
from tracker.db import db
from tracker.reports import actions
from tracker.reports.actions import Content
from tracker.reports.models import Evidence, ProgressReport
from tracker.tasks.models import Assignment
from tracker.workflow import FilingState, State

pytestmark = pytest.mark.browser

SIZES = [(1280, 800), (390, 844)]


@pytest.fixture(params=SIZES, ids=["desk", "telephone"])
def form(request, page: Page, reporter: User, enter) -> Page:
    """The form of an active duty, reported once before, on either screen."""
    duty = make.assignment(reporter.unit, state=State.ACTIVE, progress=40)
    make.report(duty, state=FilingState.ACCEPTED, progress=40)
    page.set_viewport_size(dict(zip(("width", "height"), request.param, strict=True)))
    enter(reporter)
    page.goto(f"/reports/duties/{duty.id}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return page


@pytest.fixture
def reporter(own_app) -> User:
    return make.user()


def saved(page: Page):
    return page.locator("[data-saved]")


def trouble(page: Page):
    return page.locator("[data-trouble]")


def proof(name: str = "验收单.txt", content: str = "三所学校验收合格") -> dict:
    return {"name": name, "mimeType": "text/plain", "buffer": content.encode()}


def stored(kind) -> list:
    db.session.rollback()  # see what the server has committed
    return list(db.session.scalars(db.select(kind).order_by(kind.id)))


def drop(page: Page, name: str, content: str) -> None:
    """Let a file fall on the form, as from a folder."""
    files = page.evaluate_handle(
        """([name, content]) => {
            const carried = new DataTransfer();
            carried.items.add(new File([content], name, {type: "text/plain"}));
            return carried;
        }""",
        [name, content],
    )
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": files})


def test_what_was_typed_is_there_after_leaving(form):
    form.get_by_label("进展情况").fill("三所学校主体封顶")
    expect(saved(form)).to_contain_text("已自动保存")
    form.reload()
    expect(form.get_by_label("进展情况")).to_have_value("三所学校主体封顶")
    assert [report.state for report in stored(ProgressReport)] == [FilingState.ACCEPTED, FilingState.DRAFT]


def test_leaving_in_the_middle_of_a_word_loses_nothing(form):
    form.get_by_label("进展情况").fill("刚写了一半")
    form.get_by_role("link", name="任务", exact=True).click()
    expect(form.get_by_role("heading", name="承办情况")).to_be_visible()
    for _ in range(100):
        if stored(ProgressReport)[-1].text == "刚写了一半":
            break
        form.wait_for_timeout(100)
    assert stored(ProgressReport)[-1].text == "刚写了一半"


def test_a_report_with_a_file_is_three_actions(form):
    form.get_by_label("佐证材料", exact=True).set_input_files(proof())
    form.get_by_label("“验收单.txt”证明什么").fill("验收单，证明三所已建成")
    form.get_by_label("进展（%）", exact=True).fill("100")
    expect(form.locator("[data-closure]")).to_have_attribute("open", "")
    form.get_by_role("button", name="报送并申请办结").click()
    expect(form.locator("#notices")).to_contain_text("已报送并申请办结")
    (evidence,) = stored(Evidence)
    assert (evidence.name, evidence.claim) == ("验收单.txt", "验收单，证明三所已建成")
    assert stored(Assignment)[0].state is State.CLOSING


def test_files_are_dropped_each_gets_its_claim_and_none_is_sent_twice(form):
    drop(form, "台账.txt", "名单")
    drop(form, "照片说明.txt", "现场")
    expect(form.locator("[data-evidence] li")).to_have_count(2)
    form.get_by_label("“台账.txt”证明什么").fill("培训名单")
    form.get_by_label("“照片说明.txt”证明什么").fill("现场照片")
    form.get_by_role("button", name="删除“照片说明.txt”").click()
    expect(form.locator("[data-evidence] li")).to_have_count(1)
    expect(form.get_by_label("“台账.txt”证明什么")).to_have_value("培训名单")
    form.get_by_role("button", name="报送", exact=True).click()
    expect(form.locator("#notices")).to_contain_text("已报送")
    assert [(evidence.name, evidence.claim) for evidence in stored(Evidence)] == [("台账.txt", "培训名单")]


def test_a_file_that_is_not_accepted_is_refused_in_words_and_the_text_stays(form):
    form.get_by_label("进展情况").fill("正在收尾")
    drop(form, "程序.docx", "MZ\0\0\1")
    expect(trouble(form)).to_contain_text("类型不支持")
    expect(form.get_by_label("进展情况")).to_have_value("正在收尾")


def test_a_lower_progress_asks_why_and_only_then(form):
    why = form.get_by_label("进展低于上次的原因")
    expect(why).to_be_hidden()
    form.get_by_label("进展（%）", exact=True).fill("30")
    expect(why).to_be_visible()
    form.get_by_label("进展（%）", exact=True).fill("50")
    expect(why).to_be_hidden()


def test_the_second_of_two_colleagues_is_told_and_nothing_is_overwritten(form):
    (duty,) = stored(Assignment)
    actions.draft(duty, make.user(name="王建国"), clock.now(), Content(60, "同事写的"))
    db.session.commit()

    form.get_by_label("进展情况").fill("我写的")
    expect(trouble(form)).to_contain_text("王建国已于")
    expect(form.get_by_label("进展情况")).to_have_value("我写的")
    form.get_by_role("button", name="报送", exact=True).click()
    expect(form.get_by_role("alert").first).to_contain_text("王建国已于")
    expect(form.get_by_label("进展情况")).to_have_value("我写的")
    assert stored(ProgressReport)[-1].text == "同事写的"


def test_without_the_network_the_text_stays_and_is_saved_later(form):
    form.evaluate("() => { window.reach = fetch; window.fetch = () => Promise.reject(new TypeError()); }")
    form.get_by_label("进展情况").fill("断网时写的")
    expect(trouble(form)).to_contain_text("连不上系统")
    form.evaluate("() => { window.fetch = window.reach; dispatchEvent(new Event('online')); }")
    expect(saved(form)).to_contain_text("已自动保存")
    assert stored(ProgressReport)[-1].text == "断网时写的"


def test_who_was_signed_out_finds_the_text_again(form, reporter, enter):
    form.context.clear_cookies()
    form.get_by_label("进展情况").fill("登录过期后写的")
    expect(trouble(form)).to_contain_text("登录已过期")
    enter(reporter)
    form.reload()
    form.get_by_role("button", name="恢复").click()
    expect(form.get_by_label("进展情况")).to_have_value("登录过期后写的")
    expect(saved(form)).to_contain_text("已自动保存")


def test_no_change_is_one_click(form):
    form.get_by_role("button", name="无变化").click()
    expect(form.locator("#notices")).to_contain_text("已报送：无变化")


def test_it_all_works_without_scripts(chromium, address, reporter, own_app, enter, context):
    duty = make.assignment(reporter.unit, state=State.ACTIVE, progress=40)
    enter(reporter)
    plain = chromium.new_context(base_url=address, java_script_enabled=False)
    plain.add_cookies(context.cookies())
    page = plain.new_page()
    page.goto(f"/reports/duties/{duty.id}")
    page.get_by_label("进展（%）", exact=True).fill("60")
    page.get_by_label("进展情况").fill("两所封顶")
    page.get_by_label("佐证材料", exact=True).set_input_files(proof())
    page.get_by_role("button", name="存草稿").click()
    page.get_by_label("“验收单.txt”证明什么").fill("封顶照片")
    page.get_by_role("button", name="报送", exact=True).click()
    expect(page.locator("#notices")).to_contain_text("已报送")
    assert [(evidence.name, evidence.claim) for evidence in stored(Evidence)] == [("验收单.txt", "封顶照片")]
    plain.close()
