"""Mail to a real server: what a letter looks like, and what is said when the server is not as it should be."""

import asyncio
import re
import socket
import time

import pytest
from aiosmtpd.smtp import AuthResult

from tests.reminders.channels import servers
from tests.reminders.channels.servers import certificate, hang_up
from tracker.reminders.channels import mail
from tracker.reminders.channels.base import ChannelError


def settings(url):
    return {"mail_url": url, "from": "tracker@localhost", "intranet": ""}


def refusal(message, url, address="a@example.cn"):
    with pytest.raises(ChannelError) as refused:
        mail.send(message, address, settings(url))
    return refused.value


def test_a_letter_says_who_what_and_when_in_chinese(mail_server, message):
    mail.send(message, "zhou@example.cn", settings(mail_server.url))

    letter = mail_server.taken[0]
    assert letter["Subject"] == message.subject
    assert letter["From"] == "督办台账 <duban@example.cn>"
    assert letter["To"] == "zhou@example.cn"
    assert letter["Date"].datetime == message.made_at
    assert letter["List-Id"] == "督办台账 <reminders.tracker.example.cn>"
    assert letter["Auto-Submitted"] == "auto-generated"
    plain, rich = letter.iter_parts()
    assert (plain.get_content_type(), rich.get_content_type()) == ("text/plain", "text/html")
    assert plain.get_content().strip() == message.text
    assert rich.get_content().strip() == message.html


def test_the_letter_on_the_wire_is_pure_ascii_in_short_lines(message):
    wire = mail.letter(message, "zhou@example.cn", "duban@example.cn")

    assert wire.isascii()
    assert max(map(len, wire.splitlines())) < 100


def test_a_second_attempt_is_the_same_message(mail_server, message):
    for _ in range(2):
        mail.send(message, "zhou@example.cn", settings(mail_server.url))

    first, second = mail_server.taken
    assert re.fullmatch(r"<digest-7-mail\.\d{20}@example\.cn>", first["Message-ID"])
    assert (first["Message-ID"], first["Date"]) == (second["Message-ID"], second["Date"])


@pytest.mark.parametrize("answer", ["550 no such user", "553 not here"])
def test_a_recipient_who_does_not_exist_is_given_up(mail_server, message, answer):
    mail_server.rcpt["gone@example.cn"] = answer

    error = refusal(message, mail_server.url, "gone@example.cn")
    assert (error.permanent, error.of_channel) == (True, False)
    assert answer in str(error)


def test_a_recipient_who_may_come_back_is_tried_again(mail_server, message):
    mail_server.rcpt["full@example.cn"] = "452 mailbox full"

    error = refusal(message, mail_server.url, "full@example.cn")
    assert (error.permanent, error.of_channel) == (False, False)


@pytest.mark.parametrize("address", ["", "nobody", "用户@example.cn", "a@b\r\nBcc: c@d"])
def test_an_address_that_is_none_is_given_up_without_asking_the_server(message, address):
    assert refusal(message, "smtp://127.0.0.1:1", address).permanent


def test_a_server_that_hangs_up_in_mid_message_may_come_back(mail_server, message):
    mail_server.act = hang_up

    error = refusal(message, mail_server.url)
    assert (str(error), error.permanent, error.of_channel) == ("邮件服务器中途断开了连接", False, True)


def test_the_letters_of_a_run_share_a_connection(mail_server, message):
    with mail.one_connection():
        for _ in range(3):
            mail.send(message, "a@example.cn", settings(mail_server.url))
    assert (len(mail_server.taken), len(mail_server.sessions)) == (3, 1)


def test_a_connection_that_ended_meanwhile_is_made_anew(mail_server, message):
    mail_server.act = lambda server, _: server.loop.call_later(0.05, server.transport.close) and None
    with mail.one_connection():
        for _ in range(3):
            mail.send(message, "a@example.cn", settings(mail_server.url))
            time.sleep(0.2)
    assert (len(mail_server.taken), len(mail_server.sessions)) == (3, 3)


def test_a_refusal_costs_the_next_letter_nothing(mail_server, message):
    mail_server.rcpt["gone@example.cn"] = "550 no such user"
    with mail.one_connection():
        refusal(message, mail_server.url, "gone@example.cn")
        mail.send(message, "a@example.cn", settings(mail_server.url))
    assert len(mail_server.taken) == 1


def test_a_server_that_does_not_answer_is_left_in_time(mail_server, message, monkeypatch):
    monkeypatch.setattr(mail, "TALK", 0.2)
    mail_server.act = lambda *_: asyncio.sleep(3)

    error = refusal(message, mail_server.url)
    assert (str(error), error.of_channel) == ("邮件服务器没有在规定时间内应答", True)


def test_a_slow_server_is_waited_for(mail_server, message):
    mail_server.act = lambda *_: asyncio.sleep(0.3)

    mail.send(message, "a@example.cn", settings(mail_server.url))
    assert len(mail_server.taken) == 1


def test_nobody_at_home(message):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        error = refusal(message, f"smtp://127.0.0.1:{closed.getsockname()[1]}")
    assert "拒绝连接" in str(error)
    assert (error.permanent, error.of_channel) == (False, True)


@pytest.mark.parametrize(
    "url", ["", "mail.example.cn", "http://mail.example.cn", "smtp://host:mail", "smtp://a:密码@b"]
)
def test_a_setting_that_cannot_be_read_is_said_so(message, url):
    assert "TRACKER_MAIL_URL" in str(refusal(message, url))


# Encryption


@pytest.fixture
def trusted(tmp_path, monkeypatch):
    """A server's context whose certificate this machine trusts."""
    public, context = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    return context


def only_zhang(server, session, envelope, mechanism, data):
    return AuthResult(
        handled=False, success=(data.login, data.password) == (b"zhang@example.cn", b"p@ss word")
    )


def test_a_password_goes_out_only_after_starttls(trusted, message):
    options = {"require_starttls": True, "authenticator": only_zhang, "auth_require_tls": True}
    with servers.mail_server(tls_context=trusted, **options) as server:
        account = "smtp://zhang%40example.cn:p%40ss%20word"
        mail.send(message, "a@example.cn", settings(f"{account}@127.0.0.1:{server.port}"))
        assert server.taken[0]["From"] == "督办台账 <tracker@localhost>"

        error = refusal(message, f"smtp://zhang:wrong@127.0.0.1:{server.port}")
        assert "用户名或密码" in str(error)
        assert "wrong" not in str(error)


def test_tls_from_the_first_byte(trusted, message):
    with servers.mail_server(ssl_context=trusted) as server:
        mail.send(message, "a@example.cn", settings(f"smtps://127.0.0.1:{server.port}"))
        assert len(server.taken) == 1


def test_a_stranger_s_certificate_is_not_believed(tmp_path, message):
    _, context = certificate(tmp_path)
    with servers.mail_server(tls_context=context) as server:
        error = refusal(message, f"smtp://a:b@127.0.0.1:{server.port}")
        assert "证书不受信任" in str(error)
        assert server.taken == []


def test_a_password_is_not_sent_in_clear_unless_told_so(mail_server, message):
    error = refusal(message, f"smtp://a:b@127.0.0.1:{mail_server.port}")
    assert "不支持加密" in str(error)

    options = {"authenticator": lambda *_: AuthResult(success=True), "auth_require_tls": False}
    with servers.mail_server(**options) as server:
        mail.send(message, "a@example.cn", settings(f"smtp://a:b@127.0.0.1:{server.port}?tls=no"))
        assert len(server.taken) == 1
