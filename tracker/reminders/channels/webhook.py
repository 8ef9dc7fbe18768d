"""A generic webhook (通用接口): each digest as JSON, posted to one address and signed.

Headers of a request: ``X-Tracker-Id`` (the same at every attempt), ``X-Tracker-Timestamp`` (Unix seconds) and
``X-Tracker-Signature``, which is ``sha256=`` and the hexadecimal HMAC-SHA256, under the shared secret, of the
timestamp, a dot and the body as it was sent. Any answer of 2xx means: taken.
"""

import json

from tracker.reminders.channels import outgoing
from tracker.reminders.channels.base import Audience, Field, Message, Settings, signature
from tracker.reminders.models import Channel

name = Channel.WEBHOOK
audience = Audience.PERSON
per_minute = 120
fields = (
    Field("url", "接收网址", "对方系统提供，以 https:// 开头；内网可用 http://。", is_secret=True),
    Field(
        "secret", "签名密钥", "与对方约定的一串字符，至少16位，用来证明消息是本系统发出的。", is_secret=True
    ),
)


def send(message: Message, address: str, settings: Settings) -> None:
    content = {
        "id": message.id,
        "made_at": message.made_at.isoformat(),
        "to": address,
        "subject": message.subject,
        "text": message.text,
        **message.data,
    }
    body = json.dumps(content, ensure_ascii=False).encode()
    timestamp = str(int(message.sent_at.timestamp()))
    proof = signature(settings["secret"], f"{timestamp}.".encode() + body).hex()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Tracker-Id": message.id,
        "X-Tracker-Timestamp": timestamp,
        "X-Tracker-Signature": f"sha256={proof}",
    }
    outgoing.refuse_unless_ok(outgoing.request("POST", settings["url"], settings["intranet"], body, headers))
