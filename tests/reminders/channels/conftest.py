"""The servers the channels speak to, and a message to send."""

from collections.abc import Iterator

import pytest

from tests.conftest import NOW
from tests.reminders.channels import servers
from tests.reminders.channels.servers import MailServer, WebServer
from tracker.reminders.channels.base import Message


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with servers.mail_server() as server:
        yield server


@pytest.fixture
def web_server() -> Iterator[WebServer]:
    with servers.web_server() as server:
        yield server


@pytest.fixture
def message() -> Message:
    return Message(
        id="digest-7-mail",
        made_at=NOW,
        sent_at=NOW,
        subject="督办提醒：3项，其中2项今天到期或已逾期（7月6日）",
        text="周听澜，您好：\n\n共3项。",
        html="<p>周听澜，您好：</p>",
        markdown="**督办提醒摘要**\n> 今天到期：2项",
        short="您单位有2项任务今天到期或已逾期，请登录督办台账办理。",
        data={"kind": "digest"},
    )
