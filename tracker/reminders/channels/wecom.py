"""The WeCom group robot (企业微信群机器人): no signature, the key in its address is the secret.

Markdown of at most 4,096 bytes, 20 messages a minute.
"""

from tracker.reminders.channels import robots
from tracker.reminders.channels.base import Audience, Field, Message, Settings, fit
from tracker.reminders.channels.robots import BUSY, MORE, Refusal
from tracker.reminders.models import Channel

name = Channel.WECOM
audience = Audience.OFFICE
per_minute = robots.PER_MINUTE
fields = (
    Field(
        "url",
        "机器人网址",
        "群设置 → 添加群机器人 → 复制 Webhook 地址，形如 https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
        is_secret=True,
    ),
)
LONGEST = 4096  # bytes
REFUSALS = {
    45009: BUSY,
    93000: Refusal("机器人网址不对，或机器人已被移出群"),
    40058: Refusal("消息内容不合要求"),
    -1: Refusal("企业微信繁忙，稍后自动再试", permanent=False),
}


def send(message: Message, address: str, settings: Settings) -> None:
    content = {"msgtype": "markdown", "markdown": {"content": fit(message.markdown, LONGEST, MORE)}}
    robots.post(settings["url"], settings["intranet"], content, REFUSALS, "errcode", "errmsg")
