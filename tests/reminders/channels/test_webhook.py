"""Requests to a real server: signed as documented, never to where they should not go, no secret in a refusal."""

import hashlib
import hmac
import logging

import pytest

from tests.conftest import NOW
from tests.reminders.channels.servers import certificate
from tracker.reminders.channels import outgoing, webhook
from tracker.reminders.channels.base import ChannelError

SECRET = "0123456789abcdef"


def settings(server, **more):
    return {"url": f"{server.url}/in?token=t0ken", "secret": SECRET, "intranet": ""} | more


def refusal(server, message, **more):
    with pytest.raises(ChannelError) as refused:
        webhook.send(message, "dinghai", settings(server, **more))
    return refused.value


def test_the_other_side_can_check_who_wrote(web_server, message):
    webhook.send(message, "dinghai", settings(web_server))

    (request,) = web_server.requests
    stamp = request.headers["X-Tracker-Timestamp"]
    proof = hmac.new(SECRET.encode(), f"{stamp}.".encode() + request.body, hashlib.sha256).hexdigest()
    assert request.headers["X-Tracker-Signature"] == f"sha256={proof}"
    assert (stamp, request.headers["X-Tracker-Id"]) == (str(int(NOW.timestamp())), "digest-7-mail")
    assert (request.method, request.path) == ("POST", "/in?token=t0ken")
    assert request.json == {
        "id": "digest-7-mail",
        "made_at": "2020-07-06T01:00:00+00:00",
        "to": "dinghai",
        "subject": message.subject,
        "text": message.text,
        "kind": "digest",
    }


@pytest.mark.parametrize(
    ("status", "permanent", "of_channel"),
    [
        (301, True, True),
        (400, True, False),
        (404, True, True),
        (429, False, True),
        (500, False, True),
        (503, False, True),
    ],
)
def test_what_the_other_side_says_is_understood(web_server, message, status, permanent, of_channel):
    web_server.status = status

    error = refusal(web_server, message)
    assert (error.permanent, error.of_channel) == (permanent, of_channel)


def test_a_redirect_is_not_followed(web_server, message):
    web_server.status, web_server.headers = 307, {"Location": f"{web_server.url}/elsewhere"}

    assert "跳转" in str(refusal(web_server, message))
    assert len(web_server.requests) == 1


def test_no_refusal_and_no_log_tells_the_address_with_its_key(web_server, message, caplog, monkeypatch):
    monkeypatch.setattr(outgoing, "READ", 0.2)
    caplog.set_level(logging.DEBUG)
    web_server.status = 500
    words = [str(refusal(web_server, message))]
    words += [str(refusal(web_server, message, url="http://127.0.0.1:1/in?token=t0ken"))]
    words += [str(refusal(web_server, message, url="https://127.0.0.1:1/in?token=t0ken"))]
    assert all("t0ken" not in said for said in words)
    assert "t0ken" not in caplog.text
    assert SECRET not in caplog.text


def test_a_certificate_nobody_vouches_for_is_not_believed(web_server, message, tmp_path):
    _, context = certificate(tmp_path)
    web_server.socket = context.wrap_socket(web_server.socket, server_side=True)

    error = refusal(web_server, message, url=web_server.url.replace("http", "https"))
    assert "证书" in str(error)
    assert web_server.requests == []


@pytest.mark.parametrize(
    ("url", "intranet", "words"),
    [
        ("https://example.cn/in", "", ""),
        ("http://127.0.0.1:8080/in", "", ""),
        ("http://localhost/in", "", ""),
        ("http://[::1]/in", "", ""),
        ("http://10.1.2.3/in", "", "TRACKER_INTRANET"),
        ("http://10.1.2.3/in", "oa.example.cn, 10.0.0.0/8", ""),
        ("http://oa.example.cn/in", "oa.example.cn, 10.0.0.0/8", ""),
        ("http://example.cn/in", "oa.example.cn, 10.0.0.0/8", "TRACKER_INTRANET"),
        ("http://10.1.2.3.example.cn/in", "10.0.0.0/8", "TRACKER_INTRANET"),
        ("http://127.0.0.1.example.cn/in", "", "TRACKER_INTRANET"),
        ("https://user:word@example.cn/in", "", "不能带用户名"),
        ("ftp://example.cn/in", "", "https://"),
        ("example.cn/in", "", "https://"),
        ("https://", "", "https://"),
        ("https://exa mple.cn/", "", "https://"),
        ("https://[example.cn/", "", "写法不对"),
        ("https://example.cn:port/", "", "写法不对"),
    ],
)
def test_where_a_request_may_go(url, intranet, words):
    fault = outgoing.fault_of(url, intranet)
    assert words in fault
    assert bool(words) == bool(fault)


def test_a_long_answer_is_not_read_to_its_end(web_server):
    web_server.answer = "x" * (outgoing.LONGEST_ANSWER + 1)
    answer = outgoing.request("POST", web_server.url, "", b"")
    assert len(answer.text) == outgoing.LONGEST_ANSWER


@pytest.mark.parametrize(
    ("text", "expected"), [("", {}), ("[1]", {}), ('{"a": 1}', {"a": 1}), ("<html>", {})]
)
def test_an_answer_that_is_no_object_is_an_empty_one(text, expected):
    assert outgoing.Answer(200, text).json() == expected
