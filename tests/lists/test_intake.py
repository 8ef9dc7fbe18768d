"""建账 by hand with all that is known, 更正, the caller's mask, and links on both ends."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from tests import make
from tests.conftest import sign_in
from tracker.audit import Event
from tracker.db import db
from tracker.errors import Invalid
from tracker.lists import ledger
from tracker.lists.intake.rules import Stage, masked, stages_of
from tracker.lists.links import queries as links
from tracker.lists.models import Problem, ProblemSource
from tracker.lists.views import VIEWS
from tracker.workflow import RectificationState as State

FORM = {
    "source": "hotline_12345",
    "found_on": "2020-07-06",
    "source_number": "ZS20200704-118",
    "source_on": "2020-07-04",
    "caller": "王女士 13812345678",
    "text": "村里的光伏收益去向没有公示。",
    "kind": "资金",
    "severity": "serious",
    "is_common": "1",
    "basis": "12345转办单",
    "goal": "收益全部公示。",
    "remedy": "逐村核对，张榜公示。",
    "pace": "dated",
    "deadline": "2020-08-31",
    "stages": "2020-07-20 完成核对\n2020年8月10日前，张榜公示",
    "leader": "赵局长",
    "lead_unit": "",
    "supports": "民政局、财政局",
    "person": "钱科长",
    "phone": "0580-2012345",
    "content": "牵头核对并公示。",
    "links": "",
}


@pytest.fixture
def units(supervisor):
    made = make.unit("市农业农村局"), make.unit("民政局"), make.unit("财政局")
    return {"unit": made[0].id, "accepting_unit": supervisor.unit_id}


def only() -> Problem:
    return db.session.scalars(db.select(Problem)).one()


def test_all_that_is_known_is_entered_at_once_and_shows_in_every_list(client, supervisor, units):
    other = make.problem(number="2020-9001")
    sign_in(client, supervisor)
    answer = client.post("/lists/new", data=FORM | units | {"links": "2020-9001"}, follow_redirects=True)
    problem = db.session.scalars(db.select(Problem).where(Problem.id != other.id)).one()
    assert "已建账" in answer.text
    rows = {}
    for name, shown in VIEWS.items():
        view = ledger.ACCOUNTS.view(MultiDict({"q": problem.number}))
        (line,) = ledger.accounts(None, view, date(2020, 7, 6), shown.keys)
        rows[name] = [str(value) for value in shown.row(line, date(2020, 7, 6))][1:]
    assert rows == {
        "problems": [
            "12345热线（ZS20200704-118）", "2020-07-06", "村里的光伏收益去向没有公示。", "资金", "市农业农村局", "较重", "共性", "12345转办单",
        ],
        "rectifications": [
            "收益全部公示。", "逐村核对，张榜公示。", "限期整改", "2020-08-31", "2020-07-20　完成核对\n2020-08-10　张榜公示", "0%", "", "None", "建账",
        ],
        "responsibilities": [
            "赵局长", "市农业农村局", "民政局、财政局", "钱科长", "0580-2012345", "市政府督查室", "牵头核对并公示。", "",
        ],
    }  # fmt: skip
    assert [one.thing for one in links.linked(other, supervisor)] == [problem]


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"source_number": ""}, "source_number", "12345热线要写明编号"),
        ({"source_on": "2020-07-07"}, "source_on", "不能晚于发现日期"),
        ({"supports": "民政局、财正局"}, "supports", "单位库里没有“财正局”。是不是“财政局”"),
        ({"stages": "尽快招标"}, "stages", "节点“尽快招标”看不懂"),
        ({"stages": "2020-09-01 验收"}, "stages", "晚于整改时限2020年8月31日"),
        ({"deadline": "2020-07-01"}, "deadline", "不能早于发现日期"),
        ({"pace": "immediate"}, "deadline", "8月5日"),
        ({"links": "2020-7777"}, "links", "没有账号2020-7777"),
        ({"goal": ""}, "goal", "请填写整改目标"),
        ({"found_on": "0001-01-01"}, "found_on", "发现日期0001-01-01在2010年至2030年之外"),
        ({"found_on": "9999-12-31"}, "found_on", "不能晚于今天"),
        ({"deadline": "9999-12-31"}, "deadline", "整改时限9999-12-31在2010年至2030年之外"),
        ({"unit": 0}, "unit", "请选择涉及单位"),
    ],
)
def test_a_refused_form_says_where_and_loses_nothing(client, supervisor, units, changed, field, words):
    sign_in(client, supervisor)
    page = client.post("/lists/new", data=FORM | units | changed)
    assert page.status_code == 422
    error = page.text.split(f'id="{field}-error">')[1].split("<")[0]
    assert words in error.replace("&#34;", '"')
    for name in {"text", "caller", "phone", "remedy"} - {field}:
        assert FORM[name] in page.text
    assert db.session.scalar(db.select(db.func.count(Problem.id))) == 0


def test_all_that_does_not_fit_together_is_told_at_once(client, supervisor, units):
    sign_in(client, supervisor)
    wrong = {
        "stages": "尽快招标",
        "supports": "财正局",
        "links": "2020-7777、2020-8888",
        "deadline": "2020-07-01",
    }
    page = client.post("/lists/new", data=FORM | units | wrong | {"source_number": ""}).text
    for field, words in (
        ("stages", "看不懂"),
        ("supports", "单位库里没有"),
        ("links", "没有账号2020-7777、2020-8888"),
        ("deadline", "不能早于发现日期"),
        ("source_number", "要写明编号"),
    ):
        assert words in page.split(f'id="{field}-error">')[1].split("<")[0]


def test_no_unit_is_chosen_beforehand_and_no_browser_cuts_what_is_pasted(client, supervisor, units):
    sign_in(client, supervisor)
    page = client.get("/lists/new").text
    choice = page.split('name="unit"')[1].split("</option>")[0]
    assert 'selected value="0">请选择' in choice
    assert all("maxlength" not in area.split(">")[0] for area in page.split("<textarea")[1:])
    page = client.post("/lists/new", data=FORM | units | {"text": "字" * 2500}).text
    assert "最多2000个字，现在有2500个字，请删去500个字" in page.split('id="text-error">')[1].split("<")[0]
    assert "字" * 2500 in page


def test_a_call_is_entered_once_for_each_unit(client, supervisor, units):
    sign_in(client, supervisor)
    client.post("/lists/new", data=FORM | units)
    page = client.post("/lists/new", data=FORM | units)
    assert page.status_code == 422
    assert f"已经建账，账号{only().number}" in page.text


def test_an_amendment_shows_in_all_lists_and_leaves_a_trail(client, supervisor, units):
    sign_in(client, supervisor)
    client.post("/lists/new", data=FORM | units)
    problem = only()
    page = client.get(f"/lists/{problem.id}/amend").text
    assert FORM["text"] in page
    changed = (
        FORM
        | units
        | {"text": "三个村没有公示。", "person": "孙科长", "supports": "财政局", "deadline": "2020-08-20"}
    )
    assert client.post(f"/lists/{problem.id}/amend", data=changed).status_code == 302
    problem = only()
    assert (problem.text, problem.responsibility.person) == ("三个村没有公示。", "孙科长")
    assert problem.rectification.deadline == problem.rectification.original_deadline == date(2020, 8, 20)
    story = client.get(f"/lists/{problem.id}").text
    for said in ("更正", "钱科长", "孙科长", "三个村没有公示。"):
        assert said in story
    assert client.post(f"/lists/{problem.id}/amend", data=changed).status_code == 422  # nothing changed


def test_two_who_amend_at_once_are_told(client, supervisor, units):
    sign_in(client, supervisor)
    client.post("/lists/new", data=FORM | units)
    problem = only()
    changed = FORM | units | {"text": "三个村没有公示。", "version": "1-1-0"}
    answer = client.post(f"/lists/{problem.id}/amend", data=changed)
    assert answer.status_code == 409
    assert "您这次的改动没有保存" in answer.text


def test_what_the_unit_was_given_is_not_amended_behind_its_back(client, supervisor, units):
    problem = make.problem(rectification={"state": State.ACTIVE})
    sign_in(client, supervisor)
    data = (
        FORM
        | units
        | {
            "source": "audit",
            "source_number": "",
            "source_on": "",
            "goal": "另一个目标",
            "deadline": "2020-12-31",
        }
    )
    assert client.post(f"/lists/{problem.id}/amend", data=data).status_code == 302
    problem = only()
    assert (problem.rectification.goal, problem.rectification.deadline) == (
        "三所学校按期建成",
        date(2020, 7, 31),
    )
    assert problem.unit_id != units["unit"]
    assert problem.source is ProblemSource.AUDIT
    closed = make.problem(rectification={"state": State.WITHDRAWN})
    assert client.post(f"/lists/{closed.id}/amend", data=data).status_code == 409


def test_who_called_is_masked_and_every_look_is_kept(client, supervisor, head, units):
    problem = make.problem(
        head.unit, source=ProblemSource.PETITION, source_number="1", caller="王女士 13812345678"
    )
    sign_in(client, supervisor)
    page = client.get(f"/lists/{problem.id}").text
    assert "王** 138*****678" in page
    assert "13812345678" not in page
    assert "王女士 13812345678" in client.post(f"/lists/{problem.id}/caller").text
    assert (
        db.session.scalar(db.select(db.func.count(Event.id)).where(Event.kind == "problem.show_caller")) == 1
    )
    sign_in(client, head)
    assert client.post(f"/lists/{problem.id}/caller").status_code == 403
    assert "13812345678" not in client.get(f"/lists/{problem.id}").text


def test_masks():
    assert masked("王女士 13812345678") == "王** 138*****678"
    assert masked("Li Ming, 2012345") == "L** M**, 2*****5"
    assert masked("") == ""


def test_stages_are_read_line_by_line():
    assert stages_of("2020/8/1：开工\n\n2020-07-10　完成招标（已完成）") == (
        Stage(date(2020, 7, 10), "完成招标"),
        Stage(date(2020, 8, 1), "开工"),
    )
    with pytest.raises(Invalid, match="不是日期"):
        stages_of("2020-02-30 开工")


def test_links_are_told_on_both_ends_and_can_be_taken_back(client, supervisor):
    problem, other = make.problem(), make.problem(text="另一个问题")
    task = make.task()
    document = make.document(title="整改方案")
    sign_in(client, supervisor)
    for said in (task.title, "另一个问题", "整改方案"):
        assert "关联</button>" in client.get(f"/lists/{problem.id}/links?q={said}").text
    for kind, thing in (("task", task), ("problem", other), ("document", document)):
        client.post(f"/lists/{problem.id}/links/{kind}/{thing.id}")
    again = client.post(f"/lists/{other.id}/links/problem/{problem.id}")
    assert again.status_code == 422
    page = client.get(f"/lists/{problem.id}").text
    assert all(said in page for said in (f"账号{other.number}", task.title, "《整改方案》"))
    assert f"账号{problem.number}" in client.get(f"/lists/{other.id}").text
    assert problem.number in client.get(f"/lists/of-task/{task.id}").text
    assert problem.number in client.get(f"/lists/of-document/{document.id}").text
    (made,) = (one for one in links.linked(other, supervisor) if one.thing is problem)
    client.post(f"/lists/{other.id}/links/{made.link_id}/unlink")
    assert f"账号{other.number}" not in client.get(f"/lists/{problem.id}").text.split("办理过程")[0]


def test_a_unit_is_not_told_of_links_out_of_its_sight(client, head):
    mine, other = make.problem(head.unit), make.problem(make.unit("市教育局"))
    make.problem_link(mine, other)
    sign_in(client, head)
    assert other.number not in client.get(f"/lists/{mine.id}/links").text
