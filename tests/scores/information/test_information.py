"""The information assessment: off as shipped, on only with a reason, and what it counts then."""

from collections import Counter
from decimal import Decimal

import pytest

from tests import make
from tests.conftest import sign_in
from tracker.audit import Event
from tracker.db import db
from tracker.scores.information.models import InformationEntry
from tracker.scores.information.queries import is_on
from tracker.scores.information.rules import Use, points_of, ranked


@pytest.mark.parametrize(
    ("uses", "points"),
    [
        ({Use.SENT: 3}, "1.5"),
        ({Use.SENT: 40}, "5"),  # quantity does not pay
        ({Use.SENT: 40, Use.PROVINCE: 1}, "9"),
        ({Use.NATION: 9}, "30"),
        ({}, "0"),
    ],
)
def test_points_of_a_month(uses, points):
    assert points_of(Counter(uses)) == Decimal(points)


def test_equal_points_share_a_rank():
    rows = ranked([1, 2, 3], [(2, Use.CITY), (3, Use.CITY), (1, Use.SENT), (9, Use.NATION)])
    assert [(row.unit_id, row.rank) for row in rows] == [(2, 1), (3, 1), (1, 3)]


def test_it_is_off_until_somebody_says_why_it_should_not_be(client, supervisor, reporter):
    make.board("部门组", reporter.unit)
    sign_in(client, reporter)
    page = client.get("/scores/information/").text
    assert "没有启用" in page
    assert "减负规定" in page
    sign_in(client, supervisor)
    entry = {"unit_id": reporter.unit_id, "title": "海岛产业帮扶见闻", "use": "city", "month": "2020-06"}
    assert client.post("/scores/information/", data=entry).status_code == 409
    assert client.post("/scores/information/switch-on", data={"reason": " "}).status_code == 422
    assert not is_on()
    said = client.post(
        "/scores/information/switch-on", data={"reason": "市委办来函要求"}, follow_redirects=True
    )
    assert "市委办来函要求" in said.text
    event = db.session.scalars(db.select(Event).filter_by(kind="information.switch_on")).one()
    assert (event.reason, event.actor_id) == ("市委办来函要求", supervisor.id)
    done = client.post("/scores/information/", data=entry, follow_redirects=True)
    assert "海岛产业帮扶见闻" in done.text
    (row,) = db.session.scalars(db.select(InformationEntry))
    assert client.post(f"/scores/information/{row.id}/strike", data={"reason": "重复登记"}).status_code == 302
    assert "海岛产业帮扶见闻" not in client.get("/scores/information/?month=2020-06").text
    client.post("/scores/information/switch-off", data={"reason": "按减负要求停用"})
    assert not is_on()


def test_a_unit_without_any_item_has_no_rank():
    assert [(row.unit_id, row.rank) for row in ranked([1, 2], [(2, Use.SENT)])] == [(2, 1), (1, None)]
