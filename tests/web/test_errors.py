from io import BytesIO

import pytest

from tests.web.conftest import FAILURES


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("forbidden", 403, "您没有“系统管理”的权限"),
        ("wrong-state", 409, "当前状态不能签收"),
        ("invalid", 422, "名称已被使用"),
        ("stale", 409, "他人刚刚处理过，请刷新后再试"),
        ("collision", 409, "与已有的记录冲突"),
    ],
)
def test_a_refusal_is_a_chinese_page_with_its_status(visitor, name, status, words):
    answer = visitor.post(f"/fail/{name}")

    assert answer.status_code == status
    assert words in answer.text


@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 409, 413, 415, 418, 422, 429, 500, 503])
def test_every_status_has_words_that_say_what_to_do(visitor, code):
    answer = visitor.get(f"/abort/{code}")

    assert answer.status_code == code
    assert "请" in answer.text
    assert "回到首页" in answer.text


def test_a_wrong_method_says_which_are_right(visitor):
    assert "GET" in visitor.post("/").headers["Allow"]


def test_a_bug_shows_a_number_that_is_in_the_log(visitor, caplog):
    answer = visitor.post("/fail/bug", data={"text": "已经写了很多字"})

    assert answer.status_code == 500
    number = caplog.records[-1].args[0]
    assert number in answer.text
    assert "已经写了很多字" in answer.text
    assert "ZeroDivision" not in answer.text


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("away", 503, "请过一分钟再试"),
        ("full", 507, "请告诉系统管理员，清出空间"),
        ("full-database", 507, "请告诉系统管理员，清出空间"),
    ],
)
def test_a_machine_in_trouble_is_told_from_a_bug(visitor, name, status, words):
    answer = visitor.post(f"/fail/{name}", data={"text": "已经写了很多字"})

    assert answer.status_code == status
    assert words in answer.text
    assert "已经写了很多字" in answer.text


def test_what_was_typed_comes_back_but_no_password_and_no_number(visitor):
    page = visitor.post(
        "/fail/wrong-state", data={"reason": "佐证材料不完整", "new_password": "我的密码", "unit": "17"}
    ).text

    assert "佐证材料不完整" in page
    assert "我的密码" not in page
    assert ">17<" not in page


def test_what_was_typed_is_shown_as_text(visitor):
    assert "<script>甲" not in visitor.post("/fail/stale", data={"reason": "<script>甲</script>"}).text


@pytest.mark.parametrize("name", FAILURES)
def test_htmx_gets_the_notice_alone_and_where_to_put_it(visitor, name):
    answer = visitor.post(f"/fail/{name}", headers={"HX-Request": "true"})

    assert "<html" not in answer.text
    assert answer.headers["HX-Retarget"] == "#notices"


def test_too_large_a_request_is_refused_in_chinese(visitor):
    answer = visitor.post("/echo", data={"text": "甲" * 100_000})

    assert answer.status_code == 413
    assert "20 MB" in answer.text


def test_a_forged_request_is_refused(hall):
    answer = hall.test_client().post("/echo", data={"text": "请补充材料"})

    assert answer.status_code == 400
    assert "页面已过期" in answer.text
    assert "请补充材料" in answer.text


def test_what_was_refused_without_a_page_of_its_own_is_put_right_on_the_spot(visitor):
    page = visitor.post("/fail/invalid?from=1", data={"name": "市级", "unit": "17", "reason": "甲" * 9}).text

    form = page.split('<form method="post" action="/fail/invalid?from=1"')[1].split("</form>")[0]
    assert "名称已被使用</label><textarea" in form
    assert ">市级</textarea>" in form
    assert f">{'甲' * 9}</textarea>" in form
    assert '<input type="hidden" name="unit" value="17">' in form


@pytest.mark.parametrize("data", [{"password": "x"}, {"file": (BytesIO(b"x"), "x.txt")}])
def test_what_no_page_can_give_back_is_not_offered_again(visitor, data):
    page = visitor.post(
        "/fail/invalid", data=data | {"name": "市级"}, content_type="multipart/form-data"
    ).text

    assert "<form" not in page.split("<h1>")[1]
    assert "市级</textarea>" in page
