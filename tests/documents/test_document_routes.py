"""The pages of the documents room: upload, the proofread page, corrections with and without a script."""

import re
from dataclasses import replace
from io import BytesIO

import pytest
from sqlalchemy import func, select

from tests import make
from tests.conftest import sign_in
from tests.documents.readings import (
    AREAS,
    BUILD,
    CHECK,
    DINGHAI,
    POINT,
    PUTUO,
    SCHOOLS,
    SITE,
    TEXT,
    WHOLE,
    reading,
)
from tests.documents.test_document_actions import PAPER
from tracker.accounts.models import Role, Unit, UnitAlias, UnitKind
from tracker.audit import Event
from tracker.db import db
from tracker.documents import actions, edits
from tracker.documents.models import Document
from tracker.documents.reading import Duty
from tracker.documents.routes import STEPS
from tracker.tasks.models import Assignment, Task
from tracker.workflow import DocumentState

FILE = PAPER.encode()
HTMX = {"HX-Request": "true"}


@pytest.fixture
def document(app) -> Document:
    """Nothing stands against adopting it."""
    areas = [make.unit(name, short_name=name[:2], kind=UnitKind.AREA) for name in ("定海区", "普陀区")]
    make.group("各县（区）", *areas)
    make.unit("市教育局")
    return make.document(text=TEXT, reading=reading().as_json())


@pytest.fixture
def desk(client, supervisor):
    """A supervisor's browser."""
    sign_in(client, supervisor)
    return client


def upload(client, content=FILE, name="要点.txt", headers=None, **fields):
    data = {"file": (BytesIO(content), name), **fields}
    return client.post("/documents/", data=data, headers=headers, content_type="multipart/form-data")


def post(client, document, path, headers=HTMX, **fields):
    fields = {"version": document.version} | fields
    return client.post(f"/documents/{document.id}/{path}", data=fields, headers=headers)


def step(client, document, key, name, **more):
    return post(client, document, f"rows/{key}", step=name, **more)


def row(document, key):
    found = actions.reading(document)
    return found.find_task(key) or found.find_unit(key) or found.find_target(key) or found.find_point(key)


# List and upload


def test_an_upload_leads_to_its_proofread_page(desk):
    answer = upload(desk)

    document = db.session.scalars(select(Document)).one()
    assert answer.location == f"/documents/{document.id}"
    page = desk.get(answer.location)
    assert "2020年渔港建设工作要点" in page.text
    assert "8月底前" in page.text


def test_an_upload_by_htmx_leads_on_too(desk):
    answer = upload(desk, headers=HTMX)
    assert re.fullmatch(r"/documents/\d+", answer.headers["HX-Redirect"])


def test_the_upload_says_what_must_not_go_in_and_what_may(desk):
    page = desk.get("/documents/").text
    assert "涉密不上网" in page
    for kind in ("docx", "pdf", "xlsx", "html", "txt", "20 MB"):
        assert kind in page


def test_the_same_file_is_refused_with_a_way_to_the_first_and_one_to_import_again(desk):
    upload(desk)
    first = db.session.scalars(select(Document)).one()

    refused = upload(desk, headers=HTMX)

    assert refused.status_code == 409
    assert "HX-Retarget" not in refused.headers
    assert f'href="/documents/{first.id}"' in refused.text
    assert 'name="again"' in refused.text
    assert "<html" not in refused.text
    assert upload(desk, again="1").status_code == 302
    assert db.session.scalar(select(func.count()).select_from(Document)) == 2


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "空.txt", "空的"),
        (b"PK\x03\x04 broken", "坏.docx", "损坏"),
        (b"%PDF-1.4 broken", "坏.pdf", "无法读取"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(64), "图.png", "无法读取"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_on_the_same_page(desk, content, name, words):
    answer = upload(desk, content, name)

    assert answer.status_code == 422
    assert words in answer.text
    assert 'id="upload"' in answer.text
    assert db.session.scalars(select(Document)).all() == []


def test_an_upload_without_a_file_says_so(desk):
    answer = desk.post("/documents/", data={})
    assert answer.status_code == 422
    assert "请先选择文件" in answer.text


def test_the_list_says_what_is_in_each_document(desk, document):
    make.document(title="旧的要点", state=DocumentState.ADOPTED, reading={})

    page = desk.get("/documents/").text

    assert re.search(r'data-label="条目" class="number">1<.*?data-label="任务" class="number">2<', page, re.S)
    assert "旧的要点" in page
    assert "旧的要点" not in desk.get("/documents/?state=proofreading").text
    assert "没有符合条件" in desk.get("/documents/?q=无此文件").text


def test_the_original_file_can_be_fetched(desk):
    location = upload(desk).location
    answer = desk.get(f"{location}/file")
    assert answer.data == FILE
    assert "attachment" in answer.headers["Content-Disposition"]


# The proofread page


def test_both_sides_of_the_page_speak_of_the_same_rows(desk, document):
    page = desk.get(f"/documents/{document.id}").text

    text, cards = page.split('id="pane-cards"')
    for key in (POINT, AREAS, SCHOOLS, SITE, BUILD, CHECK):
        assert f'data-key="k{key}"' in text
        assert f'data-key="k{key}"' in cards
    assert "＝定海区、普陀区" in cards
    assert "合计3所，与总数相符" in cards


def test_hostile_text_stays_text(desk, document):
    evil = "<script>alert(1)</script>"
    document.text = evil + TEXT
    document.title = evil
    change = edits.edit_unit(actions.reading(document), SCHOOLS, text=evil)
    document.reading = edits.edit_task(change, SITE, title=evil).as_json()

    page = desk.get(f"/documents/{document.id}").text

    assert evil not in page
    assert page.count("&lt;script&gt;") >= 4


def test_no_such_document_or_row_is_not_found(desk, document):
    assert desk.get("/documents/9999").status_code == 404
    assert desk.get(f"/documents/{document.id}/tasks/99").status_code == 404
    assert desk.get(f"/documents/{document.id}/units/{SITE}").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SUPERVISOR])
