"""Common problems: proposed by likeness, confirmed by a person, one measure, many steps, each by itself."""

from datetime import date

import pytest

from tests import make
from tests.conftest import sign_in
from tracker.db import db
from tracker.lists.groups.rules import Told, proposals
from tracker.lists.models import Problem, ProblemGroup, ProblemSource
from tracker.workflow import RectificationState as State

ALIKE = ("光伏电站收益没有按时公示。", "村级光伏电站收益未按时公示。", "光伏收益没有按时公示")


@pytest.fixture
def three(app) -> list[Problem]:
    """Like problems of three units, and one that is not."""
    made = [make.problem(make.unit(f"第{n}县"), text=text) for n, text in enumerate(ALIKE)]
    make.problem(make.unit("市教育局"), text="三所学校的围墙需要修缮加固。")
    return made


def test_likeness_only_across_units_and_not_what_was_dismissed():
    told = [Told(n, n, text) for n, text in enumerate(ALIKE)]
    other = Told(9, 9, "三所学校的围墙需要修缮加固。")
    assert proposals([*told, other], []) == [[0, 1, 2]]
    assert proposals([one._replace(unit_id=1) for one in told], []) == []
    assert proposals(told, [frozenset({0, 1, 2, 7})]) == []
    assert proposals(told, [frozenset({0, 1})]) == [[0, 1, 2]]


def test_a_proposal_is_confirmed_and_shares_one_measure(client, supervisor, three):
    make.problem(assignment=make.assignment(make.unit("第9县")), source=ProblemSource.OVERDUE, text=ALIKE[0])
    three[2].rectification.remedy = "已有自己的措施"
    sign_in(client, supervisor)
    page = client.get("/lists/groups/").text
    assert all(f'name="id" value="{one.id}"' in page for one in three)
    assert page.count('name="shown"') == 3
    assert client.post("/lists/groups/", data={"id": three[0].id, "title": "光伏"}).status_code == 422
    ids = [one.id for one in three]
    assert client.post("/lists/groups/", data={"id": ids, "title": ""}).status_code == 422
    client.post("/lists/groups/", data={"id": ids, "title": "光伏收益公示"})
    group = db.session.scalars(db.select(ProblemGroup)).one()
    assert {one.is_common for one in group.problems} == {True}
    assert "没有文字相近" in client.get("/lists/groups/").text

    client.post(f"/lists/groups/{group.id}/remedy", data={"remedy": "逐村张榜公示。"})
    assert [one.rectification.remedy for one in three] == [
        "逐村张榜公示。",
        "逐村张榜公示。",
        "已有自己的措施",
    ]
    assert "光伏收益公示" in client.get(f"/lists/{three[0].id}").text

    client.post(f"/lists/groups/{group.id}/members/{three[2].id}/remove")
    assert (three[2].group_id, three[2].is_common) == (None, False)
    client.post(f"/lists/groups/{group.id}/members", data={"number": three[2].number})
    assert three[2].group_id == group.id
    assert client.post(f"/lists/groups/{group.id}/members", data={"number": "2020-7777"}).status_code == 422


def test_what_a_person_dismissed_is_not_proposed_again(client, supervisor, three):
    sign_in(client, supervisor)
    data = {"shown": [one.id for one in three]}
    assert client.post("/lists/groups/dismiss", data=data).status_code == 302
    assert client.post("/lists/groups/dismiss", data=data).status_code == 302
    page = client.get("/lists/groups/").text
    assert "没有文字相近" in page
    assert "还没有确认过共性问题" in page


def test_many_are_struck_off_at_once_each_by_its_own_state(client, supervisor):
    ready = [make.problem(make.unit(f"第{n}县"), rectification={"state": State.VERIFIED}) for n in range(2)]
    running = make.problem(make.unit("第8县"), rectification={"state": State.ACTIVE})
    own = make.problem(
        make.unit("第9县"), rectification={"state": State.VERIFIED, "verified_by_id": supervisor.id}
    )
    group = make.problem_group(*ready, running, own)
    stranger = make.problem(rectification={"state": State.VERIFIED})
    sign_in(client, supervisor)
    ids = [one.id for one in (*ready, running, own, stranger)]
    page = client.post(f"/lists/groups/{group.id}/take/close", data={"id": ids}).text
    assert f"“销号”已办2个：{ready[0].number}、{ready[1].number}" in page
    assert "有2个没有办成" in page
    assert "请刷新后再看" not in page
    for one in (running, own):
        assert f"{one.number}（{one.unit.name}）：" in page
    states = [one.rectification.state for one in (*ready, running, own, stranger)]
    assert states == [State.CLOSED, State.CLOSED, State.ACTIVE, State.VERIFIED, State.VERIFIED]
    assert ready[0].rectification.closed_on == date(2020, 7, 6)
    assert client.post(f"/lists/groups/{group.id}/take/close").status_code == 422
