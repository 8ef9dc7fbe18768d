import re

import pytest

from tests.web.conftest import build


def test_only_scripts_with_this_answers_nonce_run(visitor):
    answer = visitor.get("/")
    policy = answer.headers["Content-Security-Policy"]
    nonce = re.search("'nonce-([^']+)'", policy)[1]

    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert set(re.findall('<script nonce="([^"]+)"', answer.text)) == {nonce}
    assert answer.text.count("<script") == answer.text.count("<script nonce=")
    assert nonce not in visitor.get("/").text


def test_pages_are_not_kept_by_anyone(visitor):
    assert visitor.get("/").headers["Cache-Control"] == "no-store"
    assert visitor.get("/abort/404").headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_under_an_address_that_changes_with_them(visitor):
    address = re.search(r'"(/static/tracker\.css\?v=\w+)"', visitor.get("/").text)[1]

    with visitor.get(address) as kept, visitor.get("/static/tracker.css") as asked_again:
        assert "immutable" in kept.headers["Cache-Control"]
        assert "immutable" not in asked_again.headers["Cache-Control"]


def test_a_missing_static_file_is_an_ordinary_404(visitor):
    assert visitor.get("/static/none.css?v=1").status_code == 404


def test_every_answer_refuses_frames_and_guessing(visitor):
    for path in ("/", "/abort/500", "/static/tracker.css"):
        with visitor.get(path) as answer:
            assert answer.headers["X-Frame-Options"] == "DENY"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "same-origin"


def test_encryption_is_demanded_only_where_it_is_configured(hall):
    assert "Strict-Transport-Security" not in hall.test_client().get("/").headers

    hall.config["SESSION_COOKIE_SECURE"] = True

    assert "Strict-Transport-Security" in hall.test_client().get("/").headers


@pytest.mark.parametrize(("proxies", "whence"), [(0, "http 127.0.0.1"), (1, "https 10.0.0.7")])
def test_a_forwarded_address_is_believed_only_behind_a_proxy(proxies, whence):
    visitor = build(csrf=False, PROXIES=proxies).test_client()

    said = {"X-Forwarded-For": "6.6.6.6, 10.0.0.7", "X-Forwarded-Proto": "https"}

    assert visitor.get("/whence", headers=said).text == whence
