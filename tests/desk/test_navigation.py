import pytest
from flask import url_for

from tests import make
from tests.conftest import sign_in
from tracker.accounts.models import Role
from tracker.accounts.permissions import GRANTS
from tracker.desk.navigation import NAVIGATION, navigation


def test_every_entry_asks_for_what_its_page_asks_for(app):
    asked = {entry.endpoint: entry.permission for entry in NAVIGATION}

    assert asked == {endpoint: app.view_functions[endpoint].permission for endpoint in asked}


@pytest.mark.parametrize("role", Role)
def test_a_role_sees_its_entries_and_can_open_each(app, client, role):
    sign_in(client, make.user(role))
    theirs = [entry for entry in NAVIGATION if role in GRANTS[entry.permission]]
    page = client.get("/accounts/password").text

    for entry in NAVIGATION:
        assert (f">{entry.label}</a>" in page) is (entry in theirs), entry.label
    for entry in theirs:
        with app.test_request_context():
            address = url_for(entry.endpoint)
        assert client.get(address, follow_redirects=True).status_code == 200, entry.label


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/", "工作台"),
        ("/accounts/units", "单位"),
        ("/accounts/units/3/place", "单位"),
        ("/accounts/users/new", "用户"),
        ("/accounts/unitsandmore", None),
        ("/accounts/password", None),
    ],
)
def test_the_current_entry_is_the_one_above_the_page(app, path, label):
    from flask_login import login_user

    with app.test_request_context(path):
        login_user(make.user(Role.ADMINISTRATOR))
        current = [link.label for link in navigation() if link.is_current]

    assert current == ([label] if label else [])
