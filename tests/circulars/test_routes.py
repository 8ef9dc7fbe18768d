"""Pages of the circular."""

from datetime import timedelta
from io import BytesIO

import pytest
from docx import Document

from tests import make
from tests.conftest import NOW, sign_in
from tracker.accounts.models import Role
from tracker.circulars.models import Circular, CircularReceipt
from tracker.circulars.paper import CircularKind
from tracker.db import db
from tracker.scores import actions as scores
from tracker.workdays import statutory
from tracker.workflow import CircularState

SAID = {"title": "关于六月份办理情况的通报", "lead": "现予通报。"}


@pytest.fixture
def circular(client, supervisor, reporter):
    """A draft of June, drafted on the page."""
    make.board("部门组", reporter.unit)
    make.assignment(reporter.unit)
    (june,) = scores.evaluate("2020-06", None, NOW, statutory())
    scores.settle(june, None, NOW + timedelta(days=4))
    sign_in(client, supervisor)
    client.post("/circulars/2020-06/draft")
    return db.session.scalars(db.select(Circular)).one()


@pytest.fixture
def second(app):
    """Another supervisor."""
    return make.user(Role.SUPERVISOR)


def published(circular):
    """The circular as if it had been printed; the printing itself is tested with the verbs."""
    columns = {"number": "督办〔2020〕1号", "published_at": NOW, "file_id": make.stored_file().id}
    db.session.execute(db.update(Circular).values(state=CircularState.PUBLISHED, **columns))
    db.session.commit()


def test_an_evaluated_month_waits_for_its_draft(client, supervisor, reporter):
    make.board("部门组", reporter.unit)
    make.assignment(reporter.unit)
    scores.evaluate("2020-06", None, NOW, statutory())
    sign_in(client, supervisor)
    assert "/circulars/2020-06/draft" in client.get("/circulars/").text
    answer = client.post("/circulars/2020-06/draft", follow_redirects=True)
    assert "已拟稿" in answer.text
    assert "/circulars/2020-06/draft" not in client.get("/circulars/").text


@pytest.mark.parametrize("month", ["2020-06", "2020-13", "0001-01"])
def test_a_month_without_evaluation_is_refused_in_words(client, supervisor, month):
    sign_in(client, supervisor)
    answer = client.post(f"/circulars/{month}/draft")
    assert answer.status_code == 404
    assert "还没有评价" in answer.text


def test_the_words_can_be_changed(client, circular):
    answer = client.post(
        f"/circulars/{circular.id}/edit", data=SAID | {"version": circular.version}, follow_redirects=True
    )
    assert "已保存" in answer.text
    assert (circular.title, circular.parts["lead"]) == (SAID["title"], SAID["lead"])


@pytest.mark.parametrize("version", [{}, {"version": 0}, {"version": "x"}])
def test_a_stale_page_does_not_write_over_the_newer_words(client, circular, version):
    before = circular.title
    answer = client.post(f"/circulars/{circular.id}/edit", data=SAID | version)
    assert answer.status_code == 409
    assert "您这次的操作没有生效" in answer.text
    assert SAID["lead"] in answer.text  # and loses nothing that was typed
    assert circular.title == before


def test_an_empty_title_is_refused_and_the_rest_stays_on_the_page(client, circular):
    said = {"title": " ", "lead": "改好的导语。", "version": circular.version}
    answer = client.post(f"/circulars/{circular.id}/edit", data=said)
    assert answer.status_code == 422
    assert "标题和导语不能为空" in answer.text
    assert "改好的导语。" in answer.text


def test_a_paragraph_goes_back_to_the_composed_words(client, circular):
    path, composed = f"/circulars/{circular.id}/edit", circular.parts
    client.post(path, data={"version": circular.version, "0-0": "6月应办结99件。", "0-1": ""})
    page = client.get(f"/circulars/{circular.id}").text
    assert "“99件”" in page
    assert "删去了一段自动生成的文字" in page
    for source in ("0-0", "0-1"):
        client.post(path, data={"version": circular.version, "restore": source})
    assert circular.parts == composed


def test_the_draft_says_what_must_be_mended(client, circular):
    data = {"version": circular.version, "4-0": "请县（区）党委务必在月底前完成。"}
    client.post(f"/circulars/{circular.id}/edit", data=data)
    page = client.get(f"/circulars/{circular.id}").text
    assert "1处必须改正" in page
    assert "不向下级党委、政府发指令性公文" in page


