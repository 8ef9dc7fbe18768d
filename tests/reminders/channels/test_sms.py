"""SMS through whatever gateway: the template is filled in as its place asks for."""

from urllib.parse import parse_qs

import pytest

from tracker.reminders.channels import sms
from tracker.reminders.channels.base import ChannelError

PHONE = "13805800001"


def settings(server, **changes):
    return {
        "url": f"{server.url}/sms",
        "method": "POST",
        "kind": sms.FORM,
        "body": "account=duban&key={secret}&mobile={phone}&content={text}",
        "secret": "k&y=1",
        "sign": "【督查室】",
        "success": "",
        "intranet": "",
    } | changes


def test_a_form_is_percent_encoded(web_server, message):
    sms.send(message, PHONE, settings(web_server))

    (request,) = web_server.requests
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    filled = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
    assert filled == {
        "account": "duban",
        "key": "k&y=1",
        "mobile": PHONE,
        "content": "【督查室】" + message.short,
    }


def test_json_is_escaped(web_server, message):
    body = '{"to": ["{phone}"], "text": "{text}", "key": "{secret}"}'
    sms.send(message, PHONE, settings(web_server, kind=sms.JSON, body=body, secret='a"b'))

    expected = {"to": [PHONE], "text": "【督查室】" + message.short, "key": 'a"b'}
    assert web_server.requests[0].json == expected


def test_an_address_can_hold_everything(web_server, message):
    url = f"{web_server.url}/sms?m={{phone}}&c={{text}}&k={{secret}}"
    sms.send(message, PHONE, settings(web_server, method="GET", url=url))

    (request,) = web_server.requests
    assert (request.method, request.body) == ("GET", b"")
    assert parse_qs(request.path.partition("?")[2])["c"] == ["【督查室】" + message.short]


def test_what_is_filled_in_is_not_filled_again(web_server, message):
    sms.send(message, PHONE, settings(web_server, secret="{phone}"))
    assert parse_qs(web_server.requests[0].body.decode())["key"] == ["{phone}"]


def test_the_gateway_s_word_decides(web_server, message):
    web_server.answer = '{"code":0}'
    sms.send(message, PHONE, settings(web_server, success='"code":0'))

    web_server.answer = '{"code":7,"msg":"余额不足","key":"k&y=1"}'
    with pytest.raises(ChannelError, match="余额不足") as refused:
        sms.send(message, PHONE, settings(web_server, success='"code":0'))
    assert not refused.value.permanent
    assert "k&y=1" not in str(refused.value)


@pytest.mark.parametrize("phone", ["", "0580-2020000", "138", "23805800001"])
def test_only_a_mobile_number_gets_an_sms(web_server, message, phone):
    with pytest.raises(ChannelError, match="不是手机号") as refused:
        sms.send(message, phone, settings(web_server))
    assert refused.value.permanent
    assert web_server.requests == []
