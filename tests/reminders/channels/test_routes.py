"""The administrator's pages: settings without secrets coming back, a test with its result, failures sent again."""

import re
from datetime import date

import pytest
from sqlalchemy import text

from tests import make
from tests.conftest import NOW, sign_in
from tracker.accounts.models import Role
from tracker.accounts.trail import timeline
from tracker.audit import Event
from tracker.db import db
from tracker.reminders import actions, jobs
from tracker.reminders.channels import queries, sealed
from tracker.reminders.models import Channel, ChannelSettings, Delivery, Outcome
from tracker.workdays import statutory
from tracker.workflow import State

KEY = "SEC-very-secret"


@pytest.fixture(autouse=True)
def signed_in(client, administrator):
    sign_in(client, administrator)


def settings():
    return db.session.scalars(db.select(ChannelSettings)).one()


def sent():
    return db.session.scalars(db.select(Delivery).order_by(Delivery.id)).all()


def save(client, web_server, channel="dingtalk", **changes):
    typed = {"url": f"{web_server.url}/send?access_token=t0ken", "secret": KEY} | changes
    return client.post(f"/reminders/channels/{channel}", data=typed)


def test_the_list_says_what_each_channel_carries_and_whether_it_is_on(client):
    page = client.get("/reminders/channels/").text
    for channel in queries.SENDERS:
        assert channel.label in page
    assert "没有设置发件服务器" in page
    assert "没有未送达的消息" in page


def test_a_secret_is_written_and_never_shown_again(client, web_server):
    assert save(client, web_server).status_code == 302

    pages = client.get("/reminders/channels/dingtalk").text + client.get("/reminders/channels/").text
    assert "已设置" in pages
    for secret in (KEY, "t0ken"):
        assert secret not in pages
        for table in ("channel_settings", "events", "deliveries"):
            rows = db.session.execute(text(f"SELECT * FROM {table}")).all()
            assert secret not in repr(rows), table
    assert sealed.unseal(settings().sealed, "test")["secret"] == KEY


def test_what_is_left_empty_stays_as_it_is(client, web_server):
    save(client, web_server)
    assert save(client, web_server, url="", secret="SEC-another").status_code == 302
    line = queries.line(Channel.DINGTALK)
    assert (line.settings["url"][-6:], line.settings["secret"]) == ("=t0ken", "SEC-another")
    changed = [change for entry in timeline(settings()) for change in entry.changes]
    assert ("secret", "（原密钥）", "（已更换）") in changed


def test_what_is_missing_is_asked_for_and_what_was_typed_stays(client):
    answer = client.post(
        "/reminders/channels/sms", data={"url": "", "method": "GET", "kind": "表单", "sign": "【某办】"}
    )
    assert answer.status_code == 422
    assert "请填写网关网址" in answer.text
    assert "【某办】" in answer.text


def test_an_address_in_clear_outside_the_house_is_refused(client):
    answer = client.post("/reminders/channels/wecom", data={"url": "http://example.cn/send?key=1"})
    assert answer.status_code == 422
    assert "TRACKER_INTRANET" in answer.text


def test_a_channel_without_settings_cannot_be_switched_on(client):
    answer = client.post("/reminders/channels/wecom/switch-on")
    assert answer.status_code == 422
    assert "还没有填写：机器人网址" in answer.text


def test_switching_on_and_off_is_on_record(client, web_server):
    save(client, web_server)
    client.post("/reminders/channels/dingtalk/switch-on")
    assert queries.line(Channel.DINGTALK).works
    client.post("/reminders/channels/dingtalk/switch-off")
    assert not queries.line(Channel.DINGTALK).is_on
    assert [entry.words for entry in timeline(settings())] == ["设置渠道", "启用渠道", "停用渠道"]


def test_the_second_of_two_administrators_is_told(client, web_server):
    save(client, web_server)
    answer = save(client, web_server, secret="SEC-late", version="0")
    assert answer.status_code == 409
    assert "设置渠道" in answer.text


def test_a_channel_that_fails_meanwhile_is_no_second_administrator(client, web_server):
    save(client, web_server)
    client.post("/reminders/channels/dingtalk/switch-on")
    version = settings().version
    make.user()
    make.assignment(state=State.ACTIVE, deadline=date(2020, 6, 30))
    actions.remind(NOW, statutory())
    actions.digest(NOW, statutory())
    web_server.status = 503
    jobs.deliver(NOW)
    assert settings().failures == 1
    page = client.get("/reminders/channels/dingtalk").text
    assert "HTTP 503" in page
    assert "已连续失败1次" in page
    assert "发不出去" in client.get("/reminders/channels/").text
    assert save(client, web_server, secret="SEC-new", version=version).status_code == 302
    assert settings().failures == 0


