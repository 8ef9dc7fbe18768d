"""Importing, correcting, taking back and sealing a document."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests import make
from tests.conftest import NOW
from tests.documents.readings import BUILD, SITE, TEXT, reading
from tracker.accounts.models import Role
from tracker.audit import Event
from tracker.db import db
from tracker.documents import actions, edits, queries
from tracker.documents.models import Document, DocumentKind
from tracker.documents.readers import Unreadable
from tracker.errors import Forbidden, Invalid, WrongState
from tracker.workflow import DocumentState

PAPER = """海屿市人民政府办公室文件
海政办发〔2020〕15号

关于印发《2020年渔港建设工作要点》的通知

各县（区）政府：
现将《2020年渔港建设工作要点》印发给你们，请认真组织实施。

海屿市人民政府办公室
2020年6月10日

2020年渔港建设工作要点

一、修建渔港。8月底前建成渔港3座。（责任单位：市教育局）
"""


def import_paper(actor, text=PAPER, name="要点.txt", **more):
    document = actions.import_file(text.encode(), name, actor, NOW, **more)
    db.session.commit()
    return document


@pytest.fixture
def document(app) -> Document:
    make.unit("市教育局")
    return make.document(text=TEXT, reading=reading().as_json())


def rename(title, key=SITE):
    return lambda before: edits.edit_task(before, key, title=title)


def title_of(document, place=0):
    return actions.reading(document).points[0].tasks[place].title


def events(document):
    query = select(Event).filter_by(subject_type="documents", subject_id=document.id)
    return db.session.scalars(query.order_by(Event.id)).all()


# Import


def test_an_import_reads_the_head_of_the_paper(supervisor):
    document = import_paper(supervisor)

    assert document.title == "2020年渔港建设工作要点"
    assert (document.number, document.issuer) == ("海政办发〔2020〕15号", "海屿市人民政府办公室")
    assert (document.issued_on, document.plan_year) == (date(2020, 6, 10), 2020)
    assert document.state is DocumentState.PROOFREADING
    assert document.imported_by is supervisor
    assert actions.reading(document).size() == (1, 1)


def test_an_import_leaves_one_event(supervisor):
    (event,) = events(import_paper(supervisor))
    assert (event.kind, event.words, event.details["name"]) == ("document.import", "导入文件", "要点.txt")


def test_a_file_that_cannot_be_read_leaves_nothing(supervisor):
    with pytest.raises(Unreadable, match="坏文件"):
        actions.import_file(b"PK\x03\x04 broken", "坏文件.docx", supervisor, NOW)
    assert db.session.scalars(select(Document)).all() == []


def test_a_paper_without_tasks_can_still_be_looked_at(supervisor):
    document = import_paper(supervisor, "今天天气很好。\n")
    assert (document.title, document.plan_year) != ("", None)
    assert [flag.kind for flag in actions.flags(document, queries.directory())] == ["empty", "no_date"]


def test_the_same_file_is_noticed_whatever_it_is_called(supervisor):
    first = import_paper(supervisor)

    with pytest.raises(
        actions.AlreadyImported, match="已经导入过：《2020年渔港建设工作要点》（待核对）"
    ) as refusal:
        import_paper(supervisor, name="另一个名字.txt")

    assert refusal.value.twin_id == first.id


def test_another_file_of_the_same_number_is_noticed(supervisor):
    import_paper(supervisor)
    with pytest.raises(actions.AlreadyImported, match="文号海政办发〔2020〕15号"):
        import_paper(supervisor, PAPER + "\n")


def test_a_file_can_be_imported_again_on_purpose(supervisor):
    assert import_paper(supervisor).id != import_paper(supervisor, again=True).id


def test_a_discarded_document_does_not_stand_in_the_way(supervisor):
    actions.discard(import_paper(supervisor), supervisor, NOW, "版本不对")
    assert import_paper(supervisor).state is DocumentState.PROOFREADING


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("2020年渔港建设工作要点", DocumentKind.WORK_POINTS),
        ("渔港隐患整改方案", DocumentKind.RECTIFICATION_PLAN),
        ("渔港建设专题会议纪要", DocumentKind.MINUTES),
        ("渔港建设任务分工", DocumentKind.DIVISION),
    ],
)
def test_the_kind_of_paper_is_told_by_its_title(supervisor, title, kind):
    assert import_paper(supervisor, PAPER.replace("2020年渔港建设工作要点", title)).kind is kind


# Corrections


def test_a_correction_is_kept_and_recorded(document, supervisor):
    actions.edit(document, supervisor, NOW, "修改任务名称", rename("选定校址"), SITE)
    db.session.commit()
    db.session.expire_all()

    assert title_of(document) == "选定校址"
    (event,) = events(document)
    assert (event.kind, event.words, event.actor_id) == ("document.edit", "修改任务名称", supervisor.id)
    assert event.details == {
        "place": "一、建设学校，第1项",
        "changes": [["/points/0/tasks/0/title", "6月底前选址", "选定校址"]],
    }


def test_a_correction_that_changes_nothing_leaves_no_trace(document, supervisor):
    actions.edit(document, supervisor, NOW, "修改任务名称", rename("6月底前选址"), SITE)
    assert events(document) == []


def test_a_refused_correction_changes_nothing(document, supervisor):
    with pytest.raises(Invalid):
        actions.edit(document, supervisor, NOW, "修改任务名称", rename(""), SITE)
    assert actions.reading(document) == reading()


def test_corrections_are_taken_back_the_latest_first(document, supervisor):
    actions.edit(document, supervisor, NOW, "修改任务名称", rename("选定校址"), SITE)
    actions.edit(document, supervisor, NOW, "修改任务名称", rename("建校", BUILD), BUILD)
    actions.edit(document, supervisor, NOW, "合并任务", lambda before: edits.merge_task(before, SITE), SITE)
    db.session.commit()

    assert actions.undo(document, supervisor, NOW) == "合并任务"
    db.session.commit()
    assert (title_of(document), title_of(document, 1)) == ("选定校址", "建校")
    actions.undo(document, supervisor, NOW)
    actions.undo(document, supervisor, NOW)
    assert actions.reading(document) == reading()
    with pytest.raises(WrongState, match="没有可以撤销的"):
        actions.undo(document, supervisor, NOW)


def test_a_correction_after_an_undo_is_taken_back_next(document, supervisor):
    actions.edit(document, supervisor, NOW, "修改任务名称", rename("甲"), SITE)
    actions.undo(document, supervisor, NOW)
    actions.edit(document, supervisor, NOW, "修改任务名称", rename("乙"), SITE)
    actions.undo(document, supervisor, NOW)
    assert actions.reading(document) == reading()


def test_the_head_of_the_paper_is_corrected_in_words(document, supervisor):
    actions.edit_header(
        document, supervisor, NOW, title="新标题", issued_on=date(2020, 6, 20), number="〔2020〕2号"
    )

    (event,) = events(document)
    assert event.details.keys() == {"title", "issued_on"}
    assert event.details["title"] == ["2020年工作要点", "新标题"]


def test_who_was_faster_is_told_when_a_page_is_old(document, supervisor):
    seen = document.version
    colleague = make.user(Role.SUPERVISOR, name="路远之")
    actions.edit(document, colleague, NOW, "修改任务名称", rename("选定校址"), SITE)
    db.session.commit()

    with pytest.raises(WrongState, match=r"路远之09:00修改任务名称（一、建设学校，第1项）.*没有保存"):
        actions.check_version(document, seen)
    actions.check_version(document, document.version)


@pytest.mark.parametrize("version", [None, 0, 99])
def test_a_page_of_no_known_version_is_refused(document, version):
    with pytest.raises(WrongState, match="刷新"):
        actions.check_version(document, version)


def test_open_sets_are_resolved_to_the_members_of_the_table(document, supervisor):
    members = [make.unit("市教育局"), make.unit("市财政局")]
    make.group("成员单位", *members, is_open=True)
    actions.edit(
        document, None, NOW, "添加单位", lambda r: edits.add_unit(r, 1, "成员单位", "responsible"), 1
    )

    actions.resolve_members(document, queries.directory(), supervisor, NOW)

    unit = actions.reading(document).points[0].units[-1]
    assert unit.chosen == tuple(member.id for member in members)


# The end of proofreading


def test_an_adopted_document_is_sealed(document, supervisor):
    actions.adopt(document, supervisor, NOW)
    actions.link_tasks(document, {SITE: 17})

    assert document.adopted_at == NOW
    assert [task.task_id for task in actions.reading(document).points[0].tasks] == [17, None, None]
    for refused in (
        lambda: actions.edit(document, supervisor, NOW, "修改任务名称", rename("甲"), SITE),
        lambda: actions.edit_header(document, supervisor, NOW, title="甲"),
        lambda: actions.undo(document, supervisor, NOW),
        lambda: actions.discard(document, supervisor, NOW, "不要了"),
    ):
        with pytest.raises(WrongState, match="已立项"):
            refused()


def test_discarding_needs_a_reason(document, supervisor):
    with pytest.raises(Invalid, match="理由"):
        actions.discard(document, supervisor, NOW, " ")


def test_only_supervisors_seal_a_document(document, reporter):
    with pytest.raises(Forbidden):
        actions.adopt(document, reporter, NOW)


def test_documents_are_found_by_file_and_number(document):
    assert queries.same_file(document.file.sha256) is document
    assert queries.same_number("〔2020〕2号") is document
    assert queries.same_number("〔2020〕3号") is None


def test_the_latest_steps_are_told_oldest_first(document, supervisor):
    for minute, title in enumerate("甲乙丙"):
        actions.edit(
            document, supervisor, NOW + timedelta(minutes=minute), "修改任务名称", rename(title), SITE
        )
    told = [(event.at, user) for event, user in queries.latest_steps(document, 2)]
    assert told == [(NOW + timedelta(minutes=minute), supervisor) for minute in (1, 2)]
