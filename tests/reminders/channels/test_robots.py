"""The three group robots: the documented signature and payload, their lengths, and what their codes mean."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.conftest import NOW
from tracker.reminders.channels import dingtalk, feishu, wecom
from tracker.reminders.channels.base import ChannelError, fit
from tracker.reminders.channels.robots import MORE

SECRET = "SEC0123456789"
TAKEN = {
    wecom: '{"errcode":0,"errmsg":"ok"}',
    dingtalk: '{"errcode":0,"errmsg":"ok"}',
    feishu: '{"code":0,"msg":"success"}',
}


def send(robot, server, message):
    settings = {"url": f"{server.url}/send?key=abc", "secret": SECRET, "intranet": ""}
    robot.send(message, "", settings)
    return server.requests[-1]


@pytest.fixture
def long(message):
    return replace(message, markdown="\n".join(f"> 第{number}个单位：{number}项" for number in range(3000)))


def test_wecom_takes_markdown_by_the_key_in_its_address(web_server, message):
    web_server.answer = TAKEN[wecom]
    request = send(wecom, web_server, message)
    assert request.path == "/send?key=abc"
    assert request.json == {"msgtype": "markdown", "markdown": {"content": message.markdown}}


def test_dingtalk_checks_milliseconds_and_secret_in_the_address(web_server, message):
    web_server.answer = TAKEN[dingtalk]
    request = send(dingtalk, web_server, message)
    query = {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
    stamp = str(int(NOW.timestamp()) * 1000)
    proof = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert query == {"key": "abc", "timestamp": stamp, "sign": base64.b64encode(proof).decode()}
    assert request.json == {
        "msgtype": "markdown",
        "markdown": {"title": message.subject, "text": message.markdown},
    }


def test_feishu_checks_seconds_and_secret_in_the_body(web_server, message):
    web_server.answer = TAKEN[feishu]
    request = send(feishu, web_server, message)
    stamp = str(int(NOW.timestamp()))
    proof = hmac.new(f"{stamp}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert request.json == {
        "timestamp": stamp,
        "sign": base64.b64encode(proof).decode(),
        "msg_type": "interactive",
        "card": {
            "header": {"title": {"tag": "plain_text", "content": message.subject}},
            "elements": [{"tag": "markdown", "content": message.markdown}],
        },
    }


@pytest.mark.parametrize(("robot", "limit"), [(wecom, 4096), (dingtalk, 20_000), (feishu, 20 * 1024)])
def test_a_long_message_ends_with_where_the_rest_is(web_server, long, robot, limit):
    web_server.answer = TAKEN[robot]
    body = send(robot, web_server, long).body
    content = json.loads(body)
    text = content["markdown"]["content"] if robot is wecom else body.decode()
    assert len(text.encode()) <= limit
    assert MORE in text
    assert "第2999个单位" not in text
    assert "\ufffd" not in text


@pytest.mark.parametrize(
    ("robot", "answer", "words", "permanent", "of_channel"),
    [
        (wecom, '{"errcode":93000,"errmsg":"invalid webhook url"}', "移出群", True, True),
        (wecom, '{"errcode":45009,"errmsg":"api freq out of limit"}', "频繁", False, True),
        (dingtalk, '{"errcode":310000,"errmsg":"sign not match"}', "加签密钥", True, True),
        (dingtalk, '{"errcode":130101,"errmsg":"send too fast"}', "频繁", False, True),
        (feishu, '{"code":19021,"msg":"sign match fail"}', "签名校验", True, True),
        (feishu, '{"code":11232,"msg":"frequency limited"}', "频繁", False, True),
        (feishu, '{"code":77,"msg":"new words"}', "77 new words", False, False),
        (wecom, "<html>", "不像群机器人", True, True),
    ],
)
def test_a_refusal_is_said_in_words(web_server, message, robot, answer, words, permanent, of_channel):
    web_server.answer = answer
    with pytest.raises(ChannelError, match=words) as refused:
        send(robot, web_server, message)
    assert (refused.value.permanent, refused.value.of_channel) == (permanent, of_channel)


def test_a_broken_server_is_not_taken_for_a_robot(web_server, message):
    web_server.status = 502
    with pytest.raises(ChannelError, match="HTTP 502"):
        send(wecom, web_server, message)


def test_only_whole_lines_are_kept():
    assert fit("一\n二\n三", 100, "……") == "一\n二\n三"
    assert fit("一一\n二二\n三三\n四四", 20, "……") == "一一\n二二\n……"
    assert fit("一一\n二二\n三三", 19, "……") == "一一\n……"
