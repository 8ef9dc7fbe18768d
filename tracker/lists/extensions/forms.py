"""Forms of an extension of a rectification."""

from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired, Optional

from tracker.web.forms import Form, at_most

LONGEST = at_most(2000)


class ExtensionForm(Form):
    """申请延期."""

    wanted_on = DateField("申请延至", [InputRequired("请填写申请延至的日期")])
    extension_reason = TextAreaField("延期理由", [InputRequired("请填写延期理由"), LONGEST])


class GrantForm(Form):
    """同意延期: to another day than the one asked for, if one is given."""

    granted_on = DateField("批准延至", [Optional()])
    reason = TextAreaField("意见", [LONGEST])
