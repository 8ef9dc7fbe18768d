"""The DingTalk group robot (钉钉群机器人), with its security setting 加签.

The signature is the Base64 of HMAC-SHA256 under the secret of "milliseconds, newline, secret", in the address
with its timestamp, which may be an hour off at most. 20,000 bytes, 20 messages a minute.
"""

from urllib.parse import urlencode

from tracker.reminders.channels import robots
from tracker.reminders.channels.base import Audience, Field, Message, Settings, base64_signature, fit
from tracker.reminders.channels.robots import BUSY, MORE, Refusal
from tracker.reminders.models import Channel

name = Channel.DINGTALK
audience = Audience.OFFICE
per_minute = robots.PER_MINUTE
fields = (
    Field(
        "url",
        "机器人网址",
        "群设置 → 机器人 → 自定义，复制 Webhook 地址，形如 https://oapi.dingtalk.com/robot/send?access_token=…",
        is_secret=True,
    ),
    Field("secret", "加签密钥", "安全设置选“加签”，复制 SEC 开头的一串字符。", is_secret=True),
)
LONGEST = 18_000  # bytes of text; the whole body has 20,000
REFUSALS = {
    130101: BUSY,
    410100: BUSY,
    300001: Refusal("机器人网址不对，或机器人已被移出群"),
    300005: Refusal("机器人网址不对，或机器人已被移出群"),
    310000: Refusal("没有通过安全校验：请核对加签密钥、关键词或网络地址，以及本机时间"),
    400013: Refusal("群已解散"),
    400101: Refusal("机器人网址不对"),
    -1: Refusal("钉钉繁忙，稍后自动再试", permanent=False),
}


def send(message: Message, address: str, settings: Settings) -> None:
    timestamp = str(round(message.sent_at.timestamp() * 1000))
    proof = base64_signature(settings["secret"], f"{timestamp}\n{settings['secret']}".encode())
    url = settings["url"]
    url += ("&" if "?" in url else "?") + urlencode({"timestamp": timestamp, "sign": proof})
    text = fit(message.markdown, LONGEST, MORE)
    content = {"msgtype": "markdown", "markdown": {"title": message.subject, "text": text}}
    robots.post(url, settings["intranet"], content, REFUSALS, "errcode", "errmsg")