def test_a_bulletin_is_drafted_by_choice(client, supervisor, reporter):
    make.board("部门组", reporter.unit)
    make.assignment(reporter.unit)
    scores.evaluate("2020-06", None, NOW, statutory())
    sign_in(client, supervisor)
    assert client.post("/circulars/2020-06/draft", data={"kind": "poster"}).status_code == 422
    client.post("/circulars/2020-06/draft", data={"kind": "bulletin"})
    assert db.session.scalars(db.select(Circular)).one().kind is CircularKind.BULLETIN


def test_a_unit_reads_its_own_extract_and_the_leaders_their_page(
    client, circular, reporter, stranger, leader
):
    published(circular)
    own, brief = (
        f"/circulars/{circular.id}/units/{reporter.unit_id}.pdf",
        f"/circulars/{circular.id}/brief.pdf",
    )
    sign_in(client, stranger)
    assert client.get(own).status_code == 404
    sign_in(client, reporter)
    assert client.get(own).mimetype == "application/pdf"
    assert client.get(brief).status_code == 403
    sign_in(client, leader)
    assert client.get(brief).mimetype == "application/pdf"
    assert client.get(f"/circulars/{circular.id}/units/{stranger.unit_id}.pdf").status_code == 404


def test_from_draft_to_signed_by_three_people(client, circular, second, approver):
    path = f"/circulars/{circular.id}"
    assert client.post(f"{path}/check").status_code == 403  # who drafted it
    assert client.post(f"{path}/sign").status_code == 403
    assert f"{path}/check" not in client.get(path).text
    sign_in(client, second)
    assert f"{path}/check" in client.get(path).text
    client.post(f"{path}/check")
    sign_in(client, approver)
    client.post(f"{path}/sign")
    assert circular.state is CircularState.SIGNED


def test_sending_back_asks_why(client, circular, second):
    sign_in(client, second)
    client.post(f"/circulars/{circular.id}/check")
    assert client.post(f"/circulars/{circular.id}/send-back").status_code == 422
    client.post(f"/circulars/{circular.id}/send-back", data={"reason": "数字有误"})
    assert (circular.state, circular.checked_by_id) == (CircularState.DRAFT, None)


def test_a_unit_sees_only_what_was_published(client, circular, reporter):
    sign_in(client, reporter)
    assert circular.title not in client.get("/circulars/").text
    for path in (f"/circulars/{circular.id}", f"/circulars/{circular.id}.pdf"):
        assert client.get(path).status_code == 404
    published(circular)
    assert circular.title in client.get("/circulars/").text
    assert circular.number in client.get(f"/circulars/{circular.id}").text


def test_the_office_sees_who_has_read_it(client, circular, reporter, supervisor):
    published(circular)
    db.session.add(CircularReceipt(circular=circular, unit=reporter.unit, delivered_at=NOW))
    sign_in(client, reporter)
    assert "1份通报待阅" in client.get("/").text
    assert "未读" in client.get("/circulars/").text
    assert "阅读回执" not in client.get(f"/circulars/{circular.id}").text
    assert "待阅" not in client.get("/").text
    sign_in(client, supervisor)
    page = client.get(f"/circulars/{circular.id}").text
    assert "1/1" in page
    assert reporter.name in page.split("阅读回执")[1]


def test_a_correction_is_drafted_on_the_page_of_what_was_published(client, circular):
    published(circular)
    db.session.execute(db.update(Circular).values(code="2222-2222"))
    page = client.get(f"/circulars/{circular.id}").text
    assert "拟更正" in page
    answer = client.post(
        f"/circulars/{circular.id}/corrections", data={"words": "“三件”应为“四件”。"}, follow_redirects=True
    )
    assert "这是对" in answer.text
    assert "“三件”应为“四件”。" in answer.text
    assert "一页纸" not in answer.text
    assert "摘录" not in answer.text
    assert "一页纸" in page
    assert "单位摘录" in page
    correction = db.session.scalars(db.select(Circular).where(Circular.corrects_id == circular.id)).one()
    assert client.get(f"/circulars/{correction.id}/brief.pdf").status_code == 404
    assert "正在拟更正" in client.get(f"/circulars/{circular.id}").text


def test_the_draft_can_be_taken_away_as_a_word_document(client, circular):
    answer = client.get(f"/circulars/{circular.id}.docx")
    assert answer.mimetype.endswith("wordprocessingml.document")
    assert Document(BytesIO(answer.data)).paragraphs[0].text.endswith("文件")


def test_what_was_published_cannot_be_changed(client, circular):
    published(circular)
    for step in ("edit", "redraft", "publish"):
        data = SAID | {"version": circular.version}
        assert client.post(f"/circulars/{circular.id}/{step}", data=data).status_code == 409, step