def test_the_room_is_closed_to_all_but_supervisors(client, document, role):
    sign_in(client, make.user(role))
    assert client.get("/documents/").status_code == 403
    assert client.get(f"/documents/{document.id}").status_code == 403
    assert step(client, document, SITE, "drop-task").status_code == 403
    assert client.post(f"/tasks/adopt/{document.id}").status_code == 403
    assert row(document, SITE).is_dropped is False


# Corrections


def test_a_correction_answers_with_the_parts_it_changed(desk, document):
    answer = step(desk, document, SITE, "drop-task")

    assert row(document, SITE).is_dropped
    for part in ("card-1", "bar", "flags", "head", "text-0"):
        assert re.search(rf'id="{part}"[^>]* hx-swap-oob', answer.text), part
    assert f'id="version" value="{document.version}"' in answer.text


def test_without_a_script_a_correction_leads_back_to_its_row(desk, document):
    answer = step(desk, document, SITE, "drop-task", headers={})
    assert answer.location == f"/documents/{document.id}#k{SITE}"


def test_every_step_of_the_page_is_one_that_exists(desk, document):
    document.reading = edits.edit_task(actions.reading(document), SITE, deadline="2020-01-31").as_json()
    pages = desk.get(f"/documents/{document.id}").text
    offered = set(re.findall(r'name="step" value="([^"]+)"', pages))
    assert {"drop-task", "merge-task", "restore-task", "drop-point", "own-units", "confirm-past"} <= offered
    assert offered <= STEPS.keys()


def test_an_unknown_step_is_refused(desk, document):
    assert step(desk, document, SITE, "explode").status_code == 422


EDITORS = {
    "header": {"title": "新标题", "plan_year": "2021", "kind": "minutes", "issued_on": "2021-02-03"},
    f"points/{POINT}": {"number": "二", "title": "建好学校"},
    f"tasks/{SITE}": {"title": "选定校址"},
    f"tasks/{SITE}/split": {"at": "4"},
    f"tasks/{SITE}/deadline": {"deadline": "2020-09-30"},
    f"rows/{POINT}/units": {"text": "市教育局", "duty": "lead"},
    f"units/{SCHOOLS}": {"text": "市教育局", "duty": "support"},
    f"units/{SCHOOLS}/members": {"chosen": "市教育局"},
    f"units/{SCHOOLS}/create": {"name": "市教育和体育局", "short_name": "", "kind": "department"},
    f"tasks/{SITE}/targets": {"subject": "选址", "comparison": ">=", "value": "3", "measure": "处"},
    f"targets/{DINGHAI}": {"subject": "建成学校", "comparison": "=", "value": "1", "scope": "定海"},
    "points": {"number": "二", "title": "修路"},
    f"points/{POINT}/tasks": {"text": "定期检查"},
}


def typed(path: str) -> dict[str, object]:
    """What is sent from an editor; units are ticked by their id."""
    fields = dict(EDITORS[path])
    if "chosen" in fields:
        fields["chosen"] = db.session.scalar(select(Unit.id).filter_by(name=fields["chosen"]))
    return fields


