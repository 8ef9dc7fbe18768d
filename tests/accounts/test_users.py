import re

import pytest

from tests import make
from tests.conftest import NOW, Browser, sign_in
from tracker.accounts import actions
from tracker.accounts.models import Role, User
from tracker.accounts.passwords import matches
from tracker.accounts.trail import timeline
from tracker.db import db
from tracker.errors import Invalid


@pytest.fixture(autouse=True)
def signed_in(client, administrator):
    sign_in(client, administrator)


def columns(**changes):
    unit = make.unit("市教育局")
    return {
        "username": "li.q",
        "name": "李强",
        "role": "head",
        "unit": unit.id,
        "phone": "0580-2020000",
        "email": "li.q@example.cn",
    } | changes


def test_a_new_user_gets_a_password_that_is_shown_once(client):
    answer = client.post("/accounts/users/new", data=columns())

    user = db.session.query(User).filter_by(username="li.q").one()
    shown = re.search('id="one-time">([^<]+)<', answer.text)[1]
    assert (user.name, user.role, user.unit.name) == ("李强", Role.HEAD, "市教育局")
    assert user.must_change_password
    assert matches(user.password_hash, shown)
    assert shown not in client.get(f"/accounts/users/{user.id}").text
    assert [entry.words for entry in timeline(user)] == ["新增用户"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"username": ""}, "请填写用户名"),
        ({"username": "李强"}, "2至32个小写字母"),
        ({"username": "x"}, "2至32个小写字母"),
        ({"name": " "}, "请填写姓名"),
        ({"role": "king"}, "请在列出的里面选择"),
        ({"unit": 999_999}, "请在列出的里面选择"),
        ({"phone": "打给我"}, "电话写法不对"),
        ({"email": "li.q"}, "邮箱写法不对"),
    ],
)
def test_a_wrong_field_is_named_and_what_was_typed_stays(client, changes, words):
    answer = client.post("/accounts/users/new", data=columns(**changes))

    assert answer.status_code == 422
    assert words in answer.text
    assert "0580-2020000" in answer.text or "phone" in changes
    assert db.session.query(User).filter_by(name="李强").count() == 0


def test_a_name_that_is_taken_is_refused(client, administrator):
    answer = client.post("/accounts/users/new", data=columns(username=administrator.username.upper()))

    assert answer.status_code == 422
    assert "已被使用" in answer.text


def test_an_edit_is_kept_with_before_and_after(client, reporter):
    client.post(f"/accounts/users/{reporter.id}", data=columns())

    assert (reporter.name, reporter.role, reporter.unit.name) == ("李强", Role.HEAD, "市教育局")
    assert ("role", "填报员", "单位负责人") in timeline(reporter)[-1].changes
    assert ("unit", "市发展改革委", "市教育局") in timeline(reporter)[-1].changes


def test_an_edit_that_changes_nothing_leaves_no_trace(client, reporter):
    same = {"name": reporter.name, "role": reporter.role.value, "unit": reporter.unit_id}

    assert client.post(f"/accounts/users/{reporter.id}", data=same).status_code == 302

    assert timeline(reporter) == []


def test_a_deactivated_user_is_out_at_once_and_stays_out_after_return(client, app, reporter):
    other = Browser(app, app.response_class)
    sign_in(other, reporter)

    client.post(f"/accounts/users/{reporter.id}/deactivate")
    assert other.get("/accounts/password").status_code == 302

    client.post(f"/accounts/users/{reporter.id}/activate")
    assert other.get("/accounts/password").status_code == 302
    assert [entry.words for entry in timeline(reporter)] == ["停用用户", "启用用户"]


def test_nobody_deactivates_himself(client, administrator):
    make.user(Role.ADMINISTRATOR)

    answer = client.post(f"/accounts/users/{administrator.id}/deactivate")

    assert answer.status_code == 422
    assert administrator.active


def test_the_last_administrator_stays_one(administrator):
    with pytest.raises(Invalid, match="最后一位系统管理员"):
        actions.edit_user(administrator, administrator, NOW, role=Role.HEAD)

    make.user(Role.ADMINISTRATOR)
    actions.edit_user(administrator, administrator, NOW, role=Role.HEAD)
    assert administrator.role is Role.HEAD


def test_a_reset_password_is_new_and_must_be_changed(client, app, reporter):
    other = Browser(app, app.response_class)
    sign_in(other, reporter)

    answer = client.post(f"/accounts/users/{reporter.id}/reset-password")

    shown = re.search('id="one-time">([^<]+)<', answer.text)[1]
    assert matches(reporter.password_hash, shown)
    assert reporter.must_change_password
    assert other.get("/accounts/password").status_code == 302
    assert [entry.words for entry in timeline(reporter)] == ["重置密码"]
    assert shown not in str(timeline(reporter))


def test_the_list_is_filtered(client, reporter, stranger):
    page = client.get("/accounts/users?role=reporter&q=" + reporter.username).text

    assert reporter.name in page
    assert stranger.name not in page


def test_signs_of_the_query_language_are_ordinary_signs(client, reporter):
    assert reporter.name not in client.get("/accounts/users?q=%25").text


def test_an_unknown_user_is_not_found(client):
    assert client.get("/accounts/users/999999").status_code == 404
    assert client.get("/accounts/users/99999999999999999999").status_code == 404
