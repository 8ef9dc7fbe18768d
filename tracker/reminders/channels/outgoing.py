"""Requests to other machines: with time limits, without redirects, in clear only where that was allowed."""

import json
import logging
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tracker.reminders.channels.base import ChannelError

CONNECT, READ = 5.0, 15.0  # seconds
LONGEST_ANSWER = 64 * 1024  # bytes that are looked at

logging.getLogger("urllib3").setLevel(logging.INFO)  # its debug lines name addresses, and those hold keys


class Answer(NamedTuple):
    """What the other side said."""

    status: int
    text: str

    def json(self) -> dict[str, Any]:
        """Its JSON object; an empty one when it is none."""
        try:
            value = json.loads(self.text)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


def fault_of(url: str, intranet: str) -> str:
    """What is wrong with an address, in words; empty when it may be used.

    ``https://`` always may; ``http://`` on this machine and on the hosts and networks in ``intranet``
    (separated by commas).
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "网址写法不对"
    if parts.scheme not in ("http", "https") or not host or any(letter.isspace() for letter in url):
        return "网址要以 https:// 开头，写全主机名和路径"
    if parts.username is not None:
        return "网址里不能带用户名和密码"
    if parts.scheme == "http" and not _is_near(host, intranet):
        return "不加密的 http:// 只能用于本机和内网（设置项 TRACKER_INTRANET），请改用 https://"
    return ""


def request(
    method: str, url: str, intranet: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> Answer:
    """Send a request and give the answer, a redirect being one too; ChannelError when there was none."""
    if fault := fault_of(url, intranet):
        raise ChannelError(fault, permanent=True, of_channel=True)
    from urllib3.exceptions import HTTPError  # here: only the process that sends loads it

    try:
        answer = _pool().request(
            method, url, body=body, headers=headers, redirect=False, preload_content=False
        )
        try:
            text = answer.read(LONGEST_ANSWER).decode("utf-8", "replace")
        finally:
            answer.close()
    except HTTPError as error:
        raise ChannelError(_words_of(error), of_channel=True) from None
    return Answer(answer.status, text)


@cache
def _pool() -> Any:
    import urllib3

    return urllib3.PoolManager(
        retries=False,
        timeout=urllib3.Timeout(connect=CONNECT, read=READ),
        headers={"User-Agent": "tracker"},
    )


def refuse_unless_ok(answer: Answer) -> None:
    """ChannelError for any HTTP status but 2xx: what the other side refuses for good, and what may pass."""
    status = answer.status
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise ChannelError(
            "对方要求跳转到别的网址，没有照办：请直接填写最终的网址", permanent=True, of_channel=True
        )
    if status in (401, 403, 404, 405, 410):
        words = f"对方不接受（HTTP {status}）：请核对网址和密钥"
        raise ChannelError(words, permanent=True, of_channel=True)
    if status == 429:
        raise ChannelError("对方限制了发送频率，稍后自动再试", of_channel=True)
    if status >= 500 or status == 408:
        raise ChannelError(f"对方的服务器出错（HTTP {status}），稍后自动再试", of_channel=True)
    raise ChannelError(f"对方退回了这条消息（HTTP {status}）", permanent=True)


def _is_near(host: str, intranet: str) -> bool:
    names = {name.strip().lower() for name in intranet.split(",") if name.strip()} | {"localhost"}
    if host in names:
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or any(_holds(network, address) for network in names)


def _holds(network: str, address: Any) -> bool:
    try:
        return address in ip_network(network)
    except ValueError:
        return False


def _words_of(error: Exception) -> str:
    """The failure in words; the error's own text names the address with its key."""
    from urllib3 import exceptions

    match error:
        case exceptions.NameResolutionError():
            return "找不到对方的主机名，请检查网址和域名解析"
        case exceptions.NewConnectionError():  # before the timeouts, of which the library counts it one
            return "连不上对方的服务器：对方拒绝连接或网络不通，请核对主机和端口"
        case exceptions.ConnectTimeoutError() | exceptions.ReadTimeoutError():
            return "对方没有在规定时间内应答"
        case exceptions.SSLError():
            return "加密连接没有建立：对方的证书不受信任或已过期"
        case exceptions.LocationParseError():
            return "网址写法不对"
        case _:
            return "与对方的连接中断"