@pytest.mark.parametrize("path", EDITORS)
def test_every_editor_opens_in_place_and_on_a_page_of_its_own(desk, document, path):
    url = f"/documents/{document.id}/{path}"

    whole, part = desk.get(url), desk.get(url, headers=HTMX)

    assert (whole.status_code, part.status_code) == (200, 200)
    assert "<html" in whole.text
    assert "<html" not in part.text
    assert f'hx-post="{url}"' in part.text
    assert f'hx-post="{url}"' not in whole.text
    assert f'name="version" type="hidden" value="{document.version}"' in part.text


@pytest.mark.parametrize("path", EDITORS)
def test_every_editor_saves(desk, document, path):
    before = document.version
    answer = post(desk, document, path, **typed(path))
    assert answer.status_code == 200
    assert document.version == before + 1


@pytest.mark.parametrize("path", EDITORS)
def test_no_editor_writes_over_what_somebody_else_did(desk, document, path):
    seen = document.version
    colleague = make.user(Role.SUPERVISOR, name="路远之")
    actions.edit(
        document, colleague, make.START, "剔除任务", lambda r: edits.edit_task(r, BUILD, is_dropped=True)
    )
    db.session.commit()
    kept = document.reading

    answer = post(desk, document, path, **typed(path) | {"version": seen})

    assert answer.status_code == 409
    assert "路远之" in answer.text
    assert "剔除任务" in answer.text
    assert document.reading == kept
    assert document.title == "2020年工作要点"


def test_a_stale_step_is_refused_in_the_notices(desk, document):
    answer = step(desk, document, SITE, "drop-task", version=document.version - 1)
    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == "#notices"
    assert not row(document, SITE).is_dropped


def test_a_refused_editor_keeps_what_was_typed(desk, document):
    answer = post(desk, document, f"tasks/{SITE}/targets", subject="选址", comparison=">=", value="好几")

    assert answer.status_code == 422
    assert 'value="好几"' in answer.text
    assert "请填写数字" in answer.text
    assert "HX-Retarget" not in answer.headers


def test_a_deadline_set_by_hand_shows_on_the_card(desk, document):
    answer = post(desk, document, f"tasks/{SITE}/deadline", deadline="2020-09-30")
    assert row(document, SITE).basis == "person"
    assert "2020-09-30" in answer.text
    assert "人工设定" in answer.text


def test_the_reading_survives_a_reload(desk, document):
    post(desk, document, f"tasks/{SITE}", title="选定校址")
    assert "选定校址" in desk.get(f"/documents/{document.id}").text


def test_the_latest_correction_is_taken_back(desk, document):
    step(desk, document, SITE, "merge-task")

    answer = post(desk, document, "undo")

    assert "已撤销“合并任务”" in answer.text
    assert actions.reading(document) == reading()


def test_cards_come_all_anew_when_their_order_changes(desk, document):
    post(desk, document, "points", number="二", title="修路")
    (other,) = [p for p in actions.reading(document).points if p.key != POINT]

    answer = step(desk, document, other.key, "raise-point")

    assert 'id="cards" hx-swap-oob="innerHTML"' in answer.text
    assert answer.text.count("hx-swap-oob") == len(re.findall(r"<[^>]+hx-swap-oob", answer.text))
    assert [p.key for p in actions.reading(document).points] == [other.key, POINT]


# Unknown names


@pytest.fixture
def unknown(document) -> Document:
    before = edits.edit_unit(actions.reading(document), SCHOOLS, text="市教育和体育局")
    document.reading = before.as_json()
    db.session.commit()
    return document


def test_an_unknown_unit_comes_with_suggestions(desk, unknown):
    page = desk.get(f"/documents/{unknown.id}").text
    assert "还有1处须处理" in page
    assert 'name="of" value="市教育局"' in page
    assert "disabled" in re.search(r"<button[^>]*>立项…", page)[0]


def test_one_click_makes_an_alias(desk, unknown, supervisor):
    answer = post(desk, unknown, f"units/{SCHOOLS}/alias", of="市教育局")

    assert "可以立项" in answer.text
    alias = db.session.scalars(select(UnitAlias)).one()
    assert (alias.text, alias.unit.name) == ("市教育和体育局", "市教育局")
    event = db.session.scalars(select(Event).filter_by(kind="alias.create")).one()
    assert event.actor_id == supervisor.id


def test_an_alias_for_nobody_is_refused(desk, unknown):
    answer = post(desk, unknown, f"units/{SCHOOLS}/alias", of="无此单位")
    assert answer.status_code == 422
    assert "没有名为“无此单位”的单位" in answer.text


