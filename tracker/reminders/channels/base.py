"""What every channel has in common: the message, the interface, the refusal, lengths and signatures."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from tracker.reminders.models import Channel
from tracker.words import Word

Settings = dict[str, str]  # name of a field -> its value, secrets in clear; plus what the house sets


class Audience(Word):
    """To whom a channel carries what."""

    PERSON = "person", "每人一份汇总提醒"
    PRESSED = "pressed", "当天到期或已逾期的，每人一条"
    OFFICE = "office", "办公室群里每天一份摘要，不点名到人"


class Field(NamedTuple):
    """One setting of a channel, as its page asks for it. A secret is written, never shown again."""

    name: str
    label: str
    hint: str = ""
    is_secret: bool = False
    is_required: bool = True
    usual: str = ""
    choices: tuple[str, ...] = ()
    is_long: bool = False

    @property
    def first(self) -> str:
        """Its value until somebody sets one."""
        return self.choices[0] if self.choices else self.usual


@dataclass(frozen=True)
class Message:
    """One message in every form a channel may need; each channel takes what it can carry."""

    id: str  # the same at every attempt
    made_at: datetime
    sent_at: datetime  # the real moment, for signatures
    subject: str
    text: str
    html: str = ""
    markdown: str = ""
    short: str = ""  # one sentence, for an SMS
    data: dict[str, Any] = field(default_factory=dict)  # for a machine


class ChannelError(Exception):
    """A message did not go out; the words are Chinese, complete, and hold no secret.

    ``permanent``: trying again will not help. ``of_channel``: it is not this message's fault, no other would
    get through now either.
    """

    def __init__(self, message: str, *, permanent: bool = False, of_channel: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.of_channel = of_channel


class Sender(Protocol):
    """A channel: a module of this package."""

    @property
    def name(self) -> Channel: ...
    @property
    def audience(self) -> Audience: ...
    @property
    def per_minute(self) -> int:
        """How many messages may go out in a minute."""

    @property
    def fields(self) -> tuple[Field, ...]: ...

    def send(self, message: Message, address: str, settings: Settings) -> None:
        """Hand the message over to the other side; raises ChannelError when it was not taken."""


def fit(text: str, limit: int, more: str) -> str:
    """``text`` in ``limit`` bytes of UTF-8 at most: whole lines, ``more`` the last where some are cut."""
    if len(text.encode()) <= limit:
        return text
    room = limit - len(more.encode())
    kept: list[str] = []
    for line in text.splitlines():
        room -= len(line.encode()) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join([*kept, more])


def signature(key: str, content: bytes) -> bytes:
    """HMAC-SHA256."""
    return hmac.new(key.encode(), content, hashlib.sha256).digest()


def base64_signature(key: str, content: bytes) -> str:
    """HMAC-SHA256, in Base64 as the robots want it."""
    return base64.b64encode(signature(key, content)).decode()