def test_a_test_message_goes_out_by_the_job_and_the_page_says_so(client, web_server):
    save(client, web_server)
    web_server.answer = '{"errcode":0}'
    assert client.post("/reminders/channels/dingtalk/test").status_code == 302
    assert web_server.requests == []
    waiting = client.get("/reminders/channels/dingtalk/tests").text
    assert "等待发送" in waiting
    assert "hx-trigger" in waiting

    assert jobs.deliver(sent()[0].next_at) == 1
    said = client.get("/reminders/channels/dingtalk/tests").text
    assert "已发出" in said
    assert "hx-trigger" not in said
    assert "测试消息" in web_server.requests[0].json["markdown"]["text"]


def test_a_test_that_fails_says_why_at_once(client, web_server):
    save(client, web_server)
    web_server.answer = '{"errcode":310000,"errmsg":"sign not match"}'
    client.post("/reminders/channels/dingtalk/test")
    jobs.deliver(sent()[0].next_at)
    assert "请核对加签密钥" in client.get("/reminders/channels/dingtalk").text
    assert sent()[0].outcome is Outcome.FAILED
    assert settings().failures == 0
    assert "没有未送达的消息" in client.get("/reminders/channels/").text


def test_the_mail_server_is_shown_without_its_password(client, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_URL", "smtp://zhang:pa55word@mail.example.cn?from=duban@example.cn")
    page = client.get("/reminders/channels/mail").text
    for words in ("mail.example.cn:587", "STARTTLS", "zhang", "duban@example.cn"):
        assert words in page
    assert "pa55word" not in page


def test_a_test_by_mail_asks_for_an_address(client, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_URL", "smtp://127.0.0.1:1")
    answer = client.post("/reminders/channels/mail/test", data={"address": "nobody"})
    assert answer.status_code == 422
    assert "请填写收测试消息的邮箱" in answer.text


def test_what_was_given_up_can_be_sent_again(client, web_server):
    failed = make.failed_delivery()
    make.failed_delivery()
    page = client.get("/reminders/channels/").text
    assert "机器人已被移出群" in page
    assert page.count("重新发送</button>") == 3

    client.post(f"/reminders/channels/deliveries/{failed.id}/resend")
    assert (failed.outcome, failed.attempts) == (Outcome.WAITING, 0)
    assert client.post(f"/reminders/channels/deliveries/{failed.id}/resend").status_code == 404
    client.post("/reminders/channels/deliveries/resend")
    assert "没有未送达的消息" in client.get("/reminders/channels/").text
    kinds = db.session.scalars(db.select(Event.kind).where(Event.subject_type == "deliveries")).all()
    assert kinds == ["delivery.resend"] * 2


def test_after_a_change_of_the_program_s_key_the_secrets_are_asked_for_again(
    client, web_server, app, monkeypatch
):
    save(client, web_server)
    monkeypatch.setitem(app.config, "SECRET_KEY", "another")
    sign_in(client, make.user(Role.ADMINISTRATOR))
    page = client.get("/reminders/channels/dingtalk").text
    assert queries.UNREADABLE in page
    assert save(client, web_server).status_code == 302
    assert not queries.line(Channel.DINGTALK).fault


def test_an_optional_secret_can_be_forgotten(client, web_server):
    typed = {"method": "POST", "kind": "表单", "body": "{text}"}
    save(client, web_server, "sms", **typed)
    assert re.search('name="forget"', client.get("/reminders/channels/sms").text)
    save(client, web_server, "sms", **typed, url="", secret="", forget="y")
    assert "secret" not in queries.line(Channel.SMS).kept
    assert "url" in queries.line(Channel.SMS).kept


def test_a_person_chooses_whether_digests_come_by_mail(client, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_URL", "smtp://127.0.0.1:1")
    person = make.user(email="zhou@example.cn")
    sign_in(client, person)
    assert "同时发邮件到 zhou@example.cn" in client.get("/reminders/").text
    client.post("/reminders/mail")
    assert not person.wants_mail
    client.post("/reminders/mail", data={"wants_mail": "y"})
    assert person.wants_mail
    assert [entry.words for entry in timeline(person)] == ["修改用户", "修改用户"]


def test_there_is_no_such_channel(client):
    assert client.get("/reminders/channels/pigeon").status_code == 404
    assert client.get("/reminders/channels/inbox").status_code == 404