def test_an_unknown_name_becomes_a_new_unit(desk, unknown):
    answer = post(desk, unknown, f"units/{SCHOOLS}/create", name="市教育体育局", kind="department")

    assert "可以立项" in answer.text
    assert db.session.scalars(select(Unit).filter_by(name="市教育体育局")).one().is_active
    assert row(unknown, SCHOOLS).text == "市教育体育局"


def test_a_name_can_stand_for_chosen_units_in_this_document_alone(desk, unknown):
    ids = db.session.scalars(select(Unit.id).where(Unit.name.in_(["定海区", "市教育局"]))).all()

    answer = post(desk, unknown, f"units/{SCHOOLS}/members", chosen=ids)

    assert "可以立项" in answer.text
    assert set(row(unknown, SCHOOLS).chosen) == set(ids)
    assert db.session.scalars(select(UnitAlias)).all() == []


def test_an_open_set_proposes_its_members_ticked(desk, document):
    make.group("成员单位", make.unit("市教育局"), is_open=True)
    before = edits.edit_unit(actions.reading(document), SCHOOLS, text="成员单位")
    document.reading = before.as_json()

    page = desk.get(f"/documents/{document.id}/units/{SCHOOLS}/members", headers=HTMX).text

    ticked = re.findall(r"checked> <label[^>]*>([^<]+)", page)
    assert ticked == ["市教育局"]


# The end


def test_adoption_makes_tasks_and_duties_and_links_them(desk, document):
    answer = desk.post(f"/tasks/adopt/{document.id}", data={"version": document.version})

    assert answer.status_code == 302
    assert document.state is DocumentState.ADOPTED
    tasks = db.session.scalars(select(Task).order_by(Task.id)).all()
    assert [task.title for task in tasks] == ["6月底前选址", "年底前建成学校三所（定海2所、普陀1所）"]
    duties = db.session.scalars(select(Assignment).where(Assignment.task_id == tasks[0].id)).all()
    assert {(duty.unit.name, duty.duty) for duty in duties} == {
        ("定海区", Duty.RESPONSIBLE),
        ("普陀区", Duty.RESPONSIBLE),
        ("市教育局", Duty.RESPONSIBLE),
    }
    assert [quota.value for quota in tasks[1].targets[0].quotas] == [2, 1]
    page = desk.get(f"/documents/{document.id}").text
    assert f'href="/tasks/{tasks[0].id}"' in page
    assert "hx-post" not in page


def test_adoption_is_refused_with_the_reasons_until_all_is_resolved(desk, unknown):
    refused = desk.post(f"/tasks/adopt/{unknown.id}", data={"version": unknown.version})
    assert refused.status_code == 422
    assert "“市教育和体育局”不在单位库中" in refused.text
    assert unknown.state is DocumentState.PROOFREADING
    assert db.session.scalars(select(Task)).all() == []

    post(desk, unknown, f"units/{SCHOOLS}/alias", of="市教育局")
    desk.post(f"/tasks/adopt/{unknown.id}", data={"version": unknown.version})

    assert unknown.state is DocumentState.ADOPTED


def test_what_was_not_seen_is_not_adopted(desk, document):
    seen = document.version
    step(desk, document, BUILD, "drop-task")

    answer = desk.post(f"/tasks/adopt/{document.id}", data={"version": seen})

    assert answer.status_code == 409
    assert document.state is DocumentState.PROOFREADING


@pytest.mark.parametrize("path", EDITORS)
def test_an_adopted_document_takes_no_corrections(desk, document, path):
    desk.post(f"/tasks/adopt/{document.id}", data={"version": document.version})
    answer = post(desk, document, path, **typed(path))
    assert answer.status_code == 409
    assert "已立项" in answer.text


def test_a_document_is_discarded_with_a_reason(desk, document):
    refused = desk.post(f"/documents/{document.id}/discard", data={"reason": ""})
    assert refused.status_code == 422

    desk.post(f"/documents/{document.id}/discard", data={"reason": "印错了"})

    assert document.state is DocumentState.DISCARDED
    page = desk.get(f"/documents/{document.id}").text
    assert "印错了" in page
    assert "hx-post" not in page


def test_what_the_file_did_not_give_stands_at_the_head_of_the_page(desk):
    told = replace(reading(), notes=("第 2 页是图片，未能读出文字，请对照原文补充。",))
    page = desk.get(f"/documents/{make.document(text=TEXT, reading=told.as_json()).id}").text

    assert page.index("第 2 页是图片") < page.index('class="flag-list') < page.index('id="cards"')


def test_the_rows_of_the_page_are_those_of_the_reading():
    assert row(make.document(reading=reading().as_json()), WHOLE).value == "3"
    assert {WHOLE, DINGHAI, PUTUO} == {target.key for target in reading().find_task(BUILD).targets}
