"""What the robots of three work chats share: JSON out, and in the answer a code that says: taken or not."""

import json
from typing import Any, NamedTuple

from tracker.reminders.channels import outgoing
from tracker.reminders.channels.base import ChannelError

PER_MINUTE = 20  # WeCom's and DingTalk's limit; kept for Feishu (100) too
MORE = "……其余请登录督办台账查看"
SAID = 120  # characters of the other side's own words that are kept


class Refusal(NamedTuple):
    """What a code of a robot means, and whether it may pass by itself."""

    words: str
    permanent: bool = True


BUSY = Refusal("发送过于频繁，对方暂时限制，稍后自动再试", permanent=False)


def post(
    url: str, intranet: str, content: dict[str, Any], refusals: dict[int, Refusal], code: str, words: str
) -> None:
    """Post to a robot; ``code`` and ``words`` are the keys of its verdict; ChannelError unless 0."""
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    answer = outgoing.request("POST", url, intranet, body, headers)
    said = answer.json()
    number = said.get(code)
    if number is None:
        outgoing.refuse_unless_ok(answer)
        raise ChannelError("对方的应答不像群机器人，请核对网址", permanent=True, of_channel=True)
    if number == 0:
        return
    known = refusals.get(number)
    if known is None:
        raise ChannelError(f"对方没有接受（{number} {str(said.get(words, ''))[:SAID]}）")
    raise ChannelError(f"{known.words}（{number}）", permanent=known.permanent, of_channel=True)
