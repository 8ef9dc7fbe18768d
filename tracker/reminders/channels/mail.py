"""Mail (电子邮件): SMTP as ``TRACKER_MAIL_URL`` says, encrypted wherever a password is sent."""

import smtplib
import ssl
from base64 import encodebytes
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from email.header import Header
from email.utils import format_datetime
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from tracker.reminders.channels.base import Audience, ChannelError, Message, Settings
from tracker.reminders.models import Channel

name = Channel.MAIL
audience = Audience.PERSON
per_minute = 120
fields = ()  # set by the environment, with the password

_lines: ContextVar[dict["Server", smtplib.SMTP] | None] = ContextVar("lines", default=None)

CONNECT, TALK = 10.0, 60.0  # seconds: to be let in; for each word, the taking of the message included
SENDER_NAME = "督办台账"


class Server(NamedTuple):
    """Where mail is handed in, read from ``smtp://user:password@host:587?from=…&tls=no``.

    ``smtps`` speaks TLS from the first byte. ``smtp`` turns to TLS when the server offers it, and must where
    there is a password, unless ``tls=no`` says that this network may see it.
    """

    host: str
    port: int
    user: str
    password: str
    sender: str
    tls: str  # "always" from the start, "must", "may", "no"


def server_of(settings: Settings) -> Server:
    """ChannelError when the setting cannot be read."""
    try:
        parts = urlsplit(settings["mail_url"])
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        words = "设置项 TRACKER_MAIL_URL 写法不对，应像 smtp://用户:密码@主机:587"
        raise ChannelError(words, permanent=True, of_channel=True)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii():
        words = "设置项 TRACKER_MAIL_URL 里的用户和密码只能用英文字母、数字和符号"
        raise ChannelError(words, permanent=True, of_channel=True)
    said = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    if parts.scheme == "smtps":
        tls, usual = "always", 465
    else:
        tls, usual = "no" if said.get("tls") == "no" else "must" if password else "may", 587
    sender = said.get("from") or settings["from"]
    return Server(parts.hostname, port or usual, user, password, sender, tls)


def described(settings: Settings) -> list[tuple[str, str]]:
    """The server as an administrator may see it, as (label, value): without its password."""
    server = server_of(settings)
    encryption = {"always": "TLS", "must": "STARTTLS", "may": "STARTTLS（服务器支持时）", "no": "不加密"}
    return [
        ("服务器", f"{server.host}:{server.port}"),
        ("加密", encryption[server.tls]),
        ("登录用户", server.user),
        ("发件人", server.sender),
    ]


def letter(message: Message, address: str, sender: str) -> bytes:
    """The mail as it goes over the wire: text and HTML, the same bytes at every attempt.

    Put together here: the standard library takes longer to fold and write the lines of a letter of forty
    duties than all the rest of its way out.
    """
    home = sender.partition("@")[2] or "localhost"
    number = f"{message.id}.{message.made_at:%Y%m%d%H%M%S%f}"
    head = (
        f"From: {_encoded(SENDER_NAME)} <{sender}>",
        f"To: {address}",
        f"Subject: {_encoded(message.subject)}",
        f"Date: {format_datetime(message.made_at)}",
        f"Message-ID: <{number}@{home}>",
        f"List-Id: {_encoded(SENDER_NAME)} <reminders.tracker.{home}>",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="=_{number}"',
    )
    bodies = {"plain": message.text} | ({"html": message.html} if message.html else {})
    parts = [f"--=_{number}\r\n{_part(kind, text)}" for kind, text in bodies.items()]
    return "\r\n".join((*head, "", *parts, f"--=_{number}--", "")).encode("ascii")


def _encoded(words: str) -> str:
    return Header(words, "utf-8", header_name="Subject").encode(linesep="\r\n")


def _part(kind: str, text: str) -> str:
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head + encodebytes(f"{text}\n".encode()).decode("ascii").replace("\n", "\r\n")


def send(message: Message, address: str, settings: Settings) -> None:
    server = server_of(settings)
    if not (address.isascii() and address.isprintable() and "@" in address):
        raise ChannelError(f"邮箱地址“{address}”写法不对，请在用户页改正", permanent=True)
    mail = letter(message, address, server.sender)
    try:
        line = _kept(server) or _connect(server)
    except (OSError, smtplib.SMTPException) as error:
        raise _failure(error) from None
    try:
        line.sendmail(server.sender, [address], mail)
    except (OSError, smtplib.SMTPException) as error:
        line.close()
        raise _failure(error) from None
    if (lines := _lines.get()) is None:
        _leave(line)
    else:
        lines[server] = line


