"""What an administrator does with the channels, and a person with the mail to them. None commits."""

from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import update

from tracker import audit
from tracker.accounts.actions import changed
from tracker.accounts.models import User
from tracker.db import db
from tracker.errors import Invalid
from tracker.reminders.channels.outgoing import fault_of
from tracker.reminders.channels.queries import OPEN, Line
from tracker.reminders.channels.sealed import seal
from tracker.reminders.channels.sms import PHONE
from tracker.reminders.models import Channel, ChannelSettings, Delivery, Digest, Outcome

RENEWED = ["（原密钥）", "（已更换）"]  # what the trail keeps of a secret
FORGOTTEN = ["（原密钥）", "（已清除）"]
FIRST = "（已填写）"
CHANGED = "（已修改）"  # a template, in which a password may stand all the same


def set_channel(line: Line, actor: User, now: datetime, values: dict[str, str], forget: bool = False) -> None:
    """设置渠道: an empty secret keeps the one before; ``forget`` clears those that may be empty."""
    row = row_of(line)
    secrets = {name: line.settings[name] for name in line.kept}
    changes: dict[str, Any] = {}
    plain: dict[str, str] = {}
    for one in line.sender.fields:
        typed = values.get(one.name, "")
        if not one.is_secret:
            before = line.settings.get(one.name, "")
            plain[one.name] = typed
            if before != typed:
                changes[one.name] = CHANGED if one.is_long else [before, typed]
        elif typed and typed != secrets.get(one.name):
            changes[one.name] = RENEWED if one.name in secrets else FIRST
            secrets[one.name] = typed
        elif forget and not one.is_required and secrets.pop(one.name, ""):
            changes[one.name] = FORGOTTEN
    if (url := secrets.get("url")) and (fault := fault_of(url, line.settings["intranet"])):
        raise Invalid("设置没有保存", url=fault)
    if changes:
        row.plain, row.sealed = plain, seal(secrets, current_app.config["SECRET_KEY"])
        _wake(row)
        audit.record("channel.edit", "设置渠道", row, actor, now, channel=row.channel.label, **changes)


def switch_on(line: Line, actor: User, now: datetime) -> None:
    """启用渠道: from the next digest on."""
    if line.fault:
        raise Invalid(f"不能启用：{line.fault}")
    row = row_of(line)
    row.is_on = True
    _wake(row)
    audit.record("channel.switch_on", "启用渠道", row, actor, now, channel=row.channel.label)


def switch_off(line: Line, actor: User, now: datetime) -> None:
    """停用渠道: what waits on it is not sent any more, not when it is switched on again either."""
    row = row_of(line)
    row.is_on = False
    _wake(row)
    cancelled = _cancel(Delivery.channel == line.channel)
    audit.record(
        "channel.switch_off", "停用渠道", row, actor, now, channel=row.channel.label, cancelled=cancelled
    )


def send_test(line: Line, actor: User, now: datetime, address: str) -> Delivery:
    """发送测试消息: at once, whatever the hour, and also while the channel is off."""
    if line.fault:
        raise Invalid(f"不能发送：{line.fault}")
    if line.channel is Channel.MAIL and "@" not in address:
        raise Invalid("没有发送", address="请填写收测试消息的邮箱")
    if line.channel is Channel.SMS and not PHONE.fullmatch(address):
        raise Invalid("没有发送", address="请填写收测试短信的手机号")
    row = row_of(line)
    test = Delivery(
        channel=line.channel,
        address=address,
        is_urgent=True,
        next_at=now,
        message_id=f"test-{line.channel}-{now:%Y%m%d%H%M%S%f}",
    )
    db.session.add(test)
    audit.record("channel.test", "发送测试消息", row, actor, now, channel=row.channel.label, address=address)
    return test


def want_mail(user: User, actor: User, now: datetime, wants: bool) -> None:
    """邮件提醒: whether a person's digests come by mail too."""
    changes = changed(user, wants_mail=wants)
    if not changes:
        return
    if not wants:
        digests = db.select(Digest.id).where(Digest.recipient_id == user.id)
        _cancel(Delivery.channel == Channel.MAIL, Delivery.digest_id.in_(digests))
    audit.record("user.edit", "修改用户", user, actor, now, **changes)


def row_of(line: Line) -> ChannelSettings:
    """The stored settings of a channel, made when it has none yet."""
    if line.row is not None:
        return line.row
    row = ChannelSettings(channel=line.channel, is_on=line.is_on, plain={}, sealed="", failures=0, trouble="")
    db.session.add(row)
    db.session.flush()
    return row


def _wake(row: ChannelSettings) -> None:
    row.failures, row.rests_until, row.trouble = 0, None, ""


def _cancel(*of: Any) -> int:
    """Nothing of these goes out any more; returns how many."""
    waiting = update(Delivery).where(Delivery.outcome.in_(OPEN), *of)
    result: Any = db.session.execute(waiting.values(outcome=Outcome.CANCELLED))
    return int(result.rowcount)
