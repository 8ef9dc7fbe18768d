from datetime import timedelta

import pytest

from tests import make
from tests.conftest import NOW, Browser, sign_in
from tracker import clock
from tracker.accounts import actions
from tracker.accounts.models import Role, SignInAttempt
from tracker.accounts.passwords import hashed
from tracker.db import db

PASSWORD = "清明时节雨纷纷路上行人"
HASH = hashed(PASSWORD)
NEW = "借问酒家何处有牧童遥指"


@pytest.fixture
def clerk(app):
    return make.user(Role.REPORTER, username="zhang.xm", name="张晓梅", password_hash=HASH)


def enter(client, username="zhang.xm", password=PASSWORD, path="/accounts/sign-in", **kwargs):
    return client.post(path, data={"username": username, "password": password}, **kwargs)


def is_in(client):
    return client.get("/accounts/password").status_code == 200


def test_name_and_password_open_the_door(client, clerk):
    answer = enter(client, " Zhang.XM ")

    assert answer.status_code == 302
    assert answer.location == "/"
    assert is_in(client)


@pytest.mark.parametrize(("username", "password"), [("zhang.xm", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_pair_is_refused_in_the_same_words(client, clerk, username, password):
    answer = enter(client, username, password)

    assert answer.status_code == 422
    assert "用户名或密码不正确" in answer.text
    assert f'value="{username}"' in answer.text
    assert password not in answer.text
    assert not is_in(client)


def test_a_deactivated_account_is_told_so_only_with_the_right_password(client, clerk):
    clerk.active = False

    assert "停用" in enter(client).text
    assert "停用" not in enter(client, password="wrong").text


@pytest.mark.parametrize("target", ["/accounts/password", "/accounts/trail?kind=user"])
def test_a_stranger_is_led_back_to_where_he_wanted(client, clerk, target):
    asked = client.get(target)
    assert asked.location.startswith("/accounts/sign-in?next=")

    assert enter(client, path=asked.location).location == target


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_nobody_is_led_to_another_site(client, clerk, target):
    assert enter(client, path=f"/accounts/sign-in?next={target}").location == "/"


def test_signing_in_starts_a_new_session(client, clerk):
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"

    enter(client)

    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.permanent


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client, clerk):
    cookie = enter(client).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_signing_out_ends_it(client, clerk):
    sign_in(client, clerk)

    client.post("/accounts/sign-out")

    assert not is_in(client)


def test_a_forged_cookie_is_nobody(client, clerk):
    for user_id in ("x", "", "1", f"{clerk.id}", f"{clerk.id}:99", "９:1", "9" * 400 + ":1"):
        with client.session_transaction() as session:
            session["_user_id"] = user_id
        assert client.get("/accounts/password").status_code == 302, user_id


def test_what_a_stranger_sends_is_shown_again(client):
    answer = client.post("/accounts/users/new", data={"name": "张晓梅"})

    assert answer.status_code == 401
    assert "张晓梅" in answer.text


def test_htmx_is_sent_to_the_entrance_as_a_whole_page(client):
    answer = client.get("/accounts/password", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/accounts/sign-in")


# Guessing


def fail(client, times, username="zhang.xm", address="10.0.0.1"):
    for _ in range(times):
        answer = enter(client, username, "wrong", environ_base={"REMOTE_ADDR": address})
    return answer


def test_after_five_failures_the_account_has_to_wait_from_any_address(client, clerk):
    assert fail(client, 5).status_code == 422

    answer = enter(client, environ_base={"REMOTE_ADDR": "10.0.0.2"})

    assert answer.status_code == 429
    assert "登录失败次数过多" in answer.text
    assert 'value="zhang.xm"' in answer.text
    assert not is_in(client)


def test_attempts_while_waiting_do_not_lengthen_the_wait(client, clerk):
    fail(client, 8)

    assert db.session.query(SignInAttempt).filter_by(key="account zhang.xm").count() == 5


def test_after_the_wait_the_right_password_opens(client, clerk):
    fail(client, 5)
    clock.set_start((NOW + timedelta(seconds=90)).isoformat())

    assert enter(client).status_code == 302


def test_success_forgives_the_account(client, clerk):
    fail(client, 4)
    enter(client)
    client.post("/accounts/sign-out")

    assert fail(client, 4).status_code == 422


def test_an_address_that_tries_many_names_has_to_wait(app, clerk):
    for number in range(30):
        assert actions.sign_in(f"nobody{number}", "wrong", "10.0.0.9", NOW) is None

    with pytest.raises(actions.TooManyAttempts, match="1分钟"):
        actions.sign_in("zhang.xm", PASSWORD, "10.0.0.9", NOW)
    assert actions.sign_in("zhang.xm", PASSWORD, "10.0.0.8", NOW) is clerk


def test_old_failures_are_swept(app):
    actions.sign_in("nobody", "wrong", "10.0.0.9", NOW - timedelta(hours=2))
    actions.sign_in("nobody", "wrong", "10.0.0.9", NOW)

    assert db.session.query(SignInAttempt).count() == 2


def test_an_endless_name_is_an_ordinary_wrong_one(client):
    assert enter(client, "甲" * 5000).status_code == 422


# One's own password


def change(client, current=PASSWORD, new=NEW, repeated=None):
    return client.post(
        "/accounts/password",
        data={"current_password": current, "new_password": new, "repeated_password": repeated or new},
    )


def test_a_changed_password_ends_the_other_sessions(client, app, clerk):
    other = Browser(app, app.response_class)
    enter(client)
    enter(other)

    assert change(client).status_code == 302

    assert is_in(client)
    assert other.get("/accounts/password").status_code == 302
    assert enter(other, password=PASSWORD).status_code == 422
    assert enter(other, password=NEW).status_code == 302


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"current": "wrong"}, "当前密码不正确"),
        ({"new": "short"}, "至少10个字符"),
        ({"new": "1234567890"}, "太常见"),
        ({"new": "zhang.xm20"}, "与用户名相同或相近"),
        ({"new": PASSWORD}, "不能与当前密码相同"),
        ({"repeated": "别的密码别的密码别的"}, "两次填写的新密码不一样"),
    ],
)
def test_a_password_that_will_not_do_is_refused_with_the_reason(client, clerk, fields, words):
    sign_in(client, clerk)

    answer = change(client, **fields)

    assert answer.status_code == 422
    assert words in answer.text
    assert clerk.password_hash == HASH


def test_a_one_time_password_is_good_for_choosing_another_only(client, clerk):
    clerk.must_change_password = True
    enter(client)

    assert client.get("/accounts/units").location == "/accounts/password"
    assert "一次性密码" in client.get("/accounts/password").text
    change(client)

    assert clerk.must_change_password is False
    assert client.get("/accounts/units").status_code == 403
