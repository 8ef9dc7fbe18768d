"""The lists as the office wants them: called, headed, ordered; on the page and in every file."""

from io import BytesIO

from openpyxl import load_workbook

from tests import make
from tests.conftest import sign_in
from tracker.lists.views import VIEWS

KEYS = [cell.key for cell in VIEWS["problems"].cells][1:]


def typed(**changes: str) -> dict[str, str]:
    """What the page of the problem list sends: everything shown as it is, but for ``changes``."""
    cells = VIEWS["problems"].cells[1:]
    said = {"title": "问题清单"}
    for place, cell in enumerate(cells, 1):
        said |= {
            f"shown_{cell.key}": "y",
            f"heading_{cell.key}": cell.heading,
            f"place_{cell.key}": str(place),
        }
    return {name: value for name, value in (said | changes).items() if value != "-"}


def test_a_list_is_renamed_and_rearranged_everywhere_and_put_back(client, supervisor):
    problem = make.problem()
    sign_in(client, supervisor)
    wanted = typed(title="任务清单", shown_basis="-", heading_text="任务", place_unit="0")
    assert client.post("/lists/settings/problems", data=wanted).status_code == 302
    page = client.get("/lists/problems").text
    assert "<h1>任务清单</h1>" in page
    sheet = load_workbook(BytesIO(client.get("/lists/problems.xlsx").data)).active
    heads = [cell.value for cell in sheet[1]]
    assert heads == ["账号", "涉及单位", "来源", "发现日期", "任务", "类型", "严重程度", "共性/个性"]
    assert sheet.title == "任务清单"
    assert [cell.value for cell in sheet[2]][:2] == [problem.number, problem.unit.name]
    shown = client.get("/lists/settings/problems").text
    assert shown.index('name="heading_unit"') < shown.index('name="heading_source"')
    assert 'name="shown_basis" type="checkbox" value="y"' in shown
    client.post("/lists/settings/problems/reset")
    assert "<h1>问题清单</h1>" in client.get("/lists/problems").text
    again = client.post("/lists/settings/problems/reset", follow_redirects=True)
    assert "这张清单就是原样，没有改过" in again.text


def test_settings_that_cannot_be_are_refused_and_lose_nothing(client, supervisor):
    sign_in(client, supervisor)
    for wrong, words in (
        ({"title": ""}, "请填写清单名称"),
        ({"heading_kind": "来源"}, "有两栏都叫“来源”"),
        ({"heading_kind": "账号"}, "有两栏都叫“账号”"),
        ({"place_kind": "第一"}, "place_kind"),
        ({f"shown_{key}": "-" for key in KEYS}, "至少要显示一栏"),
    ):
        answer = client.post("/lists/settings/problems", data=typed(heading_basis="政策依据", **wrong))
        assert answer.status_code == 422, wrong
        assert words in answer.text
        assert "政策依据" in answer.text
