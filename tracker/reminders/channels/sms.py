"""SMS (短信) through any gateway that takes an HTTP request: address, method and body are a template.

``{phone}``, ``{text}`` and ``{secret}`` are filled in, written as the place asks for: percent-encoded in the
address and in a form, escaped in JSON.
"""

import json
import re
from collections.abc import Callable
from urllib.parse import quote

from tracker.reminders.channels import outgoing
from tracker.reminders.channels.base import Audience, ChannelError, Field, Message, Settings
from tracker.reminders.models import Channel

name = Channel.SMS
audience = Audience.PRESSED
per_minute = 60
FORM, JSON = "表单", "JSON"
fields = (
    Field(
        "url",
        "网关网址",
        "可以写 {phone}、{text}、{secret}，发送时换成手机号、短信内容和密钥。",
        is_secret=True,
    ),
    Field("method", "请求方法", choices=("POST", "GET")),
    Field("kind", "内容格式", "用 GET 时不用内容。", choices=(FORM, JSON)),
    Field(
        "body",
        "内容模板",
        "按网关的说明填写，例如 account=某单位&key={secret}&mobile={phone}&content={text}；"
        "密钥一律写成 {secret}。",
        is_required=False,
        is_long=True,
    ),
    Field("secret", "密钥", "模板里用到 {secret} 的才需要填写。", is_secret=True, is_required=False),
    Field(
        "sign", "短信签名", "放在内容最前面，例如【某市督查室】。", is_required=False, usual="【督办台账】"
    ),
    Field(
        "success",
        "成功标志",
        '网关应答中出现这几个字才算发出，例如 "code":0；不填则应答正常即可。',
        is_required=False,
    ),
)
PHONE = re.compile(r"1[3-9][0-9]{9}")
LONGEST = 134  # characters, sign included: two parts of a long SMS


def send(message: Message, address: str, settings: Settings) -> None:
    if not PHONE.fullmatch(address):
        raise ChannelError(f"“{address}”不是手机号，请在用户页改正", permanent=True)
    text = (settings["sign"] + message.short)[:LONGEST]
    words = {"phone": address, "text": text, "secret": settings.get("secret", "")}
    url = _filled(settings["url"], words, _percent)
    body, headers = None, {}
    if settings["method"] == "POST":
        is_json = settings["kind"] == JSON
        body = _filled(settings["body"], words, _escaped if is_json else _percent).encode()
        headers["Content-Type"] = (
            "application/json; charset=utf-8" if is_json else "application/x-www-form-urlencoded"
        )
    answer = outgoing.request(settings["method"], url, settings["intranet"], body, headers)
    outgoing.refuse_unless_ok(answer)
    if settings["success"] and settings["success"] not in answer.text:
        said = answer.text[:80].replace(settings.get("secret") or "\0", "…")
        raise ChannelError(f"短信网关没有接受：{said}")


def _filled(template: str, words: dict[str, str], write: Callable[[str], str]) -> str:
    return re.sub(r"\{(phone|text|secret)\}", lambda match: write(words[match[1]]), template)


def _percent(value: str) -> str:
    return quote(value, safe="")


def _escaped(value: str) -> str:
    """As it stands between the quotation marks of a JSON string."""
    return json.dumps(value, ensure_ascii=False)[1:-1]
