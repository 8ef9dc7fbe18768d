"""Pages of the three lists."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests import make
from tests.conftest import sign_in
from tracker.db import db
from tracker.desk import queries
from tracker.lists.models import Problem
from tracker.press import formats
from tracker.workflow import RectificationState


@pytest.mark.parametrize("name", ["problems", "rectifications", "responsibilities"])
def test_each_list_shows_and_exports_the_account(client, supervisor, name):
    problem = make.problem()
    sign_in(client, supervisor)
    page = client.get(f"/lists/{name}").text
    assert problem.number in page
    assert problem.unit.short_name in page.split("<tbody>")[1]
    book = load_workbook(BytesIO(client.get(f"/lists/{name}.xlsx").data))
    rows = list(book.active.iter_rows(values_only=True))
    assert (rows[0][0], rows[1][0]) == ("账号", problem.number)


def test_what_is_too_long_to_print_is_told_before_the_click(client, supervisor, monkeypatch):
    make.problem(), make.problem()
    sign_in(client, supervisor)
    assert "/lists/problems.pdf" in client.get("/lists/problems").text
    monkeypatch.setattr(formats, "LONGEST", 1)
    page = client.get("/lists/problems?q=").text
    assert "/lists/problems.pdf" not in page
    assert "打印一次最多1行，这里有2行" in page
    assert "tracker export problems --pdf" in page


def test_a_unit_sees_its_own_problems_only(client, reporter):
    issued = {"state": RectificationState.ISSUED}
    mine, other = make.problem(reporter.unit, rectification=issued), make.problem(make.unit("市教育局"))
    draft = make.problem(reporter.unit)
    sign_in(client, reporter)
    page = client.get("/lists/problems").text
    assert mine.number in page
    assert "共1个" in page
    assert client.get(f"/lists/{draft.id}").status_code == 404
    assert queries.problems_open(reporter) == 1
    assert other.number not in page
    assert client.get(f"/lists/{other.id}").status_code == 404


def test_a_supervisor_registers_a_problem_by_hand(client, supervisor):
    unit = make.unit()
    sign_in(client, supervisor)
    form = {
        "source": "inspection",
        "found_on": "2020-07-06",
        "text": "台账不全",
        "unit": unit.id,
        "severity": "ordinary",
        "is_common": "",
        "goal": "补齐台账",
        "pace": "immediate",
        "accepting_unit": supervisor.unit_id,
    }
    answer = client.post("/lists/new", data=form)
    problem = db.session.scalars(db.select(Problem)).one()
    assert answer.status_code == 302
    assert problem.rectification.state is RectificationState.REGISTERED
    assert client.post(f"/lists/{problem.id}/issue").status_code == 302
