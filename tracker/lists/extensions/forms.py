"""Forms of an extension of a rectification."""

from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from tracker.web.forms import Form

LONGEST = Length(max=2000, message="不能超过2000个字")


class ExtensionForm(Form):
    """申请延期."""

    wanted_on = DateField("申请延至", [InputRequired("请填写申请延至的日期")])
    extension_reason = TextAreaField("延期理由", [InputRequired("请填写延期理由"), LONGEST])


class GrantForm(Form):
    """同意延期: to another day than the one asked for, if one is given."""

    granted_on = DateField("批准延至", [Optional()])
    reason = TextAreaField("意见", [LONGEST])
