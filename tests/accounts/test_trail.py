from datetime import timedelta

import pytest
from sqlalchemy import text

from tests import make
from tests.conftest import NOW, sign_in
from tracker import audit
from tracker.accounts import actions
from tracker.accounts.models import Role
from tracker.accounts.trail import timeline
from tracker.clock import SHANGHAI
from tracker.db import db
from tracker.workflow import ASSIGNMENT, State


@pytest.fixture(autouse=True)
def signed_in(client, auditor):
    sign_in(client, auditor)


def happen(words, actor=None, now=NOW, reason="", subject=None, **details):
    audit.record("unit.test", words, subject or make.unit(), actor, now, reason, **details)
    db.session.commit()


def test_a_change_is_shown_before_and_after(client, administrator):
    clerk = make.user(Role.REPORTER)
    actions.edit_user(clerk, administrator, NOW, role=Role.HEAD)
    db.session.commit()

    page = client.get("/accounts/trail").text

    assert f"{administrator.name}（市政府督查室 系统管理员）" in page
    assert "<del>填报员</del>" in page
    assert "<ins>单位负责人</ins>" in page


def test_a_state_is_shown_with_its_word(reporter):
    assignment = make.assignment(reporter.unit)
    ASSIGNMENT.take(assignment, "receive", reporter, NOW)
    db.session.commit()

    assert timeline(assignment)[-1].changes == [("state", State.ISSUED.label, State.ACTIVE.label)]


def test_facts_of_every_sort_are_said():
    unit = make.unit()
    happen("一", subject=unit, open=True, none=None, number=3, names=["甲", "乙", "丙"], shape={"a": 1})

    said = [change.after for change in timeline(unit)[-1].changes]
    assert said == ["是", "3", "甲、乙、丙", '{"a": 1}']


def test_a_value_is_shown_with_the_words_of_its_field_and_what_stayed_is_not_shown():
    unit = make.unit()
    happen(
        "退回",
        subject=unit,
        return_reason="empty",
        progress=[30, 60],
        duty=["lead", "support"],
        unit=["甲", "甲"],
    )
    assert timeline(unit)[0].changes == [
        ("return_reason", None, "内容空泛"),
        ("progress", "30%", "60%"),
        ("duty", "牵头", "配合"),
    ]


def test_corrections_of_a_reading_are_said_field_by_field():
    document = make.document()
    steps = [
        ["/points/0/tasks/1/deadline", "2020-05-31", "2020-06-30"],
        ["/points/0/tasks/1/deadline_stop", 3, 5],
        ["/points/0/tasks/2:4", [{"key": 1}], []],
    ]
    happen("改时限", subject=document, changes=steps)

    assert timeline(document)[-1].changes == [
        ("deadline", "2020-05-31", "2020-06-30"),
        ("tasks", "1项", ""),
    ]


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("", "一二三"),
        ("person=张", "二"),
        ("q=漏报", "三"),
        ("kind=事项二", "二"),
        ("since=2020-07-07", "三"),
        ("until=2020-07-06", "一二"),
        ("since=2020-07-06&until=2020-07-06", "一二"),
        ("subject=users", ""),
        ("subject=units", "一二三"),
        ("kind=%25", ""),
        ("id=999999", ""),
        ("since=soon&id=x", "一二三"),
    ],
)
def test_the_trail_is_filtered(client, address, seen):
    clerk = make.user(Role.REPORTER, name="张晓梅")
    happen("事项一")
    happen("事项二", clerk)
    happen("事项三", now=NOW + timedelta(hours=15), reason="漏报一次")  # midnight in Beijing

    page = client.get(f"/accounts/trail?{address}").text

    assert {word for word in "一二三" if f"事项{word}" in page} == set(seen)


def test_the_trail_comes_in_pages_the_latest_first(client):
    for number in range(12):
        happen(f"事项{number}号")

    page = client.get("/accounts/trail?size=10").text

    assert "事项11号" in page
    assert "事项1号" not in page
    assert "共 12 条" in page


def test_a_whole_chain_is_confirmed_and_that_is_on_record(client):
    happen("事项")

    answer = client.post("/accounts/trail/verify", follow_redirects=True)

    assert "1条记录首尾相连" in answer.text
    assert "上次核验：2020-07-06 09:0" in answer.text


def test_the_chain_is_whole_whatever_zone_a_moment_was_given_in():
    happen("事项", now=NOW.astimezone(SHANGHAI))
    db.session.expire_all()

    assert audit.verify() == (1, None)


def test_a_changed_row_is_found(client):
    happen("事项")
    happen("事项")
    db.session.execute(text("UPDATE events SET reason = 'x' WHERE id = (SELECT min(id) FROM events)"))

    answer = client.post("/accounts/trail/verify", follow_redirects=True)

    assert "留痕被改动过" in answer.text


def test_what_is_said_in_a_reason_is_text(client):
    happen("事项", reason="<script>甲</script>")

    assert "<script>甲" not in client.get("/accounts/trail").text
