"""What is asked of the administrator about a channel: its own fields, and where a test goes."""

from typing import Any

from wtforms import BooleanField, PasswordField, SelectField, StringField, TextAreaField
from wtforms import Field as FormField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional

from tracker.reminders.channels.base import Field
from tracker.reminders.channels.queries import Line
from tracker.reminders.models import Channel
from tracker.web.forms import Form, at_most

LONGEST = 1000


class TestForm(Form):
    __test__ = False  # not one of pytest's

    address = StringField("发给", [Optional(), at_most(100)])


class WantsMailForm(Form):
    wants_mail = BooleanField("同时发邮件")


def settings_form(line: Line, sent: bool = True) -> Form:
    """A form of the channel's fields; not ``sent``: as it stands, whatever else was sent.

    A secret is asked for empty: what is not typed stays as it is.
    """
    fields: dict[str, Any] = {one.name: _control(one, line) for one in line.sender.fields}
    forgettable = [one.name for one in line.sender.fields if one.is_secret and not one.is_required]
    if line.kept.intersection(forgettable):
        fields["forget"] = BooleanField("清除已保存的密钥")
    kind: type[Form] = type("SettingsForm", (Form,), fields)
    shown = {one.name: line.settings.get(one.name, "") for one in line.sender.fields if not one.is_secret}
    return kind(**shown) if sent else kind(formdata=None, **shown)


def address_label(channel: Channel) -> str:
    """What a test of the channel is sent to, in words; empty when the settings say it all."""
    return {Channel.MAIL: "收测试消息的邮箱", Channel.SMS: "收测试短信的手机号"}.get(channel, "")


def _control(one: Field, line: Line) -> FormField:
    checks: list[Any] = [at_most(LONGEST)]
    is_needed = one.is_required and one.name not in line.kept
    checks.insert(0, DataRequired(f"请填写{one.label}") if is_needed else Optional())
    if one.choices:
        return SelectField(one.label, choices=[SelectChoice(word, word) for word in one.choices])
    if one.is_secret and one.name != "url":  # an address is checked by eye while it is typed
        return PasswordField(one.label, checks)
    return (TextAreaField if one.is_long else StringField)(one.label, checks)
