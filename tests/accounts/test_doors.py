"""Who may open which door of this room."""

import pytest

from tests import make
from tests.conftest import sign_in
from tracker.accounts.models import Role
from tracker.accounts.permissions import GRANTS

WAYS = {"user_id": 1, "unit_id": 1, "alias_id": 1, "group_id": 1, "board_id": 1}


def doors(app):
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint.startswith("accounts.") and hasattr(view, "permission"):
            path = rule.build({name: WAYS[name] for name in rule.arguments})[1]
            yield "POST" if "GET" not in rule.methods else "GET", path, view.permission


def test_a_stranger_finds_every_door_closed(app, client):
    for method, path, _ in doors(app):
        answer = client.open(path, method=method)
        assert answer.status_code == (302 if method == "GET" else 401), path


@pytest.mark.parametrize("role", Role)
def test_a_door_opens_to_the_roles_it_names_and_no_other(app, client, role):
    sign_in(client, make.user(role))

    for method, path, permission in doors(app):
        if role not in GRANTS[permission]:
            assert client.open(path, method=method).status_code == 403, path
        elif method == "GET":
            assert client.open(path).status_code in (200, 404), path


def test_no_door_takes_a_forged_request(app, client, administrator, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    sign_in(client, administrator)

    posting = [rule for rule in app.url_map.iter_rules() if "POST" in rule.methods]
    for rule in posting:
        ways = {name: "2020-06" if name == "month" else 1 for name in rule.arguments}
        answer = client.post(rule.build(ways)[1])
        assert answer.status_code == 400, rule.rule
        assert "页面已过期" in answer.text


@pytest.mark.parametrize(
    ("role", "there", "not_there"),
    [
        (Role.ADMINISTRATOR, ["单位", "评价组", "用户"], ["留痕", "台账"]),
        (Role.AUDITOR, ["留痕"], ["用户"]),
        (Role.REPORTER, [], ["留痕", "用户"]),
    ],
)
def test_the_navigation_shows_what_a_role_may_open(client, role, there, not_there):
    sign_in(client, make.user(role))

    page = client.get("/accounts/password").text

    shown = {label for label in [*there, *not_there] if f">{label}</a>" in page}
    assert shown == set(there)