def greet(settings: Settings) -> None:
    """See whether the server lets us in, without a letter; ChannelError when it does not."""
    try:
        _leave(_connect(server_of(settings)))
    except (OSError, smtplib.SMTPException) as error:
        raise _failure(error) from None


@contextmanager
def one_connection() -> Iterator[None]:
    """Inside, letters go over one connection as long as the server holds it: one sign-in for all."""
    lines: dict[Server, smtplib.SMTP] = {}
    token = _lines.set(lines)
    try:
        yield
    finally:
        _lines.reset(token)
        for line in lines.values():
            _leave(line)


def _kept(server: Server) -> smtplib.SMTP | None:
    """The connection of the letter before, when the server still answers on it."""
    line = (_lines.get() or {}).pop(server, None)
    if line is None:
        return None
    with suppress(OSError, smtplib.SMTPException):
        if line.noop()[0] == 250:
            return line
    line.close()
    return None


def _leave(line: smtplib.SMTP) -> None:
    with suppress(OSError, smtplib.SMTPException):  # the letters were taken: a bad farewell is no news
        line.quit()
    line.close()


def _connect(server: Server) -> smtplib.SMTP:
    if server.tls == "always":
        trusted = ssl.create_default_context()
        line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=CONNECT, context=trusted)
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=CONNECT)
    try:
        line.ehlo()
        if server.tls == "must" and not line.has_extn("starttls"):
            words = "邮件服务器不支持加密，没有把密码发出去。确为内网的，在 TRACKER_MAIL_URL 末尾加 ?tls=no"
            raise ChannelError(words, permanent=True, of_channel=True)
        if server.tls in ("must", "may") and line.has_extn("starttls"):
            line.starttls(context=ssl.create_default_context())
            line.ehlo()
        if server.user:
            line.login(server.user, server.password)
        if line.sock is not None:
            line.sock.settimeout(TALK)
    except BaseException:
        line.close()
        raise
    return line


def _refused(code: int, said: bytes | str, what: str) -> ChannelError:
    """4xx may pass, 5xx will not; 421 is the server's farewell to everybody."""
    answer = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    words = f"邮件服务器不接受{what}（{code} {answer[:120]}）"
    return ChannelError(words, permanent=code >= 500, of_channel=code == 421)


def _failure(error: Exception) -> ChannelError:
    """What smtplib raised, in words: of this letter when the server answered to it, else of the channel."""
    if isinstance(error.__context__, TimeoutError):  # smtplib calls it a disconnection
        error = error.__context__
    match error:
        case smtplib.SMTPRecipientsRefused():
            return _refused(*next(iter(error.recipients.values())), "收件人地址")
        case smtplib.SMTPSenderRefused() | smtplib.SMTPDataError():
            return _refused(error.smtp_code, error.smtp_error, "邮件")
        case smtplib.SMTPAuthenticationError():
            words = "邮件服务器不接受用户名或密码，请核对 TRACKER_MAIL_URL"
        case smtplib.SMTPNotSupportedError():
            words = "邮件服务器不支持登录，请核对 TRACKER_MAIL_URL 中的用户和端口"
        case ssl.SSLCertVerificationError():
            words = "邮件服务器的证书不受信任或已过期，没有发送"
        case ssl.SSLError():
            words = "与邮件服务器的加密连接没有建立，请核对端口和 smtp:// 或 smtps://"
        case TimeoutError():
            words = "邮件服务器没有在规定时间内应答"
        case ConnectionRefusedError():
            words = "连不上邮件服务器：对方拒绝连接，请核对主机和端口"
        case smtplib.SMTPServerDisconnected() | ConnectionError():
            words = "邮件服务器中途断开了连接"
        case smtplib.SMTPResponseException():
            words = f"邮件服务器暂不受理（{error.smtp_code}）"
        case _:
            words = "连不上邮件服务器，请核对主机名和网络"
    return ChannelError(words, of_channel=True)
