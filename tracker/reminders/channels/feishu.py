"""The Feishu group robot (飞书群机器人), with its security setting 签名校验.

The signature is the Base64 of HMAC-SHA256 of nothing under the key "seconds, newline, secret", in the body
with its timestamp, which may be an hour off at most. A body of at most 20 KB.
"""

from typing import Any

from tracker.reminders.channels import robots
from tracker.reminders.channels.base import Audience, Field, Message, Settings, base64_signature, fit
from tracker.reminders.channels.robots import BUSY, MORE, Refusal
from tracker.reminders.models import Channel

name = Channel.FEISHU
audience = Audience.OFFICE
per_minute = robots.PER_MINUTE
fields = (
    Field(
        "url",
        "机器人网址",
        "群设置 → 群机器人 → 自定义机器人，复制 Webhook 地址，"
        "形如 https://open.feishu.cn/open-apis/bot/v2/hook/…",
        is_secret=True,
    ),
    Field("secret", "签名校验密钥", "安全设置打开“签名校验”，复制密钥。", is_secret=True),
)
LONGEST = 18_000  # bytes of text; the whole body has 20 KB
REFUSALS = {
    9499: BUSY,
    11232: BUSY,
    19001: Refusal("机器人网址不对，或机器人已被移出群"),
    19021: Refusal("没有通过签名校验：请核对密钥和本机时间"),
    19022: Refusal("本机的网络地址不在机器人的白名单内"),
    19024: Refusal("机器人设置了关键词，请在关键词中加上“督办”"),
}


def send(message: Message, address: str, settings: Settings) -> None:
    timestamp = str(int(message.sent_at.timestamp()))
    card: dict[str, Any] = {
        "header": {"title": {"tag": "plain_text", "content": message.subject}},
        "elements": [{"tag": "markdown", "content": fit(message.markdown, LONGEST, MORE)}],
    }
    content = {
        "timestamp": timestamp,
        "sign": base64_signature(f"{timestamp}\n{settings['secret']}", b""),
        "msg_type": "interactive",
        "card": card,
    }
    robots.post(settings["url"], settings["intranet"], content, REFUSALS, "code", "msg")
