"""What is asked of a person who signs in or changes a password, and of the administrator about users."""

from collections.abc import Sequence
from typing import Any

from wtforms import PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional, Regexp, ValidationError

from tracker.accounts.models import Role, Unit
from tracker.accounts.rules import LONGEST_PASSWORD
from tracker.web.forms import Form, at_most, options

MAIL = r"[^@\s]+@[^@\s]+"
PHONE = r"[0-9+() （）\-转]{3,30}"


def needed(words: str) -> DataRequired:
    return DataRequired(words)


class SignInForm(Form):
    username = StringField("用户名", [needed("请填写用户名"), at_most(64)])
    password = PasswordField("密码", [needed("请填写密码"), at_most(LONGEST_PASSWORD)])


class ChangePasswordForm(Form):
    current_password = PasswordField("当前密码", [needed("请填写当前密码"), at_most(LONGEST_PASSWORD)])
    new_password = PasswordField("新密码", [needed("请填写新密码")])
    repeated_password = PasswordField("再次填写新密码", [needed("请再填一次新密码")])

    def validate_repeated_password(self, field: PasswordField) -> None:
        if field.data != self.new_password.data:
            raise ValidationError("两次填写的新密码不一样")


class UserForm(Form):
    """A user; ``username`` is left out when an existing one is edited."""

    username = StringField("用户名", [needed("请填写用户名"), at_most(32)])
    name = StringField("姓名", [needed("请填写姓名"), at_most(30)])
    role = SelectField("角色", choices=options(Role), coerce=Role)
    unit = SelectField("单位", coerce=int)
    phone = StringField("电话", [Optional(), Regexp(f"^{PHONE}$", message="电话写法不对")])
    email = StringField("邮箱", [Optional(), at_most(100), Regexp(f"^{MAIL}$", message="邮箱写法不对")])

    def __init__(self, units: Sequence[Unit], **columns: Any) -> None:
        super().__init__(**columns)
        self.unit.choices = [SelectChoice(str(unit.id), unit.name) for unit in units]
