"""A rectification plan becomes accounts: what is read, next to its sentences, and confirmed one by one."""

from datetime import date
from pathlib import Path

import pytest

from tests import make
from tests.conftest import sign_in
from tracker.db import db
from tracker.documents.parse import parse
from tracker.lists.models import Pace, Problem
from tracker.lists.plans.rules import items_of

PLAN = """海滨市扶贫领域督查反馈问题整改方案

2020年6月20日，省督查组反馈了督查意见。现制定本方案。

一、整改任务清单

（一）部分光伏电站收益没有公示。
责任单位：市农业农村局、市民政局
责任人：市农业农村局局长
督导单位：市审计局
整改时限：2020年8月底
整改目标：收益全部公示。
整改措施：
1.2020年7月20日前完成逐村核对。
2.张榜公示，建立制度。

（二）防返贫监测台账不全。
责任单位：市扶贫开发局
整改时限：立行立改，长期坚持
整改目标：台账完整。
整改措施：逐户补齐台账，每季度核对一次。
"""
CORPUS = Path(__file__).parents[3] / "shared/corpus/15_env_rectification_fields.txt"


def test_a_plan_is_read_item_by_item():
    first, second = items_of(PLAN, parse(PLAN))
    assert first.typed["text"] == "部分光伏电站收益没有公示。"
    assert first.units == ("市农业农村局", "市民政局")
    assert (first.typed["goal"], first.typed["person"]) == ("收益全部公示。", "市农业农村局局长")
    assert (first.typed["pace"], first.typed["deadline"]) == ("dated", date(2020, 8, 31))
    assert first.typed["stages"].startswith("2020-07-20 ")
    assert "逐村核对" in first.typed["stages"]
    assert first.typed["accepting_name"] == "市审计局"
    assert "建立制度" in first.typed["remedy"]
    assert first.sentences["deadline"] == "整改时限：2020年8月底"
    assert (second.typed["pace"], second.typed["deadline"]) == ("standing", None)
    assert second.units == ("市扶贫开发局",)


def test_the_annotated_plan_has_its_three_problems():
    if not CORPUS.exists():
        pytest.skip("the reference corpus is not here")
    text = CORPUS.read_text(encoding="utf-8")
    found = items_of(text, parse(text))
    assert [item.units for item in found] == [
        ("县住房和城乡建设局", "县城投集团"),
        ("县农业农村局", "沿河各乡镇人民政府"),
        ("县水利局", "县生态环境分局"),
    ]
    assert [item.typed["pace"] for item in found] == ["dated", "standing", "standing"]
    assert found[0].typed["goal"] == "进水BOD浓度提升至90毫克/升以上。"


def test_each_problem_is_shown_next_to_its_words_and_confirmed(client, supervisor):
    units = [make.unit(name) for name in ("市农业农村局", "市民政局", "市审计局")]
    document = make.document(text=PLAN, title="整改方案")
    sign_in(client, supervisor)
    assert "识别出2个问题，已建账0个" in client.get(f"/lists/plans/{document.id}").text

    page = client.get(f"/lists/plans/{document.id}/1").text
    assert "原文：整改时限：2020年8月底" in page
    assert "单位库里没有“市扶贫开发局”" in client.get(f"/lists/plans/{document.id}/2").text

    form = {
        "source": "inspection", "found_on": "2020-06-20", "text": "部分光伏电站收益没有公示。", "unit": units[0].id,
        "severity": "ordinary", "is_common": "", "goal": "收益全部公示。", "remedy": "张榜公示。", "pace": "dated",
        "deadline": "2020-08-31", "stages": "2020-07-20 完成核对", "supports": "市民政局", "accepting_unit": units[2].id,
        "basis": "《整改方案》一（一）",
    }  # fmt: skip
    nobody = client.post(f"/lists/plans/{document.id}/1", data=form | {"unit": 0})
    assert nobody.status_code == 422
    assert "张榜公示。" in nobody.text
    assert client.post(f"/lists/plans/{document.id}/1", data=form).status_code == 302
    problem = db.session.scalars(db.select(Problem)).one()
    assert (problem.document_id, problem.rectification.pace) == (document.id, Pace.DATED)
    assert problem.responsibility.accepting_unit_id == units[2].id

    page = client.get(f"/lists/plans/{document.id}").text
    assert "已建账1个" in page
    assert problem.number in page
    assert problem.number in client.get(f"/lists/of-document/{document.id}").text
    again = client.post(f"/lists/plans/{document.id}/1", data=form)
    assert again.status_code == 422
    assert "已经建账" in again.text
    other = client.post(f"/lists/plans/{document.id}/1", data=form | {"unit": units[1].id, "supports": ""})
    assert other.status_code == 302
    assert client.get(f"/lists/plans/{document.id}/9").status_code == 404
