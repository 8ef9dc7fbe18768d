"""The proofread page in a browser: both sides light each other, and everything is corrected in place."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.documents.readings import BUILD, SCHOOLS, SITE, TEXT, reading
from tracker.accounts.models import Role, UnitKind
from tracker.db import db
from tracker.documents import actions, edits
from tracker.documents.models import Document
from tracker.workflow import DocumentState


@pytest.fixture
def document(own_app, enter) -> Document:
    areas = [make.unit(name, short_name=name[:2], kind=UnitKind.AREA) for name in ("定海区", "普陀区")]
    make.group("各县（区）", *areas)
    make.unit("市教育局")
    enter(make.user(Role.SUPERVISOR))
    return make.document(text=TEXT, reading=reading().as_json())


@pytest.fixture
def opened(page, document):
    page.goto(f"/documents/{document.id}")
    return page


def mark(page, key):
    return page.locator(f"#pane-text [data-key={key}]").first


def test_what_is_pointed_at_lights_up_on_the_other_side(opened):
    opened.locator(f"#k{SITE} .task-title").hover()
    expect(mark(opened, f"k{SITE}")).to_have_class("m m-task is-lit")

    mark(opened, f"k{SCHOOLS}").hover()
    expect(opened.locator(f"#k{SCHOOLS}")).to_have_class("chip chip--unit is-lit")
    expect(mark(opened, f"k{SITE}")).not_to_have_class("is-lit")


def test_the_text_is_walked_through_by_keyboard(opened):
    opened.locator("#pane-text").focus()
    for _ in range(2):
        opened.keyboard.press("ArrowRight")
    expect(opened.locator(f"#k{SITE}")).to_have_class("task is-lit")

    opened.keyboard.press("Enter")

    expect(opened.locator(f"#k{SITE}")).to_be_focused()


def test_one_correction_follows_another_without_a_reload(opened):
    task = opened.locator(f"#k{SITE}")
    task.get_by_role("button", name="剔除").click()
    expect(opened.locator(".proof-counts")).to_contain_text("1项任务")
    expect(mark(opened, f"k{SITE}")).to_have_class("m m-task is-dropped")

    task.get_by_role("button", name="列为任务").click()
    expect(opened.locator(".proof-counts")).to_contain_text("2项任务")

    opened.get_by_role("button", name="撤销上一步").click()
    expect(opened.locator("#notices")).to_contain_text("已撤销“恢复任务”")
    expect(opened.locator(".proof-counts")).to_contain_text("1项任务")


def test_an_editor_opens_in_place_and_gives_the_keyboard_back(opened):
    chip = opened.locator(f"#d{SITE}")
    chip.focus()
    opened.keyboard.press("Enter")
    expect(opened.get_by_label("完成时限", exact=True)).to_be_focused()

    opened.keyboard.press("Escape")
    expect(opened.locator(".editor")).to_have_count(0)
    expect(chip).to_be_focused()

    opened.keyboard.press("Enter")
    opened.get_by_label("完成时限", exact=True).fill("2020-09-30")
    opened.get_by_role("button", name="保存").click()

    expect(chip).to_contain_text("2020-09-30人工设定")
    expect(chip).to_be_focused()
    opened.reload()
    expect(chip).to_contain_text("2020-09-30")


def test_a_sentence_is_split_where_it_is_clicked(opened, document):
    opened.locator(f"#k{SITE}").get_by_role("link", name="拆分").click()
    text = opened.locator(".split-text")
    expect(text).to_have_text("6月底前选址")
    width = text.bounding_box()
    opened.get_by_label("在第几个字后面断开").fill("1")
    box = text.locator("i.split-cut").bounding_box()
    step = box["height"] * 0.7
    text.click(position={"x": box["x"] - width["x"] + 3.5 * step, "y": width["height"] / 2})
    at = int(opened.get_by_label("在第几个字后面断开").input_value())
    assert 2 <= at <= 6

    opened.get_by_role("button", name="保存").click()

    expect(opened.locator(".proof-counts")).to_contain_text("3项任务")
    db.session.rollback()
    assert actions.reading(document).points[0].tasks[0].text == "6月底前选址"[:at]


def test_somebody_else_was_faster(opened, document):
    colleague = make.user(Role.SUPERVISOR, name="路远之")
    actions.edit(
        document, colleague, make.START, "剔除任务", lambda r: edits.edit_task(r, BUILD, is_dropped=True)
    )
    db.session.commit()

    opened.locator(f"#k{SITE}").get_by_role("button", name="剔除").click()

    expect(opened.locator("#notices")).to_contain_text("路远之")
    expect(opened.locator("#notices")).to_contain_text("您的这次修改没有保存")
    expect(opened.locator(f"#k{SITE}").get_by_role("button", name="剔除")).to_be_visible()


def test_an_unknown_unit_is_settled_and_the_document_adopted(page, document):
    unknown = edits.edit_unit(actions.reading(document), SCHOOLS, text="市教育和体育局")
    document.reading = unknown.as_json()
    db.session.commit()
    page.goto(f"/documents/{document.id}")
    expect(page.get_by_role("button", name="立项…")).to_be_disabled()
    page.get_by_role("link", name="还有1处须处理").click()
    expect(page.locator(f"#k{SCHOOLS}")).to_be_focused()

    page.get_by_role("button", name="市教育局", exact=True).click()
    expect(page.locator(".proof-standing")).to_contain_text("可以立项")
    page.get_by_role("button", name="立项…").click()
    page.get_by_role("button", name="确定立项").click()

    expect(page.locator("#notices")).to_contain_text("已立项：2")
    db.session.rollback()
    assert document.state is DocumentState.ADOPTED


def test_a_missed_sentence_is_taken_from_the_text(opened):
    mark(opened, f"k{BUILD}").evaluate("element => getSelection().selectAllChildren(element)")
    opened.get_by_role("link", name="补充任务").click()
    expect(opened.get_by_label("任务内容")).to_have_value("年底前建成学校三所（定海2所、普陀1所）")


def test_a_narrow_screen_shows_one_side_at_a_time(opened):
    opened.set_viewport_size({"width": 390, "height": 844})
    expect(opened.locator("#pane-text")).to_be_hidden()

    opened.get_by_role("tab", name="原文").click()
    expect(opened.locator("#pane-cards")).to_be_hidden()
    mark(opened, f"k{BUILD}").click()

    expect(opened.locator("#pane-text")).to_be_hidden()
    expect(opened.locator(f"#k{BUILD}")).to_be_in_viewport()
    opened.locator(f"#k{BUILD}").get_by_role("button", name="看原文").click()
    expect(mark(opened, f"k{BUILD}")).to_be_in_viewport()
    assert opened.evaluate("document.documentElement.scrollWidth") == 390


def test_a_file_is_dropped_on_the_page(page, document):
    page.goto("/documents/")
    page.set_input_files(
        "input[type=file]", {"name": "坏.docx", "mimeType": "x/y", "buffer": b"PK\x03\x04 broken"}
    )
    page.get_by_role("button", name="上传并识别").click()
    expect(page.locator("#upload-refused")).to_contain_text("损坏")
    expect(page.locator("[data-upload-name]")).to_have_text("坏.docx")
